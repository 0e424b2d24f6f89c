"""The audit trail on its page: whether it is whole, filters by what and when, and its lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from geo.access import Deed, TrailState
from geo.access.trail import WHAT
from geo.access.who import COMMAND, SERVER
from geo.dashboard.frame import Frame
from geo.dashboard.navigation import PAGES
from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.door import role_words, scope_level
from geo.dashboard.parts.table import show_table, text_width
from geo.dashboard.plain import plain
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text

__all__ = ["choose_deeds", "show_deeds", "show_state", "what_words"]

_MOST_ROWS = 20
_MOST_SENT = 1_000
_HASH_SHOWN = 12
_WIDTH = 270


def what_words(what: str) -> str:
    """Return what was done, in words."""
    return {
        "view": _("looked at"),
        "export": _("file taken out"),
        "import": _("data brought in"),
        "release": _("release changed"),
        "rules": _("rules changed"),
        "roles": _("roles changed"),
        "key": _("secret changed"),
        "sign-in": _("signed in"),
        "sign-out": _("signed out"),
        "refused": _("refused"),
    }.get(what, what)


def show_state(state: TrailState) -> None:
    """Say whether every line stands as it was written."""
    if state.bad is not None:
        words = _("The trail has been changed: {where}. What stands after that can't be trusted.")
        st.error(words.format(where=plain(state.bad)), icon=":material/link_off:")
        return
    whole = ngettext("{n} line, each as it was written.", "{n} lines, each as it was written.", state.lines).format(
        n=count_text(state.lines)
    )
    hint = _("Write the last sign down elsewhere: maplegrid audit --holds SIGN tells later whether the line is there.")
    st.markdown(f"{whole} {_tied(state)}", help=hint)
    if state.torn:
        torn = _("A writer was stopped in the middle of a line, and nothing else was lost: {where}.")
        st.caption(torn.format(where=plain("; ".join(state.torn))))


def _tied(state: TrailState) -> str:
    return "" if state.head is None else _("Sign of the last: {sign}").format(sign=f"`{state.head[:_HASH_SHOWN]}`")


def choose_deeds(deeds: Sequence[Deed], *, zone: str) -> list[Deed]:
    """Let the reader choose what was done and when; return the lines that are it.

    Parameters
    ----------
    deeds
        Newest first.
    zone
        Time zone of the days.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds = st.multiselect(
            _("What was done"),
            list(WHAT),
            format_func=what_words,
            placeholder=_("All of it"),
            key="audit-what",
            width=420,
        )
        days = [deed.at.astimezone(ZoneInfo(zone)).date() for deed in deeds]
        first, last = _choose_days(min(days), max(days)) if days else (date.min, date.max)
    return [
        deed
        for deed, day in zip(deeds, days, strict=True)
        if (not kinds or deed.what in kinds) and first <= day <= last
    ]


def _choose_days(first: date, last: date) -> tuple[date, date]:
    """Let the reader choose days; all of them while only the first of the two is chosen."""
    chosen = st.date_input(
        _("From, to"),
        value=(first, last),
        min_value=first,
        max_value=last,
        key="audit-days",
        format="YYYY-MM-DD",
        width=300,
    )
    return chosen if len(chosen) == 2 else (first, last)


def show_deeds(frame: Frame, deeds: Sequence[Deed]) -> None:
    """Show lines of the trail, newest first."""
    if not deeds:
        st.caption(_("Nothing of this kind in these days."))
        return
    zone = ZoneInfo(frame.release.time_zone)
    areas = [_area(frame, deed.area) for deed in deeds[:_MOST_SENT]]
    rows = pd.DataFrame(
        {
            "at": [deed.at.astimezone(zone).replace(tzinfo=None) for deed in deeds[:_MOST_SENT]],
            "what": [what_words(deed.what) for deed in deeds[:_MOST_SENT]],
            "of": [_asked(frame, deed) for deed in deeds[:_MOST_SENT]],
            "role": [role_words(deed.role, scope_level(frame, deed.area)) for deed in deeds[:_MOST_SENT]],
            "area": areas,
            "who": [_who(deed.who) for deed in deeds[:_MOST_SENT]],
            "n": [deed.n for deed in deeds[:_MOST_SENT]],
        }
    )
    config: dict[str, Any] = {
        "at": st.column_config.DatetimeColumn(_("When"), format="YYYY-MM-DD HH:mm", pinned=True),
        "what": st.column_config.TextColumn(_("What was done"), width=text_width([*rows["what"], _("What was done")])),
        "of": st.column_config.TextColumn(_("Of what"), width=_WIDTH),
        "role": st.column_config.TextColumn(_("Seen as"), width=text_width(rows["role"])),
        "area": st.column_config.TextColumn(_("Area"), width=text_width((one or "" for one in areas), most=_WIDTH)),
        "who": st.column_config.TextColumn(
            _("Session"), help=_("The same sign for the same sign-in within a month. It names nobody.")
        ),
        "n": st.column_config.NumberColumn(_("Line"), format="localized", alignment="right"),
    }
    show_table(rows, key="audit", alt=_("Audit"), config=config, most=_MOST_ROWS)
    if len(deeds) > _MOST_SENT:
        more = _("The newest {shown} of {all} lines; maplegrid audit lists all.")
        st.caption(more.format(shown=count_text(_MOST_SENT), all=count_text(len(deeds))))


def _area(frame: Frame, area: str | None) -> str | None:
    return frame.name(area) if area in frame.tree.areas else area


def _who(who: str) -> str:
    return {COMMAND: _("command line"), SERVER: _("the server")}.get(who, who)


def _asked(frame: Frame, deed: Deed) -> str:
    """Return what a line is of, in words: page or kind of file, what the view asks, release, or what has changed."""
    told = deed.detail
    pages = {entry.page_id: _(entry.title) for entry in PAGES}
    parts = [pages.get(told.get("page", ""), ""), told.get("kind", ""), told.get("command", "")]
    parts += _view_words(frame, told.get("view", ""), own=deed.area)
    parts += [_("release {number}").format(number=told["release"])] if "release" in told else []
    return " · ".join(part for part in (*parts, told.get("sha256", "")[:_HASH_SHOWN]) if part)


def _view_words(frame: Frame, view: str, *, own: str | None) -> list[str]:
    """Return what a view asks, in words where there are some, without one's own area; what is no view as it is."""
    asked = {key: ", ".join(values) for key, values in parse_qs(view).items() if (key, values) != ("area", [own])}
    layers = {entry.layer: _(entry.title) for entry in PAGES}
    words = {
        "layer": layers.get(asked.get("layer")),
        "area": _area(frame, asked.get("area")),
        "level": level_title(asked["level"]) if asked.get("level") in frame.tree.levels else None,
    }
    return [words.get(key) or text for key, text in asked.items()] or [view]
