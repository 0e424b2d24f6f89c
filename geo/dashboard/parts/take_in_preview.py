"""What an import would do: rows in and out by reason, on a map and in a table; a workbook of those that stay out."""

from __future__ import annotations

import folium
import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.parts.column_names import column_name
from geo.dashboard.parts.layer_names import layer_name
from geo.dashboard.parts.plain_map import draw_shapes, show_plain_map
from geo.dashboard.parts.reasons import reason_words
from geo.dashboard.parts.rejects import rejects_shown
from geo.dashboard.parts.table import show_table
from geo.dashboard.record import recorded
from geo.dashboard.theme import theme_name
from geo.export.rows import rows_xlsx
from geo.intake.rehearsal import Rehearsal
from geo.intake.report import LayerReport
from geo.maps import points_layer
from geo.store import LayerChange
from geo.view import CLASS_LISTS
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text

__all__ = ["change_words", "show_rehearsal"]

_MOST_ROWS, _MOST_POINTS, _MOST_AREAS = 200, 2_000, 2_000
_MAP_HEIGHT = 360
_MOST_REASONS, _MOST_SEEN = 7, 7


def show_rehearsal(frame: Frame, rehearsal: Rehearsal, *, stem: str) -> None:
    """Show what would be loaded and what would not.

    Parameters
    ----------
    stem
        Name of the file without its ending, for the workbook of rejected rows.
    """
    report = rehearsal.report
    st.markdown(_balance(report))
    if rehearsal.change is not None:
        st.markdown(change_words(rehearsal.change))
    left, right = st.columns([1, 1], gap="small")
    with left:
        _show_map(frame, rehearsal)
    with right:
        _show_reasons(report)
        if len(rehearsal.rejects):
            _offer_rejects(frame, rehearsal, stem=stem)
    st.caption(_("The first rows as they would be loaded:"))
    rows = pd.DataFrame(rehearsal.rows).drop(columns="geometry", errors="ignore").head(_MOST_ROWS)
    told = rows.rename(columns=column_name).dropna(axis="columns", how="all")
    show_table(told, key="take-in-rows", alt=_("The first rows as they would be loaded:"), most=_MOST_SEEN)


def _balance(report: LayerReport) -> str:
    out = report.rows_rejected
    return _("**{rows_in}** rows = **{loaded}** loaded + **{out}** not loaded").format(
        rows_in=count_text(report.rows_in), loaded=count_text(report.rows_loaded), out=count_text(out)
    )


def change_words(change: LayerChange) -> str:
    """Say what would become of the layer when the rows are published."""
    name, after = layer_name(change.layer), count_text(change.rows_after)
    if change.rows_before is None:
        return _("These data have no {layer} yet; they would have {after}.").format(layer=name, after=after)
    text = _("{layer}: the {before} there are would be replaced by {after}.").format(
        layer=name, before=count_text(change.rows_before), after=after
    )
    if change.new is None:
        return text
    return f"{text} " + _("{new} are new, {altered} altered, {gone} gone.").format(
        new=count_text(change.new), altered=count_text(change.altered), gone=count_text(change.gone)
    )


def _show_map(frame: Frame, rehearsal: Rehearsal) -> None:
    drawn, told = _drawn(frame, rehearsal)
    if drawn is None:
        st.caption(_("These rows have no places of their own."))
        return
    show_plain_map(frame, drawn, key="take-in-map", height=_MAP_HEIGHT)
    st.caption(told)


def _drawn(frame: Frame, rehearsal: Rehearsal) -> tuple[folium.FeatureGroup | None, str]:
    rows = rehearsal.rows
    if isinstance(rows, gpd.GeoDataFrame):
        group = folium.FeatureGroup(name="areas")
        draw_shapes(rows.geometry.head(_MOST_AREAS), weight=1, fillOpacity=0.15).add_to(group)
        return group, ngettext("{n} area", "{n} areas", len(rows)).format(n=count_text(len(rows)))
    if "lon" not in rows.columns:
        return None, ""
    placed = rows[rows["lon"].notna()]
    shown = placed.head(_MOST_POINTS)
    kinds = shown["class"] if "class" in shown.columns else pd.Series("", index=shown.index)
    layer = points_layer(
        shown.assign(**{"class": kinds}),
        class_list=CLASS_LISTS.get(rehearsal.report.layer) or "place_kind",
        lang=frame.language,
        theme=theme_name(),
    )
    text = _("{n} of {all} points; {none} rows have no place.").format(
        n=count_text(len(shown)), all=count_text(len(placed)), none=count_text(len(rows) - len(placed))
    )
    return layer, text


def _show_reasons(report: LayerReport) -> None:
    fates = ((_("rejected"), report.rejected), (_("left out"), report.left_out))
    rows = [(n, fate, reason_words(reason)) for fate, reasons in fates for reason, n in reasons.items()]
    rows += [(n, _("repaired"), repair) for repair, n in report.mended.items()]
    if not rows:
        st.caption(_("Every row would be loaded."))
        return
    listed = pd.DataFrame(sorted(rows, reverse=True), columns=[_("Rows"), _("Fate"), _("Reason")])
    show_table(listed, key="take-in-reasons", alt=_("Reasons"), most=_MOST_REASONS)


def _offer_rejects(frame: Frame, rehearsal: Rehearsal, *, stem: str) -> None:
    rows = rejects_shown(rehearsal.rejects).drop(columns="why")
    st.download_button(
        _("Rows not loaded (Excel)"),
        recorded(frame, lambda: rows_xlsx(rows, sheet=stem), kind="rejects", view="rehearsal"),
        file_name=f"{stem}-rejects.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        on_click="ignore",
        key="take-in-rejects",
        icon=":material/table:",
        help=_("Row of the file, reason, and the columns that were mapped; nothing of what was left out."),
    )
