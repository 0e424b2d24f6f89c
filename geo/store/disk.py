"""What the store asks of a disk: each step that changes it as one function, and locks that die with their holder."""

from __future__ import annotations

import hashlib
import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = [
    "copy",
    "hash_file",
    "hash_once",
    "link",
    "lock",
    "make_folder",
    "remove",
    "replace",
    "sync_file",
    "sync_folder",
    "touch",
    "try_lock",
    "write",
]

_FILES_KNOWN = 4_096
_PIECE = 2**18


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file; read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_once(path: Path) -> str:
    """Return the SHA-256 of a file, read once in a process as long as the file is not touched.

    A GB takes about half a second to hash; what was written or read before is told from the file's place on the disk,
    its size and its moment of change.
    """
    stat = path.stat()
    return _hash_known(path, stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=_FILES_KNOWN)
def _hash_known(path: Path, *place: int) -> str:
    return hash_file(path)


def write(path: Path, content: bytes) -> None:
    """Write a small file."""
    path.write_bytes(content)


def copy(source: IO[bytes], path: Path) -> str:
    """Write what can be read from somewhere into a file, in pieces, and return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        while piece := source.read(_PIECE):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def link(source: Path, path: Path) -> None:
    """Give a file a second name.

    The only way to give a whole file a name that fails if the name is taken, on every local file system.

    Raises
    ------
    FileExistsError
        When the name is taken.
    """
    os.link(source, path)


def replace(source: Path, path: Path) -> None:
    """Give a file another name, in place of whatever had it, in one step."""
    source.replace(path)


def remove(path: Path) -> None:
    """Remove a file, if it is still there."""
    path.unlink(missing_ok=True)


def touch(path: Path) -> None:
    """Make a file as young as one can be."""
    os.utime(path)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, for good."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_file(path: Path) -> None:
    """Bring a file's content to the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    # Windows has no handle for a folder; NTFS writes the names down in its journal.
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


if sys.platform == "win32":

    def lock(file: IO[bytes]) -> None:
        """Lock a file; wait for who holds it."""
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def try_lock(file: IO[bytes]) -> bool:
        """Lock a file; False if somebody holds it."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def lock(file: IO[bytes]) -> None:
        """Lock a file; wait for who holds it."""
        fcntl.flock(file, fcntl.LOCK_EX)

    def try_lock(file: IO[bytes]) -> bool:
        """Lock a file; False if somebody holds it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
