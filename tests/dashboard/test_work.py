"""How much work a page is, counted and not timed: what it reads, works out, protects and sends."""

from __future__ import annotations

import copy
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import _lru_cache_wrapper
from types import MappingProxyType
from typing import Any

import duckdb
import folium
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit_folium import _get_feature_group_string

import geo.store
from geo.dashboard.parts import map as map_part
from geo.figures import asked
from geo.measures import parts
from geo.privacy import Protected
from geo.store import Release, Store
from tests.dashboard.conftest import MAIN, TIMEOUT_SECONDS

#: Page → layers of records and tables that it shows, beside areas, and how often it reads each: no others are read.
SHOWN = {
    # Posts, and who of them looks after which grid.
    "today": {"disputes": 1, "hazards": 1, "assignments": 1, "officers": 2, "visits": 1},
    # Records, and those that broke out again.
    "disputes": {"disputes": 2},
    "hazards": {"hazards": 1},
    "incidents": {"incidents": 1, "visits": 1},
}
#: Page → most tables measured and protected for a view, parts of columns worked out, cells in all tables.
MOST = {"today": (22, 65, 2300), "disputes": (14, 86, 2742), "hazards": (16, 84, 2657), "incidents": (12, 49, 2057)}
#: Most bytes of the map's values: what any map needs, and for each area.
_MOST_BYTES, _MOST_BYTES_PER_AREA, _GRIDS = 1_000, 12, 8
_AREAS = {"stations", "villages", "grids", "counties"}


@dataclass
class Work:
    """What was done since it was last forgotten."""

    read: Counter[str] = field(default_factory=Counter)
    measured: Counter[tuple[str, object]] = field(default_factory=Counter)
    parts: Counter[tuple[object, ...]] = field(default_factory=Counter)
    cells: int = 0
    sent: list[int] = field(default_factory=list)

    def forget(self) -> None:
        """Begin anew."""
        for done in (self.read, self.measured, self.parts, self.sent):
            done.clear()
        self.cells = 0


class _Reading:
    """A connection that notes the layers it is asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, work: Work) -> None:
        self._connection, self._work = connection, work

    def __enter__(self) -> _Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def execute(self, query: str, *given: object) -> duckdb.DuckDBPyConnection:
        # The first day of a layer is told by the statistics of its file.
        if not re.match(r"SELECT min\(|DESCRIBE|SELECT count\(", query):
            self._work.read.update(set(re.findall(r"(?:FROM|JOIN) ([a-z]+)", query)) - {"spots", "before"})
        return self._connection.execute(query, *given)


@dataclass(frozen=True)
class Runs:
    """What was done when a page was run first, again, with a map of the smallest areas, and with another filter."""

    first: Work
    again: Work
    smallest: Work
    changed: Work


@pytest.fixture(scope="module", params=sorted(SHOWN))
def page(request: pytest.FixtureRequest, tiny_store: Store) -> Iterator[tuple[str, Runs]]:
    """A page and what its runs were."""
    name, work = str(request.param), Work()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAPLEGRID_STORE", str(tiny_store.root))
        _count(patch, work)
        app = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT_SECONDS)
        app = app if name == "today" else app.switch_page(f"screens/{name}.py")
        filters: list[dict[str, str]] = [{}, {}, {"level": "grid"}, {"period": "2025-02", "area": "S1"}]
        yield name, Runs(*(_run(app, work, **changed) for changed in filters))


def _run(app: AppTest, work: Work, **filters: str) -> Work:
    for name, value in filters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    done = copy.deepcopy(work)
    work.forget()
    return done


def _count(monkeypatch: pytest.MonkeyPatch, done: Work) -> None:
    """Count the work of what follows; nothing is kept from before."""
    _forget_all()
    connect, read_layer, seen = geo.store.connect, geo.store.read_layer, asked.seen

    def count_connect(release: Release) -> _Reading:
        return _Reading(connect(release), done)

    def count_layer(release: Release, name: str, **options: Any) -> Any:  # noqa: ANN401
        done.read[name] += 1
        return read_layer(release, name, **options)

    def count_seen(measured: str, release: Release, view: Any, scope: Any) -> Protected:  # noqa: ANN401
        table = seen(measured, release, view, scope)
        done.measured[measured, view] += 1
        done.cells += table.frame.size
        return table

    _replace_everywhere(monkeypatch, connect, count_connect)
    _replace_everywhere(monkeypatch, read_layer, count_layer)
    _replace_everywhere(monkeypatch, seen, count_seen)
    monkeypatch.setattr(parts, "PARTS", _counted_parts(done))
    monkeypatch.setattr(map_part, "st_folium", _count_sent(done))


def _forget_all() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    for module in [module for name, module in sys.modules.items() if name.startswith(("geo.measures", "geo.areas"))]:
        for cached in [value for value in vars(module).values() if isinstance(value, _lru_cache_wrapper)]:
            cached.cache_clear()


def _replace_everywhere(monkeypatch: pytest.MonkeyPatch, old: object, new: object) -> None:
    for module in [module for name, module in sys.modules.items() if name.startswith("geo.")]:
        for name in [name for name, value in vars(module).items() if value is old]:
            monkeypatch.setattr(module, name, new)


def _counted_parts(done: Work) -> MappingProxyType[str, dict[str, parts.Part]]:
    def counted(name: str, make: parts.Part) -> parts.Part:
        def count(one: parts.Asked) -> Any:  # noqa: ANN401
            done.parts[name, one.view.layer, id(one.sample), one.windows] += 1
            return make(one)

        return count

    return MappingProxyType(
        {layer: {name: counted(name, make) for name, make in makers.items()} for layer, makers in parts.PARTS.items()}
    )


def _count_sent(done: Work) -> Callable[..., None]:
    def take(base: folium.Map, *, feature_group_to_add: list[folium.FeatureGroup], **_: object) -> None:
        texts = [_get_feature_group_string(group, map=base) for group in feature_group_to_add]
        done.sent.append(sum(len(text.encode()) for text in texts))

    return take


def test_nothing_is_read_that_the_page_does_not_show(page: tuple[str, Runs]) -> None:
    name, runs = page
    assert {layer: times for layer, times in runs.first.read.items() if layer not in _AREAS} == SHOWN[name]


def test_a_changed_filter_reads_no_records(page: tuple[str, Runs]) -> None:
    _, runs = page
    assert set(runs.changed.read) - _AREAS == set()


def test_nothing_is_worked_out_twice_for_a_view(page: tuple[str, Runs]) -> None:
    _, runs = page
    for run in (runs.first, runs.changed, runs.smallest):
        assert {one for one, times in run.measured.items() if times > 1} == set()
        assert {one for one, times in run.parts.items() if times > 1} == set()


def test_a_page_is_no_more_work_than_it_was(page: tuple[str, Runs]) -> None:
    name, runs = page
    done = len(runs.first.measured), sum(runs.first.parts.values()), runs.first.cells
    assert all(now <= most for now, most in zip(done, MOST[name], strict=True)), done


def test_the_same_view_again_is_no_work(page: tuple[str, Runs]) -> None:
    _, runs = page
    assert not any((runs.again.read, runs.again.measured, runs.again.parts))


def test_the_map_sends_values_and_no_shapes(page: tuple[str, Runs]) -> None:
    _, runs = page
    few, more = runs.first.sent, runs.smallest.sent
    assert len(few) == len(more) == 1
    assert few[0] <= _MOST_BYTES
    assert more[0] <= _MOST_BYTES + _MOST_BYTES_PER_AREA * _GRIDS
