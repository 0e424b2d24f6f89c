"""Single points and densities: who may see where records lie."""

from __future__ import annotations

import pandas as pd

from geo.access import Scope
from geo.privacy.lattice import is_below, is_own, lineage_of, reasons_against, rule_for
from geo.privacy.public import public_places
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["density_bandwidth_m", "density_points", "protect_points"]


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
    rules: Rules | None = None,
) -> pd.DataFrame | None:
    """Return the places that a density may be made of for a scope, or None where it may see none.

    A density discloses as counts do: outside one's own area it is made of the numbers that the public is shown of each
    village, on map points that stand for no record (`geo.privacy.public.public_places`).

    Parameters
    ----------
    points
        What `geo.measures.records` returned for the view.
    release
        The release that they are of.

    Returns
    -------
    DataFrame or None
        ``lon`` and ``lat`` alone, in degrees (WGS84).
    """
    rules, lineage = rules or load_rules(), lineage_of(release, view.area)
    own = is_own(lineage, scope)
    if own.all():
        return points[["lon", "lat"]]
    rule = rule_for(scope, rules, own=own)
    if reasons_against(view, rule, release.as_of) or is_below(lineage, rule).any():
        return None
    return public_places(release, view, rules)


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
