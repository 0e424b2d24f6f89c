"""Charts: sparkline with the goal, trend by month, hours of the week, demand on posts; each returned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
from babel.dates import get_day_names

from geo.codes import code_list, label
from geo.dashboard.parts.drawing import Drawing, Look, bare_look, look_of, made_once
from geo.dashboard.theme import theme_name
from geo.maps.palettes import Theme, ramp_colours, theme_colours
from geo.privacy import Protected
from geo.view import View
from geo.words import gettext as _
from geo.words import language
from geo.words.cells import read_cell
from geo.words.formats import WITHHELD, count_text, month_text

__all__ = [
    "hours_chart",
    "month_axis",
    "name_column",
    "spark_chart",
    "trend_chart",
    "trend_legend",
    "value_axis",
    "workload_chart",
]

_SPARK_HEIGHT = 36
_TREND_HEIGHT = 250
_HOURS_HEIGHT = 220
# Of a label's font; a Chinese sign is as wide as it is high.
_WIDE_SIGN, _NARROW_SIGN, _NAME_GAP = 12.4, 6.8, 12
_FIRST_WIDE = "\u2e80"


def spark_chart(
    values: Sequence[float | None],
    *,
    names: Sequence[str],
    told: Sequence[str],
    scale: str = "",
    goal: float | None = None,
    from_zero: bool = False,
) -> Drawing:
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
    points = pd.DataFrame({"month": range(len(values)), "value": list(values)}, dtype="float64")
    points = points.assign(name=list(names), told=list(told), scale=scale, last=points.index == len(points) - 1)
    if goal is not None:
        points["goal"] = goal
    look = _spark_look(theme_name(), language(), has_goal=goal is not None, from_zero=from_zero)
    return Drawing(look, {"months": points})


@made_once
def _spark_look(theme: Theme, _lang: str, *, has_goal: bool, from_zero: bool) -> Look:
    colours = theme_colours(theme)
    bare = alt.Axis(labels=False, ticks=False, domain=False, grid=False, title=None, aria=False)
    scale = alt.Scale(zero=from_zero, nice=False, padding=3)
    rows = bare_look("months").encode(x=alt.X("month:Q", axis=bare, scale=alt.Scale(nice=False, padding=4)))
    base = rows.encode(y=alt.Y("value:Q", axis=bare, scale=scale))
    layers = [
        base.mark_line(strokeWidth=1.5, color=colours.quiet_text, tooltip=None),
        base.transform_filter("datum.last").mark_point(
            filled=True, size=26, color=colours.text, opacity=1, tooltip=None
        ),
    ]
    if has_goal:
        rule = bare_look("months").transform_filter("datum.last").encode(y=alt.Y("goal:Q", axis=bare, scale=scale))
        layers.append(rule.mark_rule(strokeDash=[3, 3], color=colours.good, tooltip=None))
    tooltip = [
        alt.Tooltip("name:N", title=_("Month")),
        alt.Tooltip("told:N", title=_("Value")),
        alt.Tooltip("scale:N", title=_("Twelve months")),
    ]
    pointed = base.transform_filter("isValid(datum.value)")
    layers.append(pointed.mark_point(size=200, opacity=0).encode(tooltip=tooltip))
    return look_of(*layers, height=_SPARK_HEIGHT)


def trend_chart(months: Protected, *, title: str, reported: Protected | None = None) -> Drawing:
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
    main = months if reported is None else reported
    names = _series_names(main.view, title=title, parted=reported is not None)
    shown = main.frame.assign(label=[month_text(day, short=True) for day in main.frame["month"]])
    if reported is not None:
        shown = shown.assign(discovered=months.frame["discovered"].to_numpy())
    lines = shown.melt(id_vars=["month"], value_vars=list(names), var_name="line", value_name="records")
    look = _trend_look(
        theme_name(),
        language(),
        tuple(names.items()),
        tuple(name for name in ("low", "beyond_chance", "change") if name in shown.columns),
        runs=_has_running_month(main),
    )
    return Drawing(look, {"lines": lines.assign(line=lines["line"].map(names)), "months": shown})


@made_once
def _trend_look(
    theme: Theme, _lang: str, series: tuple[tuple[str, str], ...], told: tuple[str, ...], *, runs: bool
) -> Look:
    colours, names = theme_colours(theme), dict(series)
    x = alt.X("month:T", axis=month_axis())
    y_axis = alt.Axis(title=None, tickCount=4, tickMinStep=1, format=",d", description=_("Records"))
    line = (
        bare_look("lines")
        .mark_line(strokeWidth=2, tooltip=None)
        .encode(
            x=x,
            y=alt.Y("records:Q", axis=y_axis, scale=alt.Scale(zero=True)),
            color=alt.Color("line:N", scale=_looks(names, colours.good, colours.quiet_text, colours.good), legend=None),
            strokeDash=alt.StrokeDash("line:N", scale=_looks(names, [1, 0], [5, 3], [2, 2]), legend=None),
        )
    )
    layers: list[alt.Chart] = [line]
    base = bare_look("months").encode(x=x)
    if "low" in told:
        # An area takes a missing bound for zero.
        band = base.transform_filter("isValid(datum.low) && isValid(datum.high)")
        layers.insert(0, band.mark_area(opacity=0.16, color=colours.good, tooltip=None).encode(y="low:Q", y2="high:Q"))
    if "beyond_chance" in told:
        marked = base.transform_filter("datum.beyond_chance === true")
        layers.append(
            # Where no month is beyond chance, those who hear the chart are told of no marks.
            marked.mark_point(
                shape="diamond", filled=True, size=80, opacity=1, color=colours.text, tooltip=None, aria=False
            ).encode(y="n:Q")
        )
    if runs:
        running = base.transform_filter("datum.over === false")
        layers.append(
            running.mark_point(filled=False, size=90, strokeWidth=2, color=colours.good, tooltip=None).encode(y="n:Q")
        )
    tooltip = _trend_tooltip(names, with_change="change" in told)
    layers.append(base.mark_point(size=160, opacity=0).encode(y="n:Q", tooltip=tooltip))
    return look_of(*layers, height=_TREND_HEIGHT)


def _has_running_month(months: Protected) -> bool:
    """Tell whether a month is told that is not over."""
    return "over" in months.frame.columns and bool((~months.frame["over"] & months.frame["n"].notna()).any())


def _series_names(view: View, *, title: str, parted: bool) -> dict[str, str]:
    names = {"n": label("source", "reported", language()) if parted else title}
    if view.comparison is not None:
        names["n_compare"] = _("A year before") if view.compare == "last-year" else _("The period before")
    return names | ({"discovered": label("source", "discovered", language())} if parted else {})


def _trend_tooltip(names: Mapping[str, str], *, with_change: bool) -> list[alt.Tooltip]:
    tooltip = [alt.Tooltip("label:N", title=_("Month"))]
    tooltip += [alt.Tooltip(f"{column}:Q", title=name, format=",") for column, name in names.items()]
    if with_change and "n_compare" in names:
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


def hours_chart(hours: Protected) -> Drawing:
    """Draw the hours of the week as a grid, the darker (in the dark the lighter) the more; withheld ones are crossed.

    Parameters
    ----------
    hours
        ``weekday`` (0 is Monday), ``hour``, ``n``.
    """
    days, cells = _day_names(language()), _cells(hours, "n")
    shown = hours.frame.assign(
        day=[days[weekday] for weekday in hours.frame["weekday"]],
        span=[f"{hour}:00\N{EN DASH}{hour + 1}:00" for hour in hours.frame["hour"]],
        told=[_("withheld") if hidden else count_text(n) for n, hidden in cells],
        withheld=[hidden for _n, hidden in cells],
    )
    has_any = any(n for n, _hidden in cells)
    return Drawing(_hours_look(theme_name(), language(), has_any=has_any), {"hours": shown})


@made_once
def _hours_look(theme: Theme, lang: str, *, has_any: bool) -> Look:
    colours = theme_colours(theme)
    hour_axis = alt.Axis(
        title=_("Hour of the day"), labelAngle=0, values=list(range(0, 24, 3)), ticks=False, domain=False
    )
    base = bare_look("hours").encode(
        x=alt.X("hour:O", axis=hour_axis),
        y=alt.Y(
            "day:O", sort=list(_day_names(lang)), axis=alt.Axis(title=None, ticks=False, domain=False, labelFlush=False)
        ),
        tooltip=[
            alt.Tooltip("day:N", title=_("Day")),
            alt.Tooltip("span:N", title=_("Hour of the day")),
            alt.Tooltip("told:N", title=_("Records")),
        ],
    )
    ramp = [colours.zero, *ramp_colours("batlow", 8, theme=theme)]
    # From zero to the most there is; where there is none, there is no most.
    scale = alt.Scale(domainMin=0, range=ramp) if has_any else alt.Scale(domain=[0, 1], range=ramp)
    # Squares: a ramp is drawn by reference to the page's address, and is gone as soon as the address changes.
    legend = alt.Legend(
        title=_("Records"),
        description=_("Records"),
        orient="right",
        type="symbol",
        symbolType="square",
        symbolSize=220,
        symbolStrokeWidth=0,
        tickCount=4,
        tickMinStep=1,
        format="d",
    )
    cells = base.mark_rect(stroke=colours.paper, strokeWidth=1).encode(
        color=alt.Color("n:Q", scale=scale, legend=legend)
    )
    crosses = base.transform_filter("datum.withheld").mark_text(text=WITHHELD, color=colours.quiet_text)
    return look_of(cells, crosses, height=_HOURS_HEIGHT)


def _day_names(lang: str) -> tuple[str, ...]:
    names = get_day_names("abbreviated", locale=lang)
    return tuple(names[day] for day in range(7))


def _cells(table: Protected, column: str) -> list[tuple[float | None, bool]]:
    cells = [read_cell(table, column, row) for row in range(len(table.frame))]
    return [(cell.value, cell.withheld) for cell in cells]


def name_column(names: Iterable[str], *, what: str, most: int = 150) -> tuple[alt.Axis, list[Any]]:
    """Return the axis of a chart's rows with their names in a column of its own, and where the marks may lie beside it.

    A browser that measures names before the font for Chinese has come makes too little room and cuts them off; so the
    names stand within the chart, in a width that is worked out here.

    Parameters
    ----------
    what
        What they are names of, for those who hear the chart.
    most
        Width in pixels beyond which a name is cut short.

    Returns
    -------
    tuple
        The axis of y, and the range of the scale of x.

    Examples
    --------
    >>> name_column(["\u67ab\u6797", "abcd"], what="Area")[1]
    [39, {'expr': 'width'}]
    """
    widths = [sum(_WIDE_SIGN if sign >= _FIRST_WIDE else _NARROW_SIGN for sign in name) for name in names]
    width = min(most, round(max(widths, default=0.0)))
    axis = alt.Axis(
        title=None,
        description=what,
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


def value_axis(*, percent: bool) -> alt.Axis:
    """Return an axis of values, with a sign behind those that are per cent."""
    words = "datum.label" + (" + '%'" if percent else "")
    return alt.Axis(title=None, tickCount=5, format="~f", labelExpr=words, description=_("Value"))


def month_axis() -> alt.Axis:
    """Return an axis of months."""
    words = _("Month")
    return alt.Axis(title=None, format="%Y-%m", grid=False, tickCount=6, labelFlush=True, description=words)


def workload_chart(posts: pd.DataFrame, *, median: float | None) -> Drawing:
    """Draw the demand on each post as a dot, with the median as a line.

    Parameters
    ----------
    posts
        ``post_id``, ``role``, ``hours_asked``, ``hours``, ``ratio`` of hours asked to hours there are.
    median
        Median of the ratios.
    """
    named = posts.assign(role=[label("role", code, language()) for code in posts["role"]])
    look = _workload_look(theme_name(), language(), tuple(dict.fromkeys(named["role"])))
    return Drawing(look, {"posts": named, "median": pd.DataFrame({"ratio": [median]}, dtype="float64")})


@made_once
def _workload_look(theme: Theme, lang: str, roles: tuple[str, ...]) -> Look:
    colours = theme_colours(theme)
    order = [code.label(lang) for code in code_list("role").values()]
    names, beside = name_column(roles, what=_("Post"), most=170)
    scale = alt.Scale(range=beside)
    dots = (
        bare_look("posts")
        .mark_circle(size=42, opacity=0.55, color=colours.good)
        .transform_calculate(jitter="random()")
        .encode(
            x=alt.X("ratio:Q", axis=alt.Axis(title=None, format="%", tickCount=6, description=_("Value")), scale=scale),
            y=alt.Y("role:N", sort=order, axis=names),
            yOffset=alt.YOffset("jitter:Q"),
            tooltip=[
                alt.Tooltip("post_id:N", title=_("Post")),
                alt.Tooltip("hours_asked:Q", title=_("Hours a week asked for"), format=".1f"),
                alt.Tooltip("hours:Q", title=_("Hours a week there are"), format=".1f"),
            ],
        )
    )
    line = bare_look("median").encode(x=alt.X("ratio:Q", scale=scale))
    line = line.mark_rule(strokeDash=[4, 3], color=colours.text)
    return look_of(dots, line, height=_TREND_HEIGHT)
