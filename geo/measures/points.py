"""Where a view's records lie, for densities and clusters, under the guards on points."""

from __future__ import annotations

import pandas as pd

from geo.codes import code_list
from geo.measures.events import read_events
from geo.measures.rows import grid_areas, total_row
from geo.measures.times import day_of, make_window
from geo.store import Release, connect
from geo.view import CLASS_LISTS, View

__all__ = ["records"]

_COLUMNS = "lon, lat, class, found_at"


def records(release: Release, view: View) -> pd.DataFrame:
    """Return the places of a view's records, never of those whose class may not be shown as points.

    Family and medical matters (classes flagged ``never_points``) are left out for every role, and no record is named.

    Returns
    -------
    DataFrame
        ``lon``, ``lat`` (EPSG:4326), ``class``, ``found_at``, in the order in which they were found; records that lie
        in a grid of the view's area and have coordinates.

    Raises
    ------
    ViewError
        When the release has no such layer or area.
    """
    window = make_window(release, view, data_begin=read_events(release, view.layer).begin)
    conditions = ["found_at >= $start", "found_at < $end", "grid_id IS NOT NULL", "lon IS NOT NULL", "lat IS NOT NULL"]
    asked: dict[str, object] = {"start": day_of(window.start), "end": day_of(window.end)}
    conditions.append("list_contains($classes, class)")
    asked["classes"] = _classes_shown(view)
    if view.source is not None:
        conditions.append("source = $source")
        asked["source"] = view.source
    if view.area is not None:
        conditions.append("list_contains($grids, grid_id)")
        inside = total_row(release, view).of_grid[:-1] >= 0
        asked["grids"] = grid_areas(release)["area_id"][inside].tolist()
    query = f"SELECT {_COLUMNS} FROM {view.layer} WHERE {' AND '.join(conditions)} ORDER BY found_at"  # noqa: S608
    with connect(release) as connection:
        return connection.execute(query, asked).df()


def _classes_shown(view: View) -> list[str]:
    known = code_list(str(CLASS_LISTS[view.layer]))
    allowed = [code for code, entry in known.items() if "never_points" not in entry.flags]
    return [code for code in allowed if not view.classes or code in view.classes]
