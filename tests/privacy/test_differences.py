"""Views and pictures that lie close together: what their difference would tell is asked for, and is told by none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access import Scope
from geo.codes import code_list
from geo.errors import NotPermitted
from geo.export.html import write_html
from geo.export.printed import MapAsked, write_map
from geo.maps.tiles_told import VALUES, find_told
from geo.measures import measure, records
from geo.privacy import density_bandwidth_m, density_points, nearest_allowed, protect, protect_points
from geo.privacy.public import ledger_of
from geo.privacy.public.cubes import area_label
from geo.stats.density import lay_ground, spread_events
from geo.store import Release, read_layer
from geo.view import Period, View
from tests.privacy.twins import make_twins

PUBLIC = Scope("public")
YEAR = View(Period("2024"), level="village")
ALL_BUT_ONE = tuple(sorted(code_list("dispute_class")))[1:]
OFF = (
    YEAR.replace(classes=ALL_BUT_ONE),
    YEAR.replace(classes=("labour", "contract")),
    YEAR.replace(period=Period("2024-02..2024-04")),
    YEAR.replace(period=Period("2023-12..2024-11")),
    YEAR.replace(period=Period("2024-01..2024-02")),
    YEAR.replace(period=Period("2025")),
)
DOORS: tuple[Callable[[Release, View, Path], object], ...] = (
    lambda release, view, folder: protect(measure(release, view), view, PUBLIC),
    lambda release, view, folder: write_html(release, view, PUBLIC, folder / "p.html"),
    lambda release, view, folder: write_map(release, view, PUBLIC, MapAsked(), folder / "p.png"),
    lambda release, view, folder: find_told(release, VALUES, view, PUBLIC),
)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return make_twins(tmp_path_factory.mktemp("twins"))[0]


@pytest.mark.parametrize("view", OFF, ids=lambda view: view.to_query()[:60])
def test_no_door_opens_for_a_view_off_the_lattice(release: Release, tmp_path: Path, view: View) -> None:
    for door in DOORS:
        with pytest.raises(NotPermitted, match="Remedy: ask for"):
            door(release, view, tmp_path)
    assert density_points(records(release, view), view, PUBLIC, release=release) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("view", OFF, ids=lambda view: view.to_query()[:60])
def test_it_is_answered_with_the_nearest_on_it_and_a_word_why(release: Release, view: View) -> None:
    nearest = nearest_allowed(view, PUBLIC, release)
    assert nearest.reasons
    assert nearest_allowed(nearest.view, PUBLIC, release).view == nearest.view
    protect(measure(release, nearest.view), nearest.view, PUBLIC)


@settings(max_examples=60, deadline=None)
@given(first=st.integers(0, 24), length=st.integers(1, 14))
def test_whatever_months_are_asked_for_the_answer_is_a_month_a_quarter_or_a_year(
    release: Release, first: int, length: int
) -> None:
    begin = 12 * 2023 + first
    view = YEAR.replace(period=Period.from_months(begin, begin + length))
    text = nearest_allowed(view, PUBLIC, release).view.period
    assert len(text.months) in (1, 3, 12)
    assert (text.start.month - 1) % len(text.months) == 0
    assert text.is_closed(release.as_of)


def map_points(release: Release) -> pd.DataFrame:
    """The middle of each grid, which anybody can work out from borders."""
    grids = read_layer(release, "grids")
    middles = shapely.get_point(shapely.maximum_inscribed_circle(grids.geometry.to_numpy()), 0)
    return pd.DataFrame(
        {"village_id": grids["village_id"].astype("str"), "lon": shapely.get_x(middles), "lat": shapely.get_y(middles)}
    )


def inverted(release: Release, view: View) -> pd.Series[float]:
    """Return how many records of each village an attacker reads off a public density, by least squares."""
    told = density_points(records(release, view), view, PUBLIC, release=release)
    assert told is not None
    west, south, east, north = read_layer(release, "grids").total_bounds
    bandwidth_m = density_bandwidth_m(0.0, PUBLIC)
    ground = lay_ground((west, south, east, north), bandwidth_m=bandwidth_m, cell_m=250.0)
    points = map_points(release)
    kernels = [
        spread_events(np.array([lon]), np.array([lat]), ground, period_days=365).values.ravel()
        for lon, lat in zip(points["lon"], points["lat"], strict=True)
    ]
    seen = spread_events(told["lon"].to_numpy(), told["lat"].to_numpy(), ground, period_days=365).values.ravel()
    known = np.isfinite(seen)
    counts, *_ = np.linalg.lstsq(np.column_stack(kernels)[known], seen[known], rcond=None)
    return pd.Series(counts).groupby(points["village_id"].to_numpy()).sum()


def shown(release: Release, view: View, villages: list[str]) -> np.ndarray:
    labels = [area_label("village", code) for code in villages]
    code = next(iter(view.classes), "all")
    return ledger_of(release).counts(view.layer, labels, view.period.text, code, "all")


def test_whoever_inverts_a_density_reads_what_is_shown_and_nothing_where_it_is_withheld(release: Release) -> None:
    one, other = YEAR.replace(period=Period("2024-10")), YEAR.replace(period=Period("2024-11"))
    classes = [one.replace(layer="incidents"), YEAR.replace(period=Period("2024-Q2"), classes=("labour",))]
    withheld = 0
    for view in (one, other, *classes):
        read = inverted(release, view)
        told = shown(release, view, read.index.tolist())
        assert np.allclose(read, np.nan_to_num(told), atol=0.02)
        true = measure(release, view).frame.set_index("area_id")["n"].reindex(read.index).to_numpy(np.float64)
        withheld += int((np.isnan(told) & (true > 0)).sum())
    # Of some villages there are a few, and the picture is as if there were none.
    assert withheld > 2


def test_difference_of_two_densities_is_that_of_what_is_shown(release: Release) -> None:
    one, other = (YEAR.replace(period=Period(text), layer="hazards") for text in ("2024-06", "2024-07"))
    read, before = inverted(release, other), inverted(release, one)
    told, told_before = (np.nan_to_num(shown(release, view, read.index.tolist())) for view in (other, one))
    assert np.allclose(read - before, told - told_before, atol=0.04)


def test_no_record_lies_where_the_public_sees_any(release: Release) -> None:
    places = density_points(records(release, YEAR), YEAR, PUBLIC, release=release)
    assert places is not None
    events = read_layer(release, "disputes")
    assert not set(zip(places["lon"], places["lat"], strict=True)) & set(zip(events["lon"], events["lat"], strict=True))
    middles = map_points(release)
    assert set(zip(places["lon"], places["lat"], strict=True)) <= set(zip(middles["lon"], middles["lat"], strict=True))
    assert protect_points(records(release, YEAR), YEAR, PUBLIC, release=release) is None


def test_director_s_density_of_others_is_the_public_s(release: Release) -> None:
    director = Scope("director", "s0")
    for area in (None, "s1", "v4"):
        view = YEAR.replace(area=area, period=Period("2024-11"))
        asked = [density_points(records(release, view), view, one, release=release) for one in (director, PUBLIC)]
        assert asked[0] is not None
        assert asked[1] is not None
        pd.testing.assert_frame_equal(asked[0], asked[1])
    own = YEAR.replace(area="s0", period=Period("2024-11"))
    exact = density_points(records(release, own), own, director, release=release)
    assert exact is not None
    assert len(exact) == len(records(release, own))
