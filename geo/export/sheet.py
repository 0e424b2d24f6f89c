"""The sheet of a station as one HTML page for A4 paper, with its style and font in it: it asks nobody for anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment

from geo.export.html_font import FONT_FAMILY, chinese_signs, font_face
from geo.resources import resource

__all__ = ["Evidence", "EvidenceTable", "Sheet", "SheetLine", "sheet_html"]

# A table of more rows may go on over the page; a shorter one stays whole.
_MOST_WHOLE = 60


@dataclass(frozen=True)
class SheetLine:
    """One criterion: its cells, its state (a name for its colour), what it means, and what is missing to it."""

    cells: tuple[str, ...]
    state: str
    words: str
    missing: str = ""


@dataclass(frozen=True)
class EvidenceTable:
    """A table of figures behind a criterion; a strip has all of them in one row, as those of months."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_strip: bool = False


@dataclass(frozen=True)
class Evidence:
    """What stands behind one criterion.

    Parameters
    ----------
    title, figure, state
        The criterion, the station's own figure, and a name for its colour.
    words, missing
        What the figure means; what is missing to it, and of what nothing is told.
    tables
        The figures it is made of.
    """

    title: str
    figure: str
    state: str
    words: str
    missing: str
    tables: tuple[EvidenceTable, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is short enough to stand on one page."""
        return all(len(table.rows) <= _MOST_WHOLE for table in self.tables)


@dataclass(frozen=True)
class Sheet:
    """All words of a sheet, written.

    Parameters
    ----------
    title, subtitle, designation
        The station, what the sheet is, and what the station has been named; empty if nothing.
    sections
        The promises, each with its lines.
    heads
        Heads of the columns, the first for the section's name.
    notes
        What has to be said below.
    source
        Where the figures come from.
    language
        ``en`` or ``zh_CN``.
    evidence, evidence_title
        What stands behind the criteria, by promise as in the sections, and what that part of the sheet is called.
    signs
        What the signs in the cells mean.
    """

    title: str
    subtitle: str
    designation: str
    sections: Sequence[tuple[str, Sequence[SheetLine]]]
    heads: tuple[str, ...]
    notes: Sequence[str]
    source: str
    language: str
    evidence: Sequence[tuple[str, Sequence[Evidence]]] = ()
    evidence_title: str = ""
    signs: Sequence[str] = ()


def sheet_html(sheet: Sheet) -> str:
    """Return the page; what comes from files is escaped."""
    text = resource("web", "sheet.html").read_text(encoding="utf-8")
    page = Environment(autoescape=True).from_string(text)
    fields = {"sheet": sheet, "language": sheet.language.replace("_", "-"), "family": FONT_FAMILY}
    bare = page.render(**fields)
    # Style is ours, and signs of the font are letters and digits: nothing of a file's is in it.
    face = font_face(chinese_signs(bare))
    return bare.replace("<style>", f"<style>{face}", 1)
