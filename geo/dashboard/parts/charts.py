"""Charts in altair: sparkline with the goal, trend by month, hours of the week, demand on posts; each returned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import altair as alt
import pandas as pd
import streamlit as st
from altair.utils.schemapi import disable_debug_mode
from babel.dates import get_day_names

from geo.codes import code_list, label
from geo.maps.palettes import Theme, ThemeColours, ramp_colours, theme_colours
from geo.privacy import Protected
from geo.view import View
from geo.words import gettext as _
from geo.words import language
from geo.words.cells import read_cell
from geo.words.formats import WITHHELD, count_text, month_text

__all__ = [
    "hours_chart",
    "name_column",
    "spark_chart",
    "theme_name",
    "trend_chart",
    "workload_chart",
]

# A chart is checked whole where it is drawn; its parts, each time that one is made, need not be checked besides.
disable_debug_mode()

_SPARK_HEIGHT = 36
_TREND_HEIGHT = 250
_HOURS_HEIGHT = 220
# Of a label's font; a Chinese sign is as wide as it is high.
_WIDE_SIGN, _NARROW_SIGN, _NAME_GAP = 12.4, 6.8, 12
_FIRST_WIDE = "\u2e80"


def theme_name() -> Theme:
    """Return the theme the reader has: light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def _colours() -> ThemeColours:
    return theme_colours(theme_name())


def spark_chart(
    values: Sequence[float | None],
    *,
    names: Sequence[str],
    told: Sequence[str],
    scale: str = "",
    goal: float | None = None,
    from_zero: bool = False,
) -> alt.LayerChart:
    """Draw the months of a tile as a line with its end marked, and the goal as a dashed tick line.

    Pointing at a month tells its value, and from where to where the line goes.

    Parameters
    ----------
    values
        One value a month, the latest last; a missing one leaves a gap.
    names, told
        What each month is called, and its value as it is written.
    scale
        The least and the greatest value, in words.
    goal
        The value to reach, if there is one.
    from_zero
        Whether the line stands on zero, as one of numbers does: half as high is half as many.
    """
    colours = _colours()
    points = pd.DataFrame({"month": range(len(values)), "value": list(values)}, dtype="float64")
    points = points.assign(name=list(names), told=list(told), scale=scale)
    bare = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None)
    y = alt.Y("value:Q", axis=bare, scale=alt.Scale(zero=from_zero, nice=False, padding=3))
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
    tooltip = [
        alt.Tooltip("name:N", title=_("Month")),
        alt.Tooltip("told:N", title=_("Value")),
        alt.Tooltip("scale:N", title=_("Twelve months")),
    ]
    pointed = base.transform_filter("isValid(datum.value)")
    layers.append(pointed.mark_point(size=200, opacity=0).encode(tooltip=tooltip))
    return cast("alt.LayerChart", alt.layer(*layers).properties(height=_SPARK_HEIGHT).configure_view(stroke=None))


def trend_chart(months: Protected, *, title: str, reported: Protected | None = None) -> alt.LayerChart:
    """Draw months as a line with its interval and the comparison as a quieter one.

    Months beyond chance are marked, and the one that is not over.

    Parameters
    ----------
    months
        ``month``, ``over``, ``n``, ``n_compare``, ``discovered``, and where there are any the interval ``low``,
        ``high`` and ``beyond_chance``.
    title
        What is counted.
    reported
        The same months of the reported records alone: they are drawn then, and the discovered as a line of their own.
    """
    colours, main = _colours(), months if reported is None else reported
    names = _series_names(main.view, title=title, parted=reported is not None)
    shown = main.frame.assign(label=[month_text(day, short=True) for day in main.frame["month"]])
    if reported is not None:
        shown = shown.assign(discovered=months.frame["discovered"].to_numpy())
    lines = shown.melt(id_vars=["month"], value_vars=list(names), var_name="line", value_name="records")
    x = alt.X("month:T", axis=alt.Axis(title=None, format="%Y-%m", grid=False, tickCount=6, labelFlush=True))
    line = (
        alt.Chart(lines.assign(line=lines["line"].map(names)))
        .mark_line(strokeWidth=2, tooltip=None)
        .encode(
            x=x,
            y=alt.Y(
                "records:Q",
                axis=alt.Axis(title=None, tickCount=4, tickMinStep=1, format=",d"),
                scale=alt.Scale(zero=True),
            ),
            color=alt.Color("line:N", scale=_looks(names, colours.good, colours.quiet_text, colours.good), legend=None),
            strokeDash=alt.StrokeDash("line:N", scale=_looks(names, [1, 0], [5, 3], [2, 2]), legend=None),
        )
    )
    layers: list[alt.Chart] = [line]
    base = alt.Chart(shown).encode(x=x)
    if {"low", "high"} <= set(shown.columns):
        # An area takes a missing bound for zero.
        band = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
        layers.insert(0, band.mark_area(opacity=0.16, color=colours.good, tooltip=None).encode(y="low:Q", y2="high:Q"))
    if "beyond_chance" in shown.columns:
        marked = base.transform_filter("datum.beyond_chance === true")
        layers.append(
            # Where no month is beyond chance, those who hear the chart are told of no marks.
            marked.mark_point(
                shape="diamond", filled=True, size=80, opacity=1, color=colours.text, tooltip=None, aria=False
            ).encode(y="n:Q")
        )
    if _has_running_month(main):
        running = base.transform_filter("datum.over === false")
        layers.append(
            running.mark_point(filled=False, size=90, strokeWidth=2, color=colours.good, tooltip=None).encode(y="n:Q")
        )
    layers.append(base.mark_point(size=160, opacity=0).encode(y="n:Q", tooltip=_trend_tooltip(names, shown)))
    return cast("alt.LayerChart", alt.layer(*layers).properties(height=_TREND_HEIGHT).configure_view(stroke=None))


def _has_running_month(months: Protected) -> bool:
    """Tell whether a month is told that is not over."""
    return "over" in months.frame.columns and bool((~months.frame["over"] & months.frame["n"].notna()).any())


def _series_names(view: View, *, title: str, parted: bool) -> dict[str, str]:
    names = {"n": label("source", "reported", language()) if parted else title}
    if view.comparison is not None:
        names["n_compare"] = _("A year before") if view.compare == "last-year" else _("The period before")
    return names | ({"discovered": label("source", "discovered", language())} if parted else {})


def _trend_tooltip(names: Mapping[str, str], shown: pd.DataFrame) -> list[alt.Tooltip]:
    tooltip = [alt.Tooltip("label:N", title=_("Month"))]
    tooltip += [alt.Tooltip(f"{column}:Q", title=name, format=",") for column, name in names.items()]
    if "change" in shown.columns and "n_compare" in names:
        tooltip.append(alt.Tooltip("change:Q", title=_("Change"), format="+.0%"))
    return tooltip


_Look = str | Sequence[float]


def _looks(names: Mapping[str, str], own: _Look, compared: _Look, discovered: _Look) -> alt.Scale:
    looks = {"n": own, "n_compare": compared, "discovered": discovered}
    return alt.Scale(domain=list(names.values()), range=[looks[name] for name in names])


def trend_legend(months: Protected, *, title: str, reported: Protected | None = None) -> str:
    """Return what the lines of `trend_chart` are, as Markdown; a legend of the chart's own would be cut off."""
    main = months if reported is None else reported
    names = _series_names(main.view, title=title, parted=reported is not None)
    signs = {"n": ":green[━━]", "n_compare": ":gray[╍╍]", "discovered": ":green[••••]"}
    words = [f"{signs[column]} {name}" for column, name in names.items()]
    if "beyond_chance" in main.frame.columns and main.frame["beyond_chance"].fillna(value=False).any():
        words.append(f"◆ {_('more than chance')}")
    if _has_running_month(main):
        words.append(f"○ {_('month not over')}")
    # What belongs together stays on one line.
    return "\N{EM SPACE}".join(word.replace(" ", "\N{NO-BREAK SPACE}") for word in words)


def hours_chart(hours: Protected) -> alt.Chart:
    """Draw the hours of the week as a grid, the darker (in the dark the lighter) the more; withheld ones are crossed.

    Parameters
    ----------
    hours
        ``weekday`` (0 is Monday), ``hour``, ``n``.
    """
    colours = _colours()
    days = [get_day_names("abbreviated", locale=language())[day] for day in range(7)]
    shown = hours.frame.assign(
        day=[days[weekday] for weekday in hours.frame["weekday"]],
        span=[f"{hour}:00\N{EN DASH}{hour + 1}:00" for hour in hours.frame["hour"]],
        told=[_("withheld") if hidden else count_text(n) for n, hidden in _cells(hours, "n")],
        withheld=[hidden for _n, hidden in _cells(hours, "n")],
    )
    base = alt.Chart(shown).encode(
        x=alt.X(
            "hour:O",
            axis=alt.Axis(
                title=_("Hour of the day"), labelAngle=0, values=list(range(0, 24, 3)), ticks=False, domain=False
            ),
        ),
        y=alt.Y("day:O", sort=days, axis=alt.Axis(title=None, ticks=False, domain=False, labelFlush=False)),
        tooltip=[
            alt.Tooltip("day:N", title=_("Day")),
            alt.Tooltip("span:N", title=_("Hour of the day")),
            alt.Tooltip("told:N", title=_("Records")),
        ],
    )
    most = max(float(hours.frame["n"].max() or 0), 1.0) if hours.frame["n"].notna().any() else 1.0
    ramp = [colours.zero, *ramp_colours("batlow", 8, theme=theme_name())]
    cells = base.mark_rect(stroke=colours.paper, strokeWidth=1).encode(
        color=alt.Color(
            "n:Q",
            scale=alt.Scale(domain=[0, most], range=ramp),
            legend=alt.Legend(
                title=_("Records"), orient="right", gradientLength=150, tickCount=4, tickMinStep=1, format="d"
            ),
        )
    )
    crosses = base.transform_filter(alt.datum.withheld).mark_text(text=WITHHELD, color=colours.quiet_text)
    return cast("alt.Chart", alt.layer(cells, crosses).properties(height=_HOURS_HEIGHT).configure_view(stroke=None))


def _cells(table: Protected, column: str) -> list[tuple[float | None, bool]]:
    cells = [read_cell(table, column, row) for row in range(len(table.frame))]
    return [(cell.value, cell.withheld) for cell in cells]


def name_column(names: Iterable[str], *, most: int = 150) -> tuple[alt.Axis, list[Any]]:
    """Return the axis of a chart's rows with their names in a column of its own, and where the marks may lie beside it.

    A browser that measures names before the font for Chinese has come makes too little room and cuts them off; so the
    names stand within the chart, in a width that is worked out here.

    Parameters
    ----------
    most
        Width in pixels beyond which a name is cut short.

    Returns
    -------
    tuple
        The axis of y, and the range of the scale of x.

    Examples
    --------
    >>> name_column(["\u67ab\u6797", "abcd"])[1]
    [39, {'expr': 'width'}]
    """
    widths = [sum(_WIDE_SIGN if sign >= _FIRST_WIDE else _NARROW_SIGN for sign in name) for name in names]
    width = min(most, round(max(widths, default=0.0)))
    axis = alt.Axis(
        title=None,
        ticks=False,
        domain=False,
        labelAlign="left",
        labelPadding=0,
        # Letters are not all of one width: a name that is told to fit is not cut for want of a little.
        labelLimit=width + _NAME_GAP,
        labelOverlap=False,
        labelFlush=False,
    )
    return axis, [width + _NAME_GAP, {"expr": "width"}]


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
    names, beside = name_column(named["role"], most=170)
    scale = alt.Scale(range=beside)
    dots = (
        alt.Chart(named)
        .mark_circle(size=42, opacity=0.55, color=colours.good)
        .transform_calculate(jitter="random()")
        .encode(
            x=alt.X("ratio:Q", axis=alt.Axis(title=None, format="%", tickCount=6), scale=scale),
            y=alt.Y("role:N", sort=order, axis=names),
            yOffset=alt.YOffset("jitter:Q"),
            tooltip=[
                alt.Tooltip("post_id:N", title=_("Post")),
                alt.Tooltip("hours_asked:Q", title=_("Hours a week asked for"), format=".1f"),
                alt.Tooltip("hours:Q", title=_("Hours a week there are"), format=".1f"),
            ],
        )
    )
    middle = alt.Chart(pd.DataFrame({"ratio": [median]})).encode(x=alt.X("ratio:Q", scale=scale))
    line = middle.mark_rule(strokeDash=[4, 3], color=colours.text)
    return cast("alt.LayerChart", alt.layer(dots, line).properties(height=_TREND_HEIGHT).configure_view(stroke=None))
