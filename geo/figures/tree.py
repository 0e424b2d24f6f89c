"""The areas of a release as the screens walk them: level, parent, path, name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from geo.access import Scope
from geo.areas import levels
from geo.errors import ViewError
from geo.layers import AREA_LEVELS, UPPER_LEVELS
from geo.rules import load_rules
from geo.store import Release

__all__ = ["Area", "Tree", "grow_tree", "place_name", "shown_levels"]


@dataclass(frozen=True)
class Area:
    """One area: its code, level, names, and the code of the area that holds it."""

    area_id: str
    level: str
    name: str
    name_en: str | None = None
    parent: str | None = None

    def label(self, language: str) -> str:
        """Return the name in a language, or in the other one where it has none."""
        return self.name if language == "zh_CN" else self.name_en or self.name


@dataclass(frozen=True)
class Tree:
    """All areas of a release.

    Parameters
    ----------
    levels
        The levels present, from the top down.
    areas
        Every area by its code.
    """

    levels: tuple[str, ...]
    areas: Mapping[str, Area]
    _children: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def area(self, area_id: str) -> Area:
        """Return one area.

        Raises
        ------
        ViewError
            When the release has no such area.
        """
        if area_id not in self.areas:
            raise ViewError(f"{area_id!r} is no area of this release. Remedy: choose one from the list of areas.")
        return self.areas[area_id]

    def children(self, area_id: str | None) -> tuple[str, ...]:
        """Return the codes of the areas right below; below None are those that nothing holds."""
        return self._children.get(area_id, ())

    def path(self, area_id: str | None) -> tuple[str, ...]:
        """Return the codes from the top down to the area, itself included."""
        codes: list[str] = []
        while area_id is not None:
            codes.insert(0, area_id)
            area_id = self.area(area_id).parent
        return tuple(codes)

    def level(self, area_id: str | None) -> str | None:
        """Return the level of an area; None for the whole release."""
        return None if area_id is None else self.area(area_id).level

    def levels_below(self, area_id: str | None) -> tuple[str, ...]:
        """Return the levels that rows inside an area can have, from the top down; a lowest area is its own row."""
        level = self.level(area_id)
        if level is None:
            # A single top area would be a table of one row.
            several = len(self.children(None)) > 1 or len(self.levels) == 1
            return self.levels if several else self.levels[1:]
        below = self.levels[self.levels.index(level) + 1 :]
        return below or (level,)

    def first_level(self, area_id: str | None) -> str:
        """Return the level that a map of an area begins with: above the county the one below it, else the lowest."""
        below = self.levels_below(area_id)
        is_above = self.levels[0] in UPPER_LEVELS and below[0] in (*UPPER_LEVELS, "county")
        return below[0] if is_above else below[-1]

    def holds(self, outer: str | None, inner: str | None) -> bool:
        """Tell whether one area is inside another or the same; None is the whole release."""
        return outer is None or (inner is not None and outer in self.path(inner))


def shown_levels(release: Release, scope: Scope) -> tuple[str, ...]:
    """Return the levels of a release that a scope may see, from the top down; all of them where it may see none."""
    lowest = tuple(AREA_LEVELS).index(load_rules().privacy[scope.role].min_level)
    present = levels(release)
    return tuple(level for level in present if tuple(AREA_LEVELS).index(level) <= lowest) or present


def place_name(tree: Tree, release: Release, area_id: str | None, language: str) -> str:
    """Return the name of an area; for None that of the one that holds all, or else of the release."""
    tops = tree.children(None)
    area_id = area_id or (tops[0] if len(tops) == 1 else None)
    if area_id is not None:
        return tree.area(area_id).label(language)
    return release.title_zh if language == "zh_CN" else release.title


def grow_tree(levels: tuple[str, ...], area_table: pd.DataFrame) -> Tree:
    """Make the tree of a table of all areas.

    Parameters
    ----------
    levels
        The levels present, from the top down.
    area_table
        One row per area: ``area_id``, ``level``, ``name``, ``name_en``, and for each level a column ``<level>_id``
        with the code of the area of that level that holds it.
    """
    areas = {area.area_id: area for area in _read_areas(levels, area_table)}
    children: dict[str | None, list[str]] = {}
    for area in areas.values():
        children.setdefault(area.parent, []).append(area.area_id)
    return Tree(levels, MappingProxyType(areas), MappingProxyType({key: tuple(ids) for key, ids in children.items()}))


def _read_areas(levels: tuple[str, ...], area_table: pd.DataFrame) -> list[Area]:
    areas: list[Area] = []
    for position, level in enumerate(levels):
        rows = area_table[area_table["level"] == level]
        names_en = rows["name_en"] if "name_en" in rows else pd.Series(None, index=rows.index, dtype="object")
        parents = _nearest_parents(rows, levels[:position])
        for area_id, name, name_en, parent in zip(rows["area_id"], rows["name"], names_en, parents, strict=True):
            areas.append(Area(area_id, level, name, _text(name_en), _text(parent)))
    return areas


def _nearest_parents(rows: pd.DataFrame, above: tuple[str, ...]) -> pd.Series[str]:
    parents = pd.Series(None, index=rows.index, dtype="object")
    for level in above:
        if f"{level}_id" in rows:
            ids = rows[f"{level}_id"].astype("object")
            parents = ids.where(ids.notna(), parents)
    return parents


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
