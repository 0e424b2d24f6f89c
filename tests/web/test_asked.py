"""Waiting for a browser that asks for what a map is drawn with."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.applications import Starlette

from geo.store import Release
from geo.web import answers, routes
from geo.web.asked import LastAnswer
from tests.web.test_routes import ask_shapes


def test_an_answer_wakes_who_waits_for_it() -> None:
    shapes, began = LastAnswer(), time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(shapes.wait, since=began, until=began + 3600)
        shapes.note()
        assert waiting.result(60)


def test_an_answer_from_before_wakes_nobody() -> None:
    shapes = LastAnswer()
    shapes.note()
    now = time.monotonic() + 0.001
    assert not shapes.wait(since=now, until=now)


def test_who_has_waited_long_enough_goes_on() -> None:
    shapes = LastAnswer()
    assert not shapes.wait(since=time.monotonic(), until=time.monotonic() - 1)


def test_shapes_that_are_sent_are_noted(small: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes, began = LastAnswer(), time.monotonic()
    monkeypatch.setattr(answers, "SHAPES", shapes)
    ask_shapes(Starlette(routes=routes(small.root)), small, "grid", accept_encoding="gzip")
    assert shapes.wait(since=began, until=began)
