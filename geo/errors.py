"""Errors that a user can act on: each names the file or layer, the column, the rows and the remedy."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "Fault",
    "GeoError",
    "InputRefused",
    "LayerError",
    "NotPermitted",
    "RecipeError",
    "StoreError",
    "ViewError",
    "trace_of",
]

_ROWS_SHOWN = 5


class GeoError(Exception):
    """Base of all errors that Maple Grid raises on purpose; its text is fit for a user's eyes."""


class InputRefused(GeoError):
    """A file or a table can't be taken in as it is; the text says why and what to do."""


class RecipeError(InputRefused):
    """A recipe is wrong in itself: unknown layer, unknown column, a pattern that can't be read."""


class StoreError(GeoError):
    """A store or a release can't be read or written: missing, torn, altered, or taken by another writer."""


class ViewError(GeoError, ValueError):
    """A view asks for something that does not exist: an unknown level, layer, period or class."""


class NotPermitted(GeoError):
    """The one who asks may not see this; the text says who may."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a layer.

    Parameters
    ----------
    layer
        Name of the layer, or of the file before it has become a layer.
    column
        Column at fault; None if the whole layer is.
    rows
        Row labels at fault, in order; empty if no single row is.
    problem, remedy
        What is wrong and what the user can do about it, in plain words.

    Examples
    --------
    >>> print(Fault("grids", "kind", (3, 8), "unknown code 'farm'", "use one of village, urban"))
    grids, column kind, rows 3, 8: unknown code 'farm'. Remedy: use one of village, urban
    """

    layer: str
    column: str | None
    rows: tuple[int, ...]
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = self.layer
        if self.column is not None:
            where += f", column {self.column}"
        if self.rows:
            where += f", {'row' if len(self.rows) == 1 else 'rows'} {_list_rows(self.rows)}"
        return f"{where}: {self.problem}. Remedy: {self.remedy}"


def _list_rows(rows: tuple[int, ...]) -> str:
    shown = ", ".join(str(row) for row in rows[:_ROWS_SHOWN])
    return shown if len(rows) <= _ROWS_SHOWN else f"{shown} and {len(rows) - _ROWS_SHOWN:,} more"


class LayerError(InputRefused):
    """A layer breaks its schema or points to areas that do not exist; all faults are told at once.

    Attributes
    ----------
    faults
        Every fault found, in the order of the columns.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def trace_of(error: BaseException) -> str:
    """Return where an error came from, for a log: kinds of errors, files, lines and functions, and no values.

    What other programs write into a message may be a cell of somebody's file, so that only our own messages are kept.

    Examples
    --------
    >>> trace_of(ValueError("13912345678"))
    'ValueError'
    """
    lines, seen = list[str](), set[int]()
    step: BaseException | None = error
    while step is not None and id(step) not in seen:
        seen.add(id(step))
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(step.__traceback__)
        ]
        kind = f"{type(step).__module__}.{type(step).__qualname__}".removeprefix("builtins.")
        lines.append(f"{kind}: {step}" if isinstance(step, GeoError) else kind)
        if isinstance(step, BaseExceptionGroup):
            lines += [f"  of them: {line}" for inner in step.exceptions for line in trace_of(inner).splitlines()]
        cause = step.__cause__ or (None if step.__suppress_context__ else step.__context__)
        if cause is not None:
            lines.append("after:")
        step = cause
    return "\n".join(lines)
