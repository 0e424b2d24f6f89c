"""What an import did to borders: gaps and overlaps that it closed, and what became of the grids and their records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.frame import Frame
from geo.dashboard.parts.layer_names import layer_name
from geo.dashboard.parts.table import show_table
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text

__all__ = ["border_rows", "closed_line", "hands_line", "show_borders"]

_MOST_ROWS = 10
_MOST_NAMED = 6
_KINDS = ("split", "merged", "moved", "renamed", "new", "gone")


def closed_line(closed: Mapping[str, Any] | None) -> str:
    """Say how many gaps and overlaps an import closed; nothing where it closed none on purpose."""
    if not closed:
        return ""
    line = _("Borders closed: {gaps} gaps and {overlaps} overlaps, {size} m² in all; {areas} areas changed.").format(
        gaps=count_text(closed["gaps"]),
        overlaps=count_text(closed["overlaps"]),
        size=count_text(round(closed["moved_m2"])),
        areas=count_text(closed["areas_changed"]),
    )
    left = closed["gaps_left"]
    if not left:
        return line
    wider = ngettext("{n} wider gap stays as it is.", "{n} wider gaps stay as they are.", left)
    return f"{line} {wider.format(n=count_text(left))}"


def show_borders(frame: Frame, borders: Mapping[str, Any] | None) -> None:
    """Show what became of the grids of the release before, and how many records are in another grid by that."""
    if not borders:
        return
    with st.expander(_title(borders), icon=":material/fence:"):
        told = hands_line(borders)
        if told:
            st.markdown(told)
        rows = border_rows(frame, borders["changes"])
        if rows.empty:
            st.caption(_("No grid has changed."))
        else:
            show_table(rows, key="new-borders", alt=_("New borders"), config=_config(), most=_MOST_ROWS)
            st.caption(
                _(
                    "Grids are told by the land they hold, not by their codes. Records are those of both releases that "
                    "lie where they lay."
                )
            )


def _title(borders: Mapping[str, Any]) -> str:
    counts = Counter(change["kind"] for change in borders["changes"])
    told = [f"{_kind_words()[kind]} {count_text(counts[kind])}" for kind in _KINDS if counts[kind]]
    told.append(_("unchanged {n}").format(n=count_text(borders["unchanged"])))
    return _("New borders: {counts}").format(counts=_(", ").join(told))


def _kind_words() -> dict[str, str]:
    return {
        "split": _("split"),
        "merged": _("merged"),
        "moved": _("border moved"),
        "renamed": _("renamed"),
        "new": _("new"),
        "gone": _("gone"),
    }


def hands_line(borders: Mapping[str, Any]) -> str:
    """Say how many records of each layer are in another grid than before: Markdown; nothing where none were compared.

    Parameters
    ----------
    borders
        ``changed_hands`` and ``compared``: layer → records.
    """
    told = [
        _("{layer} **{n}** of {all}").format(
            layer=layer_name(layer), n=count_text(n), all=count_text(borders["compared"][layer])
        )
        for layer, n in borders["changed_hands"].items()
    ]
    return _("Records now in another grid: {counts}.").format(counts=_(", ").join(told)) if told else ""


def border_rows(frame: Frame, changes: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row for each change: what happened, the grids before and after, their records and land in both."""
    words = _kind_words()
    counts = ("records_before", "records_after", "left", "joined")
    return pd.DataFrame(
        {
            "kind": [words[one["kind"]] for one in changes],
            "before": [_grids(frame, one["before"]) for one in changes],
            "after": [_grids(frame, one["after"]) for one in changes],
            **{name: pd.array([one[name] for one in changes], dtype="Int64") for name in counts},
            "in_both": [100 * float(one["in_both"]) for one in changes],
        }
    )


def _grids(frame: Frame, codes: Sequence[str]) -> str:
    """Name grids with their codes; a code that the release no longer has stands alone."""
    known = frame.tree.areas
    named = [f"{frame.name(code)} ({code})" if code in known else code for code in codes[:_MOST_NAMED]]
    text = _(", ").join(named)
    more = len(codes) - len(named)
    return text if more <= 0 else _("{names} and {n} more").format(names=text, n=count_text(more))


def _config() -> dict[str, Any]:
    def number(title: str, hint: str | None = None, form: str = "localized") -> Any:  # noqa: ANN401  Streamlit's own
        return st.column_config.NumberColumn(title, format=form, help=hint, alignment="right")

    return {
        "kind": st.column_config.TextColumn(_("What")),
        "before": st.column_config.TextColumn(_("Grids before")),
        "after": st.column_config.TextColumn(_("Grids now")),
        "records_before": number(_("Records before")),
        "records_after": number(_("Records now")),
        "left": number(_("Left"), _("Records that were in these grids and are in none of them now.")),
        "joined": number(_("Joined"), _("Records that are in these grids now and were in none of them.")),
        "in_both": number(_("Land in both"), _("Share of the land of either that is in both."), "%.1f %%"),
    }
