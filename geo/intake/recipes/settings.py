"""What a release is called, which zone its clock has, and up to which day it tells: from recipes and their records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

import pandas as pd

from geo.errors import InputRefused, RecipeError
from geo.intake.recipes.recipe import LAST_DAY, Recipe, ReleaseSettings
from geo.layers import LAYERS
from geo.store import Release

__all__ = ["find_as_of", "last_days", "merge_settings"]


def merge_settings(recipes: Sequence[Recipe], current: Release | None) -> ReleaseSettings:
    """Put together what the recipes say of the release; what none says is taken from the current one.

    Parameters
    ----------
    recipes
        All recipes of the call.
    current
        The current release, if there is one.

    Returns
    -------
    ReleaseSettings
        With title, time zone, code patterns and made_up told; the day may be left to the records.

    Raises
    ------
    RecipeError
        When recipes contradict each other, or nothing tells the title or the zone.
    InputRefused
        When real data would be put among made-up ones.
    """
    told: dict[str, Any] = {}
    faults = []
    for setting in fields(ReleaseSettings):
        words = {getattr(recipe.release, setting.name) for recipe in recipes} - {None}
        if len(words) > 1:
            shown = " and ".join(sorted(repr(str(word)) for word in words))
            faults.append(f"the recipes give different values of release.{setting.name}: {shown}. Remedy: give one.")
        told[setting.name] = next(iter(words), None)
    if current is not None:
        carried = {name: getattr(current, name) for name in ("title", "title_zh", "time_zone", "note", "made_up")}
        told = {**told, **{name: value for name, value in carried.items() if told[name] is None and name != "made_up"}}
        if current.made_up and not told["made_up"]:
            raise InputRefused(
                f"{current.root}: the store holds made-up data ({current.title}); real data are not put among them. "
                "Remedy: import into another store, or write made_up = true in the recipe's [release]."
            )
    faults += [
        f"nothing says the release's {name}. Remedy: write {name} = … in the recipe's [release]."
        for name in ("title", "time_zone")
        if told[name] is None
    ]
    if faults:
        raise RecipeError("\n".join(faults))
    return ReleaseSettings(**{**told, "codes": told["codes"] or "any", "made_up": bool(told["made_up"])})


def find_as_of(settings: ReleaseSettings, days: Iterable[date], current: Release | None) -> date:
    """Return the day up to which the release tells: the one given, or the last that its records tell of.

    Parameters
    ----------
    settings
        As `merge_settings` gives them.
    days
        Last days of the records of this call, as `last_days` gives them.
    current
        The current release, whose records are carried over.

    Raises
    ------
    RecipeError
        When no day is given and no record tells one.
    """
    if isinstance(settings.as_of, date):
        return settings.as_of
    told = [*days, *([current.as_of] if current is not None else [])]
    if not told:
        raise RecipeError(
            f'No record tells a last day for as_of = "{LAST_DAY}". '
            "Remedy: import records in the same call, or write as_of = 2025-12-31 in the recipe's [release]."
        )
    return max(told)


def last_days(name: str, rows: pd.DataFrame) -> list[date]:
    """Return the last day that each moment of a layer's records tells of; of a layer without moments none.

    Parameters
    ----------
    name, rows
        The layer, and rows of it.
    """
    layer = LAYERS[name]
    moments = (
        [column for column in ("found_at", *layer.steps) if column in rows.columns] if layer.kind == "event" else []
    )
    lasts = [rows[column].max() for column in moments if column in rows.columns]
    return [last.date() for last in lasts if not pd.isna(last)]
