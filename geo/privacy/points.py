"""Single points and densities: who may see where records lie."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from geo.access import Scope
from geo.crs import project_points, working_crs
from geo.privacy.lattice import is_below, is_own, lineage_of, reasons_against, rule_for
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["density_bandwidth_m", "density_events", "density_points", "protect_points"]


def protect_points(
    points: pd.DataFrame, view: View, scope: Scope, *, release: Release | None = None, rules: Rules | None = None
) -> pd.DataFrame | None:
    """Return points as a scope may see them, or None if it may see none.

    The public sees densities alone. Whoever has an area of its own sees the points of views inside it; a view of
    another area, or of all, shows none.

    Parameters
    ----------
    points
        What `geo.measures.records` returned for the view; family and medical matters are not in it for any role.
    release
        To tell whether the view's area lies inside the scope's own; without it only the scope's own area does.
    """
    rules = rules or load_rules()
    if not rules.privacy[scope.role].points:
        return None
    if scope.area is None or view.area == scope.area:
        return points
    if release is None or view.area is None:
        return None
    return points if is_own(lineage_of(release, view.area), scope).all() else None


def density_points(
    points: pd.DataFrame,
    view: View,
    scope: Scope,
    *,
    release: Release,
    bandwidth_m: float = 0.0,
    rules: Rules | None = None,
) -> pd.DataFrame | None:
    """Return the places that a density may be made of for a scope, or None where it may see none.

    A density discloses as counts do: outside one's own area it is told where the public may see figures, and not of
    fewer records than the threshold. A record by itself would be a spot around its place: so records are left out until
    each of the rest has as many others near it as make the threshold, within twice the bandwidth.

    Parameters
    ----------
    points
        What `geo.measures.records` returned for the view.
    release
        The release that they are of.
    bandwidth_m
        Bandwidth of the density in metres; the narrowest that may be seen if less.

    Returns
    -------
    DataFrame or None
        ``lon`` and ``lat`` alone, in degrees (WGS84).
    """
    lineage = lineage_of(release, view.area)
    own = is_own(lineage, scope)
    rule = rule_for(scope, rules or load_rules(), own=own)
    places = points[["lon", "lat"]]
    if own.all():
        return places
    if reasons_against(view, rule, release.as_of) or is_below(lineage, rule).any() or 0 < len(points) < rule.threshold:
        return None
    near_m = 2 * max(bandwidth_m, rule.min_bandwidth_m)
    return places[_in_company(places, near_m=near_m, threshold=rule.threshold)].reset_index(drop=True)


def _in_company(places: pd.DataFrame, *, near_m: float, threshold: int) -> npt.NDArray[np.bool_]:
    """Tell which places to keep so that within a distance of each there are as many, itself included, as the threshold.

    What has few near it goes first; what that leaves with few goes next, and so on.
    """
    kept = np.ones(len(places), dtype=bool)
    if threshold < 2 or places.empty:
        return kept
    lon, lat = places["lon"].to_numpy(dtype=np.float64), places["lat"].to_numpy(dtype=np.float64)
    crs = working_crs((float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())))
    metres = np.column_stack(project_points(lon, lat, crs))
    while kept.any():
        distance_m, _ = cKDTree(metres[kept]).query(metres[kept], k=[threshold], distance_upper_bound=near_m)
        few = ~np.isfinite(np.asarray(distance_m, dtype=np.float64)[:, 0])
        if not few.any():
            break
        kept[np.flatnonzero(kept)[few]] = False
    return kept


def density_events(drawn: int, view: View, scope: Scope, *, release: Release, rules: Rules | None = None) -> int:
    """Return how many records to say that a density is made of.

    Outside one's own area the number is rounded up to a multiple of twice the threshold: taken from the exact count of
    the view, the exact number would tell how many are of a class that is never shown as points.

    Parameters
    ----------
    drawn
        Number of records that it is made of.
    release
        The release that they are of.
    """
    own = is_own(lineage_of(release, view.area), scope)
    step = 2 * rule_for(scope, rules or load_rules(), own=own).threshold
    return drawn if own.all() or step < 2 else math.ceil(drawn / step) * step


def density_bandwidth_m(
    asked_m: float,
    scope: Scope,
    *,
    view: View | None = None,
    release: Release | None = None,
    rules: Rules | None = None,
) -> float:
    """Return the bandwidth of a density that a scope may see: the one asked for, or the narrowest that it may.

    Parameters
    ----------
    asked_m
        Bandwidth in metres.
    view, release
        What the density is of: outside one's own area the public's narrowest holds. Without them the role's own does.

    Examples
    --------
    >>> density_bandwidth_m(200.0, Scope("public")), density_bandwidth_m(200.0, Scope("planner"))
    (500.0, 200.0)
    """
    rules = rules or load_rules()
    rule = rules.privacy[scope.role]
    if view is not None and release is not None:
        rule = rule_for(scope, rules, own=is_own(lineage_of(release, view.area), scope))
    return max(asked_m, rule.min_bandwidth_m)
