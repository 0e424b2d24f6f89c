"""Writes the tables of ratios and of times in README.md from the lines of benchmarks.

``python -m bench | python -m bench.table`` reads JSON lines and writes the tables between the two marks in README.md;
lines of other benchmarks than those of the tables are left out. With ``--keep`` rows that the lines do not tell anew
stay as they are: for some benchmarks run alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["fill", "main", "rows", "times"]

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- ratios: written by bench/table.py -->", "<!-- end of ratios -->"
_HEAD = ("| What | Size | Ours | Plain | Ratio |", "|---|---|---:|---:|---:|")
_TIMES = ("| What | Size | Median | 95 % |", "|---|---|---:|---:|")

Line = Mapping[str, Any]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=Path, nargs="*", help="files of JSON lines; the standard input if none")
    parser.add_argument("--readme", type=Path, default=README)
    parser.add_argument("--keep", action="store_true", help="keep the rows that the lines do not tell anew")
    options = parser.parse_args(arguments)
    texts = [path.read_text(encoding="utf-8") for path in options.lines] or [sys.stdin.read()]
    lines = [json.loads(line) for text in texts for line in text.splitlines() if line.startswith("{")]
    text = options.readme.read_text(encoding="utf-8")
    options.readme.write_text(fill(text, rows(lines), times(lines), keep=options.keep), encoding="utf-8")
    return 0


def fill(text: str, ratios: Iterable[str], passed: Iterable[str] = (), *, keep: bool = False) -> str:
    """Return a text with what stands between the marks replaced by a table of ratios, and one of times if there are.

    Raises
    ------
    ValueError
        When the text has not both marks.
    """
    before, begin, rest = text.partition(BEGIN)
    held, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"The marks are not there. Remedy: put in the lines {BEGIN} and {END}.")
    old = held.splitlines() if keep else []
    tables = [_merge(head, old, new) for head, new in ((_HEAD, ratios), (_TIMES, passed))]
    written = [line for table in tables if len(table) > len(_HEAD) for line in ("", *table)]
    return "\n".join([before + begin, *written[1:], end + after])


def _merge(head: tuple[str, ...], old: Iterable[str], new: Iterable[str]) -> list[str]:
    """Return a table: each old row of its width, told anew where a new one is of the same thing, then the others."""
    width = head[0].count("|")
    known = {_thing(row): row for row in old if row.count("|") == width and row not in head}
    return [*head, *(known | {_thing(row): row for row in new}).values()]


def _thing(row: str) -> tuple[str, ...]:
    return tuple(row.split("|")[1:3])


def rows(lines: Iterable[Line]) -> list[str]:
    """Return the rows of the table, one for each line that has a ratio.

    Examples
    --------
    >>> line = {"bench": "assignment", "grids": 400, "points": 1000000, "ratio": 51.2}
    >>> rows([{**line, "points_per_second": 9_000_000, "sjoin_points_per_second": 176_000}])
    ['| Points to grids | 400 grids, 1,000,000 points | 9,000,000/s | 176,000/s | 51.2× |']
    """
    return [_ROWS[line["bench"]](line) for line in lines if line["bench"] in _ROWS and "ratio" in line]


def times(lines: Iterable[Line]) -> list[str]:
    """Return the rows of the table of times, which no plain way is beside.

    Examples
    --------
    >>> line = {"bench": "tiles", "kind": "density", "points": 10_000_000, "warm_p50_ms": 4.0, "warm_p95_ms": 9.5}
    >>> times([line])
    ['| Tile of a density | 10,000,000 points | 4.0 ms | 9.5 ms |']
    """
    return [row for line in lines if line["bench"] == "tiles" for row in _tiles(line)]


def _tiles(line: Line) -> Iterator[str]:
    counted = "grids" if line["kind"] == "values" else "points"
    for state, what in _TILES[line["kind"]].items():
        median, most = (f"{line[f'{state}_{share}_ms']:.1f} ms" for share in ("p50", "p95"))
        yield f"| {what} | {line[counted]:,} {counted} | {median} | {most} |"


def _row(what: str, line: Line, counted: str, ours: str, plain: str) -> str:
    size = f"{line['grids']:,} grids, {line[counted]:,} {counted}"
    return f"| {what} | {size} | {ours} | {plain} | {line['ratio']:,}× |"


def _figures(line: Line) -> str:
    ours, plain = line["additive"]["cpu_p50"], line["plain"]["cpu_p50"]
    return _row(f"Figures of {line['step'].title()}, CPU", line, "records", f"{ours:.3f} s", f"{plain:.3f} s")


def _page(line: Line) -> str:
    ours, plain = (f"{line[name]:,} ms" for name in ("ours_ms", "change_ms"))
    return _row("Filter to painted map", line, "records", ours, plain)


def _assignment(line: Line) -> str:
    ours, plain = (f"{line[name]:,}/s" for name in ("points_per_second", "sjoin_points_per_second"))
    return _row("Points to grids", line, "points", ours, plain)


def _plain(line: Line) -> str:
    ours, plain = (f"{line[name]:.3f} s" for name in ("seconds", "plain_seconds"))
    return _row(f"Step {line['step']}", line, "points", ours, plain)


_TILES: Mapping[str, Mapping[str, str]] = {
    "values": {"cold": "Tile of values, asked for first", "warm": "Tile of other values"},
    "density": {"warm": "Tile of a density"},
    "clusters": {"warm": "Clusters of a screen"},
}
_ROWS: Mapping[str, Callable[[Line], str]] = {
    "figures": _figures,
    "page": _page,
    "assignment": _assignment,
    "plain": _plain,
}


if __name__ == "__main__":
    raise SystemExit(main())
