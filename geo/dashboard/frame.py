"""What every page needs before it can show anything: the release, its areas, who asks, and what is asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import streamlit as st

from geo.access import Asker, Scope, require_area
from geo.dashboard import cache
from geo.dashboard.state import PageState, Query, Reading, drill_into, fit_to_tree, read_state, with_live_map
from geo.errors import NotPermitted
from geo.figures.tree import Tree, place_name
from geo.measures.catalogue import CATALOGUE, HEAT
from geo.privacy import nearest_allowed
from geo.store import Release, Store
from geo.view import View, default_period
from geo.web import store_root
from geo.words import best_language, speak
from geo.words import gettext as _

__all__ = [
    "LISTS",
    "Frame",
    "asked_now",
    "current_frame",
    "drill",
    "go",
    "keep",
    "on_layer",
    "open_frame",
    "speak_asked",
]

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
    current
        Number of the current release, when the one shown is another; None when it is that.
    pseudonym, signed_in
        As in `Asker`.
    """

    release: Release
    tree: Tree
    scope: Scope
    state: PageState
    bad: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    current: int | None = None
    pseudonym: str = ""
    signed_in: bool = False

    @property
    def asker(self) -> Asker:
        """Who asks, as the audit trail tells it."""
        return Asker(self.scope, self.pseudonym, self.signed_in)

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
        return place_name(self.tree, self.release, area_id, self.language)

    def age_days(self) -> int:
        """Return the age of the data on the day they are looked at."""
        return (date.today() - self.release.as_of).days


def speak_asked() -> None:
    """Speak the language of the page's address, or the browser's."""
    speak(_spoken_language(asked_now()))


def open_frame(asker: Asker) -> Frame | None:
    """Read what is asked, and the release; None when there are no data yet.

    Raises
    ------
    NotPermitted
        When the one who asks may not see the area.
    """
    query = asked_now()
    spoken = _spoken_language(query)
    speak(spoken)
    store = Store(store_root())
    current = store.current()
    if current is None:
        return None
    reading = _read(query, current, language=spoken)
    release = _asked_release(store, current, reading)
    if release.number != current.number:
        # Without a period in the address it is the last one of the release shown.
        reading = _read(query, release, language=spoken)
    elif reading.state.view.release not in (None, current.number):
        bad = (*reading.bad, ("release", str(reading.state.view.release)))
        reading = Reading(reading.state.replace(release=None), bad)
    frame = _fitted(release, asker.scope, reading, named=query)
    older = None if release.number == current.number else current.number
    return dataclasses.replace(frame, current=older, pseudonym=asker.pseudonym, signed_in=asker.signed_in)


def _read(query: Query, release: Release, *, language: str) -> Reading:
    return read_state(
        query, period=default_period(release.as_of), language=language, shows=(*CATALOGUE, HEAT), lists=LISTS
    )


def _asked_release(store: Store, current: Release, reading: Reading) -> Release:
    """Return the release that the address names; the current one if there is no such release."""
    number = reading.state.view.release
    return store.release(number) if number in store.numbers() and number != current.number else current


def keep(frame: Frame) -> Frame:
    """Keep a frame for the page that is about to run, and return it."""
    st.session_state[_KEPT] = frame
    return frame


def current_frame() -> Frame:
    """Return the frame that the navigation opened for this run."""
    frame: Frame = st.session_state[_KEPT]
    speak(frame.language)
    return frame


def on_layer(frame: Frame, layer: str) -> Frame:
    """Return a frame with the layer of its page; what the reader may see of one layer may be less than of another."""
    if frame.view.layer == layer:
        return frame
    allowed = nearest_allowed(frame.view.replace(layer=layer), frame.scope, frame.release)
    reasons = (*frame.reasons, *(reason for reason in allowed.reasons if reason not in frame.reasons))
    return dataclasses.replace(frame, state=dataclasses.replace(frame.state, view=allowed.view), reasons=reasons)


def go(state: PageState) -> None:
    """Write a state into the page's address, where the map is now; the run that follows shows it."""
    st.query_params.from_dict(with_live_map(state, asked_now()).to_query())


def asked_now() -> dict[str, list[str]]:
    """Return the parameters of the page's address as they are now."""
    return {key: st.query_params.get_all(key) for key in st.query_params}


def drill(frame: Frame, area_id: str | None) -> None:
    """Go to an area: one step down, or up when it holds the present one."""
    go(drill_into(frame.state, area_id, frame.tree))


def _fitted(release: Release, scope: Scope, reading: Reading, *, named: Collection[str]) -> Frame:
    tree = cache.tree(release)
    if scope.area is not None and scope.area not in tree.areas:
        raise NotPermitted(
            _("Release {number} has no area {area}, which you look after.").format(
                number=release.number, area=scope.area
            )
        )
    fitted = fit_to_tree(reading, tree, home=scope.area, has_level="level" in named)
    if scope.area is not None and not tree.holds(scope.area, fitted.state.view.area):
        own = tree.area(scope.area).label(fitted.state.language)
        raise NotPermitted(
            _("You look after {area}. Other areas are seen by those who look after them.").format(area=own)
        )
    # The same once more by the release itself, not by the tree that the page walks.
    require_area(scope, release, fitted.state.view.area)
    view, bad, layers = fitted.state.view, fitted.bad, cache.layers_shown(release)
    if view.layer not in layers and layers:
        bad = (*bad, ("layer", view.layer)) if "layer" in named else bad
        view = view.replace(layer=layers[0])
    if "level" not in named:
        # Who did not ask for a level is not told that it is too low.
        view = view.replace(level=nearest_allowed(view, scope, release).view.level)
    allowed = nearest_allowed(view, scope, release)
    state = dataclasses.replace(fitted.state, view=allowed.view)
    # Pages walk the areas of levels that the scope may see, and no others.
    return Frame(release, cache.tree(release, scope), scope, state, bad, allowed.reasons)


def _spoken_language(query: dict[str, list[str]]) -> str:
    reading = read_state({"lang": query.get("lang", [])}, period=_ANY, language=best_language(st.context.locale))
    return reading.state.language


_ANY = default_period(date(2000, 1, 31))
