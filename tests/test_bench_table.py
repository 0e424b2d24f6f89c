"""The tables of the README are written from the benches' own lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench.table import BEGIN, END, fill, main, rows, times

ASSIGNMENT: dict[str, Any] = {
    "bench": "assignment",
    "grids": 400,
    "points": 1_000_000,
    "points_per_second": 9_000_000,
    "sjoin_points_per_second": 176_000,
    "ratio": 51.2,
}
PASSED = {"cold_p50_ms": 9.0, "cold_p95_ms": 20.0, "warm_p50_ms": 2.0, "warm_p95_ms": 3.26}
TILES: dict[str, Any] = {"bench": "tiles", "kind": "values", "grids": 100_000, **PASSED}
OTHER: dict[str, Any] = {"bench": "kill", "killed": 7}
README = f"Fast.\n\n{BEGIN}\n| What | of before |\n{END}\n\nMore.\n"


def written(path: Path, lines: list[dict[str, Any]], *options: str) -> str:
    (path.parent / "lines").write_text("noise\n" + "\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert main([str(path.parent / "lines"), "--readme", str(path), *options]) == 0
    return path.read_text(encoding="utf-8")


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    return tmp_path / "README.md"


def test_only_what_is_between_the_marks_is_written(readme: Path) -> None:
    text = written(readme, [ASSIGNMENT, OTHER, TILES])
    assert text == (
        f"Fast.\n\n{BEGIN}\n"
        "| What | Size | Ours | Plain | Ratio |\n|---|---|---:|---:|---:|\n"
        "| Points to grids | 400 grids, 1,000,000 points | 9,000,000/s | 176,000/s | 51.2× |\n\n"
        "| What | Size | Median | 95 % |\n|---|---|---:|---:|\n"
        "| Tile of values, asked for first | 100,000 grids | 9.0 ms | 20.0 ms |\n"
        "| Tile of other values | 100,000 grids | 2.0 ms | 3.3 ms |\n"
        f"{END}\n\nMore.\n"
    )


def test_rows_are_kept_on_request_and_told_anew_in_their_place(readme: Path) -> None:
    more = {**ASSIGNMENT, "grids": 10_000}
    first = written(readme, [ASSIGNMENT, more, TILES])
    assert written(readme, [{**ASSIGNMENT, "ratio": 60.0}], "--keep") == first.replace("51.2×", "60.0×", 1)
    assert written(readme, [ASSIGNMENT, more], "--keep") == first
    assert "10,000 grids" not in written(readme, [ASSIGNMENT])


def test_a_line_without_a_ratio_gives_no_row_of_ratios() -> None:
    assert rows([TILES, OTHER, {"bench": "assignment"}]) == []
    assert times([ASSIGNMENT, OTHER]) == []


def test_a_text_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="marks"):
        fill(f"{BEGIN} and no end", [])
