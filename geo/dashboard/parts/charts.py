"""Charts in altair: sparkline with the goal, monthly trend, classes, demand on posts. Each returns the chart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import altair as alt
import pandas as pd
import streamlit as st

from geo.codes import code_list, label
from geo.dashboard.formats import month_text
from geo.dashboard.words import gettext as _
from geo.dashboard.words import language
from geo.maps.palettes import Theme, ThemeColours, theme_colours

__all__ = ["class_chart", "spark_chart", "theme_name", "trend_chart", "workload_chart"]

_SPARK_HEIGHT = 36
_TREND_HEIGHT = 250
_BAR_STEP = 22
_FRAME_HEIGHT = 90
_MOST_CLASSES = 9


def theme_name() -> Theme:
    """Return the theme the reader has: light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def _colours() -> ThemeColours:
    return theme_colours(theme_name())


def spark_chart(values: Sequence[float | None], *, goal: float | None = None) -> alt.LayerChart:
    """Draw the months of a tile as a line with its end marked, and the goal as a dashed tick line.

    Parameters
    ----------
    values
        One value a month, the latest last; a missing one leaves a gap.
    goal
        The value to reach, if there is one.
    """
    colours = _colours()
    points = pd.DataFrame({"month": range(len(values)), "value": list(values)}, dtype="float64")
    bare = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    y = alt.Y("value:Q", axis=bare, scale=alt.Scale(zero=False, nice=False, padding=3))
    base = alt.Chart(points).encode(x=alt.X("month:Q", axis=bare, scale=alt.Scale(nice=False, padding=4)), y=y)
    layers = [
        base.mark_line(strokeWidth=1.5, color=colours.quiet_text, tooltip=None),
        base.transform_filter(alt.datum.month == len(values) - 1).mark_point(
            filled=True, size=26, color=colours.text, opacity=1, tooltip=None
        ),
    ]
    if goal is not None:
        rule = alt.Chart(pd.DataFrame({"value": [goal]})).encode(y=y)
        layers.append(rule.mark_rule(strokeDash=[3, 3], color=colours.good, tooltip=None))
    return cast("alt.LayerChart", alt.layer(*layers).properties(height=_SPARK_HEIGHT).configure_view(stroke=None))


def trend_chart(months: pd.DataFrame, *, title: str) -> alt.LayerChart:
    """Draw months as a line with its interval, and the comparison as a quieter line.

    Parameters
    ----------
    months
        ``month``, ``n``, ``n_compare``, and where there is one the interval ``low``, ``high``.
    title
        What is counted.
    """
    colours = _colours()
    shown = months.assign(label=[month_text(day, short=True) for day in months["month"]])
    x = alt.X("month:T", axis=alt.Axis(title=None, format="%Y-%m", grid=False, tickCount=6, labelFlush=True))
    y = alt.Y("n:Q", axis=alt.Axis(title=None, tickCount=4, format=",d"), scale=alt.Scale(zero=True))
    tooltip = [
        alt.Tooltip("label:N", title=_("Month")),
        alt.Tooltip("n:Q", title=title, format=","),
        alt.Tooltip("n_compare:Q", title=_("Compared with"), format=","),
    ]
    base = alt.Chart(shown).encode(x=x)
    layers: list[alt.Chart] = []
    if {"low", "high"} <= set(shown.columns):
        # An area takes a missing bound for zero.
        band = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
        layers.append(band.mark_area(opacity=0.16, color=colours.good, tooltip=None).encode(y="low:Q", y2="high:Q"))
    layers.append(base.mark_line(strokeWidth=1.5, strokeDash=[4, 3], color=colours.quiet_text).encode(y="n_compare:Q"))
    layers.append(base.mark_line(strokeWidth=2, color=colours.good).encode(y=y))
    layers.append(base.mark_point(size=90, opacity=0).encode(y=y, tooltip=tooltip))
    return cast("alt.LayerChart", alt.layer(*layers).properties(height=_TREND_HEIGHT).configure_view(stroke=None))


def class_chart(classes: pd.DataFrame, *, list_name: str) -> alt.Chart:
    """Draw classes as bars, reported and discovered apart, the largest first.

    Parameters
    ----------
    classes
        ``class``, ``reported``, ``discovered``, ``n``.
    list_name
        The code list that names the classes.
    """
    colours = _colours()
    names = {
        "reported": label("source", "reported", language()),
        "discovered": label("source", "discovered", language()),
    }
    largest = classes.sort_values("n", ascending=False).head(_MOST_CLASSES)
    named = largest.assign(name=[label(list_name, code, language()) for code in largest["class"]])
    long = named.melt(id_vars=["name"], value_vars=list(names), var_name="source", value_name="records")
    long["source"] = long["source"].map(names)
    return cast(
        "alt.Chart",
        alt.Chart(long)
        .mark_bar(cornerRadiusEnd=1, height={"band": 0.7})
        .encode(
            y=alt.Y(
                "name:N",
                sort=list(named["name"]),
                axis=alt.Axis(title=None, labelLimit=170, ticks=False, labelOverlap=False),
            ),
            x=alt.X("records:Q", axis=alt.Axis(title=None, tickCount=4, format=",d")),
            color=alt.Color(
                "source:N",
                scale=alt.Scale(domain=list(names.values()), range=[colours.good, colours.watch]),
                legend=alt.Legend(title=None, orient="top", direction="horizontal"),
            ),
            order=alt.Order("source:N", sort="descending"),
            tooltip=[
                alt.Tooltip("name:N", title=_("Class")),
                alt.Tooltip("source:N", title=_("Source")),
                alt.Tooltip("records:Q", title=_("Records"), format=","),
            ],
        )
        .properties(height=_BAR_STEP * len(named) + _FRAME_HEIGHT)
        .configure_view(stroke=None),
    )


def workload_chart(posts: pd.DataFrame, *, median: float | None) -> alt.LayerChart:
    """Draw the demand on each post as a dot, with the median as a line.

    Parameters
    ----------
    posts
        ``post_id``, ``role``, ``hours_asked``, ``hours``, ``ratio`` of hours asked to hours there are.
    median
        Median of the ratios.
    """
    colours = _colours()
    named = posts.assign(role=[label("role", code, language()) for code in posts["role"]])
    order = [code.label(language()) for code in code_list("role").values()]
    dots = (
        alt.Chart(named)
        .mark_circle(size=42, opacity=0.55, color=colours.good)
        .transform_calculate(jitter="random()")
        .encode(
            x=alt.X("ratio:Q", axis=alt.Axis(title=None, format="%", tickCount=6)),
            y=alt.Y("role:N", sort=order, axis=alt.Axis(title=None, ticks=False, labelLimit=170)),
            yOffset=alt.YOffset("jitter:Q"),
            tooltip=[
                alt.Tooltip("post_id:N", title=_("Post")),
                alt.Tooltip("hours_asked:Q", title=_("Hours a week asked for"), format=".1f"),
                alt.Tooltip("hours:Q", title=_("Hours a week there are"), format=".1f"),
            ],
        )
    )
    middle = alt.Chart(pd.DataFrame({"ratio": [median]})).encode(x="ratio:Q")
    line = middle.mark_rule(strokeDash=[4, 3], color=colours.text)
    return cast("alt.LayerChart", alt.layer(dots, line).properties(height=_TREND_HEIGHT).configure_view(stroke=None))
