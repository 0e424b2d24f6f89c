"""Files for other programs: a button for each kind, and how they are to be."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.downloads import file_stem, html_file, pack
from geo.dashboard.parts.making import Making, Work, show_making
from geo.dashboard.parts.shown import STATES, Shown
from geo.dashboard.record import recorded
from geo.export.files import KINDS, Asked, write_file
from geo.export.steps import Progress
from geo.layers import EVENT_LAYERS
from geo.measures.catalogue import HEAT
from geo.words import gettext as _
from geo.words import message

__all__ = ["show_files"]

_GPKG, _HTML, _GCJ02 = "gpkg", "html", "gcj02"
#: What a kind is called, and what it is for.
_WORDS = {
    _HTML: (
        message("Offline map (HTML)"),
        message("One file that opens without a network, from a USB stick too."),
    ),
    "gpkg": (message("GeoPackage"), message("All layers with the colours of the screen, and a project for QGIS.")),
    "xlsx": (message("Excel"), message("A sheet for each table, with charts and definitions.")),
    "csv": (message("CSV"), message("The table of the areas alone.")),
    "geojson": (message("GeoJSON"), message("The areas with their figures, for maps in a browser.")),
    "shapefile": (message("Shapefile"), message("For older programs; names of columns are cut, and listed beside it.")),
    "geoparquet": (message("GeoParquet"), message("For large evaluations in Python, R or DuckDB.")),
    "kml": (message("KML"), message("For globes on the screen.")),
}
_SYSTEMS = {
    "wgs84": message("WGS84"),
    "cgcs2000": message("CGCS2000"),
    "cgcs2000-3": message("CGCS2000, zone of 3°"),
    "cgcs2000-zone": message("CGCS2000, zone of 3° with its number"),
    "gcj02": message("GCJ-02, some hundred metres off"),
}
_ENCODINGS = {"utf-8": message("UTF-8"), "gbk": message("GBK")}
_IN_A_ROW = 4
_NO_TIME = datetime.min.replace(tzinfo=UTC)


def show_files(frame: Frame, shown: Shown, work: Work) -> None:
    """Show how files are to be, and a button with a word of explanation for each kind.

    Parameters
    ----------
    work
        Gets the file that is to be made.
    """
    with st.container(border=True, gap="small"):
        st.markdown(f"### {_('Files for other programs')}", anchors=False)
        asked = _choose_options(frame, shown)
        kinds = list(_WORDS)
        for first in range(0, len(kinds), _IN_A_ROW):
            columns = st.columns(_IN_A_ROW, gap="small")
            for column, kind in zip(columns, kinds[first : first + _IN_A_ROW], strict=False):
                with column:
                    _show_kind(frame, shown, kind, asked, work)


def _choose_options(frame: Frame, shown: Shown) -> Asked:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        crs = st.selectbox(
            _("Coordinates"), list(_SYSTEMS), format_func=lambda name: _(_SYSTEMS[name]), key="files-crs", width=300
        )
        encoding = st.selectbox(
            _("Texts of a shapefile"),
            list(_ENCODINGS),
            format_func=lambda name: _(_ENCODINGS[name]),
            key="files-encoding",
            width=180,
        )
        points = False
        if shown.view.layer in EVENT_LAYERS and cache.shows_points(frame.release, shown.view, frame.scope):
            points = st.checkbox(_("Single records in the GeoPackage"), key="files-points")
    heat = shown.measure_id == HEAT
    measure_id = "n" if heat else "covered_share" if shown.measure_id == STATES else shown.measure_id
    return Asked(
        measure_id=measure_id,
        lang=frame.language,
        crs=crs,
        encoding=encoding,
        points=points,
        bandwidth_m=shown.bandwidth_m if heat else None,
    )


def _show_kind(frame: Frame, shown: Shown, kind: str, asked: Asked, work: Work) -> None:
    title, words = _WORDS[kind]
    systems = KINDS[kind].systems if kind in KINDS else ()
    fits, name = not systems or asked.crs in systems, _file_name(shown, kind, asked)
    write = _write_html(frame, shown) if kind == _HTML else partial(_write, frame, shown, kind, asked, name)
    making = Making(
        f"files-{kind}",
        _(title),
        name=f"{name}.zip" if kind == _GPKG else name,
        mime=_mime(kind),
        # When it was asked for makes no other file.
        about=(frame.release.key, shown, frame.scope, replace(asked, created_at=_NO_TIME), kind),
        make=recorded(frame, write, kind=kind, view=shown.view.to_query()),
    )
    show_making(making, work, stretch=True, disabled=not fits)
    st.caption(_(words) if fits else _("Not in these coordinates: WGS84 or GCJ-02 alone."))


def _mime(kind: str) -> str:
    return {_HTML: "text/html", _GPKG: "application/zip"}.get(kind) or KINDS[kind].media_type


def _file_name(shown: Shown, kind: str, asked: Asked) -> str:
    if kind == _HTML:
        return f"{file_stem(shown.view)}.html"
    marked = asked.crs == _GCJ02 and KINDS[kind].has_places
    return f"{file_stem(shown.view)}{'-gcj02' if marked else ''}{KINDS[kind].endings[0]}"


def _write_html(frame: Frame, shown: Shown) -> Callable[[Progress], bytes]:
    return lambda progress: html_file(frame, shown, places=False, progress=progress)


def _write(frame: Frame, shown: Shown, kind: str, asked: Asked, name: str, progress: Progress) -> bytes:
    """Return a file; a GeoPackage with its project in one zip."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, name)
        paths = write_file(kind, frame.release, shown.view, frame.scope, out, asked, progress=progress)
        return pack(paths) if kind == _GPKG else paths[0].read_bytes()
