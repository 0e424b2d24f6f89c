"""Tables of figures: what is withheld and what is missing are told apart, and both leave the order of numbers."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from geo.dashboard.parts.figure_table import sortable_texts

_WRITES: dict[str, Callable[[float], str]] = {
    "count": "{:,.0f}".format,
    "share": lambda value: f"{value:,.1f} %".replace("-", "\N{MINUS SIGN}"),
}


def _sorted_texts(values: list[float | None], hidden: list[bool], *, write: str) -> pd.DataFrame:
    rows = pd.DataFrame({"value": pd.Series(values, dtype="Float64"), "hidden": hidden})
    texts = sortable_texts(rows["value"], rows["hidden"], write=_WRITES[write])
    # As a browser compares them: a space comes before every other sign, a missing text is an empty one.
    return rows.assign(text=texts.fillna("")).sort_values("text", kind="stable")


@given(
    st.lists(st.one_of(st.none(), st.floats(-2000, 2000).map(lambda value: round(value, 1))), min_size=1, max_size=30),
    st.data(),
)
@settings(deadline=None, max_examples=150)
def test_texts_sort_as_the_numbers_do(values: list[float | None], data: st.DataObject) -> None:
    hidden = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    rows = _sorted_texts(values, hidden, write="share")
    told = rows[~rows["hidden"] & rows["value"].notna()]
    assert told["value"].is_monotonic_increasing
    # Missing ones first, then withheld ones, then all numbers.
    order = rows["hidden"].map({True: 1, False: 0}).mask(rows.index.isin(told.index), 2)
    assert order.is_monotonic_increasing


def test_counts_of_different_length_sort_as_numbers() -> None:
    rows = _sorted_texts([12000, 7, None, 950, 3], [False, False, False, False, True], write="count")
    assert rows["text"].tolist() == ["", " " * 7 + "withheld", "     7", "   950", "12,000"]


PAGE = """
import pandas as pd
import streamlit
from geo.dashboard.parts.figure_table import Column, show_figures

columns = [Column("disputes", "n", "Disputes"), Column("disputes", "settled_share", "Settled")]
rows = pd.DataFrame({"disputes.n": [1200, None, 7], "disputes.settled_share": [81.25, 40.0, None]})
withheld = pd.DataFrame({"disputes.n": [False, HIDDEN, False]})
show_figures(rows, columns, withheld=withheld, key="t", alt="t", config={})
"""


@pytest.mark.parametrize(
    ("hidden", "counts", "notes"),
    [
        (True, ["1,200", "withheld", "7"], "×: withheld, to keep small counts safe.\u2003–: no value"),
        (False, [1200, None, 7], "–: no value"),
    ],
)
def test_each_sign_is_explained_where_it_occurs(hidden: bool, counts: list[object], notes: str) -> None:
    page = AppTest.from_string(PAGE.replace("HIDDEN", str(hidden))).run()
    assert not page.exception
    assert page.caption[0].value.startswith(notes)
    shown = page.dataframe[0].value
    told = [value.strip() if isinstance(value, str) else value for value in shown["disputes.n"]]
    assert [None if pd.isna(value) else value for value in told] == counts
    # A column in which nothing is withheld stays one of numbers.
    assert shown["disputes.settled_share"].tolist()[:2] == [81.25, 40.0]


def test_a_withheld_cell_is_crossed_and_shaded() -> None:
    page = AppTest.from_string(PAGE.replace("HIDDEN", "True")).run()
    styles = page.dataframe[0].proto.arrow_data.styler.styles
    assert "_row1_col0 { background-color: #d9dad8" in styles
    assert styles.count("background-color") == 1
