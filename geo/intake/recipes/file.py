"""Read a recipe from TOML; every fault in it is found and told at once, with its line and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, cast

from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import RecipeError
from geo.intake.recipes.checks import RecipeFaults, check_against_layer, check_chosen
from geo.intake.recipes.parts import (
    parse_toml,
    read_file,
    read_flag,
    read_section,
    read_text,
    read_text_table,
    read_texts,
    read_whole,
    read_zone,
)
from geo.intake.recipes.recipe import LAST_DAY, Placement, Recipe, Recorded, ReleaseSettings
from geo.intake.recipes.values import read_conditions, read_dates, read_row_rules, read_values
from geo.intake.repair.table import POINT_REPAIRS, TABLE_REPAIRS, TOTALS
from geo.layers import AREA_LEVELS, LAYERS, Layer

__all__ = ["load_recipe", "parse_recipe"]

_TEXTS = ("layer", "file", "folder", "part", "encoding", "delimiter", "crs", "attribution")
_TABLES = ("columns", "constants", "templates", "values", "dates", "pad", "only", "nest", "placement", "release")
_LISTS = ("leave_out", "leave_out_rows", "keep_rows", "reject_rows", "slug", "repair")
_KEYS = (*_TEXTS, *_TABLES, *_LISTS, "header_row", "dissolve", "close_borders_m")
_SETTINGS = ("title", "title_zh", "as_of", "time_zone", "note", "codes", "made_up")
_CODE_SETS = ("any", "cn")
# What is wider is no slip of drawing: somebody has to decide whose land it is.
_WIDEST_M = 100.0
_REPAIRS = ("make_valid", TOTALS, *TABLE_REPAIRS, *POINT_REPAIRS)


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
    text = read_file(path)
    raw = parse_toml(path, text)
    faults = RecipeFaults(path, text)
    if isinstance(raw.get("release"), str):
        raw["release"] = _shared_release(path, raw["release"], faults)
    recipe = _read_recipe(path, raw, faults)
    faults.stop()
    return recipe


def parse_recipe(text: str, *, name: str) -> Recipe:
    """Read a recipe from its text alone; a file of settings that it shares with others is not looked for.

    Raises
    ------
    RecipeError
        As `load_recipe`.
    """
    path = Path(name)
    raw = parse_toml(path, text)
    faults = RecipeFaults(path, text)
    shared = isinstance(raw.get("release"), str)
    recipe = _read_recipe(path, {key: value for key, value in raw.items() if not (shared and key == "release")}, faults)
    faults.stop()
    return recipe


def _shared_release(path: Path, name: str, faults: RecipeFaults) -> dict[str, Any]:
    try:
        return parse_toml(path.parent / name, read_file(path.parent / name))
    except RecipeError as error:
        faults.add("release", str(error).removesuffix("."), "name a file with the release's settings")
        return {}


def _read_recipe(path: Path, raw: Mapping[str, Any], faults: RecipeFaults) -> Recipe:
    for key in raw:
        if key not in _KEYS:
            faults.add(key, "there is no such key", f"use one of {', '.join(_KEYS)}")
    texts = {key: read_text(raw, key, faults) for key in _TEXTS}
    if texts["file"] is None:
        faults.add("file", "the recipe names no file", 'write file = "…"')
    layer = _layer(texts["layer"], faults)
    values = read_values(raw, path, layer.name, faults)
    recipe = Recipe(
        path=path,
        layer=layer.name,
        file=texts["file"] or "",
        folder=texts["folder"] or ".",
        part=texts["part"],
        encoding=texts["encoding"],
        delimiter=texts["delimiter"],
        header_row=read_whole(raw, "header_row", 1, faults),
        crs=_crs(texts["crs"], faults),
        attribution=texts["attribution"] or "",
        columns=read_text_table(raw, "columns", faults),
        constants=read_text_table(raw, "constants", faults),
        templates=read_text_table(raw, "templates", faults),
        values=values,
        dates=read_dates(raw, faults),
        pad=_pads(read_section(raw, "pad", faults), faults),
        slug=read_texts(raw.get("slug", []), "slug", faults),
        only={
            name: read_conditions(one, f"only.{name}", faults)
            for name, one in read_section(raw, "only", faults).items()
        },
        leave_out=read_texts(raw.get("leave_out", []), "leave_out", faults),
        row_rules=read_row_rules(raw, values, faults),
        dissolve=read_flag(raw, "dissolve", faults),
        repair=check_chosen(read_texts(raw.get("repair", []), "repair", faults), "repair", _REPAIRS, faults),
        close_borders_m=_width_m(raw, faults),
        nest=read_text_table(raw, "nest", faults),
        placement=_placement(read_section(raw, "placement", faults), faults),
        release=_settings(read_section(raw, "release", faults), faults),
    )
    check_against_layer(recipe, layer, faults)
    return recipe


def _layer(name: str | None, faults: RecipeFaults) -> Layer:
    """Return the layer; without one nothing else can be judged."""
    if name not in LAYERS:
        faults.add("layer", f"there is no layer {name!r}", f"use one of {', '.join(LAYERS)}")
        faults.stop()
    return LAYERS[cast("str", name)]


def _pads(raw: Mapping[str, Any], faults: RecipeFaults) -> Mapping[str, int]:
    return {key: read_whole(raw, key, 0, faults, under="pad.") for key in raw}


def _width_m(raw: Mapping[str, Any], faults: RecipeFaults) -> float | None:
    found = raw.get("close_borders_m")
    if found is None or (isinstance(found, int | float) and not isinstance(found, bool) and 0 < found <= _WIDEST_M):
        return None if found is None else float(found)
    faults.add("close_borders_m", "this must be a width in metres", f"write a number up to {_WIDEST_M:g}")
    return None


def _crs(found: str | None, faults: RecipeFaults) -> str | None:
    if found is not None:
        try:
            CRS.from_user_input(found)
        except CRSError:
            faults.add("crs", f"{found!r} is no coordinate system", "name it by its EPSG code, such as EPSG:4490")
            return None
    return found


def _placement(raw: Mapping[str, Any], faults: RecipeFaults) -> Placement:
    for key in raw:
        if key not in ("no_coordinates", "recorded"):
            faults.add(f"placement.{key}", "there is no such key", "use no_coordinates, recorded")
    levels = [f"{level}_id" for level in AREA_LEVELS]
    recorded = {}
    for name, found in read_section(raw, "recorded", faults).items():
        table = {"column": found} if isinstance(found, str) else found
        if name not in levels or not isinstance(table, Mapping) or not isinstance(table.get("column"), str):
            remedy = f"write one of {', '.join(levels)} = {{ column = … }}"
            faults.add(f"placement.recorded.{name}", "no such code", remedy)
            continue
        pad = read_whole(table, "pad", 0, faults, under=f"placement.recorded.{name}.")
        recorded[name] = Recorded(table["column"], pad, read_flag(table, "slug", faults))
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
    text: Callable[[str], str | None] = lambda key: read_text(raw, key, faults, under="release.")  # noqa: E731
    codes = text("codes")
    if codes is not None:
        check_chosen((codes,), "release.codes", _CODE_SETS, faults)
    return ReleaseSettings(
        title=text("title"),
        title_zh=text("title_zh"),
        as_of=_as_of(raw.get("as_of"), faults),
        time_zone=read_zone(text("time_zone"), "release.time_zone", faults),
        note=text("note"),
        codes=codes,
        made_up=read_flag(raw, "made_up", faults) if "made_up" in raw else None,
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
