"""Read single figures out of protected tables, knowing a missing value from a withheld one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from geo.codes import label
from geo.measures.catalogue import CATALOGUE, Measure, describe
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import language
from geo.words.formats import change_text, count_text, decimal_text, is_missing, share_text

__all__ = [
    "Cell",
    "definition",
    "has_any",
    "is_closed",
    "is_never_told",
    "is_told",
    "measure_name",
    "read_cell",
    "row_of",
    "series",
    "unit_of",
]


#: Values, missing ones NaN; and whether each is withheld.
_Column = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]
_COLUMNS: WeakKeyDictionary[Protected, dict[str, _Column]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Cell:
    """One figure: its value, or None; and whether it is withheld."""

    value: float | None
    withheld: bool = False

    def text(self, unit: str = "count", *, digits: int = 0) -> str:
        """Write the figure in its unit; a share with as many decimals as asked."""
        if self.withheld:
            return _("withheld")
        if unit == "share":
            return share_text(self.value, digits=digits)
        return count_text(self.value) if unit == "count" else decimal_text(self.value)


def read_cell(table: Protected | None, column: str, row: int = 0) -> Cell:
    """Read a figure; where there is no table, no such column or no such row, the value is missing."""
    if table is None or column not in table.frame.columns or row >= len(table.frame):
        return Cell(None)
    values, protected = _column(table, column)
    withheld, value = bool(protected[row]), float(values[row])
    return Cell(None if withheld or is_missing(value) else value, withheld)


def _column(table: Protected, column: str) -> _Column:
    """Return a column taken out of its frames once: a page reads some seven hundred cells, one by one."""
    columns = _COLUMNS.setdefault(table, {})
    if column not in columns:
        values = table.frame[column].to_numpy(dtype="float64", na_value=np.nan)
        is_figure = column in table.protected.columns
        columns[column] = values, table.protected[column].to_numpy() if is_figure else np.zeros(len(values), dtype=bool)
    return columns[column]


def row_of(table: Protected | None, code: str, *, column: str = "area_id") -> int | None:
    """Return the position of the row with a code; None if there is no table or it has none."""
    if table is None or column not in table.frame.columns:
        return None
    return next((position for position, found in enumerate(table.frame[column]) if found == code), None)


def is_told(table: Protected, column: str) -> bool:
    """Tell whether any row has a figure, shown or withheld."""
    return bool(table.frame[column].notna().any() or (column in table.protected and table.protected[column].any()))


def is_closed(table: Protected, column: str) -> bool:
    """Tell whether a figure is withheld in every row though some are counted: it is not for this reader at all."""
    counted = "n" not in table.frame or bool(table.frame["n"].notna().any())
    return counted and column in table.protected and bool(table.protected[column].all())


def is_never_told(tables: Sequence[Protected], columns: Sequence[str]) -> bool:
    """Tell whether figures are withheld in every row of all tables: they are not for this reader at all."""
    return all(
        len(table.frame) > 0 and column in table.protected and bool(table.protected[column].all())
        for table in tables
        for column in columns
    )


def has_any(table: Protected, column: str) -> bool:
    """Tell whether any row has a figure that is not zero, or a withheld one."""
    withheld = column in table.protected and bool(table.protected[column].any())
    return withheld or bool((table.frame[column].fillna(0) != 0).any())


def series(tables: Sequence[Protected], column: str) -> list[float | None]:
    """Return one figure of each table, in order."""
    return [read_cell(table, column).value for table in tables]


def unit_of(measure_id: str) -> str:
    """Return the unit of a measure; a column that is none counts something."""
    return CATALOGUE[measure_id].unit if measure_id in CATALOGUE else "count"


def measure_name(measure: Measure) -> str:
    """Return the name of a measure in the language of this run."""
    return label(*measure.codes, language()) if measure.codes else _(measure.label)


def definition(layer: str, measure_id: str, *, n: Cell | None = None, interval: tuple[Cell, Cell] | None = None) -> str:
    """Return what a figure means, with its n and its interval where it has them."""
    texts = [_(describe(layer, measure_id).definition)]
    if n is not None and n.value is not None:
        texts.append(_("Out of {n}.").format(n=count_text(n.value)))
    if interval is not None and interval[0].value is not None and interval[1].value is not None:
        # The interval of a count is that of its change.
        write = change_text if unit_of(measure_id) == "count" else share_text
        texts.append(
            _("Interval at 95 %: {low} to {high}.").format(low=write(interval[0].value), high=write(interval[1].value))
        )
    return "  \n".join(texts)
