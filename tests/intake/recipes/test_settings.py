from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import RecipeError
from geo.intake.recipes.recipe import Recipe, ReleaseSettings
from geo.intake.recipes.settings import find_as_of, last_days, merge_settings


def recipe(**settings: object) -> Recipe:
    release = ReleaseSettings(**settings)  # type: ignore[arg-type]
    return Recipe(path=Path("r.toml"), layer="grids", file="a.csv", release=release)


def test_settings_of_several_recipes_come_together() -> None:
    merged = merge_settings([recipe(title="T"), recipe(time_zone="UTC"), recipe(title="T")], None)
    assert (merged.title, merged.time_zone, merged.codes, merged.made_up) == ("T", "UTC", "any", False)


def test_a_release_needs_a_title_and_a_zone() -> None:
    with pytest.raises(RecipeError) as refused:
        merge_settings([recipe()], None)
    assert len(str(refused.value).splitlines()) == 2


def events(*moments: str, settled: str | None = None) -> pd.DataFrame:
    frame = pd.DataFrame({"found_at": pd.to_datetime(list(moments))})
    return frame if settled is None else frame.assign(settled_on=pd.Timestamp(settled))


def days(layers: dict[str, pd.DataFrame]) -> list[date]:
    return [day for name, rows in layers.items() for day in last_days(name, rows)]


def test_the_last_day_is_that_of_any_transition() -> None:
    layers = {"disputes": events("2025-03-01 23:59", settled="2025-04-02"), "incidents": events("2025-03-31 23:59")}
    assert find_as_of(ReleaseSettings(as_of="last-day"), days(layers), None) == date(2025, 4, 2)


def test_a_day_that_is_given_stands() -> None:
    layers = {"incidents": events("2025-03-31")}
    assert find_as_of(ReleaseSettings(as_of=date(2025, 3, 1)), days(layers), None) == date(2025, 3, 1)


def test_without_records_a_day_must_be_given() -> None:
    with pytest.raises(RecipeError, match="No record tells a last day"):
        find_as_of(ReleaseSettings(), days({"officers": pd.DataFrame({"post_id": ["p"]})}), None)
