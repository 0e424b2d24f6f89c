"""Which numbers releases have been given: a release that has vanished since is missed by them, and by nothing else."""

from __future__ import annotations

from contextlib import suppress

from geo.errors import StoreError
from geo.store import disk
from geo.store.files import Files

__all__ = ["forget_number", "issued_numbers", "note_number"]

_FOLDER = "issued"


def note_number(files: Files, number: int) -> None:
    """Note that there is a release of a number; one that could not be noted is only never missed."""
    with suppress(OSError):
        disk.make_folder(files.root / _FOLDER)
        disk.write(files.root / _name(number), b"")


def forget_number(files: Files, number: int) -> None:
    """Forget a number whose release is about to be given up; for good, before its manifest may go."""
    if (files.root / _name(number)).exists():
        with suppress(StoreError, OSError):
            files.remove(_name(number))
            disk.sync_folder(files.root / _FOLDER)


def issued_numbers(files: Files) -> list[int]:
    """Return the numbers that were noted and not given up since, ascending."""
    return sorted(int(name) for name in files.names(_FOLDER, r"\d{6,}"))


def _name(number: int) -> str:
    return f"{_FOLDER}/{number:06d}"
