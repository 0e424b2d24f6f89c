"""Files of a store on a local disk: synced before they are named, created exclusively, told apart from a dead writer's.

The rest of the store touches files through `Files` and `Lease` alone. On object storage ``Lease.create`` becomes a put
that fails if the name is there; obstore's local store is not used here because it does not sync what it writes.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from geo.errors import StoreError
from geo.store import disk

__all__ = ["Entry", "Files", "Lease", "Sealed", "fault", "has_token", "is_whole", "refused", "remove_if_possible"]

_LEASES = "publishing"
#: Held by who collects, and by who names files that no release of today may name.
_KEEPING = "keeping.lock"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_TOKEN = re.compile(r"(?:^|[-/])(?P<token>[0-9a-f]{32})\.(?:parquet|json|tmp|lock)$")


def fault(path: Path, problem: str, remedy: str) -> StoreError:
    """Return the error that names a file of the store, what is wrong with it and what to do."""
    return StoreError(f"{path}: {problem}. Remedy: {remedy}")


def refused(path: Path, error: OSError) -> StoreError:
    """Return the error that says that the disk refused, and why."""
    if error.errno in _FULL:
        return fault(path, "the disk is full", "make room on it, then try again; the store is as it was")
    return fault(path, f"the disk refuses: {error.strerror or error}", "check the folder's rights and free space")


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
    return path.exists() and disk.hash_file(path) == sha256


def has_token(name: str) -> bool:
    """Tell whether a file's name is one that no other file ever has."""
    return _TOKEN.search(name) is not None


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
            raise refused(self.root / folder, error) from error
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
            raise refused(self.root / name, error) from error

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
                    # Whatever ends the block, an interrupt too, leaves nothing behind; it goes on from here.
                    lease.discard()
                    raise
        except OSError as error:
            raise refused(Path(error.filename or self.root), error) from error

    def written(self, *folders: str) -> list[Entry]:
        """Return the files in folders that were written under a lease, named by somebody or not."""
        names = [f"{folder}/{name}" for folder in folders for name in self.names(folder, ".*") if has_token(name)]
        return [entry for entry in map(self.entry, names) if entry is not None]

    def entry(self, name: str) -> Entry | None:
        """Return what is known of a file; None if it is gone."""
        match, stat = _TOKEN.search(name), _stat(self.root / name)
        return None if stat is None else Entry(name, time.time() - stat.st_mtime, match["token"] if match else "")

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep everybody else from collecting, and from naming files that may be collected, while the block runs.

        Publishing goes on meanwhile: its files carry the token of a living lease, or are those of the current release.
        """
        folder = self.root / _LEASES
        try:
            disk.make_folder(folder)
            with (folder / _KEEPING).open("ab") as file:
                disk.lock(file)
                yield
        except OSError as error:
            raise refused(Path(error.filename or folder), error) from error

    def leases(self) -> list[Entry]:
        """Return the leases that exist, of living and of dead writers."""
        return self.written(_LEASES)

    def is_alive(self, lease: Entry) -> bool:
        """Tell whether the process that holds a lease still runs: the system drops a dead one's lock."""
        try:
            with (self.root / lease.name).open("r+b") as file:
                return not disk.try_lock(file)
        except FileNotFoundError:
            return False

    def bury(self, lease: Entry) -> bool:
        """Remove the lease of a dead writer; False if its writer lives or the lease is gone."""
        path = self.root / lease.name
        try:
            with path.open("r+b") as file:
                if not disk.try_lock(file):
                    return False
                # Removed under its lock: a writer that waits for the lock sees that it is gone, and takes another.
                if sys.platform != "win32":
                    disk.remove(path)
            disk.remove(path)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove a file, if it is still there."""
        try:
            disk.remove(self.root / name)
        except OSError as error:
            raise refused(self.root / name, error) from error

    @contextmanager
    def _locked(self) -> Iterator[str]:
        disk.make_folder(self.root / _LEASES)
        while True:
            token = uuid4().hex
            path = self.root / _LEASES / f"{token}.lock"
            with path.open("xb") as file:
                disk.lock(file)
                # A collector may have taken the lease for a dead writer's between its creation and its lock.
                if not path.exists():
                    continue
                try:
                    yield token
                finally:
                    if sys.platform != "win32":
                        remove_if_possible(path)
            remove_if_possible(path)
            return


@dataclass
class Lease:
    """The right of one writer to make files; each of them carries the lease's token in its name."""

    files: Files
    token: str
    _made: list[str] = field(default_factory=list)

    def new_name(self, folder: str, stem: str, *, ending: str = "parquet") -> str:
        """Return a name in a folder that no other writer has, and make the folder."""
        disk.make_folder(self.files.root / folder)
        name = f"{folder}/{stem}-{self.token}.{ending}"
        self._made.append(name)
        return name

    def seal(self, name: str) -> Sealed:
        """Bring a file that was written under a new name to the disk for good, and tell its size and hash."""
        path = self.files.root / name
        disk.sync_file(path)
        return Sealed(name, path.stat().st_size, disk.hash_once(path))

    def seal_bytes(self, name: str, content: bytes) -> Sealed:
        """Write a small file under a new name, and seal it."""
        disk.write(self.files.root / name, content)
        return self.seal(name)

    def create(self, name: str, content: bytes) -> bool:
        """Create a file with its whole content, unless there is one of that name; all that was sealed lasts before.

        Returns
        -------
        bool
            False when the name was taken.
        """
        path = self.files.root / name
        with self._drafted(path, content) as draft:
            if not _link(draft, path):
                return False
            self._stay()
            disk.sync_folder(path.parent)
            return True

    def overwrite(self, name: str, content: bytes) -> None:
        """Put a file with its whole content in the place of whatever has its name; all that was sealed lasts before."""
        path = self.files.root / name
        with self._drafted(path, content) as draft:
            disk.replace(draft, path)
            self._stay()
            disk.sync_folder(path.parent)

    def draft_name(self, folder: str) -> str:
        """Return the name of this lease's draft in a folder, and make the folder."""
        disk.make_folder(self.files.root / folder)
        return f"{folder}/{self.token}.tmp"

    def adopt(self, draft: str, name: str) -> None:
        """Give a draft a name that no other content ever has, in place of a broken file of that name."""
        path = self.files.root / name
        disk.sync_file(self.files.root / draft)
        if not path.exists():
            self._made.append(name)
        disk.replace(self.files.root / draft, path)
        disk.sync_folder(path.parent)

    def drop(self, name: str) -> None:
        """Remove a file of this lease that is not needed after all."""
        self._made.remove(name)
        self.files.remove(name)

    def discard(self) -> None:
        """Remove all files of this lease that nothing names; what the disk does not let go is collected later."""
        for name in tuple(self._made):
            remove_if_possible(self.files.root / name)
        self._made.clear()

    def _stay(self) -> None:
        # From here on a reader may have seen the files: whatever fails now, they stay.
        self._made.clear()

    @contextmanager
    def _drafted(self, path: Path, content: bytes) -> Iterator[Path]:
        """Give a synced draft beside a path, when all that this lease made has been synced too."""
        disk.make_folder(path.parent)
        for folder in {(self.files.root / made).parent for made in self._made}:
            disk.sync_folder(folder)
        draft = path.parent / f"{self.token}.tmp"
        try:
            disk.write(draft, content)
            disk.sync_file(draft)
            yield draft
        finally:
            remove_if_possible(draft)


def _link(draft: Path, path: Path) -> bool:
    try:
        disk.link(draft, path)
    except FileExistsError:
        return False
    except OSError as error:
        raise _no_link(path, error) from error
    return True


def _no_link(path: Path, error: OSError) -> StoreError:
    if error.errno in _FULL:
        return refused(path, error)
    return fault(path, f"this disk makes no hard links ({error.strerror})", "put the store on a disk of this computer")


def remove_if_possible(path: Path) -> None:
    """Remove a file of our own, if the disk lets it go."""
    # What is left of a writer's is collected later: no reason to fail, or to hide why the writer failed.
    with suppress(OSError):
        disk.remove(path)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None
