"""Areas one below another with their values and intervals, before what they are compared with."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from geo.dashboard.parts.charts import name_column, value_axis
from geo.dashboard.parts.drawing import Drawing, Look, bare_look, look_of, made_once
from geo.dashboard.theme import theme_name
from geo.maps.palettes import Theme, ThemeColours, theme_colours
from geo.words import gettext as _
from geo.words import language

__all__ = ["intervals_chart"]

# So that the picture's rows stand beside those of a table.
_ROW_HEIGHT, _HEADER_HEIGHT, _AXIS_HEIGHT = 32, 34, 26
_MOST_NAME_WIDTH = 140


def intervals_chart(areas: pd.DataFrame, *, what: str, percent: bool, behind: dict[str, pd.DataFrame]) -> Drawing:
    """Draw each area's value as a point on its interval.

    Parameters
    ----------
    areas
        A row per area from the top, with its name in ``area``, ``value``, ``low`` and ``high`` as they are drawn (an
        end may be missing), ``shown`` and ``interval`` in words, and its ``colour``.
    what
        What a row is, such as a station.
    percent
        Whether values are of a hundred.
    behind
        What the areas are compared with: ``value`` and ``target``, each a ``value`` that is a line through all rows,
        and ``band`` from ``low`` to ``high``.
    """
    rows = areas.assign(position=range(len(areas)))
    look = _look(
        theme_name(), language(), tuple(sorted(rows["area"])), what=what, percent=percent, behind=tuple(behind)
    )
    return Drawing(look, {"areas": rows, **behind})


@made_once
def _look(
    theme: Theme, _lang: str, areas: tuple[str, ...], *, what: str, percent: bool, behind: tuple[str, ...]
) -> Look:
    names, beside = name_column(areas, what=what, most=_MOST_NAME_WIDTH)
    axis, scale = value_axis(percent=percent), alt.Scale(zero=False, nice=True, range=beside)
    places: dict[str, Any] = {
        "at": {"x": alt.X("value:Q", axis=axis, scale=scale)},
        "ends": {"x": alt.X("low:Q", axis=axis, scale=scale), "x2": "high:Q"},
    }
    colour = alt.Color("colour:N", scale=None)
    tooltip = [
        alt.Tooltip("area:N", title=what),
        alt.Tooltip("shown:N", title=_("Value")),
        alt.Tooltip("interval:N", title=_("Interval")),
    ]
    order = alt.EncodingSortField("position", op="min")
    base = bare_look("areas").encode(y=alt.Y("area:N", sort=order, axis=names))
    known = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
    layers = [
        *(_behind(name, theme_colours(theme), places) for name in behind),
        known.mark_rule(strokeWidth=3, opacity=0.55, tooltip=None).encode(color=colour, **places["ends"]),
        base.mark_point(filled=True, size=80, opacity=1).encode(color=colour, tooltip=tooltip, **places["at"]),
    ]
    height = len(areas) * _ROW_HEIGHT + _HEADER_HEIGHT + _AXIS_HEIGHT
    # Streamlit would leave 20 pixels at the bottom, and the rows would be lower than those of the table.
    return look_of(*layers, height=height, padding={"top": _HEADER_HEIGHT, "right": 8, "bottom": 0})


def _behind(name: str, colours: ThemeColours, places: dict[str, Any]) -> alt.Chart:
    if name == "band":
        band: alt.Chart = bare_look(name).mark_rect(opacity=0.12, color=colours.text, tooltip=None)
        return band.encode(**places["ends"])
    ink, dash = {"value": (colours.text, [1, 0]), "target": (colours.good, [4, 3])}[name]
    line: alt.Chart = bare_look(name).mark_rule(strokeDash=dash, color=ink, opacity=0.7, tooltip=None)
    return line.encode(**places["at"])
