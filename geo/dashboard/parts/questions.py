"""Questions about the data, and what the figures of the promises are not."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.plain import plain
from geo.privacy import Protected
from geo.rules import load_rules
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.cells import read_cell
from geo.words.formats import change_text, count_text, share_text
from geo.words.indicators import indicator_name

__all__ = ["question_lines", "show_guards", "show_questions"]

_MOST = 6


def show_questions(frame: Frame, questions: Protected | None) -> None:
    """Show what the data should be asked about, as questions and not as verdicts."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        hint = _("What may have come from the writing down and not from the place. A question, never a verdict.")
        st.markdown(f"### {_('Questions about the data')}", anchors=False, help=hint)
        lines = list(question_lines(frame, questions))
        if not lines:
            st.caption(_("Nothing in these figures looks as if it came from the writing down."))
        for line in lines[:_MOST]:
            st.markdown(f":gray[:material/help:] {line}")
        if len(lines) > _MOST:
            more = len(lines) - _MOST
            st.caption(ngettext("And {n} more.", "And {n} more.", more).format(n=count_text(more)))


def question_lines(frame: Frame, questions: Protected | None) -> Iterator[str]:
    """Say each question in words, as Markdown."""
    if questions is None:
        return
    rows = questions.frame
    for row, (area, question, layer) in enumerate(zip(rows["area_id"], rows["question"], rows["layer"], strict=True)):
        value, n = read_cell(questions, "value", row).value, read_cell(questions, "n", row).value
        if value is not None and n is not None:
            said = _say(str(question), str(layer), value, n, read_cell(questions, "expected", row).value)
            if question == "full_mark":
                said = said.format(indicator=indicator_name(str(rows["indicator"].iloc[row])))
            yield f"**{plain(frame.name(str(area)))}** · {said}"


def _say(question: str, layer: str, value: float, n: float, expected: float | None) -> str:
    names = {"disputes": _("disputes"), "hazards": _("hazards"), "incidents": _("incidents")}
    what = names.get(layer, "")
    if question == "drop":
        text = _("Reported {what} changed by {change}, from {n}. Did less happen, or was less written down?")
        return text.format(what=what, change=change_text(value), n=count_text(n))
    if question == "month_end":
        text = _(
            "{share} of {n} {what} were closed in the last {days} days of a month; {expected} of the days are such. "
            "Is the day of closing written down on the day?"
        )
        days = load_rules().questions.month_end_days
        return text.format(
            share=share_text(value), n=count_text(n), what=what, days=days, expected=share_text(expected)
        )
    if question == "untold":
        text = ngettext(
            "Of {of} transfers, {n} does not say whether it was by right. Can that be told?",
            "Of {of} transfers, {n} do not say whether they were by right. Can that be told?",
            int(value),
        )
        return text.format(n=count_text(value), of=count_text(n))
    text = _("{indicator} is 100 % of {n}. Is what was not done written down?")
    return text.replace("{n}", count_text(n))


def show_guards() -> None:
    """Say what these figures are not, in a few lines."""
    with st.container(border=True, height="stretch", gap="xsmall"):
        st.markdown(f"### {_('What these figures are not')}", anchors=False)
        for text in (
            _("No goal and no good colour stands on what is reported: more reports may be more trust."),
            _("A rightful transfer (a party's choice, a legal duty, a court) is not passed up: it is told apart."),
            _("Where intervals overlap, no difference is shown; with too few records there is no standing."),
            _("No person is ranked, and no total is made of the three promises."),
        ):
            st.markdown(f":gray[:material/check:] {text}")
