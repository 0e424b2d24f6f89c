"""Files into layers: read, guard, map by a recipe, assign every point to its grid, publish."""

from __future__ import annotations

from geo.intake.assignment.files import assign_file
from geo.intake.pipeline import import_recipes
from geo.intake.readers.read import list_columns, read_table
from geo.intake.recipes.file import load_recipe
from geo.intake.recipes.recipe import Recipe
from geo.intake.report import AssignReport, ImportReport, LayerReport

__all__ = [
    "AssignReport",
    "ImportReport",
    "LayerReport",
    "Recipe",
    "assign_file",
    "import_recipes",
    "list_columns",
    "load_recipe",
    "read_table",
]
