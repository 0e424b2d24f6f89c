"""Import: the files of recipes become one release; rows in = rows loaded + rows reported with their reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import pandas as pd

from geo.errors import Fault, InputRefused, LayerError, RecipeError
from geo.intake.carry_over import check_links, compare_borders, find_grids, find_layer, is_placed, place_again
from geo.intake.doctor.reading import read_raw
from geo.intake.mapping import Mapped, map_rows
from geo.intake.person_content import refuse_person_content
from geo.intake.persons import refuse_person_columns
from geo.intake.placing import (
    Agreement,
    Coordinates,
    compare_recorded,
    find_coordinates,
    grid_parents,
    place_rows,
)
from geo.intake.read import list_columns, read_table
from geo.intake.recipe import Recipe, ReleaseSettings
from geo.intake.recipe_file import load_recipe
from geo.intake.repair.table import TOTALS, repair_table
from geo.intake.report import ImportReport, LayerReport
from geo.intake.settings import find_as_of, merge_settings
from geo.intake.shapes import Nesting, Prepared, nest_areas, prepare_shapes
from geo.layers import AREA_LEVELS, LAYERS, find_faults
from geo.rules import Rules, load_rules
from geo.store import Release, ReportDraft, Store, compare_releases

__all__ = ["Progress", "import_recipes"]

#: Told how much is done, 0 to 1, and what is being done.
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class _File:
    """A file on its way into a layer: what was read, and what is known of it so far."""

    recipe: Recipe
    columns: tuple[str, ...]
    mapped: Mapped
    rows: pd.DataFrame
    prepared: Prepared | None = None
    nestings: tuple[Nesting, ...] = ()
    unusable: Mapping[str, int] | None = None
    mended: Mapping[str, int] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()

    def reject(self, rows: Iterable[Any], reason: str, *, column: str | None = None) -> _File:
        out = pd.Index(list(rows))
        mapped = self.mapped.reject(out, reason, column=column)
        return replace(self, mapped=mapped, rows=self.rows.loc[~self.rows.index.isin(out)])


def import_recipes(
    paths: Sequence[Path | str],
    store: Store,
    *,
    files: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    rules: Rules | None = None,
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
    rules = rules or load_rules()
    tell = progress or _tell_nobody
    recipes = _load_recipes(paths)
    current = store.current()
    settings = merge_settings(recipes, current)
    read: list[_File] = []
    for place, recipe in enumerate(recipes):
        tell(0.6 * place / len(recipes), recipe.file)
        read.append(_read(recipe, files, cast("str", settings.time_zone)))
    tell(0.6, "areas")
    areas = _prepare_areas([file for file in read if LAYERS[file.recipe.layer].has_geometry], current, rules, settings)
    layers: dict[str, pd.DataFrame] = {file.recipe.layer: file.rows for file in areas}
    tell(0.7, "points")
    others = [file for file in read if not LAYERS[file.recipe.layer].has_geometry]
    others = [_place(file, layers, current, rules) if is_placed(file.recipe.layer) else file for file in others]
    as_of = find_as_of(settings, {file.recipe.layer: file.rows for file in others}, current)
    records = [_check_rows(file, as_of, rules, cast("str", settings.codes)) for file in others]
    records = [_compare(file, layers, current) for file in _drop_orphans(records, layers, current)]
    layers |= {file.recipe.layer: file.rows for file in records}
    moved = place_again(layers, current, rules)
    layers |= {name: rows for name, (rows, _) in moved.items()}
    check_links(layers, current)
    report = ImportReport(
        release=None,
        title=cast("str", settings.title),
        as_of=as_of,
        time_zone=cast("str", settings.time_zone),
        layers=tuple(_report(file) for file in (*areas, *records)),
        placed_again={name: count for name, (_, count) in moved.items()},
        borders=compare_borders(layers, current),
    )
    if dry_run:
        return report
    tell(0.85, "release")
    published = _publish(store, layers, report, settings, recipes, rules, current)
    tell(1.0, "release")
    return published


def _tell_nobody(share: float, step: str) -> None:
    """Take progress where nobody looks."""


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


def _read(recipe: Recipe, files: Path | None, time_zone: str) -> _File:
    """Read a file: its header passes the guard before a value is kept, then only what the recipe names is kept."""
    path = recipe.locate(files)
    how: dict[str, Any] = {"part": recipe.part, "encoding": recipe.encoding, "delimiter": recipe.delimiter}
    columns = list_columns(path, header_row=recipe.header_row, **how)
    layer = LAYERS[recipe.layer]
    named = [source for name, source in recipe.columns.items() if name in ("name", "name_en")]
    refuse_person_columns(path.name, columns, left_out=recipe.leave_out, layer=layer.name, kind=layer.kind, named=named)
    totals = _look_inside(path, recipe, named if "name" in layer.columns else [])
    table = read_table(path, columns=recipe.sources(), header_row=recipe.header_row, **how)
    records, mended = repair_table(table.loc[~table.index.isin(totals)], recipe)
    mapped = map_rows(records, recipe, time_zone=time_zone)
    mapped = mapped.leave_out(totals, "a total or a note, not a record") if totals else mapped
    return _File(recipe, columns, mapped, mapped.rows, mended=mended)


def _look_inside(path: Path, recipe: Recipe, named: Sequence[str]) -> tuple[int, ...]:
    """Refuse a file with persons in columns that are not left out; return its rows of totals, if they are to go.

    The columns that the recipe does not read are looked at here and kept nowhere.
    """
    raw = read_raw(path, recipe=recipe).table
    if raw is None:
        return ()
    refuse_person_content(path.name, raw.cells, left_out=recipe.leave_out, named=named)
    return raw.layout.total_rows if TOTALS in recipe.repair else ()


def _prepare_areas(
    files: Sequence[_File], current: Release | None, rules: Rules, settings: ReleaseSettings
) -> list[_File]:
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
            parents = find_layer(LAYERS[recipe.layer].parents[column], {k: v.rows for k, v in done.items()}, current)
            if not isinstance(parents, gpd.GeoDataFrame):
                raise InputRefused(f"{recipe.path.name}: no areas to nest in by {column}. Remedy: import them as well.")
            rows, nesting = nest_areas(rows, parents, layer=recipe.layer, column=column, method=method)
            nestings.append(nesting)
        typed, faults = find_faults(recipe.layer, rows, rules=rules, codes=cast("str", settings.codes))
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


def _place(file: _File, layers: Mapping[str, pd.DataFrame], current: Release | None, rules: Rules) -> _File:
    grids = find_grids(layers, current)
    if grids is None:
        raise InputRefused(
            f"{file.recipe.file}: there are no grids to place the {file.recipe.layer} in. "
            "Remedy: import the grids before, or in the same call."
        )
    found: Coordinates = find_coordinates(file.rows, file.recipe)
    rows = place_rows(found.rows, grids, snap_tolerance_m=rules.snap_tolerance_m)
    return replace(file, rows=rows, unusable=found.unusable, mended={**file.mended, **found.repaired})


def _check_rows(file: _File, as_of: date, rules: Rules, codes: str) -> _File:
    """Reject the rows that are not as the layer must be; refuse a file of which none is."""
    layer = LAYERS[file.recipe.layer]
    rows_typed, faults = find_faults(layer.name, file.rows, rules=rules, codes=codes)
    file = replace(file, rows=rows_typed)
    for fault, rows in faults:
        file = file.reject(rows, fault.problem, column=fault.column)
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    for name in ("found_at", *layer.steps) if layer.kind == "event" else ():
        late = file.rows.index[file.rows[name] >= end]
        file = file.reject(late, f"after the release's as_of, {as_of.isoformat()}", column=name)
    _refuse_nothing_good(file)
    return file


def _refuse_nothing_good(file: _File) -> None:
    if len(file.rows):
        return
    reasons = [f"{reason} ({count:,} rows)" for reason, count in _by_reason(file.mapped, "rejected").items()]
    why = "; ".join(reasons[:5]) or "the recipe leaves every row out, or the file has none"
    raise InputRefused(f"{file.recipe.file}: not one row can be loaded: {why}. Remedy: correct the recipe or the file.")


def _drop_orphans(files: Sequence[_File], layers: Mapping[str, pd.DataFrame], current: Release | None) -> list[_File]:
    """Reject rows that point to areas or posts that are not there."""
    known = dict(layers)
    done = []
    for file in files:
        for column, parent in LAYERS[file.recipe.layer].parents.items():
            target = find_layer(parent, known, current)
            there = pd.Index([]) if target is None else pd.Index(target[LAYERS[parent].key[0]])
            lost = file.rows.index[file.rows[column].notna() & ~file.rows[column].isin(there)]
            file = file.reject(lost, f"it points to {parent} that are not there", column=column)
        _refuse_nothing_good(file)
        known[file.recipe.layer] = file.rows
        done.append(file)
    return done


def _compare(file: _File, layers: Mapping[str, pd.DataFrame], current: Release | None) -> _File:
    grids = find_grids(layers, current)
    if grids is None or not file.recipe.placement.recorded or not is_placed(file.recipe.layer):
        return file
    parents = grid_parents(grids, find_layer("villages", layers, current))
    above = {f"{level}_id": find_layer(AREA_LEVELS[level], layers, current) for level in ("village", "station")}
    areas = {column: rows for column, rows in above.items() if isinstance(rows, gpd.GeoDataFrame)}
    return replace(file, agreements=compare_recorded(file.rows, file.mapped.recorded, file.recipe, parents, areas))


def _report(file: _File) -> LayerReport:
    mapped, recipe = file.mapped, file.recipe
    placed = file.rows["placed"].value_counts().to_dict() if "placed" in file.rows.columns else {}
    prepared = file.prepared
    left_out = [name for name in recipe.leave_out if name in file.columns]
    used = {*recipe.sources(), *left_out}
    return LayerReport(
        layer=recipe.layer,
        recipe=recipe.name,
        file=recipe.file,
        rows_in=mapped.rows_in,
        rows_loaded=mapped.rows_in - len(mapped.rejects.rows),
        records=len(file.rows),
        rejected=_by_reason(mapped, "rejected"),
        left_out=_by_reason(mapped, "left out"),
        placed={str(how): int(count) for how, count in placed.items()},
        unusable=file.unusable or {},
        mended=file.mended,
        closing=prepared.closing if prepared else None,
        agreements=file.agreements,
        nestings=file.nestings,
        dissolved=prepared.dissolved if prepared else {},
        repaired=prepared.repaired if prepared else (),
        columns_mapped=dict(recipe.columns),
        columns_left_out=tuple(left_out),
        columns_not_taken=tuple(name for name in file.columns if name not in used),
        rejects=_list_rejects(mapped),
    )


def _by_reason(mapped: Mapped, fate: str) -> Mapping[str, int]:
    rows = mapped.rejects.rows[mapped.rejects.rows["fate"] == fate]
    # What is left out has a reason of its own; a fault is one of a column.
    words = rows["reason"].where((rows["column"] == "") | (fate == "left out"), rows["column"] + ": " + rows["reason"])
    return {str(reason): int(count) for reason, count in words.value_counts().items()}


def _list_rejects(mapped: Mapped) -> pd.DataFrame:
    """List rows that were not loaded. Of a row left out on purpose nothing but its number and the reason is kept."""
    rows = mapped.rejects.rows.sort_index()
    rejected = rows.index[rows["fate"] == "rejected"]
    originals = mapped.originals.loc[rejected].add_prefix("file: ")
    return rows.join(originals).rename_axis("row").reset_index()


def _publish(
    store: Store,
    layers: Mapping[str, pd.DataFrame],
    report: ImportReport,
    settings: ReleaseSettings,
    recipes: Sequence[Recipe],
    rules: Rules,
    current: Release | None,
) -> ImportReport:
    release = store.publish(
        layers,
        as_of=report.as_of,
        time_zone=report.time_zone,
        title=report.title,
        title_zh=settings.title_zh,
        made_up=bool(settings.made_up),
        note=settings.note or "",
        sources={recipe.layer: recipe.attribution for recipe in recipes if recipe.attribution},
        rules=rules,
        codes=settings.codes or "any",
        # The rejects themselves lie beside the reports, all of them.
        reports=[ReportDraft(layer.layer, _payload(layer, report), layer.rejects) for layer in report.layers],
        on_top_of=current,
        only_changes=True,
    )
    if release == current:
        return replace(report, release=release.number, unchanged=True)
    changes = () if release.parent is None else compare_releases(store.release(release.parent), release)
    return replace(report, release=release.number, changes=changes)


def _payload(layer: LayerReport, report: ImportReport) -> dict[str, Any]:
    borders = report.borders if layer.layer == "grids" else None
    return layer.to_dict() if borders is None else {**layer.to_dict(), "borders": borders.to_dict()}
