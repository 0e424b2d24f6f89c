"""Counts by a code as rows of name, bar and number; the name of each is a button that shows it on the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from geo.codes import code_list
from geo.dashboard.frame import Frame, go
from geo.dashboard.theme import theme_name
from geo.maps.palettes import theme_colours
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words.cells import Cell, definition, read_cell

__all__ = ["Bar", "code_bars", "show_bar_rows", "show_bars"]

_BAR_HEIGHT = 10


@dataclass(frozen=True)
class Bar:
    """One row.

    Parameters
    ----------
    layer, measure_id
        What it counts, and what a click shows on the map.
    name
        What it is called.
    cell
        The count.
    out_of
        What it is a part of.
    """

    layer: str
    measure_id: str
    name: str
    cell: Cell
    out_of: Cell


def code_bars(
    table: Protected, *, prefix: str, list_name: str, language: str, out_of: str, parent: str | None = None
) -> list[Bar]:
    """Return the counts of a summary by the codes of a list, in the list's order.

    Parameters
    ----------
    table
        A row with columns such as ``settled_village``; a code without a column is left out.
    prefix, list_name
        What the columns begin with, and the list of what they end with.
    out_of
        The column that they are parts of.
    parent
        The code of another list that those wanted belong to; all if not given.
    """
    wanted = [code for code in code_list(list_name).values() if parent in (None, code.parent)]
    return [
        Bar(table.view.layer, measure_id, code.label(language), read_cell(table, measure_id), read_cell(table, out_of))
        for code in wanted
        if (measure_id := f"{prefix}_{code.code}") in table.frame.columns
    ]


def show_bars(frame: Frame, bars: Sequence[Bar], *, title: str, note: str = "") -> None:
    """Show rows under a title, each with a bar as long as its count.

    All bars have one colour: none of them is good or bad.

    Parameters
    ----------
    note
        What the numbers are, in small print.
    """
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {title}", anchors=False)
        if note:
            st.caption(note)
        show_bar_rows(frame, bars)


def show_bar_rows(frame: Frame, bars: Sequence[Bar]) -> None:
    """Show the rows alone."""
    most = max((bar.cell.value or 0 for bar in bars), default=0)
    for bar in bars:
        _show_bar(frame, bar, most=most)


def _show_bar(frame: Frame, bar: Bar, *, most: float) -> None:
    def pick() -> None:
        go(frame.state.replace(layer=bar.layer, show=bar.measure_id, listed=None))

    shown = frame.state.show == bar.measure_id
    # Few elements for each row: a browser makes all of them again at every change.
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"bar-row-{bar.measure_id}"):
        st.button(
            f"**◉ {bar.name}**" if shown else bar.name,
            key=f"bar-{bar.measure_id}",
            type="tertiary",
            help=_on_map(definition(bar.layer, bar.measure_id, n=bar.out_of)),
            on_click=pick,
            wrap=True,
            width="stretch",
        )
        st.html(_bar_html(bar.cell, most=most))


def _bar_html(cell: Cell, *, most: float) -> str:
    """Return the bar with its number behind it."""
    width = 0.0 if cell.value is None or not most else 100 * cell.value / most
    colours = theme_colours(theme_name())
    look = f"height:{_BAR_HEIGHT}px;border-radius:2px"
    size = "font-size:14px" if cell.withheld else ""
    return (
        '<div style="display:flex;align-items:center;gap:12px">'
        f'<div style="flex:3;background:{colours.zero};{look}">'
        f'<div style="background:{colours.good};{look};width:{width:.1f}%"></div></div>'
        f'<div style="flex:2;text-align:right;white-space:nowrap;{size}">{escape(cell.text())}</div></div>'
    )


def _on_map(text: str) -> str:
    return f"{text}  \n{_('A click shows it on the map.')}"
