"""Charts as they are sent: a look that is made once, and the rows that change with what is asked.

Altair checks and copies a chart for some twenty milliseconds, and a browser makes it anew for as long when its look has
changed. So looks are made once for each language, theme and shape (`made_once`), name their rows instead of holding
them, and leave all that depends on a view to the rows: the browser then changes the rows alone. What it says of an axis
to those who hear it would stay that of the first rows: each axis has words of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import altair as alt
import pandas as pd
import streamlit as st
from altair.utils.schemapi import disable_debug_mode
from streamlit.runtime.state import WidgetCallback

__all__ = ["Drawing", "Look", "bare_look", "look_of", "made_once", "show_drawing"]

#: A Vega-Lite specification that names its rows.
Look = Mapping[str, Any]
#: Keeps looks by what they depend on: theme, language, and names that take their own room.
made_once = lru_cache(maxsize=256)

# A look is checked whole where it is made; its parts, each time that one is made, need not be checked besides.
disable_debug_mode()
# Sizes are those of the page.
alt.theme.enable("none")


@dataclass(frozen=True)
class Drawing:
    """A chart.

    Parameters
    ----------
    look
        How it is drawn.
    rows
        What is drawn, by the names that the look has for them.
    """

    look: Look
    rows: Mapping[str, pd.DataFrame]


def look_of(*layers: alt.Chart, height: int, padding: Mapping[str, int] | None = None) -> Look:
    """Return the look of layers whose data are named, the first below all others.

    Parameters
    ----------
    height, padding
        In pixels.

    Raises
    ------
    altair.utils.schemapi.SchemaValidationError
        When Vega-Lite would not draw it.
    """
    chart = alt.layer(*layers).properties(height=height).configure_view(stroke=None)
    look: Look = (chart if padding is None else chart.properties(padding=padding)).to_dict()
    return look


def bare_look(rows: str) -> alt.Chart:
    """Return a chart of the rows of a name, for marks to be put on it."""
    return alt.Chart(alt.NamedData(rows))


def show_drawing(
    drawing: Drawing,
    *,
    key: str,
    alt: str,
    height: int | Literal["content", "stretch"] = "content",
    on_select: WidgetCallback | None = None,
    selection: str | None = None,
) -> None:
    """Show a chart.

    Parameters
    ----------
    alt
        What it is, for those who do not see it. Another text makes the browser make the chart anew.
    on_select, selection
        What is run when a mark is clicked, and the name of the selection in the look.
    """
    st.vega_lite_chart(
        spec={**drawing.look, "datasets": drawing.rows},
        key=key,
        alt=alt,
        height=height,
        on_select="ignore" if on_select is None else on_select,
        selection_mode=selection,
    )
