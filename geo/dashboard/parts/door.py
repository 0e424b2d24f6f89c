"""The way in and out: which role somebody has, in words, and the buttons to sign in and out."""

from __future__ import annotations

import streamlit as st

from geo.access import ADMINISTRATOR, PUBLIC, Asker
from geo.dashboard.frame import Frame
from geo.dashboard.plain import plain
from geo.dashboard.record import record
from geo.dashboard.shut import is_set_up
from geo.layers import UPPER_LEVELS
from geo.words import gettext as _

__all__ = ["role_words", "scope_level", "show_asker", "show_door"]


def role_words(role: str, level: str | None) -> str:
    """Return a role's name.

    Parameters
    ----------
    role
        One of the roles of the rules.
    level
        Level of the area that it is for; None for the whole release.

    Examples
    --------
    >>> role_words("director", "station"), role_words("director", None)
    ('Station director', 'County director')
    """
    directors = {
        "station": _("Station director"),
        "county": _("County director"),
        None: _("County director"),
    }
    others = {PUBLIC: _("Public viewer"), "planner": _("Planner"), ADMINISTRATOR: _("Administrator")}
    return others.get(role) or directors.get(level) or _("Director")


def scope_level(frame: Frame, area: str | None) -> str | None:
    """Return the level that a role is for; None for the whole of a release that does not reach above the county."""
    if area is not None:
        return frame.tree.level(area) if area in frame.tree.areas else ""
    return next((level for level in frame.tree.levels[:1] if level in UPPER_LEVELS), None)


def show_asker(frame: Frame) -> None:
    """Show which role the figures are shown for, and the way in or out."""
    scope = frame.scope
    words = role_words(scope.role, scope_level(frame, scope.area))
    if scope.area is not None:
        words = f"{words} · {plain(frame.name(scope.area))}"
    with st.container(gap="xsmall"):
        st.caption(f":material/person: {words}")
        show_door(frame.asker)


def show_door(asker: Asker | None, *, again: bool = False) -> None:
    """Show the button to sign in, or out; none where there is no sign-in.

    Parameters
    ----------
    asker
        Who asks; None for somebody who was not let in.
    again
        Whether to sign in once more is what is needed.
    """
    if not is_set_up():
        return
    if st.user.get("is_logged_in") is True and not again and (asker is None or asker.signed_in):
        st.button(_("Sign out"), key="sign-out", icon=":material/logout:", on_click=_leave, args=(asker,))
    else:
        st.button(_("Sign in"), key="sign-in", icon=":material/login:", type="primary", on_click=st.login)


def _leave(asker: Asker | None) -> None:
    if asker is not None:
        record(asker, "sign-out")
    st.logout()
