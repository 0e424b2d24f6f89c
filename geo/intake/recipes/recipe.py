"""What a recipe says: how a file becomes a layer. Frozen values; `geo.intake.recipes.file` reads them from TOML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from geo.errors import InputRefused

__all__ = [
    "ANY_VALUE",
    "LAST_DAY",
    "Condition",
    "DateFormat",
    "Fate",
    "Moved",
    "Placement",
    "Recipe",
    "Recorded",
    "ReleaseSettings",
    "RowRule",
    "ValueMap",
]

#: As an `as_of`: the last day that the records of the call tell of.
LAST_DAY = "last-day"
#: In a map of values: every value that is not named beside it.
ANY_VALUE = "*"

Test = Literal["is", "is_not", "starts_with", "empty"]
#: What becomes of a row that is not loaded: the recipe leaves it out by name, or it is not as it must be.
Fate = Literal["left out", "rejected"]


@dataclass(frozen=True)
class ValueMap:
    """How the values of one or two columns of the file become codes.

    Parameters
    ----------
    sources
        One or two columns of the file.
    codes
        Value of the first source → code, or → (value of the second source → code). ``*`` stands for any other value;
        an empty code is a missing one.
    left_out
        Values of the first source whose rows are left out by name → why; the value itself where nothing else is said.
    """

    sources: tuple[str, ...]
    codes: Mapping[str, str | Mapping[str, str]]
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """A test on one column: ``is`` one of the values, is none of them, starts with one of them, or is empty."""

    test: Test
    values: tuple[str, ...] = ()
    empty: bool = True


@dataclass(frozen=True)
class Moved:
    """Rows whose local clock was taken for that of another zone, ``as_if``, and moved: those that meet ``where``."""

    as_if: str
    where: Mapping[str, Condition] = field(default_factory=dict)


@dataclass(frozen=True)
class DateFormat:
    """How dates are written.

    Parameters
    ----------
    formats
        strptime formats, tried in order before ISO.
    zone
        Zone of the clock; the release's if None.
    moved
        Rows to move back.
    """

    formats: tuple[str, ...] = ()
    zone: str | None = None
    moved: Moved | None = None


@dataclass(frozen=True)
class RowRule:
    """Rows to leave out or reject (or, with ``keep``, to keep alone): those that meet every condition, for a reason."""

    reason: str
    where: Mapping[str, Condition]
    keep: bool = False
    fate: Fate = "left out"


@dataclass(frozen=True)
class Recorded:
    """A code of an area that the file itself records, to compare with; filled with zeros, or made of a name."""

    column: str
    pad: int = 0
    slug: bool = False


@dataclass(frozen=True)
class Placement:
    """How events are placed.

    Parameters
    ----------
    no_coordinates
        Pairs of lon, lat that the file writes where it knows no place.
    recorded
        Column of an area's code (``grid_id``, ``village_id``, ``station_id``) → where the file records it.
    """

    no_coordinates: tuple[tuple[float, float], ...] = ()
    recorded: Mapping[str, Recorded] = field(default_factory=dict)


@dataclass(frozen=True)
class ReleaseSettings:
    """What is said of the release; None where a recipe says nothing."""

    title: str | None = None
    title_zh: str | None = None
    as_of: date | Literal["last-day"] | None = None
    time_zone: str | None = None
    note: str | None = None
    codes: str | None = None
    made_up: bool | None = None


@dataclass(frozen=True)
class Recipe:
    """How a file becomes a layer; see data/recipes/README.md for each key.

    Parameters
    ----------
    path
        Where the recipe stands.
    layer, file, folder
        The layer; the file as the recipe names it, and the folder that it lies in, from the recipe's own.
    part, encoding, delimiter, header_row
        As in `geo.intake.readers.read.read_table`.
    columns
        Column of the layer → column of the file, taken as it is.
    constants
        Column of the layer → one value for all rows.
    templates
        Column of the layer → text with columns of the file in braces.
    values, dates, pad
        Column of the layer → map of values, format of dates (``*``: of all not named), digits to fill with zeros.
    slug
        Columns of the layer whose codes are made of names.
    only
        Column of the layer → conditions on the file's columns; it stays empty in rows that do not meet them all.
    crs
        Coordinate system of the file, where it does not say so itself, or wrongly.
    leave_out
        Columns of the file that are left out by name.
    row_rules
        Rows to leave out, to keep or to reject.
    dissolve
        Whether rows with the same key become one area.
    repair
        Repairs that are allowed, by name: of polygons (``make_valid``), of how coordinates are written, of datums.
    close_borders_m
        Width up to which gaps and overlaps between areas are closed; None closes none.
    nest
        Column of an area's parent → ``largest_overlap`` or ``representative_point``.
    """

    path: Path
    layer: str
    file: str
    folder: str = "."
    part: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1
    crs: str | None = None
    attribution: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    templates: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, ValueMap] = field(default_factory=dict)
    dates: Mapping[str, DateFormat] = field(default_factory=dict)
    pad: Mapping[str, int] = field(default_factory=dict)
    slug: tuple[str, ...] = ()
    only: Mapping[str, Mapping[str, Condition]] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    row_rules: tuple[RowRule, ...] = ()
    dissolve: bool = False
    repair: tuple[str, ...] = ()
    close_borders_m: float | None = None
    nest: Mapping[str, str] = field(default_factory=dict)
    placement: Placement = field(default_factory=Placement)
    release: ReleaseSettings = field(default_factory=ReleaseSettings)

    @property
    def name(self) -> str:
        """Name of the recipe: its file's, without the ending."""
        return self.path.stem

    def dates_of(self, column: str) -> DateFormat:
        """Return how the dates of a column of the layer are written."""
        return self.dates.get(column) or self.dates.get(ANY_VALUE) or DateFormat()

    @property
    def reading(self) -> dict[str, Any]:
        """How the file is read: the options of `geo.intake.readers.read.read_table`, but for the columns."""
        names = ("part", "encoding", "delimiter", "header_row")
        return {name: getattr(self, name) for name in names}

    @property
    def targets(self) -> tuple[str, ...]:
        """Columns of the layer that the recipe fills."""
        return (*self.columns, *self.values, *self.templates, *self.constants)

    def sources(self) -> tuple[str, ...]:
        """Return every column of the file that the recipe reads, once."""
        return tuple(dict.fromkeys(self._all_sources()))

    def locate(self, files: Path | None) -> Path:
        """Return the path of the file: under ``files`` if given, else under the recipe's folder.

        Raises
        ------
        InputRefused
            When there is no such file.
        """
        path = (files if files is not None else self.path.parent / self.folder) / self.file
        if not path.is_file():
            raise InputRefused(
                f"{path}: there is no such file. "
                f"Remedy: correct folder and file in {self.path.name}, or name the folder of the files with --files."
            )
        return path

    def _all_sources(self) -> Iterator[str]:
        yield from self.columns.values()
        for mapped in self.values.values():
            yield from mapped.sources
        for template in self.templates.values():
            yield from template_columns(template)
        for rule in self.row_rules:
            yield from rule.where
        for conditions in self.only.values():
            yield from conditions
        for dates in self.dates.values():
            yield from dates.moved.where if dates.moved is not None else ()
        for recorded in self.placement.recorded.values():
            yield recorded.column


def template_columns(template: str) -> tuple[str, ...]:
    """Return the columns that a template names in braces.

    Examples
    --------
    >>> template_columns("District {DIST_NUM}")
    ('DIST_NUM',)
    """
    return tuple(part.partition("}")[0] for part in template.split("{")[1:])
