"""Files into layers: read, guard, map by a recipe, assign every point to its grid, publish."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

# Imported when it is first asked for: whoever wants a reader, or the doctor, need not wait for the compiler.
_MODULES = MappingProxyType(
    {
        "assign_file": "assignment.files",
        "import_recipes": "pipeline",
        "list_columns": "readers.read",
        "read_table": "readers.read",
        "load_recipe": "recipes.file",
        "Recipe": "recipes.recipe",
        "AssignReport": "report",
        "ImportReport": "report",
        "LayerReport": "report",
    }
)


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
