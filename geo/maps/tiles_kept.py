"""Values kept up to a number of bytes, those longest not asked for given up first; made once, whoever asks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Kept"]

_Value = TypeVar("_Value")


class Kept(Generic[_Value]):
    """Values by key, safe between threads.

    Parameters
    ----------
    most_bytes
        How much is kept in all; the last value always is.
    size
        Bytes of a value.

    Examples
    --------
    >>> kept = Kept[bytes](most_bytes=10, size=len)
    >>> kept.get("a", lambda: b"12345678"), kept.get("b", lambda: b"1234"), "a" in kept
    (b'12345678', b'1234', False)
    """

    def __init__(self, *, most_bytes: int, size: Callable[[_Value], int]) -> None:
        self._most, self._size, self._bytes = most_bytes, size, 0
        self._values: OrderedDict[Hashable, _Value] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._values

    def get(self, key: Hashable, make: Callable[[], _Value]) -> _Value:
        """Return the value of a key, made if it is not there; who asks for it meanwhile waits for the same one."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
                self.put(key, value)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def put(self, key: Hashable, value: _Value) -> None:
        """Keep a value, in place of the one of its key."""
        with self._lock:
            if key in self._values:
                self._bytes -= self._size(self._values.pop(key))
            self._values[key] = value
            self._bytes += self._size(value)
            while self._bytes > self._most and len(self._values) > 1:
                _, gone = self._values.popitem(last=False)
                self._bytes -= self._size(gone)
