"""Values out of a recipe's TOML, each of its kind; what is of another kind is a fault with the key it stands at."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from geo.errors import RecipeError
from geo.intake.recipes.checks import RecipeFaults

__all__ = [
    "check_keys",
    "parse_toml",
    "read_file",
    "read_flag",
    "read_section",
    "read_text",
    "read_text_table",
    "read_texts",
    "read_whole",
    "read_zone",
]


def read_file(path: Path) -> str:
    """Return the text of a TOML file.

    Raises
    ------
    RecipeError
        When it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        problem = f"{path}: the recipe can't be read ({error})"
        raise RecipeError(f"{problem}. Remedy: check its name; save it as UTF-8.") from error


def parse_toml(path: Path, text: str) -> dict[str, Any]:
    """Return what a TOML file's text says.

    Raises
    ------
    RecipeError
        When it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"{path.name}: this is not TOML: {error}. Remedy: correct that line.") from error


def check_keys(raw: Mapping[str, Any], key: str, known: tuple[str, ...], faults: RecipeFaults) -> None:
    """Add a fault for each key of a table that is not known."""
    for name in raw:
        if name not in known:
            faults.add(f"{key}.{name}", "there is no such key", f"use {', '.join(known)}")


def read_section(raw: Mapping[str, Any], key: str, faults: RecipeFaults) -> Mapping[str, Any]:
    """Return a table of the recipe; an empty one, and a fault, where something else stands."""
    found = raw.get(key, {})
    if isinstance(found, Mapping):
        return found
    faults.add(key, "this must be a table", f"write [{key}]")
    return {}


def read_text_table(raw: Mapping[str, Any], key: str, faults: RecipeFaults) -> Mapping[str, str]:
    """Return a table whose values are all text."""
    table = read_section(raw, key, faults)
    return {name: text for name in table if (text := read_text(table, name, faults, under=f"{key}.")) is not None}


def read_text(raw: Mapping[str, Any], key: str, faults: RecipeFaults, *, under: str = "") -> str | None:
    """Return a text that is not empty, or None where there is none."""
    found = raw.get(key)
    if found is None or (isinstance(found, str) and found):
        return found
    faults.add(f"{under}{key}", "this must be text that is not empty", "put it in quotation marks")
    return None


def read_texts(found: object, key: str, faults: RecipeFaults) -> tuple[str, ...]:
    """Return a list of texts; one text alone is a list of one."""
    if isinstance(found, str):
        return (found,)
    if isinstance(found, list) and all(isinstance(one, str) for one in found):
        return tuple(found)
    faults.add(key, "this must be a list of texts", 'write ["…", "…"]')
    return ()


def read_whole(raw: Mapping[str, Any], key: str, default: int, faults: RecipeFaults, *, under: str = "") -> int:
    """Return a whole number from ``default`` on."""
    found = raw.get(key, default)
    if isinstance(found, int) and not isinstance(found, bool) and found >= default:
        return found
    faults.add(f"{under}{key}", "this must be a whole number", f"write a number from {default}")
    return default


def read_flag(raw: Mapping[str, Any], key: str, faults: RecipeFaults) -> bool:
    """Return true or false; false where nothing is said."""
    found = raw.get(key, False)
    if not isinstance(found, bool):
        faults.add(key, "this must be true or false", "write true or false")
    return found is True


def read_zone(found: str | None, key: str, faults: RecipeFaults) -> str | None:
    """Return the name of a time zone that exists."""
    if found is not None:
        try:
            ZoneInfo(found)
        except (ZoneInfoNotFoundError, ValueError):
            faults.add(key, f"there is no time zone {found!r}", "name one such as Asia/Shanghai")
            return None
    return found
