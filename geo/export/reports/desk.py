"""What a report is made from: a release, who asks for which view of it, and how its maps look."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from geo.access import Scope
from geo.areas import area_table
from geo.export.printed import MapAsked, plate_of
from geo.figures.asked import Ask, seen
from geo.figures.tree import Tree, grow_tree, place_name, shown_levels
from geo.privacy import nearest_allowed
from geo.store import Release
from geo.view import View
from geo.words import language

__all__ = ["Desk"]


@dataclass(frozen=True, eq=False)
class Desk:
    """What a report is made from."""

    release: Release
    view: View
    scope: Scope
    asked: MapAsked

    @cached_property
    def tree(self) -> Tree:
        """The areas of the levels that may be seen."""
        levels, table = shown_levels(self.release, self.scope), area_table(self.release)
        return grow_tree(levels, table[table["level"].isin(levels)])

    @property
    def ask(self) -> Ask:
        """Measures and protects a view."""
        return lambda measured, view: seen(measured, self.release, view, self.scope)

    @cached_property
    def ask_once(self) -> Ask:
        """Measures and protects a view, and keeps the answer: for what several pages are told from."""
        return cache(self.ask)

    def lowest(self, area_id: str | None) -> View:
        """Return the view of the lowest areas of an area that may be seen."""
        wanted = self.view.replace(area=area_id, level=self.tree.levels[-1])
        return nearest_allowed(wanted, self.scope, self.release).view

    def name(self, area_id: str | None) -> str:
        """Return the name of an area; for None that of the one that holds all, or else of the release."""
        return place_name(self.tree, self.release, area_id, language())

    def plate(self, view: View, *, width_mm: float, height_mm: float, png_dpi: int | None = None) -> bytes:
        """Return a map with its legend as the report shows it; see `geo.export.printed.plate_of`."""
        size = {"width_mm": width_mm, "height_mm": height_mm}
        return plate_of(self.release, view, self.scope, self.asked, **size, png_dpi=png_dpi)
