"""Tokens: what makes an address of ours worth something, to one scope, for what was asked, for some hours.

A token is what it says (version, window of time, role, area) and an HMAC of that and of what is asked, with the store's
key. It stands in the address rather than in a cookie: it is bound to the one thing asked, it works with and without
sign-in, and an address that stays the same for eight hours can be kept by a browser.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
import secrets
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from geo.access import Scope, store_key
from geo.errors import GeoError, StoreError
from geo.web.paths import PREFIX, TOKEN, store_root

__all__ = ["WINDOW_HOURS", "make_token", "read_token", "sign_address", "token_key", "window_of"]

#: Length of the fixed windows of time: a token made in one is taken in it and in the next, for 8 to 16 hours.
WINDOW_HOURS = 8

_log = logging.getLogger("maplegrid.web")

_PURPOSE = "tokens"
_VERSION = 1
_MAC_BYTES = 32
_MOST_TEXT = 400


def token_key(root: Path | str) -> bytes:
    """Return the key that tokens of a store are signed with.

    Where the store's secret can't be kept, as in a store that is there to be read alone, it is one of this process:
    addresses end with it then, and the log says so.
    """
    try:
        return store_key(root, _PURPOSE)
    except StoreError as error:
        return _own_key(str(error))


@cache
def _own_key(reason: str) -> bytes:
    _log.warning("tokens are signed with a key of this process alone: %s", reason)
    return secrets.token_bytes(_MAC_BYTES)


def window_of(moment: datetime) -> int:
    """Return the number of the window that a moment lies in.

    Examples
    --------
    >>> from datetime import UTC
    >>> window_of(datetime(1970, 1, 1, 7, 59, tzinfo=UTC)), window_of(datetime(1970, 1, 1, 8, tzinfo=UTC))
    (0, 1)
    """
    return int(moment.timestamp()) // (WINDOW_HOURS * 3600)


def make_token(asked: str, scope: Scope, *, key: bytes, now: datetime) -> str:
    """Return a token for what is asked; the same all through a window.

    Parameters
    ----------
    asked
        What the token opens: the path of an address.
    scope
        For whom.
    key
        That of `token_key`.
    """
    said = json.dumps([_VERSION, window_of(now), scope.role, scope.area], separators=(",", ":")).encode()
    return _to_text(_mac(key, said, asked) + said)


def read_token(token: str, asked: str, *, key: bytes, now: datetime) -> Scope | None:
    """Return the scope of a token; None if it is not ours, has been changed, is for something else, or is over.

    Nothing that a token says is looked at before its signature has been found right, in constant time.
    """
    content = _from_text(token)
    if content is None:
        return None
    mac, said = content[:_MAC_BYTES], content[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, said, asked)):
        return None
    version, window, role, area = json.loads(said)
    if version != _VERSION or not 0 <= window_of(now) - window <= 1:
        return None
    try:
        return Scope(role, area)
    except GeoError:
        # The rules have lost the role since.
        return None


def _mac(key: bytes, said: bytes, asked: str) -> bytes:
    # The length keeps what is said and what is asked apart.
    return hmac.digest(key, len(said).to_bytes(4, "big") + said + asked.encode("utf-8", "replace"), hashlib.sha256)


def _to_text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _from_text(text: str) -> bytes | None:
    if len(text) > _MOST_TEXT:
        return None
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    # A text has bits that its bytes do not need: only the one way to write them is ours.
    return content if len(content) > _MAC_BYTES and _to_text(content) == text else None


def sign_address(address: str, scope: Scope, *, root: Path | str | None = None, now: datetime | None = None) -> str:
    """Return an address of our own with the token by which a scope may ask for it.

    Parameters
    ----------
    address
        Such as ``../../maplegrid/geometry/KEY``; what stands before our own path is not signed.
    scope
        For whom.
    root, now
        Folder of the store, that of the environment if not given; moment, now if not given.
    """
    key = token_key(root if root is not None else store_root())
    return f"{address}?{TOKEN}={make_token(_asked(address), scope, key=key, now=now or datetime.now(UTC))}"


def _asked(address: str) -> str:
    """Return what is signed of an address: our own path, wherever it is mounted."""
    before, found, path = address.rpartition(f"{PREFIX}/")
    return path if found else before
