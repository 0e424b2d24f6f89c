"""A recipe drafted from what the doctor found: to be looked at, changed, saved and used like one written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd
import tomli_w

from geo.intake.doctor.case import Case
from geo.intake.doctor.columns import code_list_of, code_of
from geo.intake.doctor.coordinates import find_placeholders, points_of
from geo.intake.doctor.diagnosis import Diagnosis
from geo.intake.doctor.finding import Finding
from geo.intake.doctor.outlines import NARROW_M
from geo.intake.doctor.table import RawTable
from geo.intake.repair.table import POINT_REPAIRS, TABLE_REPAIRS
from geo.layers import LAYERS

__all__ = [
    "DATE_FORMATS",
    "Draft",
    "coded_columns",
    "date_columns",
    "draft_recipe",
    "guess_codes",
    "guess_formats",
    "write_recipe",
]

#: Ways to write a date beside ISO, as strptime has them; where two fit a column, the first.
DATE_FORMATS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
    "%Y%m%d",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
)
_ISO = r"\d{4}-\d{2}-\d{2}.*"

# A column with more different values is text, not a code.
_MOST_VALUES = 500


@dataclass(frozen=True)
class Draft:
    """What a recipe will say.

    Parameters
    ----------
    layer, file
        The layer, and the file's name.
    columns
        Column of the layer → column of the file.
    codes
        Coded column of the layer → (value of the file → code); values without a code are left out by name.
    constants
        Column of the layer → one value for all rows.
    formats
        Column of the layer → ways in which its dates are written, where they are not ISO.
    leave_out
        Columns of the file left out by name.
    repairs, close_borders_m, crs, no_coordinates
        Repairs chosen; see `geo.intake.recipe.Recipe`.
    encoding, delimiter, header_row, part
        How the file is read.
    nest
        Column of an area's parent → how it is found.
    release
        Title, as_of and time_zone for the first release of a store.
    """

    layer: str
    file: str
    columns: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, Sequence[str]] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    close_borders_m: float | None = None
    crs: str | None = None
    no_coordinates: tuple[tuple[float, float], ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1
    part: str | None = None
    nest: Mapping[str, str] = field(default_factory=dict)
    release: Mapping[str, str | date] = field(default_factory=dict)

    def replace(self, **changes: Any) -> Draft:  # noqa: ANN401 - values of the fields, by name
        """Return a draft with some values changed."""
        return replace(self, **changes)

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns that the layer must have and nothing fills."""
        filled = {*self.columns, *self.constants, *self.nest, "geometry", "placed"}
        return tuple(
            name for name, column in LAYERS[self.layer].schema.columns.items() if column.required and name not in filled
        )


def draft_recipe(diagnosis: Diagnosis, layer: str, *, repairs: Sequence[str] = ()) -> Draft:
    """Draft the recipe of a file.

    Parameters
    ----------
    diagnosis
        What the doctor said of it; its table must have been read.
    layer
        Layer that it is for.
    repairs
        Names of the repairs to do, of those that the findings offer.

    Examples
    --------
    >>> draft_recipe(diagnose("hazards.csv"), "hazards").columns  # doctest: +SKIP
    {'record_id': '编号', 'class': '隐患类型', ...}
    """
    table = _table(diagnosis)
    columns = {target: source for target, source in diagnosis.meaning.items() if target in LAYERS[layer].columns}
    persons = tuple(dict.fromkeys(one.column for one in diagnosis.findings if _is_person(one) and one.column))
    columns = {target: source for target, source in columns.items() if source not in persons}
    layout = table.layout
    return Draft(
        layer=layer,
        file=diagnosis.file,
        columns=columns,
        codes={
            name: guess_codes(table, columns[name], layer, name) for name in coded_columns(layer) if name in columns
        },
        constants=_constants(layer, columns),
        formats={
            name: found for name in date_columns(layer, columns) if (found := guess_formats(table, columns[name]))
        },
        leave_out=persons,
        repairs=tuple(name for name in repairs if name in (*TABLE_REPAIRS, *POINT_REPAIRS, "make_valid")),
        close_borders_m=NARROW_M if "areas:close" in repairs else None,
        crs=next((str(one.figures["crs"]) for one in diagnosis.findings if _names_system(one, repairs)), None),
        no_coordinates=_placeholders(diagnosis, layer) if "coordinates:placeholders" in repairs else (),
        encoding=layout.encoding if layout.kind == "text" and "text:encoding" in repairs else None,
        delimiter=layout.delimiter if layout.kind == "text" and layout.delimiter not in (None, ",") else None,
        header_row=max(layout.header_row, 1),
        part=layout.part,
    )


def coded_columns(layer: str) -> tuple[str, ...]:
    """Return the columns of a layer that take their values from a code list."""
    return tuple(name for name in LAYERS[layer].columns if code_list_of(layer, name) is not None)


def date_columns(layer: str, columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the mapped columns of a layer that hold moments or days."""
    return tuple(name for name in columns if LAYERS[layer].dtypes[name].startswith("datetime"))


def guess_codes(table: RawTable, source: str, layer: str, target: str) -> dict[str, str]:
    """Return the values of a file's column with the code that each says; an empty one where none is known.

    Examples
    --------
    >>> guess_codes(table, "隐患类型", "hazards", "class")  # doctest: +SKIP
    {'消防隐患': 'fire', '其他': 'other', '待定': ''}
    """
    listed = code_list_of(layer, target)
    if listed is None:
        return {}
    values = [str(value) for value in table.column(source).value_counts().index[:_MOST_VALUES]]
    return {value: code_of(value, listed) or "" for value in values}


def guess_formats(table: RawTable, source: str) -> tuple[str, ...]:
    """Return the ways in which a column's dates are written: the fewest of `DATE_FORMATS`; none if all are ISO."""
    left = table.sample(source)
    left = left[~left.str.fullmatch(_ISO)]
    found: list[str] = []
    while len(left):
        read = {way: pd.to_datetime(left, format=way, errors="coerce").notna() for way in DATE_FORMATS}
        best = max(DATE_FORMATS, key=lambda way: int(read[way].sum()))
        if not read[best].any():
            break
        found.append(best)
        left = left[~read[best]]
    return tuple(found)


def write_recipe(draft: Draft) -> str:
    """Return a draft as the text of a recipe.

    Examples
    --------
    >>> print(write_recipe(Draft("visits", "visits.csv", {"grid_id": "网格"})))
    layer = "visits"
    file = "visits.csv"
    <BLANKLINE>
    [columns]
    grid_id = "网格"
    <BLANKLINE>
    """
    coded = {name: codes for name, codes in draft.codes.items() if any(value != code for value, code in codes.items())}
    said: dict[str, Any] = {
        "layer": draft.layer,
        "file": draft.file,
        "part": draft.part,
        "encoding": draft.encoding,
        "delimiter": draft.delimiter,
        "header_row": draft.header_row if draft.header_row != 1 else None,
        "crs": draft.crs,
        "leave_out": list(draft.leave_out),
        "repair": list(draft.repairs),
        "close_borders_m": draft.close_borders_m,
        "columns": {name: source for name, source in draft.columns.items() if name not in coded},
        "constants": dict(draft.constants),
        "values": {name: _value_map(draft.columns[name], codes) for name, codes in coded.items()},
        "dates": {name: {"format": list(ways)} for name, ways in draft.formats.items()},
        "nest": dict(draft.nest),
        "placement": {"no_coordinates": [list(pair) for pair in draft.no_coordinates]} if draft.no_coordinates else {},
        "release": dict(draft.release),
    }
    return tomli_w.dumps({key: value for key, value in said.items() if value not in (None, [], {})})


def _value_map(source: str, codes: Mapping[str, str]) -> dict[str, Any]:
    out = [value for value, code in codes.items() if not code]
    named = {value: code for value, code in codes.items() if code}
    return {"from": source, "map": named, **({"left_out": out} if out else {})}


def _table(diagnosis: Diagnosis) -> RawTable:
    if diagnosis.table is None:
        raise ValueError("a file that could not be read has no recipe")
    return diagnosis.table


def _is_person(found: Finding) -> bool:
    return found.code.startswith("persons.")


def _names_system(found: Finding, repairs: Sequence[str]) -> bool:
    return found.repair == "coordinates:system" and found.repair in repairs and "crs" in found.figures


def _constants(layer: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Return what most files do not say: that their records were reported, that a hazard is of the general grade."""
    usual = {"source": "reported", "grade": "general"}
    required = {name for name, column in LAYERS[layer].schema.columns.items() if column.required}
    return {name: value for name, value in usual.items() if name in required and name not in columns}


def _placeholders(diagnosis: Diagnosis, layer: str) -> tuple[tuple[float, float], ...]:
    case = Case(diagnosis.file, _table(diagnosis), layer, diagnosis.meaning, date.max)
    points = points_of(case)
    if points is None:
        return ()
    return tuple((lon, lat) for lon, lat, _ in find_placeholders(points.first, points.second))
