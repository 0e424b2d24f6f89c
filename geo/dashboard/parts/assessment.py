"""The sheet of a station: every criterion with its figure, its goal and what is missing, on the page and to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

import pandas as pd
import streamlit as st

from geo.dashboard.cache import StationsFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.evidence import evidence_card, evidence_of, figure_columns, show_evidence
from geo.dashboard.parts.lacking import lacking_words
from geo.dashboard.parts.register import designation_words, designations_of
from geo.dashboard.parts.table import show_table
from geo.dashboard.plain import plain
from geo.dashboard.record import recorded
from geo.export.sheet import Evidence, Sheet, SheetLine, sheet_html
from geo.figures.sentences import join_sentences
from geo.measures.exemplary import Criterion, criteria
from geo.measures.indicators import PROMISES
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import language, message, ngettext, speak
from geo.words.formats import MISSING, WITHHELD, count_text, day_text, period_text
from geo.words.indicators import (
    Line,
    indicator_name,
    indicator_words,
    lines_of,
    period_notes,
    promise_name,
    value_text,
)

__all__ = ["choose_station", "show_criterion", "show_sheet", "stations_sentence"]

_STATION, _CRITERION = "assessed_station", "assessed_criterion"
_STATES = {
    "reached": message("reached"),
    "short": message("short"),
    "unclear": message("within chance"),
    "few": message("too few"),
    "told": message("not judged"),
    "missing": message("no data"),
}
_NO_TOTAL = message("There is no total: each criterion stands for itself.")


def stations_sentence(frame: Frame, figures: StationsFigures) -> str:
    """Say how many stations there are, how many are named, and where criteria are short."""
    if figures.sheets is None:
        return ""
    sheets = figures.sheets.frame
    stations = list(dict.fromkeys(sheets["area_id"]))
    named = sum(bool(designation_words(figures.register, station)) for station in stations)
    short = sheets[sheets["state"] == "short"]
    words = ngettext(
        "{n} station, {named} of them exemplary.", "{n} stations, {named} of them exemplary.", len(stations)
    )
    text = words.format(n=count_text(len(stations)), named=count_text(named))
    if short.empty:
        return text
    often = short["criterion"].value_counts().index[0]
    worst = _("Short most often: **{name}**, at {n} of them.").format(
        name=indicator_name(criteria()[often].indicator.id), n=count_text(int((short["criterion"] == often).sum()))
    )
    return join_sentences(text, worst)


def choose_station(frame: Frame, sheets: Protected) -> str:
    """Return the station whose sheet is shown: the page's own, or the one chosen among those of the area."""
    stations = list(dict.fromkeys(sheets.frame["area_id"]))
    if len(stations) == 1:
        return str(stations[0])
    if st.session_state.get(_STATION) not in stations:
        st.session_state[_STATION] = stations[0]
    return str(st.selectbox(_("Station"), stations, key=_STATION, format_func=frame.name))


def show_sheet(frame: Frame, sheets: Protected, station: str, register: Protected | None) -> None:
    """Show the criteria of a station by promise, what is missing, and the button that saves the sheet to print."""
    lines = _lines(sheets, station)
    if st.session_state.get(_CRITERION) not in criteria():
        short = [line for line in lines if line.state == "short"]
        st.session_state[_CRITERION] = _criterion_of((short or lines)[0]).id
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"### {plain(frame.name(station))}", anchors=False, width="content")
            st.markdown(f":gray[{plain(designation_words(register, station))}]", width="stretch")
            st.download_button(
                _("Print"),
                recorded(frame, lambda: _printed(frame, lines, station, register), kind="sheet"),
                file_name=f"maplegrid-{station}-{frame.view.period.text}.html",
                mime="text/html",
                icon=":material/print:",
                help=_("The sheet and its evidence, to print or to pass on; opens in any browser, without a network."),
                on_click="ignore",
            )
        for promise in PROMISES:
            _show_promise([line for line in lines if line.indicator.promise == promise], promise)
        st.caption(join_sentences(*_notes(frame, lines)))


def _show_promise(lines: Sequence[Line], promise: str) -> None:
    def choose() -> None:
        st.session_state[_CRITERION] = _criterion_of(lines[st.session_state[f"sheet-{promise}-click"].row]).id

    table = pd.DataFrame(
        {
            "criterion": [indicator_name(line.indicator.id) for line in lines],
            "state": [line.goal or _(_STATES[line.state]) for line in lines],
            "value": [line.value for line in lines],
            "interval": [line.interval for line in lines],
            "n": [line.cell("denominator").text() for line in lines],
        }
    )
    config: dict[str, Any] = {
        "criterion": st.column_config.ButtonColumn(
            _("Criterion"),
            type="tertiary",
            alignment="left",
            on_click=choose,
            key=f"sheet-{promise}-click",
            width=186,
        ),
        "state": st.column_config.TextColumn(_("Goal"), width=144),
        **figure_columns(),
    }
    st.markdown(f"**{promise_name(promise)}**")
    show_table(table, key=f"sheet-{promise}", alt=promise_name(promise), config=config)


def show_criterion(frame: Frame, sheets: Protected, station: str) -> None:
    """Show the evidence behind the criterion that is looked at."""
    chosen = st.session_state[_CRITERION]
    show_evidence(frame, next(line for line in _lines(sheets, station) if _criterion_of(line).id == chosen))


def _lines(sheets: Protected, station: str) -> list[Line]:
    return [line for line in lines_of(sheets) if line.area_id == station]


def _criterion_of(line: Line) -> Criterion:
    return criteria()[str(line.table.frame["criterion"].iloc[line.row])]


def _notes(frame: Frame, lines: Sequence[Line]) -> list[str]:
    """Say what is missing, which period lines are told of where it is another, and that there is no total."""
    texts = [_missing(lines), *period_notes(lines)]
    if not frame.view.period.is_closed(frame.release.as_of):
        texts.append(_("The period is not over: told up to {day}.").format(day=day_text(frame.release.as_of)))
    return [text for text in (*texts, _(_NO_TOTAL)) if text]


def _missing(lines: Sequence[Line]) -> str:
    """Say which criteria the data do not tell of, and of which there are too few records."""
    texts = []
    for state, words in (("missing", _("No data on: {names}.")), ("few", _("Too few records for: {names}."))):
        names = [indicator_name(line.indicator.id) for line in lines if line.state == state]
        if names:
            texts.append(words.format(names=_(", ").join(names)))
    return join_sentences(*texts)


def _printed(frame: Frame, lines: Sequence[Line], station: str, register: Protected | None) -> bytes:
    # A file is made outside the run that speaks the reader's language.
    speak(frame.language)
    sheet = Sheet(
        title=frame.name(station),
        subtitle=_("Sheet of the station, {period}").format(period=period_text(frame.view.period)),
        designation=_designations(register, station),
        sections=[(name, [_sheet_line(frame, line) for line in own]) for name, own in _by_promise(lines)],
        heads=(_("Criterion"), _("Value"), _("Interval"), _("Out of"), _("Goal"), _("State")),
        notes=_notes(frame, lines),
        source=_source(frame, lines),
        language=language(),
        **_behind(frame, lines, station),
    )
    return sheet_html(sheet).encode("utf-8")


def _designations(register: Protected | None, station: str) -> str:
    named = designations_of(register, station)
    return _("Exemplary station: {names}").format(names=_("; ").join(named)) if named else ""


def _by_promise(lines: Sequence[Line]) -> list[tuple[str, list[Line]]]:
    return [(promise_name(name), [line for line in lines if line.indicator.promise == name]) for name in PROMISES]


def _source(frame: Frame, lines: Sequence[Line]) -> str:
    """Say where the figures come from, and whether they are made up."""
    release, today = frame.release, f"{datetime.now(UTC):%Y-%m-%d}"
    text = _("Maple Grid · release {n} · data to {day} · rules {rules} · made {now} · internal use").format(
        n=release.number, day=day_text(release.as_of), rules=lines[0].table.rules_hash[:8], now=today
    )
    return join_sentences(_("Made-up data.") if release.made_up else "", text)


class _Evidence(TypedDict):
    evidence: list[tuple[str, list[Evidence]]]
    evidence_title: str
    signs: list[str]


def _behind(frame: Frame, lines: Sequence[Line], station: str) -> _Evidence:
    """Return the part of the sheet that holds the evidence."""
    card = evidence_card(frame, station)
    return {
        "evidence": [(name, [evidence_of(frame, line, card) for line in own]) for name, own in _by_promise(lines)],
        "evidence_title": _("Evidence"),
        "signs": [
            _("{sign}: withheld, to keep small counts safe.").format(sign=WITHHELD),
            _("{sign}: no value, as nothing is recorded to work it out from.").format(sign=MISSING),
        ],
    }


def _sheet_line(frame: Frame, line: Line) -> SheetLine:
    n, state = line.cell("denominator").text(), _(_STATES[line.state])
    cells = (indicator_name(line.indicator.id), line.value, line.interval, n, _goal(line), state)
    # What there is no figure of is explained with the evidence alone, so that the sheet stays one page.
    words = "" if line.state == "missing" else indicator_words(line.indicator.id)
    return SheetLine(cells, line.state, words, lacking_words(frame, line))


def _goal(line: Line) -> str:
    goal = line.cell("target").value
    if goal is None:
        return ""
    sign = "≤" if line.indicator.meaning.good == "low" else "≥"
    return f"{sign} {value_text(line.indicator, goal, digits=0)}"
