"""The list behind a line of "needs you today": the areas it is about, those with most first."""

from __future__ import annotations

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.navigation import open_on_click
from geo.dashboard.parts.area_table import level_title, show_area_table, table_frame
from geo.dashboard.parts.figure_table import Column
from geo.dashboard.parts.shown import measure_label
from geo.layers import EVENT_LAYERS
from geo.view import View
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text

__all__ = ["show_listing"]


def show_listing(frame: Frame, *, page_id: str) -> None:
    """Show the areas of the opened list, with a way to close it.

    Parameters
    ----------
    page_id
        The page that it stands on.
    """
    name, layer = frame.state.listed or "", frame.view.layer
    title = measure_label(frame.view, name)
    columns = [Column(layer, name, title), Column(layer, "open", _("Open")), *_number_columns(frame.view)]
    values = {layer: cache.map_values(frame.release, frame.view, frame.scope)}
    rows = table_frame(frame, values, columns, with_parent=True).most_first(columns[0].key)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            heading = ngettext("{what}: {n} area", "{what}: {n} areas", len(rows.cells)).format(
                what=title, n=count_text(len(rows.cells))
            )
            st.markdown(f"### {heading}", anchors=False, width="stretch")
            state = frame.state.replace(listed=None)
            open_on_click(page_id, state, label=_("Close list"), key="close-list", icon=":material/close:")
        show_area_table(frame, rows, columns, key=f"list-{name}", title=level_title(frame.view.level), finds=True)


def _number_columns(view: View) -> list[Column]:
    """Return how many there are: where both sources are asked for, of each by itself."""
    if view.layer not in EVENT_LAYERS or view.source is not None:
        return [Column(view.layer, "n", _("All"))]
    return [Column(view.layer, "reported", _("Reported")), Column(view.layer, "discovered", _("Discovered"))]
