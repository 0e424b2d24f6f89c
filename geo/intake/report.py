"""What an import or an assignment tells: rows in and out, by reason; how areas and records agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from geo.codes import label
from geo.intake.borders import Borders
from geo.intake.placing import Agreement
from geo.intake.repair.close_borders import Closing
from geo.intake.shapes import Nesting
from geo.store import LayerChange

__all__ = ["AssignReport", "ImportReport", "LayerReport"]

_BY_NAME = "left out "
_LISTED = 10
_REJECTS_TOLD = 200


@dataclass(frozen=True)
class LayerReport:
    """What became of one file.

    Parameters
    ----------
    layer, recipe, file
        Layer, name of the recipe, name of the file.
    rows_in, rows_loaded
        Rows of the file; rows that went into the layer (several pieces may make one area).
    records
        Rows of the layer.
    rejected, left_out
        Rows by reason: not as they must be; left out by the recipe, by name. With the loaded rows they are all rows.
    placed
        Rows by how they were placed.
    unusable
        Rows whose coordinates are no use, by why.
    mended, closing
        Rows that each repair of the recipe changed; what was done to close borders.
    agreements, nestings
        Areas found against areas recorded.
    dissolved, repaired
        Keys of areas in several pieces; areas with invalid polygons that were repaired.
    columns_mapped
        Column of the layer → column of the file that it is read from.
    columns_left_out, columns_not_taken
        Columns left out by name; other columns that the recipe does not read.
    rejects
        The first rows that were not loaded: row, fate, column, reason, and the mapped columns of rejected rows. All of
        them are kept with the release.
    """

    layer: str
    recipe: str
    file: str
    rows_in: int
    rows_loaded: int
    records: int
    rejected: Mapping[str, int]
    left_out: Mapping[str, int]
    placed: Mapping[str, int] = field(default_factory=dict)
    unusable: Mapping[str, int] = field(default_factory=dict)
    mended: Mapping[str, int] = field(default_factory=dict)
    closing: Closing | None = None
    agreements: tuple[Agreement, ...] = ()
    nestings: tuple[Nesting, ...] = ()
    dissolved: Mapping[str, int] = field(default_factory=dict)
    repaired: tuple[str, ...] = ()
    columns_mapped: Mapping[str, str] = field(default_factory=dict)
    columns_left_out: tuple[str, ...] = ()
    columns_not_taken: tuple[str, ...] = ()
    rejects: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @property
    def rows_rejected(self) -> int:
        """Rows that were not loaded, for any reason."""
        return sum(self.rejected.values()) + sum(self.left_out.values())

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold, with row, column and reason of the first rejected rows."""
        return {
            "layer": self.layer,
            "recipe": self.recipe,
            "file": self.file,
            "rows_in": self.rows_in,
            "rows_loaded": self.rows_loaded,
            "rows_rejected": self.rows_rejected,
            "records": self.records,
            "rejected": dict(self.rejected),
            "left_out": dict(self.left_out),
            "placed": dict(self.placed),
            "unusable_coordinates": dict(self.unusable),
            "mended": dict(self.mended),
            "closed_borders": None if self.closing is None else _closing(self.closing),
            "agreement": [_agreement(one) for one in self.agreements],
            "nesting": [_nesting(one) for one in self.nestings],
            "dissolved": dict(self.dissolved),
            "repaired": list(self.repaired),
            "columns_mapped": dict(self.columns_mapped),
            "columns_left_out": list(self.columns_left_out),
            "columns_not_taken": list(self.columns_not_taken),
            "rejects": self._first_rejects(),
        }

    def lines(self) -> list[str]:
        """Return the report in lines to read."""
        records = f", {self.records:,} areas" if self.dissolved else ""
        out = self.rows_rejected
        lines = [
            f"{self.layer} from {self.file}: {self.rows_in:,} rows in"
            f" = {self.rows_loaded:,} loaded{records} + {out:,} not loaded"
        ]
        lines += [f"  rejected   {count:>9,}  {reason}" for reason, count in self.rejected.items()]
        if self.rejected:
            rows = ", ".join(str(reject["row"]) for reject in self._first_rejects()[:_LISTED])
            lines.append(f"  rows rejected: {rows}{', …' if sum(self.rejected.values()) > _LISTED else ''}")
        lines += [
            f"  left out   {count:>9,}  {reason.removeprefix(_BY_NAME)}" for reason, count in self.left_out.items()
        ]
        lines += [
            f"  placed     {count:>9,}  {label('placed', how, 'en').lower()}" for how, count in self.placed.items()
        ]
        lines += [f"  no use     {count:>9,}  coordinates: {why}" for why, count in self.unusable.items()]
        lines += [f"  mended     {count:>9,}  {repair}" for repair, count in self.mended.items()]
        if self.closing is not None:
            lines.append(f"  {_closing_line(self.closing)}")
        lines += [f"  {_agreement_line(one)}" for one in self.agreements]
        lines += [f"  {line}" for one in self.nestings for line in _nesting_lines(one)]
        if self.dissolved:
            pieces = ", ".join(f"{code} ({count} pieces)" for code, count in list(self.dissolved.items())[:_LISTED])
            lines.append(f"  joined to one area each: {pieces}")
        if self.repaired:
            lines.append(f"  repaired polygons: {', '.join(self.repaired[:_LISTED])}")
        if self.columns_left_out:
            lines.append(f"  columns left out by name: {', '.join(self.columns_left_out)}")
        if self.columns_not_taken:
            lines.append(f"  columns not taken: {', '.join(self.columns_not_taken)}")
        return lines

    def _first_rejects(self) -> list[dict[str, Any]]:
        if self.rejects.empty:
            return []
        rejected = self.rejects[self.rejects["fate"] == "rejected"].head(_REJECTS_TOLD)
        told = zip(rejected["row"], rejected["column"], rejected["reason"], strict=True)
        return [{"row": int(row), "column": str(column), "reason": str(reason)} for row, column, reason in told]


@dataclass(frozen=True)
class ImportReport:
    """What an import told: the release it made (None in a dry run), its settings, and a report for each recipe.

    Where the files gave nothing but what the current release holds, none was made: it is unchanged, and the release is
    the current one. Otherwise the changes tell what became of each layer since the release before. The borders tell
    what became of grids, where they are imported again.
    """

    release: int | None
    title: str
    as_of: date
    time_zone: str
    layers: tuple[LayerReport, ...]
    placed_again: Mapping[str, int] = field(default_factory=dict)
    borders: Borders | None = None
    unchanged: bool = False
    changes: tuple[LayerChange, ...] = ()

    @property
    def dry_run(self) -> bool:
        """Tell whether nothing was published."""
        return self.release is None

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "release": self.release,
            "dry_run": self.dry_run,
            "title": self.title,
            "as_of": self.as_of.isoformat(),
            "time_zone": self.time_zone,
            "rows_in": sum(layer.rows_in for layer in self.layers),
            "rows_loaded": sum(layer.rows_loaded for layer in self.layers),
            "rows_rejected": sum(layer.rows_rejected for layer in self.layers),
            "layers": [layer.to_dict() for layer in self.layers],
            "placed_again": dict(self.placed_again),
            "borders": None if self.borders is None else self.borders.to_dict(),
            "unchanged": self.unchanged,
            "changes": [asdict(change) for change in self.changes],
        }

    def lines(self) -> list[str]:
        """Return the report in lines to read."""
        lines = [f"{self._head()}: {self.title}, data to {self.as_of.isoformat()}, {self.time_zone}."]
        lines += [line for layer in self.layers for line in layer.lines()]
        lines += [f"placed again in the new grids: {name} ({n:,} moved)" for name, n in self.placed_again.items()]
        lines += self.borders.lines() if self.borders is not None else []
        lines += [_change_line(one) for one in self.changes if one.change == "replaced"]
        return lines

    def _head(self) -> str:
        if self.dry_run:
            return "Dry run, nothing published"
        if self.unchanged:
            return f"Nothing new, nothing published; the store stays at release {self.release}"
        return f"Release {self.release}"


@dataclass(frozen=True)
class AssignReport:
    """What an assignment of a file of points told."""

    points: str
    grids: str
    out: Path
    rows: int
    placed: Mapping[str, int]
    lon_lat: tuple[str, str] | None
    grid_column: str
    areas: int
    dissolved: Mapping[str, int]
    repaired: tuple[str, ...]
    person_columns: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "points": self.points,
            "grids": self.grids,
            "out": str(self.out),
            "rows": self.rows,
            "placed": dict(self.placed),
            "coordinates_from": "geometry" if self.lon_lat is None else list(self.lon_lat),
            "grid_column": self.grid_column,
            "areas": self.areas,
            "dissolved": dict(self.dissolved),
            "repaired": list(self.repaired),
            "person_columns": list(self.person_columns),
            "renamed": dict(self.renamed),
        }

    def lines(self) -> list[str]:
        """Return the report in lines to read."""
        where = "points" if self.lon_lat is None else " and ".join(self.lon_lat)
        lines = [
            f"{self.out}: {self.rows:,} rows, coordinates from {where}, {self.areas:,} grids by {self.grid_column}"
        ]
        lines += [f"  {how:<15}{count:>9,}" for how, count in self.placed.items()]
        if self.repaired:
            lines.append(f"  repaired polygons: {', '.join(self.repaired[:_LISTED])}")
        if self.renamed:
            kept = ", ".join(f"{name} as {new}" for name, new in self.renamed.items())
            lines.append(f"  the file's own columns are kept: {kept}")
        if self.person_columns:
            names = ", ".join(self.person_columns)
            lines.append(
                f"  the file has columns of persons, and so has the new one: {names}. Take them out to pass it on."
            )
        return lines


def _change_line(one: LayerChange) -> str:
    if one.new is None:
        return f"changed: {one.layer} ({one.rows_before:,} rows before, {one.rows_after:,} now)"
    return f"changed: {one.layer} ({one.new:,} new, {one.altered:,} altered, {one.gone:,} gone)"


def _closing(one: Closing) -> dict[str, Any]:
    return {
        "gaps": one.gaps,
        "overlaps": one.overlaps,
        "areas_changed": len(one.changed),
        "moved_m2": round(one.moved_m2, 1),
        "gaps_left": one.wider,
    }


def _closing_line(one: Closing) -> str:
    left = f"; {one.wider:,} wider gaps left as they are" if one.wider else ""
    return (
        f"borders closed: {one.gaps:,} gaps and {one.overlaps:,} overlaps, {one.moved_m2:,.0f} m² in all,"
        f" {len(one.changed):,} areas changed{left}"
    )


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "column": one.column,
        "source": one.source,
        "recorded": one.recorded,
        "compared": one.compared,
        "agree": one.agree,
        "share": None if one.share is None else round(one.share, 6),
        "unplaced": one.unplaced,
        "unknown": one.unknown,
        "within": one.within,
    }


def _agreement_line(one: Agreement) -> str:
    if one.share is None:
        return f"{one.column}: no row can be compared with the recorded {one.source}"
    within = (
        "" if one.within == one.agree or one.share_within is None else f"; {one.share_within:.1%} by the point itself"
    )
    return (
        f"{one.column}: {one.share:.1%} agree with the recorded {one.source} ({one.agree:,} of {one.compared:,}{within}"
        f"; not compared: {one.unplaced:,} not placed by a point, {one.unknown:,} of unknown codes)"
    )


def _nesting(one: Nesting) -> dict[str, Any]:
    return {
        "column": one.column,
        "method": one.method,
        "nested": one.nested,
        "disagreeing": [{"area": area, "recorded": told, "found": found} for area, told, found in one.disagreeing],
        "split": [
            {
                "area": area.area,
                "parent": area.parent,
                "share": round(area.share, 4),
                "second": area.second,
                "second_share": round(area.second_share, 4),
            }
            for area in one.split
        ],
    }


def _nesting_lines(one: Nesting) -> Iterator[str]:
    line = f"{one.column} by {one.method.replace('_', ' ')}: {one.nested:,} areas"
    if one.disagreeing:
        shown = [f"{area} ({told}, found {found})" for area, told, found in one.disagreeing[:_LISTED]]
        line += f", {len(one.disagreeing):,} lie elsewhere than recorded: {_listed(shown, len(one.disagreeing))}"
    yield line
    if one.split:
        yield f"  {len(one.split):,} lie in more than one, and go to the largest share; the most divided are"
        for area in one.split[:_LISTED]:
            rest = f", {area.second_share:.0%} in {area.second}" if area.second else ""
            yield f"    {area.area}: {area.share:.0%} in {area.parent}{rest}"


def _listed(shown: Sequence[str], count: int) -> str:
    return ", ".join(shown) + (f", and {count - len(shown):,} more" if count > len(shown) else "")
