"""Files of a store on a local disk: synced before they are named, created exclusively, told apart from a dead writer's.

The rest of the store touches files through `Files` and `Lease` alone. On object storage ``Lease.create`` becomes a put
that fails if the name is there; obstore's local store is not used here because it does not sync what it writes.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from uuid import uuid4

from geo.errors import StoreError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Entry", "Files", "Lease", "Sealed", "fault", "is_whole"]

_LEASES = "publishing"
_TOKEN = re.compile(r"(?:^|-)(?P<token>[0-9a-f]{32})\.(?:parquet|tmp|lock)$")


def fault(path: Path, problem: str, remedy: str) -> StoreError:
    """Return the error that names a file of the store, what is wrong with it and what to do."""
    return StoreError(f"{path}: {problem}. Remedy: {remedy}")


@dataclass(frozen=True)
class Entry:
    """A file that a writer made: its name from the store's root, its age, and the token of its lease."""

    name: str
    age_seconds: float
    token: str


@dataclass(frozen=True)
class Sealed:
    """What is known of a file that has been written and synced."""

    name: str
    bytes: int
    sha256: str


def is_whole(path: Path, sha256: str) -> bool:
    """Tell whether a file is there and its content has a SHA-256."""
    return path.exists() and _hash(path) == sha256


@dataclass(frozen=True)
class Files:
    """The files under one folder.

    Parameters
    ----------
    root
        Folder of the store, absolute; made with the first lease.
    """

    root: Path

    def names(self, folder: str, pattern: str) -> list[str]:
        """Return the file names in a folder that match a regular expression wholly, sorted."""
        try:
            found = os.listdir(self.root / folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _refused(self.root / folder, error) from error
        return sorted(name for name in found if re.fullmatch(pattern, name))

    def read(self, name: str) -> bytes:
        """Return the content of a small file.

        Raises
        ------
        StoreError
            When it is not there or can't be read.
        """
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError as error:
            raise fault(self.root / name, "the file is missing", "bring it back from a backup") from error
        except OSError as error:
            raise _refused(self.root / name, error) from error

    @contextmanager
    def lease(self) -> Iterator[Lease]:
        """Give the right to write; what was written under it is removed again if the block fails.

        Raises
        ------
        StoreError
            When the disk refuses: no right to write, no space.
        """
        try:
            with self._locked() as token:
                lease = Lease(self, token)
                try:
                    yield lease
                except BaseException:
                    lease.discard()
                    raise
        except OSError as error:
            raise _refused(Path(error.filename or self.root), error) from error

    def written(self, *folders: str) -> list[Entry]:
        """Return the files in folders that were written under a lease, named by somebody or not."""
        return [
            Entry(f"{folder}/{name}", now - stat.st_mtime, match["token"])
            for now in [time.time()]
            for folder in folders
            for name in self.names(folder, ".*")
            if (match := _TOKEN.search(name)) and (stat := _stat(self.root / folder / name))
        ]

    def leases(self) -> list[Entry]:
        """Return the leases that exist, of living and of dead writers."""
        return self.written(_LEASES)

    def is_alive(self, lease: Entry) -> bool:
        """Tell whether the process that holds a lease still runs: the system drops a dead one's lock."""
        try:
            with (self.root / lease.name).open("r+b") as file:
                return not _try_lock(file)
        except FileNotFoundError:
            return False

    def bury(self, lease: Entry) -> bool:
        """Remove the lease of a dead writer; False if its writer lives or the lease is gone."""
        path = self.root / lease.name
        try:
            with path.open("r+b") as file:
                if not _try_lock(file):
                    return False
                # Removed under its lock: a writer that waits for the lock sees that it is gone, and takes another.
                if sys.platform != "win32":
                    path.unlink()
            path.unlink(missing_ok=True)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove a file, if it is still there."""
        try:
            (self.root / name).unlink(missing_ok=True)
        except OSError as error:
            raise _refused(self.root / name, error) from error

    @contextmanager
    def _locked(self) -> Iterator[str]:
        _make_folder(self.root / _LEASES)
        while True:
            token = uuid4().hex
            path = self.root / _LEASES / f"{token}.lock"
            with path.open("xb") as file:
                _lock(file)
                # A collector may have taken the lease for a dead writer's between its creation and its lock.
                if not path.exists():
                    continue
                try:
                    yield token
                finally:
                    if sys.platform != "win32":
                        path.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            return


@dataclass
class Lease:
    """The right of one writer to make files; each of them carries the lease's token in its name."""

    files: Files
    token: str
    _made: list[str] = field(default_factory=list)

    def new_name(self, folder: str, stem: str) -> str:
        """Return a name in a folder that no other writer has, and make the folder."""
        _make_folder(self.files.root / folder)
        name = f"{folder}/{stem}-{self.token}.parquet"
        self._made.append(name)
        return name

    def seal(self, name: str) -> Sealed:
        """Bring a file that was written under a new name to the disk for good, and tell its size and hash."""
        path = self.files.root / name
        _sync_file(path)
        return Sealed(name, path.stat().st_size, _hash(path))

    def create(self, name: str, content: bytes) -> bool:
        """Create a file with its whole content, unless there is one of that name; all that was sealed lasts before.

        Returns
        -------
        bool
            False when the name was taken.
        """
        path = self.files.root / name
        _make_folder(path.parent)
        for folder in {(self.files.root / made).parent for made in self._made}:
            _sync_folder(folder)
        draft = path.parent / f"{self.token}.tmp"
        try:
            draft.write_bytes(content)
            _sync_file(draft)
            return _link(draft, path)
        finally:
            draft.unlink(missing_ok=True)

    def drop(self, name: str) -> None:
        """Remove a file of this lease that is not needed after all."""
        self._made.remove(name)
        self.files.remove(name)

    def discard(self) -> None:
        """Remove all files of this lease."""
        for name in tuple(self._made):
            self.drop(name)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _link(draft: Path, path: Path) -> bool:
    try:
        # The only way to give a whole file a name that fails if the name is taken, on every local file system.
        os.link(draft, path)
    except FileExistsError:
        return False
    except OSError as error:
        raise fault(
            path, f"this disk makes no hard links ({error.strerror})", "put the store on a disk of this computer"
        ) from error
    _sync_folder(path.parent)
    return True


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_file(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    # Windows has no handle for a folder; NTFS writes the names down in its journal.
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _refused(path: Path, error: OSError) -> StoreError:
    return fault(path, f"the disk refuses: {error.strerror or error}", "check the folder's rights and free space")


if sys.platform == "win32":

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _try_lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
