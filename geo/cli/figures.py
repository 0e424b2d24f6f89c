"""Commands that take figures out: measures, export. Both pass the same protection as the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from geo.cli.console import emit, say
from geo.cli.options import AsJson, AskedArea, AskedRole, AskedTable, AskedView, StoreFolder
from geo.cli.table_files import ENDINGS, write_table

if TYPE_CHECKING:
    from geo.access import Scope
    from geo.maps import Heat
    from geo.store import Release
    from geo.view import View

__all__ = ["register"]

_DEFAULT_STORE = Path("store")
# What the map shows when it shows a density, as in the page's address.
_HEAT = "heat"


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
    from geo.dashboard.figures.asked import seen

    scope = Scope(role, area)
    release, asked = open_view(store, view, scope)
    protected = seen(table, release, asked, scope)
    write_table(protected, out)
    if "n" in protected.frame and protected.frame["n"].isna().all():
        say(f"The data tell nothing of this view: they end on {release.as_of}, or all of it is withheld.")
    report = {"out": out, "rows": len(protected.frame), "release": release.number, "view": protected.view.to_query()}
    rows = "areas" if table == "measure" else "rows"
    emit(report, [f"{out}: {len(protected.frame):,} {rows}, release {release.number}."], as_json=as_json)


def export(
    kind: Annotated[Literal["html", "geojson", "csv"], typer.Argument(help="What to write.")],
    *,
    view: AskedView,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, metavar="FILE", help="The file to write.")],
    store: StoreFolder = _DEFAULT_STORE,
    measure_id: Annotated[
        str, typer.Option("--measure", metavar="ID", help="What the map shows: a column of the table, or heat.")
    ] = "n",
    bandwidth_m: Annotated[
        int, typer.Option("--bandwidth", metavar="M", min=1, help="Bandwidth of the heat in metres.")
    ] = 500,
    lang: Annotated[Literal["en", "zh_CN"], typer.Option("--lang", help="Language of the words.")] = "en",
    role: AskedRole = "planner",
    area: AskedArea = None,
) -> None:
    """Write what is on the screen as a file.

    html: one offline map; geojson: areas with their values; csv: the table.
    """
    from geo.access import Scope
    from geo.export.html import write_html
    from geo.export.tables import write_csv, write_geojson
    from geo.measures import measure
    from geo.privacy import protect

    scope = Scope(role, area)
    release, asked = open_view(store, view, scope)
    if kind == "html" and measure_id == _HEAT:
        write_html(release, asked, scope, out, heat=_heat(release, asked, scope, bandwidth_m), lang=lang)
    elif kind == "html":
        write_html(release, asked, scope, out, measure=measure_id, lang=lang)
    else:
        protected = protect(measure(release, asked), asked, scope)
        if kind == "csv":
            write_csv(protected, out)
        else:
            write_geojson(release, protected, out, lang=lang)
    say(f"{out}: {out.stat().st_size:,} bytes, release {release.number}.")


def _heat(release: Release, asked: View, scope: Scope, bandwidth_m: int) -> Heat:
    """Return the density that the screen would show, drawn; at a bandwidth that the scope may have."""
    from geo.dashboard.figures.heat import event_density
    from geo.errors import ViewError
    from geo.layers import EVENT_LAYERS
    from geo.maps import heat_of

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
