"""The states of records as a horizontal flow: how many reached each, how many are in it, after how many days."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

import streamlit as st

from geo.codes import label
from geo.dashboard.frame import Frame, go
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import message
from geo.words.cells import definition, read_cell, row_of
from geo.words.formats import decimal_text

__all__ = ["STAGES", "show_flow"]

#: Layer → stages from left to right, each with the states that stand side by side in it, under the list of the states.
STAGES: Mapping[str, tuple[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "disputes": (
            "dispute_state",
            (("found",), ("accepted",), ("mediating",), ("settled", "transferred", "failed"), ("returned",)),
        ),
        "hazards": ("hazard_state", (("found",), ("notified",), ("rectifying",), ("rectified",), ("verified",))),
    }
)
_NOTE = message(
    "Records found in the period, reported and discovered alike. Large: how many reached the state. Below: how many "
    "are in it on the last day, and the median days from being found until it was reached, those that have not reached "
    "it counted as censored."
)
_ARROW_WIDTH = 0.5
_STATE_WIDTH = 4.0
_LAST_WIDTH = 5.5
# Keeps a line where there is nothing to say.
_BLANK = "&nbsp;"


def show_flow(frame: Frame, flow: Protected, *, title: str) -> None:
    """Show the states from left to right; the name of each shows on the map how many are in it.

    Parameters
    ----------
    flow
        ``state``, ``n`` (reached it), ``now`` (are in it), ``median_days``.
    """
    list_name, stages = STAGES[flow.view.layer]
    widths: list[float] = []
    for states in stages:
        widths += [_ARROW_WIDTH, _STATE_WIDTH * len(states)]
    widths[-1] = _LAST_WIDTH
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f"### {title}", anchors=False, help=_(_NOTE))
        columns = st.columns(widths[1:], gap="small", vertical_alignment="center")
        for column in columns[1::2]:
            column.markdown(":gray[:material/arrow_forward:]")
        for column, states in zip(columns[::2], stages, strict=True):
            for cell, state in zip(column.columns(len(states), gap="small"), states, strict=True):
                with cell:
                    _show_state(frame, flow, state, label(list_name, state, frame.language))


def _show_state(frame: Frame, flow: Protected, state: str, name: str) -> None:
    row, measure_id = row_of(flow, state, column="state"), f"state_{state}"
    if row is None:
        return

    def pick() -> None:
        go(frame.state.replace(layer=flow.view.layer, show=measure_id, listed=None))

    shown = frame.state.show == measure_id
    hint = definition(flow.view.layer, measure_id)
    st.button(
        f"**◉ {name}**" if shown else name,
        key=f"state-{state}",
        type="tertiary",
        help=f"{hint}  \n{_('A click shows it on the map.')}",
        on_click=pick,
        wrap=True,
    )
    st.html(_state_html(flow, row))


def _state_html(flow: Protected, row: int) -> str:
    """Return how many reached a state, smaller than the figure of a tile as seven stand side by side; now, and when."""
    now, days = read_cell(flow, "now", row), read_cell(flow, "median_days", row)
    waited = _BLANK if row == 0 or days.value is None else _("after {n} days").format(n=decimal_text(days.value))
    told = _("{n} now").format(n=now.text())
    return (
        f'<div style="font-size:22px;font-weight:600">{escape(read_cell(flow, "n", row).text())}</div>'
        f'<div style="font-size:13px;opacity:0.85;margin-top:8px;white-space:nowrap">{escape(told)}<br>{waited}</div>'
    )
