"""Working ahead: the next of several items is made in a thread while the last one is in use."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, TypeVar, cast

__all__ = ["read_ahead"]

_Item = TypeVar("_Item")
_END = object()


def read_ahead(items: Generator[_Item, Any, Any]) -> Generator[_Item]:
    """Give items in their order, each made while the one before is in use.

    Parameters
    ----------
    items
        Makes the items, one at a time and in one thread; what it raises is raised here. It is closed with this one.

    Examples
    --------
    >>> list(read_ahead(number**2 for number in range(4)))
    [0, 1, 4, 9]
    """
    with closing(items), ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        coming = pool.submit(next, items, cast(_Item, _END))
        while (item := coming.result()) is not _END:
            coming = pool.submit(next, items, cast(_Item, _END))
            yield item
