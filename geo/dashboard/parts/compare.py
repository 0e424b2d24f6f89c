"""A station beside its peer group: who is how alike, and who does better at an indicator by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geo.dashboard.cache import CompareFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.drawing import Drawing, show_drawing
from geo.dashboard.parts.intervals import intervals_chart
from geo.dashboard.parts.promises import CHOSEN
from geo.dashboard.parts.table import show_table, text_width
from geo.dashboard.plain import plain
from geo.dashboard.theme import theme_name
from geo.figures.sentences import join_sentences
from geo.maps.palettes import theme_colours
from geo.measures.compare import OUTCOME
from geo.measures.indicators import INDICATORS, Indicator
from geo.privacy import Protected
from geo.view import Period
from geo.words import gettext as _
from geo.words import message, ngettext
from geo.words.cells import Cell, read_cell
from geo.words.formats import count_text, decimal_text, period_text
from geo.words.indicators import indicator_name, indicator_words, promise_name, value_text

__all__ = [
    "Beside",
    "beside",
    "choose_indicator",
    "choose_station",
    "compare_sentence",
    "is_alone",
    "outcome_of",
    "short_names",
    "show_group",
    "who_does_better",
]

_STATION, _INDICATOR = "compared_station", "compared_indicator"
# Distances up to these; 1 is that of two stations as far apart as any two are on average.
_ALIKE = (
    (0.35, message("very alike")),
    (0.70, message("alike")),
    (1.00, message("somewhat alike")),
    (float("inf"), message("no more alike than any two")),
)
_SAID = {
    "better": message("better"),
    "worse": message("less well"),
    "none": message("no difference shown"),
    "few": message("too few"),
}


@dataclass(frozen=True)
class Beside:
    """A line of one station beside another: where it stands, whose it is, and what is said of it.

    ``area_id`` is the one beside, which is the station itself at ``place`` 0.
    """

    table: Protected
    row: int
    area_id: str
    place: int
    topic: str
    line: str
    said: str

    def cell(self, column: str) -> Cell:
        """Read one of its figures."""
        return read_cell(self.table, column, self.row)


def beside(table: Protected) -> list[Beside]:
    """Return the rows of a table of one station beside its peers, in their order."""
    frame = table.frame
    said = frame["beside"].where(frame["beside"].notna(), "")
    return [
        Beside(table, row, str(peer or own), int(place), str(topic), str(line), str(word))
        for row, (own, peer, place, topic, line, word) in enumerate(
            zip(frame["area_id"], frame["peer_id"], frame["place"], frame["topic"], frame["line"], said, strict=True)
        )
    ]


def choose_station(frame: Frame, stations: Protected) -> str:
    """Return the station that is looked at: the page's own, the one chosen, or at first that with most goals short."""
    codes = list(dict.fromkeys(stations.frame["area_id"]))
    if st.session_state.get(_STATION) not in codes:
        short = stations.frame.loc[stations.frame["state"] == "short", "area_id"].value_counts(sort=False)
        st.session_state[_STATION] = max(codes, key=lambda code: int(short.get(code, 0)))
    return str(st.selectbox(_("Station"), codes, key=_STATION, format_func=frame.name, disabled=len(codes) == 1))


def choose_indicator(stations: Protected, station: str) -> str:
    """Return the indicator that is looked at: one that has a good side, at first the one of the page Promises."""
    own = stations.frame[stations.frame["area_id"] == station]
    options = [one for one in own["indicator"] if _is_compared(INDICATORS[one])]
    if st.session_state.get(_INDICATOR) not in options:
        short = [one for one in own.loc[own["state"] == "short", "indicator"] if one in options]
        asked = st.session_state.get(CHOSEN)
        st.session_state[_INDICATOR] = asked if asked in options else (short or options)[0]
    return str(st.selectbox(_("Indicator"), options, key=_INDICATOR, format_func=_full_name))


def _is_compared(one: Indicator) -> bool:
    return one.meaning.good is not None and one.kind != "whole"


def _full_name(indicator_id: str) -> str:
    return f"{promise_name(INDICATORS[indicator_id].promise)} \N{MIDDLE DOT} {indicator_name(indicator_id)}"


def short_names(frame: Frame, codes: Sequence[str]) -> list[str]:
    """Return names without the words that all of them end in, so that they can stand side by side.

    Names that are written without spaces are short as they are.
    """
    names = [frame.name(code) for code in codes]
    words = [name.split(" ") for name in names]
    same = 0
    while len(names) > 1 and all(len(one) > same + 1 for one in words) and len({one[-1 - same] for one in words}) == 1:
        same += 1
    return [" ".join(one[: len(one) - same]) for one in words]


def outcome_of(rows: Sequence[Beside], indicator: str) -> list[Beside]:
    """Return an indicator's rows, the station first, then its peers, nearest first."""
    return [one for one in rows if one.topic == OUTCOME and one.line == indicator]


def who_does_better(rows: Sequence[Beside], indicator: str) -> list[str]:
    """Return the peers whose whole interval is better than that of the station, nearest first."""
    return [one.area_id for one in outcome_of(rows, indicator) if one.said == "better"]


def is_alone(rows: Sequence[Beside]) -> bool:
    """Tell whether the figures of the peers are withheld, or there are no peers."""
    others = [one for one in rows if one.place]
    return not others or all(one.cell("value").withheld for one in others)


def compare_sentence(frame: Frame, rows: Sequence[Beside], station: str, indicator: str) -> str:
    """Say who of the peer group does better at an indicator; nobody where chance may be all there is."""
    lines = outcome_of(rows, indicator)
    peers, better = [one for one in lines if one.place], who_does_better(rows, indicator)
    worse = [one for one in peers if one.said == "worse"]
    name, title = plain(frame.name(station)), indicator_name(indicator)
    if not peers:
        return _("**{station}** has no peer group: too little is known of it.").format(station=name)
    if is_alone(rows):
        return ""
    who = ngettext(
        "**{station}** beside the station most alike.", "**{station}** beside the {n} most alike.", len(peers)
    )
    first = who.format(station=name, n=count_text(len(peers)))
    if better:
        codes = [one.area_id for one in lines]
        short = dict(zip(codes, short_names(frame, codes), strict=True))
        names = _(", ").join(plain(short[code]) for code in better)
        text = ngettext(
            "{indicator}: **{names}** does better by more than chance.",
            "{indicator}: **{names}** do better by more than chance.",
            len(better),
        )
        return join_sentences(first, text.format(indicator=title, names=names))
    if all(one.said in ("few", "") for one in peers):
        return join_sentences(first, _("{indicator}: too few records to compare.").format(indicator=title))
    if worse:
        text = _("{indicator}: nobody does better by more than chance; it does better than {n} of them.")
        return join_sentences(first, text.format(indicator=title, n=count_text(len(worse))))
    return join_sentences(first, _("{indicator}: no difference shown, so nobody is named.").format(indicator=title))


def show_group(frame: Frame, figures: CompareFigures, rows: Sequence[Beside], indicator: str) -> None:
    """Show the indicator that is looked at: the intervals side by side, and the table with how alike the peers are."""
    lines = outcome_of(rows, indicator)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"### {indicator_name(indicator)}", anchors=False)
        st.caption(join_sentences(indicator_words(indicator), _told_of(lines)))
        if is_alone(rows):
            # Beside nobody there is nothing to draw; why, is said below.
            _show_table(frame, figures.peers, lines)
        else:
            _show_beside_chart(frame, figures.peers, lines, indicator)
        st.caption(
            _(
                "Alike: by residents per km², households, share of floating people and kinds of grids, each of the "
                "same weight. Better: the whole interval is better than that of the station."
            )
        )


def _show_beside_chart(frame: Frame, peers: Protected, lines: Sequence[Beside], indicator: str) -> None:
    drawn = [one for one in lines if one.cell("value").value is not None]
    left, right = st.columns([5, 9], gap="small")
    with left:
        if len(drawn) > 1:
            show_drawing(_beside_chart(frame, drawn), key="beside", alt=indicator_name(indicator))
        else:
            st.caption(_("The data do not tell of it by area."))
    with right:
        _show_table(frame, peers, lines)


def _told_of(lines: Sequence[Beside]) -> str:
    if not lines:
        return ""
    period = str(lines[0].table.frame["period"].iloc[lines[0].row])
    if period == lines[0].table.view.period.text:
        return ""
    return _("Told of {period}, whose terms are over.").format(period=period_text(Period(period)))


def _show_table(frame: Frame, peers: Protected, lines: Sequence[Beside]) -> None:
    names = short_names(frame, [one.area_id for one in lines])
    table = pd.DataFrame(
        {
            "area": names,
            "alike": [_alike(peers, one) for one in lines],
            "value": [_value(one) for one in lines],
            "interval": [_interval(one) for one in lines],
            "n": [one.cell("denominator").text() for one in lines],
            "said": [_(_SAID[one.said]) if one.said in _SAID else "" for one in lines],
        }
    )
    config = {
        "area": st.column_config.TextColumn(_("Station"), width=text_width(names, most=160), pinned=True),
        "alike": st.column_config.TextColumn(_("How alike"), width=text_width(table["alike"], most=180)),
        "value": st.column_config.TextColumn(_("Value"), alignment="right", width=70),
        "interval": st.column_config.TextColumn(_("Interval"), alignment="right", width=88),
        "n": st.column_config.TextColumn(_("Out of"), alignment="right", width=66),
        "said": st.column_config.TextColumn(_("Beside the station"), width=144),
    }
    withheld = pd.DataFrame({"value": [one.cell("value").withheld for one in lines]})
    show_table(table, key="group", alt=_("Peers"), config=config, withheld=withheld)


def _alike(peers: Protected, one: Beside) -> str:
    if not one.place:
        return _("the station itself")
    own = peers.frame[(peers.frame["peer_id"] == one.area_id) & (peers.frame["area_id"] == _own_id(one))]
    if own.empty:
        return ""
    far = float(own["distance"].iloc[0])
    words = next(words for most, words in _ALIKE if far <= most)
    return _("{words} ({distance})").format(words=_(words), distance=decimal_text(far, digits=2))


def _own_id(one: Beside) -> str:
    return str(one.table.frame["area_id"].iloc[one.row])


def _value(one: Beside) -> str:
    cell = one.cell("value")
    return cell.text() if cell.withheld else value_text(INDICATORS[one.line], cell.value)


def _interval(one: Beside) -> str:
    low, high, indicator = one.cell("low").value, one.cell("high").value, INDICATORS[one.line]
    if low is None:
        return ""
    if high is None:
        return _("{low} or more").format(low=value_text(indicator, low))
    scale, digits = (
        (100, 1)
        if indicator.meaning.unit == "share"
        else (1, {"per_1000": 2, "days": 0}.get(indicator.meaning.unit, 1))
    )
    return "–".join(decimal_text(scale * end, digits=digits) for end in (low, high))


def _beside_chart(frame: Frame, lines: Sequence[Beside]) -> Drawing:
    """Draw the station first, then its peers; a band shows where an interval still touches the station's."""
    colours, share = theme_colours(theme_name()), INDICATORS[lines[0].line].meaning.unit == "share"
    looks = {"better": colours.good, "worse": colours.quiet_text}
    rows = pd.DataFrame(
        {
            "area": short_names(frame, [one.area_id for one in lines]),
            **{name: [_drawn(one, name, share=share) for one in lines] for name in ("value", "low", "high")},
            "shown": [_value(one) for one in lines],
            "interval": [_interval(one) for one in lines],
            "colour": [looks.get(one.said, colours.quiet_text) if one.place else colours.text for one in lines],
        }
    )
    own = rows.head(1)[["low", "high"]]
    behind = {"band": own} if own.notna().all(axis=None) else {}
    return intervals_chart(rows, what=_("Station"), percent=share, behind=behind)


def _drawn(one: Beside, column: str, *, share: bool) -> float | None:
    value = one.cell(column).value
    return None if value is None else 100 * value if share else value
