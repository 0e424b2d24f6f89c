"""What is kept: up to so many bytes, made once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from geo.maps.tiles_kept import Kept


def test_what_was_longest_not_asked_for_goes_first() -> None:
    kept = Kept[str](most_bytes=3, size=len)
    for key in "abc":
        kept.put(key, key)
    kept.get("a", lambda: pytest.fail("made again"))
    kept.put("d", "d")
    assert [key in kept for key in "abcd"] == [True, False, True, True]


def test_a_value_put_again_is_counted_once() -> None:
    kept = Kept[str](most_bytes=4, size=len)
    for _ in range(3):
        kept.put("a", "aa")
    kept.put("b", "bb")
    assert "a" in kept


def test_all_who_ask_at_once_get_the_same_value() -> None:
    kept, together, made = Kept[object](most_bytes=10, size=lambda _: 1), Barrier(8), list[int]()

    def make() -> object:
        made.append(1)
        return object()

    def ask() -> object:
        together.wait()
        return kept.get("a", make)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: ask(), range(8)))) == 1
    assert made == [1]


def test_who_fails_to_make_lets_the_next_try() -> None:
    kept = Kept[int](most_bytes=10, size=lambda _: 1)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 7) == 7
