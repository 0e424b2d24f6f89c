"""The headline: a few short sentences made from the figures, that say whether a change is more than chance."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.cache import TodayFigures
from geo.dashboard.formats import change_text, count_text, period_text
from geo.dashboard.frame import Frame
from geo.dashboard.parts.breadcrumb import show_breadcrumb
from geo.dashboard.parts.cells import read_cell
from geo.dashboard.words import gettext as _
from geo.dashboard.words import language, ngettext
from geo.privacy import Protected
from geo.view import View

__all__ = ["headline", "join_sentences", "show_headline", "vacant_sentence"]


def show_headline(frame: Frame, sentence: str, *, page_id: str) -> None:
    """Show the way down to the area, the area, the period and the sentence."""
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            show_breadcrumb(frame, page_id)
            st.markdown(f"## {frame.name(frame.view.area)}", width="content", anchors=False)
            st.space("stretch")
            st.markdown(f":gray[{_period_words(frame.view)}]", width="content")
        st.markdown(sentence)


def _period_words(view: View) -> str:
    compared = view.comparison
    if compared is None:
        return period_text(view.period)
    return _("{period}, compared with {compared}").format(
        period=period_text(view.period), compared=period_text(compared)
    )


def headline(figures: TodayFigures, view: View) -> str:
    """Make the sentences of the page Today.

    Parameters
    ----------
    figures
        Figures of the whole area.
    view
        What was asked.

    Returns
    -------
    str
        Markdown, the numbers in bold.
    """
    disputes, hazards, coverage = (figures.now.get(layer) for layer in ("disputes", "hazards", "coverage"))
    return join_sentences(
        _count_sentence(figures, view),
        _past_month_sentence(disputes),
        _major_sentence(hazards),
        vacant_sentence(coverage),
    )


def join_sentences(*sentences: str) -> str:
    """Put sentences behind each other; empty ones are left out."""
    return ("" if language() == "zh_CN" else " ").join(sentence for sentence in sentences if sentence)


def _count_sentence(figures: TodayFigures, view: View) -> str:
    """Say how many records there are and how that has changed: of disputes, or of incidents where there are none."""
    table = figures.now.get("disputes") or figures.now.get("incidents")
    if figures.reported is not None:
        return _parted_sentence(figures.reported, table, view)
    n = read_cell(table, "n").value
    if table is None or n is None:
        return ""
    if table.view.layer == "disputes":
        text = ngettext("**{n}** dispute{change}.", "**{n}** disputes{change}.", int(n))
    else:
        text = ngettext("**{n}** incident{change}.", "**{n}** incidents{change}.", int(n))
    return text.format(n=count_text(n), change=_change_words(table, view))


def _parted_sentence(reported: Protected, table: Protected | None, view: View) -> str:
    """Say how many were reported, with their change, and apart from them how many were discovered."""
    n, discovered = read_cell(reported, "n").value, read_cell(table, "discovered").value
    if n is None or discovered is None:
        return ""
    if reported.view.layer == "disputes":
        text = ngettext(
            "**{n}** dispute reported{change}, **{discovered}** discovered.",
            "**{n}** disputes reported{change}, **{discovered}** discovered.",
            int(n),
        )
    else:
        text = ngettext(
            "**{n}** incident reported{change}, **{discovered}** discovered.",
            "**{n}** incidents reported{change}, **{discovered}** discovered.",
            int(n),
        )
    return text.format(n=count_text(n), change=_change_words(reported, view), discovered=count_text(discovered))


def _change_words(table: Protected, view: View) -> str:
    change = read_cell(table, "change")
    if change.value is None or view.comparison is None:
        return ""
    beyond = read_cell(table, "beyond_chance").value
    if beyond is None:
        text = _(" ({change} on {compared})")
    elif beyond:
        text = _(" ({change} on {compared}, more than chance)")
    else:
        text = _(" ({change} on {compared}, within chance)")
    return text.format(change=change_text(change.value), compared=period_text(view.comparison))


def _past_month_sentence(disputes: Protected | None) -> str:
    n = read_cell(disputes, "past_month").value
    if not n:
        return ""
    text = ngettext(
        "**{n}** has been open for more than a month.", "**{n}** have been open for more than a month.", int(n)
    )
    return text.format(n=count_text(n))


def _major_sentence(hazards: Protected | None) -> str:
    n = read_cell(hazards, "major_overdue").value
    if not n:
        return ""
    text = ngettext("**{n}** major hazard is past its date.", "**{n}** major hazards are past their dates.", int(n))
    return text.format(n=count_text(n))


def vacant_sentence(coverage: Protected | None) -> str:
    """Say how many grids have no officer."""
    grids, vacant = read_cell(coverage, "n").value, read_cell(coverage, "vacant").value
    if grids is None or vacant is None:
        return ""
    if grids == 1:
        return _("This grid has no officer.") if vacant else _("This grid has an officer.")
    if vacant == 0:
        return _("Every grid has an officer.")
    text = ngettext(
        "**{vacant}** of {grids} grids has no officer.", "**{vacant}** of {grids} grids have no officer.", int(vacant)
    )
    return text.format(vacant=count_text(vacant), grids=count_text(grids))
