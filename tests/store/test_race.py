"""Two writers at the same time, as processes and as threads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pandas as pd
import pytest

from geo.errors import GeoError, StoreError
from geo.store import Release, Store, read_layer
from geo.store.files import Lease
from tests.store.conftest import HEADER, make_grids, make_incidents, make_officers

PUBLISHER = Path(__file__).with_name("publisher.py")
Start = Callable[..., "subprocess.Popen[str]"]
FRAMES: dict[str, pd.DataFrame] = {"incidents": make_incidents(7), "officers": make_officers("p1", "p2")}


@pytest.fixture
def start(filled: Store, tmp_path: Path) -> Iterator[Start]:
    """Start a publishing process; whatever still runs at the end is ended."""
    processes: list[subprocess.Popen[str]] = []

    def start(layer: str, *options: str) -> subprocess.Popen[str]:
        path = tmp_path / f"{layer}.parquet"
        FRAMES[layer].to_parquet(path)
        command = [sys.executable, str(PUBLISHER), str(filled.root), layer, str(path), *options]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


@pytest.mark.parametrize(("slow", "fast"), [("incidents", "officers"), ("officers", "incidents")])
def test_who_loses_goes_on_top_when_the_layers_differ(filled: Store, start: Start, slow: str, fast: str) -> None:
    loser = start(slow, "--wait")
    wait_until_ready(loser)
    filled.publish({fast: FRAMES[fast]}, **HEADER)
    assert loser.communicate("go on\n")[0] == "3\n"
    release = filled.current()
    assert release is not None
    assert (release.number, release.parent) == (3, 2)
    assert {name: release.layers[name].rows for name in ("incidents", "officers")} == {"incidents": 7, "officers": 2}


def test_who_loses_with_the_same_layer_is_told(filled: Store, start: Start) -> None:
    loser = start("officers", "--wait")
    wait_until_ready(loser)
    winner = filled.publish({"officers": make_officers("p7")}, **HEADER)
    said, _ = loser.communicate("go on\n")
    assert loser.returncode == 1
    assert "release 2 was published meanwhile and changes officers" in said
    assert "Remedy: look at it, then publish again" in said
    assert filled.current() == winner
    assert filled.collect(grace_seconds=0) == []


def test_files_of_a_running_publisher_are_not_collected(filled: Store, start: Start) -> None:
    publisher = start("incidents", "--wait")
    wait_until_ready(publisher)
    assert filled.collect(grace_seconds=0) == []
    assert publisher.communicate("go on\n")[0] == "2\n"
    assert filled.check() == []


def test_files_of_a_killed_publisher_are_collected(filled: Store, start: Start) -> None:
    publisher = start("incidents", "--wait")
    wait_until_ready(publisher)
    publisher.kill()
    publisher.wait()
    assert [name.split("/")[0] for name in filled.collect(grace_seconds=0)] == ["layers", "publishing"]
    assert [release.number for release in filled.releases()] == [1]
    assert filled.check() == []


def test_processes_at_full_speed_lose_nothing(filled: Store, start: Start) -> None:
    processes = [start("incidents", "4"), start("officers", "4")]
    numbers = [int(line) for process in processes for line in process.communicate()[0].split()]
    assert sorted(numbers) == list(range(2, 10))
    assert [release.number for release in filled.releases()] == list(range(1, 10))
    assert filled.check() == []


def publish_behind(
    store: Store, monkeypatch: pytest.MonkeyPatch, late: dict[str, pd.DataFrame], early: dict[str, pd.DataFrame]
) -> Release:
    """Publish `late`, and `early` at the moment when `late` has read the current release and written its files."""
    create = Lease.create

    def overtaken(lease: Lease, name: str, content: bytes) -> bool:
        monkeypatch.setattr(Lease, "create", create)
        store.publish(early, **{**HEADER, "as_of": pd.Timestamp("2026-01-31").date()})
        return create(lease, name, content)

    monkeypatch.setattr(Lease, "create", overtaken)
    return store.publish(late, **HEADER)


def test_the_later_day_stands_after_a_race(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    officers, incidents = {"officers": make_officers("p2")}, {"incidents": make_incidents(7)}
    release = publish_behind(filled, monkeypatch, officers, incidents)
    assert (release.number, release.as_of.isoformat()) == (3, "2026-01-31")


def test_new_grids_and_new_points_do_not_pass_each_other_unseen(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.publish({"grids": make_grids("g1", "g2")}, **HEADER)
    with pytest.raises(StoreError, match="release 2 was published meanwhile and changes grids"):
        publish_behind(store, monkeypatch, {"incidents": make_incidents(7)}, {"grids": make_grids("g2", "g1")})


def test_points_placed_in_grids_that_are_no_longer_current_are_refused(store: Store) -> None:
    base = store.publish({"grids": make_grids("g1", "g2")}, **HEADER)
    store.publish({"grids": make_grids("g2", "g1")}, **HEADER)
    with pytest.raises(StoreError, match="release 2 was published meanwhile and changes grids"):
        store.publish({"incidents": make_incidents(7)}, **HEADER, on_top_of=base)
    assert store.publish({"officers": make_officers("p1")}, **HEADER, on_top_of=base).number == 3
    with pytest.raises(StoreError, match="release 3 was published meanwhile and changes"):
        store.publish({"grids": make_grids("g1")}, **HEADER, on_top_of=None)


def test_keys_are_checked_again_after_a_race(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assignments = pd.DataFrame(
        {"post_id": ["p1"], "grid_id": ["g1"], "from_on": pd.Timestamp("2025-01-01"), "share": 1.0}
    )
    with pytest.raises(GeoError, match=r"assignments, column post_id.*'p1'"):
        publish_behind(filled, monkeypatch, {"assignments": assignments}, {"officers": make_officers("p9")})
    assert filled.collect(grace_seconds=0) == []


def test_who_replaces_all_is_told_of_any_other(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    create = Lease.create

    def overtaken(lease: Lease, name: str, content: bytes) -> bool:
        monkeypatch.setattr(Lease, "create", create)
        filled.restore(1)
        return create(lease, name, content)

    monkeypatch.setattr(Lease, "create", overtaken)
    with pytest.raises(StoreError, match="release 2 was published meanwhile"):
        filled.publish({"officers": make_officers("p2")}, **HEADER, replace_all=True)


def test_threads_publish_and_read_whole_releases(filled: Store) -> None:
    done = Event()

    def read() -> int:
        seen = 0
        while not done.is_set():
            release = filled.current()
            assert release is not None
            assert len(read_layer(release, "incidents")) == release.layers["incidents"].rows
            seen += 1
        return seen

    with ThreadPoolExecutor(3) as pool:
        reader = pool.submit(read)
        writers = [pool.submit(filled.publish, {name: frame}, **HEADER) for name, frame in FRAMES.items()]
        numbers = sorted(writer.result().number for writer in writers)
        done.set()
        assert reader.result() >= 1
    assert numbers == [2, 3]
