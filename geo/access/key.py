"""The store's secret: random, its owner's alone, made once by whoever comes first; keys are derived from it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from uuid import uuid4

from geo.errors import StoreError
from geo.store import disk

__all__ = ["rotate_key", "store_key"]

_FOLDER, _NAME = "secret", "key"
_BYTES = 32
_OWNER_ONLY_FOLDER, _OWNER_ONLY = 0o700, 0o600


def store_key(root: Path | str, purpose: str) -> bytes:
    """Return the key of a store for one purpose; the first call makes the secret that it is derived from.

    The file is read at each call, so that a rotation holds for a running server too.

    Parameters
    ----------
    root
        Folder of the store.
    purpose
        What the key is for: keys of different purposes tell nothing of each other.

    Returns
    -------
    bytes
        32 bytes.

    Raises
    ------
    StoreError
        When the secret can't be made or read, or is not whole.
    """
    path = Path(root) / _FOLDER / _NAME
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        raise _refused(path, error) from error
    if len(secret) != _BYTES:
        raise StoreError(f"{path}: the secret is torn. Remedy: maplegrid rotate-key makes a new one")
    return hmac.digest(secret, purpose.encode("utf-8"), hashlib.sha256)


def rotate_key(root: Path | str) -> None:
    """Put a new secret in the place of the old one: addresses signed with that are refused from now on.

    Raises
    ------
    StoreError
        When the disk refuses.
    """
    path = Path(root) / _FOLDER / _NAME
    try:
        draft = _draft(path)
        disk.replace(draft, path)
        disk.sync_folder(path.parent)
    except OSError as error:
        raise _refused(path, error) from error


def _make(path: Path) -> None:
    """Make the secret, unless another process does: it gets its name whole, and once."""
    draft = _draft(path)
    try:
        disk.link(draft, path)
        disk.sync_folder(path.parent)
    except FileExistsError:
        return
    finally:
        disk.remove(draft)


def _draft(path: Path) -> Path:
    disk.make_folder(path.parent.parent)
    path.parent.mkdir(mode=_OWNER_ONLY_FOLDER, exist_ok=True)
    draft = path.with_name(f"{uuid4().hex}.tmp")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _refused(path: Path, error: OSError) -> StoreError:
    return StoreError(
        f"{path}: the store's secret can't be kept ({error.strerror}). Remedy: let the server's account write there"
    )
