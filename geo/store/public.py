"""What the public has been shown: steps that are numbered, added and never changed, beside the releases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import StoreError
from geo.store.files import Files, fault, is_whole
from geo.store.manifest import KeptFile, canonical_json

__all__ = [
    "PUBLIC",
    "PublicStep",
    "check_public",
    "is_open_to_public",
    "newest_public_step",
    "public_files",
    "publish_public_step",
]

#: Folder of the steps and of their cells.
PUBLIC = "public"
_STEP = r"\d{6}\.json"
#: Left beside each step, so that one that is deleted is missed.
_MARK = r"\d{6}\.shown"
_LOST = "bring it back from a backup; without it nothing is shown to the public, so that nothing is shown twice"


@dataclass(frozen=True)
class PublicStep:
    """One step: everything that the public has been shown up to it.

    Parameters
    ----------
    number
        1 for the first; the highest holds.
    fields
        What its cells are of.
    cells
        The cells, in the columns that their writer gave them.
    """

    number: int
    fields: Mapping[str, Any]
    cells: pa.Table


def is_open_to_public(root: Path) -> bool:
    """Tell whether anything of a store has been shown to the public."""
    return bool(Files(root.resolve()).names(PUBLIC, f"{_STEP}|{_MARK}"))


def newest_public_step(root: Path, *, known: PublicStep | None = None) -> PublicStep | None:
    """Return the step that holds; None as long as nothing has been shown.

    Parameters
    ----------
    root
        Folder of the store.
    known
        The step read last: returned as it is if it still holds.

    Raises
    ------
    StoreError
        When it is torn or altered, or a file of it is missing.
    """
    files = Files(root)
    names = files.names(PUBLIC, _STEP)
    missed = _missed(files, names)
    if missed and (not names or missed[-1] > names[-1]):
        raise _missing_step(files, missed[-1])
    if not names:
        return None
    number = int(names[-1].removesuffix(".json"))
    if known is not None and known.number == number:
        return known
    path, fields = root / PUBLIC / names[-1], _read_step(files, names[-1])
    cells = root / fields["file"]
    if not is_whole(cells, fields["sha256"]):
        raise _broken_cells(cells)
    try:
        return PublicStep(number, fields["content"], pq.read_table(cells))
    except (pa.ArrowException, OSError) as error:
        raise fault(path, "the cells shown to the public can't be read", _LOST) from error


def publish_public_step(root: Path, step: PublicStep) -> bool:
    """Add a step, unless another of its number came first.

    Returns
    -------
    bool
        False when the number was taken: read again what holds now.

    Raises
    ------
    StoreError
        When the disk refuses.
    """
    with Files(root).lease() as lease:
        name = lease.new_name(PUBLIC, "cells")
        pq.write_table(step.cells, root / name, compression="zstd")
        sealed = lease.seal(name)
        fields = {"file": sealed.name, "bytes": sealed.bytes, "sha256": sealed.sha256, "content": step.fields}
        text = canonical_json({**fields, "digest": _digest(fields)})
        if lease.create(f"{PUBLIC}/{step.number:06d}.json", text):
            lease.create(f"{PUBLIC}/{step.number:06d}.shown", b"")
            return True
        lease.drop(name)
        return False


def public_files(files: Files) -> Iterator[tuple[str, KeptFile]]:
    """Return each step's name from the store's root, and the file of cells that it names.

    Raises
    ------
    StoreError
        When a step is torn or altered.
    """
    for name in files.names(PUBLIC, _STEP):
        fields = _read_step(files, name)
        yield f"{PUBLIC}/{name}", KeptFile(fields["file"], fields["bytes"], fields["sha256"])


def check_public(files: Files) -> list[str]:
    """Return what is wrong with the steps and their cells, each with file and remedy."""
    missing = [str(_missing_step(files, name)) for name in _missed(files, files.names(PUBLIC, _STEP))]
    try:
        broken = [file for _, file in public_files(files) if not is_whole(files.root / file.path, file.sha256)]
    except StoreError as error:
        return [*missing, str(error)]
    return [*missing, *(str(_broken_cells(files.root / file.path)) for file in broken)]


def _missed(files: Files, names: Sequence[str]) -> list[str]:
    """Return the names of steps that were there once, ascending."""
    marked = [name.replace(".shown", ".json") for name in files.names(PUBLIC, _MARK)]
    return sorted(set(marked) - set(names))


def _missing_step(files: Files, name: str) -> StoreError:
    return fault(files.root / PUBLIC / name, "what was shown to the public has been deleted", _LOST)


def _broken_cells(path: Path) -> StoreError:
    return fault(path, "the cells shown to the public are missing, torn or altered", _LOST)


def _read_step(files: Files, name: str) -> Mapping[str, Any]:
    path = files.root / PUBLIC / name
    try:
        fields: dict[str, Any] = json.loads(files.read(f"{PUBLIC}/{name}"))
        digest = fields.pop("digest")
    except (ValueError, KeyError, AttributeError, StoreError) as error:
        raise fault(path, "what was shown to the public can't be read", _LOST) from error
    if digest != _digest(fields):
        raise fault(path, "what was shown to the public has been altered", _LOST)
    return fields


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(fields)).hexdigest()
