"""The three promises at a glance: what is short of its goal and where, and what is past its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from geo.dashboard.cache import PromisesFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.waiting import Duty, duties_of, duty_words, longest_words
from geo.dashboard.plain import plain
from geo.figures.sentences import join_sentences
from geo.measures.indicators import PROMISES
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text
from geo.words.indicators import Line, indicator_name, lines_of, promise_name, value_text

__all__ = ["CHOSEN", "Press", "pressing", "promises_sentence", "show_promises"]

#: Where the session keeps the indicator that is looked at.
CHOSEN = "promise_indicator"
_MOST_LINES = 4
_DOT = " \N{MIDDLE DOT} "
_MOST_NAMED = 2
_SIGNS = {"high": ":red[:material/error:]", "medium": ":orange[:material/warning:]", "low": ":gray[:material/info:]"}
_ORDER = ("high", "medium", "low")


@dataclass(frozen=True)
class Press:
    """One line under a promise: what it says, in small print more, how soon to act, and the indicator it is about."""

    words: str
    more: str
    severity: str
    indicator: str
    promise: str


def promises_sentence(figures: PromisesFigures) -> str:
    """Say which goals are missed by more than chance, and how much is past its day."""
    lines = [line for line in lines_of(figures.whole) if line.goal]
    short = [line for line in lines if line.state == "short"]
    late = sum(duty.late for duty in duties_of(figures.waiting) if duty.about.layer != "coverage")
    if not lines:
        first = _("No goal can be told of this period.")
    elif short:
        names = _(", ").join(indicator_name(line.indicator.id) for line in short)
        text = ngettext(
            "**{n}** of {of} goals is missed by more than chance: {names}.",
            "**{n}** of {of} goals are missed by more than chance: {names}.",
            len(short),
        )
        first = text.format(n=count_text(len(short)), of=count_text(len(lines)), names=names)
    else:
        first = _("None of {of} goals is missed by more than chance.").format(of=count_text(len(lines)))
    waits = ngettext("**{n}** case is past its day.", "**{n}** cases are past their day.", late)
    return join_sentences(first, waits.format(n=count_text(late)) if late else "")


def pressing(frame: Frame, figures: PromisesFigures) -> list[Press]:
    """Return what each promise needs somebody for, worst first."""
    rows = lines_of(figures.rows)
    found = [press for line in lines_of(figures.whole) if (press := _short_line(frame, line, rows)) is not None]
    found += [_late_line(duty) for duty in duties_of(figures.waiting) if duty.late]
    return sorted(found, key=lambda press: _ORDER.index(press.severity))


def _short_line(frame: Frame, line: Line, rows: Sequence[Line]) -> Press | None:
    """Return the line of a goal that is missed by the area, or by some of the areas in it."""
    if not line.goal:
        return None
    below = [one for one in rows if one.indicator == line.indicator and one.state == "short"]
    below = [one for one in below if one.area_id != line.area_id]
    if line.state != "short" and not below:
        return None
    worst = sorted(below, key=lambda one: one.cell("value").value or 0.0, reverse=line.indicator.meaning.good == "low")
    names = _(", ").join(plain(frame.name(one.area_id)) for one in worst[:_MOST_NAMED])
    more = len(worst) - _MOST_NAMED
    named = names if more <= 0 else _("{names} and {n} more").format(names=names, n=count_text(more))
    target = value_text(line.indicator, line.cell("target").value, digits=0)
    words = f"{indicator_name(line.indicator.id)} **{line.value}**"
    goal = _("goal {value}").format(value=target)
    told = [goal, _("short: {names}").format(names=named)] if named else [goal]
    severity = "high" if line.state == "short" else "medium"
    return Press(words, _DOT.join(told), severity, line.indicator.id, line.indicator.promise)


def _late_line(duty: Duty) -> Press:
    severity = "high" if duty.duty in ("remove_major", "assign") else "medium" if duty.late_90 else "low"
    return Press(duty_words(duty), longest_words(duty), severity, duty.indicator, duty.promise)


def show_promises(frame: Frame, figures: PromisesFigures) -> None:
    """Show the promises side by side; a line opens its indicator below."""
    told = {line.indicator.promise for line in lines_of(figures.whole)}
    lines = pressing(frame, figures)
    for column, promise in zip(st.columns(len(PROMISES), gap="small"), PROMISES, strict=True):
        with column, st.container(border=True, height="stretch", gap="xxsmall"):
            st.markdown(f"### {promise_name(promise)}", anchors=False)
            own = [line for line in lines if line.promise == promise][:_MOST_LINES]
            if promise not in told:
                st.caption(_("These data do not tell of it."))
            elif not own:
                st.caption(_("Nothing is short of its goal or past its day."))
            for position, line in enumerate(own):
                with st.container(gap=None):
                    label, key = f"{_SIGNS[line.severity]} {line.words}", f"press-{promise}-{position}"
                    st.button(label, key=key, type="tertiary", on_click=_choose, args=(line.indicator,))
                    if line.more:
                        st.caption(line.more)


def _choose(indicator: str) -> None:
    st.session_state[CHOSEN] = indicator
