"""The funnel: areas by their size and value, with the limits that chance alone leaves open around the value of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import altair as alt
import pandas as pd
import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.charts import value_axis
from geo.dashboard.parts.drawing import Drawing, Look, bare_look, look_of, made_once, show_drawing
from geo.dashboard.plain import plain
from geo.dashboard.theme import theme_name
from geo.maps.palettes import Theme, ThemeColours, theme_colours
from geo.words import gettext as _
from geo.words import language
from geo.words.formats import count_text
from geo.words.indicators import Line, value_text

__all__ = ["funnel_chart", "funnel_words", "scaled", "show_funnel"]

_HEIGHT = 230
_WIDTHS = (5, 3)
# Fewer areas make no funnel.
_FEWEST = 3
_LIMITS = ("inner_low", "inner_high", "outer_low", "outer_high")


def show_funnel(frame: Frame, lines: Sequence[Line], *, level: str) -> None:
    """Show the areas in their funnel, with words for it; nothing where there is none, as of medians and scores.

    Parameters
    ----------
    lines
        One per area, all of one indicator.
    """
    drawn = [line for line in lines if line.has_enough and line.cell("inner_low").value is not None]
    if len(drawn) < _FEWEST:
        return
    what = _("{areas}: beside all together").format(areas=level_title(level))
    names = [frame.name(line.area_id) for line in drawn]
    words = funnel_words(drawn, names)
    left, right = st.columns(_WIDTHS, gap="medium", vertical_alignment="center")
    with left:
        st.markdown(f"**{what}**")
        show_drawing(funnel_chart(drawn, names=names), key="funnel", alt=f"{what}. {words}")
    with right:
        st.markdown(plain(words))
        st.caption(
            _(
                "The line is the value of all together. Dashed: the limits that hold 95 of 100 areas that are alike; "
                "dotted: 998 of 1,000. The larger an area, the narrower they are. Areas differ in more than chance, so "
                "being outside asks a question and is no verdict."
            )
        )


def funnel_words(lines: Sequence[Line], names: Sequence[str]) -> str:
    """Return what the funnel shows, in words: who is outside of the limits, and on which side."""
    found = {name: line.among_all for name, line in zip(names, lines, strict=True) if line.among_all}
    if not found:
        return _("All {n} lie within the limits of 95 %.").format(n=count_text(len(lines)))
    told = _(", ").join(_("{name} ({where})").format(name=name, where=where) for name, where in found.items())
    return _("Outside of the limits of 95 %: {areas}; {n} lie within.").format(
        areas=told, n=count_text(len(lines) - len(found))
    )


def funnel_chart(lines: Sequence[Line], *, names: Sequence[str]) -> Drawing:
    """Draw areas by what their value is out of, with the value of all and the limits around it.

    No colour is good or bad: an area outside of the limits is a diamond, larger and darker.

    Parameters
    ----------
    lines
        One per area, all of one indicator that has limits.
    names
        Their names.
    """
    one = lines[0].indicator
    scale = 100 if one.meaning.unit == "share" else 1
    rows = pd.DataFrame(
        {
            "area": list(names),
            "size": [line.cell("denominator").value for line in lines],
            "value": [scaled(line, "value", scale) for line in lines],
            "overall": [scaled(line, "overall", scale) for line in lines],
            "shown": [line.value for line in lines],
            "of": [line.cell("denominator").text() for line in lines],
            "where": [line.among_all or _("within the limits") for line in lines],
            "all": [value_text(one, line.cell("overall").value) for line in lines],
            "outside": [bool(line.among_all) for line in lines],
            **{name: [scaled(line, name, scale) for line in lines] for name in _LIMITS},
        }
    )
    return Drawing(_funnel_look(theme_name(), language(), percent=scale == 100), {"areas": rows})


@made_once
def _funnel_look(theme: Theme, _lang: str, *, percent: bool) -> Look:
    colours = theme_colours(theme)
    x = alt.X(
        "size:Q",
        axis=alt.Axis(title=_("Out of"), tickCount=5, format=",d", grid=False, description=_("Out of")),
        scale=alt.Scale(zero=False, nice=True, padding=10),
    )
    axis = value_axis(percent=percent)

    def y(column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", axis=axis, scale=alt.Scale(zero=False, nice=True))

    base = bare_look("areas").encode(x=x)
    layers = [
        base.mark_line(strokeWidth=1, strokeDash=dash, color=colours.quiet_text, tooltip=None).encode(y=y(name))
        for name, dash in zip(_LIMITS, ([5, 3], [5, 3], [1, 3], [1, 3]), strict=True)
    ]
    layers.append(base.mark_line(strokeWidth=1.5, color=colours.text, tooltip=None).encode(y=y("overall")))
    layers.append(_points(base, y("value"), colours))
    return look_of(*layers, height=_HEIGHT)


def _points(base: alt.Chart, y: alt.Y, colours: ThemeColours) -> alt.Chart:
    """Return the areas themselves, those outside of the limits larger and darker, with what pointing tells."""
    outside = [False, True]
    points = base.mark_point(filled=True, opacity=1).encode(
        y=y,
        shape=alt.Shape("outside:N", scale=alt.Scale(domain=outside, range=["circle", "diamond"]), legend=None),
        size=alt.Size("outside:N", scale=alt.Scale(domain=outside, range=[55, 130]), legend=None),
        color=alt.Color(
            "outside:N", scale=alt.Scale(domain=outside, range=[colours.quiet_text, colours.text]), legend=None
        ),
        tooltip=[
            alt.Tooltip("area:N", title=_("Area")),
            alt.Tooltip("shown:N", title=_("Value")),
            alt.Tooltip("of:N", title=_("Out of")),
            alt.Tooltip("all:N", title=_("All together")),
            alt.Tooltip("where:N", title=_("Beside all")),
        ],
    )
    return cast("alt.Chart", points)


def scaled(line: Line, column: str, scale: int) -> float | None:
    """Return a figure of a line, times a scale; None where it is missing."""
    value = line.cell(column).value
    return None if value is None else scale * value
