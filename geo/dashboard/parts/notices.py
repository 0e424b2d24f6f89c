"""What stands above every page: that the data are made up, or old, or that the address held something unknown."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.formats import day_text
from geo.dashboard.frame import Frame
from geo.dashboard.words import gettext as _
from geo.dashboard.words import ngettext
from geo.rules import load_rules

__all__ = ["show_notices"]


def show_notices(frame: Frame) -> None:
    """Show what a reader has to know before reading any figure."""
    if frame.release.made_up:
        st.caption(f":orange-badge[{_('Made-up data')}] {_('This county is made up, to show how Maple Grid works.')}")
    age = frame.age_days()
    if age > load_rules().warn_days:
        show_old_data(frame, age)
    for key, text in frame.bad:
        st.warning(
            _("The address of this page says {key} = {value}, which is not known here. It was left out.").format(
                key=f"`{key}`", value=f"`{text.replace('`', '')}`"
            ),
            icon=":material/link_off:",
        )


def show_old_data(frame: Frame, age_days: int) -> None:
    """Say how old the data are."""
    text = ngettext(
        "The data end on {day}, {n} day ago. What happened since is not in them.",
        "The data end on {day}, {n} days ago. What happened since is not in them.",
        age_days,
    )
    st.caption(f":orange[:material/history:] {text.format(day=day_text(frame.release.as_of), n=age_days)}")
