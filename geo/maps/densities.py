"""The density of a view's records: where they lie close together, in events per km² and year."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.access import Scope
from geo.areas import find_area, levels
from geo.crs import Bounds
from geo.layers import AREA_LEVELS
from geo.maps.tiles_kept import Kept
from geo.measures import records
from geo.measures.catalogue import HEAT, source_told
from geo.privacy import density_bandwidth_m, density_points
from geo.stats.density import Density, Ground, lay_ground, narrowest_bandwidth_m, spread_events
from geo.store import Release, read_layer
from geo.view import View

__all__ = ["BANDWIDTHS_M", "USUAL_BANDWIDTH_M", "bandwidths_m", "event_density", "highest_density"]

#: Bandwidths in metres to choose from.
BANDWIDTHS_M = (100, 150, 200, 300, 400, 500, 600, 800, 1000, 1500, 2000)
USUAL_BANDWIDTH_M = 500

# What does not change while a bandwidth or a month does; a ground of 1,000 × 1,000 cells takes 9 MB.
_REGIONS_KEPT = 16
_GROUNDS_KEPT = 16
_PLACES_KEPT = 40
# What a page shows and its tiles ask for next: some forty fields of 1,000 × 1,000 cells.
_DENSITIES = Kept[Density](most_bytes=320 * 2**20, size=lambda density: density.values.nbytes)
# Cells along the longer side that tell the highest value well enough to cut classes by, at a fraction of the work.
_COARSE_CELLS = 400
_FEWEST_CELLS_PER_BANDWIDTH = 2


def event_density(release: Release, view: View, scope: Scope, *, bandwidth_m: float = USUAL_BANDWIDTH_M) -> Density:
    """Return the density of a view's records inside its area: of the reported ones where it names no source.

    Parameters
    ----------
    bandwidth_m
        Bandwidth asked for in metres; the nearest of `bandwidths_m` is taken.
    """
    taken_m = _taken(release, view, scope, bandwidth_m)
    return _DENSITIES.get(
        (release.key, view, scope, taken_m), lambda: _spread(release, view, scope, taken_m, coarse=False)
    )


def highest_density(release: Release, view: View, scope: Scope, *, bandwidth_m: float = USUAL_BANDWIDTH_M) -> float:
    """Return about the highest value of a view's density, to cut classes by that hold for several."""
    return _spread(release, view, scope, _taken(release, view, scope, bandwidth_m), coarse=True).highest


def _taken(release: Release, view: View, scope: Scope, bandwidth_m: float) -> int:
    return min(bandwidths_m(release, view, scope), key=lambda metres: abs(metres - bandwidth_m))


def _spread(release: Release, view: View, scope: Scope, taken_m: int, *, coarse: bool) -> Density:
    inside = view.replace(area=view.area or scope.area, source=source_told(view.layer, HEAT, view.source))
    lon, lat = _places(release, inside, scope)
    ground = (_coarse_ground if coarse else _ground)(release, inside.area, float(taken_m))
    days = (min(view.period.end, release.as_of + timedelta(days=1)) - view.period.start).days
    return spread_events(lon, lat, ground, period_days=max(days, 1))


def bandwidths_m(release: Release, view: View, scope: Scope) -> tuple[int, ...]:
    """Return the bandwidths that a view's area bears and its reader may have, narrow to wide; the widest at least."""
    inside = view.replace(area=view.area or scope.area)
    least_m = max(
        density_bandwidth_m(0.0, scope, view=inside, release=release),
        narrowest_bandwidth_m(_bounds(_region(release, inside.area))),
    )
    return tuple(metres for metres in BANDWIDTHS_M if metres >= least_m) or (int(-(-least_m // 1000) * 1000),)


@lru_cache(maxsize=_PLACES_KEPT)
def _places(release: Release, view: View, scope: Scope) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes of the records that may be told of.

    They are the same at every bandwidth: what a wider one alone brought in would show by comparison.
    """
    found = records(release, view)
    places = density_points(found, view, scope, release=release)
    places = found.iloc[:0] if places is None else places
    return places["lon"].to_numpy(dtype=np.float64), places["lat"].to_numpy(dtype=np.float64)


@lru_cache(maxsize=_GROUNDS_KEPT)
def _ground(release: Release, area: str | None, bandwidth_m: float) -> Ground:
    region = _region(release, area)
    return lay_ground(_bounds(region), bandwidth_m=bandwidth_m, region=region)


@lru_cache(maxsize=_GROUNDS_KEPT)
def _coarse_ground(release: Release, area: str | None, bandwidth_m: float) -> Ground:
    region, fine = _region(release, area), _ground(release, area, bandwidth_m)
    wanted_m = max(fine.shape) * fine.cell_m / _COARSE_CELLS
    cell_m = min(wanted_m, bandwidth_m / _FEWEST_CELLS_PER_BANDWIDTH)
    if cell_m <= fine.cell_m:
        return fine
    return lay_ground(_bounds(region), bandwidth_m=bandwidth_m, cell_m=cell_m, region=region)


@lru_cache(maxsize=_REGIONS_KEPT)
def _region(release: Release, area: str | None) -> shapely.Geometry:
    level = levels(release)[0] if area is None else str(find_area(release, area)["level"])
    shapes = read_layer(release, AREA_LEVELS[level])
    if area is not None:
        shapes = shapes[shapes[f"{level}_id"] == area]
    return shapely.union_all(shapes.geometry.to_numpy())


def _bounds(region: shapely.Geometry) -> Bounds:
    west, south, east, north = shapely.bounds(region).tolist()
    return west, south, east, north
