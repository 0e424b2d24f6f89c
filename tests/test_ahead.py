from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing
from typing import Any

import pytest

from geo.ahead import read_ahead


def make(log: list[Any], *, until: int) -> Generator[int]:
    try:
        for number in range(until):
            log.append(threading.current_thread())
            yield number
        raise ValueError("the file ends here")
    finally:
        log.append("closed")


def test_items_come_in_order_from_one_other_thread_and_then_what_was_raised() -> None:
    log, items = list[Any](), list[int]()
    with pytest.raises(ValueError, match="ends here"):
        items.extend(read_ahead(make(log, until=4)))
    assert items == [0, 1, 2, 3]
    assert log.pop() == "closed"
    assert len(set(log)) == 1
    assert log[0] is not threading.current_thread()


def test_one_item_is_made_ahead_and_no_more_when_nobody_wants_them() -> None:
    log = list[Any]()
    with closing(read_ahead(make(log, until=9))) as items:
        assert next(items) == 0
    assert len(log) == 3
    assert log[-1] == "closed"
