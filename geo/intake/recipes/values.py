"""How a recipe says what cells mean: maps of values, forms of dates, conditions on rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

import pandas as pd

from geo.errors import RecipeError
from geo.intake.recipes.checks import RecipeFaults
from geo.intake.recipes.parts import (
    check_keys,
    parse_toml,
    read_file,
    read_section,
    read_text,
    read_texts,
    read_zone,
)
from geo.intake.recipes.recipe import ANY_VALUE, Condition, DateFormat, Fate, Moved, RowRule, ValueMap
from geo.layers import LAYERS

__all__ = ["read_conditions", "read_dates", "read_row_rules", "read_values"]

#: First column of a map of values → the values that it gives a code.
_Mapped: TypeAlias = Mapping[str, tuple[str, ...]]

_NO_MAPS: _Mapped = MappingProxyType({})
_MOST_SOURCES = 2
_LEFT_OUT = "left_out"
_RULES = ("leave_out_rows", "keep_rows", "reject_rows")


def read_values(raw: Mapping[str, Any], path: Path, layer: str, faults: RecipeFaults) -> Mapping[str, ValueMap]:
    """Return the maps of values of a recipe.

    Parameters
    ----------
    raw
        The recipe.
    path
        Where it stands: a map that is shared lies beside it.
    layer
        The layer that it fills: of a map that is shared, its part.
    faults
        Takes what is wrong.
    """
    found = read_section(raw, "values", faults)
    return {name: _value_map(f"values.{name}", one, path, layer, faults) for name, one in found.items()}


def _value_map(key: str, raw: object, path: Path, layer: str, faults: RecipeFaults) -> ValueMap:
    if not isinstance(raw, Mapping):
        faults.add(key, "this must be a table", "give from, and map or shared")
        return ValueMap((), {})
    check_keys(raw, key, ("from", "map", _LEFT_OUT, "shared"), faults)
    sources = read_texts(raw.get("from", []), f"{key}.from", faults)
    if not 1 <= len(sources) <= _MOST_SOURCES:
        faults.add(key, "a map needs one or two columns", 'write from = "…" or from = ["…", "…"]')
    codes, left_out = dict(read_section(raw, "map", faults)), _left_out(raw, f"{key}.{_LEFT_OUT}", faults)
    shared = read_text(raw, "shared", faults, under=f"{key}.")
    if shared is not None:
        more, out = _shared_map(path.parent / shared, f"{key}.shared", layer, faults)
        codes, left_out = codes | more, left_out | out
    for value, code in codes.items():
        nested = isinstance(code, Mapping) and len(sources) == _MOST_SOURCES
        inner = list(code.values()) if nested else [code]
        if not all(isinstance(one, str) for one in inner):
            faults.add(f"{key}.map.{value}", "this must be a code", "write the code as text; two columns may be nested")
    for value in sorted(set(left_out) & set(codes)):
        faults.add(f"{key}.{_LEFT_OUT}", f"{value!r} is left out and mapped as well", "do one of the two")
    return ValueMap(sources, codes, left_out)


def _left_out(raw: Mapping[str, Any], key: str, faults: RecipeFaults) -> dict[str, str]:
    """Return value → reason; of a plain list the value itself is what is told."""
    found = raw.get(_LEFT_OUT, [])
    if not isinstance(found, Mapping):
        return {value: value for value in read_texts(found, key, faults)}
    told: dict[str, str] = {}
    for reason, values in found.items():
        for value in read_texts(values, f"{key}.{reason}", faults):
            if value in told:
                faults.add(key, f"{value!r} is left out twice", "leave it out for one reason")
            told[value] = str(reason)
    return told


def _shared_map(path: Path, key: str, layer: str, faults: RecipeFaults) -> tuple[dict[str, Any], dict[str, str]]:
    """Return this layer's part of a map that several recipes share; what goes to another layer is left out here."""
    try:
        raw = parse_toml(path, read_file(path))
    except RecipeError as error:
        faults.add(key, str(error).removesuffix("."), "name a file with a table for each layer, and left_out")
        return {}, {}
    check_keys(raw, key, (*LAYERS, _LEFT_OUT), faults)
    tables = {name: read_section(raw, name, faults) for name in raw if name in LAYERS}
    if layer not in tables:
        faults.add(key, f"{path.name} has no table for {layer}", f"write [{layer}] into it")
    elsewhere = {value: f"goes to {name}" for name, table in tables.items() if name != layer for value in table}
    left_out = _left_out(raw, key, faults)
    for value in _twice([*tables.values(), left_out]):
        faults.add(key, f"{path.name}: {value!r} stands there twice", "put it in one place")
    return dict(tables.get(layer, {})), elsewhere | left_out


def _twice(tables: list[Mapping[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for table in tables:
        yield from sorted(seen & set(table))
        seen |= set(table)


def read_dates(raw: Mapping[str, Any], faults: RecipeFaults) -> Mapping[str, DateFormat]:
    """Return how the dates of a recipe's columns are written."""
    found = read_section(raw, "dates", faults)
    return {name: _date_format(f"dates.{name}", one, faults) for name, one in found.items()}


def _date_format(key: str, raw: object, faults: RecipeFaults) -> DateFormat:
    if isinstance(raw, str):
        return DateFormat(_formats((raw,), key, faults))
    if not isinstance(raw, Mapping):
        faults.add(key, "this must be a format or a table", 'write format = "%Y-%m-%d"')
        return DateFormat()
    check_keys(raw, key, ("format", "zone", "moved"), faults)
    formats = _formats(read_texts(raw.get("format", []), f"{key}.format", faults), f"{key}.format", faults)
    zone = read_zone(read_text(raw, "zone", faults, under=f"{key}."), f"{key}.zone", faults)
    return DateFormat(formats, zone, _moved(f"{key}.moved", raw["moved"], faults) if "moved" in raw else None)


def _moved(key: str, raw: object, faults: RecipeFaults) -> Moved | None:
    as_if = raw.get("as_if") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(as_if, str):
        faults.add(key, "it is not told for which zone the clock was taken", 'write moved = { as_if = "UTC" }')
        return None
    check_keys(raw, key, ("as_if", "where"), faults)
    zone = read_zone(as_if, f"{key}.as_if", faults)
    return Moved(zone, read_conditions(raw.get("where", {}), f"{key}.where", faults)) if zone else None


def _formats(found: tuple[str, ...], key: str, faults: RecipeFaults) -> tuple[str, ...]:
    for one in found:
        try:
            pd.to_datetime(pd.Series(["-"]), format=one, errors="coerce")
        except ValueError as error:
            faults.add(key, f"{one!r} is no format of a date ({error})", 'write one such as "%Y-%m-%d %H:%M"')
    return found


def read_row_rules(raw: Mapping[str, Any], values: Mapping[str, ValueMap], faults: RecipeFaults) -> tuple[RowRule, ...]:
    """Return the rows to leave out, to keep and to reject, in this order; values are what ``mapped`` asks for."""
    mapped = {one.sources[0]: tuple(one.codes) for one in values.values() if one.sources and ANY_VALUE not in one.codes}
    rules = []
    for key in _RULES:
        found = raw.get(key, [])
        if not isinstance(found, list) or not all(isinstance(rule, Mapping) for rule in found):
            faults.add(key, "this must be a list of tables", f"write [[{key}]]")
            continue
        rules += [_row_rule(key, rule, mapped, faults) for rule in found]
    return tuple(rules)


def _row_rule(key: str, raw: Mapping[str, Any], mapped: _Mapped, faults: RecipeFaults) -> RowRule:
    reason = read_text(raw, "reason", faults, under=f"{key}.")
    where = read_conditions(raw.get("where", {}), f"{key}.where", faults, mapped=mapped)
    if reason is None or not where:
        faults.add(key, "a rule needs a reason and conditions", 'write reason = "…" and where = { column = "value" }')
    check_keys(raw, key, ("reason", "where"), faults)
    fate: Fate = "rejected" if key == "reject_rows" else "left out"
    return RowRule(reason or "", where, keep=key == "keep_rows", fate=fate)


def read_conditions(
    raw: object, key: str, faults: RecipeFaults, *, mapped: _Mapped = _NO_MAPS
) -> Mapping[str, Condition]:
    """Return conditions by the column of the file that they are about."""
    if isinstance(raw, Mapping):
        return {column: _condition(f"{key}.{column}", one, mapped.get(column), faults) for column, one in raw.items()}
    faults.add(key, "these must be conditions", 'write where = { column = "value" }')
    return {}


def _condition(key: str, raw: object, mapped: tuple[str, ...] | None, faults: RecipeFaults) -> Condition:
    if isinstance(raw, str | list):
        return Condition("is", read_texts(raw, key, faults))
    if isinstance(raw, Mapping) and len(raw) == 1:
        test, found = next(iter(raw.items()))
        if test in ("is_not", "starts_with"):
            return Condition(test, read_texts(found, key, faults))
        if test == "empty" and isinstance(found, bool):
            return Condition("empty", empty=found)
        if test == "mapped" and found is True and mapped is not None:
            return Condition("is", mapped)
    faults.add(
        key,
        "no such condition",
        "write a text, a list, { is_not }, { starts_with }, { empty = true } or { mapped = true }",
    )
    return Condition("is")
