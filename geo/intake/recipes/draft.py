"""A recipe drafted from what the doctor found: to be looked at, changed, saved and used like one written by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd
import tomli_w

from geo.intake.doctor.columns import code_list_of, code_of
from geo.intake.doctor.diagnosis import Diagnosis
from geo.intake.doctor.finding import Finding
from geo.intake.doctor.outlines import NARROW_M
from geo.intake.doctor.table import RawTable
from geo.intake.ground import is_placed
from geo.intake.recipes.earlier import code_before
from geo.intake.recipes.recipe import Recipe
from geo.intake.repair.table import POINT_REPAIRS, TABLE_REPAIRS, TOTALS
from geo.layers import AREA_LEVELS, LAYERS, UPPER_LEVELS
from geo.store import Release, read_layer

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
    "%Y%m%d%H%M%S",
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
    "%Y-%m",
    "%Y/%m",
    "%Y年%m月",
    "%Y%m",
)
_ISO = r"\d{4}-\d{2}-\d{2}.*"

# A column with more different values is text, not a code.
_MOST_VALUES = 500
# Of the cells of a column that records codes of areas as many are known.
_KNOWN_SHARE = 0.5
#: Matters that no layer takes, where they stand as a value among others: the rows go, the column stays.
_MATTERS = ("persons.petition", "persons.petition_seen", "persons.minors", "persons.family_violence")


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
        Repairs chosen; see `geo.intake.recipes.recipe.Recipe`.
    pad
        Column of the layer → digits that its codes are filled to with zeros.
    recorded
        Code of an area → column of the file that records it, to compare with.
    encoding, delimiter, header_row, part, folder
        How the file is read; the folder that it lies in, if not the recipe's own.
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
    pad: Mapping[str, int] = field(default_factory=dict)
    recorded: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int = 1
    part: str | None = None
    folder: str | None = None
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


def draft_recipe(
    diagnosis: Diagnosis,
    layer: str,
    *,
    repairs: Sequence[str] = (),
    like: Recipe | None = None,
    release: Release | None = None,
) -> Draft:
    """Draft the recipe of a file.

    Parameters
    ----------
    diagnosis
        What the doctor said of it; its table must have been read.
    layer
        Layer that it is for.
    repairs
        Names of the repairs to do, of those that the findings offer.
    like
        Recipe of an earlier file of the kind: what it says of columns that are there goes before all guesses.
    release
        Release whose codes of areas tell which columns record one, to be compared with.

    Examples
    --------
    >>> draft_recipe(diagnose("hazards.csv"), "hazards").columns  # doctest: +SKIP
    {'record_id': '编号', 'class': '隐患类型', ...}
    """
    table = _table(diagnosis)
    columns = {target: source for target, source in diagnosis.meaning.items() if target in LAYERS[layer].columns}
    columns = _as_before(columns, like, table)
    coded = [columns[name] for name in coded_columns(layer) if name in columns]
    persons = tuple(dict.fromkeys(str(one.column) for one in diagnosis.findings if _leaves_out(one, coded)))
    columns = {target: source for target, source in columns.items() if source not in persons}
    layout = table.layout
    return Draft(
        layer=layer,
        file=diagnosis.file,
        columns=columns,
        codes={
            name: guess_codes(table, columns[name], layer, name, like=like)
            for name in coded_columns(layer)
            if name in columns
        },
        constants=_constants(layer, columns) | _constants_before(like, columns),
        formats={
            name: found for name in date_columns(layer, columns) if (found := guess_formats(table, columns[name]))
        },
        leave_out=persons,
        repairs=_table_repairs(diagnosis, repairs),
        close_borders_m=NARROW_M if "areas:close" in repairs else None,
        crs=next((str(one.figures["crs"]) for one in diagnosis.findings if _names_system(one, repairs)), None),
        no_coordinates=_placeholders(diagnosis, repairs),
        pad=_pads(diagnosis, columns) if "codes:pad" in repairs else {},
        recorded=_recorded(table, layer, persons, release),
        encoding=layout.encoding if "text:encoding" in repairs else None,
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


def guess_codes(table: RawTable, source: str, layer: str, target: str, *, like: Recipe | None = None) -> dict[str, str]:
    """Return the values of a file's column with the code that each says; an empty one where none is known.

    What an earlier recipe made of a value goes before what the word says.

    Examples
    --------
    >>> guess_codes(table, "隐患类型", "hazards", "class")  # doctest: +SKIP
    {'消防隐患': 'fire', '其他': 'other', '待定': ''}
    """
    listed = code_list_of(layer, target)
    if listed is None:
        return {}
    values = [str(value) for value in table.column(source).value_counts().index[:_MOST_VALUES]]
    made = like.values.get(target) if like is not None else None
    before = {value: code for value in values if made and (code := code_before(value, made)) is not None}
    return {value: before[value] if value in before else code_of(value, listed) or "" for value in values}


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
        "folder": draft.folder,
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
        "pad": dict(draft.pad),
        "placement": _filled(
            {
                "no_coordinates": [list(pair) for pair in draft.no_coordinates],
                "recorded": {name: {"column": source} for name, source in draft.recorded.items()},
            }
        ),
        "release": dict(draft.release),
    }
    return tomli_w.dumps(_filled(said))


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value not in (None, [], {})}


def _value_map(source: str, codes: Mapping[str, str]) -> dict[str, Any]:
    out = [value for value, code in codes.items() if not code]
    named = {value: code for value, code in codes.items() if code}
    return {"from": source, "map": named, **({"left_out": out} if out else {})}


def _table(diagnosis: Diagnosis) -> RawTable:
    if diagnosis.table is None:
        raise ValueError("a file that could not be read has no recipe")
    return diagnosis.table


def _leaves_out(found: Finding, coded: Sequence[str]) -> bool:
    """Tell whether a column goes for what was found of persons; of a coded one only the values that say so go."""
    if found.column is None or not found.code.startswith("persons."):
        return False
    return not (found.code in _MATTERS and found.column in coded)


def _as_before(columns: Mapping[str, str], like: Recipe | None, table: RawTable) -> dict[str, str]:
    """Return the columns as an earlier recipe has them, and as they were guessed where it says nothing."""
    if like is None:
        return dict(columns)
    told = {**like.columns, **{name: made.sources[0] for name, made in like.values.items() if len(made.sources) == 1}}
    told = {target: source for target, source in told.items() if source in table.columns}
    guessed = {name: source for name, source in columns.items() if name not in like.targets}
    return {name: source for name, source in guessed.items() if source not in told.values()} | told


def _constants_before(like: Recipe | None, columns: Mapping[str, str]) -> dict[str, str]:
    return {} if like is None else {name: value for name, value in like.constants.items() if name not in columns}


def _table_repairs(diagnosis: Diagnosis, chosen: Sequence[str]) -> tuple[str, ...]:
    """Return the repairs that a recipe names; a system with the northing first asks for a swap as well."""
    swapped = any(one.repair in chosen and one.code.endswith("_swapped") for one in diagnosis.findings)
    wanted = [*chosen, *(["coordinates:swap"] if swapped else [])]
    known = ("make_valid", TOTALS, *TABLE_REPAIRS, *POINT_REPAIRS)
    return tuple(dict.fromkeys(name for name in wanted if name in known))


def _pads(diagnosis: Diagnosis, columns: Mapping[str, str]) -> dict[str, int]:
    digits = {one.column: one.figures["digits"] for one in diagnosis.findings if one.repair == "codes:pad"}
    return {name: int(digits[source]) for name, source in columns.items() if source in digits}


def _recorded(table: RawTable, layer: str, persons: Sequence[str], release: Release | None) -> dict[str, str]:
    """Return the columns of an event's file that record codes of areas, as the release knows them."""
    found: dict[str, str] = {}
    if release is None or not is_placed(layer):
        return found
    for level, areas in AREA_LEVELS.items():
        if level in (*UPPER_LEVELS, "county") or not release.has(areas):
            continue
        codes = pd.Index(read_layer(release, areas, columns=[f"{level}_id"])[f"{level}_id"])
        columns = [name for name in table.columns if name not in persons]
        known = {name: float(table.sample(name).isin(codes).mean()) for name in columns if len(table.sample(name))}
        best = max(known, key=lambda name: known[name], default=None)
        if best is not None and known[best] >= _KNOWN_SHARE:
            found[f"{level}_id"] = best
    return found


def _names_system(found: Finding, repairs: Sequence[str]) -> bool:
    return found.repair == "coordinates:system" and found.repair in repairs and "crs" in found.figures


def _constants(layer: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Return what most files do not say: that their records were reported, that a hazard is of the general grade."""
    usual = {"source": "reported", "grade": "general"}
    required = {name for name, column in LAYERS[layer].schema.columns.items() if column.required}
    return {name: value for name, value in usual.items() if name in required and name not in columns}


def _placeholders(diagnosis: Diagnosis, repairs: Sequence[str]) -> tuple[tuple[float, float], ...]:
    """Return the places that stand for none, of the repairs chosen; in the order that the columns have then."""
    told = [one.figures for one in diagnosis.findings if one.repair in repairs and {"lon", "lat"} <= one.figures.keys()]
    pairs = [(float(figures["lon"]), float(figures["lat"])) for figures in told]
    return tuple((lat, lon) if "coordinates:swap" in repairs else (lon, lat) for lon, lat in pairs)
