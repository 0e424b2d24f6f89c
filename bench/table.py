"""Writes the table of ratios in README.md from the lines of benchmarks.

``python -m bench | python -m bench.table`` reads JSON lines and writes the table between the two marks in README.md;
lines of other benchmarks than those of the table are left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["fill", "main", "rows"]

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- ratios: written by bench/table.py -->", "<!-- end of ratios -->"
_HEAD = ("| What | Size | Ours | Plain | Ratio |", "|---|---|---:|---:|---:|")

Line = Mapping[str, Any]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=Path, nargs="*", help="files of JSON lines; the standard input if none")
    parser.add_argument("--readme", type=Path, default=README)
    options = parser.parse_args(arguments)
    texts = [path.read_text(encoding="utf-8") for path in options.lines] or [sys.stdin.read()]
    lines = [json.loads(line) for text in texts for line in text.splitlines() if line.startswith("{")]
    text = options.readme.read_text(encoding="utf-8")
    options.readme.write_text(fill(text, rows(lines)), encoding="utf-8")
    return 0


def fill(text: str, table: Iterable[str]) -> str:
    """Return a text with what stands between the marks replaced by a table.

    Raises
    ------
    ValueError
        When the text has not both marks.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The marks are not there. Remedy: put in the lines {BEGIN} and {END}.")
    return "\n".join([before + begin, *_HEAD, *table, end + after])


def rows(lines: Iterable[Line]) -> list[str]:
    """Return the rows of the table, one for each line that has a ratio.

    Examples
    --------
    >>> line = {"bench": "assignment", "grids": 400, "points": 1000000, "ratio": 51.2}
    >>> rows([{**line, "points_per_second": 9_000_000, "sjoin_points_per_second": 176_000}])
    ['| Points to grids | 400 grids, 1,000,000 points | 9,000,000/s | 176,000/s | 51.2× |']
    """
    return [_ROWS[line["bench"]](line) for line in lines if line["bench"] in _ROWS and "ratio" in line]


def _row(what: str, line: Line, counted: str, ours: str, plain: str) -> str:
    size = f"{line['grids']:,} grids, {line[counted]:,} {counted}"
    return f"| {what} | {size} | {ours} | {plain} | {line['ratio']:,}× |"


def _figures(line: Line) -> str:
    ours, plain = line["additive"]["cpu_p50"], line["plain"]["cpu_p50"]
    return _row(f"Figures of {line['step'].title()}, CPU", line, "records", f"{ours:.3f} s", f"{plain:.3f} s")


def _page(line: Line) -> str:
    ours = round(line["change_ms"] / line["ratio"])
    return _row("Filter to painted map", line, "records", f"{ours:,} ms", f"{line['change_ms']:,} ms")


def _assignment(line: Line) -> str:
    ours, plain = (f"{line[name]:,}/s" for name in ("points_per_second", "sjoin_points_per_second"))
    return _row("Points to grids", line, "points", ours, plain)


def _plain(line: Line) -> str:
    ours, plain = (f"{line[name]:.3f} s" for name in ("seconds", "plain_seconds"))
    return _row(f"Step {line['step']}", line, "points", ours, plain)


_ROWS: Mapping[str, Callable[[Line], str]] = {
    "figures": _figures,
    "page": _page,
    "assignment": _assignment,
    "plain": _plain,
}


if __name__ == "__main__":
    raise SystemExit(main())
