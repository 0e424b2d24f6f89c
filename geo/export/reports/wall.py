"""A wall map for an office printer: a large sheet cut into small ones that overlap, with a plan of how they lie."""

from __future__ import annotations

import math
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from geo.access import Scope
from geo.errors import GeoError
from geo.export.printed import MapAsked, Paper, write_map
from geo.export.printed.paper import make_paper
from geo.export.reports.typeset import typeset
from geo.export.steps import Progress, silent, within
from geo.store import Release
from geo.view import View
from geo.words import gettext as _
from geo.words import speaking

__all__ = ["TILES", "Cut", "cut_sheet", "write_tiled"]

#: Papers that a wall map can be cut into: those that an office printer takes.
TILES = ("A4", "A3")
# What a printer leaves white at each edge, and what two neighbours both show: they are cut in its middle.
_MARGIN_MM, _OVERLAP_MM = 5.0, 6.0
_WHOLE = "whole.pdf"
# Of the work so much is done when the large sheet is drawn.
_DRAWN = 0.7


@dataclass(frozen=True)
class Cut:
    """How a sheet is cut: the small sheet, what of the large one it shows, and how many lie beside and below.

    Parameters
    ----------
    width_mm, height_mm
        Sides of the small sheet.
    shown_width_mm, shown_height_mm
        Sides of the part of the large sheet on it.
    across_mm, down_mm
        How far the next part begins to the right, and below.
    columns, rows
        How many there are.
    margin_mm, overlap_mm
        What is left white at each edge, and what two neighbours both show.
    """

    width_mm: float
    height_mm: float
    shown_width_mm: float
    shown_height_mm: float
    across_mm: float
    down_mm: float
    columns: int
    rows: int
    margin_mm: float = _MARGIN_MM
    overlap_mm: float = _OVERLAP_MM


def cut_sheet(sheet: Paper, tile: str) -> Cut:
    """Return how a sheet is cut into the fewest sheets of a paper, standing or lying.

    Examples
    --------
    >>> cut = cut_sheet(make_paper("A0", landscape=True), "A3")
    >>> cut.columns, cut.rows
    (3, 3)
    """
    cuts = [_cut(sheet, make_paper(tile, landscape=lies)) for lies in (False, True)]
    return min(cuts, key=lambda cut: cut.columns * cut.rows)


def _cut(sheet: Paper, tile: Paper) -> Cut:
    wide, high = tile.width_mm - 2 * _MARGIN_MM, tile.height_mm - 2 * _MARGIN_MM
    across, down = wide - _OVERLAP_MM, high - _OVERLAP_MM
    columns = max(1, math.ceil((sheet.width_mm - _OVERLAP_MM) / across))
    rows = max(1, math.ceil((sheet.height_mm - _OVERLAP_MM) / down))
    return Cut(tile.width_mm, tile.height_mm, wide, high, across, down, columns, rows)


def write_tiled(
    release: Release,
    view: View,
    scope: Scope,
    asked: MapAsked,
    out: Path,
    *,
    tile: str,
    progress: Progress = silent,
    created_at: datetime | None = None,
) -> Cut:
    """Write a map as a PDF of small sheets: the first one shows how they lie, the others are cut and put together.

    Parameters
    ----------
    release, view, scope, asked
        As of `geo.export.printed.write_map`; ``asked.paper`` is the large sheet.
    out
        A file that ends in ``.pdf``.
    tile
        One of `TILES`.
    progress
        Told how far it is; what it raises stops the file.
    created_at
        Moment to print as the file's; now if not given.

    Raises
    ------
    NotPermitted
        When the scope may not see the view.
    GeoError
        When there is no such paper, or the file has another ending.
    """
    if tile not in TILES:
        raise GeoError(f"A wall map is not cut into {tile!r}. Remedy: use one of {', '.join(TILES)}.")
    if out.suffix.lower() != ".pdf":
        raise GeoError(f"{out.name} must end in .pdf: a wall map in small sheets has many pages.")
    moment = created_at or datetime.now(UTC)
    sheet = make_paper(asked.paper, landscape=asked.landscape)
    cut = cut_sheet(sheet, tile)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / _WHOLE
        title = write_map(release, view, scope, asked, whole, progress=within(progress, 0, _DRAWN), created_at=moment)
        pictures = {_WHOLE: whole.read_bytes()}
    with speaking(asked.lang):
        progress(_DRAWN, _("Cutting it into small sheets"))
        words = {
            "plan": _("{rows} rows of {columns} sheets, to be cut at the marks and put together").format(
                rows=cut.rows, columns=cut.columns
            ),
            "sheet": _("Row {row}, sheet {column}"),
        }
    size = {"width": sheet.width_mm, "height": sheet.height_mm}
    data = {"title": title, "sheet": size, "cut": asdict(cut), "words": words}
    out.write_bytes(typeset("wall", data, lang=asked.lang, pictures=pictures, created_at=moment))
    return cut
