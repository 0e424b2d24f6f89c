"""Recipes of earlier imports, which a store keeps with their reports: the next file of the kind is read as the last."""

from __future__ import annotations

from collections.abc import Iterable

from geo.errors import RecipeError
from geo.intake.recipes.file import parse_recipe
from geo.intake.recipes.recipe import ANY_VALUE, Recipe, ValueMap
from geo.store import Report, Store

__all__ = ["RECIPE_TEXT", "code_before", "find_earlier"]

#: Where the payload of a report has the text of the recipe.
RECIPE_TEXT = "recipe_text"


def find_earlier(store: Store, layer: str, columns: Iterable[str]) -> Recipe | None:
    """Return the newest recipe of a layer's imports that reads no column but these; None if there is none.

    Parameters
    ----------
    store
        The store.
    layer
        The layer that a file is for.
    columns
        The file's columns.

    Raises
    ------
    StoreError
        When a report can't be read.
    """
    there = set(columns)
    for release in reversed(store.releases()):
        for report in store.reports(release):
            recipe = _recipe_of(report) if report.payload.get("layer") == layer else None
            if recipe is not None and recipe.sources() and set(recipe.sources()) <= there:
                return recipe
    return None


def code_before(value: str, made: ValueMap) -> str | None:
    """Return the code that an earlier recipe gave a value; empty where its rows were left out, None if it said nothing.

    Examples
    --------
    >>> made = ValueMap(("kind",), {"A": "fire"}, {"B": "B"})
    >>> code_before("A", made), code_before("B", made), code_before("C", made)
    ('fire', '', None)
    """
    if value in made.left_out:
        return ""
    code = made.codes.get(value, made.codes.get(ANY_VALUE))
    return code if isinstance(code, str) else None


def _recipe_of(report: Report) -> Recipe | None:
    text = report.payload.get(RECIPE_TEXT)
    try:
        return parse_recipe(str(text), name=f"{report.name}.toml") if text else None
    except RecipeError:
        # Of an older Maple Grid, perhaps: a guess from the headers serves as well.
        return None
