"""What a station lacks to a criterion, in words: data, records, or how many more would have reached the goal."""

from __future__ import annotations

from collections.abc import Mapping

from geo.dashboard.frame import Frame
from geo.dashboard.parts.layer_names import layer_name
from geo.layers import EVENT_LAYERS
from geo.measures.indicators import Indicator
from geo.rules import load_rules
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text, decimal_text
from geo.words.indicators import Line, value_text

__all__ = ["lacking_words"]

#: How the measure of an indicator begins → the layer of the store that tells of it, where it is not the view's own.
_FILES: Mapping[str, str] = {
    "visited_share": "visits",
    "requests_per_1000": "visits",
    "reach_": "places",
    "members_": "groups",
    "survey_": "surveys",
    "covered_share": "assignments",
}


def lacking_words(frame: Frame, line: Line) -> str:
    """Say what is missing; empty where the goal is reached or nothing is asked.

    Parameters
    ----------
    line
        A line of `geo.measures.exemplary.assessment`.
    """
    n = line.cell("denominator")
    if line.cell("value").withheld:
        return _("Missing: it is withheld.")
    if line.state == "missing":
        return _no_data(frame, line, n.value)
    if line.state == "few":
        least = load_rules().standing.least_records
        return _("Missing: records. Of {n} nothing can be said; it takes {least}.").format(
            n=n.text(), least=count_text(least)
        )
    return _to_goal(line) if line.state in ("short", "unclear") else ""


def _no_data(frame: Frame, line: Line, n: float | None) -> str:
    file = _file_of(line.indicator)
    if not frame.release.has(file):
        return _("Missing: data. No file has been taken in for: {layer}.").format(layer=layer_name(file))
    if n == 0 and line.indicator.layer in EVENT_LAYERS:
        return _("Nothing to measure: there was none of it.")
    return _("Missing: data. The files of “{layer}” do not tell of it in this period.").format(layer=layer_name(file))


def _file_of(one: Indicator) -> str:
    return next((file for begin, file in _FILES.items() if one.measure.startswith(begin)), one.layer)


def _to_goal(line: Line) -> str:
    lacking, gap, n = (line.cell(name) for name in ("lacking", "gap", "denominator"))
    if lacking.value is None:
        text = _("Missing to the goal: {gap}.")
        return text.format(gap=_gap_text(line.indicator, gap.value))
    number = int(lacking.value)
    text = (
        ngettext("Missing to the goal: {n} more of {of}.", "Missing to the goal: {n} more of {of}.", number)
        if line.indicator.meaning.good == "high"
        else ngettext("Beyond the goal: {n} of {of} too many.", "Beyond the goal: {n} of {of} too many.", number)
    )
    return text.format(n=count_text(number), of=n.text())


def _gap_text(one: Indicator, gap: float | None) -> str:
    if gap is None:
        return value_text(one, gap)
    if one.meaning.unit == "share":
        return _("{n} points").format(n=decimal_text(100 * gap))
    return decimal_text(gap)
