"""Small maps lie beside each other, each as large as may be, and compare."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from geo.access import Scope
from geo.errors import GeoError
from geo.export.printed import MapAsked, draw_map
from geo.export.printed.multiples import split_box, split_view
from geo.export.printed.paper import Box
from geo.maps.values import classes_of
from geo.measures import measure
from geo.privacy import protect
from geo.store import Release, Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

NOW = datetime(2026, 1, 2, tzinfo=UTC)
QUARTER = View(Period("2025-Q1"), level="village")
PLANNER = Scope("planner")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county."""
    store = Store(tmp_path_factory.mktemp("multiples"))
    return store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", made_up=True)


@given(
    count=st.integers(1, 24),
    width=st.floats(230, 1100),
    height=st.floats(230, 1100),
    aspect=st.floats(0.4, 2.5),
)
def test_places_lie_in_the_box_and_apart(count: int, width: float, height: float, aspect: float) -> None:
    box = Box(10, 20, width, height)
    places = split_box(box, count, aspect=aspect, title_mm=5, gap_mm=3)
    assert len(places) == count
    for place in places:
        assert place.left >= box.left - 1e-9
        assert place.bottom >= box.bottom - 1e-9
        assert place.left + place.width <= box.left + box.width + 1e-6
        assert place.bottom + place.height + 5 <= box.bottom + box.height + 1e-6
    for one, two in combinations(places, 2):
        beside = one.left + one.width < two.left or two.left + two.width < one.left
        assert (
            beside
            or one.bottom + one.height + 5 <= two.bottom + 1e-6
            or two.bottom + two.height + 5 <= one.bottom + 1e-6
        )


def test_twelve_square_maps_on_a_lying_sheet_stand_in_rows_of_four() -> None:
    places = split_box(Box(0, 0, 220, 165), 12, aspect=1.0, title_mm=5, gap_mm=3)
    assert len({place.left for place in places}) == 4


def test_maps_that_would_be_too_small_are_refused() -> None:
    with pytest.raises(GeoError, match="take larger paper"):
        split_box(Box(0, 0, 60, 60), 24, aspect=1.0, title_mm=5, gap_mm=3)


def test_a_view_is_split_by_its_classes_or_by_all() -> None:
    assert len(split_view(QUARTER, "class", lang="en")) == 15
    two = split_view(QUARTER.replace(classes=("neighbours", "labour")), "class", lang="zh_CN")
    assert [part.title for part in two] == ["邻里", "劳动争议"]


def test_what_can_not_be_split_is_told() -> None:
    with pytest.raises(GeoError, match="24 months at most"):
        split_view(QUARTER.replace(period=Period("2017..2019")), "month", lang="en")
    with pytest.raises(GeoError, match="coverage has no classes"):
        split_view(View(Period("2025"), layer="coverage"), "class", lang="en")
    with pytest.raises(GeoError, match="split classes or symbols"):
        MapAsked(theme="density", split="month")
    with pytest.raises(GeoError, match="by month or class"):
        MapAsked(split="week")


def test_each_map_shows_its_month_in_the_classes_of_all(tiny: Release) -> None:
    page = draw_map(tiny, QUARTER, PLANNER, MapAsked(split="month"), created_at=NOW).page
    maps = page.figure.axes[:3]
    assert [axes.get_title(loc="left") for axes in maps] == ["January 2025", "February 2025", "March 2025"]
    tables = []
    for month in ("2025-01", "2025-02", "2025-03"):
        view = QUARTER.replace(period=Period(month))
        tables.append(protect(measure(tiny, view), view, PLANNER))
    classes = classes_of(tables[0], "n", among=tables[1:])
    for axes, table in zip(maps, tables, strict=True):
        filled = next(one for one in axes.collections if isinstance(one, PathCollection) and len(one.get_paths()) == 4)
        expected = [classes.colours[at] for at in classes.index(table.frame["n"].to_numpy(dtype=float))]
        assert [to_hex(tuple(colour)) for colour in np.asarray(filled.get_facecolor())] == expected
    assert tables[2].frame["n"].tolist() != tables[0].frame["n"].tolist()


def test_circles_of_several_maps_have_one_size_for_one_number(tiny: Release) -> None:
    page = draw_map(tiny, QUARTER, PLANNER, MapAsked(theme="symbols", split="month"), created_at=NOW).page
    sizes: dict[float, set[float]] = {}
    for month, axes in zip(("2025-01", "2025-02", "2025-03"), page.figure.axes, strict=False):
        view = QUARTER.replace(period=Period(month))
        values = protect(measure(tiny, view), view, PLANNER).frame["n"].to_numpy(dtype=float)
        drawn = [
            one.get_sizes()
            for one in axes.collections
            if isinstance(one, PathCollection) and np.size(one.get_offsets())
        ]
        shown = -np.sort(-values[values > 0])
        circles = next((found for found in drawn if len(found) == len(shown) and len(found)), np.array([]))
        for number, size in zip(shown, circles, strict=True):
            sizes.setdefault(float(number), set()).add(round(float(size), 6))
    assert len(sizes) >= 2
    assert all(len(found) == 1 for found in sizes.values())
    assert sorted(sizes) == sorted(sizes, key=lambda number: min(sizes[number]))
