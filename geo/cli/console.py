"""What the commands show: progress on a terminal, results on stdout, reasons on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import typer

__all__ = ["Progress", "emit", "progress_bar", "say", "show_rows"]

#: Told how much is done, 0 to 1, and what is being done.
Progress = Callable[[float, str], None]


def say(message: str) -> None:
    """Write a line for the user to stderr, so that stdout holds results alone."""
    typer.echo(message, err=True)


def emit(result: Mapping[str, Any], lines: Sequence[str], *, as_json: bool) -> None:
    """Write a command's result to stdout, as one JSON object or as lines to read."""
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2, default=_plain))
        return
    for line in lines:
        typer.echo(line)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no JSON form")


@contextmanager
def progress_bar(title: str) -> Iterator[Progress | None]:
    """Give a function to report progress to; None where stderr is no terminal, so that pipes and logs stay clean.

    Parameters
    ----------
    title
        What is being done, before the first step says it better.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda share, step: bar.update(task, completed=share, description=step or title)


def show_rows(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """Set rows in columns as wide as their widest cell.

    Examples
    --------
    >>> show_rows(["no", "title"], [[1, "Fenglin"], [12, "Chicago"]])
    ['no  title', '1   Fenglin', '12  Chicago']
    """
    table = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
