"""The schemas: what each layer is, with its columns, types, codes, its key and the layers it points to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import pandera.pandas as pa

from geo.codes import Code, code_list
from geo.errors import GeoError

__all__ = [
    "AREA_LEVELS",
    "EVENT_LAYERS",
    "LAYERS",
    "PAUSES",
    "STORE_CRS",
    "UPPER_LEVELS",
    "Layer",
    "read_levels",
]

#: Coordinates in the store are lon/lat in degrees; edges are straight in them.
STORE_CRS = "EPSG:4326"

#: Columns about a record's term that few files have: the days from which it stood still and on which it ran again, and
#: the day to which it was extended.
PAUSES = ("paused_on", "resumed_on", "extended_until_on")

Kind = Literal["area", "event", "table", "background"]
# Days that a term ends on: no steps of a record, and they may lie ahead.
_TERMS = ("due_on", "extended_until_on")


@dataclass(frozen=True)
class Layer:
    """What a layer is.

    Parameters
    ----------
    name, kind
        Name in the store, and whether it holds areas, events, plain tables or the map's background.
    schema
        Its columns: names, types, codes, ranges.
    key
        Columns that together name a row; empty if rows have no name.
    parents
        Column → layer whose key the column must hold; empty cells point nowhere.
    steps
        Columns of a record's transitions, first to last, each not before the first.
    sparse
        Optional columns that a layer has only where its rows came with them; other optional columns are always there.
    """

    name: str
    kind: Kind
    schema: pa.DataFrameSchema
    key: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    sparse: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(self.schema.columns)

    @property
    def dtypes(self) -> Mapping[str, str]:
        """Type of each column in a checked layer: ``str``, ``Int64``, ``float64``, ``datetime64[ms]``, ``geometry``."""
        return {name: column.metadata["dtype"] for name, column in self.schema.columns.items()}

    @property
    def has_geometry(self) -> bool:
        """Tell whether rows carry a geometry."""
        return "geometry" in self.schema.columns


def _column(dtype: str, checks: list[pa.Check], *, optional: bool) -> pa.Column:
    # The metadata hold the type by its own name: pandera rounds the unit of datetimes to ns and str to string.
    return pa.Column(dtype, checks, nullable=optional, required=not optional, metadata={"dtype": dtype})


def _text(*, optional: bool = False, codes: str | None = None) -> pa.Column:
    checks = [pa.Check.str_length(1, 200, error="empty, or longer than 200 characters")]
    if codes is not None:
        known = list(code_list(codes))
        checks = [pa.Check.isin(known, error=f"unknown code; remedy: use one of {', '.join(known)}")]
    return _column("str", checks, optional=optional)


def _count(*, optional: bool = False) -> pa.Column:
    return _column("Int64", [pa.Check.ge(0, error="a count below zero")], optional=optional)


def _year() -> pa.Column:
    return _column("Int64", [pa.Check.in_range(1900, 2200, error="no year between 1900 and 2200")], optional=False)


def _number(low: float, high: float, *, optional: bool = False) -> pa.Column:
    check = pa.Check.in_range(low, high, error=f"outside {low:g} to {high:g}")
    return _column("float64", [check], optional=optional)


def _day(*, optional: bool = False) -> pa.Column:
    check = pa.Check(lambda days: days == days.dt.normalize(), error="a time of day where only a day may stand")
    return _column("datetime64[ms]", [check], optional=optional)


def _moment() -> pa.Column:
    return _column("datetime64[ms]", [], optional=False)


def _month() -> pa.Column:
    check = pa.Check(lambda days: days == days.dt.to_period("M").dt.to_timestamp(), error="not the first of a month")
    return _column("datetime64[ms]", [check], optional=False)


def _geometry(*, polygons: bool) -> pa.Column:
    checks = [pa.Check(lambda shapes: ~(shapes.is_empty | shapes.isna()), error="no geometry, or an empty one")]
    if polygons:
        checks += [
            pa.Check(lambda shapes: shapes.geom_type.isin(["Polygon", "MultiPolygon"]), error="not a polygon"),
            pa.Check(lambda shapes: shapes.is_valid, error="an invalid polygon; remedy: repair it (make_valid)"),
        ]
    return _column("geometry", checks, optional=False)


def _areas(name: str, *parents: str, **columns: pa.Column) -> Layer:
    ids = {f"{parent}_id": _text(optional=parent != "station" or name == "grid") for parent in parents}
    schema = {f"{name}_id": _text(), "name": _text(), "name_en": _text(optional=True), **ids, **columns}
    schema["geometry"] = _geometry(polygons=True)
    layers = {f"{parent}_id": AREA_LEVELS[parent] for parent in parents}
    sparse = frozenset(f"{parent}_id" for parent in parents if parent in UPPER_LEVELS)
    return Layer(
        AREA_LEVELS[name],
        "area",
        _schema(schema),
        key=(f"{name}_id",),
        parents=MappingProxyType(layers),
        sparse=sparse,
    )


def _upper_areas() -> tuple[Layer, ...]:
    return tuple(_areas(level, *UPPER_LEVELS[:at][::-1]) for at, level in enumerate(UPPER_LEVELS))


def _events(name: str, class_list: str, steps: tuple[str, ...] = (), **columns: pa.Column) -> Layer:
    schema = {
        "record_id": _text(),
        "class": _text(codes=class_list),
        "source": _text(codes="source"),
        **columns,
        "found_at": _moment(),
        **{step: _day(optional=True) for step in steps},
        **_placed(optional=True),
    }
    parents = MappingProxyType({"grid_id": "grids"})
    kept = tuple(step for step in steps if step not in _TERMS)
    return Layer(name, "event", _schema(schema), key=("record_id",), parents=parents, steps=kept)


def _placed(*, optional: bool) -> dict[str, pa.Column]:
    return {
        "lon": _number(-180, 180, optional=optional),
        "lat": _number(-90, 90, optional=optional),
        "grid_id": _text(optional=True),
        "placed": _text(codes="placed"),
    }


def _table(layer: str, key: tuple[str, ...], parents: Mapping[str, str], /, **columns: pa.Column) -> Layer:
    return Layer(layer, "table", _schema(columns), key=key, parents=MappingProxyType(dict(parents)))


def _schema(columns: Mapping[str, pa.Column]) -> pa.DataFrameSchema:
    # strict: a column that no layer knows never gets in, whatever it holds.
    return pa.DataFrameSchema(dict(columns), strict=True, coerce=False, add_missing_columns=False)


# What the product stands on, whatever lies above.
_CORE: Mapping[str, str] = MappingProxyType(
    {"county": "counties", "station": "stations", "village": "villages", "grid": "grids"}
)
# Names of levels and layers stand in queries and in names of files.
_NAME = re.compile(r"[a-z][a-z_]{0,30}")


def read_levels(known: Mapping[str, Code]) -> Mapping[str, str]:
    """Return the layer of each level of a code list, top to bottom: those above the county, then the four below.

    Raises
    ------
    GeoError
        When one of the four is missing or out of order, or a level above them has no layer of its own.

    Examples
    --------
    >>> list(read_levels(code_list("level")))[-4:]
    ['county', 'station', 'village', 'grid']
    """
    levels = {level: code.layer or "" for level, code in known.items() if level not in _CORE} | dict(_CORE)
    strange = [level for level, layer in levels.items() if not (_NAME.fullmatch(level) and _NAME.fullmatch(layer))]
    if list(levels) != list(known) or strange or len(set(levels.values())) < len(levels):
        raise GeoError(
            "The levels of areas can't be read. Remedy: in codes.toml let [level] end with county, station, village, "
            "grid, and give each level above them a layer of its own; small letters and _ alone."
        )
    return MappingProxyType(levels)


#: Area level → its layer, top to bottom: all that there can be; `geo.areas.levels` tells which of them a release has.
AREA_LEVELS: Mapping[str, str] = read_levels(code_list("level"))
#: The levels above the county, top to bottom.
UPPER_LEVELS: tuple[str, ...] = tuple(level for level in AREA_LEVELS if level not in _CORE)

_DISPUTE_STEPS = (
    "accepted_on",
    "mediating_on",
    "settled_on",
    "transferred_on",
    "failed_on",
    "returned_on",
    "due_on",
    *PAUSES,
)
_HAZARD_STEPS = ("notified_on", "rectifying_on", "rectified_on", "verified_on", "due_on", *PAUSES)

_ALL = (
    *_upper_areas(),
    _areas("county", *UPPER_LEVELS[::-1]),
    _areas("station", "county"),
    _areas("village", "station"),
    _areas(
        "grid",
        "village",
        "station",
        kind=_text(optional=True, codes="grid_kind"),
        residents=_count(optional=True),
        floating=_count(optional=True),
        households=_count(optional=True),
    ),
    _events(
        "disputes",
        "dispute_class",
        _DISPUTE_STEPS,
        channel=_text(optional=True, codes="channel"),
        settled_at=_text(optional=True, codes="settled_at"),
        transfer=_text(optional=True, codes="transfer"),
        repeat_of=_text(optional=True),
    ),
    _events("hazards", "hazard_class", _HAZARD_STEPS, grade=_text(codes="hazard_grade")),
    _events("incidents", "incident_class", subclass=_text(optional=True, codes="incident_subclass")),
    _table(
        "officers",
        ("post_id",),
        {"station_id": "stations"},
        post_id=_text(),
        role=_text(codes="role"),
        station_id=_text(optional=True),
        hours_per_week=_number(0, 168),
    ),
    _table(
        "assignments",
        ("post_id", "grid_id", "from_on"),
        {"post_id": "officers", "grid_id": "grids"},
        post_id=_text(),
        grid_id=_text(),
        from_on=_day(),
        until_on=_day(optional=True),
        share=_number(0, 1),
    ),
    _table(
        "visits",
        ("grid_id", "month"),
        {"grid_id": "grids"},
        grid_id=_text(),
        month=_month(),
        households_visited=_count(),
        requests_handled=_count(),
    ),
    _table(
        "places",
        ("place_id",),
        {"grid_id": "grids"},
        place_id=_text(),
        kind=_text(codes="place_kind"),
        name=_text(),
        name_en=_text(optional=True),
        **_placed(optional=False),
    ),
    _table(
        "groups",
        ("group_id", "grid_id", "month"),
        {"grid_id": "grids"},
        group_id=_text(),
        grid_id=_text(),
        month=_month(),
        members=_count(),
        shifts=_count(),
    ),
    _table(
        "surveys",
        ("station_id", "kind", "from_on"),
        {"station_id": "stations"},
        station_id=_text(),
        kind=_text(codes="survey_kind"),
        from_on=_day(),
        until_on=_day(),
        respondents=_count(),
        score=_number(0, 100),
    ),
    _table(
        "designations",
        ("station_id", "level", "year"),
        {"station_id": "stations"},
        station_id=_text(),
        level=_text(codes="designation_level"),
        year=_year(),
        batch=_count(optional=True),
        withdrawn_on=_day(optional=True),
    ),
    Layer(
        "background",
        "background",
        _schema(
            {
                "kind": _text(codes="background_kind"),
                "name": _text(optional=True),
                "name_en": _text(optional=True),
                "rank": _count(),
                "geometry": _geometry(polygons=False),
            }
        ),
    ),
)

LAYERS: Mapping[str, Layer] = MappingProxyType({layer.name: layer for layer in _ALL})
if len(LAYERS) < len(_ALL):
    raise GeoError("A level of areas has the layer of something else. Remedy: name its layer otherwise in codes.toml.")
EVENT_LAYERS: tuple[str, ...] = tuple(layer.name for layer in _ALL if layer.kind == "event")
