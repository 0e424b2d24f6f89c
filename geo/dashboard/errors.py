"""What a reader sees when something goes wrong: what happened, what to do, an id to tell; never a traceback."""

from __future__ import annotations

import logging
import uuid

import streamlit as st

from geo.dashboard.plain import plain
from geo.errors import GeoError, NotPermitted, StoreError, ViewError, trace_of
from geo.words import gettext as _

__all__ = ["on_script_error", "show_error"]

_log = logging.getLogger("maplegrid.dashboard")


def on_script_error(error: Exception) -> bool:
    """Show an error of a page in plain words and keep in the log where it came from, without values of the data.

    Handed to ``st.App(on_script_error=...)``.

    Returns
    -------
    bool
        True: Streamlit shows nothing of its own.
    """
    error_id = uuid.uuid4().hex[:8]
    _log.error("page failed, id %s\n%s", error_id, trace_of(error))
    show_error(error, error_id=error_id)
    return True


def show_error(error: Exception, *, error_id: str) -> None:
    """Show what happened, what to do, and the id under which the log tells more."""
    with st.container(border=True):
        st.markdown(f"### :red[:material/error:] {_heading(error)}")
        st.markdown(_what_to_do(error))
        if isinstance(error, GeoError):
            st.caption(plain(str(error)))
        st.caption(_("If you ask for help, give this id: {id}").format(id=f"`{error_id}`"))


def _heading(error: Exception) -> str:
    if isinstance(error, NotPermitted):
        return _("You can't see this")
    if isinstance(error, ViewError):
        return _("This can't be shown")
    if isinstance(error, StoreError):
        return _("The data can't be read")
    return _("Something went wrong")


def _what_to_do(error: Exception) -> str:
    """Say what to do in the reader's language; the error's own words, which are English, stand below it."""
    if isinstance(error, NotPermitted):
        return _("It is not for your role. Ask whoever runs Maple Grid for you.")
    if isinstance(error, ViewError):
        return _("These data have no such area, level, period or layer. Choose another one on the left.")
    if isinstance(error, StoreError):
        return _("Load the page again; if it fails once more, ask whoever runs Maple Grid for you.")
    return _("The page could not be made. Load it again; if it fails once more, ask whoever runs Maple Grid for you.")
