"""The layers of a release on the page Data: rows, last day, source; which lag behind and which are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.cache import DataFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.layer_names import join_layers, layer_name
from geo.dashboard.parts.releases import published_text
from geo.dashboard.parts.table import show_table, text_width
from geo.dashboard.plain import plain
from geo.rules import load_rules
from geo.store import LayerState, source_in
from geo.web import store_root
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text, day_text

__all__ = ["data_sentence", "is_late", "show_layers"]


def data_sentence(frame: Frame, figures: DataFigures) -> str:
    """Say which release is shown, up to when it tells, and which layers lag behind: Markdown, the numbers in bold."""
    release = frame.release
    text = _("Release **{number}**: data to **{day}**, published {published}.")
    sentence = text.format(number=release.number, day=day_text(release.as_of), published=published_text(release))
    late = [one.layer for one in figures.layers if is_late(one)]
    if not late:
        return sentence
    lagging = ngettext("**{n}** layer lags behind: {layers}.", "**{n}** layers lag behind: {layers}.", len(late))
    return f"{sentence} {lagging.format(n=count_text(len(late)), layers=join_layers(late))}"


def is_late(state: LayerState) -> bool:
    """Tell whether a layer's last record lies further back than the rules let it."""
    rules = load_rules()
    return state.lag_days is not None and state.lag_days > rules.layer_days.get(state.layer, rules.warn_days)


def show_layers(frame: Frame, figures: DataFigures) -> None:
    """Show how each layer stands, and what is missing with the command that brings it."""
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.markdown(f"### {_('Layers')}", anchors=False)
        _show_table(figures.layers)
        for source, layers in _by_source(figures.layers).items():
            st.caption(
                _("{layers}: {source}").format(
                    layers=join_layers(layers), source=plain(source_in(source, frame.language))
                )
            )
        if figures.missing:
            text = _("Not in these data: {layers}. A recipe for the layer brings it:")
            st.caption(text.format(layers=join_layers(list(figures.missing))))
            st.code("maplegrid import RECIPE.toml --store " + str(store_root().name), language=None)


def _show_table(layers: Sequence[LayerState]) -> None:
    rows = pd.DataFrame(
        {
            "layer": [layer_name(one.layer) for one in layers],
            "rows": pd.array([one.rows for one in layers], dtype="Int64"),
            "last_day": [one.last_day for one in layers],
            "state": [_state_words(one) for one in layers],
            "since": [one.since for one in layers],
        }
    )
    if rows["rows"].isna().all():
        rows = rows.drop(columns="rows")
    config: dict[str, Any] = {
        "layer": st.column_config.TextColumn(_("Layer"), pinned=True, width=text_width(rows["layer"])),
        "rows": st.column_config.NumberColumn(_("Rows"), format="localized", alignment="right"),
        "last_day": st.column_config.DateColumn(
            _("Tells up to"),
            format="YYYY-MM-DD",
            help=_(
                "The last day that a row tells of: the last finding or step of a record, the last change of an "
                "assignment, the end of the last month of visits. Areas, posts and places have no days."
            ),
        ),
        "state": st.column_config.TextColumn(
            _("State"), help=_("Marked is a layer whose last day lies far before the release's.")
        ),
        "since": st.column_config.NumberColumn(
            _("Since release"), format="localized", help=_("The first release that holds this layer as it is.")
        ),
    }
    show_table(rows, key="layers", alt=_("Layers"), config=config)


def _by_source(layers: Sequence[LayerState]) -> dict[str, list[str]]:
    """Return the layers of each source; those of which nobody said where they come from are in none."""
    sources: dict[str, list[str]] = {}
    for one in layers:
        if one.source:
            sources.setdefault(one.source, []).append(one.layer)
    return sources


def _state_words(state: LayerState) -> str:
    if state.lag_days is None:
        return ""
    if not is_late(state):
        return _("up to date")
    text = ngettext("⚠ {n} day behind", "⚠ {n} days behind", state.lag_days)
    return text.format(n=count_text(state.lag_days))
