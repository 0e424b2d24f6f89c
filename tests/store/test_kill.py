"""Kills in the middle of publications and imports, few of them; the benches do fifty and two hundred."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_kills_tear_nothing_and_leave_nothing_for_good() -> None:
    command = [sys.executable, "-m", "bench.kill_publish", "--kills", "8"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert result["kills"] == 8
    assert result["landed_in_publish"] >= 4
    assert (result["torn"], result["left_after_collect"]) == (0, 0)


@pytest.mark.slow
def test_killed_imports_lose_no_row_and_double_none() -> None:
    command = [sys.executable, "-m", "bench.kill_import", "--kills", "8"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True)
    result = json.loads(done.stdout)
    assert result["left_evidence"] >= 4
    broken = ("rows_lost", "rows_doubled", "reports_missing", "rejects_wrong", "problems", "reader_faults")
    assert {name: result[name] for name in broken} == dict.fromkeys(broken, 0)
