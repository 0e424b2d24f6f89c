"""A release of many records is counted in the background, once; one of few is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from geo.dashboard import ahead
from geo.errors import GeoError
from geo.measures import beforehand
from geo.measures.events import read_events
from geo.store import Release, Store


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Begin as a new server does."""
    ahead.count_ahead.cache_clear()
    yield
    ahead.count_ahead.cache_clear()


@pytest.fixture
def release(tiny_store: Store) -> Release:
    current = tiny_store.current()
    assert current is not None
    return current


def test_few_records_are_not_counted_beforehand(release: Release) -> None:
    assert ahead.count_ahead(release) is None


def test_many_are_once(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beforehand, "LEAST_RECORDS", 1)
    read_events(release, "disputes").cubes.clear()
    thread = ahead.count_ahead(release)
    assert thread is not None
    thread.join(60)
    assert read_events(release, "disputes").cubes
    assert ahead.count_ahead(release) is thread


def test_what_is_wrong_ends_no_server(
    release: Release, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Release, *, rest: float) -> None:
        raise GeoError(f"A file is gone ({rest}). Remedy: restore it.")

    monkeypatch.setattr(beforehand, "LEAST_RECORDS", 1)
    monkeypatch.setattr(ahead, "count_beforehand", fail)
    thread = ahead.count_ahead(release)
    assert thread is not None
    thread.join(60)
    assert "Remedy" in caplog.text
