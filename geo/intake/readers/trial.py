"""Read a file once in a process of its own, where its reader may break, or grow, or end the process, without harm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

__all__ = ["TrialFailed", "try_out"]

_BOUNDS = """
import sys
try:
    import resource
except ImportError:
    pass  # Windows; the time is bounded there, the memory is not
else:
    bounds = {resource.RLIMIT_CPU: sys.argv[2], resource.RLIMIT_AS: sys.argv[3], resource.RLIMIT_CORE: 0}
    for what, most in bounds.items():
        hard = resource.getrlimit(what)[1]
        most = int(most) if hard == resource.RLIM_INFINITY else min(int(most), hard)
        resource.setrlimit(what, (most, most))
"""


class TrialFailed(ValueError):
    """The reader said that the file is broken, or did not come to an end."""


def try_out(path: Path, program: str, *, seconds: int, memory_bytes: int) -> None:
    """Let a program read a file, within bounds of time and memory.

    Parameters
    ----------
    program
        Python that reads the file named by ``sys.argv[1]``; what is wrong it prints, and ends with another code than 0.
    seconds, memory_bytes
        How long it may compute, and how much memory it may have.

    Raises
    ------
    TrialFailed
        With what the program printed, or that it gave up.
    """
    words = [sys.executable, "-c", _BOUNDS + program, str(path.absolute()), str(seconds), str(memory_bytes)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter, words made above
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=4 * seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TrialFailed("it takes too long") from error
    if done.returncode:
        raise TrialFailed(done.stdout.decode("utf-8", errors="replace") or "its reader gave up")
