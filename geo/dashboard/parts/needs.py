"""Needs you today: what a person can act on, worst first; each line opens the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import streamlit as st

from geo.dashboard.formats import count_text
from geo.dashboard.frame import Frame
from geo.dashboard.navigation import open_on_click, page_of
from geo.dashboard.parts.cells import read_cell
from geo.dashboard.words import gettext as _
from geo.dashboard.words import ngettext
from geo.privacy import Protected

__all__ = ["Need", "needs_of", "show_needs"]

_SIGNS = {"high": ":red[:material/error:]", "medium": ":orange[:material/warning:]", "low": ":gray[:material/info:]"}


@dataclass(frozen=True)
class Need:
    """One line.

    Parameters
    ----------
    kind
        What it is about; also the measure that its list shows.
    words
        What it says, as Markdown.
    severity
        ``high``, ``medium`` or ``low``.
    layer
        The layer on whose page its list is.
    """

    kind: str
    words: str
    severity: str
    layer: str


def needs_of(needs: Protected) -> list[Need]:
    """Return the lines of a protected table of needs; a kind that nobody has written words for is left out."""
    lines = []
    for row, (kind, severity) in enumerate(zip(needs.frame["kind"], needs.frame["severity"], strict=True)):
        n = read_cell(needs, "n", row).value
        if kind in _KINDS and n:
            layer, words = _KINDS[kind]
            text = words(int(n)).format(n=f"**{count_text(n)}**")
            lines.append(Need(str(kind), text, str(severity), layer))
    return lines


def show_needs(frame: Frame, lines: list[Need], *, layers: Collection[str]) -> None:
    """Show the lines, or that there is nothing to do; without layers to act on, that nobody can tell."""
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.markdown(f"### {_('Needs you today')}", anchors=False)
        if not lines:
            known = any(layer in layers for layer, _words in _KINDS.values())
            st.caption(_("Nothing needs you.") if known else _("These data do not say what needs somebody."))
        for line in lines:
            state = frame.state.replace(layer=line.layer, listed=line.kind, show=None, level=frame.tree.levels[-1])
            label = f"{_SIGNS.get(line.severity, _SIGNS['low'])} {line.words}"
            open_on_click(page_of(line.layer), state, label=label, key=f"need-{line.kind}", arrow=True)


def _major_overdue(n: int) -> str:
    return ngettext("{n} major hazard past its date", "{n} major hazards past their dates", n)


def _overdue(n: int) -> str:
    return ngettext("{n} hazard past its date", "{n} hazards past their dates", n)


def _past_month(n: int) -> str:
    return ngettext("{n} dispute open over a month", "{n} disputes open over a month", n)


def _vacant(n: int) -> str:
    return ngettext("{n} grid without an officer", "{n} grids without an officer", n)


def _shared(n: int) -> str:
    return ngettext("{n} grid with a shared officer", "{n} grids with a shared officer", n)


def _over_size(n: int) -> str:
    return ngettext("{n} grid with too many households", "{n} grids with too many households", n)


def _no_backup(n: int) -> str:
    return ngettext("{n} grid with a single post", "{n} grids with a single post", n)


def _return_due(n: int) -> str:
    return ngettext("{n} return visit due this week", "{n} return visits due this week", n)


_KINDS: dict[str, tuple[str, Callable[[int], str]]] = {
    "major_overdue": ("hazards", _major_overdue),
    "overdue": ("hazards", _overdue),
    "past_month": ("disputes", _past_month),
    "return_due": ("disputes", _return_due),
    "vacant": ("coverage", _vacant),
    "shared": ("coverage", _shared),
    "over_size": ("coverage", _over_size),
    "no_backup": ("coverage", _no_backup),
}
