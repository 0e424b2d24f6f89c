"""How much of a file is taken in, from data/limits.toml and what a server's own settings say."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from geo.errors import GeoError
from geo.resources import resource

__all__ = ["Limits", "in_words", "load_limits"]

#: Names a file with limits of one's own.
SETTING = "MAPLEGRID_LIMITS"


@dataclass(frozen=True)
class Limits:
    """What a file may have at most; ``data/limits.toml`` says what each is for."""

    file_whole_bytes: int
    file_held_bytes: int
    zip_unpacked_bytes: int
    zip_ratio: int
    zip_ratio_from_bytes: int
    zip_members: int
    table_columns: int
    table_cell_characters: int
    table_whole_rows: int
    workbook_unpacked_bytes: int
    workbook_cells: int
    json_depth: int


def load_limits() -> Limits:
    """Return the limits that come with the product, changed by the file that ``MAPLEGRID_LIMITS`` names, if any.

    Raises
    ------
    GeoError
        When that file can't be read, or says something that is no limit.

    Examples
    --------
    >>> load_limits().table_columns
    2000
    """
    own = os.environ.get(SETTING, "").strip()
    return _load(Path(own) if own else None)


@cache
def _load(own: Path | None) -> Limits:
    limits = _read(resource("limits.toml"))
    changed = _read(own) if own is not None else {}
    unknown = sorted(set(changed) - set(limits))
    if unknown and own is not None:
        raise GeoError(f"{own.name}: there is no limit {', '.join(unknown)}. Remedy: compare with data/limits.toml.")
    return Limits(**{**limits, **changed})


def _read(path: Path) -> Mapping[str, int]:
    try:
        raw: Mapping[str, Mapping[str, Any]] = tomllib.loads(path.read_text("utf-8"))
        named = {f"{group}_{name}": value for group, values in raw.items() for name, value in values.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise GeoError(
            f"{path.name}: the limits can't be read ({error}). Remedy: correct the file that {SETTING} names."
        ) from error
    wrong = [name for name, value in named.items() if type(value) is not int or value < 1]
    if wrong:
        raise GeoError(f"{path.name}: {', '.join(wrong)} is no whole number above 0. Remedy: write one.")
    return named


def in_words(size: int) -> str:
    """Return a number of bytes as people write it.

    Examples
    --------
    >>> in_words(2_147_483_648), in_words(209_715_200), in_words(700)
    ('2 GiB', '200 MiB', '700 bytes')
    """
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size} bytes"
