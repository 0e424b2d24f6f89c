"""Parts of the page Coverage: its sentence, the lists of grids, three shares side by side, demand on posts."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.frame import Frame, drill, go
from geo.dashboard.parts.charts import workload_chart
from geo.dashboard.parts.controls import choose_segment
from geo.dashboard.parts.drawing import show_drawing
from geo.dashboard.parts.figure_table import show_signs
from geo.dashboard.parts.finder import show_finder
from geo.dashboard.parts.table import show_table, text_width
from geo.figures.sentences import join_sentences, vacant_sentence
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.cells import definition, read_cell
from geo.words.formats import count_text, decimal_text

__all__ = [
    "coverage_sentence",
    "grids_listed",
    "shares_sentence",
    "show_grid_lists",
    "show_shares",
    "show_workload",
    "spread_sentence",
]

#: The lists of grids, with how each is told from the others in the table of states.
LISTS = ("vacant", "shared", "over_size", "no_backup")
_APART = 0.02
_LIST_ROWS = 13
# Together they have room beside the map of a narrow screen.
_MOST_NAME_WIDTH, _REASON_WIDTH = 168, 114
_HOUSEHOLDS_WIDTH, _EVENTS_WIDTH = 84, 64
_DATE_WIDTH = 86


def coverage_sentence(now: Protected) -> str:
    """Say how many grids have no officer, and how many a shared one."""
    shared = read_cell(now, "shared").value
    second = ""
    if shared:
        second = ngettext(
            "In **{n}** the officer looks after too many grids.",
            "In **{n}** the officers look after too many grids.",
            int(shared),
        ).format(n=count_text(shared))
    return join_sentences(vacant_sentence(now), second)


def shares_sentence(shares: Protected) -> str:
    """Say whether the shares of grids, households and events differ."""
    values = {name: value for name, value in _shares(shares).items() if name != "grid_days" and value is not None}
    grids = values.get("grids")
    if grids is None or len(values) < 2:
        return ""
    other, value = max(values.items(), key=lambda item: abs(item[1] - grids))
    if abs(value - grids) < _APART:
        if "events" in values:
            return _("The shares of grids, of households and of events are about the same.")
        return _("The shares of grids and of households are about the same.")
    if value < grids:
        texts = {
            "households": _("Households are covered less than grids: the vacant grids are the larger ones."),
            "events": _("Events are covered less than grids: the vacant grids are the busier ones."),
        }
    else:
        texts = {
            "households": _("Households are covered more than grids: the vacant grids are the smaller ones."),
            "events": _("Events are covered more than grids: the vacant grids are the quieter ones."),
        }
    return texts[other]


def _shares(shares: Protected) -> dict[str, float | None]:
    return {str(name): read_cell(shares, "covered_share", row).value for row, name in enumerate(shares.frame["of"])}


def show_shares(shares: Protected) -> None:
    """Show the shares side by side with the sentence that compares them."""
    titles = {
        "grids": _("of grids"),
        "households": _("of households"),
        "events": _("of events"),
        "grid_days": _("of grid-days"),
    }
    hints = {
        "grids": definition("coverage", "covered_share"),
        "households": definition("coverage", "covered_share_households"),
        "events": definition("coverage", "covered_share_events"),
        "grid_days": definition("coverage", "covered_share_days"),
    }
    rows = {str(name): row for row, name in enumerate(shares.frame["of"])}
    cells = {
        name: [read_cell(shares, column, rows.get(name, len(rows))) for column in ("covered_share", "n")]
        for name in titles
    }
    # A share of what is not told either is not for this reader at all.
    told = [name for name in titles if not all(cell.withheld for cell in cells[name])]
    for column, name in zip(st.columns(len(told) or 1, gap="small"), told, strict=False):
        (cell, n), title = cells[name], titles[name]
        with column, st.container(border=True, height="stretch", gap="xxsmall"):
            st.metric(_("Covered, {of}").format(of=title), cell.text("share", digits=1), help=hints[name] or None)
            if not n.withheld:
                st.caption(_("of {n}").format(n=n.text()))


def show_grid_lists(frame: Frame, states: Protected) -> None:
    """Show the grids that need something, a list for each, the first that holds any."""
    names = {"vacant": _("Vacant"), "shared": _("Shared"), "over_size": _("Over-size"), "no_backup": _("No backup")}
    counts = {name: len(grids_listed(states, name)) for name in LISTS}
    first = next((name for name in LISTS if counts[name]), LISTS[0])
    chosen = frame.state.listed if frame.state.listed in LISTS else first
    with st.container(border=True, height="stretch", gap="xsmall"):
        choose_segment(
            _("Grids"),
            LISTS,
            key="grid_list",
            value=chosen,
            words=lambda name: f"{names[name]} {count_text(counts[name])}",
            change=lambda name: go(frame.state.replace(listed=name)),
        )
        rows = grids_listed(states, chosen)
        if rows.empty:
            st.caption(_("No grid is on this list."))
            return
        _show_grids(frame, rows, chosen)


def grids_listed(states: Protected, name: str) -> pd.DataFrame:
    """Return the rows of the table of states that are on a list, those with most households first."""
    frame = states.frame
    chosen = (
        frame["state"] == name if name in ("vacant", "shared") else frame[name].astype("boolean").fillna(value=False)
    )
    return frame[chosen].sort_values(["households", "events"], ascending=False, ignore_index=True)


def _show_grids(frame: Frame, rows: pd.DataFrame, name: str) -> None:
    key = f"grids-{name}"

    def open_row(row: int) -> None:
        drill(frame, str(rows["area_id"].iloc[row]))

    def open_grid() -> None:
        open_row(st.session_state[f"{key}-click"].row)

    shown = pd.DataFrame(
        {
            "grid": [frame.name(code) for code in rows["area_id"]],
            "households": rows["households"],
            "events": rows["events"],
            "posts": rows["posts"],
        }
    )
    config: dict[str, Any] = {
        "grid": st.column_config.ButtonColumn(
            _("Grid"),
            type="tertiary",
            alignment="left",
            on_click=open_grid,
            key=f"{key}-click",
            pinned=True,
            width=text_width([_("Grid"), *shown["grid"]], most=_MOST_NAME_WIDTH),
        ),
        "households": st.column_config.NumberColumn(_("Households"), format="localized", width=_HOUSEHOLDS_WIDTH),
        "events": st.column_config.NumberColumn(
            _("Events"),
            format="localized",
            help=_("Disputes and hazards reported in the last 365 days."),
            width=_EVENTS_WIDTH,
        ),
        "posts": st.column_config.NumberColumn(_("Posts"), format="localized"),
    }
    if name == "vacant":
        shown = shown.drop(columns="posts").assign(
            reason=[_reason(code) for code in rows["reason"]], since=rows["since"].dt.date
        )
        config["reason"] = st.column_config.TextColumn(_("Why"), width=_REASON_WIDTH)
        config["since"] = st.column_config.DateColumn(_("Since"), format="YYYY-MM-DD", width=_DATE_WIDTH)
    show_table(shown, key=key, alt=_("Grids"), config=config, most=_LIST_ROWS)
    show_signs(withheld=False, missing=bool(shown.isna().any(axis=None)))
    show_finder(shown["grid"].tolist(), key=f"{key}-find", open_row=open_row)


def _reason(code: object) -> str:
    reasons = {
        "never_assigned": _("never assigned"),
        "assignment_ended": _("ended"),
        "only_other_roles": _("only other roles"),
    }
    return reasons.get(str(code), "")


def show_workload(workload: Protected, spread: Protected) -> None:
    """Show the demand on posts as dots, the even share marked, and the spread in words."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"### {_('What grids ask of posts')}", anchors=False)
        st.markdown(spread_sentence(spread))
        show_drawing(
            workload_chart(workload.frame, median=read_cell(spread, "median").value),
            key="workload",
            alt=_("What grids ask of posts"),
        )
        st.caption(
            _(
                "A dot is a post: the hours a week that its grids' disputes, hazards and due visits ask for, as a "
                "share of its hours. It says what grids ask, never what a person did. The dashed line is the median."
            )
        )


def spread_sentence(spread: Protected) -> str:
    """Say how unevenly the demand falls on the posts."""
    names = ("max_to_median", "gini", "gini_low", "gini_high")
    ratio, gini, low, high = (read_cell(spread, name).value for name in names)
    if ratio is None:
        return ""
    busiest = _("The busiest post is asked for **{ratio}** times the median.").format(ratio=decimal_text(ratio))
    if low is None or high is None:
        return busiest
    uneven = _(
        "On a scale from 0 (all alike) to 1 (all on one post) that is **{gini}**, at 95 % between {low} and {high} "
        "(Gini coefficient)."
    )
    shown = {name: decimal_text(value, digits=2) for name, value in (("gini", gini), ("low", low), ("high", high))}
    return join_sentences(busiest, uneven.format(**shown))
