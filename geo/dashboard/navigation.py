"""The pages there are, and links to them that keep the view."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.access import ADMINISTRATOR, Scope
from geo.dashboard.frame import Frame, on_layer
from geo.dashboard.state import PageState
from geo.errors import NotPermitted
from geo.words import gettext as _
from geo.words import message

__all__ = [
    "PAGES",
    "PageEntry",
    "is_filtered",
    "link_to",
    "make_pages",
    "on_page",
    "open_on_click",
    "page_of",
    "pages_of",
    "require_page",
]

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
    is_filtered
        Whether area, period, classes and source bear on it.
    roles
        The roles that it is for; none for all.
    """

    page_id: str
    title: str
    icon: str
    layer: str | None = None
    is_filtered: bool = True
    roles: tuple[str, ...] = ()

    @property
    def script(self) -> str:
        """Path of the script beside ``main.py``."""
        return f"screens/{self.page_id}.py"


#: Whoever is not the public.
_DUTIES = ("director", "planner", ADMINISTRATOR)

#: In the order of the sidebar; a new page is one more line here and its script.
PAGES = (
    PageEntry("today", message("Today"), ":material/today:"),
    PageEntry("promises", message("Promises"), ":material/verified:", roles=_DUTIES),
    PageEntry("compare", message("Compare"), ":material/compare_arrows:", roles=_DUTIES),
    PageEntry("disputes", message("Disputes"), ":material/handshake:", layer="disputes"),
    PageEntry("hazards", message("Hazards"), ":material/warning:", layer="hazards"),
    PageEntry("incidents", message("Incidents"), ":material/siren:", layer="incidents"),
    PageEntry("coverage", message("Coverage"), ":material/grid_view:", layer="coverage"),
    PageEntry("service", message("Service"), ":material/volunteer_activism:", layer="service"),
    PageEntry("stations", message("Stations"), ":material/local_police:"),
    PageEntry("export", message("Export"), ":material/print:"),
    PageEntry("data", message("Data"), ":material/database:", is_filtered=False),
    PageEntry("definitions", message("Definitions"), ":material/dictionary:", is_filtered=False),
    PageEntry("audit", message("Audit"), ":material/policy:", is_filtered=False, roles=(ADMINISTRATOR,)),
)


def pages_of(scope: Scope) -> tuple[PageEntry, ...]:
    """Return the pages that a scope is shown, in the order of the sidebar."""
    return tuple(entry for entry in PAGES if not entry.roles or scope.role in entry.roles)


def require_page(page_id: str, scope: Scope) -> None:
    """Let only those open a page whom it is for.

    Raises
    ------
    NotPermitted
        When it is for other roles.
    """
    entry = _entry(page_id)
    if entry.roles and scope.role not in entry.roles:
        who = _("directors and planners") if entry.roles == _DUTIES else _("administrators")
        raise NotPermitted(_("{what}: seen by {who} only.").format(what=_(entry.title), who=who))


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


def page_of(layer: str) -> str:
    """Return the page of a layer; that which shows any layer for one without a page of its own.

    Examples
    --------
    >>> page_of("hazards")
    'hazards'
    """
    return next((entry.page_id for entry in PAGES if entry.layer == layer), PAGES[0].page_id)


def open_on_click(
    page_id: str,
    state: PageState,
    *,
    label: str,
    key: str,
    icon: str | None = None,
    arrow: bool = False,
    hint: str | None = None,
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
    hint
        What a hover says.
    """
    clicked = st.button(
        label,
        key=key,
        type="tertiary",
        help=hint,
        icon=":material/chevron_right:" if arrow else icon,
        icon_position="right" if arrow else "left",
    )
    if clicked:
        entry = _entry(page_id)
        st.switch_page(entry.script, query_params=_state_on(entry, state).to_query())


def _state_on(entry: PageEntry, state: PageState) -> PageState:
    return state if entry.layer in (None, state.view.layer) else state.replace(layer=entry.layer)


def on_page(frame: Frame, page_id: str) -> Frame:
    """Return the frame as a page shows it."""
    layer = _entry(page_id).layer
    return frame if layer is None else on_layer(frame, layer)


def is_filtered(page_id: str) -> bool:
    """Tell whether area, period, classes and source bear on a page."""
    return _entry(page_id).is_filtered


def _entry(page_id: str) -> PageEntry:
    return next(entry for entry in PAGES if entry.page_id == page_id)
