"""Records on their way into a layer: read, mapped, placed and checked batch by batch, and staged in a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from geo.ahead import read_ahead
from geo.errors import InputRefused
from geo.intake.ground import Ground, is_placed
from geo.intake.mapping import Mapped, Rejected, map_rows, refuse_person_values
from geo.intake.persons.content import refuse_person_content
from geo.intake.persons.sample import CellSample
from geo.intake.persons.values import PersonValues
from geo.intake.placing import Agreement, compare_recorded, find_coordinates, place_rows
from geo.intake.readers.read import read_batches
from geo.intake.recipes.recipe import Fate, Recipe
from geo.intake.recipes.settings import last_days
from geo.intake.repair.table import repair_table
from geo.layers import LAYERS, Layer, SeenKeys, are_lost, find_faults
from geo.store import Checked, StagedRows, StagedTable, layer_schema, repeated_columns

__all__ = [
    "TOTAL",
    "RecordFile",
    "Tally",
    "by_reason",
    "in_order",
    "list_rejects",
    "named_columns",
    "stage_records",
]

#: Why rows of totals are left out.
TOTAL = "a total, a note or the header again, not a record"
#: So many rows are placed faster by an index than by a search tree, its making included.
_ROWS_FOR_INDEX = 50_000
_REJECTS_TOLD = 200
_WHY = ("fate", "column", "reason")


@dataclass(frozen=True, eq=False)
class Tally:
    """What became of the rows of a file so far."""

    rows_in: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    placed: Counter[str] = field(default_factory=Counter)
    unusable: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    agreements: tuple[Agreement, ...] = ()
    persons: PersonValues = field(default_factory=lambda: PersonValues({}, {}))
    last_days: tuple[date, ...] = ()

    def add(self, other: Tally) -> Tally:
        """Return what became of these rows and of the next together."""
        pairs = zip(self.agreements, other.agreements, strict=True) if self.agreements and other.agreements else ()
        days = (*self.last_days, *other.last_days)
        return Tally(
            self.rows_in + other.rows_in,
            _sum(self.rejected, other.rejected),
            _sum(self.left_out, other.left_out),
            _sum(self.placed, other.placed),
            _sum(self.unusable, other.unusable),
            _sum(self.mended, other.mended),
            tuple(one.add(more) for one, more in pairs) or self.agreements or other.agreements,
            self.persons.add(other.persons),
            (max(days),) if days else (),
        )


@dataclass(frozen=True, eq=False)
class RecordFile:
    """A file of records that has been taken in as far as its layer.

    Parameters
    ----------
    recipe, columns
        How it was read; its own columns.
    rows
        The layer's rows, staged.
    tally
        What became of the file's rows.
    rejects, first_rejects
        File of the rows that were not loaded, None if there are none; the first of them.
    """

    recipe: Recipe
    columns: tuple[str, ...]
    rows: StagedRows
    tally: Tally
    rejects: Path | None
    first_rejects: pd.DataFrame


def stage_records(
    recipe: Recipe,
    columns: Sequence[str],
    *,
    path: Path,
    folder: Path,
    ground: Ground,
    totals: Sequence[int] = (),
    tell: Callable[[int], None] | None = None,
) -> RecordFile:
    """Take in a file of records, batch by batch.

    Parameters
    ----------
    recipe, columns
        How; the file's columns, which have passed the guard of their names.
    path, folder
        The file; where to stage its rows, and those that are not loaded.
    ground
        What they are placed in and checked against.
    totals
        Rows that are totals and notes, to be left out.
    tell
        Told after each batch how many rows have been read.

    Raises
    ------
    InputRefused
        When the file can't be taken in: broken, of persons, or not one row of it good.
    """
    layer = LAYERS[recipe.layer]
    tally, sample = Tally(), CellSample()
    first = _no_rejects(recipe)
    looked_at = [name for name in columns if name not in recipe.leave_out]
    rows_path, rejects_path = folder / f"{recipe.layer}.parquet", folder / f"{recipe.layer}-rejects.parquet"
    reject_schema = pa.Schema.from_pandas(_no_rejects(recipe), preserve_index=False)
    with (
        closing(read_ahead(_place_all(path, recipe, looked_at, ground, totals))) as placed,
        closing(read_ahead(_check_all(placed, recipe, ground))) as batches,
        StagedTable(rows_path, layer_schema(layer), repeated=repeated_columns(layer)) as rows,
        StagedTable(rejects_path, reject_schema, repeated=_WHY, compression="zstd") as rejects,
    ):
        for done in batches:
            sample, rejected = done.sample, list_rejects(done.mapped)
            rows.write(done.mapped.rows)
            rejects.write(rejected)
            first = _first_of([first, rejected])
            tally = tally.add(done.tally)
            if tell is not None:
                tell(tally.rows_in)
    refuse_person_content(
        path.name, sample.table(), left_out=recipe.leave_out, named=named_columns(recipe), mapped=recipe.sources()
    )
    refuse_person_values(tally.persons, recipe)
    _refuse_nothing_good(recipe, tally, rows.rows)
    staged = StagedRows(recipe.layer, rows_path, rows.rows, Checked(ground.rules.hash, ground.codes))
    return RecordFile(recipe, tuple(columns), staged, tally, rejects_path if rejects.rows else None, first)


@dataclass(frozen=True, eq=False)
class _Batch:
    """Rows of a file on their way: in the layer's columns, what became of all so far; cells so far."""

    mapped: Mapped
    tally: Tally
    sample: CellSample


def _place_all(
    path: Path, recipe: Recipe, looked_at: Sequence[str], ground: Ground, totals: Sequence[int]
) -> Generator[_Batch]:
    """Give the rows of a file in the layer's columns and with their grids, not yet checked."""
    sample, persons = CellSample(), PersonValues({}, {})
    wanted = list(dict.fromkeys([*looked_at, *recipe.sources()]))
    with closing(read_ahead(read_batches(path, columns=wanted, **recipe.reading))) as batches:
        for batch in batches:
            sample = sample.add(batch, [name for name in looked_at if name in batch.columns])
            mapped, tally = _place_batch(batch, recipe, ground, frozenset(totals), persons)
            persons = persons.add(tally.persons).counted()
            yield _Batch(mapped, tally, sample)


def _place_batch(
    batch: pd.DataFrame, recipe: Recipe, ground: Ground, totals: frozenset[int], persons: PersonValues
) -> tuple[Mapped, Tally]:
    out = batch.index[batch.index.isin(totals)] if totals else batch.index[:0]
    table, mended = repair_table(batch.loc[~batch.index.isin(out)] if len(out) else batch, recipe)
    mapped = map_rows(table, recipe, time_zone=ground.time_zone, before=persons).leave_out(out, TOTAL)
    unusable: Mapping[str, int] = {}
    if is_placed(recipe.layer):
        found = find_coordinates(mapped.rows, recipe)
        unusable, mended = found.unusable, {**mended, **found.repaired}
        mapped = replace(mapped, rows=_place(found.rows, recipe, ground))
    return mapped, Tally(
        unusable=Counter(unusable),
        mended=Counter(mended),
        persons=mapped.persons,
        last_days=tuple(last_days(recipe.layer, mapped.rows)),
    )


def _check_all(batches: Iterable[_Batch], recipe: Recipe, ground: Ground) -> Generator[_Batch]:
    """Give the same rows without those that are not as the layer must be."""
    seen = SeenKeys.of(LAYERS[recipe.layer].key)
    for batch in batches:
        mapped, seen = _check(batch.mapped, recipe, ground, seen)
        tally = replace(
            batch.tally,
            rows_in=mapped.rows_in,
            rejected=by_reason(mapped, "rejected"),
            left_out=by_reason(mapped, "left out"),
            placed=_count(mapped.rows["placed"]) if "placed" in mapped.rows.columns else Counter(),
            agreements=_compare(mapped, recipe, ground),
        )
        yield _Batch(mapped, tally, batch.sample)


def _place(rows: pd.DataFrame, recipe: Recipe, ground: Ground) -> pd.DataFrame:
    if ground.grids is None:
        raise InputRefused(
            f"{recipe.file}: there are no grids to place the {recipe.layer} in. "
            "Remedy: import the grids before, or in the same call."
        )
    index = ground.index if len(rows) >= _ROWS_FOR_INDEX else None
    return place_rows(rows, ground.grids, snap_tolerance_m=ground.rules.snap_tolerance_m, index=index)


def _check(mapped: Mapped, recipe: Recipe, ground: Ground, seen: SeenKeys) -> tuple[Mapped, SeenKeys]:
    """Reject the rows that are not as the layer must be."""
    layer = LAYERS[recipe.layer]
    double = None
    if set(layer.key) <= set(mapped.rows.columns):
        double, seen = seen.add(mapped.rows)
    typed, found = find_faults(layer.name, mapped.rows, rules=ground.rules, codes=ground.codes, double=double)
    faults = [(rows, fault.problem, fault.column) for fault, rows in found]
    faults += [*_late(typed, layer, ground), *_orphans(typed, layer, ground)]
    return replace(mapped, rows=typed).reject(faults), seen


def _late(rows: pd.DataFrame, layer: Layer, ground: Ground) -> Iterator[Rejected]:
    """Give rows after the release's day."""
    if ground.as_of is not None and layer.kind == "event":
        end = pd.Timestamp(ground.as_of) + pd.Timedelta(days=1)
        for name in ("found_at", *layer.steps):
            yield rows.index[rows[name] >= end], f"after the release's as_of, {ground.as_of.isoformat()}", name


def _orphans(rows: pd.DataFrame, layer: Layer, ground: Ground) -> Iterator[Rejected]:
    """Give rows that point to areas or posts that are not there."""
    for column, parent in layer.parents.items():
        there = ground.known.get(parent, pd.Index([]))
        yield rows.index[are_lost(rows[column], there)], f"it points to {parent} that are not there", column


def _compare(mapped: Mapped, recipe: Recipe, ground: Ground) -> tuple[Agreement, ...]:
    if ground.parents is None or not recipe.placement.recorded or not is_placed(recipe.layer):
        return ()
    return compare_recorded(mapped.rows, mapped.recorded, recipe, ground.parents, ground.areas)


def by_reason(mapped: Mapped, fate: Fate) -> Counter[str]:
    """Return how many rows were rejected, or left out, for each reason."""
    rows = mapped.rejects.rows[mapped.rejects.rows["fate"] == fate]
    # What is left out has a reason of its own; a fault is one of a column.
    words = rows["reason"].where((rows["column"] == "") | (fate == "left out"), rows["column"] + ": " + rows["reason"])
    return _count(words)


def _count(words: pd.Series[str]) -> Counter[str]:
    return Counter({str(word): int(count) for word, count in words.value_counts().items()})


def list_rejects(mapped: Mapped) -> pd.DataFrame:
    """List rows that were not loaded. Of a row left out on purpose nothing but its number and the reason is kept."""
    rows = mapped.rejects.rows.sort_index()
    rejected = rows.index[rows["fate"] == "rejected"]
    originals = mapped.originals(rejected).add_prefix("file: ")
    return rows.join(originals).rename_axis("row").reset_index()


def _no_rejects(recipe: Recipe) -> pd.DataFrame:
    sources = [*recipe.columns.values(), *(source for made in recipe.values.values() for source in made.sources)]
    texts = [*_WHY, *(f"file: {name}" for name in dict.fromkeys(sources))]
    return pd.DataFrame({"row": pd.Series(dtype="int64"), **{name: pd.Series(dtype="str") for name in texts}})


def _first_of(rejects: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the first rows that were rejected, and the first that were left out."""
    filled = [rows for rows in rejects if len(rows)] or rejects[:1]
    return pd.concat(filled, ignore_index=True).groupby("fate", sort=False).head(_REJECTS_TOLD)


def _refuse_nothing_good(recipe: Recipe, tally: Tally, loaded: int) -> None:
    if loaded:
        return
    reasons = [f"{reason} ({count:,} rows)" for reason, count in in_order(tally.rejected).items()]
    why = "; ".join(reasons[:5]) or "the recipe leaves every row out, or the file has none"
    raise InputRefused(f"{recipe.file}: not one row can be loaded: {why}. Remedy: correct the recipe or the file.")


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """Return counts by reason, the most first."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _sum(one: Counter[str], other: Counter[str]) -> Counter[str]:
    # Counter's own sum would drop what is counted as none.
    return Counter({name: one[name] + other[name] for name in dict.fromkeys([*one, *other])})


def named_columns(recipe: Recipe) -> Iterable[str]:
    """Return the columns of the file that hold names of areas or places."""
    named = [source for name, source in recipe.columns.items() if name in ("name", "name_en")]
    return named if "name" in LAYERS[recipe.layer].columns else []
