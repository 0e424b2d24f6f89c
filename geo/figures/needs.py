"""What a person can act on, in words, worst first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from geo.privacy import Protected
from geo.words import ngettext
from geo.words.cells import read_cell
from geo.words.formats import count_text

__all__ = ["NEED_LAYERS", "Need", "needs_of"]


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

#: Layers that a need can be about.
NEED_LAYERS = frozenset(layer for layer, _words in _KINDS.values())
