"""What every page needs before it can show anything: the release, its areas, who asks, and what is asked."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import streamlit as st

from geo.access import Scope, scope_from_environment
from geo.dashboard import cache
from geo.dashboard.state import HEAT, PageState, Reading, drill_into, fit_to_tree, read_state
from geo.dashboard.tree import Tree
from geo.dashboard.words import best_language, speak
from geo.dashboard.words import gettext as _
from geo.errors import NotPermitted
from geo.measures.catalogue import CATALOGUE
from geo.privacy import nearest_allowed
from geo.store import Release, Store
from geo.view import View, default_period

__all__ = ["LISTS", "Frame", "current_frame", "drill", "go", "keep", "open_frame", "store_root"]

#: The lists that a line of "needs you today" can open.
LISTS = (
    "major_overdue",
    "overdue",
    "past_month",
    "vacant",
    "shared",
    "over_size",
    "no_backup",
    "return_due",
)
_KEPT = "frame"


@dataclass(frozen=True)
class Frame:
    """What a run of a page stands on.

    Parameters
    ----------
    release, tree
        The data and their areas.
    scope
        Who asks.
    state
        What is asked and how it is shown.
    bad
        Parameters of the address that could not be read: key, value.
    reasons
        Why the view is not the one asked for, as English messages; none if it is.
    """

    release: Release
    tree: Tree
    scope: Scope
    state: PageState
    bad: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def view(self) -> View:
        """What is asked."""
        return self.state.view

    @property
    def language(self) -> str:
        """The language of the screens."""
        return self.state.language

    def name(self, area_id: str | None) -> str:
        """Return the name of an area; for None that of the whole release."""
        if area_id is not None:
            return self.tree.area(area_id).label(self.language)
        tops = self.tree.children(None)
        if len(tops) == 1:
            return self.tree.area(tops[0]).label(self.language)
        return self.release.title_zh if self.language == "zh_CN" else self.release.title

    def age_days(self) -> int:
        """Return the age of the data on the day they are looked at."""
        return (date.today() - self.release.as_of).days


def store_root() -> Path:
    """Return the folder of the store."""
    return Path(os.environ.get("MAPLEGRID_STORE", "store"))


def open_frame() -> Frame | None:
    """Read who asks, what is asked, and the release; None when there are no data yet."""
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    spoken = _spoken_language(query)
    speak(spoken)
    store = Store(store_root())
    release = store.current()
    if release is None:
        return None
    reading = read_state(
        query, period=default_period(release.as_of), language=spoken, shows=(*CATALOGUE, HEAT), lists=LISTS
    )
    if reading.state.view.release not in (None, release.number):
        release = store.release(reading.state.view.release or release.number)
    scope = scope_from_environment()
    return _fitted(release, scope, reading, named=query)


def keep(frame: Frame) -> Frame:
    """Keep a frame for the page that is about to run, and return it."""
    st.session_state[_KEPT] = frame
    return frame


def current_frame() -> Frame:
    """Return the frame that the navigation opened for this run."""
    frame: Frame = st.session_state[_KEPT]
    speak(frame.language)
    return frame


def go(state: PageState) -> None:
    """Write a state into the page's address; the run that follows shows it."""
    st.query_params.from_dict(state.to_query())


def drill(frame: Frame, area_id: str | None) -> None:
    """Go to an area: one step down, or up when it holds the present one."""
    go(drill_into(frame.state, area_id, frame.tree))


def _fitted(release: Release, scope: Scope, reading: Reading, *, named: Collection[str]) -> Frame:
    tree = cache.tree(release)
    fitted = fit_to_tree(reading, tree, home=scope.area)
    if scope.area is not None and not tree.holds(scope.area, fitted.state.view.area):
        own = tree.area(scope.area).label(fitted.state.language)
        raise NotPermitted(
            _("You look after {area}. Other areas are seen by those who look after them.").format(area=own)
        )
    view, bad, layers = fitted.state.view, fitted.bad, cache.layers_shown(release)
    if view.layer not in layers and layers:
        bad = (*bad, ("layer", view.layer)) if "layer" in named else bad
        view = view.replace(layer=layers[0])
    if "level" not in named:
        # Who did not ask for a level is not told that it is too low.
        view = view.replace(level=nearest_allowed(view, scope, release).view.level)
    allowed = nearest_allowed(view, scope, release)
    state = dataclasses.replace(fitted.state, view=allowed.view)
    return Frame(release, tree, scope, state, bad, allowed.reasons)


def _spoken_language(query: dict[str, list[str]]) -> str:
    reading = read_state({"lang": query.get("lang", [])}, period=_ANY, language=best_language(st.context.locale))
    return reading.state.language


_ANY = default_period(date(2000, 1, 31))
