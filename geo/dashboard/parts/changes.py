"""What changed in a release, on the page Data: layers, and records of layers that have a key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.cache import DataFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.layer_names import join_layers, layer_name
from geo.dashboard.parts.table import show_table, text_width
from geo.store import LayerChange, Release
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text

__all__ = ["change_rows", "show_changes", "touched_words"]

# More are counted: what became of each is told on the release itself.
_MOST_NAMED = 8


def touched_words(changes: Sequence[LayerChange] | None) -> str:
    """Name the layers that are not as in the release before, count many; None is for one that is no longer kept."""
    if changes is None:
        return _("not known: the release before is no longer kept")
    words = {"added": _("added: {layers}"), "replaced": _("replaced: {layers}"), "removed": _("removed: {layers}")}
    named = {change: [one.layer for one in changes if one.change == change] for change in words}
    texts = [words[change].format(layers=_named(layers)) for change, layers in named.items() if layers]
    return _("; ").join(texts) if texts else _("nothing")


def _named(layers: list[str]) -> str:
    if len(layers) <= _MOST_NAMED:
        return join_layers(layers)
    return ngettext("{n} layer", "{n} layers", len(layers)).format(n=count_text(len(layers)))


def show_changes(frame: Frame, figures: DataFigures) -> None:
    """Show what became of each layer from the release before to the one shown."""
    release, changes = frame.release, figures.changes
    with st.container(border=True, gap="xsmall", height="stretch"):
        st.markdown(f"### {_('What changed in release {number}').format(number=release.number)}", anchors=False)
        if changes is None:
            st.caption(
                _("It was made from release {number}, which is no longer kept.").format(number=release.parent or "")
            )
            return
        st.caption(_compared_with(release))
        shown = [one for one in changes if one.change != "carried_over"]
        if shown:
            _show_change_table(shown)
        kept = [one.layer for one in changes if one.change == "carried_over"]
        if kept:
            st.caption(_("Carried over unchanged: {layers}.").format(layers=join_layers(kept)))


def _compared_with(release: Release) -> str:
    if release.parent is None:
        return _("It is the first: every layer is new.")
    text = _("Compared with release {parent}, from which it was made.").format(parent=release.parent)
    if release.restored_from is None:
        return text
    return _("It puts release {number} back.").format(number=release.restored_from) + " " + text


def _show_change_table(changes: Sequence[LayerChange]) -> None:
    rows = change_rows(changes)
    counted = [name for name in rows.columns[2:] if rows[name].notna().any()]
    hints = {
        "new": _("Records whose key the release before does not have."),
        "gone": _("Records whose key only the release before has."),
        "altered": _("Records with the same key and another content."),
    }
    titles = {
        "rows_before": _("Rows before"),
        "rows_after": _("Rows after"),
        "new": _("New"),
        "gone": _("Gone"),
        "altered": _("Altered"),
    }
    config: dict[str, Any] = {
        "layer": st.column_config.TextColumn(_("Layer"), pinned=True, width=text_width(rows["layer"])),
        "change": st.column_config.TextColumn(_("Became")),
    }
    for name in counted:
        config[name] = st.column_config.NumberColumn(
            titles[name], format="localized", help=hints.get(name), alignment="right"
        )
    show_table(rows[["layer", "change", *counted]], key="changes", alt=_("What changed"), config=config)


def change_rows(changes: Sequence[LayerChange]) -> pd.DataFrame:
    """Return a row for each layer: its name, what it became, and its numbers."""
    words = {"added": _("added"), "replaced": _("replaced"), "removed": _("removed")}
    return pd.DataFrame(
        {
            "layer": [layer_name(one.layer) for one in changes],
            "change": [words[one.change] for one in changes],
            "rows_before": pd.array([one.rows_before for one in changes], dtype="Int64"),
            "rows_after": pd.array([one.rows_after for one in changes], dtype="Int64"),
            "new": _of_replaced(changes, "new"),
            "gone": _of_replaced(changes, "gone"),
            "altered": _of_replaced(changes, "altered"),
        }
    )


def _of_replaced(changes: Sequence[LayerChange], name: str) -> Any:  # noqa: ANN401  an array of pandas
    """Return a count of the layers that were replaced; of one that came or went whole the rows tell all."""
    counts = [getattr(one, name) if one.change == "replaced" else None for one in changes]
    return pd.array(counts, dtype="Int64")
