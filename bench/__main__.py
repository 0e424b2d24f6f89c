"""Runs all benchmarks: ``python -m bench`` prints JSON lines and nothing else."""

from __future__ import annotations

from bench import (
    assignment,
    bulk_import,
    drill,
    figures,
    kill_import,
    kill_publish,
    page,
    plain_compare,
    protect,
    scorecard,
    tiles,
)


def main() -> int:
    """Run one benchmark after the other; 1 if any of them found something broken."""
    benches = (
        plain_compare.main,
        figures.main,
        page.main,
        scorecard.main,
        assignment.main,
        kill_publish.main,
        kill_import.main,
        bulk_import.main,
        protect.main,
        tiles.main,
        drill.main,
    )
    return max(bench([]) for bench in benches)


if __name__ == "__main__":
    raise SystemExit(main())
