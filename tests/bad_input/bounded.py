"""Run the command with a bound on memory and time and tell what it took, each time in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Outcome", "Runner", "runner"]

# Reads a line of JSON for each run. It starts no thread before it forks, so that the copies are sound; it has read all
# that doctor and import need, for what is not there yet each copy would read anew.
_READY = """
import json, os, resource, sys
from geo.cli import main
import geo.intake.pipeline, geo.intake.borders, geo.intake.doctor.diagnosis, geo.store
import geopandas, pandera.pandas, pandera.strategies.pandas_strategies, pyarrow.parquet, pyogrio, python_calamine
for line in sys.stdin:
    job = json.loads(line)
    child = os.fork()
    if child == 0:
        for number, name in ((1, job["out"]), (2, job["err"])):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
        resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"] + 1))
        os.environ["TMPDIR"] = job["temporary"]
        code = 99
        try:
            code = main(job["words"])
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    _, status, used = os.wait4(child, 0)
    took = [os.waitstatus_to_exitcode(status), used.ru_maxrss << 10, used.ru_utime + used.ru_stime]
    print(json.dumps(took), flush=True)
"""


@dataclass(frozen=True)
class Outcome:
    """What a run gave: exit status (negative: the signal that ended it), output, peak memory, seconds of processor."""

    status: int
    out: str
    err: str
    peak_bytes: int
    seconds: float
    left_over: tuple[str, ...]


@dataclass(frozen=True)
class Runner:
    """A process that is ready to be copied."""

    process: subprocess.Popen[str]
    folder: Path

    def run(self, *words: str | Path, memory: int = 4 << 30, seconds: int = 60) -> Outcome:
        """Run ``maplegrid`` with some words in a process of its own."""
        temporary = self.folder / "temporary"
        temporary.mkdir(exist_ok=True)
        out, err = self.folder / "out", self.folder / "err"
        job = {"words": list(map(str, words)), "out": str(out), "err": str(err), "temporary": str(temporary)}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({**job, "memory": memory, "seconds": seconds}) + "\n")
        self.process.stdin.flush()
        status, peak, used = json.loads(self.process.stdout.readline())
        left = tuple(sorted(one.name for one in temporary.iterdir()))
        return Outcome(status, out.read_text("utf-8"), err.read_text("utf-8"), peak, used, left)


@contextmanager
def runner(folder: Path) -> Iterator[Runner]:
    """Start one; it ends with the block."""
    words = [sys.executable, "-c", _READY]
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=environment
    ) as process:
        try:
            yield Runner(process, folder)
        finally:
            if process.stdin is not None:
                process.stdin.close()
