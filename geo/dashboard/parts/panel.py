"""The panel of a chosen area: what it is, who looks after it, how it stands."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from geo.areas import find_area
from geo.codes import label
from geo.dashboard.frame import Frame
from geo.dashboard.parts.contents import PANEL_LINES
from geo.dashboard.plain import plain
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import language
from geo.words.cells import read_cell, unit_of
from geo.words.formats import count_text, decimal_text, is_missing

__all__ = ["panel_rows", "show_panel"]


def show_panel(frame: Frame, now: Mapping[str, Protected]) -> None:
    """Show the panel of the area looked at.

    Parameters
    ----------
    now
        One row for the whole area, by layer.
    """
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {plain(frame.name(frame.view.area))}", anchors=False)
        st.table(pd.DataFrame(panel_rows(frame, now)), border="horizontal", hide_index=True, hide_header=True)


def panel_rows(frame: Frame, now: Mapping[str, Protected]) -> list[tuple[str, str]]:
    """Return what the panel says: a word and a value each."""
    area = find_area(frame.release, frame.view.area or "")
    rows = [(_("Code"), plain(str(area["area_id"])))]
    if not is_missing(area["kind"]):
        rows.append((_("Kind"), label("grid_kind", str(area["kind"]), frame.language)))
    for column, title in (
        ("residents", _("Residents")),
        ("floating", _("Floating population")),
        ("households", _("Households")),
    ):
        if not is_missing(area[column]):
            rows.append((title, count_text(area[column])))
    rows.append((_("Size"), _("{n} km²").format(n=decimal_text(area["area_km2"], digits=2))))
    return [*rows, *_coverage_rows(now.get("coverage")), *_figure_rows(now)]


def _coverage_rows(coverage: Protected | None) -> list[tuple[str, str]]:
    if coverage is None:
        return []
    state = next((name for name in ("vacant", "shared", "covered") if read_cell(coverage, name).value), None)
    rows = [(_("Officers"), label("coverage_state", state, language()))] if state else []
    return [*rows, (_("Posts"), read_cell(coverage, "posts").text())]


def _figure_rows(now: Mapping[str, Protected]) -> list[tuple[str, str]]:
    return [
        (_(title), read_cell(now[layer], name).text(unit_of(name)))
        for layer, lines in PANEL_LINES.items()
        for name, title in lines
        if layer in now and not _is_of_another_source(name, now[layer].view.source)
    ]


def _is_of_another_source(name: str, asked: str | None) -> bool:
    """Tell whether a number is of the source that is not asked for: it would be none, and tell nothing."""
    return asked is not None and name in ("reported", "discovered") and name != asked
