"""The pages there are, and links to them that keep the view."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.state import PageState
from geo.dashboard.words import gettext as _
from geo.dashboard.words import message

__all__ = ["PAGES", "PageEntry", "link_to", "make_pages", "on_page", "open_on_click"]

_FOLDER = Path(__file__).parent
# Scripts in a folder named "pages" would be run by Streamlit by themselves when their address is a session's first.


@dataclass(frozen=True)
class PageEntry:
    """One page.

    Parameters
    ----------
    page_id
        Its address, and the name of its script.
    title
        Its name, an English message.
    icon
        The sign before the name.
    layer
        The layer that it shows, whatever the address says; None for a page that shows any.
    """

    page_id: str
    title: str
    icon: str
    layer: str | None = None

    @property
    def script(self) -> str:
        """Path of the script beside ``main.py``."""
        return f"screens/{self.page_id}.py"


#: In the order of the sidebar; a new page is one more line here and its script.
PAGES = (
    PageEntry("today", message("Today"), ":material/today:"),
    PageEntry("coverage", message("Coverage"), ":material/grid_view:", layer="coverage"),
)


def make_pages() -> list[st.Page]:
    """Return Streamlit's pages, the first one at the root."""
    return [
        st.Page(
            _FOLDER / entry.script,
            title=f"{_(entry.title)} · Maple Grid",
            icon=entry.icon,
            url_path=entry.page_id,
            default=position == 0,
        )
        for position, entry in enumerate(PAGES)
    ]


def link_to(page_id: str, state: PageState, *, label: str, icon: str | None = None) -> None:
    """Put a link of the sidebar to a page that takes the state along; it is marked while the page is open."""
    entry = _entry(page_id)
    st.page_link(entry.script, label=label, icon=icon, query_params=_state_on(entry, state).to_query(), width="stretch")


def open_on_click(
    page_id: str, state: PageState, *, label: str, key: str, icon: str | None = None, arrow: bool = False
) -> None:
    """Put quiet words that open a page with a state when they are clicked.

    Parameters
    ----------
    page_id
        One of `PAGES`.
    state
        What the page will show.
    label, icon
        What the words are, and the sign before them.
    key
        Tells them from all others on the page.
    arrow
        Whether an arrow stands behind the words instead of a sign before them.
    """
    clicked = st.button(
        label,
        key=key,
        type="tertiary",
        icon=":material/chevron_right:" if arrow else icon,
        icon_position="right" if arrow else "left",
    )
    if clicked:
        entry = _entry(page_id)
        st.switch_page(entry.script, query_params=_state_on(entry, state).to_query())


def _state_on(entry: PageEntry, state: PageState) -> PageState:
    return state if entry.layer in (None, state.view.layer) else state.replace(layer=entry.layer)


def on_page(frame: Frame, url_path: str) -> Frame:
    """Return the frame as a page shows it."""
    layer = _entry(url_path or PAGES[0].page_id).layer
    if layer is None or frame.view.layer == layer:
        return frame
    state = dataclasses.replace(frame.state, view=frame.view.replace(layer=layer))
    return dataclasses.replace(frame, state=state)


def _entry(page_id: str) -> PageEntry:
    return next(entry for entry in PAGES if entry.page_id == page_id)
