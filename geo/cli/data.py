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
_SHARED_SETTINGS = "release.toml"


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
