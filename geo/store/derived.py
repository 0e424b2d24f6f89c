"""What is derived from a layer and kept beside the releases: arrays in one file, made again wherever it does not fit.

No release names these files and no backup holds them: they may be lost at any time. A file carries the hash of the
layer's content in its name, and its own hash before all else; `Store.collect` removes it once no release has that layer.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geo.errors import StoreError
from geo.store.files import Entry, Files, remove_if_possible
from geo.store.manifest import Release

__all__ = ["DERIVED", "Arrays", "derived_arrays", "open_arrays", "unused_derived", "write_arrays"]

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
_Bytes: TypeAlias = bytes | memoryview

#: Folder of the files.
DERIVED = "derived"
_LAYER = "[0-9a-f]{64}"
# Bytes: the hash of all that follows (in half the time of SHA-256), what tells the arrays, then these, each aligned.
_HASH, _TOLD, _ALIGNED = 64, 4_032, 64


def derived_arrays(release: Release, layer: str, what: str, *, form: str, make: Callable[[], Arrays]) -> Arrays:
    """Return arrays that are derived from a layer: opened where they are kept, otherwise made, and kept if possible.

    Parameters
    ----------
    release, layer
        The layer that they are derived from.
    what
        What they are, in small letters.
    form
        Names the way they are made; of another form they are made again.
    make
        Makes them: contiguous arrays by name.

    Returns
    -------
    mapping of str to ndarray
        The arrays. Writing to them changes no file.
    """
    name = f"{DERIVED}/{what}-{release.layers[layer].sha256}.arrays"
    kept = open_arrays(release.root / name, form)
    if kept is not None:
        return kept
    made = make()
    # Whoever may not write, or has no room, works with what was made.
    with suppress(StoreError):
        _keep(Files(release.root), name, form, made)
    return made


def unused_derived(files: Files, layers: Callable[[], Iterable[str]]) -> list[Entry]:
    """Return the files that are derived from layers which no release has.

    Parameters
    ----------
    files
        The files of the store.
    layers
        Gives the hash of each layer that a release has; asked after the look at the files.
    """
    names = files.names(DERIVED, rf"[a-z-]+-{_LAYER}\.arrays")
    known = set(layers()) if names else set()
    entries = [files.entry(f"{DERIVED}/{name}") for name in names if known.isdisjoint(re.findall(_LAYER, name))]
    return [entry for entry in entries if entry is not None]


def _keep(files: Files, name: str, form: str, arrays: Arrays) -> None:
    with files.lease() as lease:
        draft = lease.draft_name(DERIVED)
        try:
            write_arrays(files.root / draft, form, arrays)
            lease.adopt(draft, name)
        finally:
            remove_if_possible(files.root / draft)


def write_arrays(path: Path, form: str, arrays: Arrays) -> None:
    """Write contiguous arrays to a file that `open_arrays` opens."""
    parts: list[_Bytes] = [_describe(form, arrays), *chain.from_iterable(map(_aligned, arrays.values()))]
    with path.open("wb") as file:
        file.writelines([_hash(parts), *parts])


def _describe(form: str, arrays: Arrays) -> bytes:
    """Return what tells the form, and each array's name, type and shape."""
    listed = [(name, values.dtype.str, values.shape) for name, values in arrays.items()]
    return json.dumps({"form": form, "arrays": listed}).encode().ljust(_TOLD)


def _aligned(values: NDArray[Any]) -> tuple[_Bytes, _Bytes]:
    return values.reshape(-1).view(np.uint8).data, b"\0" * (-values.nbytes % _ALIGNED)


def open_arrays(path: Path, form: str) -> dict[str, NDArray[Any]] | None:
    """Return the arrays of a file; None if it is not there, torn, altered or of another form."""
    try:
        with path.open("rb") as file:
            content = _map(file)
    except (OSError, ValueError):
        return None
    if content[:_HASH].tobytes() != _hash([content[_HASH:].data]):
        return None
    told = json.loads(content[_HASH : _HASH + _TOLD].tobytes())
    return _cut(content[_HASH + _TOLD :], told["arrays"]) if told["form"] == form else None


def _map(file: BinaryIO) -> NDArray[np.uint8]:
    """Return the bytes of a file, read as they are looked at; writing to them stays in memory."""
    if sys.platform == "win32":
        # A file that is mapped there could be neither replaced nor removed.
        return np.fromfile(file, np.uint8)
    return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY), np.uint8)


def _hash(parts: Iterable[_Bytes]) -> bytes:
    digest = hashlib.blake2b(digest_size=_HASH)
    for part in parts:
        digest.update(part)
    return digest.digest()


def _cut(content: NDArray[np.uint8], listed: Iterable[tuple[str, str, list[int]]]) -> dict[str, NDArray[Any]]:
    arrays, at = {}, 0
    for name, dtype, shape in listed:
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        arrays[name] = content[at : at + size].view(dtype).reshape(shape)
        at += size + -size % _ALIGNED
    return arrays
