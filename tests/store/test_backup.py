"""Backups: what goes into one file comes out byte by byte, and a torn one changes nothing."""

from __future__ import annotations

import io
import json
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.errors import StoreError
from geo.store import ReportDraft, Store, read_layer, read_rejects
from geo.store.files import Lease
from tests.store.conftest import HEADER, make_grids, make_incidents, make_officers

Change = Callable[[bytes], bytes]


@pytest.fixture
def two(filled: Store) -> Store:
    """A store of two releases, the second with a report."""
    told = [ReportDraft("officers", {"rows_in": 3}, pd.DataFrame({"row": [3]}))]
    filled.publish({"officers": make_officers("p1", "p2")}, **HEADER, reports=told)
    return filled


@pytest.fixture
def backup(two: Store, tmp_path: Path) -> Path:
    """A backup of both releases."""
    return two.backup(tmp_path / "backup.tar").path


def content(store: Store) -> dict[str, bytes]:
    folders = ("layers", "imports", "releases")
    return {
        path.relative_to(store.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in (store.root / folder).glob("*")
    }


def members(backup: Path) -> list[tarfile.TarInfo]:
    with tarfile.open(backup) as tar:
        return tar.getmembers()


def test_a_backup_brings_every_byte_back(two: Store, backup: Path, tmp_path: Path) -> None:
    store = Store(tmp_path / "other")
    restored = store.restore_backup(backup)
    assert (restored.releases, restored.files) == ((1, 2), 8)
    assert content(store) == content(two)
    assert restored.bytes == sum(map(len, content(two).values()))
    assert (store.check(), store.leftovers()) == ([], [])
    (report,) = store.reports(store.release(2))
    assert read_rejects(report)["row"].tolist() == [3]


def test_a_backup_is_a_plain_tar_with_its_list_first(backup: Path) -> None:
    assert [member.name.split("/")[0] for member in members(backup)] == [
        *["maplegrid-backup.json"],
        *["imports"] * 2,
        *["layers"] * 4,
        *["releases"] * 2,
    ]


def test_leftovers_and_releases_given_up_do_not_travel(two: Store, tmp_path: Path) -> None:
    (two.root / "layers" / f"grids-{'0' * 32}.parquet").write_bytes(b"half")
    two.drop(1)
    assert two.backup(tmp_path / "b.tar").releases == (2,)
    store = Store(tmp_path / "other")
    store.restore_backup(tmp_path / "b.tar")
    assert [release.number for release in store.releases()] == [2]
    assert store.leftovers() == []


def test_a_store_that_is_not_empty_is_not_overwritten_unasked(filled: Store, backup: Path) -> None:
    before = content(filled)
    with pytest.raises(StoreError, match=r"not empty, its newest release is 2\. Remedy"):
        filled.restore_backup(backup)
    assert content(filled) == before


def test_overwriting_gives_the_backup_and_nothing_else(two: Store, backup: Path) -> None:
    before = content(two)
    for n in (4, 5):
        two.publish({"incidents": make_incidents(n)}, **HEADER)
    two.restore_backup(backup, overwrite=True)
    assert [release.number for release in two.releases()] == [1, 2]
    assert len(two.collect(grace_seconds=0)) == 2
    assert content(two) == before


def test_overwriting_mends_what_is_broken(two: Store, backup: Path) -> None:
    before = content(two)
    for path in [two.release(2).path(name) for name in ("incidents", "officers")]:
        path.write_bytes(b"torn")
    (two.root / "releases" / "000001.json").unlink()
    two.restore_backup(backup, overwrite=True)
    assert content(two) == before
    assert two.check() == []


def test_a_longer_history_goes_in_one_step(two: Store, backup: Path, tmp_path: Path) -> None:
    other = Store(tmp_path / "other")
    other.publish({"officers": make_officers("x")}, **HEADER)
    other.restore_backup(backup, overwrite=True)
    assert other.current() is not None
    assert [read_layer(one, "officers")["post_id"].tolist() for one in other.releases()] == [["p1"], ["p1", "p2"]]


def cut(backup: Path, at: int) -> None:
    backup.write_bytes(backup.read_bytes()[:at])


@pytest.mark.parametrize("position", range(9))
def test_a_backup_cut_short_is_refused_by_its_member(backup: Path, tmp_path: Path, position: int) -> None:
    member = members(backup)[position]
    cut(backup, member.offset_data + member.size - 1)
    store = Store(tmp_path / "other")
    with pytest.raises(StoreError, match=rf"torn at its member {member.name}; nothing was restored\. Remedy"):
        store.restore_backup(backup)
    assert (content(store), store.leftovers(), store.current()) == ({}, [], None)


@pytest.mark.parametrize("position", range(9))
def test_a_flipped_bit_is_refused_by_its_member(two: Store, backup: Path, position: int) -> None:
    before = content(two)
    member = members(backup)[position]
    whole = bytearray(backup.read_bytes())
    whole[member.offset_data + member.size // 2] ^= 1
    backup.write_bytes(whole)
    with pytest.raises(StoreError, match=rf"torn at its member {member.name}"):
        two.restore_backup(backup, overwrite=True)
    assert content(two) == before


def test_a_header_of_the_tar_is_checked_too(two: Store, backup: Path) -> None:
    member = members(backup)[3]
    whole = bytearray(backup.read_bytes())
    whole[member.offset] ^= 1
    backup.write_bytes(whole)
    with pytest.raises(StoreError, match=rf"torn at its member {member.name}"):
        two.restore_backup(backup, overwrite=True)


def rewrite_list(backup: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Write the list of a backup anew, with a hash that fits."""
    from geo.store.backup import _write_list
    from geo.store.manifest import KeptFile

    with tarfile.open(backup) as tar:
        first = tar.next()
        assert first is not None
        file = tar.extractfile(first)
        assert file is not None
        fields = json.loads(file.read())
    change(fields)
    text = _write_list([KeptFile(**one) for one in fields["members"]], fields["releases"])
    with tarfile.open(backup, "w") as tar:
        header = tarfile.TarInfo("maplegrid-backup.json")
        header.size = len(text)
        tar.addfile(header, io.BytesIO(text))


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "layers/../../evil", "layers/.hidden", "notes/x"])
def test_names_that_climb_are_refused(two: Store, backup: Path, name: str) -> None:
    def climb(fields: dict[str, object]) -> None:
        fields["members"] = [{"path": name, "bytes": 1, "sha256": "0"}]

    rewrite_list(backup, climb)
    with pytest.raises(StoreError, match="which is no file of a store"):
        two.restore_backup(backup, overwrite=True)


@pytest.mark.parametrize("text", [b"", b"PK\x03\x04", b"\0" * 2_000, b"a,b\n1,2\n" * 500])
def test_another_file_is_no_backup(store: Store, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "b.tar").write_bytes(text)
    with pytest.raises(StoreError, match=r"b\.tar: .*Remedy: take another backup"):
        store.restore_backup(tmp_path / "b.tar")


def test_no_backup_is_made_of_an_altered_store(two: Store, tmp_path: Path) -> None:
    path = two.release(2).path("incidents")
    path.write_bytes(path.read_bytes().replace(b"theft", b"thefu"))
    with pytest.raises(StoreError, match=f"{path.name}: the file has been altered"):
        two.backup(tmp_path / "b.tar")
    assert list(tmp_path.glob("b.tar*")) == []


def test_no_backup_takes_the_place_of_another(two: Store, backup: Path) -> None:
    with pytest.raises(StoreError, match=r"backup\.tar: there is a file of this name"):
        two.backup(backup)


def test_nothing_is_no_backup(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no release to back up"):
        store.backup(tmp_path / "b.tar")


def test_a_restore_that_fails_late_keeps_what_is_named(
    two: Store, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "other")

    def fail(lease: Lease, name: str, content: bytes) -> None:
        raise OSError(28, "No space left on device", name)

    monkeypatch.setattr(Lease, "overwrite", fail)
    with pytest.raises(StoreError, match="the disk is full"):
        store.restore_backup(backup)
    assert [release.number for release in store.releases()] == [2]
    assert store.check() == []


def test_backups_need_no_more_memory_than_a_piece(store: Store, tmp_path: Path) -> None:
    n = 400_000
    numbers = np.random.default_rng(1).permutation(n).astype(str)
    store.publish({"grids": make_grids("g1"), "incidents": make_incidents(n).assign(record_id=numbers)}, **HEADER)
    size = store.release(1).layers["incidents"].bytes
    tracemalloc.start()
    store.backup(tmp_path / "b.tar")
    Store(tmp_path / "other").restore_backup(tmp_path / "b.tar")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20
    assert size > 2**20
