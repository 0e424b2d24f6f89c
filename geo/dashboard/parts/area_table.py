"""Tables of areas: one row each with figures of several layers; a click on a name goes one level down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.frame import Frame, drill
from geo.dashboard.parts.figure_table import Column, scaled, show_figures, withheld_cells
from geo.dashboard.parts.finder import show_finder
from geo.dashboard.parts.layer_names import layer_name
from geo.dashboard.parts.table import text_width
from geo.layers import AREA_LEVELS
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.cells import is_closed
from geo.words.formats import count_text

__all__ = ["AreaRows", "level_title", "show_area_table", "show_unplaced", "table_frame"]

_MOST_ROWS = 12
_TREND_WIDTH = 92


@dataclass(frozen=True)
class AreaRows:
    """Rows of areas, ready to be shown.

    Parameters
    ----------
    cells
        ``area_id``, ``area`` (the name in the reader's language), then the columns by their keys, shares in per cent;
        ``trend`` where there are months.
    withheld
        For the same rows and each column of figures, whether the cell is withheld.
    """

    cells: pd.DataFrame
    withheld: pd.DataFrame

    def most_first(self, key: str) -> AreaRows:
        """Return the rows that have any of what a column counts, those with most first."""
        some = self.cells[self.cells[key].fillna(0) > 0].sort_values(key, ascending=False, kind="stable")
        return AreaRows(some.reset_index(drop=True), self.withheld.loc[some.index].reset_index(drop=True))


def table_frame(
    frame: Frame,
    tables: Mapping[str, Protected],
    columns: Sequence[Column],
    *,
    reported: Protected | None = None,
    months: Sequence[Protected] = (),
    with_parent: bool = False,
) -> AreaRows:
    """Put columns of several protected tables side by side, by area, in the order of the first table.

    Parameters
    ----------
    tables
        By layer.
    columns
        Those shown; the first one's table gives the areas. One that is not for this reader at all is left out, and one
        that would add reported and discovered up.
    reported
        Table of the reported records alone, for the columns that are of these; None where there is none apart.
    months
        The same areas in months, for a line of their numbers.
    with_parent
        Whether the station that holds an area stands beside it.
    """
    first = tables[columns[0].layer].frame
    names = first["name"]
    if frame.language == "en":
        names = first["name_en"].where(first["name_en"].notna(), names)
    shown: dict[str, Any] = {"area_id": first["area_id"], "area": names}
    hidden: dict[str, Any] = {}
    if with_parent:
        shown["parent"] = [_parent_name(frame, area_id) for area_id in first["area_id"]]
    for column in columns:
        table = reported if reported is not None and column.reported else tables[column.layer]
        if column.reported and table.view.source is None:
            continue
        if column is not columns[0] and is_closed(table, column.name):
            continue
        shown[column.key] = _aligned(table, scaled(table, column), first["area_id"])
        hidden[column.key] = _aligned(table, withheld_cells(table, column), first["area_id"]).eq(other=True)
    if months:
        counts = _side_by_side(months, [month.frame["n"].astype("Float64") for month in months])
        # A line with a month left out would tell the others at the wrong time: there is none then.
        whole = counts.columns[counts.notna().all()]
        shown["trend"] = [counts[area_id].tolist() if area_id in whole else None for area_id in first["area_id"]]
        closed = _side_by_side(months, [month.protected["n"] for month in months]).any()
        hidden["trend"] = closed.reindex(first["area_id"]).eq(other=True).set_axis(first.index)
    return AreaRows(pd.DataFrame(shown), pd.DataFrame(hidden, index=first.index))


def _parent_name(frame: Frame, area_id: str) -> str:
    above = frame.tree.path(area_id)[:-1]
    stations = [code for code in above if frame.tree.level(code) == "station"]
    return frame.name(stations[0]) if stations else ""


def _aligned(table: Protected, values: pd.Series[Any], area_ids: pd.Series[str]) -> pd.Series[Any]:
    """Return values of a table's rows in the order of other areas."""
    return values.set_axis(table.frame["area_id"]).reindex(area_ids).set_axis(area_ids.index)


def _side_by_side(months: Sequence[Protected], columns: Sequence[pd.Series[Any]]) -> pd.DataFrame:
    """Return a row for each month with the areas as columns."""
    named = [
        column.set_axis(month.frame["area_id"]).rename(at)
        for at, (month, column) in enumerate(zip(months, columns, strict=True))
    ]
    return pd.DataFrame(named)


def show_area_table(
    frame: Frame,
    rows: AreaRows,
    columns: Sequence[Column],
    *,
    key: str,
    title: str,
    width: int | None = None,
    finds: bool = False,
) -> None:
    """Show a table of areas; the button of a name goes to that area.

    Parameters
    ----------
    rows, columns
        As `table_frame` returns and took them.
    title
        What the areas are called.
    width
        Width of the names in pixels; what they need if not given.
    finds
        Whether a field finds the areas by name; those right below the present one stand in the sidebar too.
    """
    cells = rows.cells

    def open_row(row: int) -> None:
        drill(frame, str(cells["area_id"].iloc[row]))

    def open_area() -> None:
        open_row(st.session_state[f"{key}-click"].row)

    config: dict[str, Any] = {
        "area": st.column_config.ButtonColumn(
            title,
            type="tertiary",
            alignment="left",
            on_click=open_area,
            key=f"{key}-click",
            pinned=True,
            width=width or text_width(cells["area"]),
        ),
        "parent": st.column_config.TextColumn(_("Station"), width=width or text_width(cells.get("parent", []))),
        "trend": st.column_config.LineChartColumn(
            _("Twelve months"),
            y_min=0,
            width=_TREND_WIDTH,
            color="gray",
            help=_("Numbers by month, each line from zero to its own greatest; pointing tells them."),
        ),
    }
    show_figures(
        cells.drop(columns="area_id"),
        columns,
        withheld=rows.withheld,
        key=key,
        alt=title,
        config=config,
        most=_MOST_ROWS,
    )
    if finds and not cells.empty:
        show_finder(cells["area"].tolist(), key=f"{key}-find", open_row=open_row)


def show_unplaced(table: Protected | None) -> None:
    """Say how many records of the period are in no row, because they lie in no grid."""
    if table is not None and table.unplaced:
        text = ngettext(
            "{n} record of the period lies in no grid and counts in no area.",
            "{n} records of the period lie in no grid and count in no area.",
            table.unplaced,
        )
        st.caption(text.format(n=count_text(table.unplaced)))


def level_title(level: str) -> str:
    """Return what the areas of a level are called."""
    return layer_name(AREA_LEVELS[level]) if level in AREA_LEVELS else level
