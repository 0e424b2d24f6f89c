"""Runs all benchmarks: ``python -m bench`` prints JSON lines and nothing else."""

from __future__ import annotations

from bench import assignment, bulk_import, kill_import, kill_publish, plain_compare


def main() -> int:
    """Run one benchmark after the other; 1 if any of them found something broken."""
    benches = (plain_compare.main, assignment.main, kill_publish.main, kill_import.main, bulk_import.main)
    return max(bench([]) for bench in benches)


if __name__ == "__main__":
    raise SystemExit(main())
