"""What stands above every page: that the data are made up, old, or not the current release; what the address held."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.frame import Frame, go
from geo.dashboard.plain import quoted
from geo.rules import load_rules
from geo.words import gettext as _
from geo.words import message, ngettext
from geo.words.formats import count_text, day_text

__all__ = ["REASONS", "show_notices"]

#: Why a role is shown another view than it asked for, as `geo.privacy.nearest_allowed` says it.
REASONS = (
    message("Areas this small are not shown to this role."),
    message("Only periods that are over are shown to this role."),
    message("Only whole months, quarters and years are shown to this role."),
    message("Several classes at once are not shown to this role: the table names them side by side."),
)


def show_notices(frame: Frame) -> None:
    """Show what a reader has to know before reading any figure."""
    words = [_made_up()] if frame.release.made_up else []
    age = frame.age_days()
    if age > load_rules().warn_days:
        words.append(_old(frame, age))
    if words:
        st.caption(" · ".join(words))
    if frame.current is not None:
        _show_older(frame, frame.current)
    for reason in frame.reasons:
        st.caption(f":material/lock: {_(reason)}")
    for key, text in frame.bad:
        st.warning(
            _("The address of this page says {key} = {value}, which is not known here. It was left out.").format(
                key=quoted(key), value=quoted(text)
            ),
            icon=":material/link_off:",
        )


def _show_older(frame: Frame, current: int) -> None:
    """Say that the release shown is not the current one, with the way to that."""
    text = _("You are looking at release {number}, with data to {day}. The current release is {current}.").format(
        number=frame.release.number, day=day_text(frame.release.as_of), current=current
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f":orange[:material/history:] **{text}**", width="content")
        st.button(
            _("Show the current release"),
            key="show-current",
            type="tertiary",
            icon=":material/update:",
            on_click=lambda: go(frame.state.replace(release=None)),
        )


def _made_up() -> str:
    return f":orange-badge[{_('Made-up data')}] {_('This county is made up, to show how Maple Grid works.')}"


def _old(frame: Frame, age_days: int) -> str:
    text = ngettext(
        "The data end on {day}, {n} day ago.",
        "The data end on {day}, {n} days ago.",
        age_days,
    )
    return f":orange[:material/history:] {text.format(day=day_text(frame.release.as_of), n=count_text(age_days))}"
