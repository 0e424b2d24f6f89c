"""Any order of publishing, restoring, giving up, collecting, backups and dead publishers, also step by step at once."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from geo.errors import GeoError
from geo.store import Release, ReportDraft, Store, disk, read_layer
from tests.store.conftest import HEADER, make_grids, make_incidents, make_officers
from tests.store.faults import Dead

Rows: TypeAlias = dict[str, int]
FRAMES: dict[str, Callable[[int], Any]] = {
    "incidents": make_incidents,
    "officers": lambda n: make_officers(*map(str, range(n))),
}
LAYER = st.sampled_from(sorted(FRAMES))


def publish(store: Store, layer: str, n: int) -> Release:
    return store.publish({layer: FRAMES[layer](n)}, **HEADER, reports=[ReportDraft(layer, {"rows_loaded": n})])


def rows(release: Release) -> Rows:
    return {name: len(read_layer(release, name)) for name in release.layers}


class StoreMachine(RuleBasedStateMachine):
    """A store beside what it must hold: number of the release → rows of its layers."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "store")
        self.held: dict[int, Rows] = {}
        self.backed_up: dict[int, Rows] = {}

    def teardown(self) -> None:
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        self.store.publish({"grids": make_grids("g1")}, **HEADER)
        self.held = {1: {"grids": 1}}

    @rule(layer=LAYER, n=st.integers(0, 3))
    def publish(self, layer: str, n: int) -> None:
        newest = max(self.held)
        assert publish(self.store, layer, n).number == newest + 1
        self.held[newest + 1] = {**self.held[newest], layer: n}

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.held)))
        newest = max(self.held)
        assert self.store.restore(number).number == newest + 1
        self.held[newest + 1] = self.held[number]

    @precondition(lambda self: len(self.held) > 1)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.held)[:-1]))
        self.store.drop(number)
        del self.held[number]

    @rule()
    def collect(self) -> None:
        self.store.collect(grace_seconds=0)
        assert self.store.leftovers() == []

    @rule(folder=st.sampled_from(["layers", "imports", "releases"]), token=st.uuids())
    def publisher_dies(self, folder: str, token: object) -> None:
        (self.store.root / "imports").mkdir(exist_ok=True)
        name = f"{folder}/{'' if folder == 'releases' else 'x-'}{str(token).replace('-', '')}.tmp"
        (self.store.root / name).write_bytes(b"half a file")

    @rule()
    def back_up(self) -> None:
        out = Path(self.folder.name) / "backup.tar"
        out.unlink(missing_ok=True)
        self.store.backup(out)
        self.backed_up = dict(self.held)

    @precondition(lambda self: self.backed_up)
    @rule()
    def bring_back(self) -> None:
        self.store.restore_backup(Path(self.folder.name) / "backup.tar", overwrite=True)
        self.held = dict(self.backed_up)

    @invariant()
    def holds_what_it_must(self) -> None:
        assert {release.number: rows(release) for release in self.store.releases()} == self.held
        assert self.store.check() == []


TestStore = pytest.mark.slow(StoreMachine.TestCase)
StoreMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)


class Actor(threading.Thread):
    """A writer that takes one step on the disk each time it is told to; one that is killed takes none any more."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work, self.error, self.killed, self.done = work, None, False, False
        self._go, self._rest = threading.Semaphore(0), threading.Semaphore(0)

    def run(self) -> None:
        self._go.acquire()
        try:
            self.work()
        except (GeoError, Dead) as error:
            self.error = error
        finally:
            self.done = True
            self._rest.release()

    def wait_for_turn(self) -> None:
        if not self.killed:
            self._rest.release()
            self._go.acquire()
        if self.killed:
            raise Dead

    def take_turn(self) -> None:
        if not self.done:
            self._go.release()
            assert self._rest.acquire(timeout=120)

    def kill(self) -> None:
        self.killed = True
        self.take_turn()

    error: BaseException | None


def turn_based(patch: pytest.MonkeyPatch) -> None:
    """Make every step of an actor on the disk wait for its turn; a lock that is held is tried again the next turn."""
    locks = disk.try_lock

    def wait() -> None:
        actor = threading.current_thread()
        if isinstance(actor, Actor):
            actor.wait_for_turn()

    def lock(file: Any) -> None:  # noqa: ANN401  as the one it stands for
        wait()
        while not locks(file):
            wait()

    def waiting(do: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any) -> Any:  # noqa: ANN401  as above
            wait()
            return do(*args)

        return step

    for name in ("write", "link", "replace", "remove", "touch", "sync_file", "sync_folder"):
        patch.setattr(disk, name, waiting(getattr(disk, name)))
    patch.setattr(disk, "lock", lock)


def works(store: Store) -> dict[str, Callable[[], object]]:
    return {
        "incidents": lambda: publish(store, "incidents", 3),
        "officers": lambda: publish(store, "officers", 3),
        "restore": lambda: store.restore(1),
        "drop": lambda: store.drop(1),
        "collect": lambda: store.collect(grace_seconds=0),
    }


WORK = st.sampled_from(["incidents", "officers", "restore", "drop", "collect"])
TURNS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 6)), max_size=25)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(chosen=st.lists(WORK, min_size=2, max_size=3), turns=TURNS, killed=st.integers(0, 9), at=st.integers(0, 24))
def test_writers_that_take_turns_on_the_disk_leave_whole_releases(
    chosen: list[str], turns: list[tuple[int, int]], killed: int, at: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        store = Store(Path(folder) / "store")
        store.publish({"grids": make_grids("g1"), "incidents": make_incidents(1)}, **HEADER)
        publish(store, "incidents", 2)
        turn_based(patch)
        actors = [Actor(works(store)[name]) for name in chosen]
        for actor in actors:
            actor.start()
        for number, (who, steps) in enumerate(turns):
            if number == at and killed < len(actors):
                actors[killed].kill()
            for _ in range(steps):
                actors[who % len(actors)].take_turn()
            current = store.current()
            assert current is not None
            assert rows(current) == {name: file.rows for name, file in current.layers.items()}
        while not all(actor.done for actor in actors):
            for actor in actors:
                actor.take_turn()
        assert store.check() == []
        assert all(len(store.reports(one)) == (one.number > 1 and not one.restored_from) for one in store.releases())
        published = sum(actor.error is None and name in ("incidents", "officers", "restore")
                        for actor, name in zip(actors, chosen, strict=True))  # fmt: skip
        assert max(one.number for one in store.releases()) >= 2 + published
        store.collect(grace_seconds=0)
        assert (store.leftovers(), store.check()) == ([], [])
