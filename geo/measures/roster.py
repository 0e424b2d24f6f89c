"""Who is assigned to which grid from when to when, as arrays read once per release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.codes import code_list
from geo.errors import ViewError
from geo.measures.times import NEVER
from geo.rules import Rules
from geo.store import Release, connect

__all__ = ["Roster", "read_roster"]

Ints = npt.NDArray[np.integer]
_RELEASES_KEPT = 2
_POSTS = "SELECT post_id, role, station_id, hours_per_week FROM officers ORDER BY post_id"
_ASSIGNMENTS = f"""
    SELECT g.position::INTEGER AS grid, p.position::INTEGER AS post, a.share,
        (a.from_on::DATE - DATE '1970-01-01')::INTEGER AS start,
        coalesce((a.until_on::DATE - DATE '1970-01-01')::INTEGER, {NEVER}) AS until
    FROM assignments a
    JOIN (SELECT grid_id, row_number() OVER (ORDER BY grid_id) - 1 AS position FROM grids) g USING (grid_id)
    JOIN (SELECT post_id, row_number() OVER (ORDER BY post_id) - 1 AS position FROM officers) p USING (post_id)
    ORDER BY grid, start
"""  # noqa: S608  a constant alone is filled in


@dataclass(frozen=True, eq=False)
class Roster:
    """Assignments, sorted by grid and first day, and the posts they name. Shared: the arrays can't be written to.

    Parameters
    ----------
    grid, post
        Position of an assignment's grid in `geo.measures.rows.grid_areas`, and of its post in ``post_id``.
    start, until
        Days since 1970-01-01, half-open; ``until`` is `NEVER` while there is no end.
    share
        Share of the post's time.
    post_id, role, station_id, hours_per_week
        The posts, in the order of their ids.
    """

    grid: Ints
    post: Ints
    start: Ints
    until: Ints
    share: npt.NDArray[np.float64]
    post_id: npt.NDArray[np.object_]
    role: npt.NDArray[np.object_]
    station_id: npt.NDArray[np.object_]
    hours_per_week: npt.NDArray[np.float64]
    _kept: dict[str, tuple[object, npt.NDArray[Any]]] = field(default_factory=dict, init=False)

    def counting(self, rules: Rules) -> npt.NDArray[np.bool_]:
        """Tell for each assignment whether its post's role counts for coverage."""
        return self._once("counting", rules, lambda: np.isin(self.role, list(rules.coverage.counting_roles))[self.post])

    def valid_on(self, day: int) -> npt.NDArray[np.bool_]:
        """Tell for each assignment whether it is valid on a day."""
        return (self.start <= day) & (day < self.until)

    def most_grids(self, rules: Rules) -> npt.NDArray[np.float64]:
        """Return for each post the most grids that the rules allow its role; infinite where they are silent."""
        allowed = {role: float(rules.coverage.max_grids_per_post.get(role, np.inf)) for role in code_list("role")}
        return self._once(
            "most_grids",
            rules,
            lambda: np.array([allowed.get(role, np.inf) for role in self.role], dtype=np.float64),
        )

    def _once(self, name: str, rules: Rules, make: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """Return what is worked out once for the same rules."""
        if name not in self._kept or self._kept[name][0] is not rules.coverage:
            made = make()
            made.setflags(write=False)
            self._kept[name] = (rules.coverage, made)
        return self._kept[name][1]


def read_roster(release: Release) -> Roster:
    """Return the assignments of a release.

    Raises
    ------
    ViewError
        When the release does not say who is assigned where.
    """
    missing = [layer for layer in ("grids", "officers", "assignments") if not release.has(layer)]
    if missing:
        raise ViewError(
            f"Release {release.number} has no {' and no '.join(missing)}. Remedy: import {' and '.join(missing)}."
        )
    return _read(release)


@lru_cache(maxsize=_RELEASES_KEPT)
def _read(release: Release) -> Roster:
    with connect(release) as connection:
        posts = connection.execute(_POSTS).fetchnumpy()
        rows = connection.execute(_ASSIGNMENTS).fetchnumpy()
    texts: dict[str, npt.NDArray[Any]] = {
        name: np.ma.filled(np.ma.asarray(posts[name], dtype=object), None) for name in ("post_id", "role", "station_id")
    }
    arrays = {name: np.asarray(values) for name, values in rows.items()} | texts
    arrays["hours_per_week"] = np.asarray(posts["hours_per_week"], dtype=np.float64)
    for array in arrays.values():
        array.setflags(write=False)
    return Roster(**arrays)
