"""What is read and counted in the background: pages and records at the start, once the months of many records."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

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
    gc.unfreeze()


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
    monkeypatch.setattr(beforehand, "count_beforehand", fail)
    thread = ahead.count_ahead(release)
    assert thread is not None
    thread.join(60)
    assert "Remedy" in caplog.text


def test_pages_and_records_are_ready_before_the_first_reader_comes(
    tiny_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPLEGRID_STORE", str(tiny_store.root))
    read: list[str] = []
    monkeypatch.setattr(beforehand, "read_events", lambda _release, layer: read.append(layer))
    asyncio.run(_start_and_wait())
    assert read == ["disputes", "hazards", "incidents"]
    assert gc.get_freeze_count() > 0


class _Ring:
    def __init__(self) -> None:
        self.ring = self


def test_what_was_spared_the_search_for_garbage_is_found_when_it_is_garbage() -> None:
    ring = _Ring()
    kept = weakref.ref(ring)
    ahead.spare_collector()
    del ring
    gc.collect()
    assert kept() is not None
    ahead.spare_collector()
    assert kept() is None


def test_a_store_that_cannot_be_read_does_not_keep_the_server_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MAPLEGRID_STORE", str(tmp_path))

    def broken(_store: Store) -> None:
        raise GeoError("torn")

    monkeypatch.setattr(Store, "current", broken)
    asyncio.run(_start_and_wait())
    assert "torn" in caplog.text


async def _start_and_wait() -> None:
    async with ahead.ready_from_start(None):
        for thread in threading.enumerate():
            if thread.name == "get-ready":
                thread.join(30)


def test_the_component_of_the_map_is_left_to_the_run_of_a_page() -> None:
    """Declared before the server's runtime is there, nobody finds it: the map stays empty."""
    assert "streamlit_folium" not in _loaded_after("ahead._load((*ahead._UNTIL_THE_MAP, *ahead._AFTER_THE_MAP))")


def test_the_server_starts_without_what_files_alone_need() -> None:
    late = {"fontTools", "matplotlib", "numba", "pptx", "scipy.ndimage", "scipy.spatial", "scipy.stats", "xlsxwriter"}
    assert not late & _loaded_after("import app; import geo.dashboard.parts.layer_page")


def test_the_server_answers_before_it_has_loaded_what_pages_are_made_of() -> None:
    """The browser loads the dashboard meanwhile: two seconds of the first start."""
    assert not {"duckdb", "folium", "geopandas", "numpy", "pandas"} & _loaded_after("import app")


def test_no_library_that_draws_charts_is_loaded_before_the_map() -> None:
    assert "altair" not in _loaded_after("ahead._load(ahead._UNTIL_THE_MAP); import geo.dashboard.parts.opening")


def test_the_component_of_the_map_is_found_without_a_look_at_every_module() -> None:
    told = "import inspect; {}; import streamlit_folium; print(f'found={{len(inspect.modulesbyfile)}}')"
    assert "found=1" in _loaded_after(told.format("ahead._name_component()"))
    assert "found=1" not in _loaded_after(told.format("pass"))


def _loaded_after(code: str) -> set[str]:
    told = f"import sys; from geo.dashboard import ahead\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())
