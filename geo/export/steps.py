"""How far a file is: told by the one who makes it, shown by a bar on the page or on a terminal."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "silent", "within"]

#: Told which share of a file is done, 0 to 1, and what comes next; what it raises stops the file.
Progress = Callable[[float, str], None]


def silent(share: float, step: str) -> None:
    """Tell nobody."""


def within(progress: Progress, start: float, end: float) -> Progress:
    """Return the progress of a part of the work, which begins and ends at shares of all of it.

    Examples
    --------
    >>> within(lambda share, step: print(f"{share:.2f} {step}"), 0.5, 1)(0.5, "half of the second half")
    0.75 half of the second half
    """
    return lambda share, step: progress(start + share * (end - start), step)
