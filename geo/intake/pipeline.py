"""Import: the files of recipes become one release; rows in = rows loaded + rows reported with their reason."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd

from geo.errors import Fault, InputRefused, LayerError, RecipeError
from geo.intake.carry_over import check_links, compare_borders, place_again
from geo.intake.doctor.reading import read_raw
from geo.intake.ground import Ground, Layers, find_areas, lay_ground
from geo.intake.mapping import Mapped, map_rows, refuse_person_values
from geo.intake.persons.content import refuse_person_content
from geo.intake.persons.headers import refuse_person_columns
from geo.intake.persons.hiding import show_header
from geo.intake.readers.read import STREAMED, list_columns, read_table
from geo.intake.recipes.earlier import RECIPE_TEXT
from geo.intake.recipes.file import load_recipe
from geo.intake.recipes.parts import read_file
from geo.intake.recipes.recipe import Recipe, ReleaseSettings
from geo.intake.recipes.settings import find_as_of, merge_settings
from geo.intake.records import (
    TOTAL,
    RecordFile,
    by_reason,
    in_order,
    list_rejects,
    named_columns,
    stage_records,
)
from geo.intake.repair.table import TOTALS, repair_table
from geo.intake.report import ImportReport, LayerReport
from geo.intake.shapes import Nesting, Prepared, nest_areas, prepare_shapes
from geo.layers import LAYERS, find_faults
from geo.rules import Rules, load_rules
from geo.store import Release, ReportDraft, StagedRows, Store, compare_releases

__all__ = ["OnRejects", "Progress", "import_recipes"]

#: Told how much is done, 0 to 1, and what is being done.
Progress = Callable[[float, str], None]
#: Given a layer's name, and its rows that were not loaded: row, fate, column, reason, mapped columns of rejected ones.
OnRejects = Callable[[str, pd.DataFrame], None]

# Where a file is half done, as far as anybody can tell before its end.
_MANY_ROWS = 500_000


@dataclass(frozen=True)
class _Task:
    """What an import is to do: recipes and where their files lie, what is there already, the rules, who is told."""

    recipes: tuple[Recipe, ...]
    files: Path | None
    current: Release | None
    rules: Rules
    settings: ReleaseSettings
    tell: Progress

    @property
    def time_zone(self) -> str:
        return cast("str", self.settings.time_zone)

    @property
    def codes(self) -> str:
        return self.settings.codes or "any"


@dataclass(frozen=True)
class _File:
    """A file of areas or background on its way into a layer: what was read, and what is known of it so far."""

    recipe: Recipe
    columns: tuple[str, ...]
    mapped: Mapped
    rows: pd.DataFrame
    prepared: Prepared | None = None
    nestings: tuple[Nesting, ...] = ()
    mended: Mapping[str, int] = field(default_factory=dict)


def import_recipes(
    paths: Sequence[Path | str],
    store: Store,
    *,
    files: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    rules: Rules | None = None,
    on_rejects: OnRejects | None = None,
) -> ImportReport:
    """Read the files of recipes, check and place their rows, and publish one release.

    Parameters
    ----------
    paths
        Recipes, one for each layer, in any order. Layers that none gives are carried over from the current release.
    store
        Where to publish.
    files
        Folder that the recipes' files are named from; each recipe's own folder if None.
    dry_run
        Do everything but publish.
    progress
        Told how far it is.
    rules
        For the tolerance at borders and the code patterns; those delivered if None.
    on_rejects
        Given each layer that has rows that were not loaded, and all these rows, before anything is published.

    Returns
    -------
    ImportReport
        For each recipe: rows in = rows loaded + rows rejected and left out, by reason.

    Raises
    ------
    RecipeError
        When recipes are wrong in themselves or contradict each other.
    InputRefused
        When a file can't be taken in: broken, of persons, areas at fault, or not one row of it good.
    """
    recipes, current = tuple(_load_recipes(paths)), store.current()
    settings = merge_settings(recipes, current)
    task = _Task(recipes, files, current, rules or load_rules(), settings, progress or _tell_nobody)
    with tempfile.TemporaryDirectory(prefix="maplegrid-") as folder:
        areas = _take_in_areas(task)
        records = _take_in_records(task, Path(folder), {file.recipe.layer: file.rows for file in areas})
        report, layers = _put_together(task, areas, records)
        rejects = {file.recipe.layer: file.rejects for file in records}
        if on_rejects is not None:
            _show_rejects(report, rejects, on_rejects)
        if dry_run:
            return report
        task.tell(0.85, "release")
        published = _publish(store, layers, report, rejects, task)
    task.tell(1.0, "release")
    return published


def _tell_nobody(share: float, step: str) -> None:
    """Take progress where nobody looks."""


def _share_of(tell: Progress, done: int, files: int) -> Progress:
    """Return what is told of one of several files of records, all of which take from 0.2 to 0.85."""
    return lambda share, step: tell(0.2 + 0.65 * (done + share) / files, step)


def _load_recipes(paths: Sequence[Path | str]) -> list[Recipe]:
    """Load recipes in the order of the layers; tell the faults of all of them at once."""
    recipes, faults = [], []
    for path in paths:
        try:
            recipes.append(load_recipe(path))
        except RecipeError as error:
            faults.append(str(error))
    names = [recipe.layer for recipe in recipes]
    for name in sorted({name for name in names if names.count(name) > 1}):
        both = ", ".join(recipe.path.name for recipe in recipes if recipe.layer == name)
        faults.append(f"{both}: they give the same layer, {name}. Remedy: put the rows into one file, or import one.")
    if not paths:
        faults.append("There is no recipe. Remedy: name at least one.")
    if faults:
        raise RecipeError("\n".join(faults))
    order = list(LAYERS)
    return sorted(recipes, key=lambda recipe: order.index(recipe.layer))


def _take_in_areas(task: _Task) -> list[_File]:
    """Read the files of areas and background, and make their layers."""
    shapes = [recipe for recipe in task.recipes if LAYERS[recipe.layer].has_geometry]
    read = list[_File]()
    for recipe in shapes:
        task.tell(0.2 * len(read) / len(shapes), recipe.file)
        read.append(_read(recipe, task))
    return _prepare_areas(read, task)


def _take_in_records(task: _Task, folder: Path, areas: Layers) -> list[RecordFile]:
    """Take in the files of records, those that others point to first."""
    layers, records = dict(areas), list[RecordFile]()
    for recipe in (one for one in task.recipes if not LAYERS[one.layer].has_geometry):
        ground = lay_ground(recipe, layers, task.current, task.rules, task.settings)
        tell = _share_of(task.tell, len(records), len(task.recipes))
        records.append(_stage(recipe, task.files, folder, ground, tell))
        layers[recipe.layer] = records[-1].rows
    return records


def _put_together(
    task: _Task, areas: Sequence[_File], records: Sequence[RecordFile]
) -> tuple[ImportReport, dict[str, pd.DataFrame | StagedRows]]:
    """Return what is to be told, and all layers to publish: also those whose points are placed again."""
    layers: dict[str, pd.DataFrame | StagedRows] = {file.recipe.layer: file.rows for file in areas}
    layers |= {file.recipe.layer: file.rows for file in records}
    as_of = find_as_of(task.settings, [day for file in records for day in file.tally.last_days], task.current)
    moved = place_again(layers, task.current, task.rules)
    layers |= {name: rows for name, (rows, _) in moved.items()}
    check_links(layers, task.current)
    report = ImportReport(
        release=None,
        title=cast("str", task.settings.title),
        as_of=as_of,
        time_zone=task.time_zone,
        layers=(*map(_report_areas, areas), *map(_report_records, records)),
        placed_again={name: count for name, (_, count) in moved.items()},
        borders=compare_borders(layers, task.current),
    )
    return report, layers


def _read(recipe: Recipe, task: _Task) -> _File:
    """Read a file of areas or background."""
    path = recipe.locate(task.files)
    columns = _list_columns(path, recipe)
    totals = _look_inside(path, recipe)
    table = read_table(path, columns=recipe.sources(), **recipe.reading)
    shapes, mended = repair_table(table.loc[~table.index.isin(totals)], recipe)
    mapped = map_rows(shapes, recipe, time_zone=task.time_zone).leave_out(totals, TOTAL)
    refuse_person_values(mapped.persons, recipe)
    return _File(recipe, columns, mapped, mapped.rows, mended=mended)


def _list_columns(path: Path, recipe: Recipe) -> tuple[str, ...]:
    """Return a file's columns, which pass the guard before a value is kept."""
    columns = list_columns(path, **recipe.reading)
    layer = LAYERS[recipe.layer]
    named = [source for name, source in recipe.columns.items() if name in ("name", "name_en")]
    refuse_person_columns(path.name, columns, left_out=recipe.leave_out, layer=layer.name, kind=layer.kind, named=named)
    return columns


def _look_inside(path: Path, recipe: Recipe) -> tuple[int, ...]:
    """Refuse a file with persons in columns that are not left out; return its rows of totals, if they are to go.

    The columns that the recipe does not read are looked at here and kept nowhere.
    """
    raw = read_raw(path, recipe=recipe).table
    if raw is None:
        return ()
    refuse_person_content(
        path.name, raw.cells, left_out=recipe.leave_out, named=named_columns(recipe), mapped=recipe.sources()
    )
    return raw.layout.total_rows if TOTALS in recipe.repair else ()


def _stage(recipe: Recipe, files: Path | None, folder: Path, ground: Ground, tell: Progress) -> RecordFile:
    """Take in a file of records; its persons are looked for on the way, batch by batch."""
    path = recipe.locate(files)
    columns = _list_columns(path, recipe)
    # Of a text file only the rows of totals are looked for at once, and only where they are to go.
    totals = _look_inside(path, recipe) if TOTALS in recipe.repair or path.suffix.lower() not in STREAMED else ()
    tell(0.0, recipe.file)
    return stage_records(
        recipe,
        columns,
        path=path,
        folder=folder,
        ground=ground,
        totals=totals,
        tell=lambda rows: tell(rows / (rows + _MANY_ROWS), f"{recipe.file}: {rows:,} rows"),
    )


def _prepare_areas(files: Sequence[_File], task: _Task) -> list[_File]:
    """Make areas and background, top level first; a fault of one area refuses the file, for a hole is no area."""
    done: dict[str, _File] = {}
    for file in files:
        recipe = file.recipe
        _refuse_faulty_areas(file)
        if not isinstance(file.rows, gpd.GeoDataFrame):
            raise InputRefused(f"{recipe.file}: it holds no geometry. Remedy: give a file with polygons.")
        prepared = prepare_shapes(file.rows, recipe)
        rows, nestings = prepared.areas, []
        for column, method in recipe.nest.items():
            above = {name: one.rows for name, one in done.items()}
            parents = find_areas(LAYERS[recipe.layer].parents[column], above, task.current)
            if not isinstance(parents, gpd.GeoDataFrame):
                raise InputRefused(f"{recipe.path.name}: no areas to nest in by {column}. Remedy: import them as well.")
            rows, nesting = nest_areas(rows, parents, layer=recipe.layer, column=column, method=method)
            nestings.append(nesting)
        typed, faults = find_faults(recipe.layer, rows, rules=task.rules, codes=task.codes)
        if faults:
            raise LayerError([fault for fault, _ in faults])
        done[recipe.layer] = replace(file, rows=typed, prepared=prepared, nestings=tuple(nestings))
    return list(done.values())


def _refuse_faulty_areas(file: _File) -> None:
    rejected = file.mapped.rejects.rows
    rejected = rejected[rejected["fate"] == "rejected"]
    if len(rejected):
        raise LayerError(
            Fault(
                file.recipe.file, str(column), tuple(int(row) for row in rows.index), str(reason), "correct the recipe"
            )
            for (column, reason), rows in rejected.groupby(["column", "reason"], sort=False)
        )


def _report_areas(file: _File) -> LayerReport:
    mapped, recipe, prepared = file.mapped, file.recipe, file.prepared
    return LayerReport(
        **_of_recipe(recipe, file.columns),
        rows_in=mapped.rows_in,
        rows_loaded=mapped.rows_in - len(mapped.rejects.rows),
        records=len(file.rows),
        rejected=in_order(by_reason(mapped, "rejected")),
        left_out=in_order(by_reason(mapped, "left out")),
        mended=file.mended,
        closing=prepared.closing if prepared else None,
        nestings=file.nestings,
        dissolved=prepared.dissolved if prepared else {},
        repaired=prepared.repaired if prepared else (),
        rejects=list_rejects(mapped),
    )


def _report_records(file: RecordFile) -> LayerReport:
    tally = file.tally
    return LayerReport(
        **_of_recipe(file.recipe, file.columns),
        rows_in=tally.rows_in,
        rows_loaded=len(file.rows),
        records=len(file.rows),
        rejected=in_order(tally.rejected),
        left_out=in_order(tally.left_out),
        placed=in_order(tally.placed),
        unusable=dict(tally.unusable),
        mended=dict(tally.mended),
        agreements=tally.agreements,
        rejects=file.first_rejects,
    )


def _of_recipe(recipe: Recipe, columns: Sequence[str]) -> dict[str, Any]:
    left_out = [name for name in recipe.leave_out if name in columns]
    used = {*recipe.sources(), *left_out}
    return {
        "layer": recipe.layer,
        "recipe": recipe.name,
        "file": recipe.file,
        "columns_mapped": dict(recipe.columns),
        "columns_left_out": tuple(left_out),
        "columns_not_taken": tuple(show_header(name) for name in columns if name not in used),
    }


def _show_rejects(report: ImportReport, kept: Mapping[str, Path | None], show: OnRejects) -> None:
    for layer in report.layers:
        path = kept.get(layer.layer)
        rows = layer.rejects if path is None else pd.read_parquet(path)
        if len(rows):
            show(layer.layer, rows)


def _publish(
    store: Store, layers: Layers, report: ImportReport, rejects: Mapping[str, Path | None], task: _Task
) -> ImportReport:
    settings, by_layer = task.settings, {recipe.layer: recipe for recipe in task.recipes}
    release = store.publish(
        layers,
        as_of=report.as_of,
        time_zone=report.time_zone,
        title=report.title,
        title_zh=settings.title_zh,
        made_up=bool(settings.made_up),
        note=settings.note or "",
        sources={recipe.layer: recipe.attribution for recipe in task.recipes if recipe.attribution},
        rules=task.rules,
        codes=task.codes,
        # The rejects themselves lie beside the reports, all of them.
        reports=[
            ReportDraft(
                layer.layer,
                _payload(layer, report, by_layer[layer.layer]),
                rejects.get(layer.layer, layer.rejects),
            )
            for layer in report.layers
        ],
        on_top_of=task.current,
        only_changes=True,
    )
    if release == task.current:
        return replace(report, release=release.number, unchanged=True)
    changes = () if release.parent is None else compare_releases(store.release(release.parent), release)
    return replace(report, release=release.number, changes=changes)


def _payload(layer: LayerReport, report: ImportReport, recipe: Recipe) -> dict[str, Any]:
    borders = report.borders if layer.layer == "grids" else None
    told = {**layer.to_dict(), RECIPE_TEXT: read_file(recipe.path)}
    return told if borders is None else {**told, "borders": borders.to_dict()}
