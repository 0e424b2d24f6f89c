"""Kills in the middle of a publication, few of them; `python -m bench.kill_publish` does fifty."""

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
