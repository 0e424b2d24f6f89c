"""What the public is told of a station and its peers: for a director, who sees no exact figure of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.parts.compare import Beside, short_names
from geo.dashboard.parts.table import show_table, text_width
from geo.figures import TOLD_TO_ALL
from geo.measures.catalogue import describe
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import message
from geo.words.cells import Cell, measure_name, read_cell, row_of
from geo.words.formats import decimal_text, period_text, share_text

__all__ = ["show_told_to_public"]

# Six stations stand beside the names of figures on a screen of 1,280 pixels.
_COLUMN_WIDTH, _MOST_NAME_WIDTH = 100, 345
_LAYERS = {
    "disputes": message("Disputes"),
    "hazards": message("Hazards"),
    "incidents": message("Incidents"),
    "service": message("Service"),
    "coverage": message("Coverage"),
}


def show_told_to_public(frame: Frame, tables: Mapping[str, Protected], rows: Sequence[Beside]) -> None:
    """Show what everybody is told of a station and its peers; nothing where the public is told of nothing.

    Parameters
    ----------
    tables
        By layer, as the public sees them.
    rows
        Rows of the station beside its peers.
    """
    if not tables:
        return
    codes = list({one.place: one.area_id for one in sorted(rows, key=lambda one: one.place)}.values())
    told = [(layer, name) for layer, names in TOLD_TO_ALL.items() if layer in tables for name in names]
    cells = {(line, code): _cell(tables[line[0]], line[1], code) for line in told for code in codes}
    told = [line for line in told if any(cells[line, code].value is not None for code in codes)]
    columns = {"figure": [_name(*line) for line in told]}
    columns |= {f"told-{at}": [_text(line[1], cells[line, code]) for line in told] for at, code in enumerate(codes)}
    width = text_width(columns["figure"], most=_MOST_NAME_WIDTH)
    config = {"figure": st.column_config.TextColumn(_("Figure"), width=width, pinned=True)}
    for at, name in enumerate(short_names(frame, codes)):
        config[f"told-{at}"] = st.column_config.TextColumn(name, alignment="right", width=_COLUMN_WIDTH)
    withheld = {f"told-{at}": [cells[line, code].withheld for line in told] for at, code in enumerate(codes)}
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"### {_('As told to the public')}", anchors=False)
        st.caption(_words(tables))
        show_table(
            pd.DataFrame(columns),
            key="told-to-public",
            alt=_("As told to the public"),
            config=config,
            withheld=pd.DataFrame(withheld),
        )


def _words(tables: Mapping[str, Protected]) -> str:
    period = period_text(next(iter(tables.values())).view.period)
    return _(
        "{period}. What everybody may see, of the own station too, so that all stand alike: numbers of records are "
        "some records off on purpose, and small ones are withheld. It shows who differs much; nothing is tested with "
        "it."
    ).format(period=period)


def _cell(table: Protected, name: str, code: str) -> Cell:
    row = row_of(table, code)
    return Cell(None) if row is None else read_cell(table, name, row)


def _name(layer: str, name: str) -> str:
    return _("{layer}: {figure}").format(layer=_(_LAYERS[layer]), figure=measure_name(describe(layer, name)))


def _text(name: str, cell: Cell) -> str:
    if cell.withheld or cell.value is None:
        return cell.text()
    if describe("disputes", name).unit == "share":
        return share_text(cell.value, digits=1)
    return decimal_text(cell.value, digits=2)
