"""Read a recipe from TOML; every fault in it is found and told at once, with its line and key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import RecipeError
from geo.intake.recipe import (
    LAST_DAY,
    Condition,
    DateFormat,
    Placement,
    Recipe,
    Recorded,
    ReleaseSettings,
    RowRule,
    ValueMap,
)
from geo.intake.recipe_checks import RecipeFaults, check_against_layer, check_chosen
from geo.layers import AREA_LEVELS, LAYERS, Layer

__all__ = ["load_recipe"]

_TEXTS = ("layer", "file", "folder", "part", "encoding", "delimiter", "crs", "attribution")
_TABLES = ("columns", "constants", "templates", "values", "dates", "pad", "nest", "placement", "release")
_LISTS = ("leave_out", "leave_out_rows", "keep_rows", "repair")
_KEYS = (*_TEXTS, *_TABLES, *_LISTS, "header_row", "dissolve")
_SETTINGS = ("title", "title_zh", "as_of", "time_zone", "note", "codes", "made_up")
_CODE_SETS = ("any", "cn")
_REPAIRS = ("make_valid",)
_MOST_SOURCES = 2


def load_recipe(path: Path | str) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    path
        A TOML file. ``release`` may be the name of another TOML file beside it, shared by several recipes.

    Raises
    ------
    RecipeError
        With every fault, each with line and key; or when the file can't be read.
    """
    path = Path(path)
    text = _read_text(path)
    raw = _parse_toml(path, text)
    faults = RecipeFaults(path, text)
    if isinstance(raw.get("release"), str):
        raw["release"] = _shared_release(path, raw["release"], faults)
    recipe = _read_recipe(path, raw, faults)
    faults.stop()
    return recipe


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"{path}: the recipe can't be read ({error})"
        raise RecipeError(f"{problem}. Remedy: check its name; save it as UTF-8.") from error


def _parse_toml(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path.name}: this is not TOML: {error}. Remedy: correct that line.") from error


def _shared_release(path: Path, name: str, faults: RecipeFaults) -> dict[str, Any]:
    try:
        return _parse_toml(path.parent / name, _read_text(path.parent / name))
    except RecipeError as error:
        faults.add("release", str(error).removesuffix("."), "name a file with the release's settings")
        return {}


def _read_recipe(path: Path, raw: Mapping[str, Any], faults: RecipeFaults) -> Recipe:
    for key in raw:
        if key not in _KEYS:
            faults.add(key, "there is no such key", f"use one of {', '.join(_KEYS)}")
    texts = {key: _text(raw, key, faults) for key in _TEXTS}
    if texts["file"] is None:
        faults.add("file", "the recipe names no file", 'write file = "…"')
    layer = LAYERS.get(texts["layer"] or "")
    if layer is None:
        faults.add("layer", f"there is no layer {texts['layer']!r}", f"use one of {', '.join(LAYERS)}")
        faults.stop()
    recipe = Recipe(
        path=path,
        layer=cast("str", texts["layer"]),
        file=texts["file"] or "",
        folder=texts["folder"] or ".",
        part=texts["part"],
        encoding=texts["encoding"],
        delimiter=texts["delimiter"],
        header_row=_whole(raw, "header_row", 1, faults),
        crs=_crs(texts["crs"], faults),
        attribution=texts["attribution"] or "",
        columns=_text_table(raw, "columns", faults),
        constants=_text_table(raw, "constants", faults),
        templates=_text_table(raw, "templates", faults),
        values={key: _value_map(f"values.{key}", one, faults) for key, one in _table(raw, "values", faults).items()},
        dates={key: _date_format(f"dates.{key}", one, faults) for key, one in _table(raw, "dates", faults).items()},
        pad=_pads(_table(raw, "pad", faults), faults),
        leave_out=_texts(raw.get("leave_out", []), "leave_out", faults),
        row_rules=_row_rules(raw, faults),
        dissolve=_flag(raw, "dissolve", faults),
        repair=check_chosen(_texts(raw.get("repair", []), "repair", faults), "repair", _REPAIRS, faults),
        nest=_text_table(raw, "nest", faults),
        placement=_placement(_table(raw, "placement", faults), faults),
        release=_settings(_table(raw, "release", faults), faults),
    )
    check_against_layer(recipe, cast("Layer", layer), faults)
    return recipe


def _table(raw: Mapping[str, Any], key: str, faults: RecipeFaults) -> Mapping[str, Any]:
    found = raw.get(key, {})
    if isinstance(found, Mapping):
        return found
    faults.add(key, "this must be a table", f"write [{key}]")
    return {}


def _text_table(raw: Mapping[str, Any], key: str, faults: RecipeFaults) -> Mapping[str, str]:
    table = _table(raw, key, faults)
    return {name: text for name in table if (text := _text(table, name, faults, under=f"{key}.")) is not None}


def _text(raw: Mapping[str, Any], key: str, faults: RecipeFaults, *, under: str = "") -> str | None:
    found = raw.get(key)
    if found is None or (isinstance(found, str) and found):
        return found
    faults.add(f"{under}{key}", "this must be text that is not empty", "put it in quotation marks")
    return None


def _texts(found: object, key: str, faults: RecipeFaults) -> tuple[str, ...]:
    if isinstance(found, str):
        return (found,)
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return tuple(found)
    faults.add(key, "this must be a list of texts", 'write ["…", "…"]')
    return ()


def _whole(raw: Mapping[str, Any], key: str, default: int, faults: RecipeFaults, *, under: str = "") -> int:
    found = raw.get(key, default)
    if isinstance(found, int) and not isinstance(found, bool) and found >= default:
        return found
    faults.add(f"{under}{key}", "this must be a whole number", f"write a number from {default}")
    return default


def _pads(raw: Mapping[str, Any], faults: RecipeFaults) -> Mapping[str, int]:
    return {key: _whole(raw, key, 0, faults, under="pad.") for key in raw}


def _flag(raw: Mapping[str, Any], key: str, faults: RecipeFaults) -> bool:
    found = raw.get(key, False)
    if not isinstance(found, bool):
        faults.add(key, "this must be true or false", "write true or false")
    return found is True


def _crs(found: str | None, faults: RecipeFaults) -> str | None:
    if found is not None:
        try:
            CRS.from_user_input(found)
        except CRSError:
            faults.add("crs", f"{found!r} is no coordinate system", "name it by its EPSG code, such as EPSG:4490")
            return None
    return found


def _value_map(key: str, raw: object, faults: RecipeFaults) -> ValueMap:
    if not isinstance(raw, Mapping):
        faults.add(key, "this must be a table", "give from, map and left_out")
        return ValueMap((), {})
    sources = _texts(raw.get("from", []), f"{key}.from", faults)
    if not 1 <= len(sources) <= _MOST_SOURCES:
        faults.add(key, "a map needs one or two columns", 'write from = "…" or from = ["…", "…"]')
    for name in raw:
        if name not in ("from", "map", "left_out"):
            faults.add(f"{key}.{name}", "there is no such key", "use from, map, left_out")
    codes = _table(raw, "map", faults)
    for value, code in codes.items():
        nested = isinstance(code, Mapping) and len(sources) == _MOST_SOURCES
        inner = list(code.values()) if nested else [code]
        if not all(isinstance(one, str) for one in inner):
            faults.add(f"{key}.map.{value}", "this must be a code", "write the code as text; two columns may be nested")
    left_out = _texts(raw.get("left_out", []), f"{key}.left_out", faults)
    for value in sorted(set(left_out) & set(codes)):
        faults.add(f"{key}.left_out", f"{value!r} is left out and mapped as well", "do one of the two")
    return ValueMap(sources, codes, left_out)


def _date_format(key: str, raw: object, faults: RecipeFaults) -> DateFormat:
    if isinstance(raw, str):
        return DateFormat(_formats((raw,), key, faults))
    if not isinstance(raw, Mapping):
        faults.add(key, "this must be a format or a table", 'write format = "%Y-%m-%d"')
        return DateFormat()
    for name in raw:
        if name not in ("format", "zone"):
            faults.add(f"{key}.{name}", "there is no such key", "use format, zone")
    formats = _formats(_texts(raw.get("format", []), f"{key}.format", faults), f"{key}.format", faults)
    return DateFormat(formats, _zone(_text(raw, "zone", faults, under=f"{key}."), f"{key}.zone", faults))


def _formats(found: tuple[str, ...], key: str, faults: RecipeFaults) -> tuple[str, ...]:
    for one in found:
        try:
            pd.to_datetime(pd.Series(["-"]), format=one, errors="coerce")
        except ValueError as error:
            faults.add(key, f"{one!r} is no format of a date ({error})", 'write one such as "%Y-%m-%d %H:%M"')
    return found


def _zone(found: str | None, key: str, faults: RecipeFaults) -> str | None:
    if found is not None:
        try:
            ZoneInfo(found)
        except (ZoneInfoNotFoundError, ValueError):
            faults.add(key, f"there is no time zone {found!r}", "name one such as Asia/Shanghai")
            return None
    return found


def _row_rules(raw: Mapping[str, Any], faults: RecipeFaults) -> tuple[RowRule, ...]:
    rules = []
    for key in ("leave_out_rows", "keep_rows"):
        found = raw.get(key, [])
        if not isinstance(found, list) or not all(isinstance(rule, Mapping) for rule in found):
            faults.add(key, "this must be a list of tables", f"write [[{key}]]")
            continue
        rules += [_row_rule(key, rule, faults) for rule in found]
    return tuple(rules)


def _row_rule(key: str, raw: Mapping[str, Any], faults: RecipeFaults) -> RowRule:
    reason = _text(raw, "reason", faults, under=f"{key}.")
    where = _table(raw, "where", faults)
    if reason is None or not where:
        faults.add(key, "a rule needs a reason and conditions", 'write reason = "…" and where = { column = "value" }')
    for name in raw:
        if name not in ("reason", "where"):
            faults.add(f"{key}.{name}", "there is no such key", "use reason, where")
    conditions = {column: _condition(f"{key}.where.{column}", one, faults) for column, one in where.items()}
    return RowRule(reason or "", conditions, keep=key == "keep_rows")


def _condition(key: str, raw: object, faults: RecipeFaults) -> Condition:
    if isinstance(raw, str | list):
        return Condition("is", _texts(raw, key, faults))
    if isinstance(raw, Mapping) and len(raw) == 1:
        test, found = next(iter(raw.items()))
        if test in ("is_not", "starts_with"):
            return Condition(test, _texts(found, key, faults))
        if test == "empty" and isinstance(found, bool):
            return Condition("empty", empty=found)
    faults.add(key, "no such condition", "write a text, a list, { is_not }, { starts_with } or { empty = true }")
    return Condition("is")


def _placement(raw: Mapping[str, Any], faults: RecipeFaults) -> Placement:
    for key in raw:
        if key not in ("no_coordinates", "recorded"):
            faults.add(f"placement.{key}", "there is no such key", "use no_coordinates, recorded")
    levels = [f"{level}_id" for level in AREA_LEVELS]
    recorded = {}
    for name, found in _table(raw, "recorded", faults).items():
        table = {"column": found} if isinstance(found, str) else found
        if name not in levels or not isinstance(table, Mapping) or not isinstance(table.get("column"), str):
            remedy = f"write one of {', '.join(levels)} = {{ column = … }}"
            faults.add(f"placement.recorded.{name}", "no such code", remedy)
            continue
        recorded[name] = Recorded(table["column"], _whole(table, "pad", 0, faults, under=f"placement.recorded.{name}."))
    return Placement(_pairs(raw.get("no_coordinates", []), faults), recorded)


def _pairs(found: object, faults: RecipeFaults) -> tuple[tuple[float, float], ...]:
    try:
        return tuple((float(lon), float(lat)) for lon, lat in cast("list[list[float]]", found))
    except (TypeError, ValueError):
        faults.add("placement.no_coordinates", "these must be pairs of lon, lat", "write [[0, 0]]")
        return ()


def _settings(raw: Mapping[str, Any], faults: RecipeFaults) -> ReleaseSettings:
    for key in raw:
        if key not in _SETTINGS:
            faults.add(f"release.{key}", "there is no such key", f"use one of {', '.join(_SETTINGS)}")
    text: Callable[[str], str | None] = lambda key: _text(raw, key, faults, under="release.")  # noqa: E731
    codes = text("codes")
    if codes is not None:
        check_chosen((codes,), "release.codes", _CODE_SETS, faults)
    return ReleaseSettings(
        title=text("title"),
        title_zh=text("title_zh"),
        as_of=_as_of(raw.get("as_of"), faults),
        time_zone=_zone(text("time_zone"), "release.time_zone", faults),
        note=text("note"),
        codes=codes,
        made_up=_flag(raw, "made_up", faults) if "made_up" in raw else None,
    )


def _as_of(found: object, faults: RecipeFaults) -> date | Literal["last-day"] | None:
    if found is None:
        return None
    if found == LAST_DAY:
        return "last-day"
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    faults.add("release.as_of", "this must be a day", f'write a day such as 2025-12-31, or "{LAST_DAY}"')
    return None
