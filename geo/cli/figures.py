"""Commands that take figures out: measures, export. Both pass the same protection as the screen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from geo.cli.audit import note, note_refusal
from geo.cli.console import emit, progress_bar, say
from geo.cli.filing import AskedCrs, AskedEncoding, AskedPoints, file_asked
from geo.cli.options import AsJson, AskedArea, AskedRole, AskedTable, AskedView, StoreFolder
from geo.cli.printing import (
    PAPER_KINDS,
    AskedBreaks,
    AskedBreaksFrom,
    AskedClasses,
    AskedDpi,
    AskedGraticule,
    AskedLogo,
    AskedNames,
    AskedNotes,
    AskedPaper,
    AskedPortrait,
    AskedScheme,
    AskedSecond,
    AskedSplit,
    AskedTheme,
    AskedTiles,
    map_asked,
    read_breaks,
    write_paper,
)
from geo.cli.table_files import ENDINGS, write_table

if TYPE_CHECKING:
    from geo.access import Scope
    from geo.maps import Heat
    from geo.privacy import Protected
    from geo.store import Release
    from geo.view import View

__all__ = ["register"]

_DEFAULT_STORE = Path("store")
# The theme of a printed map that is of no measure.
_DENSITY = "density"
# Said of a table that lists what was found, and may rightly list nothing.
_NOTHING_FOUND: Mapping[str, str] = {
    "questions": "There is nothing to ask about the data of this view.",
    "waiting": "Nothing is waiting in this view.",
}


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command("measures")(measures)
    app.command("export")(export)


def measures(
    *,
    view: AskedView,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, metavar="T", help="T.csv, T.parquet or T.json.")],
    table: AskedTable = "measure",
    store: StoreFolder = _DEFAULT_STORE,
    role: AskedRole = "planner",
    area: AskedArea = None,
    as_json: AsJson = False,
) -> None:
    """Write the table of a view, one row per area, or by month, class, grade, hour, state or kind of place.

    It holds what the screen would show to the role; of protected counts it holds none. A view that the role may not
    see is answered with the nearest one that it may, and a word why.
    """
    if out.suffix.lower() not in ENDINGS:
        raise typer.BadParameter(f"{out.name} must end in {', '.join(ENDINGS)}.", param_hint="--out")
    from geo.access import Scope
    from geo.figures.asked import ask_if_told, seen

    scope = Scope(role, area)
    with note_refusal(store, scope, kind=table, view=view):
        release, asked = open_view(store, view, scope)
        protected = seen(table, release, asked, scope)
    note(store, "export", scope=scope, kind=table, release=release.number, view=asked.to_query())
    write_table(protected, out)
    together = _added_up(protected)
    if together:
        say(f"Reported and discovered records together: {', '.join(together)}. source=reported in the view parts them.")
    if _tells_nothing(protected):
        # A list that is empty where the data do tell of the view has found nothing.
        whole = ask_if_told(lambda name, one: seen(name, release, one, scope), "summary", asked)
        if protected.frame.empty and whole is not None and not _tells_nothing(whole):
            say(_NOTHING_FOUND.get(table, "There is nothing of the kind in this view."))
        else:
            say(f"The data tell nothing of this view: they end on {release.as_of}, or all of it is withheld.")
    report = {"out": out, "rows": len(protected.frame), "release": release.number, "view": protected.view.to_query()}
    rows = "areas" if table == "measure" else "rows"
    emit(report, [f"{out}: {len(protected.frame):,} {rows}, release {release.number}."], as_json=as_json)


def export(
    kind: Annotated[
        Literal[
            "html",
            "map",
            "atlas",
            "briefing",
            "slides",
            "gpkg",
            "geojson",
            "shapefile",
            "geoparquet",
            "kml",
            "xlsx",
            "csv",
        ],
        typer.Argument(help="What to write."),
    ],
    *,
    view: AskedView,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, metavar="FILE", help="The file to write.")],
    store: StoreFolder = _DEFAULT_STORE,
    measure_id: Annotated[
        str | None,
        typer.Option("--measure", metavar="ID", help="What the map shows: a column of the table, or heat."),
    ] = None,
    bandwidth_m: Annotated[
        int, typer.Option("--bandwidth", metavar="M", min=1, help="Bandwidth of the heat in metres.")
    ] = 500,
    lang: Annotated[Literal["en", "zh_CN"], typer.Option("--lang", help="Language of the words.")] = "en",
    role: AskedRole = "planner",
    area: AskedArea = None,
    theme: AskedTheme = None,
    second_id: AskedSecond = None,
    paper: AskedPaper = "A4",
    portrait: AskedPortrait = False,
    scheme: AskedScheme = "round",
    classes: AskedClasses = 5,
    breaks: AskedBreaks = "",
    breaks_from: AskedBreaksFrom = None,
    split: AskedSplit = None,
    graticule: AskedGraticule = False,
    names: AskedNames = True,
    notes: AskedNotes = "",
    logo: AskedLogo = None,
    dpi: AskedDpi = 300,
    tiles: AskedTiles = None,
    crs: AskedCrs = "wgs84",
    encoding: AskedEncoding = "utf-8",
    points: AskedPoints = True,
) -> None:
    """Write what is on the screen as a file.

    html: one offline map; map: a sheet of paper as PDF, PNG or SVG, or cut into small sheets; atlas: a PDF with a page
    for each station; briefing: two pages for those who decide; slides: the same for a seminar (PPTX); gpkg: all layers
    with styles, and a project of QGIS beside it; geojson, shapefile (a zip), geoparquet, kml: areas with their values;
    xlsx: all tables with charts and definitions; csv: the table.
    """
    from geo.access import Scope
    from geo.export.files import write_file
    from geo.export.html import write_html
    from geo.export.steps import silent
    from geo.measures.catalogue import HEAT, usual_measure

    scope = Scope(role, area)
    with note_refusal(store, scope, kind=kind, view=view):
        release, asked = open_view(store, view, scope)
        column = measure_id or usual_measure(asked.layer, asked.source)
        asked = _of_one_source(asked, HEAT if theme == _DENSITY else column)
        note(store, "export", scope=scope, kind=kind, release=release.number, view=asked.to_query())
        beside: tuple[Path, ...] = ()
        if kind in PAPER_KINDS:
            asked_map = map_asked(
                theme,
                layer=asked.layer,
                measure_id=column,
                second_id=second_id,
                paper=paper,
                landscape=not portrait,
                scheme=scheme,
                classes=classes,
                breaks=read_breaks(breaks),
                breaks_from=breaks_from,
                bandwidth_m=bandwidth_m,
                split=split,
                graticule=graticule,
                names=names,
                notes=notes,
                logo=None if logo is None else logo.read_bytes(),
                lang=lang,
            )
            write_paper(kind, release, asked, scope, asked_map, out, dpi=dpi, tiles=tiles)
        elif kind == "html":
            heat = _heat(release, asked, scope, bandwidth_m) if measure_id == HEAT else None
            shown = None if heat else measure_id
            with progress_bar("Writing") as progress:
                write_html(release, asked, scope, out, measure=shown, heat=heat, lang=lang, progress=progress or silent)
        else:
            asked_file = file_asked(
                column, bandwidth_m=bandwidth_m, lang=lang, crs=crs, encoding=encoding, points=points
            )
            with progress_bar("Writing") as progress:
                written = write_file(kind, release, asked, scope, out, asked_file, progress=progress or silent)
            beside = written[1:]
    say(f"{out}: {out.stat().st_size:,} bytes, release {release.number}.")
    for path in beside:
        say(f"{path}: beside it.")


def _of_one_source(asked: View, shown: str) -> View:
    """Return the view as a map of one measure tells it: as on the screen, of reported records where none are named."""
    from geo.measures.catalogue import source_told

    source = source_told(asked.layer, shown, asked.source)
    if source != asked.source:
        say("Of the reported records alone; source=discovered in the view asks for the others.")
    return asked.replace(source=source)


def _added_up(table: Protected) -> list[str]:
    """Return the columns that hold reported and discovered records together; none where one source is asked for.

    Ends of intervals and the numbers of single codes go with them.
    """
    from geo.layers import EVENT_LAYERS
    from geo.measures.catalogue import CATALOGUE, COLUMNS, describe

    layer = table.view.layer
    if layer not in EVENT_LAYERS or table.view.source is not None:
        return []
    known = [str(name) for name in table.frame if name in CATALOGUE or f"{table.kind}:{name}" in COLUMNS]
    told = {name: describe(layer, name, table=table.kind) for name in known}
    return [name for name, one in told.items() if one.by_source and one.part_of is None and one.codes is None]


def _tells_nothing(table: Protected) -> bool:
    return "n" in table.frame and bool(table.frame["n"].isna().all())


def _heat(release: Release, asked: View, scope: Scope, bandwidth_m: int) -> Heat:
    """Return the density that the screen would show, drawn; at a bandwidth that the scope may have."""
    from geo.errors import ViewError
    from geo.layers import EVENT_LAYERS
    from geo.maps import heat_of
    from geo.maps.densities import event_density

    if asked.layer not in EVENT_LAYERS:
        raise ViewError(f"{asked.layer} has no single events. Remedy: ask for the heat of {', '.join(EVENT_LAYERS)}.")
    return heat_of(event_density(release, asked, scope, bandwidth_m=bandwidth_m))


def open_view(store: Path, query: str, scope: Scope) -> tuple[Release, View]:
    """Open the release that a view asks for, and the nearest view that the scope may see, with a word why on stderr.

    The period is the last closed month where the view names none.
    """
    from geo.errors import StoreError
    from geo.privacy import nearest_allowed
    from geo.store import Store
    from geo.view import Period, View, default_period

    numbered = View.parse(query, period=Period("2000")).release
    opened = Store(store)
    release = opened.current() if numbered is None else opened.release(numbered)
    if release is None:
        raise StoreError(f"{store} holds no release. Remedy: maplegrid demo --store {store}, or maplegrid import.")
    allowed = nearest_allowed(View.parse(query, period=default_period(release.as_of)), scope, release)
    if allowed.reasons:
        say(f"{' '.join(allowed.reasons)} Shown instead: {allowed.view.to_query()}")
    return release, allowed.view
