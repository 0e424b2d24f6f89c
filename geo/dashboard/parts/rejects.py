"""Rows that an import did not load: how many for which reason, the rows themselves, and a file of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.reasons import reason_words
from geo.dashboard.parts.table import show_table
from geo.dashboard.record import recorded
from geo.export.rows import rows_csv
from geo.privacy import ImportSeen
from geo.store import Report, Store
from geo.web import store_root
from geo.words import gettext as _
from geo.words.formats import count_text

__all__ = ["rejects_shown", "show_reasons", "show_rejects"]

_MOST_REASONS = 10
_MOST_ROWS = 10
#: More rows than anybody reads on a page would only make it slow; the file has all of them.
_MOST_SENT = 1_000
_ALL = ""
_FROM_FILE = "file: "


def show_reasons(one: ImportSeen) -> None:
    """Show the reasons for which rows were not loaded, those with most rows first."""
    st.markdown(f"**{_balance(one)}**")
    fates = ((_("rejected"), one.rejected), (_("left out"), one.left_out))
    rows = pd.DataFrame(
        [(n, fate, reason_words(reason)) for fate, reasons in fates for reason, n in _most_first(reasons).items()],
        columns=["n", "fate", "reason"],
    )
    if rows.empty:
        st.caption(_("Every row was loaded."))
        return
    config = {
        "n": st.column_config.NumberColumn(_("Rows"), format="localized", alignment="right", width="small"),
        "fate": st.column_config.TextColumn(_("Fate"), width="small"),
        "reason": st.column_config.TextColumn(_("Reason"), width="large"),
    }
    show_table(rows, key="reasons", alt=_("Reasons"), config=config, most=_MOST_REASONS)


def _balance(one: ImportSeen) -> str:
    return _("{rows_in} rows = {loaded} loaded + {rejected} rejected + {left_out} left out").format(
        rows_in=count_text(one.rows_in),
        loaded=count_text(one.rows_loaded),
        rejected=count_text(one.rows_rejected),
        left_out=count_text(one.rows_left_out),
    )


def _most_first(reasons: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(reasons.items(), key=lambda item: -item[1]))


def show_rejects(frame: Frame, one: ImportSeen) -> None:
    """Show the rows that were not loaded, of one reason or of all, with a file of them."""
    report = _find(frame, one)
    if report is None or report.rejects is None:
        return
    rows = rejects_shown(cache.rejects(report, frame.scope))
    reasons = rows["why"].value_counts()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    reason = left.selectbox(
        _("Rows not loaded, by reason"),
        [_ALL, *reasons.index],
        format_func=lambda text: _option(text, reasons, len(rows)),
        key=f"reason-{one.name}",
    )
    chosen = (rows if reason == _ALL else rows[rows["why"] == reason]).drop(columns="why")
    right.download_button(
        _("Rows for Excel (CSV)"),
        recorded(frame, lambda: rows_csv(chosen).encode("utf-8-sig"), kind="rejects", view=one.name),
        file_name=f"maplegrid-rejects-{one.release}-{one.layer}.csv",
        mime="text/csv",
        on_click="ignore",
        key="save-rejects",
        icon=":material/table:",
        width="stretch",
        help=_("All rows of this reason. No cell runs as a formula."),
    )
    _show_rows(chosen)


def _find(frame: Frame, one: ImportSeen) -> Report | None:
    store = Store(store_root())
    return next((report for report in store.reports(store.release(one.release)) if report.name == one.name), None)


def _option(text: str, reasons: pd.Series[int], rows: int) -> str:
    if text == _ALL:
        return _("All reasons ({n})").format(n=count_text(rows))
    return f"{reason_words(text)} ({count_text(reasons[text])})"


def rejects_shown(rejects: pd.DataFrame) -> pd.DataFrame:
    """Return rejected rows as they are shown: the row, its fate and reason in words, the columns of the file.

    Returns
    -------
    DataFrame
        ``why`` is the reason as it was told, to choose by; columns without any cell are left out.
    """
    # What is left out has a reason of its own; a fault is one of a column.
    own = (rejects["column"] == "") | (rejects["fate"] == "left out")
    told = rejects["reason"].where(own, rejects["column"] + ": " + rejects["reason"])
    # What is at fault comes first: what was left out on purpose holds no more than its reason.
    rejects = rejects.iloc[(rejects["fate"] == "left out").argsort(kind="stable")]
    fates = {"rejected": _("rejected"), "left out": _("left out")}
    mapped = [name for name in rejects.columns if str(name).startswith(_FROM_FILE) and rejects[name].notna().any()]
    return pd.DataFrame(
        {
            "why": told[rejects.index],
            _("Row of the file"): rejects["row"],
            _("Fate"): [fates.get(str(fate), str(fate)) for fate in rejects["fate"]],
            _("Reason"): [reason_words(str(reason)) for reason in told[rejects.index]],
            **{str(name).removeprefix(_FROM_FILE): rejects[name] for name in mapped},
        }
    )


def _show_rows(rows: pd.DataFrame) -> None:
    config: dict[str, Any] = {_("Row of the file"): st.column_config.NumberColumn(format="localized")}
    show_table(rows.head(_MOST_SENT), key="rejects", alt=_("Rows not loaded"), config=config, most=_MOST_ROWS)
    if len(rows) > _MOST_SENT:
        text = _("The first {n} rows of {all} are shown; the file holds all of them.")
        st.caption(text.format(n=count_text(_MOST_SENT), all=count_text(len(rows))))
    st.caption(_("Of a row left out on purpose nothing is kept but its number and the reason."))
