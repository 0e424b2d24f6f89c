"""A map for paper: how it is to look, a picture of the sheet as it will be, and the files to print."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.downloads import file_stem, pack
from geo.dashboard.parts.making import Making, Work, show_making
from geo.dashboard.parts.shown import STATES, Shown, shown_measures
from geo.dashboard.parts.told import error_words
from geo.dashboard.parts.upload import speak_uploader
from geo.dashboard.plain import plain
from geo.dashboard.record import recorded
from geo.errors import GeoError
from geo.export.steps import Progress
from geo.maps import measure_title
from geo.measures.catalogue import HEAT, describe
from geo.view import Period
from geo.words import gettext as _
from geo.words import message
from geo.words.formats import period_text

if TYPE_CHECKING:
    from geo.export.printed import MapAsked

__all__ = ["show_paper_map"]

_THEMES = {
    "classes": message("Coloured areas"),
    "symbols": message("Circles"),
    "two": message("Two measures"),
}
_SCHEMES = {
    "round": message("Round classes"),
    "natural": message("Natural breaks"),
    "quantiles": message("Equal numbers of areas"),
    "equal": message("Equal steps"),
}
_SPLITS = {"month": message("By month"), "class": message("By class")}
_SPLIT_THEMES = ("classes", "symbols")
_FEWEST_CLASSES, _MOST_CLASSES, _USUAL_CLASSES = 3, 7, 5
_MOST_NOTE = 300
_MOST_LOGO_MB = 5
# Larger than what an office printer takes: such a sheet comes in small ones too.
_LARGE, _TILE, _TILED = ("A2", "A1", "A0"), "A3", "tiled"
_FILE_ENDINGS = {"png": ".zip", _TILED: f"-{_TILE}.pdf"}


def show_paper_map(frame: Frame, shown: Shown, work: Work) -> MapAsked | None:
    """Show the options of a sheet beside a picture of it, and the buttons that write it.

    Parameters
    ----------
    work
        Gets the file that is to be made.

    Returns
    -------
    MapAsked or None
        How it looks; None where it can't be drawn, and the page says why.
    """
    with st.container(border=True, gap="small"):
        st.markdown(f"### {_('Map on paper')}", anchors=False)
        options, sheet = st.columns([1, 3], gap="medium")
        try:
            with options:
                asked = _choose_look(frame, shown)
            with sheet:
                with st.spinner(_("Drawing the sheet"), show_time=False):
                    picture = cache.printed_map(frame.release, shown.view, frame.scope, asked)
                # Above the sheet, which is higher than many a screen.
                _show_buttons(frame, shown, asked, work)
                with st.container(border=True):
                    st.image(picture, width="stretch", alt=_("Map on paper"))
            return asked
        except ModuleNotFoundError as error:
            remedy = "pip install 'maplegrid[export]'"
            st.info(
                _("Printed maps need {what}, which is not installed: {remedy}").format(what=error.name, remedy=remedy)
            )
        except GeoError as error:
            st.error(plain(error_words(str(error))), icon=":material/block:")
    return None


def _choose_look(frame: Frame, shown: Shown) -> MapAsked:
    from geo.export.printed import PAPERS, MapAsked, usual_theme

    theme, second, scheme, classes, split = _fixed_theme(shown), None, "round", _USUAL_CLASSES, None
    breaks_from = None
    if theme is None:
        usual = usual_theme(shown.view.layer, shown.measure_id)
        theme = st.selectbox(
            _("Drawn as"),
            list(_THEMES),
            index=list(_THEMES).index(usual),
            format_func=lambda name: _(_THEMES[name]),
            key=f"print-theme-{shown.view.layer}-{shown.measure_id}",
        )
    if theme == "two":
        second = _choose_second(frame, shown)
    if theme == "classes":
        scheme, classes = _choose_classes()
        breaks_from = _choose_held(shown)
    if theme in _SPLIT_THEMES:
        split = st.selectbox(
            _("Small maps"),
            [None, *_SPLITS],
            format_func=lambda name: _("One map") if name is None else _(_SPLITS[name]),
            key="print-split",
        )
    paper = st.selectbox(_("Paper"), list(PAPERS), key="print-paper")
    stands = st.segmented_control(
        _("Direction"),
        [False, True],
        default=False,
        required=True,
        format_func=lambda stands: _("Portrait") if stands else _("Landscape"),
        key="print-stands",
    )
    names = st.checkbox(_("Names of areas"), value=True, key="print-names")
    graticule = st.checkbox(_("Longitude and latitude"), key="print-graticule")
    notes = st.text_area(_("Note below the legend"), max_chars=_MOST_NOTE, height=80, key="print-notes")
    speak_uploader(_MOST_LOGO_MB)
    logo = st.file_uploader(
        _("Logo, also on reports"), type=["png", "jpg", "jpeg"], max_upload_size=_MOST_LOGO_MB, key="print-logo"
    )
    return MapAsked(
        theme=theme,
        measure_id="n" if theme in ("density", "states") else shown.measure_id,
        second_id=second,
        paper=paper,
        landscape=not stands,
        scheme=scheme,
        classes=classes,
        breaks_from=breaks_from,
        bandwidth_m=shown.bandwidth_m,
        graticule=graticule,
        names=names,
        notes=notes,
        logo=None if logo is None else logo.getvalue(),
        split=split,
        lang=frame.language,
    )


def _fixed_theme(shown: Shown) -> str | None:
    """Return the theme of what can be drawn in one way alone."""
    return {HEAT: "density", STATES: "states"}.get(shown.measure_id)


def _choose_second(frame: Frame, shown: Shown) -> str:
    # A map of one source has nothing of the other to put beside it.
    apart = ("n", "reported", "discovered", "discovered_per_1000") if shown.view.source else ()
    others = [name for name in shown_measures(frame) if name not in (HEAT, STATES, shown.measure_id, *apart)]
    return st.selectbox(
        _("Second measure"),
        others,
        format_func=lambda name: measure_title(describe(shown.view.layer, name), lang=frame.language, view=shown.view),
        key=f"print-second-{shown.view.layer}",
    )


def _choose_classes() -> tuple[str, int]:
    scheme = st.selectbox(
        _("Classes of colour"), list(_SCHEMES), format_func=lambda name: _(_SCHEMES[name]), key="print-scheme"
    )
    if scheme == "round":
        return scheme, _USUAL_CLASSES
    classes = st.slider(_("How many"), _FEWEST_CLASSES, _MOST_CLASSES, _USUAL_CLASSES, key="print-classes")
    return scheme, classes


def _choose_held(shown: Shown) -> str | None:
    """Return the year whose classes hold for the map, so that it compares with others; None for its own."""
    year = shown.view.period.start.year
    return st.selectbox(
        _("Classes taken from"),
        [None, str(year), str(year - 1)],
        format_func=lambda held: _("This map alone") if held is None else period_text(Period(held)),
        key="print-breaks-from",
        help=_("Classes of a whole year hold for the maps of its months too, so that these compare."),
    )


def _show_buttons(frame: Frame, shown: Shown, asked: MapAsked, work: Work) -> None:
    stem = f"{file_stem(shown.view)}-{asked.paper}"
    kinds = {
        "pdf": (_("PDF to print"), "application/pdf", _("Lines stay lines, text stays text, at any size.")),
        "png": (_("Picture (PNG)"), "application/zip", _("300 dots per inch, with a world file for a GIS, in a zip.")),
        "svg": (_("Drawing (SVG)"), "image/svg+xml", _("To go on drawing.")),
    }
    if asked.paper in _LARGE:
        label = _("PDF in sheets of {paper}").format(paper=_TILE)
        kinds[_TILED] = (label, "application/pdf", _("For an office printer: the sheets are cut and put together."))
    with st.container(horizontal=True, gap="xsmall"):
        for ending, (label, mime, hint) in kinds.items():
            write = partial(_write, frame, shown, asked, ending)
            making = Making(
                f"print-{ending}",
                label,
                name=f"{stem}{_FILE_ENDINGS.get(ending, f'.{ending}')}",
                mime=mime,
                about=(frame.release.key, shown.view, frame.scope, asked),
                make=recorded(frame, write, kind="map", view=shown.view.to_query()),
                hint=hint,
                icon=":material/print:" if ending == "pdf" else ":material/note_add:",
            )
            show_making(making, work)


def _write(frame: Frame, shown: Shown, asked: MapAsked, ending: str, progress: Progress) -> bytes:
    """Return a file of the sheet; a picture with its world file in one zip."""
    from geo.export.printed import write_map
    from geo.export.reports import write_tiled

    with tempfile.TemporaryDirectory() as folder:
        if ending == _TILED:
            out = Path(folder) / f"{file_stem(shown.view)}.pdf"
            write_tiled(frame.release, shown.view, frame.scope, asked, out, tile=_TILE, progress=progress)
            return out.read_bytes()
        out = Path(folder) / f"{file_stem(shown.view)}.{ending}"
        write_map(frame.release, shown.view, frame.scope, asked, out, progress=progress)
        return pack(sorted(Path(folder).iterdir())) if ending == "png" else out.read_bytes()
