"""What each column of a file means: chosen from what was guessed; values of coded columns are given their code."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from geo.codes import code_list
from geo.dashboard.parts.column_names import column_name
from geo.intake.doctor import Diagnosis
from geo.intake.doctor.columns import code_list_of
from geo.intake.doctor.table import RawTable
from geo.intake.recipes.draft import Draft, coded_columns, date_columns, draft_recipe, guess_codes, guess_formats
from geo.intake.recipes.recipe import Recipe
from geo.layers import LAYERS
from geo.store import Release
from geo.words import gettext as _
from geo.words import language

__all__ = ["choose_columns"]

_NONE = ""
_IN_A_ROW = 3
_EXAMPLES, _EXAMPLE_SIGNS = 2, 24
_OWN = ("geometry", "placed")


def choose_columns(
    diagnosis: Diagnosis,
    layer: str,
    repairs: tuple[str, ...],
    *,
    key: str,
    like: Recipe | None = None,
    release: Release | None = None,
) -> Draft:
    """Let the reader choose, and return the recipe that follows; the choices begin as in an earlier recipe, if any."""
    draft, table = draft_recipe(diagnosis, layer, repairs=repairs, like=like, release=release), diagnosis.table
    if table is None:
        return draft
    st.markdown(f"#### {_('Columns')}", anchors=False)
    if like is not None:
        st.caption(_("Chosen as in the last import of such a file."))
    columns = _choose_sources(draft, table, key=key)
    coded = {name: columns[name] for name in coded_columns(layer) if name in columns}
    codes = {name: _choose_codes(table, layer, name, source, like=like, key=key) for name, source in coded.items()}
    constants = _choose_constants(draft.replace(columns=columns), key=key)
    formats = {name: found for name in date_columns(layer, columns) if (found := guess_formats(table, columns[name]))}
    chosen = draft.replace(columns=columns, codes=codes, constants=constants, formats=formats)
    if chosen.missing:
        names = _(", ").join(column_name(name) for name in chosen.missing)
        st.warning(_("Still without a column: {names}.").format(names=names), icon=":material/view_column:")
    return chosen


def _choose_sources(draft: Draft, table: RawTable, *, key: str) -> dict[str, str]:
    about = LAYERS[draft.layer]
    targets = [name for name in about.columns if name not in _OWN]
    required = {name for name, column in about.schema.columns.items() if column.required}
    targets.sort(key=lambda name: name not in required)
    free = [name for name in table.columns if name not in draft.leave_out]
    chosen: dict[str, str] = {}
    grid = st.columns(_IN_A_ROW, gap="small")
    for place, target in enumerate(targets):
        options = [_NONE, *free]
        source = grid[place % _IN_A_ROW].selectbox(
            f"{column_name(target)}{' *' if target in required else ''}",
            options,
            index=options.index(draft.columns.get(target, _NONE)),
            format_func=lambda name: _with_examples(table, name) if name else "–",
            key=f"take-in-{key}-{target}",
        )
        if source:
            chosen[target] = source
    return chosen


def _with_examples(table: RawTable, name: str) -> str:
    examples = [str(value)[:_EXAMPLE_SIGNS] for value in table.sample(name).unique()[:_EXAMPLES]]
    return f"{name} ({', '.join(examples)})" if examples else name


def _choose_codes(
    table: RawTable, layer: str, target: str, source: str, *, like: Recipe | None, key: str
) -> Mapping[str, str]:
    """Let the reader give each value of a column its code; a value without one is left out by name."""
    listed = code_list(code_list_of(layer, target) or "")
    guessed = guess_codes(table, source, layer, target, like=like)
    if all(value == code for value, code in guessed.items()):
        return guessed
    words = {code.label(language()): code.code for code in listed.values()}
    labels = {code: word for word, code in words.items()}
    counts = table.column(source).value_counts()
    shown = pd.DataFrame(
        {
            "value": list(guessed),
            "rows": [int(counts[value]) for value in guessed],
            "code": [labels.get(code) for code in guessed.values()],
        }
    )
    with st.expander(
        _("{column}: what its values mean").format(column=column_name(target)), expanded=not all(guessed.values())
    ):
        st.caption(_("Rows of a value without a meaning are left out by name, and told."))
        edited = st.data_editor(
            shown,
            key=f"take-in-codes-{key}-{target}-{source}",
            hide_index=True,
            disabled=["value", "rows"],
            column_config={
                "value": st.column_config.TextColumn(_("In the file")),
                "rows": st.column_config.NumberColumn(_("Rows"), format="localized", alignment="right"),
                "code": st.column_config.SelectboxColumn(_("Meaning"), options=list(words)),
            },
        )
    return {str(value): words.get(str(word), "") for value, word in zip(edited["value"], edited["code"], strict=True)}


def _choose_constants(draft: Draft, *, key: str) -> dict[str, str]:
    """Let the reader say for the whole file what no column says."""
    chosen: dict[str, str] = {}
    required = [name for name, column in LAYERS[draft.layer].schema.columns.items() if column.required]
    silent = [name for name in coded_columns(draft.layer) if name in required and name not in draft.columns]
    for target, place in zip(silent, st.columns(max(len(silent), _IN_A_ROW), gap="small"), strict=False):
        words = {_NONE: "–"} | {
            code.code: code.label(language()) for code in code_list(code_list_of(draft.layer, target) or "").values()
        }
        options = list(words)
        code = place.selectbox(
            _("{column}, for all rows *").format(column=column_name(target)),
            options,
            index=options.index(draft.constants.get(target, _NONE)),
            format_func=words.__getitem__,
            key=f"take-in-{key}-all-{target}",
        )
        if code:
            chosen[target] = code
    return chosen
