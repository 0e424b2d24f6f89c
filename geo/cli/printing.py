"""Options of printed maps, and their way to the sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from geo.cli.console import progress_bar, say

if TYPE_CHECKING:
    from geo.access import Scope
    from geo.export.printed import MapAsked
    from geo.store import Release
    from geo.view import View

__all__ = [
    "PAPER_KINDS",
    "AskedBreaks",
    "AskedBreaksFrom",
    "AskedClasses",
    "AskedDpi",
    "AskedGraticule",
    "AskedLogo",
    "AskedNames",
    "AskedNotes",
    "AskedPaper",
    "AskedPortrait",
    "AskedScheme",
    "AskedSecond",
    "AskedSplit",
    "AskedTheme",
    "AskedTiles",
    "map_asked",
    "read_breaks",
    "write_paper",
]

#: What `write_paper` writes; what has pages of a report has one ending alone.
PAPER_KINDS = ("map", "atlas", "briefing", "slides")
_ENDINGS = {"atlas": ".pdf", "briefing": ".pdf", "slides": ".pptx"}
_MAPS = "Printed maps"
AskedTheme = Annotated[
    str | None,
    typer.Option(
        "--theme",
        help="classes, symbols (usual for numbers), density, states (officers' coverage) or two (measures).",
        rich_help_panel=_MAPS,
    ),
]
AskedSecond = Annotated[
    str | None, typer.Option("--second", metavar="ID", help="Of two measures the second.", rich_help_panel=_MAPS)
]
AskedPaper = Annotated[str, typer.Option("--paper", help="A4, A3, A2, A1 or A0.", rich_help_panel=_MAPS)]
AskedPortrait = Annotated[bool, typer.Option("--portrait", help="A sheet that stands.", rich_help_panel=_MAPS)]
AskedScheme = Annotated[
    str, typer.Option("--scheme", help="round, natural, quantiles, equal or own classes.", rich_help_panel=_MAPS)
]
AskedClasses = Annotated[int, typer.Option("--classes", min=2, max=9, help="How many.", rich_help_panel=_MAPS)]
AskedBreaks = Annotated[
    str, typer.Option("--breaks", metavar="B", help="Own breaks, such as 1,5,20.", rich_help_panel=_MAPS)
]
AskedBreaksFrom = Annotated[
    str | None,
    typer.Option(
        "--breaks-from",
        metavar="PERIOD",
        help="Classes of this period, such as 2025, for maps that compare.",
        rich_help_panel=_MAPS,
    ),
]
AskedGraticule = Annotated[
    bool, typer.Option("--graticule", help="With lines of longitude and latitude.", rich_help_panel=_MAPS)
]
AskedNames = Annotated[
    bool, typer.Option("--names/--no-names", help="Whether the areas are named.", rich_help_panel=_MAPS)
]
AskedNotes = Annotated[
    str, typer.Option("--note", metavar="TEXT", help="A note below the legend.", rich_help_panel=_MAPS)
]
AskedLogo = Annotated[
    Path | None,
    typer.Option("--logo", exists=True, dir_okay=False, help="A PNG or JPEG for the corner.", rich_help_panel=_MAPS),
]
AskedSplit = Annotated[
    str | None,
    typer.Option("--multiples", help="Small maps by month or by class, that compare.", rich_help_panel=_MAPS),
]
AskedTiles = Annotated[
    Literal["A4", "A3"] | None,
    typer.Option("--tiles", help="A large map as sheets of this paper, to be put together.", rich_help_panel=_MAPS),
]
AskedDpi = Annotated[
    int, typer.Option("--dpi", min=50, max=1200, help="Dots per inch of a PNG.", rich_help_panel=_MAPS)
]


def map_asked(theme: str | None, *, layer: str, measure_id: str, **options: Any) -> MapAsked:  # noqa: ANN401  its fields
    """Return how a map is to look; numbers are circles where nothing else is asked for.

    Raises
    ------
    GeoError
        When what takes part is not installed.
    """
    from geo.export.extra import export_extra
    from geo.measures.catalogue import HEAT

    with export_extra():
        from geo.export.printed import MapAsked, usual_theme
    if measure_id == HEAT:
        return MapAsked(theme="density", **options)
    chosen = theme or ("two" if options["second_id"] else usual_theme(layer, measure_id))
    return MapAsked(theme=chosen, measure_id=measure_id, **options)


def write_paper(
    kind: str,
    release: Release,
    view: View,
    scope: Scope,
    asked: MapAsked,
    out: Path,
    *,
    dpi: int,
    tiles: str | None,
) -> None:
    """Write one of `PAPER_KINDS`; what has many pages tells how far it is."""
    ending = _ENDINGS.get(kind)
    if ending is not None and out.suffix.lower() != ending:
        raise typer.BadParameter(f"{out.name} must end in {ending}.", param_hint="--out")
    from geo.export.extra import export_extra
    from geo.export.steps import silent

    with export_extra():
        from geo.export import reports
        from geo.export.printed import write_map
    cut = None
    with progress_bar("Drawing") as bar:
        about, progress = (release, view, scope, asked, out), bar or silent
        if kind != "map":
            write = {"atlas": reports.write_atlas, "briefing": reports.write_briefing, "slides": reports.write_slides}
            write[kind](*about, progress=progress)
        elif tiles is None:
            write_map(*about, dpi=dpi, progress=progress)
        else:
            cut = reports.write_tiled(*about, tile=tiles, progress=progress)
    if cut is not None:
        say(f"{cut.rows} rows of {cut.columns} sheets of {tiles}.")


def read_breaks(text: str) -> tuple[float, ...]:
    """Return the breaks that a text lists.

    Raises
    ------
    typer.BadParameter
        When one is no number.
    """
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no list of numbers such as 1,5,20.", param_hint="--breaks") from error
