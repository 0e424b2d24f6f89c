"""The pages there are, and links to them that keep the view."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.dashboard.state import PageState
from geo.dashboard.words import gettext as _
from geo.dashboard.words import message

__all__ = ["PAGES", "PageEntry", "link_to", "make_pages", "open_on_click"]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PageEntry:
    """One page: the script it is made by, its name (an English message), its icon and address."""

    page_id: str
    title: str
    icon: str

    @property
    def script(self) -> str:
        """Path of the script beside ``main.py``."""
        return f"pages/{self.page_id}.py"


#: In the order of the sidebar; a new page is one more line here and its script.
PAGES = (
    PageEntry("today", message("Today"), ":material/today:"),
    PageEntry("coverage", message("Coverage"), ":material/grid_view:"),
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
    st.page_link(entry.script, label=label, icon=icon, query_params=state.to_query(), width="stretch")


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
        st.switch_page(_entry(page_id).script, query_params=state.to_query())


def _entry(page_id: str) -> PageEntry:
    return next(entry for entry in PAGES if entry.page_id == page_id)
