"""Options of files for other programs, and their way to the writers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from geo.export.files import Asked

__all__ = ["AskedCrs", "AskedEncoding", "AskedPoints", "file_asked"]

_FILES = "Files for other programs"
AskedCrs = Annotated[
    str,
    typer.Option(
        "--crs",
        metavar="SYSTEM",
        help="wgs84, cgcs2000, cgcs2000-3 (its three-degree zone; cgcs2000-3:120 names the meridian), cgcs2000-zone "
        "(the same with the zone's number before eastings; cgcs2000-zone:40) or gcj02, which the name has to say.",
        rich_help_panel=_FILES,
    ),
]
AskedEncoding = Annotated[
    Literal["utf-8", "gbk"], typer.Option("--encoding", help="Of a shapefile's texts.", rich_help_panel=_FILES)
]
AskedPoints = Annotated[
    bool,
    typer.Option(
        "--points/--no-points",
        help="Whether a GeoPackage holds single records, where the role may see them, or else their density.",
        rich_help_panel=_FILES,
    ),
]


def file_asked(measure_id: str, *, bandwidth_m: int, lang: str, crs: str, encoding: str, points: bool) -> Asked:
    """Return how a file is to be; heat is a layer beside the areas, which are coloured by their number then."""
    from geo.export.files import Asked
    from geo.measures.catalogue import HEAT

    heat = measure_id == HEAT
    return Asked(
        measure_id="n" if heat else measure_id,
        lang=lang,
        crs=crs,
        encoding=encoding,
        points=points,
        bandwidth_m=bandwidth_m if heat else None,
    )
