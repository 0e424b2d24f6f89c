"""Commands that bring data in: demo, import, assign, doctor, recipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.audit import note
from geo.cli.console import emit, progress_bar
from geo.cli.options import AsJson, StoreFolder
from geo.errors import InputRefused

if TYPE_CHECKING:
    import pandas as pd

    from geo.intake.doctor import Diagnosis
    from geo.intake.recipes.draft import Draft
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
    app.command("recipe")(recipe)


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
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            file_okay=False,
            metavar="DIR",
            help="Write the rows that are not loaded, with reasons, as LAYER-rejects.xlsx.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the files of recipes, publish one release."""
    from geo.intake import import_recipes
    from geo.store import Store
    from geo.store.public import is_open_to_public

    with progress_bar("Reading") as progress:
        report = import_recipes(
            list_recipes(recipes),
            Store(store),
            files=files,
            dry_run=dry_run,
            progress=progress,
            on_rejects=None if rejects is None else partial(_write_rejects, store, rejects, dry_run=dry_run),
        )
    if report.release is not None and not dry_run:
        note(store, "import", release=report.release)
    emit(report.to_dict(), report.lines(), as_json=as_json)
    if report.release is not None and not dry_run and is_open_to_public(store):
        # What protects them takes a second to load, which a store that is not open to the public is spared.
        from geo.privacy import keep_public

        keep_public(Store(store).current())


def _write_rejects(store: Path, folder: Path, layer: str, rows: pd.DataFrame, *, dry_run: bool) -> None:
    from geo.export.rows import rows_xlsx

    # As all files that are taken out: told before there is one. A rehearsal makes no store.
    if store.exists() or not dry_run:
        note(store, "export", kind="rejects", view=layer)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{layer}-rejects.xlsx").write_bytes(rows_xlsx(rows, sheet=layer))


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
    from geo.store import Store

    layer = _known_layer(layer) if layer is not None else None
    with progress_bar("Looking the file over"):
        found = diagnose(file, layer=layer, store=Store(store) if store is not None else None, part=part)
    lines = found.lines()
    if faults is not None:
        lines += ["", _write_faults(found, faults)]
    emit(found.to_dict(), lines, as_json=as_json)
    if found.refused:
        raise typer.Exit(1)


def recipe(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file that the recipe is for.")],
    *,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, metavar="RECIPE.toml", help="The recipe to write.")],
    layer: Annotated[
        str | None, typer.Option("--layer", metavar="LAYER", help="What the file is for; guessed if not given.")
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", file_okay=False, metavar="DIR", help="Its areas, and the recipes of earlier imports."),
    ] = None,
    part: Annotated[
        str | None, typer.Option("--sheet", metavar="NAME", help="The sheet, layer or file in a zip to read.")
    ] = None,
    repair: Annotated[
        list[str] | None,
        typer.Option("--repair", metavar="NAME", help="A repair that the doctor offers; may be given again."),
    ] = None,
) -> None:
    """Draft the recipe of a file, to be looked at, changed and imported by.

    Columns and codes are as in the newest import of such a file, or as headers and content tell.
    """
    from geo.intake.doctor import diagnose
    from geo.intake.recipes.draft import draft_recipe, write_recipe
    from geo.intake.recipes.earlier import find_earlier
    from geo.store import Store

    opened = Store(store) if store is not None else None
    with progress_bar("Looking the file over"):
        found = diagnose(file, layer=layer, store=opened, part=part)
    if found.table is None:
        raise InputRefused("\n".join(found.lines()))
    chosen = _known_layer(layer or found.layer)
    _check_offered(repair or (), found)
    like = find_earlier(opened, chosen, found.table.columns) if opened is not None else None
    release = opened.current() if opened is not None else None
    draft = draft_recipe(found, chosen, repairs=repair or (), like=like, release=release)
    beside = out.parent.resolve() == file.parent.resolve()
    draft = draft.replace(folder=None if beside else str(file.parent.resolve()))
    out.write_text(write_recipe(draft), encoding="utf-8")
    for line in _draft_lines(draft, out, like=like is not None):
        typer.echo(line)


def _check_offered(repairs: Iterable[str], found: Diagnosis) -> None:
    offered = {one.repair for one in found.findings if one.repair}
    for name in repairs:
        if name not in offered:
            listed = ", ".join(sorted(offered)) or "none"
            raise typer.BadParameter(f"The doctor offers no {name!r} here, but {listed}.", param_hint="--repair")


def _known_layer(name: str | None) -> str:
    from geo.layers import LAYERS

    if name is None or name not in LAYERS:
        said = "Nothing tells what the file is for" if name is None else f"There is no layer {name!r}"
        raise typer.BadParameter(f"{said}: use one of {', '.join(LAYERS)}.", param_hint="--layer")
    return name


def _draft_lines(draft: Draft, out: Path, *, like: bool) -> Iterator[str]:
    yield f"{out}: {draft.file} becomes {draft.layer}{', as in an earlier import' if like else ''}."
    yield from (f"  {name:<14} from {source}" for name, source in draft.columns.items())
    yield from (f"  {name:<14} is {value} in all rows" for name, value in draft.constants.items())
    if draft.leave_out:
        yield f"  left out: {', '.join(draft.leave_out)}"
    for name, codes in draft.codes.items():
        silent = sum(not code for code in codes.values())
        if silent:
            yield f"  {name}: {silent} of {len(codes)} values have no code yet; their rows would be left out by name"
    if draft.missing:
        yield f"Still without a column: {', '.join(draft.missing)}. Remedy: add them to the recipe's [columns]."


def _write_faults(found: Diagnosis, out: Path) -> str:
    """Write gaps and overlaps as GeoJSON, and return the line that says so."""
    from geo.intake.doctor.outlines import border_faults, outlines_found

    outlines = None if found.table is None else outlines_found(found.table, found.findings)
    if outlines is None:
        raise InputRefused(f"{found.file}: it holds no areas to look for gaps and overlaps in. Remedy: give polygons.")
    listed = border_faults(outlines)
    out.write_text(listed.to_json(drop_id=True, to_wgs84=True), encoding="utf-8")
    return f"{out}: {len(listed):,} gaps and overlaps."
