"""Reports of several pages: a briefing, slides, an atlas."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.parts.downloads import file_stem
from geo.dashboard.parts.making import Making, Work, show_making
from geo.dashboard.parts.shown import Shown
from geo.dashboard.record import recorded
from geo.export.steps import Progress
from geo.words import gettext as _
from geo.words import message

if TYPE_CHECKING:
    from geo.export.printed import MapAsked

__all__ = ["show_reports"]

_PDF = "application/pdf"
_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
#: Kind → title, what it is for, ending and media type.
_KINDS = {
    "briefing": (message("Briefing (PDF)"), message("Two pages for those who decide."), ".pdf", _PDF),
    "slides": (
        message("Slides (PPTX)"),
        message("The briefing for a seminar; charts and tables can be edited."),
        ".pptx",
        _PPTX,
    ),
    "atlas": (
        message("Atlas (PDF)"),
        message("A page for each station, with its map, its officers and a table of its areas."),
        ".pdf",
        _PDF,
    ),
}


def show_reports(frame: Frame, shown: Shown, asked: MapAsked, work: Work) -> None:
    """Show a button for each report on what is on the map.

    Parameters
    ----------
    asked
        How the map on paper looks; the reports' maps look the same.
    work
        Gets the report that is to be made.
    """
    look = replace(asked, paper="A4", landscape=True, split=None)
    with st.container(border=True, gap="small"):
        st.markdown(f"### {_('Reports')}", anchors=False)
        columns = st.columns(len(_KINDS), gap="small")
        for column, (kind, (title, words, ending, mime)) in zip(columns, _KINDS.items(), strict=True):
            write = partial(_write, frame, shown, look, kind, ending)
            making = Making(
                f"report-{kind}",
                _(title),
                name=f"{file_stem(shown.view)}-{kind}{ending}",
                mime=mime,
                about=(frame.release.key, shown.view, frame.scope, look),
                make=recorded(frame, write, kind=kind, view=shown.view.to_query()),
                icon=":material/menu_book:" if kind == "atlas" else ":material/note_add:",
            )
            with column:
                show_making(making, work, stretch=True)
                st.caption(_(words))


def _write(frame: Frame, shown: Shown, look: MapAsked, kind: str, ending: str, progress: Progress) -> bytes:
    from geo.export import reports

    write = {"briefing": reports.write_briefing, "slides": reports.write_slides, "atlas": reports.write_atlas}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"{kind}{ending}"
        write[kind](frame.release, shown.view, frame.scope, look, out, progress=progress)
        return out.read_bytes()
