"""Anonymous map points: where the public sees numbers of records, which is never where a record lies."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.measures.rows import grid_areas
from geo.privacy.public.cubes import ALL, area_label, lowest_level
from geo.privacy.public.ledger import ledger_of
from geo.rules import Rules
from geo.store import Release, read_layer
from geo.view import View

__all__ = ["public_places"]

_RELEASES_KEPT = 4


def public_places(release: Release, view: View, rules: Rules) -> pd.DataFrame:
    """Return the shown number of records of each village, spread over its map points by their households.

    A map point is a place inside a grid, far from its border, for all of its households: a grid with fewer of them than
    the guard asks for has none, as has a village whose number is withheld. It depends on nothing but borders,
    households and numbers that are shown, and so tells no more than these.

    Parameters
    ----------
    view
        A view on the lattice: of one class or all.

    Returns
    -------
    DataFrame
        ``lon``, ``lat`` (EPSG:4326), a row for each record that the villages' shown numbers sum to.
    """
    level = lowest_level(release, rules)
    grids = _map_points(release)
    kept = grids["households"] >= rules.repeat_min_households
    if view.area is not None:
        kept &= (grids[[name for name in grids.columns if name.endswith("_id")]] == view.area).any(axis=1)
    grids = grids[kept]
    if level is None or grids.empty:
        return grids.loc[[], ["lon", "lat"]].reset_index(drop=True)
    position, codes = pd.factorize(grids[f"{level}_id"])
    areas = [area_label(level, code) for code in codes]
    nodes = next(iter(view.classes), ALL), view.source or ALL
    shown = ledger_of(release, rules=rules).counts(view.layer, areas, view.period.text, *nodes)
    households = grids["households"].to_numpy(dtype=np.float64)
    times = _apportion(np.nan_to_num(shown), households, position)
    return grids[["lon", "lat"]].loc[grids.index.repeat(times)].reset_index(drop=True)


def _apportion(
    totals: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], group: npt.NDArray[np.intp]
) -> npt.NDArray[np.int64]:
    """Return whole numbers by weight that sum to the total of each group; the largest remainders are rounded up."""
    exact = totals[group] * weights / np.bincount(group, weights=weights)[group]
    whole = np.floor(exact).astype(np.int64)
    left = totals - np.bincount(group, weights=whole)
    order = np.lexsort((whole - exact, group))
    first = np.searchsorted(group[order], group[order])
    whole[order] += np.arange(len(order)) - first < left[group[order]]
    return whole


@lru_cache(maxsize=_RELEASES_KEPT)
def _map_points(release: Release) -> pd.DataFrame:
    """Return the grids with their households and a point inside each, the middle of its widest circle."""
    grids = grid_areas(release)
    shapes = read_layer(release, "grids").set_index("grid_id").geometry.reindex(grids["area_id"]).to_numpy()
    middles = shapely.get_point(shapely.maximum_inscribed_circle(shapes), 0)
    return grids.assign(lon=shapely.get_x(middles), lat=shapely.get_y(middles)).reset_index(drop=True)
