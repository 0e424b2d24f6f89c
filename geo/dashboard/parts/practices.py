"""What stations do differently: the differences that are more than chance, and all practices side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from geo.codes import label
from geo.dashboard.frame import Frame
from geo.dashboard.parts.compare import Beside, short_names, who_does_better
from geo.dashboard.parts.table import show_table, text_width
from geo.dashboard.plain import plain
from geo.figures.sentences import join_sentences
from geo.measures.compare import OUTCOME, practices
from geo.view import Period
from geo.words import gettext as _
from geo.words import language, message, ngettext
from geo.words.formats import change_text, count_text, decimal_text, period_text, share_text
from geo.words.indicators import indicator_name

__all__ = ["practice_name", "show_differences", "show_side_by_side"]

_MINUS = "\N{MINUS SIGN}"
_COLUMN_WIDTH = 116
_DOT = " \N{MIDDLE DOT} "
_MARKS = {"more": "\N{BLACK UP-POINTING TRIANGLE} ", "less": "\N{BLACK DOWN-POINTING TRIANGLE} "}
_TOPICS = {
    "channel": message("Channel"),
    "level": message("Settled at"),
}
# Practices that are codes of a list are called by its words.
_CODED = {
    "people_mediator": ("channel", "people"),
    "police_mediator": ("channel", "police"),
    "lawyer": ("channel", "lawyer"),
    "court_linked": ("channel", "court"),
    "joint": ("channel", "joint"),
    "in_village": ("settled_at", "village"),
    "in_town": ("settled_at", "town"),
    "in_county": ("settled_at", "county"),
    "in_court": ("settled_at", "court"),
}
_NAMES = {
    "disputes_found": message("Disputes discovered, of all"),
    "hazards_found": message("Hazards discovered, of all"),
    "posts_per_grid": message("Posts per grid"),
    "shared_grids": message("Shared grids"),
    "vacant_grids": message("Grids without officer"),
    "households_visited": message("Household visits"),
    "requests": message("Requests handled"),
    "near_mediation_room": message("Near a mediation room"),
    "near_service_window": message("Near a service window"),
}


def practice_name(practice_id: str) -> str:
    """Return the name of a practice."""
    if practice_id in _CODED:
        return label(*_CODED[practice_id], language())
    return _(_NAMES[practice_id])


def _full_name(practice_id: str) -> str:
    """Return the name of a practice after its topic, where it says nothing without it."""
    if practice_id not in _CODED:
        return practice_name(practice_id)
    return _("{topic}: {name}").format(
        topic=_(_TOPICS[practices()[practice_id].topic]), name=practice_name(practice_id)
    )


def show_differences(frame: Frame, rows: Sequence[Beside], indicator: str) -> None:
    """Show what those who do better at an indicator do differently; nothing is told of it where nobody does."""
    better = who_does_better(rows, indicator)
    own = {one.line: one for one in rows if one.topic != OUTCOME and not one.place}
    told = [one for one in rows if one.said in _MARKS and one.area_id in better]
    often = Counter(one.line for one in told)
    order = list(practices())
    # What most of them do differently comes first.
    told.sort(key=lambda one: (-often[one.line], order.index(one.line), better.index(one.area_id)))
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"### {_('What they do differently')}", anchors=False)
        if not better:
            st.caption(_("Nobody does better by more than chance, so nobody is held up as an example."))
            return
        if told:
            st.markdown(_summary(told, of=len(better)))
            _show_told(frame, told, own)
        untold = [plain(frame.name(code)) for code in better if code not in {one.area_id for one in told}]
        alike = _("No difference shown in how they work: {names}.").format(names=_(", ").join(untold)) if untold else ""
        words = _("Observed, not proven: what goes along with {indicator} need not be its cause.")
        st.caption(join_sentences(alike, words.format(indicator=indicator_name(indicator))))


def _summary(told: Sequence[Beside], *, of: int) -> str:
    """Say of each practice at how many of those who do better there is more or less of it, the most common first."""
    counts = Counter((one.line, one.said) for one in told)
    words = {"more": _("**{practice}** more at {n} of {of}"), "less": _("**{practice}** less at {n} of {of}")}
    texts = [
        words[said].format(practice=_full_name(line), n=count_text(n), of=count_text(of))
        for (line, said), n in counts.most_common()
    ]
    return _DOT.join(texts)


def _show_told(frame: Frame, told: Sequence[Beside], own: dict[str, Beside]) -> None:
    table = pd.DataFrame(
        {
            "practice": [_full_name(one.line) for one in told],
            "area": [frame.name(one.area_id) for one in told],
            "there": [_value(one) for one in told],
            "here": [_value(own[one.line]) for one in told],
            "difference": [_gap_text(one, "difference") for one in told],
            "interval": [_gap_ends(one) for one in told],
        }
    )
    config = {
        "area": st.column_config.TextColumn(_("Station"), width=text_width(table["area"], most=190)),
        "practice": st.column_config.TextColumn(_("Practice"), width=text_width(table["practice"])),
        "there": st.column_config.TextColumn(_("There"), alignment="right", width=90),
        "here": st.column_config.TextColumn(_("Here"), alignment="right", width=90),
        "difference": st.column_config.TextColumn(_("Difference"), alignment="right", width=120),
        "interval": st.column_config.TextColumn(
            _("Interval"),
            alignment="right",
            width=150,
            help=_("Widened for all practices of all peers, which are looked at together."),
        ),
    }
    show_table(table, key="differences", alt=_("What they do differently"), config=config, most=12)


def show_side_by_side(frame: Frame, rows: Sequence[Beside], indicator: str) -> None:
    """Show all practices, a column for the station and each of its peers, marked where a difference is told."""
    better = who_does_better(rows, indicator)
    shown = [one for one in rows if one.topic != OUTCOME]
    shown = [
        one for one in shown if any(each.cell("value").value is not None for each in shown if each.line == one.line)
    ]
    lines = list(dict.fromkeys(one.line for one in shown))
    places = {one.place: one.area_id for one in shown}
    order = sorted(places, key=lambda place: (place > 0, places[place] not in better, place))
    cells = {(one.line, one.place): _MARKS.get(one.said, "") + _value(one) for one in shown}
    hidden = {(one.line, one.place) for one in shown if one.cell("value").withheld}
    columns = {"practice": [_full_name(line) for line in lines]}
    columns |= {f"at-{place}": [cells[line, place] for line in lines] for place in order}
    config = {
        "practice": st.column_config.TextColumn(_("Practice"), width=text_width(columns["practice"]), pinned=True)
    }
    for place, name in zip(order, short_names(frame, [places[place] for place in order]), strict=True):
        title = _("{name} (better)").format(name=name) if places[place] in better else name
        config[f"at-{place}"] = st.column_config.TextColumn(title, alignment="right", width=_COLUMN_WIDTH)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"### {_('Side by side')}", anchors=False)
        withheld = {f"at-{place}": [(line, place) in hidden for line in lines] for place in order}
        show_table(
            pd.DataFrame(columns),
            key="side-by-side",
            alt=_("Side by side"),
            config=config,
            withheld=pd.DataFrame(withheld),
        )
        st.caption(_notes(shown))


def _notes(shown: Sequence[Beside]) -> str:
    marked = sum(one.said in _MARKS for one in shown)
    compared = sum(one.said not in ("", "few") for one in shown)
    text = ngettext(
        "▲ ▼: {marked} of {n} difference from the station is more than chance; all are looked at together.",
        "▲ ▼: {marked} of {n} differences from the station are more than chance; all are looked at together.",
        compared,
    )
    return join_sentences(
        text.format(marked=count_text(marked), n=count_text(compared)),
        _("Neither more nor less is better here. What lies near a place is measured whole and not compared."),
        *_told_late(shown),
    )


def _told_late(shown: Sequence[Beside]) -> list[str]:
    """Say which practices are told of another period than the page's."""
    told = {one.line: str(one.table.frame["period"].iloc[one.row]) for one in shown}
    other = {line: period for line, period in told.items() if period != shown[0].table.view.period.text}
    return [
        _("Told of {period}, whose terms are over: {names}.").format(
            period=period_text(Period(period)),
            names=_(", ").join(_full_name(line) for line, own in other.items() if own == period),
        )
        for period in dict.fromkeys(other.values())
    ]


def _value(one: Beside) -> str:
    cell, unit = one.cell("value"), practices()[one.line].unit
    if cell.withheld:
        return cell.text()
    if unit == "share":
        return share_text(cell.value, digits=1)
    number = decimal_text(cell.value, digits=1 if unit == "per_1000" else 2)
    return number + "‰" if unit == "per_1000" and cell.value is not None else number


def _gap_text(one: Beside, column: str) -> str:
    value = one.cell(column).value
    if value is None:
        return ""
    if practices()[one.line].kind == "rate":
        return change_text(value)
    return _("{n} points").format(n=_points(value))


def _gap_ends(one: Beside) -> str:
    low, high = one.cell("difference_low").value, one.cell("difference_high").value
    if low is None:
        return ""
    write = change_text if practices()[one.line].kind == "rate" else _points
    return _("{low} to {high}").format(low=write(low), high="" if high is None else write(high))


def _points(value: float) -> str:
    points = round(100 * value, 1)
    return ("±" if points == 0 else "+" if points > 0 else _MINUS) + decimal_text(abs(points))
