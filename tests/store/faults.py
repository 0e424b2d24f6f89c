"""A disk that fails at a step of one's choice: full, dead as after kill -9, or dead as after a power cut.

Every step that changes the disk goes through `geo.store.disk`, or writes a Parquet file; each is counted, and the one
with the chosen number fails. What fails in the middle leaves half a file behind.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import pandas as pd
import pytest

from geo.store import disk, parquet, publish

Fault = Literal["full once", "full", "killed", "power cut"]

_GROWING = ("write", "copy", "make_folder", "link", "replace", "sync_file", "sync_folder", "frame")
_SHRINKING = ("remove", "touch")


class Dead(BaseException):
    """The process is no more: nothing it would still do reaches the disk."""


class FaultyDisk(AbstractContextManager["FaultyDisk"]):
    """A disk that fails at step ``fail_at`` (from 1), and from then on if the fault is one that stays.

    Parameters
    ----------
    fault
        "full once": one step finds no space. "full": no later step that needs space finds any. "killed": no later step
        is done at all. "power cut": likewise, and what was not synced is gone.
    fail_at
        The step.
    """

    def __init__(self, fault: Fault, fail_at: int) -> None:
        self.fault, self.fail_at, self.steps = fault, fail_at, 0
        self._patch = pytest.MonkeyPatch()
        self._unsynced: set[Path] = set()
        self._unnamed: set[Path] = set()

    @property
    def failed(self) -> bool:
        """Tell whether the operation came as far as the fault."""
        return self.steps >= self.fail_at

    def __enter__(self) -> FaultyDisk:
        for name in (*_GROWING[:-1], *_SHRINKING):
            self._patch.setattr(disk, name, self._wrap(name, getattr(disk, name)))
        self._patch.setattr(publish, "write_frame", self._wrap("frame", parquet.write_frame))
        self._patch.setattr(pd.DataFrame, "to_parquet", self._wrap("frame", pd.DataFrame.to_parquet))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._patch.undo()
        if self.fault == "power cut" and self.failed:
            for path in self._unsynced:
                if path.exists():
                    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            for path in self._unnamed:
                path.unlink(missing_ok=True)

    def _wrap(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **options: Any) -> Any:  # noqa: ANN401  stands for any of them
            self.steps += 1
            path = next(one for one in reversed(args) if isinstance(one, Path))  # the last is the one that is made
            if self._fails(name):
                if name in ("write", "copy", "frame"):
                    path.write_bytes(b"half a file")
                if self.fault in ("killed", "power cut"):
                    raise Dead
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
            done = do(*args, **options)
            self._remember(name, path)
            return done

        return step

    def _fails(self, name: str) -> bool:
        if self.fault == "full once":
            return self.steps == self.fail_at and name in _GROWING
        return self.failed and (name in _GROWING or self.fault != "full")

    def _remember(self, name: str, path: Path) -> None:
        if name in ("write", "copy", "frame"):
            self._unsynced.add(path)
            self._unnamed.add(path)
        elif name in ("link", "replace"):
            self._unnamed.add(path)
        elif name == "sync_file":
            self._unsynced.discard(path)
        elif name == "sync_folder":
            self._unnamed = {one for one in self._unnamed if one.parent != path}
