"""Releases on the page Data: the list of them, and what the one shown is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from geo.dashboard.cache import DataFigures
from geo.dashboard.frame import Frame, go
from geo.dashboard.navigation import link_to
from geo.dashboard.parts.changes import touched_words
from geo.dashboard.parts.finder import show_finder
from geo.dashboard.parts.table import show_table, text_width
from geo.dashboard.plain import plain
from geo.dashboard.state import PageState
from geo.rules import load_rules
from geo.store import Release
from geo.view import default_period
from geo.words import gettext as _
from geo.words.formats import day_text

__all__ = ["published_at", "published_text", "show_about", "show_releases", "state_of"]

_MOST_ROWS = 12
_MOST_WRAPPED = 6
# Widths in pixels: what texts take in one line, and at most in three, so that all columns have room on a narrow page.
_SHORT, _MOST_CHANGED, _MOST_NOTE = 150, 320, 200
# Lines of a row, less what is left free at their ends.
_LINES = 2.2
_MANY = 10_000
_HASH_SHOWN = 12


def state_of(frame: Frame, release: Release) -> PageState:
    """Return the state that shows a release: its own last period, and all of its area."""
    is_current = release.number == (frame.current or frame.release.number)
    number = None if is_current else release.number
    return frame.state.replace(release=number, period=default_period(release.as_of), listed=None, month=None)


def published_at(release: Release) -> datetime:
    """Return when a release was published, in its time zone."""
    return datetime.fromisoformat(release.created_at).astimezone(ZoneInfo(release.time_zone))


def published_text(release: Release) -> str:
    """Write when a release was published, by the clock of its zone."""
    moment = published_at(release)
    return f"{day_text(moment.date())} {moment:%H:%M}"


def _title(frame: Frame, release: Release) -> str:
    return release.title_zh if frame.language == "zh_CN" else release.title


def show_releases(frame: Frame, figures: DataFigures) -> None:
    """Show all releases, the newest first; a click on a number shows that release on this page."""
    releases = figures.releases

    def open_row(row: int) -> None:
        go(state_of(frame, releases[row]))

    def open_release() -> None:
        open_row(st.session_state["releases-click"].row)

    rows = pd.DataFrame(
        {
            "release": [f"{one.number}" for one in releases],
            "state": [_state_words(frame, one) for one in releases],
            "as_of": [one.as_of for one in releases],
            "published": [published_at(one).replace(tzinfo=None) for one in releases],
            "changed": [touched_words(figures.touched[one.number]) for one in releases],
            "note": [_note(one) for one in releases],
        }
    )
    config: dict[str, Any] = {
        "release": st.column_config.ButtonColumn(
            _("Release"), type="tertiary", alignment="left", on_click=open_release, key="releases-click", pinned=True
        ),
        "as_of": st.column_config.DateColumn(_("Data to"), format="YYYY-MM-DD"),
        "state": st.column_config.TextColumn(_("State")),
        "published": st.column_config.DatetimeColumn(
            _("Published"), format="YYYY-MM-DD HH:mm", help=_("By the clock of the release's time zone.")
        ),
        "changed": st.column_config.TextColumn(
            _("Layers changed"), width=_wrapped(rows["changed"], most=_MOST_CHANGED)
        ),
        "note": st.column_config.TextColumn(_("Note"), width=_wrapped(rows["note"], most=_MOST_NOTE)),
    }
    with st.container(border=True, gap="xsmall"):
        hint = _("A click on a number shows that release here: its layers, what changed, its imports.")
        st.markdown(f"### {_('Releases')}", anchors=False, help=hint)
        long = max(text_width(rows[name]) for name in ("changed", "note")) > _SHORT
        show_table(
            rows,
            key="releases",
            alt=_("Releases"),
            config=config,
            most=_MOST_WRAPPED if long else _MOST_ROWS,
            wraps=long,
        )
        if len(releases) > 1:
            show_finder(
                [_("Release {number}").format(number=one.number) for one in releases],
                key="releases-find",
                open_row=open_row,
            )


def _wrapped(texts: pd.Series[str], *, most: int) -> int:
    return max(_SHORT, min(most, round(text_width(texts, most=_MANY) / _LINES)))


def _state_words(frame: Frame, release: Release) -> str:
    if release.number == (frame.current or frame.release.number):
        return _("current")
    return _("shown here") if release.number == frame.release.number else ""


def _note(release: Release) -> str:
    if release.restored_from is not None:
        return _("Release {number} put back.").format(number=release.restored_from)
    return release.note


def show_about(frame: Frame) -> None:
    """Show what the release is, and the ways to the dashboard with it and back to the current one."""
    release, rules = frame.release, load_rules()
    same_rules = release.rules_hash == rules.hash
    rows = [
        (_("Title"), plain(_title(frame, release))),
        (_("Data to"), day_text(release.as_of)),
        (_("Published"), published_text(release)),
        (_("Time zone"), release.time_zone),
        (_("Made up"), _("yes: not real data") if release.made_up else _("no")),
        (
            _("Rules"),
            (rules.version if same_rules else _("others than today's")) + f" ({release.rules_hash[:_HASH_SHOWN]})",
        ),
        (_("Note"), plain(_note(release)) or "–"),
    ]
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.markdown(f"### {_('Release {number}').format(number=release.number)}", anchors=False)
        st.table(pd.DataFrame(rows), border="horizontal", hide_index=True, hide_header=True)
        link_to("today", frame.state, label=_("Open the dashboard with this release"), icon=":material/today:")
