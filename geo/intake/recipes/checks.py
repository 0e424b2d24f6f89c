"""What can be wrong with a recipe, collected to be told at once; and whether it fits its layer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from geo.errors import RecipeError
from geo.intake.recipes.recipe import ANY_VALUE, Recipe
from geo.layers import Layer

__all__ = ["RecipeFaults", "check_against_layer", "check_chosen"]

_NESTINGS = ("largest_overlap", "representative_point")
# Set by the assignment and from the geometry; a recipe can't give them.
_OWN = ("placed", "geometry")


class RecipeFaults:
    """Collects what is wrong with a recipe, to tell it at once."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._lines, self._found = path, text.splitlines(), list[str]()

    def add(self, key: str, problem: str, remedy: str) -> None:
        """Add a fault of a key such as ``values.class.map``."""
        line = self._line_of(key)
        where = f"{self._path.name}, line {line}" if line else self._path.name
        self._found.append(f"{where}, {key}: {problem}. Remedy: {remedy}.")

    def stop(self) -> None:
        """Raise a RecipeError with all faults, if there are any."""
        if self._found:
            raise RecipeError("\n".join(self._found))

    def _line_of(self, key: str) -> int | None:
        """Find the line of the key's last part below the line of its first; good enough for a person to look there."""
        first, _, rest = key.partition(".")
        last = re.escape(rest.rpartition(".")[2] or first)
        head = re.compile(rf'^\s*(\[+\s*"?{re.escape(first)}"?\b|"?{re.escape(first)}"?\s*[.=])')
        tail = re.compile(rf'(^|[\s.\[{{,])"?{last}"?\s*[=\]]')
        start = next((place for place, line in enumerate(self._lines) if head.search(line)), None)
        if start is None:
            return None
        below = (place for place in range(start, len(self._lines)) if tail.search(self._lines[place]))
        return next(below, start) + 1


def check_chosen(found: tuple[str, ...], key: str, known: tuple[str, ...], faults: RecipeFaults) -> tuple[str, ...]:
    """Return the words that were found, and add a fault for each that is not known."""
    for one in found:
        if one not in known:
            faults.add(key, f"{one!r} is not known", f"use one of {', '.join(known)}")
    return found


def check_against_layer(recipe: Recipe, layer: Layer, faults: RecipeFaults) -> None:
    """Add what is wrong with a recipe for its layer: columns and codes that it has not, columns that nothing fills."""
    _check_targets(recipe, layer, faults)
    _check_required(recipe, layer, faults)
    _check_codes(recipe, layer, faults)
    if recipe.delimiter is not None and len(recipe.delimiter) != 1:
        faults.add("delimiter", "this must be one character", 'write "," or "\\t"')
    for name, how in recipe.nest.items():
        if layer.kind != "area" or name not in layer.parents:
            faults.add(f"nest.{name}", f"{layer.name} have no such parent", "remove it")
        check_chosen((how,), f"nest.{name}", _NESTINGS, faults)
    for column in sorted(set(recipe.leave_out) & set(recipe.sources())):
        faults.add("leave_out", f"column {column!r} is left out and used as well", "do one of the two")


def _check_targets(recipe: Recipe, layer: Layer, faults: RecipeFaults) -> None:
    fillable = [name for name in layer.columns if name not in _OWN]
    for table in ("columns", "constants", "templates", "values", "dates", "pad", "slug", "only"):
        for name in getattr(recipe, table):
            if table == "dates" and name == ANY_VALUE:
                continue
            if name not in fillable:
                faults.add(f"{table}.{name}", f"no such column in {layer.name}", f"use one of {', '.join(fillable)}")
            elif name not in recipe.targets:
                faults.add(f"{table}.{name}", "the recipe does not fill this column", "add it to columns, or remove it")
    for name in sorted({name for name in recipe.targets if recipe.targets.count(name) > 1}):
        remedy = "fill it by one of columns, values, templates, constants"
        faults.add(f"columns.{name}", "filled more than once", remedy)


def _check_codes(recipe: Recipe, layer: Layer, faults: RecipeFaults) -> None:
    """Refuse codes that no list holds before a row is read."""
    lists = {
        name: check.statistics["allowed_values"]
        for name, column in layer.schema.columns.items()
        for check in column.checks
        if check.name == "isin"
    }
    for name, found in _codes_given(recipe):
        known = lists.get(name, found)
        for code in dict.fromkeys(code for code in found if code and code not in known):
            key = f"values.{name}" if name in recipe.values else f"constants.{name}"
            faults.add(key, f"unknown code {code!r}", f"use one of {', '.join(known)}")


def _codes_given(recipe: Recipe) -> Iterator[tuple[str, list[str]]]:
    yield from ((name, [code]) for name, code in recipe.constants.items())
    for name, made in recipe.values.items():
        nested = [code for code in made.codes.values() if isinstance(code, Mapping)]
        plain = [code for code in made.codes.values() if isinstance(code, str)]
        yield name, plain + [code for inner in nested for code in inner.values()]


def _check_required(recipe: Recipe, layer: Layer, faults: RecipeFaults) -> None:
    known = {*recipe.targets, *_OWN, *recipe.nest, "lon", "lat"}
    missing = [name for name, column in layer.schema.columns.items() if column.required and name not in known]
    if missing:
        faults.add("columns", f"nothing fills {', '.join(missing)}", "map a column of the file, or give a constant")
    if recipe.dissolve and layer.kind != "area":
        faults.add("dissolve", f"{layer.name} are no areas", "remove it")
