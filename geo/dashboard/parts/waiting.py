"""Cases waiting for action: what is open behind the indicators, by duty and grid, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame, drill
from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.finder import show_finder
from geo.dashboard.parts.table import show_table, text_width
from geo.figures.sentences import join_sentences
from geo.measures.duties import DUTIES, NOTHING_WAITS
from geo.measures.duties import Duty as About
from geo.measures.waiting import LATE_DAYS
from geo.privacy import Protected
from geo.rules import load_rules
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text, share_text
from geo.words.indicators import indicator_name

__all__ = ["Duty", "duties_of", "duty_name", "duty_words", "longest_words", "show_waiting"]

_KEY = "waiting_duty"
_MOST_ROWS = 8
_MOST_NAME_WIDTH = 220
_NUMBER_WIDTH = 92


@dataclass(frozen=True)
class Duty:
    """What waits for one duty in all of the area: numbers, those with a term of their own, days the latest is late."""

    duty: str
    promise: str
    indicator: str
    n: int
    late: int
    late_90: int
    paused: int
    extended: int
    longest_days: int | None
    table: Protected

    @property
    def about(self) -> About:
        """What the duty is."""
        return DUTIES[self.duty]


def duties_of(waiting: Sequence[Protected]) -> list[Duty]:
    """Return what waits, by duty, the most pressing first; nothing where it may not be seen."""
    found = {duty: (table, rows) for table in waiting for duty, rows in table.frame.groupby("duty", sort=False)}
    return [_sum_up(duty, *found[duty]) for duty in DUTIES if duty in found]


def _sum_up(duty: str, table: Protected, rows: pd.DataFrame) -> Duty:
    about, longest = DUTIES[duty], rows["longest_days"].max()
    numbers = {name: int(rows[name].sum()) for name in ("n", "late", "late_90", "paused", "extended")}
    longest_days = None if pd.isna(longest) else int(longest)
    return Duty(duty, about.promise, about.indicator, **numbers, longest_days=longest_days, table=table)


def duty_name(duty: str) -> str:
    """Return what is to be done."""
    names = {
        "remove_major": _("Major hazards to remove"),
        "settle": _("Disputes to settle"),
        "settle_again": _("Broken out again, to settle"),
        "assign": _("Grids to give an officer"),
        "remove": _("Other hazards to remove"),
        "visit_again": _("Return visits to make"),
        "visit": _("Grids to visit"),
        "look_into": _("Grids in a hot spot"),
        "near_room": _("Grids far from a mediation room"),
        "near_window": _("Grids far from a service window"),
        "form_group": _("Grids without volunteers"),
        "ask_security": _("Stations to survey on security"),
        "ask_satisfaction": _("Stations to survey on satisfaction"),
    }
    return names[duty]


def duty_words(duty: Duty) -> str:
    """Say how much of a duty that has a term is late."""
    texts = {
        "remove_major": ngettext(
            "**{n}** major hazard past its date", "**{n}** major hazards past their dates", duty.late
        ),
        "settle": ngettext("**{n}** dispute past its term", "**{n}** disputes past their term", duty.late),
        "assign": ngettext("**{n}** grid without an officer", "**{n}** grids without an officer", duty.late),
        "remove": ngettext("**{n}** other hazard past its date", "**{n}** other hazards past their dates", duty.late),
        "visit_again": ngettext("**{n}** return visit overdue", "**{n}** return visits overdue", duty.late),
    }
    return texts[duty.duty].format(n=count_text(duty.late))


def longest_words(duty: Duty) -> str:
    """Say how late the latest is; nothing where that is not told."""
    if duty.longest_days is None:
        return ""
    text = ngettext("the longest by {n} day", "the longest by {n} days", duty.longest_days)
    return text.format(n=count_text(duty.longest_days))


def show_waiting(frame: Frame, waiting: Sequence[Protected]) -> None:
    """Show what waits for one duty, area by area; a click on one goes there."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"### {_('Cases waiting for action')}", anchors=False)
        duties = duties_of(waiting)
        if duties:
            duty = _choose(duties)
            st.caption(_about(duty))
            _show_rows(frame, duty)
        else:
            st.caption(_("Nothing waits for anybody."))
        st.caption(join_sentences(*silent_words(cache.untold_duties(frame.release, frame.view, frame.scope))))


def _choose(duties: Sequence[Duty]) -> Duty:
    by_name = {duty.duty: duty for duty in duties}
    if st.session_state.get(_KEY) not in by_name:
        st.session_state[_KEY] = max(duties, key=lambda duty: (duty.duty == "remove_major", duty.late)).duty
    chosen = st.pills(
        _("What is to be done"),
        list(by_name),
        key=_KEY,
        required=True,
        format_func=lambda duty: f"{duty_name(duty)} · {count_text(by_name[duty].n)}",
        label_visibility="collapsed",
    )
    return by_name[str(chosen)]


def _about(duty: Duty) -> str:
    names = _(", ").join(indicator_name(one) for one in (duty.indicator, *duty.about.others))
    if duty.about.has_term:
        text = _("{late} of {n} are past their day. They stand behind: {indicator}.")
    else:
        text = _("They stand behind: {indicator}.")
    told = [text.format(late=count_text(duty.late), n=count_text(duty.n), indicator=names)]
    if not duty.about.has_term:
        told += [_told_of(duty.duty), _("No rule sets a day for it.")]
    if duty.paused:
        words = ngettext("The term of {n} stands still.", "The terms of {n} stand still.", duty.paused)
        told.append(words.format(n=count_text(duty.paused)))
    if duty.extended:
        words = ngettext("That of {n} was extended.", "Those of {n} were extended.", duty.extended)
        told.append(words.format(n=count_text(duty.extended)))
    return join_sentences(*told)


def _told_of(duty: str) -> str:
    """Say what counts in a duty without a term."""
    rules = load_rules()
    target, reach = rules.targets.get("visited_share"), rules.reach_m
    texts = {
        "settle_again": _("Open disputes that broke out again; they count among those to settle, too."),
        "visit": _(
            "Grids with fewer visits in twelve months than {share} of households; the same home twice counts twice."
        ).format(share=share_text(None if target is None else target.value)),
        "look_into": _("Grids around which more was reported than chance puts there: new, or lasting."),
        "near_room": _far_words(reach.get("mediation_room")),
        "near_window": _far_words(reach.get("service_window")),
        "form_group": _("Grids of which no group has told any member in twelve months."),
        "ask_security": _("Stations without such a survey in twelve months."),
        "ask_satisfaction": _("Stations without such a survey in twelve months."),
    }
    return texts[duty]


def _far_words(metres: float | None) -> str:
    return _("Grids of which no part lies within {n} m.").format(n=count_text(metres))


def silent_words(untold: Sequence[str]) -> list[str]:
    """Say behind which indicators nothing can wait, and of which duties the data do not tell."""
    reasons = {
        "counted": _("they count what came"),
        "ended": _("they tell of what has ended"),
        "no_state": _("files of incidents tell of no state"),
        "handled": _("files tell of those handled alone"),
    }
    parts = []
    for why, words in reasons.items():
        names = _(", ").join(indicator_name(one) for one, reason in NOTHING_WAITS.items() if reason == why)
        parts.append(_("{names} ({why})").format(names=names, why=words))
    texts = [_("Nothing waits behind: {parts}.").format(parts=_("; ").join(parts))]
    if untold:
        names = _(", ").join(duty_name(duty) for duty in untold)
        texts.append(_("The data do not tell of: {names}.").format(names=names))
    return texts


def _show_rows(frame: Frame, duty: Duty) -> None:
    found = duty.table.frame[duty.table.frame["duty"] == duty.duty]
    order, late = ["longest_days", "late", "n"], ["late", *(f"late_{days}" for days in LATE_DAYS), "longest_days"]
    found = found.sort_values(order, ascending=False, kind="stable", na_position="last").reset_index(drop=True)
    above = [_above(frame, code) for code in found["area_id"]]
    rows = pd.DataFrame(
        {
            "area": [frame.name(code) for code in found["area_id"]],
            # Where all lie right below the page's own area there is nothing between.
            **({"above": above} if any(above) else {}),
            "n": found["n"],
            **({name: found[name] for name in late} if duty.about.has_term else {}),
        }
    )

    def open_row(row: int) -> None:
        drill(frame, str(found["area_id"].iloc[row]))

    def open_area() -> None:
        open_row(st.session_state["waiting-click"].row)

    config: dict[str, Any] = {
        "area": st.column_config.ButtonColumn(
            level_title(str(found["level"].iloc[0])),
            type="tertiary",
            alignment="left",
            on_click=open_area,
            key="waiting-click",
            pinned=True,
            width=text_width(rows["area"], most=_MOST_NAME_WIDTH),
        ),
        "above": st.column_config.TextColumn(_("Where"), width=text_width(above, most=_MOST_NAME_WIDTH)),
        "n": _number(_("Waiting")),
        "late": _number(_("Late")),
        **{f"late_{days}": _number(_("Over {n} days").format(n=days)) for days in LATE_DAYS},
        "longest_days": _number(_("Longest, days")),
    }
    show_table(rows, key="waiting", alt=_("Cases waiting for action"), config=config, most=_MOST_ROWS)
    show_finder(rows["area"].tolist(), key="waiting-find", open_row=open_row)


def _above(frame: Frame, area_id: str) -> str:
    """Return the areas between the present one and a grid, the larger first."""
    path = [code for code in frame.tree.path(area_id)[:-1] if code not in frame.tree.path(frame.view.area)]
    tops = frame.tree.children(None)
    names = [frame.name(code) for code in path if not (len(tops) == 1 and code == tops[0])]
    return " › ".join(names[:1])


def _number(title: str) -> Any:  # noqa: ANN401  # Streamlit's own type is private
    return st.column_config.NumberColumn(title, format="localized", alignment="right", width=_NUMBER_WIDTH)
