"""A density as a picture: the right way up, in round classes."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from geo.maps.heat import density_classes, heat_of
from geo.stats.density import Density, kernel_density

BOUNDS = (119.9, 29.9, 120.1, 30.1)


def pixels(density: Density) -> tuple[np.ndarray, list[list[float]]]:
    image = heat_of(density).image
    content = base64.b64decode(image["image"].removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGBA")), image["bounds"]


@pytest.mark.parametrize(("lon", "lat"), [(119.93, 30.07), (120.08, 29.92), (120.02, 30.0)])
def test_an_event_is_painted_where_it_happened(lon: float, lat: float) -> None:
    density = kernel_density([lon] * 9, [lat] * 9, bounds=BOUNDS, bandwidth_m=400, period_days=365)
    rgba, ((south, west), (north, east)) = pixels(density)
    rows, columns = np.nonzero(rgba[..., 3])
    height, width = rgba.shape[:2]
    y = [np.arcsinh(np.tan(np.radians(degrees))) for degrees in (north, lat, south)]
    assert columns.mean() / width == pytest.approx((lon - west) / (east - west), abs=0.01)
    assert rows.mean() / height == pytest.approx((y[0] - y[1]) / (y[0] - y[2]), abs=0.01)


def test_classes_are_round_and_end_with_the_highest() -> None:
    density = kernel_density([120.0] * 50, [30.0] * 50, bounds=BOUNDS, bandwidth_m=500, period_days=365)
    # 50 events a year (365.25 days) under a kernel of 0.5 km: 50 / (2 π 0.25) = 31.8 per km².
    assert density_classes(density.highest).breaks == (0.5, 1, 2, 5, 10, 20)


def test_colours_are_those_of_the_legend_and_far_away_is_clear() -> None:
    density = kernel_density([120.0] * 50, [30.0] * 50, bounds=BOUNDS, bandwidth_m=500, period_days=365)
    rgba, _bounds = pixels(density)
    painted = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b, a in rgba.reshape(-1, 4).tolist() if a}
    assert painted == set(density_classes(density.highest).colours)
    assert rgba[0, 0, 3] == 0


def test_no_events_make_a_clear_picture() -> None:
    density = kernel_density([], [], bounds=BOUNDS, bandwidth_m=500, period_days=365)
    assert not pixels(density)[0][..., 3].any()
    assert density_classes(density.highest).labels == ()


def test_two_densities_are_compared_in_the_same_classes() -> None:
    options = {"bounds": BOUNDS, "bandwidth_m": 500.0, "period_days": 365}
    few = kernel_density([120.0] * 10, [30.0] * 10, **options)  # type: ignore[arg-type]
    many = kernel_density([120.0] * 50, [30.0] * 50, **options)  # type: ignore[arg-type]
    shared = heat_of(few, highest=many.highest)
    assert shared.classes == heat_of(many).classes
    assert shared.classes != heat_of(few).classes
    assert (shared.bandwidth_m, shared.events) == (500, 10)
    image = Image.open(io.BytesIO(base64.b64decode(shared.image["image"].partition(",")[2]))).convert("RGBA")
    painted = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b, a in np.asarray(image).reshape(-1, 4).tolist() if a}
    # 10 events are 6.4 per km² and year at most: the classes from 10 on stay empty.
    assert painted == set(shared.classes.colours[:4])
