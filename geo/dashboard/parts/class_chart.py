"""The classes of a view as bars: reported and discovered, the share of each, and how it has shifted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

import altair as alt
import pandas as pd
import streamlit as st

from geo.codes import label
from geo.dashboard.frame import Frame, go
from geo.dashboard.parts.charts import name_column
from geo.dashboard.parts.drawing import Drawing, Look, bare_look, look_of, made_once, show_drawing
from geo.dashboard.theme import theme_name
from geo.maps.palettes import Theme, theme_colours
from geo.privacy import Protected, nearest_allowed
from geo.view import CLASS_LISTS
from geo.words import gettext as _
from geo.words import language
from geo.words.cells import read_cell
from geo.words.formats import count_text, decimal_text, share_text

__all__ = ["class_chart", "class_words", "picked_class", "show_class_chart"]

_NAME_WIDTH = 150
_BAR_STEP = 24
_FRAME_HEIGHT = 50
_PICK = "pick"
_SOURCES = ("reported", "discovered")
_SIGNS = {1: "\N{BLACK UP-POINTING TRIANGLE}", -1: "\N{BLACK DOWN-POINTING TRIANGLE}"}


def show_class_chart(
    frame: Frame, classes: Protected, *, reported: Protected | None = None, key: str, most: int | None = None
) -> None:
    """Show the classes; a click on a bar counts that class alone on the whole page, and a second click all again.

    The keyboard does the same with the list of classes on the left.

    Parameters
    ----------
    classes
        All classes side by side.
    reported
        The same of the reported records alone, that shares are told of; None where one source is asked for.
    most
        How many to show; all if not given.
    """
    codes = [str(code) for code in classes.frame["class"]]
    may_filter = frame.view.layer == classes.view.layer and bool(codes) and _may_filter(frame, codes[0])

    # A chart of its own for every choice: a second click on a bar that is picked already would tell nothing.
    clicked = "-".join((key, *frame.view.classes))

    def pick() -> None:
        chosen = picked_class(st.session_state[clicked], frame.view.classes)
        if chosen is not None:
            go(frame.state.replace(classes=chosen))

    chosen = frame.view.classes if may_filter else ()
    chart = class_chart(classes, reported=reported, chosen=chosen, most=most, pick=may_filter)
    # A legend of the chart's own would be cut off where there is little room.
    st.caption(
        f":green[■] {label('source', 'reported', language())} :green[□] {label('source', 'discovered', language())}"
        + ("" if reported is None else f"\N{EM SPACE}{_('%: share of the reported')}")
    )
    if may_filter:
        show_drawing(chart, key=clicked, alt=_("Classes"), on_select=pick, selection=_PICK)
    else:
        show_drawing(chart, key=key, alt=_("Classes"))


def _may_filter(frame: Frame, code: str) -> bool:
    """Tell whether the reader may count one class alone; those who may not see all classes side by side."""
    asked = frame.view.replace(classes=(code,))
    return nearest_allowed(asked, frame.scope, frame.release).view.classes == (code,)


def picked_class(event: object, classes: Collection[str]) -> tuple[str, ...] | None:
    """Return the classes to count after a click on a bar; None for a click beside all of them.

    Parameters
    ----------
    event
        What the chart says was picked.
    classes
        Those counted now; none for all.

    Examples
    --------
    >>> picked_class({"selection": {"pick": [{"class": "labour"}]}}, ())
    ('labour',)
    >>> picked_class({"selection": {"pick": [{"class": "labour"}]}}, ("labour",))
    ()
    """
    selection = event["selection"] if isinstance(event, Mapping) else {}
    picked = [str(item["class"]) for item in selection.get(_PICK, []) if "class" in item]
    if not picked:
        return () if classes else None
    return () if tuple(classes) == (picked[0],) else (picked[0],)


def class_chart(
    classes: Protected,
    *,
    reported: Protected | None = None,
    chosen: Collection[str] = (),
    most: int | None = None,
    pick: bool = False,
) -> Drawing:
    """Draw classes as bars, reported filled and discovered hollow below, with share and shift of the reported in words.

    The two are not put behind each other, as the end of such a bar would tell their sum. Most reported come first.

    Parameters
    ----------
    classes
        ``class``, ``reported``, ``discovered``, ``n``, and where there are any ``share`` and ``shift``.
    reported
        The same of the reported records alone; None where one source is asked for.
    chosen
        Classes that stand out; none for all.
    most
        How many to draw; all if not given.
    pick
        Whether a bar can be clicked.
    """
    rows = (
        _named_rows(classes, classes if reported is None else reported, chosen)
        .sort_values(["first", "size"], ascending=False, kind="stable")
        .head(most or len(classes.frame))
    )
    rows["place"] = range(len(rows))
    sources = {name: label("source", name, language()) for name in _SOURCES}
    kept = ["class", "name", "place", "shift", "words", "dim"]
    bars = rows.melt(id_vars=kept, value_vars=list(sources), var_name="source", value_name="records")
    bars["source"] = bars["source"].map(sources)
    look = _class_look(theme_name(), language(), tuple(sorted(rows["name"])), pick=pick)
    return Drawing(look, {"bars": bars, "classes": rows})


@made_once
def _class_look(theme: Theme, lang: str, shown: tuple[str, ...], *, pick: bool) -> Look:
    names, beside = name_column(shown, what=_("Class"), most=_NAME_WIDTH)
    y = alt.Y("name:N", sort=alt.EncodingSortField("place", op="min"), axis=names)
    scale = alt.Scale(range=beside)
    bars = _bars(theme, lang, y, scale, pick=pick)
    if pick:
        bars = bars.add_params(alt.selection_point(name=_PICK, fields=["class"], on="click", clear="dblclick"))
    words = (
        bare_look("classes")
        .mark_text(align="left", dx=6, color=theme_colours(theme).quiet_text, tooltip=None)
        .encode(y=y, x=alt.X("size:Q", scale=scale), text="words:N")
    )
    return look_of(bars, words, height=_BAR_STEP * len(shown) + _FRAME_HEIGHT)


def _bars(theme: Theme, lang: str, y: alt.Y, scale: alt.Scale, *, pick: bool) -> alt.Chart:
    colours = theme_colours(theme)
    names = [label("source", name, lang) for name in _SOURCES]
    records = alt.Axis(title=None, tickCount=4, tickMinStep=1, format=",d", description=_("Records"))
    bars = (
        bare_look("bars")
        .transform_filter("datum.records > 0")
        .mark_bar(
            cornerRadiusEnd=1,
            height={"band": 0.9},
            stroke=colours.good,
            strokeWidth=1.5,
            cursor="pointer" if pick else "default",
        )
        .encode(
            y=y,
            x=alt.X("records:Q", stack=None, axis=records, scale=scale),
            fill=alt.Fill("source:N", scale=alt.Scale(domain=names, range=[colours.good, colours.paper]), legend=None),
            opacity=alt.condition("datum.dim", alt.value(0.35), alt.value(1)),
            yOffset=alt.YOffset("source:N", sort=names, scale=alt.Scale(paddingOuter=0.3)),
            tooltip=[
                alt.Tooltip("name:N", title=_("Class")),
                alt.Tooltip("shift:N", title=_("Share")),
                alt.Tooltip("source:N", title=_("Source")),
                alt.Tooltip("records:Q", title=_("From this source"), format=","),
            ],
        )
    )
    return cast("alt.Chart", bars)


def _named_rows(classes: Protected, shares: Protected, chosen: Collection[str]) -> pd.DataFrame:
    list_name = CLASS_LISTS[classes.view.layer] or ""
    codes = [str(code) for code in classes.frame["class"]]
    rows = range(len(codes))
    parts = {name: [read_cell(classes, name, row).value for row in rows] for name in _SOURCES}
    counted = [read_cell(shares, "n", row).value or 0.0 for row in rows]
    return pd.DataFrame(
        {
            "class": codes,
            "name": [label(list_name, code, language()) for code in codes],
            **parts,
            "first": counted,
            # As long as the longer bar: words stand behind both.
            "size": [max(told or 0.0 for told in pair) for pair in zip(*parts.values(), strict=True)],
            "shift": [_shift_words(shares, row) for row in rows],
            "words": [class_words(shares, row) for row in rows],
            "dim": [bool(chosen) and code not in chosen for code in codes],
        }
    )


def class_words(classes: Protected, row: int) -> str:
    """Return what stands behind a bar: the share, and its shift in points where that is more than chance."""
    n, share = read_cell(classes, "n", row), read_cell(classes, "share", row)
    if n.withheld:
        return n.text()
    told = count_text(n.value) if share.value is None else share_text(share.value)
    shift, beyond = read_cell(classes, "shift", row).value, read_cell(classes, "shift_beyond_chance", row).value
    if shift is None or not beyond:
        return told
    return f"{told}  {_SIGNS[1 if shift > 0 else -1]} {decimal_text(100 * abs(shift))}"


def _shift_words(classes: Protected, row: int) -> str:
    """Return the share with the one compared with, and the interval of the difference in points."""
    share, before = read_cell(classes, "share", row), read_cell(classes, "share_compare", row)
    low, high = read_cell(classes, "shift_low", row).value, read_cell(classes, "shift_high", row).value
    if before.value is None or low is None or high is None:
        return share.text("share", digits=1)
    return _("{share}, before {before}; interval of the difference {low} to {high} points").format(
        share=share.text("share", digits=1),
        before=before.text("share", digits=1),
        low=decimal_text(100 * low),
        high=decimal_text(100 * high),
    )
