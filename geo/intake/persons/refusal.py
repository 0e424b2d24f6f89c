"""How a file with columns of persons is refused: column by column, with the one remedy, and no value."""

from __future__ import annotations

from collections.abc import Mapping

from geo.errors import Fault, LayerError
from geo.intake.persons.hiding import show_header

__all__ = ["refuse_columns"]


def refuse_columns(file: str, problems: Mapping[str, str]) -> None:
    """Raise when there are columns of persons.

    Parameters
    ----------
    file
        Name of the file.
    problems
        Column → what is wrong with it.

    Raises
    ------
    LayerError
        With a fault for each column; its remedy is to leave out all of them.
    """
    names = ", ".join(f'"{show_header(column)}"' for column in problems)
    remedy = f"take the column out of the file, or write leave_out = [{names}] into the recipe"
    if problems:
        raise LayerError(Fault(file, show_header(column), (), problem, remedy) for column, problem in problems.items())
