"""Reports of several pages: a briefing, slides, and an atlas that takes a while and can be stopped."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.parts.downloads import file_stem
from geo.dashboard.parts.shown import Shown
from geo.dashboard.parts.told import error_words
from geo.dashboard.plain import plain
from geo.dashboard.record import recorded
from geo.errors import GeoError
from geo.words import gettext as _
from geo.words import message, speak

if TYPE_CHECKING:
    from geo.export.printed import MapAsked

__all__ = ["show_reports"]

_ATLAS, _PDF = "atlas", "application/pdf"
# The atlas that was drawn last, with what it was asked for.
_DRAWN = "atlas_drawn"
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
}


def show_reports(frame: Frame, shown: Shown, asked: MapAsked) -> None:
    """Show a button for each report on what is on the map; an atlas is drawn first, and tells how far it is.

    Parameters
    ----------
    asked
        How the map on paper looks; the reports' maps look the same.
    """
    with st.container(border=True, gap="small"):
        st.markdown(f"### {_('Reports')}", anchors=False)
        columns = st.columns(len(_KINDS) + 1, gap="small")
        for column, (kind, (title, words, ending, mime)) in zip(columns, _KINDS.items(), strict=False):
            with column:
                st.download_button(
                    _(title),
                    _made(frame, shown, asked, kind, ending),
                    file_name=_name(shown, kind, ending),
                    mime=mime,
                    on_click="ignore",
                    key=f"report-{kind}",
                    icon=":material/download:",
                    width="stretch",
                )
                st.caption(_(words))
        with columns[-1]:
            _show_atlas(frame, shown, asked)
            st.caption(_("A page for each station, with its map, its officers and a table of its areas."))


def _show_atlas(frame: Frame, shown: Shown, asked: MapAsked) -> None:
    """Show the button that draws the atlas, how far it is, and, once it is drawn, the button that saves it."""
    about = (frame.release.key, shown.view, frame.scope, asked)
    drawn = st.session_state.get(_DRAWN)
    if drawn is not None and drawn[0] == about:
        st.download_button(
            _("Save the atlas (PDF)"),
            drawn[1],
            file_name=_name(shown, _ATLAS, ".pdf"),
            mime=_PDF,
            on_click="ignore",
            key="report-atlas-save",
            icon=":material/download:",
            width="stretch",
        )
        return
    if not st.button(_("Draw the atlas"), key="report-atlas", icon=":material/menu_book:", width="stretch"):
        return
    # Pressed, it begins a new run; this one ends where it next tells how far it is.
    st.button(_("Stop"), key="report-atlas-stop", icon=":material/stop_circle:", width="stretch")
    bar = st.progress(0.0)

    def tell(share: float, step: str) -> None:
        bar.progress(share, text=plain(step))

    try:
        pdf = _made(frame, shown, asked, _ATLAS, ".pdf", progress=tell)()
    except GeoError as error:
        st.error(plain(error_words(str(error))), icon=":material/block:")
        return
    st.session_state[_DRAWN] = (about, pdf)
    st.rerun()


def _name(shown: Shown, kind: str, ending: str) -> str:
    return f"{file_stem(shown.view)}-{kind}{ending}"


def _made(
    frame: Frame,
    shown: Shown,
    asked: MapAsked,
    kind: str,
    ending: str,
    *,
    progress: Callable[[float, str], None] | None = None,
) -> Callable[[], bytes]:
    """Return what makes a report and tells the audit trail of it."""

    def make() -> bytes:
        from geo.export import reports

        # A file is made in a thread that has no language yet.
        speak(frame.language)
        look = replace(asked, paper="A4", landscape=True, split=None)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / f"{kind}{ending}"
            if kind == _ATLAS:
                reports.write_atlas(frame.release, shown.view, frame.scope, look, out, progress=progress)
            else:
                write = reports.write_briefing if kind == "briefing" else reports.write_slides
                write(frame.release, shown.view, frame.scope, look, out)
            return out.read_bytes()

    return recorded(frame, make, kind=kind, view=shown.view.to_query())
