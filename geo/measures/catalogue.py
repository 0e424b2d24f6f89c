"""What every figure means: label, definition, unit, formula, the counts it discloses, and which way is good.

The words stand in data/measures.toml, those of tables whose rows are no areas in data/columns.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from geo.codes import code_list
from geo.layers import EVENT_LAYERS
from geo.resources import resource

__all__ = [
    "CATALOGUE",
    "COLUMNS",
    "HEAT",
    "NESTED",
    "SUMS",
    "Measure",
    "Unit",
    "columns_of",
    "describe",
    "mappable",
    "source_told",
    "usual_measure",
]

Unit = Literal["count", "share", "per_1000", "days", "hours", "score", "flag", "ratio", "own", "text", "day"]
#: What a map shows when it shows a density, beside the measures.
HEAT = "heat"
# Stands for every kind of table.
_ANY = "any"
_ENDS = {"low": "Lower end", "high": "Upper end"}
_INTERVALS = {True: "two-sided at 95 %", "widened": "widened for all rows that are looked at together"}


@dataclass(frozen=True)
class Measure:
    """What a column of figures means.

    Parameters
    ----------
    id
        Name of the column.
    layers
        Layers of a view that have it.
    unit
        ``count``, ``share`` (of 1), ``per_1000``, ``days``, ``hours``, ``score`` (0 to 100) or ``flag``; of columns of
        other tables also ``ratio``, ``own`` (each row tells its own), ``text`` or ``day``.
    label, definition
        In English, to be translated as they stand.
    formula
        How it is worked out, in names of columns.
    based_on
        Count columns that the value discloses: it is withheld with any of them.
    whole
        For a share, the count column that it is a share of: with it the share discloses its numerator and the rest.
    good
        Whether more or less of it is good; None where neither is, as for all reported counts.
    ramp
        How a map colours it.
    part_of
        For the end of an interval, its n or its test, the measure that it belongs to.
    codes
        List and code that the label is the word for; None if it is words of its own.
    by_source
        Whether it counts records reported and discovered together where a view asks for both: what names it says so.
    """

    id: str
    layers: tuple[str, ...]
    unit: Unit
    label: str
    definition: str
    formula: str = ""
    based_on: tuple[str, ...] = ()
    whole: str | None = None
    good: Literal["high", "low"] | None = None
    ramp: Literal["sequential", "diverging"] = "sequential"
    part_of: str | None = None
    codes: tuple[str, str] | None = None
    by_source: bool = False


def _read_catalogue() -> Mapping[str, Measure]:
    raw = dict(_read_words("measures.toml"))
    codes = raw.pop("codes")
    found: dict[str, Measure] = {}
    for key, entry in raw.items():
        found |= {measure_key: measure for measure_key, measure in _read_entry(key, entry)}
    for entry in codes:
        for measure in _read_codes(entry):
            both = found.get(measure.id)
            found[measure.id] = replace(both, layers=(*both.layers, *measure.layers)) if both else measure
    return MappingProxyType(found)


def _read_columns() -> Mapping[str, Measure]:
    found: dict[str, Measure] = {}
    for entry in _read_words("columns.toml")["columns"]:
        words = {name: value for name, value in entry.items() if name not in ("id", "tables")}
        for table in entry["tables"]:
            found |= {key: measure for key, measure in _read_entry(f"{table}:{entry['id']}", words)}
    return MappingProxyType(found)


@cache
def _read_words(name: str) -> Mapping[str, Any]:
    with resource(name).open("rb") as file:
        return MappingProxyType(tomllib.load(file))


def _read_entry(key: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, Measure]]:
    """Return a measure with the ends of its interval and its n, each with its key."""
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    interval, n = fields.pop("interval", False), fields.pop("n", None)
    measure = Measure(id=key.rpartition(":")[2], **fields)
    yield key, measure
    for end, word in _ENDS.items() if interval else ():
        words = f"{word} of the interval, {_INTERVALS[interval]}."
        own = replace(measure, id=f"{measure.id}_{end}", label=word, definition=words, part_of=measure.id)
        yield f"{key}_{end}", replace(own, formula="", good=None)
    if n is not None:
        yield f"{key}_n", Measure(f"{measure.id}_n", measure.layers, "count", "Out of", n, part_of=measure.id)


def _read_codes(entry: Mapping[str, Any]) -> Iterator[Measure]:
    """Return a measure for each code of a list: a count, if its entry does not say otherwise."""
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    prefix, codes = fields.pop("prefix"), fields.pop("list")
    for code in code_list(codes).values():
        words = {"unit": "count", "label": code.en, **fields}
        yield Measure(id=f"{prefix}_{code.code}", codes=(codes, code.code), **words)


#: Every column of `geo.measures.measure`, by its id; as ``layer:id`` where a layer has words of its own for it.
CATALOGUE: Mapping[str, Measure] = _read_catalogue()
#: Columns of tables that no row of areas has or that mean something of their own there, as ``table:id``.
COLUMNS: Mapping[str, Measure] = _read_columns()


def describe(layer: str, measure_id: str, *, table: str = "measure") -> Measure:
    """Return what a column means in a layer; some words differ from layer to layer.

    Parameters
    ----------
    table
        Kind of the table that the column stands in, as `geo.measures.Table` has it.

    Raises
    ------
    KeyError
        When no layer and no table has such a column.

    Examples
    --------
    >>> describe("coverage", "n").label, describe("disputes", "n").label
    ('Grids', 'Disputes')
    >>> describe("disputes", "shift", table="by_class").label
    'Shift of the share'
    """
    known = COLUMNS.get(f"{table}:{measure_id}") or CATALOGUE.get(f"{layer}:{measure_id}") or CATALOGUE.get(measure_id)
    return known or COLUMNS[f"{_ANY}:{measure_id}"]


def mappable(layer: str) -> list[Measure]:
    """Return the measures of a layer that can colour a map, in the order of the table."""
    own = {measure.id: describe(layer, measure.id) for measure in CATALOGUE.values() if layer in measure.layers}
    return [entry for entry in own.values() if entry.part_of is None and entry.id != "n_compare"]


def usual_measure(layer: str, source: str | None = None) -> str:
    """Return the measure that tells most of a layer: the number of its records, or else a share.

    Parameters
    ----------
    source
        The one that a view asks for; where it asks for none, reported records stand for themselves.

    Examples
    --------
    >>> usual_measure("hazards"), usual_measure("hazards", "discovered"), usual_measure("coverage")
    ('reported', 'n', 'covered_share')
    """
    shares = {"coverage": "covered_share", "service": "visited_share"}
    return shares.get(layer) or ("n" if source else "reported")


def source_told(layer: str, measure_id: str, source: str | None) -> str | None:
    """Return the source that what shows one measure is of: where none is asked for, the two are not added up.

    Only who asks for the number of both together has that. What is still to be done is told of all records alike.

    Parameters
    ----------
    measure_id
        The measure shown, or `HEAT`.
    source
        The one that a view asks for.

    Examples
    --------
    >>> source_told("disputes", "change", None), source_told("disputes", "heat", "discovered")
    ('reported', 'discovered')
    >>> source_told("disputes", "n", None), source_told("disputes", "open", None)
    (None, None)
    """
    if layer not in EVENT_LAYERS or source is not None or measure_id == "n":
        return source
    known = f"{layer}:{measure_id}" in CATALOGUE or measure_id in CATALOGUE
    return "reported" if measure_id == HEAT or (known and describe(layer, measure_id).by_source) else None


def columns_of(table: str) -> list[Measure]:
    """Return the columns that have words of their own in a kind of table, but for ends of intervals.

    Examples
    --------
    >>> [column.id for column in columns_of("peers")]
    ['peer_id', 'place', 'missing', 'distance']
    """
    own = [entry for key, entry in COLUMNS.items() if key.rpartition(":")[0] == table]
    return [entry for entry in own if entry.part_of is None]


def _sum(layer: str, total: str, prefix: str) -> tuple[str, tuple[str, ...]]:
    parts = (m.id for m in CATALOGUE.values() if layer in m.layers and m.id.startswith(f"{prefix}_") and m.codes)
    return total, tuple(parts)


def _kinds_of(code: str) -> tuple[str, tuple[str, ...]]:
    kinds = (kind.code for kind in code_list("incident_subclass").values() if kind.parent == code)
    return f"class_{code}", tuple(f"subclass_{kind}" for kind in kinds)


#: Layer → count columns with the parts that sum to them: one withheld part alone could be worked out from the others.
SUMS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = MappingProxyType(
    {
        "disputes": (
            ("n", ("reported", "discovered")),
            _sum("disputes", "n", "class"),
            _sum("disputes", "n", "part"),
            _sum("disputes", "n", "state"),
            _sum("disputes", "n", "channel"),
            _sum("disputes", "settled", "settled"),
        ),
        "hazards": (
            ("n", ("reported", "discovered")),
            _sum("hazards", "n", "class"),
            _sum("hazards", "n", "part"),
            _sum("hazards", "n", "state"),
            _sum("hazards", "n", "grade"),
        ),
        "incidents": (
            ("n", ("reported", "discovered")),
            _sum("incidents", "n", "class"),
            _sum("incidents", "n", "part"),
            *(_kinds_of(code) for code in code_list("incident_class") if _kinds_of(code)[1]),
        ),
        "coverage": (("n", ("covered", "vacant")),),
        "service": (),
    }
)
#: Layer → count columns and others that they are part of: the rest could be worked out.
NESTED: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "disputes": (
            ("accepted", "settled"),
            ("open", "past_month"),
            ("open", "overdue"),
            ("n", "repeat_share_n"),
            ("repeat_share_n", "repeats"),
        ),
        "hazards": (
            ("open", "overdue"),
            ("open", "major_open"),
            ("overdue", "major_overdue"),
            ("major_open", "major_overdue"),
            ("n", "removed_on_time_n"),
            ("n", "repeats"),
        ),
        "incidents": (),
        "coverage": (("covered", "shared"), ("covered", "no_backup")),
        "service": (),
    }
)
