"""Whatever step the disk fails at: the store is as before or as it was to be, and what is left over is collected."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.errors import StoreError
from geo.store import Release, ReportDraft, Store, read_layer, read_rejects
from tests.store.conftest import HEADER, make_incidents, make_officers
from tests.store.faults import Dead, Fault, FaultyDisk

Operation = Callable[[Store], object]


def publish(store: Store) -> Release:
    told = [ReportDraft("officers", {"rows_in": 3}, pd.DataFrame({"row": [3]}))]
    layers = {"officers": make_officers("p1", "p2"), "incidents": make_incidents(2)}
    return store.publish(layers, **HEADER, reports=told)


def restore(store: Store) -> Release:
    return store.restore(1)


def give_up(store: Store) -> list[str]:
    store.drop(1)
    return store.collect(grace_seconds=0)


def bring_back(store: Store) -> object:
    return store.restore_backup(store.root.with_name("backup.tar"), overwrite=True)


OPERATIONS: dict[str, Operation] = {
    "publish": publish,
    "restore": restore,
    "give up": give_up,
    "bring back": bring_back,
}
FAULTS: tuple[Fault, ...] = ("full once", "full", "killed", "power cut")
#: Looked at in every run; all of them together are slow.
QUICK = {("publish", "power cut")}
CASES = [
    pytest.param(name, fault, marks=() if (name, fault) in QUICK else pytest.mark.slow)
    for name in OPERATIONS
    for fault in FAULTS
]
#: Ids of the posts of each release's officers, before and after each operation.
BEFORE = {1: ["p1"], 2: ["p1", "p3"]}
AFTER = {
    "publish": {**BEFORE, 3: ["p1", "p2"]},
    "restore": {**BEFORE, 3: ["p1"]},
    "give up": {2: ["p1", "p3"]},
    "bring back": {1: ["p1"]},
}


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, first_release: Path) -> Path:
    """A folder with a store of two releases, the second with a report, and a backup of the first."""
    folder = tmp_path_factory.mktemp("original")
    shutil.copytree(first_release, folder / "store")
    store = Store(folder / "store")
    store.backup(folder / "backup.tar")
    told = [ReportDraft("officers", {"rows_in": 3}, pd.DataFrame({"row": [3]}))]
    store.publish({"officers": make_officers("p1", "p3"), "incidents": make_incidents(1)}, **HEADER, reports=told)
    return folder


def posts(store: Store) -> dict[int, list[str]]:
    """Ids of each release's officers; every layer and every report is read."""
    for release in store.releases():
        assert all(len(read_layer(release, name)) == file.rows for name, file in release.layers.items())
        assert all(len(read_rejects(report)) == 1 for report in store.reports(release))
        assert len(store.reports(release)) == (0 if release.restored_from or release.number == 1 else 1)
    return {release.number: read_layer(release, "officers")["post_id"].tolist() for release in store.releases()}


def attempts(original: Path, folder: Path, fault: Fault, operation: Operation) -> Iterator[Store]:
    """Give a store for each step that the operation fails at."""
    for fail_at in count(1):
        shutil.rmtree(folder / "work", ignore_errors=True)
        shutil.copytree(original, folder / "work")
        store = Store(folder / "work" / "store")
        told = "the disk is full"
        with FaultyDisk(fault, fail_at) as faulty, suppress(Dead):
            try:
                operation(store)
            except StoreError as error:
                told = str(error)
        assert "the disk is full" in told
        yield store
        if not faulty.failed:
            return


@pytest.mark.slow
@pytest.mark.parametrize(("name", "fault"), CASES)
def test_at_whatever_step_the_disk_fails(original: Path, tmp_path: Path, name: str, fault: Fault) -> None:
    seen = []
    for store in attempts(original, tmp_path, fault, OPERATIONS[name]):
        assert store.check() == []
        found = posts(store)
        newest = max(found)
        # Old or new, nothing between: of the releases that are there none is another than it was or is to be.
        assert (newest, found[newest]) in ((2, BEFORE[2]), (max(AFTER[name]), AFTER[name][max(AFTER[name])]))
        assert all(posts_of in (BEFORE.get(number), AFTER[name].get(number)) for number, posts_of in found.items())
        store.collect(grace_seconds=0)
        assert (store.leftovers(), store.check(), posts(store)) == ([], [], found)
        seen.append(found)
    assert seen[-1] == AFTER[name]
    # Giving up asks for no room: a full disk does not keep anybody from it.
    assert BEFORE in seen or (name, fault) in (("give up", "full once"), ("give up", "full"))
    assert len(seen) > 5


def test_a_full_disk_leaves_nothing_behind(original: Path, tmp_path: Path) -> None:
    for store in attempts(original, tmp_path, "full", publish):
        assert store.leftovers() == []


@pytest.mark.slow
def test_what_failed_can_be_done_again(original: Path, tmp_path: Path) -> None:
    for store in attempts(original, tmp_path, "killed", bring_back):
        bring_back(store)
        assert posts(store) == AFTER["bring back"]


@pytest.mark.slow
def test_a_publisher_that_does_not_sync_is_found_out(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from geo.store import disk

    monkeypatch.setattr(disk, "sync_file", lambda path: None)
    broken = 0
    for fail_at in range(1, 40):
        shutil.copytree(original, tmp_path / str(fail_at))
        store = Store(tmp_path / str(fail_at) / "store")
        with FaultyDisk("power cut", fail_at), pytest.MonkeyPatch().context() as patch:
            # Called, and counted, but not done.
            patch.setattr(FaultyDisk, "_remember", _remember_without_sync(FaultyDisk._remember))
            with suppress(Dead):
                publish(store)
        broken += bool(store.check())
    assert broken


def _remember_without_sync(remember: Callable[[FaultyDisk, str, Path], None]) -> Callable[..., None]:
    return lambda faulty, name, path: None if name == "sync_file" else remember(faulty, name, path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 kB in memory; only who may mount can have one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a disk; the simulated one is tested above")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_is_really_full_leaves_the_store_as_it_was(small_disk: Path, first_release: Path) -> None:
    shutil.copytree(first_release, small_disk / "store")
    store = Store(small_disk / "store")
    records = make_incidents(50_000).assign(lon=np.random.default_rng(1).random(50_000))
    for _ in range(2):
        with pytest.raises(StoreError, match=r"the disk is full\. Remedy: make room"):
            store.publish({"incidents": records}, **HEADER)
        assert (store.check(), store.leftovers()) == ([], [])
    assert len(read_layer(store.release(1), "incidents")) == 3
    assert store.publish({"incidents": make_incidents(5)}, **HEADER).number == 2


def test_a_backup_that_finds_no_room_leaves_nothing(small_disk: Path, store: Store) -> None:
    hours = np.random.default_rng(1).random(60_000)
    store.publish({"officers": make_officers(*map(str, range(60_000))).assign(hours_per_week=hours)}, **HEADER)
    with pytest.raises(StoreError, match=r"b\.tar: the disk is full"):
        store.backup(small_disk / "b.tar")
    assert list(small_disk.iterdir()) == []
    store.backup(small_disk.with_name("b.tar"))
    other = Store(small_disk / "other")
    with pytest.raises(StoreError, match="the disk is full"):
        other.restore_backup(small_disk.with_name("b.tar"))
    assert (other.releases(), other.leftovers(), other.check()) == ([], [], [])
