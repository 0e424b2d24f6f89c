"""What an import told beside its rows: where records were placed, how areas and records agree, columns not taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.codes import code_list
from geo.dashboard.parts.import_borders import closed_line
from geo.dashboard.parts.reasons import reason_words
from geo.dashboard.parts.table import show_table
from geo.dashboard.plain import plain, quoted
from geo.words import gettext as _
from geo.words import language, ngettext
from geo.words.formats import count_text

__all__ = ["detail_lines", "show_details"]

_MOST_NAMED = 20
_MOST_AREAS = 6


def show_details(details: Mapping[str, Any]) -> None:
    """Show what an import told beside its rows."""
    st.markdown(f"**{_('What else the import told')}**")
    lines = detail_lines(details)
    st.markdown("\n".join(f"- {line}" for line in lines) if lines else _("Nothing."))
    _show_agreement(details.get("agreement", ()))
    for nesting in details.get("nesting", ()):
        _show_disagreeing(nesting)


def detail_lines(details: Mapping[str, Any]) -> list[str]:
    """Return what an import told of placement, areas and columns, a line each: Markdown."""
    lines = [_placed_line(details.get("placed", {}), details.get("unusable_coordinates", {}))]
    lines += [_mended_line(details.get("mended", {})), closed_line(details.get("closed_borders"))]
    lines += [_nesting_line(nesting) for nesting in details.get("nesting", ())]
    pieces = {code: _("{code} ({n} pieces)").format(code=code, n=n) for code, n in details.get("dissolved", {}).items()}
    lists = (
        (_("Areas in several pieces, joined to one each"), list(pieces.values())),
        (_("Invalid polygons that were repaired"), details.get("repaired", ())),
        (_("Columns left out by name"), details.get("columns_left_out", ())),
        (_("Columns that the recipe does not read"), details.get("columns_not_taken", ())),
    )
    lines += [_("{what}: {names}.").format(what=what, names=_some(names)) for what, names in lists if names]
    return [line for line in lines if line]


def _placed_line(placed: Mapping[str, int], unusable: Mapping[str, int]) -> str:
    if not placed:
        return ""
    known = code_list("placed")
    named = [
        f"{known[how].label(language()) if how in known else how} **{count_text(n)}**" for how, n in placed.items()
    ]
    line = _("Placed in grids: {counts}.").format(counts=_(", ").join(named))
    if not unusable:
        return line
    reasons = [f"{plain(reason_words(reason))} **{count_text(n)}**" for reason, n in unusable.items()]
    return f"{line} {_('Coordinates of no use: {counts}.').format(counts=_(', ').join(reasons))}"


def _mended_line(mended: Mapping[str, int]) -> str:
    if not mended:
        return ""
    counts = [f"{quoted(repair)} **{count_text(n)}**" for repair, n in mended.items()]
    return _("Mended as the recipe says, by repair: {counts}.").format(counts=_(", ").join(counts))


def _nesting_line(nesting: Mapping[str, Any]) -> str:
    differ = len(nesting["disagreeing"])
    text = ngettext(
        "{n} areas were given their {parent}; {differ} differs from what the file records.",
        "{n} areas were given their {parent}; {differ} differ from what the file records.",
        differ,
    )
    return text.format(n=count_text(nesting["nested"]), parent=_parent(nesting["column"]), differ=count_text(differ))


def _parent(column: str) -> str:
    known = code_list("level")
    level = column.removesuffix("_id")
    return known[level].label(language()) if level in known else column


def _some(names: Sequence[object]) -> str:
    shown = [quoted(str(name)) for name in list(names)[:_MOST_NAMED]]
    more = len(names) - len(shown)
    text = _(", ").join(shown)
    return text if more <= 0 else _("{names} and {n} more").format(names=text, n=count_text(more))


def _show_agreement(agreements: Sequence[Mapping[str, Any]]) -> None:
    if not agreements:
        return
    rows = pd.DataFrame(
        {
            "area": [_parent(str(one["column"])) for one in agreements],
            "source": [str(one["source"]) for one in agreements],
            "share": [_percent(one["agree"], one["compared"]) for one in agreements],
            "agree": [one["agree"] for one in agreements],
            "compared": [one["compared"] for one in agreements],
            "unplaced": [one["unplaced"] for one in agreements],
            "unknown": [one["unknown"] for one in agreements],
        }
    )
    if "within" in agreements[0]:
        # Areas of the level above may be crossed by grids, which go to one of them whole.
        within = [_percent(one["within"], one["compared"]) for one in agreements]
        rows.insert(3, "within", pd.Series(within, dtype="Float64"))
    numbers = {
        "share": st.column_config.NumberColumn(_("Agree"), format="%.1f %%", alignment="right"),
        "within": st.column_config.NumberColumn(
            _("By the point itself"),
            format="%.1f %%",
            alignment="right",
            help=_("Share whose point lies in the recorded area itself, whichever its grid belongs to."),
        ),
        "agree": st.column_config.NumberColumn(_("Rows that agree"), format="localized"),
        "compared": st.column_config.NumberColumn(_("of compared"), format="localized"),
        "unplaced": st.column_config.NumberColumn(_("Not placed by a point"), format="localized"),
        "unknown": st.column_config.NumberColumn(
            _("Unknown code"), format="localized", help=_("The file records an area that is not there.")
        ),
    }
    st.caption(_("Areas found from the coordinates against the areas that the file records:"))
    texts = {
        "area": st.column_config.TextColumn(_("Area")),
        "source": st.column_config.TextColumn(_("Column of the file")),
    }
    show_table(rows, key="agreement", alt=_("Agreement"), config={**texts, **numbers})


def _percent(part: int | None, whole: int) -> float | None:
    return None if part is None or not whole else 100 * part / whole


def _show_disagreeing(nesting: Mapping[str, Any]) -> None:
    if nesting["disagreeing"]:
        st.caption(_("Areas that lie elsewhere than the file records:"))
        _show_areas(pd.DataFrame(nesting["disagreeing"]), key=f"nesting-{nesting['column']}")
    if nesting.get("split"):
        st.caption(_("Areas that lie in more than one go to the one with the largest share; the most divided first:"))
        rows = pd.DataFrame(nesting["split"])
        shares = {name: 100 * rows[name] for name in ("share", "second_share")}
        _show_areas(rows.assign(**shares), key=f"split-{nesting['column']}")


def _show_areas(rows: pd.DataFrame, *, key: str) -> None:
    config: dict[str, Any] = {
        "area": st.column_config.TextColumn(_("Area")),
        "recorded": st.column_config.TextColumn(_("Recorded")),
        "found": st.column_config.TextColumn(_("Found")),
        "parent": st.column_config.TextColumn(_("Given to")),
        "share": st.column_config.NumberColumn(_("Share"), format="%.0f %%", alignment="right"),
        "second": st.column_config.TextColumn(_("Next")),
        "second_share": st.column_config.NumberColumn(_("Its share"), format="%.0f %%", alignment="right"),
    }
    show_table(rows, key=key, alt=_("Areas"), config=config, most=_MOST_AREAS)
