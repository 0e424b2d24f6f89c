"""The density of a view's records: where they lie close together, in events per km² and year."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import shapely

from geo.access import Scope
from geo.areas import find_area, levels
from geo.layers import AREA_LEVELS
from geo.measures import records
from geo.privacy import density_bandwidth_m, density_events, density_points
from geo.stats.density import Density, kernel_density
from geo.store import Release, read_layer
from geo.view import View

__all__ = ["event_density"]

_BANDWIDTH_M = 500.0


def event_density(release: Release, view: View, scope: Scope) -> Density:
    """Return the density of a view's records inside its area, at a bandwidth the one who asks may have."""
    inside = view.replace(area=view.area or scope.area)
    bandwidth_m = density_bandwidth_m(_BANDWIDTH_M, scope)
    found = records(release, inside)
    places = density_points(found, inside, scope, release=release, bandwidth_m=bandwidth_m)
    places = found.iloc[:0] if places is None else places
    region = _region(release, inside.area)
    days = (min(view.period.end, release.as_of + timedelta(days=1)) - view.period.start).days
    density = kernel_density(
        places["lon"].to_numpy(),
        places["lat"].to_numpy(),
        bounds=tuple(shapely.bounds(region).tolist()),
        bandwidth_m=bandwidth_m,
        period_days=max(days, 1),
        region=region,
    )
    return replace(density, events=density_events(density.events, inside, scope, release=release))


def _region(release: Release, area: str | None) -> shapely.Geometry:
    level = levels(release)[0] if area is None else str(find_area(release, area)["level"])
    shapes = read_layer(release, AREA_LEVELS[level])
    if area is not None:
        shapes = shapes[shapes[f"{level}_id"] == area]
    return shapely.union_all(shapes.geometry.to_numpy())
