"""The sidebar: product, pages, filters held in the address, language, and which data these are."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from geo.codes import code_list
from geo.dashboard import cache
from geo.dashboard.frame import Frame, drill, go
from geo.dashboard.navigation import link_to, pages_of
from geo.dashboard.parts.controls import choose_from, choose_segment
from geo.dashboard.parts.door import show_asker
from geo.dashboard.plain import plain
from geo.dashboard.theme import theme_name
from geo.store import source_in
from geo.view import CLASS_LISTS, Period
from geo.words import LANGUAGES
from geo.words import gettext as _
from geo.words.formats import day_text, period_text

__all__ = ["MARK", "area_options", "period_options", "show_sidebar"]

#: The sign of the product: a grid of nine cells, some of them maple red.
MARK = Path(__file__).parents[1] / "mark.svg"
_UNIT_MONTHS = (12, 3, 1)
_ALL = ""


def show_sidebar(frame: Frame, *, filtered: bool) -> None:
    """Show the sidebar; a filter that is changed writes the page's address.

    Parameters
    ----------
    filtered
        Whether area, period, classes and source bear on the page.
    """
    st.logo(_wordmark(theme_name()), size="large")
    with st.sidebar:
        with st.container(gap="xsmall"):
            for entry in pages_of(frame.scope):
                link_to(entry.page_id, frame.state.replace(listed=None), label=_(entry.title), icon=entry.icon)
        if filtered:
            _choose_area(frame)
            _choose_period(frame)
            _choose_comparison(frame)
            _choose_classes(frame)
            _choose_source(frame)
        _choose_language(frame)
        _show_release(frame)
        show_asker(frame)


def _wordmark(theme: str) -> str:
    """Return the sign with the product's name; the name's colour is the theme's, which an image can't ask for."""
    sign = MARK.read_text("utf-8").partition(">")[2].rpartition("</svg>")[0]
    colour = {"light": "#24272b", "dark": "#e8e9e8"}[theme]
    font = 'font-family="system-ui, sans-serif" font-size="20" font-weight="600"'
    name = f'<text x="42" y="23.5" {font} fill="{colour}">Maple Grid</text>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="172" height="32" viewBox="0 0 172 32">{sign}{name}</svg>'


def _choose_area(frame: Frame) -> None:
    choose_from(
        _("Area"),
        area_options(frame),
        key="area",
        value=frame.view.area or _ALL,
        words=lambda code: _indented_name(frame, code),
        change=lambda code: drill(frame, code or None),
    )


def area_options(frame: Frame) -> list[str]:
    """List the way down to the present area with the areas beside and right below it; empty text is the whole."""
    tops = frame.tree.children(None)
    single = tops[0] if len(tops) == 1 else None
    path = {single, *frame.tree.path(frame.view.area)}
    options: list[str] = []

    def walk(code: str | None) -> None:
        for child in frame.tree.children(code):
            if child != single and frame.tree.holds(frame.scope.area, child):
                options.append(child)
            if child in path:
                walk(child)

    walk(None)
    return options if frame.scope.area is not None else [_ALL, *options]


def _indented_name(frame: Frame, code: str) -> str:
    if code == _ALL:
        return frame.name(None)
    single = len(frame.tree.children(None)) == 1
    return "› " * (len(frame.tree.path(code)) - (2 if single else 1)) + frame.name(code)


def _choose_period(frame: Frame) -> None:
    period = frame.view.period
    choose_from(
        _("Period"),
        period_options(period, *cache.span(frame.release)),
        key="period",
        value=period.text,
        words=lambda text: period_text(Period(text)),
        change=lambda text: go(frame.state.replace(period=Period(text))),
    )


def period_options(period: Period, first_month: str, last_month: str) -> list[str]:
    """List years, quarters and months that the data reach into, latest first; the present period is always in.

    Examples
    --------
    >>> period_options(Period("2025-Q1"), "2024-11", "2025-04")
    ['2025', '2024', '2025-Q2', '2025-Q1', '2024-Q4', '2025-04', '2025-03', '2025-02', '2025-01', '2024-12', '2024-11']
    """
    begin, texts = Period(first_month).start, []
    for months in _UNIT_MONTHS:
        listed = _period_around(Period(last_month), months)
        while listed.end > begin:
            texts.append(listed.text)
            listed = listed.previous()
    return texts if period.text in texts else [period.text, *texts]


def _period_around(month: Period, months: int) -> Period:
    number = 12 * month.start.year + month.start.month - 1
    first = number - number % months
    return Period.from_months(first, first + months)


def _choose_comparison(frame: Frame) -> None:
    period = frame.view.period
    options = {
        "last-year": period_text(period.last_year()),
        "previous": period_text(period.previous()),
        "none": _("nothing"),
    }
    if options["previous"] == options["last-year"] and frame.view.compare != "previous":
        del options["previous"]
    choose_from(
        _("Compared with"),
        list(options),
        key="compare",
        value=frame.view.compare,
        words=options.__getitem__,
        change=lambda compare: go(frame.state.replace(compare=compare)),
    )


def _choose_classes(frame: Frame) -> None:
    name = CLASS_LISTS[frame.view.layer]
    if name is None:
        return
    codes = code_list(name)
    st.session_state["classes"] = list(frame.view.classes)

    def change() -> None:
        chosen = [code for code in st.session_state["classes"] if code in codes]
        go(frame.state.replace(classes=tuple(chosen)))

    st.multiselect(
        _("Classes"),
        list(codes),
        key="classes",
        format_func=lambda code: codes[code].label(frame.language),
        placeholder=_("All classes"),
        on_change=change,
    )


def _choose_source(frame: Frame) -> None:
    if CLASS_LISTS[frame.view.layer] is None:
        return
    codes = code_list("source")
    choose_from(
        _("Source"),
        [_ALL, *codes],
        key="source",
        value=frame.view.source or _ALL,
        words=lambda code: codes[code].label(frame.language) if code else _("Both"),
        change=lambda code: go(frame.state.replace(source=code or None)),
    )


def _choose_language(frame: Frame) -> None:
    choose_segment(
        _("Language"),
        list(LANGUAGES),
        key="language",
        value=frame.language,
        words=LANGUAGES.__getitem__,
        change=lambda code: go(frame.state.replace(language=code)),
        stretch=True,
    )


def _show_release(frame: Frame) -> None:
    release = frame.release
    sources = dict.fromkeys(source_in(text, frame.language) for text in release.sources.values() if text)
    st.caption(
        _("Data of {day}, release {number}").format(day=day_text(release.as_of), number=release.number),
        help="  \n".join(plain(text) for text in sources) or None,
    )
