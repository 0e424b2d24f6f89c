"""The pages there are, and links to them that keep the view."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.dashboard.state import PageState
from geo.dashboard.words import gettext as _

__all__ = ["PAGES", "PageEntry", "link_to", "make_pages"]

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


def message(text: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return text


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


def link_to(
    page_id: str,
    state: PageState,
    *,
    label: str,
    icon: str | None = None,
    hint: str | None = None,
    arrow: bool = False,
    stretch: bool = True,
) -> None:
    """Put a link to a page that takes the state along.

    Parameters
    ----------
    page_id
        One of `PAGES`.
    state
        What the page will show.
    label, icon, hint
        What the link says, the sign before it, and what it says when pointed at.
    arrow
        Whether an arrow stands behind the words instead of a sign before them.
    stretch
        Whether the link takes the whole width.
    """
    entry = next(entry for entry in PAGES if entry.page_id == page_id)
    st.page_link(
        entry.script,
        label=label,
        icon=":material/chevron_right:" if arrow else icon,
        icon_position="right" if arrow else "left",
        help=hint,
        query_params=state.to_query(),
        width="stretch" if stretch else "content",
    )
