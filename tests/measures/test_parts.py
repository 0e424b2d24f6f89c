"""Parts of the columns: each holds what is said of it, and together they are the table."""

from __future__ import annotations

import pandas as pd
import pytest

from geo.measures import measure, summary
from geo.measures.by_area import in_months
from geo.measures.parts import _HELD, PARTS
from geo.store import Release
from geo.view import Period, View

MARCH = View(Period("2025-03"), level="station")


@pytest.mark.parametrize("layer", PARTS)
def test_a_part_has_the_figures_that_the_whole_table_has(tiny: Release, layer: str) -> None:
    whole = measure(tiny, MARCH.replace(layer=layer)).frame
    for name in PARTS[layer]:
        part = measure(tiny, MARCH.replace(layer=layer), parts=(name,)).frame
        pd.testing.assert_frame_equal(part, whole[list(part.columns)])


@pytest.mark.parametrize("layer", PARTS)
def test_what_a_map_shows_is_in_its_part(tiny: Release, layer: str) -> None:
    for name, held in _HELD[layer].items():
        columns = measure(tiny, MARCH.replace(layer=layer), parts=(name,)).frame.columns
        assert set(held) <= set(columns)


def test_coverage_and_visits_alone_are_those_of_the_whole_table(tiny: Release) -> None:
    for layer, part in (("coverage", "shares"), ("service", "visits")):
        whole, alone = (summary(tiny, MARCH.replace(layer=layer), parts=parts).frame for parts in (None, (part,)))
        pd.testing.assert_frame_equal(alone, whole[list(alone.columns)])


@pytest.mark.parametrize("layer", ["disputes", "hazards", "coverage"])
def test_months_at_once_are_the_months_one_by_one(tiny: Release, layer: str) -> None:
    # 2023 lies before the data: its figures are missing, not zero.
    months = [Period("2023-12"), Period("2025-02"), Period("2025-03")]
    asked = MARCH.replace(layer=layer)
    together = in_months(tiny, asked, months, by_area=True).frame
    alone = [measure(tiny, asked.replace(period=month, compare="none")).frame for month in months]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))
