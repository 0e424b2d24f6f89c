"""Buttons that save what is on the screen: one HTML map for a USB stick, GeoJSON for QGIS, CSV for Excel."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.shown import STATES, Shown, shown_classes, shown_heat
from geo.dashboard.record import recorded
from geo.export.steps import Progress, silent
from geo.export.tables import csv_text
from geo.measures.catalogue import HEAT
from geo.privacy import Protected
from geo.view import View
from geo.words import gettext as _

__all__ = ["choose_saving", "file_stem", "html_file", "pack", "show_downloads"]

# The switches of the map for what lies over its areas.
_OVERLAYS = "map_overlays"
# The layer whose page has its row of files open.
_OPENED = "save_opened"


def choose_saving(frame: Frame) -> bool:
    """Show the button that opens the row of files and closes it; return whether it is open."""
    opened = st.session_state.get(_OPENED) == frame.view.layer

    def turn() -> None:
        st.session_state[_OPENED] = None if opened else frame.view.layer

    st.button(
        _("Close") if opened else _("Save"),
        key="save",
        icon=":material/close:" if opened else ":material/download:",
        help=_("Save what is on the screen"),
        on_click=turn,
    )
    return opened


def show_downloads(frame: Frame, shown: Shown) -> None:
    """Show a button for each file, behind the one that opened them; a file is made when it is asked for."""
    stem = file_stem(shown.view)
    # The file is made later, outside the run that knows the switches.
    places = "places" in (st.session_state.get(_OVERLAYS) or []) and frame.release.has("places")
    view = shown.view.to_query()
    _show_download(
        _("Offline map (HTML)"),
        recorded(frame, lambda: html_file(frame, shown, places=places), kind="html", view=view),
        name=f"{stem}.html",
        mime="text/html",
        icon=":material/map:",
        hint=_("One file that opens without a network, from a USB stick too."),
    )
    _show_download(
        _("Areas for QGIS (GeoJSON)"),
        recorded(frame, lambda: _geojson(frame, shown), kind="geojson", view=view),
        name=f"{stem}.geojson",
        mime="application/geo+json",
        icon=":material/polyline:",
    )
    _show_download(
        _("Table for Excel (CSV)"),
        recorded(frame, lambda: csv_text(_values(frame, shown)).encode("utf-8-sig"), kind="csv", view=view),
        name=f"{stem}.csv",
        mime="text/csv",
        icon=":material/table:",
    )


def _show_download(
    label: str, make: Callable[[], bytes], *, name: str, mime: str, icon: str, hint: str | None = None
) -> None:
    st.download_button(
        label,
        make,
        file_name=name,
        mime=mime,
        on_click="ignore",
        key=f"save-{name.rpartition('.')[2]}",
        icon=icon,
        help=hint,
    )


def file_stem(view: View) -> str:
    """Return a file name that says what is in the file.

    Examples
    --------
    >>> from geo.view import Period
    >>> file_stem(View(Period("2017..2019"), area="990101"))
    'maplegrid-disputes-grid-2017-2019-990101'
    """
    parts = ["maplegrid", view.layer, view.level, view.period.text.replace("..", "-"), view.area or ""]
    return "-".join("".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in part) for part in parts if part)


def pack(paths: Iterable[Path]) -> bytes:
    """Return files that belong together as one zip."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return packed.getvalue()


def _values(frame: Frame, shown: Shown) -> Protected:
    if shown.measure_id == STATES:
        return cache.coverage_states(frame.release, shown.view, frame.scope)
    return cache.map_values(frame.release, shown.view, frame.scope)


def _geojson(frame: Frame, shown: Shown) -> bytes:
    from geo.export.files.geojson import geojson_text

    return geojson_text(frame.release, _values(frame, shown), lang=frame.language).encode()


def html_file(frame: Frame, shown: Shown, *, places: bool, progress: Progress = silent) -> bytes:
    """Return what the map shows as one HTML file, with its places at first or to be switched on."""
    from geo.export.html import write_html

    heat = shown.measure_id == HEAT
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "map.html"
        write_html(
            frame.release,
            shown.view,
            frame.scope,
            out,
            measure=None if heat else shown.measure_id,
            classes=shown_classes(frame, shown, theme="light"),
            heat=shown_heat(frame, shown, theme="light") if heat else None,
            places=cache.places(frame.release, shown.view.area, frame.scope) if places else None,
            lang=frame.language,
            progress=progress,
        )
        return out.read_bytes()
