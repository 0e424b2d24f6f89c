"""Parts of the page Service: its sentence, the visits by month, and whom places reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from geo.codes import label
from geo.dashboard import cache
from geo.dashboard.cache import LayerFigures
from geo.dashboard.frame import Frame, go
from geo.dashboard.parts.charts import month_axis
from geo.dashboard.parts.drawing import Drawing, Look, bare_look, look_of, made_once, show_drawing
from geo.dashboard.parts.empty import show_not_permitted
from geo.dashboard.parts.figure_table import Column, scaled, show_figures, withheld_cells
from geo.dashboard.parts.table import text_width
from geo.dashboard.theme import theme_name
from geo.figures.sentences import join_sentences
from geo.maps.palettes import Theme, theme_colours
from geo.privacy import Protected
from geo.view import View
from geo.words import gettext as _
from geo.words import language, ngettext
from geo.words.cells import definition, is_closed, read_cell
from geo.words.formats import count_text, month_text, period_text, share_text

__all__ = ["month_rows", "reach_sentence", "service_sentence", "show_reach", "show_visits"]

_CHART_HEIGHT = 165
# Of the longest name with its number, and of both shares, in pixels, beside the map of a narrow screen.
_WIDTHS = (178, 84, 62)
_OVERLAYS = "map_overlays"


def service_sentence(figures: LayerFigures) -> str:
    """Say how many visits households had, what was handled there, and who helps: Markdown, the numbers in bold."""
    now, before = figures.whole.now, figures.whole.before
    return join_sentences(
        _visited_sentence(now, before, figures.whole.view), _handled_sentence(now), _groups_sentence(now)
    )


def _visited_sentence(now: Protected, before: Protected | None, view: View) -> str:
    n, share = read_cell(now, "n").value, read_cell(now, "visited_share").value
    if n is None:
        return ""
    text = ngettext("**{n}** household visit{share}{before}.", "**{n}** household visits{share}{before}.", int(n))
    earlier = read_cell(before, "n").value
    return text.format(
        n=count_text(n),
        share="" if share is None else _(", **{share}** of the number of households").format(share=share_text(share)),
        before=""
        if earlier is None or view.comparison is None
        else _(" ({n} in {compared})").format(n=count_text(earlier), compared=period_text(view.comparison)),
    )


def _handled_sentence(now: Protected) -> str:
    n = read_cell(now, "requests_handled").value
    if n is None:
        return ""
    text = ngettext("**{n}** request handled on the way.", "**{n}** requests handled on the way.", int(n))
    return text.format(n=count_text(n))


def _groups_sentence(now: Protected) -> str:
    n, members = read_cell(now, "groups").value, read_cell(now, "members").value
    if n is None or members is None:
        return ""
    text = ngettext(
        "**{n}** volunteer group with {members} members.", "**{n}** volunteer groups with {members} members.", int(n)
    )
    return text.format(n=count_text(n), members=count_text(members))


def show_visits(frame: Frame, figures: LayerFigures) -> None:
    """Show the households visited in each of twelve months, with those of the comparison."""
    more = cache.service_page(frame.release, frame.view, frame.scope)
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {_('Household visits by month')}", anchors=False, help=definition("service", "n"))
        rows = month_rows(more.months, more.months_before)
        if rows["n"].isna().all():
            st.caption(_("The data do not tell of these months."))
            return
        names = _line_names(frame.view)
        # A legend of the chart's own would be cut off.
        signs = {"n": ":green[━━]", "n_compare": ":gray[╍╍]"}
        if len(names) > 1:
            st.caption("\N{EM SPACE}".join(f"{signs[column]} {name}" for column, name in names.items()))
        alt_text = _("Household visits by month")
        show_drawing(_visits_chart(rows, names), height=_CHART_HEIGHT, key="visits", alt=alt_text)


def month_rows(months: Sequence[Protected], before: Sequence[Protected]) -> pd.DataFrame:
    """Return the households visited in each month that is told.

    Parameters
    ----------
    months, before
        One table for each month up to the end of the period, and of the period compared with.

    Returns
    -------
    DataFrame
        ``month`` (its first day), ``n``, ``n_compare``: the month that lies as far back as the periods lie apart. A
        withheld or unknown number is missing.
    """
    earlier = {_months_back(table, before): read_cell(table, "n").value for table in before}
    rows = [
        (
            pd.Timestamp(table.view.period.start),
            read_cell(table, "n").value,
            earlier.get(_months_back(table, months)),
        )
        for table in months
    ]
    named = pd.DataFrame(rows, columns=["month", "n", "n_compare"])
    return named.astype({"n": "Float64", "n_compare": "Float64"})


def _months_back(table: Protected, tables: Sequence[Protected]) -> int:
    """Return how many months a month lies before the last of its row."""
    last, own = tables[-1].view.period.start, table.view.period.start
    return 12 * (last.year - own.year) + last.month - own.month


def _line_names(view: View) -> dict[str, str]:
    names = {"n": _("These months")}
    if view.comparison is not None:
        names["n_compare"] = _("A year before") if view.compare == "last-year" else _("The period before")
    return names


def _visits_chart(rows: pd.DataFrame, names: Mapping[str, str]) -> Drawing:
    shown = rows.assign(label=[month_text(day, short=True) for day in rows["month"]])
    lines = shown.melt(id_vars=["month"], value_vars=list(names), var_name="line", value_name="visited")
    look = _visits_look(theme_name(), language(), tuple(names.items()))
    return Drawing(look, {"lines": lines.assign(line=lines["line"].map(names)), "months": shown})


@made_once
def _visits_look(theme: Theme, _lang: str, series: tuple[tuple[str, str], ...]) -> Look:
    colours, names = theme_colours(theme), dict(series)
    looks = {"n": (colours.good, [1, 0]), "n_compare": (colours.quiet_text, [5, 3])}
    inks, dashes = ([looks[name][part] for name in names] for part in (0, 1))
    domain = list(names.values())
    x = alt.X("month:T", axis=month_axis())
    visited = alt.Axis(title=None, tickCount=3, format=",d", description=_("Household visits by month"))
    line = (
        bare_look("lines")
        .mark_line(strokeWidth=2, tooltip=None)
        .encode(
            x=x,
            y=alt.Y("visited:Q", axis=visited, scale=alt.Scale(zero=True)),
            color=alt.Color("line:N", scale=alt.Scale(domain=domain, range=inks), legend=None),
            strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=domain, range=dashes), legend=None),
        )
    )
    tooltip = [alt.Tooltip("label:N", title=_("Month"))]
    tooltip += [alt.Tooltip(f"{column}:Q", title=name, format=",") for column, name in names.items()]
    points = bare_look("months").mark_point(size=160, opacity=0).encode(x=x, y="n:Q", tooltip=tooltip)
    return look_of(line, points, height=_CHART_HEIGHT)


def show_reach(frame: Frame, figures: LayerFigures) -> None:
    """Show for each kind of place whom it reaches; a click shows it on the map, with the places."""
    reach = cache.service_page(frame.release, frame.view, frame.scope).reach
    with st.container(border=True, height="stretch", gap="xsmall"):
        hint = _(
            "Within the distance of the nearest place of the kind, in a straight line. A click shows it on the map."
        )
        st.markdown(f"### {_('Who has a place nearby')}", anchors=False, help=hint)
        if reach is None and frame.release.has("places"):
            show_not_permitted(_("Reach of places"), who=_("directors and planners"))
        elif reach is None:
            st.caption(_("These data have no places. They come with {command}.").format(command="`maplegrid import`"))
        else:
            st.markdown(reach_sentence(reach))
            _show_reach_table(frame, reach)
            st.caption(_near_words(reach))


def reach_sentence(reach: Protected) -> str:
    """Name the kind of place whose reach differs most between households and events; say so where none does."""
    gaps = []
    for row, kind in enumerate(reach.frame["kind"]):
        households, events, low, high = (
            read_cell(reach, name, row).value
            for name in ("households_share", "events_share", "events_share_low", "events_share_high")
        )
        if households is None or events is None or low is None or high is None:
            continue
        gaps.append((abs(events - households) if not low <= households <= high else 0.0, str(kind), households, events))
    if not gaps:
        return ""
    gap, kind, households, events = max(gaps)
    if not gap:
        return _("Households and events lie alike near places: no difference shown.")
    text = (
        _("More of the events than of the households lie near a {kind}: **{events}** against **{households}**.")
        if events > households
        else _("Fewer of the events than of the households lie near a {kind}: **{events}** against **{households}**.")
    )
    name = label("place_kind", kind, language())
    return text.format(
        kind=name.lower() if language() == "en" else name,
        events=share_text(events),
        households=share_text(households),
    )


def _show_reach_table(frame: Frame, reach: Protected) -> None:
    kinds = [str(kind) for kind in reach.frame["kind"]]

    def show_on_map() -> None:
        kind = kinds[st.session_state["reach-click"].row]
        st.session_state[_OVERLAYS] = ["places"]
        go(frame.state.replace(layer="service", show=f"reach_{kind}", listed=None))

    columns = [
        Column("service", "households_share", _("Households"), width=_WIDTHS[1], table="reach", digits=0),
        Column("service", "events_share", _("Events"), width=_WIDTHS[2], table="reach", digits=0),
    ]
    columns = [column for column in columns if not is_closed(reach, column.name)]
    rows = pd.DataFrame(
        {
            "kind": [
                f"{label('place_kind', kind, frame.language)} ({read_cell(reach, 'places', row).text()})"
                for row, kind in enumerate(kinds)
            ],
            **{column.key: scaled(reach, column) for column in columns},
        }
    )
    withheld = pd.DataFrame({column.key: withheld_cells(reach, column) for column in columns})
    config: dict[str, Any] = {
        "kind": st.column_config.ButtonColumn(
            _("Place"),
            type="tertiary",
            alignment="left",
            on_click=show_on_map,
            key="reach-click",
            width=text_width(rows["kind"], most=_WIDTHS[0]),
        ),
    }
    show_figures(rows, columns, withheld=withheld, key="reach", alt=_("Reach of places"), config=config)


def _near_words(reach: Protected) -> str:
    """Say how far is near, for the kinds of place that share a distance together."""
    kinds: dict[float, list[str]] = {}
    for kind, distance_m in zip(reach.frame["kind"], reach.frame["distance_m"], strict=True):
        kinds.setdefault(float(distance_m), []).append(label("place_kind", str(kind), language()))
    texts = [
        _("{kinds} within {n} m").format(kinds=_(", ").join(names), n=count_text(distance_m))
        for distance_m, names in kinds.items()
    ]
    return _("Near: {kinds}.").format(kinds=_("; ").join(texts))
