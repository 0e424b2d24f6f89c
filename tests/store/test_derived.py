"""What is derived from a layer is kept beside it: never wrong, never named, and gone with the last of its releases."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from geo.store import Arrays, Release, Store, derived_arrays
from tests.store.conftest import HEADER, make_grids, make_incidents

MADE = {"numbers": np.arange(7, dtype=np.int32), "places": np.array([[1.5, 2.5], [3.5, 4.5]]), "none": np.empty(0)}


class Maker:
    """Makes the arrays, and counts how often."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Arrays:
        self.calls += 1
        return MADE


def ask(release: Release, make: Maker, *, form: str = "1") -> Arrays:
    found = derived_arrays(release, "grids", "index", form=form, make=make)
    assert list(found) == list(MADE)
    for name, values in MADE.items():
        np.testing.assert_array_equal(found[name], values)
        assert found[name].dtype == values.dtype
    return found


def kept_file(store: Store) -> Path:
    (path,) = (store.root / "derived").iterdir()
    return path


def publish_other_grids(store: Store) -> Release:
    grids = make_grids("g1", "g2", "g3")
    return store.publish({"grids": grids, "incidents": make_incidents(3)}, **HEADER)


def test_what_is_kept_is_made_once_for_the_same_layer(filled: Store) -> None:
    make = Maker()
    ask(filled.release(1), make)
    again = filled.publish({"incidents": make_incidents(4)}, **HEADER)
    ask(again, make)
    assert (again.number, make.calls) == (2, 1)


def test_who_writes_to_it_changes_no_file(filled: Store) -> None:
    make = Maker()
    ask(filled.release(1), make)
    ask(filled.release(1), make)["numbers"][:] = 9
    ask(filled.release(1), make)
    assert make.calls == 1


def test_it_is_made_again_in_another_form_and_for_another_layer(filled: Store) -> None:
    make = Maker()
    ask(filled.release(1), make)
    ask(filled.release(1), make, form="2")
    assert kept_file(filled).exists()
    ask(publish_other_grids(filled), make)
    assert (make.calls, len(list((filled.root / "derived").iterdir()))) == (3, 2)


@pytest.mark.parametrize("length", [0, 1, 64, 100, 4096, -64, -1])
def test_a_torn_file_is_made_again(filled: Store, length: int) -> None:
    make = Maker()
    ask(filled.release(1), make)
    path = kept_file(filled)
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    ask(filled.release(1), make)
    assert (make.calls, kept_file(filled).read_bytes()) == (2, whole)


@pytest.mark.parametrize("at", [0, 70, 2_000, 4_096, 4_100, -1])
def test_an_altered_file_is_made_again(filled: Store, at: int) -> None:
    make = Maker()
    ask(filled.release(1), make)
    path = kept_file(filled)
    altered = bytearray(path.read_bytes())
    altered[at] ^= 1
    path.write_bytes(altered)
    ask(filled.release(1), make)
    assert make.calls == 2
    ask(filled.release(1), make)
    assert make.calls == 2


@pytest.mark.parametrize("folder", ["derived", "publishing"])
def test_who_may_not_write_works_without(filled: Store, folder: str) -> None:
    shutil.rmtree(filled.root / folder, ignore_errors=True)
    (filled.root / folder).write_bytes(b"a file in the way, as a disk that may only be read")
    make = Maker()
    ask(filled.release(1), make)
    ask(filled.release(1), make)
    assert make.calls == 2
    assert not list(filled.root.rglob("*.tmp"))


def test_a_full_disk_keeps_nothing_of_it(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise OSError(errno.ENOSPC, "no space", str(path))

    monkeypatch.setattr("geo.store.disk.sync_file", refuse)
    ask(filled.release(1), Maker())
    assert list((filled.root / "derived").iterdir()) == []


def test_it_goes_with_the_last_release_that_has_the_layer(filled: Store) -> None:
    make = Maker()
    ask(filled.release(1), make)
    path = kept_file(filled)
    filled.publish({"incidents": make_incidents(4)}, **HEADER)
    filled.drop(1)
    filled.collect(grace_seconds=0)
    assert path.exists()
    publish_other_grids(filled)
    filled.drop(2)
    name = path.relative_to(filled.root).as_posix()
    assert name in filled.leftovers()
    assert name not in filled.collect(grace_seconds=3_600)
    assert name in filled.collect(grace_seconds=0)
    assert not path.exists()


def test_what_a_killed_writer_left_is_collected(filled: Store) -> None:
    ask(filled.release(1), Maker())
    draft = filled.root / "derived" / f"{'0' * 32}.tmp"
    draft.write_bytes(b"half")
    os.utime(draft)
    assert filled.collect(grace_seconds=0) == [draft.relative_to(filled.root).as_posix()]


def test_a_store_is_whole_with_it_and_a_backup_goes_without(filled: Store, tmp_path: Path) -> None:
    ask(filled.release(1), Maker())
    kept_file(filled).write_bytes(b"torn")
    assert (filled.check(), filled.leftovers()) == ([], [])
    filled.backup(tmp_path / "store.tar")
    back = Store(tmp_path / "back")
    back.restore_backup(tmp_path / "store.tar")
    assert not (back.root / "derived").exists()
    make = Maker()
    ask(back.release(1), make)
    assert make.calls == 1
