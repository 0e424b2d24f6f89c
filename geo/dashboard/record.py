"""What a session has done, for the audit trail: views, files taken out, data brought in, refusals."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from geo.access import Asker, Trail, note_changes
from geo.access.roles import roles_path
from geo.access.trail import What
from geo.access.who import SERVER
from geo.dashboard.frame import Frame
from geo.dashboard.shut import is_set_up
from geo.errors import StoreError
from geo.web import store_root

__all__ = ["record", "record_refusal", "record_view", "recorded"]

Asked = ParamSpec("Asked")
_log = logging.getLogger("maplegrid.dashboard")
_TOLD, _SIGNED_IN = "trail_told", "trail_signed_in"


def record(asker: Asker, what: What, **detail: str | int | None) -> None:
    """Add a line to the trail, and before it one for rules or roles that have changed since it last told of them.

    Raises
    ------
    StoreError
        When it can't be written and people sign in: then nothing is done that is not told. On a machine of one's own
        the log says it.
    """
    try:
        note_changes(store_root(), pseudonym=SERVER, roles=roles_path() if is_set_up() else None)
        Trail(store_root()).append(asker, what, detail)
    except StoreError as error:
        if is_set_up():
            raise
        _log.warning("not told in the audit trail: %s", error)


def record_view(frame: Frame, page: str, *, filtered: bool) -> None:
    """Tell that a page is looked at, once for each view in a row, and before it the session's sign-in.

    Parameters
    ----------
    filtered
        Whether the view bears on the page.
    """
    if frame.asker.signed_in and not st.session_state.get(_SIGNED_IN):
        record(frame.asker, "sign-in")
        st.session_state[_SIGNED_IN] = True
    view = frame.view.to_query() if filtered else None
    told = (page, frame.release.number, view)
    if st.session_state.get(_TOLD) != told:
        record(frame.asker, "view", page=page, release=frame.release.number, view=view)
        st.session_state[_TOLD] = told


def record_refusal(asker: Asker, page: str) -> None:
    """Tell that somebody was refused a page, once in a row."""
    told = ("refused", page)
    if st.session_state.get(_TOLD) != told:
        record(asker, "refused", page=page)
        st.session_state[_TOLD] = told


def recorded(
    frame: Frame, make: Callable[Asked, bytes], *, kind: str, view: str | None = None
) -> Callable[Asked, bytes]:
    """Return a function that makes a file and tells of it first.

    Parameters
    ----------
    kind
        What the file is.
    view
        What is in it, as the address has it; the frame's view if not given.
    """

    def made(*asked_for: Asked.args, **how: Asked.kwargs) -> bytes:
        asked = frame.view.to_query() if view is None else view
        record(frame.asker, "export", kind=kind, release=frame.release.number, view=asked)
        return make(*asked_for, **how)

    return made
