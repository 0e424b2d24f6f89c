"""Tables of areas: one row each with figures of several layers; a click on a name goes one level down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.formats import MISSING, count_text
from geo.dashboard.frame import Frame, drill
from geo.dashboard.parts.cells import definition, unit_of
from geo.dashboard.parts.finder import show_finder
from geo.dashboard.parts.table import show_table
from geo.dashboard.words import gettext as _
from geo.dashboard.words import ngettext
from geo.privacy import Protected

__all__ = ["Column", "level_title", "number_column", "show_area_table", "show_unplaced", "show_withheld", "table_frame"]

_MOST_ROWS = 12
_TREND_WIDTH = 120


@dataclass(frozen=True)
class Column:
    """A column of a table of areas.

    Parameters
    ----------
    layer
        Layer of the view whose table it comes from.
    name
        Its column there.
    title
        What it is called.
    hint
        What it means; the measure's own definition if not given.
    width
        Width in pixels; what the title needs if not given.
    """

    layer: str
    name: str
    title: str
    hint: str | None = None
    width: int | None = None

    @property
    def key(self) -> str:
        """Name of the column in the table shown."""
        return f"{self.layer}.{self.name}"


def table_frame(
    frame: Frame,
    tables: Mapping[str, Protected],
    columns: Sequence[Column],
    *,
    months: Sequence[Protected] = (),
    with_parent: bool = False,
) -> pd.DataFrame:
    """Put columns of several protected tables side by side, by area, in the order of the first table.

    Parameters
    ----------
    tables
        By layer.
    columns
        Those shown; the first one's table gives the areas.
    months
        The same areas in months, for a line of their numbers.
    with_parent
        Whether the station that holds an area stands beside it.

    Returns
    -------
    DataFrame
        ``area_id``, ``area`` (the name in the reader's language), then the columns by their keys, shares in per cent;
        ``trend`` where there are months.
    """
    first = tables[columns[0].layer].frame
    names = first["name"]
    if frame.language == "en":
        names = first["name_en"].where(first["name_en"].notna(), names)
    shown: dict[str, Any] = {"area_id": first["area_id"], "area": names}
    if with_parent:
        shown["parent"] = [_parent_name(frame, area_id) for area_id in first["area_id"]]
    for column in columns:
        shown[column.key] = _aligned(tables[column.layer], column.name, first["area_id"])
    if months:
        counts = pd.DataFrame([month.frame.set_index("area_id")["n"] for month in months]).astype("Float64")
        # A line with a month left out would tell the others at the wrong time: there is none then.
        whole = counts.columns[counts.notna().all()]
        shown["trend"] = [counts[area_id].tolist() if area_id in whole else None for area_id in first["area_id"]]
    return pd.DataFrame(shown)


def _parent_name(frame: Frame, area_id: str) -> str:
    above = frame.tree.path(area_id)[:-1]
    stations = [code for code in above if frame.tree.level(code) == "station"]
    return frame.name(stations[0]) if stations else ""


def _aligned(table: Protected, name: str, area_ids: pd.Series[str]) -> pd.Series[Any]:
    if name not in table.frame.columns:
        return pd.Series(pd.NA, index=area_ids.index)
    values = table.frame.set_index("area_id")[name]
    if unit_of(name) == "share":
        values = values * 100
    return values.reindex(area_ids).set_axis(area_ids.index)


def show_area_table(
    frame: Frame,
    rows: pd.DataFrame,
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
    title
        What the areas are called.
    width
        Width of the names in pixels; what they need if not given.
    finds
        Whether a field finds the areas by name; those right below the present one stand in the sidebar too.
    """

    def open_row(row: int) -> None:
        drill(frame, str(rows["area_id"].iloc[row]))

    def open_area() -> None:
        open_row(st.session_state[f"{key}-click"].row)

    config: dict[str, Any] = {
        "area": st.column_config.ButtonColumn(
            title, type="tertiary", alignment="left", on_click=open_area, key=f"{key}-click", pinned=True, width=width
        ),
        "parent": st.column_config.TextColumn(_("Station"), width=width),
        "trend": st.column_config.LineChartColumn(_("Twelve months"), y_min=0, width=_TREND_WIDTH, color="gray"),
    }
    for column in columns:
        config[column.key] = number_column(column)
    show_table(rows.drop(columns="area_id"), key=key, alt=title, config=config, most=_MOST_ROWS)
    if finds and not rows.empty:
        show_finder(rows["area"].tolist(), key=f"{key}-find", open_row=open_row)


def number_column(column: Column) -> Any:  # noqa: ANN401  # Streamlit's own type is private
    """Return how a column of figures is shown: title, definition on hover, unit, aligned to the right."""
    unit = unit_of(column.name)
    formats = {"share": "%.1f %%", "per_1000": "%.2f", "days": "%.1f", "hours": "%.1f", "score": "%.1f"}
    return st.column_config.NumberColumn(
        column.title,
        width=column.width,
        help=column.hint or definition(column.layer, column.name) or None,
        format=formats.get(unit, "localized"),
        alignment="right",
    )


def show_withheld(tables: Sequence[Protected]) -> None:
    """Say that some figures are withheld, where there are any, since a table shows them as missing."""
    if any(bool(table.protected.to_numpy().any()) for table in tables):
        st.caption(_("{sign}: withheld, because the count is small, or not known.").format(sign=MISSING))


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
    names = {"county": _("Counties"), "station": _("Stations"), "village": _("Villages"), "grid": _("Grids")}
    return names.get(level, level)
