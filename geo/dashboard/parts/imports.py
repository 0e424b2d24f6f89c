"""Imports on the page Data: what became of the rows of each file, and one of them closely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.cache import DataFigures
from geo.dashboard.frame import Frame
from geo.dashboard.parts.empty import show_not_permitted
from geo.dashboard.parts.import_borders import show_borders
from geo.dashboard.parts.import_details import show_details
from geo.dashboard.parts.layer_names import layer_name
from geo.dashboard.parts.rejects import show_reasons, show_rejects
from geo.dashboard.parts.table import show_table, text_width
from geo.privacy import ImportSeen
from geo.words import gettext as _
from geo.words import speak

__all__ = ["show_imports"]


def show_imports(frame: Frame, figures: DataFigures) -> None:
    """Show the imports behind the layers of the release, and one of them closely."""
    if figures.imports is None:
        who = _("directors and planners of the whole area")
        show_not_permitted(_("Imports and what they did not load"), who=who)
        return
    with st.container(border=True, gap="xsmall"):
        hint = _("The files that the layers of this release were made from, whichever release brought them.")
        st.markdown(f"### {_('Imports')}", anchors=False, help=hint)
        if not figures.imports:
            st.caption(_("No layer of this release was read from a file by an import."))
            return
        _show_files(figures.imports)
        _show_one(frame, figures.imports)


def _show_files(imports: Sequence[ImportSeen]) -> None:
    rows = pd.DataFrame(
        {
            "layer": [layer_name(one.layer) for one in imports],
            "rows_in": [one.rows_in for one in imports],
            "loaded": [one.rows_loaded for one in imports],
            "rejected": [one.rows_rejected for one in imports],
            "left_out": [one.rows_left_out for one in imports],
            "release": [one.release for one in imports],
            "file": [_told(one, "file") for one in imports],
            "recipe": [_told(one, "recipe") for one in imports],
        }
    )
    if all(one.details is None for one in imports):
        rows = rows.drop(columns=["file", "recipe"])
    titles = {
        "rows_in": (_("Rows in"), _("Rows of the file: all of them are loaded, rejected or left out.")),
        "loaded": (_("Loaded"), None),
        "rejected": (_("Rejected"), _("Not as they must be: each has its reason.")),
        "left_out": (_("Left out"), _("Left out on purpose, as the recipe says.")),
        "release": (_("With release"), None),
    }
    config: dict[str, Any] = {
        "layer": st.column_config.TextColumn(_("Layer"), pinned=True, width=text_width(rows["layer"])),
        "file": st.column_config.TextColumn(_("File"), width="medium"),
        "recipe": st.column_config.TextColumn(_("Recipe")),
    }
    for name, (title, hint) in titles.items():
        config[name] = st.column_config.NumberColumn(title, format="localized", help=hint, alignment="right")
    show_table(rows, key="imports", alt=_("Imports"), config=config)


def _told(one: ImportSeen, name: str) -> str:
    return "" if one.details is None else str(one.details[name])


@st.fragment
def _show_one(frame: Frame, imports: Sequence[ImportSeen]) -> None:
    """Show one import closely; choosing another makes nothing else on the page again."""
    # A fragment that runs alone runs in a thread that has no language yet.
    speak(frame.language)
    by_name = {one.name: one for one in imports}
    most = max(imports, key=lambda one: one.rows_rejected + one.rows_left_out)
    name = st.selectbox(
        _("Import shown"),
        list(by_name),
        index=list(by_name).index(most.name),
        format_func=lambda name: layer_name(by_name[name].layer),
        key=f"import-{frame.release.number}",
        width=260,
    )
    one = by_name[name]
    show_reasons(one)
    if one.details is None:
        show_not_permitted(_("What else the import told"), who=_("planners of the whole area"))
        return
    show_rejects(frame, one)
    show_details(one.details)
    show_borders(frame, one.details.get("borders"))
