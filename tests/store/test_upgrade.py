"""Stores of older versions are read as they are; those of later ones are refused with a clear word."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import StoreError
from geo.store import ReportDraft, Store, read_layer, read_rejects
from geo.store.manifest import canonical_json
from tests.store.conftest import HEADER, make_officers


def rewrite(store: Store, number: int, *, without: str = "sha256", **changes: object) -> None:
    """Write a manifest anew, with a hash that fits."""
    path = store.root / "releases" / f"{number:06d}.json"
    fields = {**json.loads(path.read_bytes()), **changes}
    fields = {name: value for name, value in fields.items() if name not in ("sha256", without)}
    digest = hashlib.sha256(canonical_json(fields)).hexdigest()
    path.write_bytes(canonical_json({**fields, "sha256": digest}))


@pytest.fixture
def old(filled: Store) -> Store:
    """A store as form 1 left it: the second release has a report that its manifest does not name."""
    told = [ReportDraft("officers", {"rows_in": 3}, pd.DataFrame({"row": [3]}))]
    release = filled.publish({"officers": make_officers("p1", "p2")}, **HEADER, reports=told)
    kept = release.report_files["officers"]
    assert kept.rejects is not None
    (filled.root / kept.rejects.path).rename(filled.root / "imports" / f"000002-officers-{'a' * 32}.parquet")
    rejects = {"path": f"imports/000002-officers-{'a' * 32}.parquet", "sha256": kept.rejects.sha256}
    (filled.root / kept.path).unlink()
    report = {"release": 2, "name": "officers", "payload": {"rows_in": 3}, "rejects": rejects}
    (filled.root / "imports" / "000002-officers.json").write_bytes(canonical_json(report))
    for number in (1, 2):
        rewrite(filled, number, format=1, without="reports")
    return filled


def test_a_store_of_the_first_form_is_read_with_its_reports(old: Store) -> None:
    assert len(read_layer(old.release(1), "incidents")) == 3
    assert old.reports(old.release(1)) == []
    (report,) = old.reports(old.release(2))
    assert (report.name, report.payload) == ("officers", {"rows_in": 3})
    assert read_rejects(report)["row"].tolist() == [3]
    assert (old.check(), old.leftovers()) == ([], [])


def test_reading_leaves_an_old_store_as_it_was_written(old: Store) -> None:
    path = old.root / "releases" / "000002.json"
    before = path.read_bytes()
    assert len(old.releases()) == 2
    assert path.read_bytes() == before


def test_an_old_store_goes_on_in_the_new_form(old: Store) -> None:
    told = [ReportDraft("officers", {"rows_in": 1})]
    old.publish({"officers": make_officers("p9")}, **HEADER, reports=told)
    forms = [json.loads(path.read_bytes())["format"] for path in sorted((old.root / "releases").iterdir())]
    assert forms == [1, 1, 2]
    assert [[report.payload["rows_in"] for report in old.reports(one)] for one in old.releases()] == [[], [3], [1]]


def test_an_old_report_goes_with_its_release(old: Store) -> None:
    old.restore(2)
    old.drop(2)
    removed = old.collect(grace_seconds=0)
    assert removed == [f"imports/000002-officers-{'a' * 32}.parquet", "imports/000002-officers.json"]
    assert old.check() == []


def test_a_torn_report_of_an_old_release_is_named_and_nothing_is_collected(old: Store) -> None:
    (old.root / "imports" / "000002-officers.json").write_bytes(b"{")
    assert old.release(2).number == 2
    with pytest.raises(StoreError, match=r"000002-officers\.json: the report is torn"):
        old.collect(grace_seconds=0)
    assert (old.root / "imports" / f"000002-officers-{'a' * 32}.parquet").exists()


def test_an_old_store_can_be_backed_up_and_restored(old: Store, tmp_path: Path) -> None:
    old.backup(tmp_path / "b.tar")
    other = Store(tmp_path / "other")
    other.restore_backup(tmp_path / "b.tar")
    (report,) = other.reports(other.release(2))
    assert read_rejects(report)["row"].tolist() == [3]
    assert other.check() == []


@pytest.mark.parametrize(("form", "words"), [(3, "a newer Maple Grid wrote this manifest, in form 3"), ("x", "form x")])
def test_a_later_form_asks_for_an_update(filled: Store, form: object, words: str) -> None:
    rewrite(filled, 1, format=form)
    with pytest.raises(StoreError, match=rf"{words}; this version knows .* 2\. Remedy: update Maple Grid"):
        filled.current()


def test_a_later_form_may_be_hashed_in_another_way(filled: Store) -> None:
    path = filled.root / "releases" / "000001.json"
    path.write_bytes(path.read_bytes().replace(b'"format":2', b'"format":7'))
    with pytest.raises(StoreError, match="in form 7"):
        filled.current()


def test_a_form_older_than_any_is_refused_with_a_way_out(filled: Store) -> None:
    rewrite(filled, 1, format=0)
    with pytest.raises(StoreError, match=r"form 0 .* older than any .*Remedy: open the store with the version"):
        filled.current()
    assert [("older than any" in problem) for problem in filled.check()] == [True]
