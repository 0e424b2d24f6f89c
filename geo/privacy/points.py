"""Single points and densities: who may see where records lie."""

from __future__ import annotations

import pandas as pd

from geo.access import Scope
from geo.areas import find_area
from geo.measures.table import LINEAGE
from geo.privacy.lattice import is_own
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["density_bandwidth_m", "protect_points"]


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
    lineage = pd.DataFrame([find_area(release, view.area)])[list(LINEAGE)]
    return points if is_own(lineage, scope).all() else None


def density_bandwidth_m(asked_m: float, scope: Scope, *, rules: Rules | None = None) -> float:
    """Return the bandwidth of a density that a scope may see: the one asked for, or the narrowest that its role may.

    Parameters
    ----------
    asked_m
        Bandwidth in metres.

    Examples
    --------
    >>> density_bandwidth_m(200.0, Scope("public")), density_bandwidth_m(200.0, Scope("planner"))
    (500.0, 200.0)
    """
    return max(asked_m, (rules or load_rules()).privacy[scope.role].min_bandwidth_m)
