"""When browsers last had what a map is drawn with: the first sign that one of them is about to draw it."""

from __future__ import annotations

import time
from threading import Condition

__all__ = ["SHAPES", "LastAnswer"]


class LastAnswer:
    """The moment of the last answer of a kind, by this process' own clock.

    Examples
    --------
    >>> shapes = LastAnswer()
    >>> shapes.wait(since=time.monotonic(), until=time.monotonic() + 0.01)
    False
    >>> began = time.monotonic()
    >>> shapes.note()
    >>> shapes.wait(since=began, until=began + 60)
    True
    """

    def __init__(self) -> None:
        self._at = float("-inf")
        self._changed = Condition()

    def note(self) -> None:
        """Note that an answer is made now, and wake those who wait for it."""
        with self._changed:
            self._at = time.monotonic()
            self._changed.notify_all()

    def wait(self, *, since: float, until: float) -> bool:
        """Wait for an answer made since a moment, and no longer than until another; tell whether there was one."""
        with self._changed:
            return self._changed.wait_for(lambda: self._at >= since, timeout=max(0.0, until - time.monotonic()))


#: Of the shapes and tiles of areas.
SHAPES = LastAnswer()
