"""Commands that bring data in: demo, import, assign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.console import emit, progress_bar
from geo.cli.options import AsJson, StoreFolder

if TYPE_CHECKING:
    from geo.store import Release

__all__ = ["build_demo", "register"]

_DEFAULT_STORE = Path("store")


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command("demo")(demo)
    app.command("import")(import_files)
    app.command("assign")(assign)


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
        list[Path], typer.Argument(metavar="RECIPE...", exists=True, dir_okay=False, help="Recipes in TOML.")
    ],
    *,
    store: StoreFolder = _DEFAULT_STORE,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, publish nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read the files of recipes, publish one release."""
    from geo.intake import import_recipes
    from geo.store import Store

    with progress_bar("Reading") as progress:
        report = import_recipes(recipes, Store(store), dry_run=dry_run, progress=progress)
    emit(report.to_dict(), report.lines(), as_json=as_json)


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
