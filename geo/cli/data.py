"""Commands that bring data in: demo, import, assign, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.console import emit, progress_bar
from geo.cli.options import AsJson, StoreFolder

if TYPE_CHECKING:
    from geo.intake.doctor import Diagnosis
    from geo.store import Release

__all__ = ["build_demo", "register"]

_DEFAULT_STORE = Path("store")
_SHARED_SETTINGS = "release.toml"


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command("demo")(demo)
    app.command("import")(import_files)
    app.command("assign")(assign)
    app.command("doctor")(doctor)


def demo(
    *,
    store: StoreFolder = _DEFAULT_STORE,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same county.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Make up a county and publish it as a release."""
    release = build_demo(store, seed=seed)
    rows = {name: file.rows for name, file in release.layers.items()}
    lines = [f"Release {release.number} in {store}: {release.title}, data to {release.as_of}."]
    lines += [f"  {name:<12} {count:>9,}" for name, count in rows.items()]
    emit({"release": release.number, "store": store, "seed": seed, "rows": rows}, lines, as_json=as_json)


def build_demo(store: Path, *, seed: int) -> Release:
    """Publish the demo county of a seed in a store, with a progress bar on a terminal."""
    from geo.demo import make_demo
    from geo.store import Store

    with progress_bar("Making up a county") as progress:
        return make_demo(Store(store), seed=seed, progress=progress)


def import_files(
    recipes: Annotated[
        list[Path], typer.Argument(metavar="RECIPE...", exists=True, help="Recipes in TOML, or a folder of them.")
    ],
    *,
    store: StoreFolder = _DEFAULT_STORE,
    files: Annotated[
        Path | None,
        typer.Option(
            "--files", exists=True, file_okay=False, metavar="DIR", help="Where the files lie, if not by the recipes."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, publish nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the files of recipes, publish one release."""
    from geo.intake import import_recipes
    from geo.store import Store

    with progress_bar("Reading") as progress:
        report = import_recipes(list_recipes(recipes), Store(store), files=files, dry_run=dry_run, progress=progress)
    emit(report.to_dict(), report.lines(), as_json=as_json)


def list_recipes(paths: list[Path]) -> list[Path]:
    """Put the recipes of a folder in its place; what they share, ``release.toml``, is none."""
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        found += [recipe for recipe in inside if recipe == path or recipe.name != _SHARED_SETTINGS]
        if not inside:
            raise typer.BadParameter(f"The folder {path} holds no recipe.", param_hint="RECIPE...")
    return found


def assign(
    points: Annotated[Path, typer.Argument(exists=True, help="A file with lon and lat columns, or with points.")],
    grids: Annotated[Path, typer.Argument(exists=True, help="A file with polygons and their codes.")],
    *,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, metavar="OUT", help="OUT.csv or OUT.parquet.")],
    as_json: AsJson = False,
) -> None:
    """Give every point of a file its grid.

    Written are the points' own columns, grid_id, and placed: inside, snapped, outside or no_coordinates.
    """
    from geo.intake import assign_file

    with progress_bar("Assigning"):
        report = assign_file(points, grids, out)
    emit(report.to_dict(), report.lines(), as_json=as_json)


def doctor(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The file to look over; it is not changed.")
    ],
    *,
    layer: Annotated[
        str | None, typer.Option("--layer", metavar="LAYER", help="What it is for (grids, disputes, …), if known.")
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", file_okay=False, metavar="DIR", help="Compare codes and places with this store."),
    ] = None,
    part: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet, layer or file in a zip to look at.")
    ] = None,
    faults: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="OUT.geojson", help="Write gaps and overlaps of areas with their m²."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what is wrong with a file, and what to do about it.

    Exit status 1 if it can't be taken in as it is.
    """
    from geo.intake.doctor import diagnose
    from geo.layers import LAYERS
    from geo.store import Store

    if layer is not None and layer not in LAYERS:
        raise typer.BadParameter(f"There is no layer {layer!r}: use one of {', '.join(LAYERS)}.", param_hint="--layer")
    with progress_bar("Looking the file over"):
        found = diagnose(file, layer=layer, store=Store(store) if store is not None else None, part=part)
    lines = found.lines()
    if faults is not None:
        lines += ["", _write_faults(found, faults)]
    emit(found.to_dict(), lines, as_json=as_json)
    if found.refused:
        raise typer.Exit(1)


def _write_faults(found: Diagnosis, out: Path) -> str:
    """Write gaps and overlaps as GeoJSON, and return the line that says so."""
    from geo.errors import InputRefused
    from geo.intake.doctor.outlines import border_faults, outlines_of

    outlines = None if found.table is None else outlines_of(found.table)
    if outlines is None:
        raise InputRefused(f"{found.file}: it holds no areas to look for gaps and overlaps in. Remedy: give polygons.")
    listed = border_faults(outlines)
    out.write_text(listed.to_json(drop_id=True, to_wgs84=True), encoding="utf-8")
    return f"{out}: {len(listed):,} gaps and overlaps."
