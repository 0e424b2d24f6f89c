"""Indicators of the promises in the reader's words: names, values, intervals, goals, changes and standings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from geo.codes import label
from geo.measures.indicators import INDICATORS, PROMISES, Indicator
from geo.measures.scorecard import PEERED
from geo.privacy import Protected
from geo.view import Period
from geo.words import gettext as _
from geo.words import language, message
from geo.words.cells import Cell, measure_name, read_cell
from geo.words.formats import change_text, count_text, decimal_text, period_text, share_text

__all__ = [
    "Line",
    "goal_chips",
    "indicator_name",
    "indicator_words",
    "line_of",
    "lines_of",
    "period_notes",
    "promise_name",
    "value_text",
]

_MINUS = "\N{MINUS SIGN}"
# Shorter than the measures' own, which stand on the page of definitions: the unit is in the value.
_NAMES = {
    "settled_in_month": message("Settled within a month"),
    "settled_share": message("Settled so far"),
    "disputes_reported": message("Disputes reported"),
    "disputes_discovered": message("Disputes discovered"),
    "incidents_discovered": message("Incidents discovered"),
    "removed_on_time": message("Hazards removed on time"),
    "hot_share": message("Grids in a hot spot"),
    "covered_share": message("Grids with an officer"),
    "visited_share": message("Visits, of homes"),
    "requests_per_1000": message("Requests handled"),
    "reach_mediation_room": message("Near a mediation room"),
    "reach_service_window": message("Near a service window"),
    "members_per_1000": message("Volunteers"),
}
_STATES = {
    "reached": message("{value} reached"),
    "short": message("short of {value}"),
    "unclear": message("{value} within chance"),
    "few": message("too few for {value}"),
}
#: Where areas stand in the funnel: outside of the limits that hold 95 % and 99.8 % of areas all alike, or within.
_FUNNEL = {
    -2.0: message("far below"),
    -1.0: message("below"),
    1.0: message("above"),
    2.0: message("far above"),
}
_COLOURS = {"reached": "green", "short": "red", "unclear": "gray", "few": "gray"}


@dataclass(frozen=True)
class Line:
    """One row of a scorecard.

    Parameters
    ----------
    table, row
        Where it stands.
    area_id
        Code of its area.
    indicator
        What it is about.
    state
        ``reached``, ``short``, ``unclear``, ``few``; empty where there is no target.
    """

    table: Protected
    row: int
    area_id: str
    indicator: Indicator
    state: str

    def cell(self, column: str) -> Cell:
        """Read one of its figures."""
        return read_cell(self.table, column, self.row)

    @property
    def value(self) -> str:
        """The value, written."""
        cell = self.cell("value")
        if cell.withheld or self.indicator.kind != "clustered" or cell.value is None:
            return cell.text() if cell.withheld else value_text(self.indicator, cell.value)
        # So few of so many that the share alone would say little.
        return f"{self.cell('numerator').text()} ({value_text(self.indicator, cell.value)})"

    @property
    def interval(self) -> str:
        """The interval, written; empty where there is none."""
        low, high = self.cell("low").value, self.cell("high").value
        if low is None:
            return ""
        if high is None:
            return _("{low} or more").format(low=value_text(self.indicator, low))
        return f"{_bare(self.indicator, low)}–{_bare(self.indicator, high)}"

    @property
    def goal(self) -> str:
        """How it stands to its target; empty where there is none."""
        target = self.cell("target").value
        if target is None or self.state not in _STATES:
            return ""
        return _(_STATES[self.state]).format(value=value_text(self.indicator, target, digits=0))

    @property
    def change(self) -> str:
        """The change, in brackets where it is within chance; empty where there is none."""
        change, beyond = self.cell("change").value, self.cell("beyond_chance").value
        if change is None or beyond is None:
            return ""
        text = _change_text(self.indicator, change)
        return text if beyond else f"({text})"

    @property
    def change_interval(self) -> str:
        """The interval of the change, written without its unit; empty where there is none."""
        low, high = self.cell("change_low").value, self.cell("change_high").value
        if low is None:
            return ""
        if high is None or high == math.inf:
            return _("{low} or more").format(low=_bare_change(self.indicator, low))
        ends = (_bare_change(self.indicator, end).removeprefix("±") for end in (low, high))
        return _("{low} to {high}").format(**dict(zip(("low", "high"), ends, strict=True)))

    @property
    def effort(self) -> str:
        """The visits that it is told beside, in words; empty where there are none."""
        here, everywhere = self.cell("effort").value, self.cell("effort_all").value
        if everywhere is None:
            return ""
        text = (
            _("Visits in twelve months: {all} for every 1,000 households.")
            if here is None
            else _("Visits in twelve months: {here} for every 1,000 households there, {all} in all grids.")
        )
        return text.format(here="" if here is None else count_text(here), all=count_text(everywhere))

    @property
    def standing(self) -> str:
        """How it stands among its peers, in words."""
        rank, best, worst, of = (self.cell(name).value for name in ("rank", "rank_best", "rank_worst", "rank_of"))
        if rank is None or best is None or worst is None or of is None:
            asked = self._has_peers and self.indicator.meaning.good is not None and self.indicator.kind != "whole"
            if not asked or self.cell("value").value is None:
                return ""
            return _("too few peers") if self.has_enough else _("too few")
        if best == 1 and worst == of:
            return _("no difference shown")
        if best == worst:
            return _("{best} of {of}").format(best=count_text(best), of=count_text(of))
        return _("{best}–{worst} of {of}").format(best=count_text(best), worst=count_text(worst), of=count_text(of))

    @property
    def among_all(self) -> str:
        """Whether it lies further from the figure of all areas than chance takes it, in words; empty where not.

        What is enough beside the areas of the view may be too few among all: nothing is said of it then either.
        """
        found = self.cell("standing").value if self.has_enough else None
        return _(_FUNNEL[found]) if found in _FUNNEL else ""

    @property
    def told_of(self) -> str:
        """The period that it is told of, where it is another than the page's; empty if it is the same."""
        period = str(self.table.frame["period"].iloc[self.row])
        return "" if period == self.table.view.period.text else period_text(Period(period))

    @property
    def is_over(self) -> bool:
        """Whether the period that it is told of is over."""
        return bool(self.table.frame["over"].iloc[self.row])

    @property
    def months(self) -> list[float | None]:
        """The value in each of twelve months, shares in per cent, the latest last."""
        trend = self.table.frame["trend"].iloc[self.row]
        scale = 100 if self.indicator.meaning.unit == "share" else 1
        return [None if value is None else scale * value for value in trend] if isinstance(trend, list) else []

    @property
    def _has_peers(self) -> bool:
        return str(self.table.frame["level"].iloc[self.row]) in PEERED

    @property
    def has_enough(self) -> bool:
        """Whether there are records enough for a standing."""
        return bool(self.cell("enough").value)


def goal_chips(lines: Sequence[Line]) -> tuple[list[list[str]], dict[str, str]]:
    """Return how lines stand to their targets as the chips of a column, and the colour of each chip."""
    colours = {line.goal: _COLOURS[line.state] for line in lines if line.goal}
    return [[line.goal] if line.goal else [] for line in lines], colours


def lines_of(table: Protected) -> list[Line]:
    """Return the rows of a scorecard, in their order."""
    frame = table.frame
    states = frame["state"].where(frame["state"].notna(), "")
    return [
        Line(table, row, str(area), INDICATORS[one], str(state))
        for row, (area, one, state) in enumerate(zip(frame["area_id"], frame["indicator"], states, strict=True))
    ]


def period_notes(lines: Sequence[Line]) -> list[str]:
    """Say which lines are told of another period than the page's, and whether terms ran over days not published yet."""
    texts = []
    for told_of in dict.fromkeys(line.told_of for line in lines if line.told_of):
        names = _(", ").join(indicator_name(line.indicator.id) for line in lines if line.told_of == told_of)
        texts.append(_("Told of {period}, whose terms are over: {names}.").format(period=told_of, names=names))
    if any(bool(line.table.frame["provisional"].iloc[line.row]) for line in lines):
        texts.append(_("Provisional: the workdays of some of these days are not published yet."))
    return texts


def line_of(table: Protected, indicator_id: str) -> Line | None:
    """Return the first row about an indicator."""
    return next((line for line in lines_of(table) if line.indicator.id == indicator_id), None)


def promise_name(promise: str) -> str:
    """Return the words of a promise."""
    return _(PROMISES[promise])


def indicator_name(indicator_id: str) -> str:
    """Return the name of an indicator, short."""
    one = INDICATORS[indicator_id]
    if one.count is not None:
        return _("{what} reported").format(what=label("incident_class", one.count, language()))
    return _(_NAMES[indicator_id]) if indicator_id in _NAMES else measure_name(one.meaning)


def indicator_words(indicator_id: str) -> str:
    """Return what an indicator means."""
    return _(INDICATORS[indicator_id].meaning.definition)


def value_text(one: Indicator, value: float | None, *, digits: int = 1) -> str:
    """Write a value of an indicator with its unit."""
    unit = one.meaning.unit
    if unit == "share":
        return share_text(value, digits=digits)
    if unit == "per_1000":
        return decimal_text(value, digits=2) + ("" if value is None else "‰")
    if unit == "days":
        return decimal_text(value) if value is None else _("{n} d").format(n=decimal_text(value, digits=0))
    return decimal_text(value)


def _bare(one: Indicator, value: float) -> str:
    """Write a value without its unit, for the ends of an interval."""
    unit = one.meaning.unit
    if unit == "share":
        return decimal_text(100 * value)
    return decimal_text(value, digits={"per_1000": 2, "days": 0}.get(unit, 1))


def _change_text(one: Indicator, change: float) -> str:
    if one.kind == "rate":
        return change_text(change)
    words = {"share": _("{n} points"), "days": _("{n} d")}
    return words.get(one.meaning.unit, "{n}").format(n=_bare_change(one, change))


def _bare_change(one: Indicator, change: float) -> str:
    """Write a change with its sign and without its unit: of rates in per cent, of shares in points."""
    scaled, digits = (100 if one.kind == "rate" or one.meaning.unit == "share" else 1) * change, 1
    if one.kind == "rate" or one.meaning.unit == "days":
        digits = 0
    sign = "±" if round(scaled, digits) == 0 else "+" if scaled > 0 else _MINUS
    return sign + decimal_text(abs(scaled), digits=digits)
