"""The tiles: one figure each with its change or its goal, and the last twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from geo.dashboard.cache import TodayFigures
from geo.dashboard.formats import change_text, month_text, share_text
from geo.dashboard.parts.cells import Cell, definition, read_cell, series
from geo.dashboard.parts.charts import spark_chart
from geo.dashboard.words import gettext as _
from geo.privacy import Protected
from geo.rules import Target, load_rules
from geo.view import View

__all__ = ["Tile", "make_tiles", "show_tiles"]

_SPARK_HEIGHT = 40
_YEAR_MONTHS = 12
# A single tile across the whole page would look like a heading.
_FEWEST_COLUMNS = 4
_DOT = " \N{MIDDLE DOT} "


@dataclass(frozen=True)
class Tile:
    """One figure ready to be shown.

    Parameters
    ----------
    title
        What it is.
    value
        The figure, written.
    beside
        What stands under it in small print, as Markdown: change, n, goal.
    definition
        What it means, with n and interval.
    months
        The last twelve months, the latest last.
    goal
        The value to reach, in the unit of the months.
    """

    title: str
    value: str
    beside: str
    definition: str
    months: Sequence[float | None] = ()
    goal: float | None = None


def show_tiles(tiles: Sequence[Tile]) -> None:
    """Show tiles in one row."""
    if not tiles:
        return
    for column, tile in zip(st.columns(max(len(tiles), _FEWEST_COLUMNS), gap="small"), tiles, strict=False):
        with column, st.container(border=True, height="stretch", gap="xxsmall"):
            st.metric(tile.title, tile.value, help=tile.definition)
            st.caption(tile.beside)
            if sum(value is not None for value in tile.months) > 1:
                st.altair_chart(
                    spark_chart(tile.months, goal=tile.goal), height=_SPARK_HEIGHT, key=f"spark-{tile.title}"
                )


def make_tiles(figures: TodayFigures, view: View) -> list[Tile]:
    """Make the tiles of the page Today; a layer that is not there has none."""
    makers = {
        "disputes": (_disputes_tile, _settled_tile),
        "hazards": (_hazards_tile,),
        "coverage": (_coverage_tile,),
        "service": (_visits_tile,),
        "incidents": (_incidents_tile,),
    }
    return [make(figures, view) for layer, makes in makers.items() if layer in figures.now for make in makes]


def _disputes_tile(figures: TodayFigures, view: View) -> Tile:
    titles = (_("Disputes"), _("Disputes reported"))
    return _count_tile(figures, view, layer="disputes", titles=titles)


def _incidents_tile(figures: TodayFigures, view: View) -> Tile:
    titles = (_("Incidents"), _("Incidents reported"))
    return _count_tile(figures, view, layer="incidents", titles=titles)


def _count_tile(figures: TodayFigures, view: View, *, layer: str, titles: tuple[str, str]) -> Tile:
    """Make the tile of a layer's count: of the reported records with the discovered beside, where both are asked for.

    Parameters
    ----------
    titles
        What all records are called, and the reported ones.
    """
    parted = figures.reported if figures.reported and figures.reported.view.layer == layer else None
    now = parted or figures.now[layer]
    measure_id = "reported" if parted else "n"
    parts = [_changed_from(now, view)]
    if parted:
        parts.append(_("{n} discovered").format(n=read_cell(figures.now[layer], "discovered").text()))
    elif not parts[0]:
        parts.append(_("{n} of them reported").format(n=read_cell(now, "reported").text()))
    return Tile(
        title=titles[1 if parted else 0],
        value=read_cell(now, "n").text(),
        beside=_DOT.join(part for part in parts if part),
        definition=definition(
            layer, measure_id, interval=(read_cell(now, "change_low"), read_cell(now, "change_high"))
        ),
        months=series(figures.months[layer], measure_id),
    )


def _changed_from(now: Protected, view: View) -> str:
    before, change = read_cell(now, "n_compare"), read_cell(now, "change")
    if view.comparison is None or before.value is None:
        return ""
    return _("{change} from {n}").format(change=f"**{change_text(change.value)}**", n=before.text())


def _settled_tile(figures: TodayFigures, view: View) -> Tile:
    """Make the tile of disputes settled within a month, told of the last month whose month is over."""
    table, before, months = figures.now["disputes"], figures.before.get("disputes"), figures.months["disputes"]
    told = [month for month in months if _is_told(month)]
    cohort = None
    if not _is_told(table) and told:
        table, before = told[-1], None
        cohort = month_text(table.view.period.start, short=True)
    target = load_rules().targets.get("settled_in_month")
    return _share_tile(
        table,
        before,
        layer="disputes",
        measure_id="settled_in_month",
        title=_("Settled in a month"),
        target=target,
        months=series(told, "settled_in_month"),
        cohort=cohort,
    )


def _is_told(table: Protected) -> bool:
    """Tell whether the month that there is to settle is over for most of what was accepted."""
    over, accepted = read_cell(table, "settled_in_month_n").value, read_cell(table, "accepted").value
    return over is not None and accepted is not None and 2 * over >= accepted > 0


def _visits_tile(figures: TodayFigures, view: View) -> Tile:
    # The target is a year's: no single month is measured by it.
    is_year = len(view.period.months) == _YEAR_MONTHS
    return _share_tile(
        figures.now["service"],
        figures.before.get("service"),
        layer="service",
        measure_id="visited_share",
        title=_("Visited households"),
        target=load_rules().targets.get("visited_share") if is_year else None,
        months=series(figures.months["service"], "visited_share"),
        with_goal=False,
    )


def _share_tile(
    table: Protected,
    before: Protected | None,
    *,
    layer: str,
    measure_id: str,
    title: str,
    target: Target | None,
    months: Sequence[float | None],
    cohort: str | None = None,
    with_goal: bool = True,
) -> Tile:
    cell = read_cell(table, measure_id)
    first = cohort or _from_text(read_cell(before, measure_id), "share") or _of_households(table)
    parts = [first, _goal_text(cell, target)]
    return Tile(
        title=title,
        value=cell.text("share"),
        beside=_DOT.join(part for part in parts if part),
        definition=definition(
            layer,
            measure_id,
            n=read_cell(table, f"{measure_id}_n"),
            interval=(read_cell(table, f"{measure_id}_low"), read_cell(table, f"{measure_id}_high")),
        ),
        months=months,
        goal=target.value if target and with_goal else None,
    )


def _hazards_tile(figures: TodayFigures, view: View) -> Tile:
    now = figures.now["hazards"]
    major = read_cell(now, "major_overdue")
    words = "" if major.value is None else _("{n} major").format(n=f"**{major.text()}**")
    before = _from_text(read_cell(figures.before.get("hazards"), "overdue"), "count")
    return Tile(
        title=_("Hazards overdue"),
        value=read_cell(now, "overdue").text(),
        beside=_DOT.join(part for part in (words, before) if part),
        definition=definition("hazards", "overdue", n=read_cell(now, "open")),
        months=series(figures.months["hazards"], "overdue"),
    )


def _coverage_tile(figures: TodayFigures, view: View) -> Tile:
    now, target = figures.now["coverage"], load_rules().targets.get("covered_share")
    cell = read_cell(now, "covered_share")
    words = _("{n} vacant").format(n=f"**{read_cell(now, 'vacant').text()}**")
    return Tile(
        title=_("Grids covered"),
        value=cell.text("share", digits=1),
        beside=_DOT.join(part for part in (words, _goal_text(cell, target)) if part),
        definition=definition("coverage", "covered_share", n=read_cell(now, "n")),
        months=series(figures.months["coverage"], "covered_share"),
        goal=target.value if target else None,
    )


def _from_text(before: Cell, unit: str) -> str:
    return "" if before.value is None else _("from {value}").format(value=before.text(unit))


def _of_households(table: Protected) -> str:
    households = read_cell(table, "households")
    return "" if households.value is None else _("of {n} households").format(n=households.text())


def _goal_text(cell: Cell, target: Target | None) -> str:
    if target is None or cell.value is None:
        return ""
    reached = cell.value >= target.value if target.good == "high" else cell.value <= target.value
    text = _("goal {value}").format(value=share_text(target.value))
    return f":green[{text}]" if reached else f":red[{text}]"
