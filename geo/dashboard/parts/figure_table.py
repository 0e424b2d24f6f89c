"""Tables of figures: a withheld cell is crossed and shaded, a missing one is a dash; each is explained if it occurs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard.parts.table import show_table
from geo.measures.catalogue import Measure, Unit, describe
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words.formats import MISSING, WITHHELD, decimal_text

__all__ = ["Column", "scaled", "show_figures", "show_signs", "sortable_texts", "withheld_cells"]

_DIGITS: Mapping[Unit, int] = {"share": 1, "per_1000": 2, "days": 1, "hours": 1, "score": 1}


@dataclass(frozen=True)
class Column:
    """A column of figures.

    Parameters
    ----------
    layer
        Layer of the view whose table it comes from.
    name
        Its column there.
    title
        What it is called.
    width
        Width in pixels; what the title needs if not given.
    table
        Kind of the table: some have words of their own for their columns.
    digits
        Decimals; as many as the unit usually has if not given.
    reported
        Whether it is of the reported records alone where a view asks for both sources.
    """

    layer: str
    name: str
    title: str
    width: int | None = None
    table: str = "measure"
    digits: int | None = None
    reported: bool = False

    @property
    def key(self) -> str:
        """Name of the column in the table shown."""
        return f"{self.layer}.{self.name}"

    @property
    def meaning(self) -> Measure:
        """What its figures mean."""
        return describe(self.layer, self.name, table=self.table)

    @property
    def decimals(self) -> int:
        """How many decimals its figures are written with."""
        return _DIGITS.get(self.meaning.unit, 0) if self.digits is None else self.digits

    @property
    def words(self) -> str:
        """What its figures mean, in words of this run's language."""
        told = _(self.meaning.definition)
        return f"{told}  \n{_('Of the reported records alone, if no source is chosen.')}" if self.reported else told

    def write(self, value: float) -> str:
        """Write one of its figures, a share in per cent."""
        return decimal_text(value, digits=self.decimals) + (" %" if self.meaning.unit == "share" else "")


def scaled(table: Protected, column: Column) -> pd.Series[Any]:
    """Return a column's figures as they are shown: shares in per cent; all are missing where the table has none."""
    if column.name not in table.frame.columns:
        return pd.Series(pd.NA, index=table.frame.index)
    values = table.frame[column.name]
    return values * 100 if column.meaning.unit == "share" else values


def withheld_cells(table: Protected, column: Column) -> pd.Series[bool]:
    """Return for each row of a protected table whether the figure is withheld."""
    if column.name not in table.protected.columns:
        return pd.Series(data=False, index=table.frame.index)
    return table.protected[column.name].astype(bool).set_axis(table.frame.index)


def show_figures(
    rows: pd.DataFrame,
    columns: Sequence[Column],
    *,
    withheld: pd.DataFrame,
    key: str,
    alt: str,
    config: Mapping[str, Any],
    most: int | None = None,
) -> None:
    """Show a table of figures, and what the signs in it stand for.

    Parameters
    ----------
    rows
        The cells: figures under the keys of their columns, shares in per cent, and whatever stands beside them.
    columns
        The columns of figures; one that ``rows`` lacks is passed over.
    withheld
        For each row and any of its columns whether the cell is withheld.
    key, alt, most
        As `show_table` has them.
    config
        How the other columns are shown.
    """
    present = [column for column in columns if column.key in rows.columns]
    hidden = withheld.reindex(columns=rows.columns, fill_value=False)
    # A column of numbers has one sign for every cell without a number, so what is withheld is told in one of texts.
    crossed = [column for column in present if bool(hidden[column.key].any())]
    texts = {column.key: sortable_texts(rows[column.key], hidden[column.key], write=column.write) for column in crossed}
    looks = {column.key: _text_column(column) if column in crossed else _number_column(column) for column in present}
    show_table(
        rows.assign(**texts),
        key=key,
        alt=alt,
        config={**config, **looks},
        most=most,
        withheld=hidden,
        read_as=dict.fromkeys(texts, _sign),
    )
    keys = [column.key for column in present]
    missing = rows[keys].isna() & ~hidden[keys]
    show_signs(withheld=bool(hidden.any(axis=None)), missing=bool(missing.any(axis=None)))


def sortable_texts(
    values: pd.Series[Any], withheld: pd.Series[bool], *, write: Callable[[float], str]
) -> pd.Series[str]:
    """Write figures so that their texts sort as the numbers do, with spaces before them; withheld ones come first.

    Browsers compare texts sign by sign, and a space before any digit.

    Parameters
    ----------
    values
        Figures; a missing one stays missing.
    withheld
        Whether each is withheld, which is written as a word: who cannot see the sign hears it.
    write
        Writes one, all of them with as many decimals.

    Examples
    --------
    >>> figures, hidden = pd.Series([1200.0, 7.0, None, None]), pd.Series([False, False, True, False])
    >>> sortable_texts(figures, hidden, write="{:,.0f}".format).tolist()
    ['1,200', '    7', '      withheld', nan]
    """
    # Adding nothing makes a negative zero a plain one.
    told = values[values.notna() & ~withheld].astype(float) + 0.0
    written = [write(value) for value in told]
    longest = max((len(text) for text in written), default=0)
    padded = [text.rjust(longest) for text in written]
    if bool((told < 0).any()):
        # Of negative numbers the longer ones are the smaller ones: the order stands in the number of spaces alone.
        order = told.rank(method="dense", ascending=False).astype(int) - 1
        padded = [" " * ahead + text for ahead, text in zip(order, written, strict=True)]
    texts = pd.Series(None, index=values.index, dtype="object")
    texts[told.index] = padded
    texts[withheld] = " " * (max((len(text) for text in padded), default=0) + 1) + _("withheld")
    return texts


def _sign(text: object) -> str:
    """Return what is seen of a text: the number without the spaces before it, or a sign, as a word has no room."""
    told = str(text).strip()
    return WITHHELD if told == _("withheld") else told


def _number_column(column: Column) -> Any:  # noqa: ANN401  # Streamlit's own type is private
    """Return how a column of figures is shown: title, definition on hover, unit, aligned to the right."""
    written = f"%.{column.decimals}f" if column.decimals else "localized"
    if column.meaning.unit == "share":
        written = f"%.{column.decimals}f %%"
    return st.column_config.NumberColumn(
        column.title, width=column.width, help=column.words, format=written, alignment="right"
    )


def _text_column(column: Column) -> Any:  # noqa: ANN401  # Streamlit's own type is private
    return st.column_config.TextColumn(column.title, width=column.width, help=column.words, alignment="right")


def show_signs(*, withheld: bool, missing: bool) -> None:
    """Say what the signs in a table stand for, of those that occur."""
    texts = []
    if withheld:
        texts.append(_("{sign}: withheld, to keep small counts safe.").format(sign=WITHHELD))
    if missing:
        texts.append(_("{sign}: no value, as nothing is recorded to work it out from.").format(sign=MISSING))
    if texts:
        st.caption("\N{EM SPACE}".join(texts))
