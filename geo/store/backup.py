"""Backups: a whole store in one file that names every byte it holds, out and in again in a stream.

The file is a plain tar. Its first member lists all others in their order with size and SHA-256; the manifests come
last. What is read back is checked against the list before a manifest names it, so a torn backup changes nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from geo.errors import StoreError
from geo.store import disk
from geo.store.files import Files, Lease, fault, has_token, is_whole, refused, remove_if_possible
from geo.store.issued import forget_number, issued_numbers, note_number
from geo.store.manifest import REPAIR, KeptFile, Release, canonical_json, parse_manifest
from geo.store.public import public_files
from geo.store.publish import MANIFESTS, manifest_name, read_manifest, release_numbers

__all__ = ["Backup", "restore_backup", "write_backup"]

_LIST = "maplegrid-backup.json"
_FORMAT = 1
_LIST_LIMIT = 64 * 2**20
_NAME = re.compile(r"(?:layers|imports|releases|public)/[A-Za-z0-9_\-][A-Za-z0-9_.\-]*")
_ANOTHER = "take another backup"


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Parameters
    ----------
    path
        The file.
    releases
        Numbers of its releases, ascending.
    files, bytes
        How many files of a store it holds, and how long they are together.
    """

    path: Path
    releases: tuple[int, ...]
    files: int
    bytes: int


def write_backup(files: Files, out: Path) -> Backup:
    """Write all releases of a store, and what they name, into one file; whole or not at all.

    Parameters
    ----------
    files
        The files of the store.
    out
        The file to make; nothing may have its name.

    Raises
    ------
    StoreError
        When there is no release, a file of one is missing or altered, the name is taken, or the disk refuses.
    """
    numbers = release_numbers(files)
    if not numbers:
        raise StoreError(f"{files.root}: there is no release to back up. Remedy: name the folder of a store")
    if out.exists():
        raise fault(out, "there is a file of this name", "give the backup another name")
    members = _list_members(files, [read_manifest(files, number) for number in numbers])
    with _whole_file(out) as file, tarfile.open(fileobj=file, mode="w") as tar:
        content = _write_list(members, numbers)
        tar.addfile(_header(_LIST, len(content)), io.BytesIO(content))
        for member in members:
            _add(tar, files.root / member.path, member)
    return _describe(out, numbers, members)


def restore_backup(files: Files, path: Path, *, overwrite: bool) -> Backup:
    """Make a store what a backup holds, release by release and byte by byte.

    Readers see the releases of before, then those of the backup; the newest changes in one step. Stopped at any moment
    the store is whole, and the same call goes on.

    Parameters
    ----------
    files
        The files of the store.
    path
        The backup.
    overwrite
        Whether to put its releases in the place of those that the store holds.

    Raises
    ------
    StoreError
        When the store holds releases and they are not to be overwritten; when the backup is torn or altered, with the
        name of the member; when a later version wrote it; when the disk refuses. The store is as it was then.
    """
    _refuse_filled(files, overwrite=overwrite)
    try:
        with path.open("rb") as file, _read_tar(path, file) as tar:
            members, numbers = _read_list(path, tar)
            with files.lease() as lease, files.keeping():
                held = {member.path: _take_in(lease, path, tar, member) for member in members}
                texts = {name: text for name, text in held.items() if text is not None}
                _check_manifests(files, path, texts, members)
                _name_releases(files, lease, texts, numbers, overwrite=overwrite)
    except OSError as error:
        raise refused(path, error) from error
    return _describe(path, numbers, members)


def _list_members(files: Files, releases: Sequence[Release]) -> list[KeptFile]:
    named = {file.path: file for release in releases for _, file in release.files()}
    data = [KeptFile(name, (files.root / name).stat().st_size, file.sha256) for name, file in _there(files, named)]
    names = [manifest_name(release.number) for release in releases]
    shown = dict(public_files(files))
    cells = [file for _, file in _there(files, {file.path: file for file in shown.values()})]
    texts = [
        KeptFile(name, len(text := files.read(name)), hashlib.sha256(text).hexdigest()) for name in (*names, *shown)
    ]
    return data + cells + texts


def _there(files: Files, named: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, file in sorted(named.items()):
        if not (files.root / name).exists():
            raise fault(files.root / name, "the file is missing", REPAIR)
        yield name, file


def _write_list(members: Sequence[KeptFile], numbers: Sequence[int]) -> bytes:
    fields = {"format": _FORMAT, "releases": list(numbers), "members": [asdict(member) for member in members]}
    return canonical_json({**fields, "sha256": hashlib.sha256(canonical_json(fields)).hexdigest()})


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size = size
    header.mode = 0o644
    return header


def _add(tar: tarfile.TarFile, path: Path, member: KeptFile) -> None:
    with path.open("rb") as file:
        hashed = _Hashed(file)
        tar.addfile(_header(member.path, member.bytes or 0), hashed)
    if hashed.sha256 != member.sha256:
        raise fault(path, "the file has been altered, and no backup is made of it", REPAIR)


class _Hashed(io.RawIOBase):
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._hash.update(piece)
        return piece

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def _whole_file(out: Path) -> Iterator[IO[bytes]]:
    """Give a file to write that has its name when it is whole and on the disk."""
    draft = out.with_name(f"{out.name}-{uuid4().hex}.part")
    try:
        try:
            with draft.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            disk.replace(draft, out)
            disk.sync_folder(out.parent)
        finally:
            remove_if_possible(draft)
    except OSError as error:
        raise refused(out, error) from error


def _refuse_filled(files: Files, *, overwrite: bool) -> None:
    numbers = release_numbers(files)
    if numbers and not overwrite:
        raise StoreError(
            f"{files.root}: the store is not empty, its newest release is {numbers[-1]}. "
            "Remedy: restore into an empty folder, or ask to overwrite what is there (--overwrite)"
        )


def _read_tar(path: Path, file: IO[bytes]) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=file, mode="r|")
    except tarfile.TarError as error:
        raise fault(path, "this is no backup of a store, or its beginning is torn", _ANOTHER) from error


def _next(path: Path, tar: tarfile.TarFile, name: str, *, most_bytes: int) -> IO[bytes]:
    """Return the content of the next member, which must be the one of a name, and no longer than it may be."""
    try:
        header = tar.next()
        is_it = header is not None and header.isreg() and header.name == name and header.size <= most_bytes
        content = tar.extractfile(header) if header is not None and is_it else None
    except tarfile.TarError as error:
        raise _torn(path, name) from error
    if content is None:
        raise _torn(path, name)
    return content


def _torn(path: Path, name: str) -> StoreError:
    return fault(path, f"the backup is torn at its member {name}; nothing was restored", _ANOTHER)


def _read_list(path: Path, tar: tarfile.TarFile) -> tuple[list[KeptFile], list[int]]:
    try:
        content = _next(path, tar, _LIST, most_bytes=_LIST_LIMIT).read()
        fields = json.loads(content)
        digest, form = fields.pop("sha256"), fields["format"]
    except (tarfile.TarError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _torn(path, _LIST) from error
    if form != _FORMAT:
        raise fault(path, f"form {form} of the backup is not known here", "update Maple Grid")
    if digest != hashlib.sha256(canonical_json(fields)).hexdigest():
        raise _torn(path, _LIST)
    members = [KeptFile(**member) for member in fields["members"]]
    for member in members:
        # A name that climbs out of the store's folders would be written elsewhere.
        if not _NAME.fullmatch(member.path):
            raise fault(path, f"the backup holds {member.path!r}, which is no file of a store", _ANOTHER)
    return members, fields["releases"]


def _take_in(lease: Lease, path: Path, tar: tarfile.TarFile, member: KeptFile) -> bytes | None:
    """Put a member where it belongs; one that others may see already, as manifests, is returned to be put later."""
    content = _next(path, tar, member.path, most_bytes=member.bytes or 0)
    root = lease.files.root
    draft = lease.draft_name(member.path.partition("/")[0])
    try:
        try:
            sha256 = disk.copy(content, root / draft)
        except tarfile.TarError as error:
            raise _torn(path, member.path) from error
        if sha256 != member.sha256:
            raise _torn(path, member.path)
        if not has_token(member.path):
            return (root / draft).read_bytes()
        if not is_whole(root / member.path, member.sha256):
            lease.adopt(draft, member.path)
        return None
    finally:
        remove_if_possible(root / draft)


def _check_manifests(files: Files, path: Path, texts: Mapping[str, bytes], members: Sequence[KeptFile]) -> None:
    """Refuse a backup whose manifests can't be read here, or name what it does not hold."""
    held = {member.path: member.sha256 for member in members}
    for name, text in texts.items():
        if name.startswith(f"{MANIFESTS}/"):
            number = int(Path(name).stem)
            release = parse_manifest(text, number=number, root=files.root, path=path)
            for what, file in release.files():
                # Reports of form 1 have no name of their own: what is found here may be another release's.
                if has_token(file.path) and held.get(file.path) != file.sha256:
                    raise fault(path, f"the backup lacks {what} of release {number}", _ANOTHER)


def _name_releases(
    files: Files, lease: Lease, texts: Mapping[str, bytes], numbers: Sequence[int], *, overwrite: bool
) -> None:
    """Put the manifests, the newest first: the step by which readers see the backup's data, with all of it there."""
    for name, text in texts.items():
        if not name.startswith(f"{MANIFESTS}/"):
            lease.overwrite(name, text)
    # What stops on the way leaves fewer releases than there were; none of them is to be missed then.
    for number in issued_numbers(files):
        forget_number(files, number)
    before = release_numbers(files)
    newest, *others = sorted(numbers, reverse=True)
    if overwrite:
        lease.overwrite(manifest_name(newest), texts[manifest_name(newest)])
    elif not lease.create(manifest_name(newest), texts[manifest_name(newest)]):
        _refuse_filled(files, overwrite=False)
    # Above the newest the current release goes last, so that no other becomes current on the way.
    for number in before:
        if number not in numbers:
            files.remove(manifest_name(number))
    for number in others:
        lease.overwrite(manifest_name(number), texts[manifest_name(number)])
    for number in numbers:
        note_number(files, number)


def _describe(path: Path, numbers: Sequence[int], members: Sequence[KeptFile]) -> Backup:
    return Backup(path, tuple(numbers), len(members), sum(member.bytes or 0 for member in members))
