"""The commands that keep a store: check, backup, restore, and giving releases up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from geo.cli import DONE, REFUSED, WRONG_USE, main
from geo.errors import StoreError
from geo.store import Store
from tests.store.conftest import HEADER, make_officers


def run(capsys: pytest.CaptureFixture[str], store: Store, *words: str) -> tuple[int, str]:
    status = main([*words, "--store", str(store.root)])
    said = capsys.readouterr()
    return status, said.out + said.err


def test_a_whole_store_has_nothing_wrong(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, filled, "check") == (DONE, f"{filled.root}: 1 release, nothing wrong.\n")


def test_what_is_wrong_is_named_and_tells_by_the_exit_status(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    filled.publish({"officers": make_officers("p2")}, **HEADER)
    path = filled.release(2).path("incidents")
    path.write_bytes(path.read_bytes()[:-1])
    status, said = run(capsys, filled, "check")
    assert status == REFUSED
    assert said.startswith(f"{path}: the file is torn or has been altered: layer incidents of releases 1–2. Remedy: ")
    status, said = run(capsys, filled, "check", "--json")
    assert (status, len(json.loads(said)["problems"])) == (REFUSED, 1)


def test_a_torn_manifest_is_a_problem_and_no_error(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    (filled.root / "releases" / "000002.json").write_bytes(b"{")
    status, said = run(capsys, filled, "check")
    assert (status, said.count("\n")) == (REFUSED, 1)
    assert "000002.json: the manifest is torn" in said


@pytest.mark.parametrize("number", [2, 3])
def test_a_release_that_vanished_is_missed(filled: Store, capsys: pytest.CaptureFixture[str], number: int) -> None:
    filled.publish({"officers": make_officers("p2")}, **HEADER)
    filled.publish({"officers": make_officers("p3")}, **HEADER)
    (filled.root / "releases" / f"{number:06d}.json").unlink()
    status, said = run(capsys, filled, "check")
    assert (status, f"release {number} has vanished" in said) == (REFUSED, True)
    with pytest.raises(StoreError, match="vanished"):
        filled.collect(grace_seconds=0)
    filled.drop(number)
    assert filled.check() == []


def test_a_release_given_up_is_not_missed(filled: Store) -> None:
    filled.publish({"officers": make_officers("p2")}, **HEADER)
    filled.drop(1)
    assert filled.check() == []


def test_leftovers_are_told_and_are_nothing_wrong(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    (filled.root / "layers" / f"grids-{'0' * 32}.parquet").write_bytes(b"half")
    status, said = run(capsys, filled, "check")
    assert status == DONE
    assert "1 leftover file of stopped imports" in said
    assert main(["releases", "--store", str(filled.root), "collect", "--grace-hours", "0"]) == DONE
    assert filled.leftovers() == []


def test_what_is_too_young_to_be_removed_is_told(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    (filled.root / "layers" / f"grids-{'0' * 32}.parquet").write_bytes(b"half")
    status, said = run(capsys, filled, "releases", "collect")
    assert (status, "1 younger than 24 hours" in said) == (DONE, True)


def test_out_and_in_again(filled: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "store.tar"
    status, said = run(capsys, filled, "backup", str(out))
    assert (status, said.startswith(f"{out}: 1 release, 4 files, ")) == (DONE, True)
    assert run(capsys, filled, "restore", str(out))[0] == REFUSED
    assert run(capsys, filled, "restore", str(out), "--overwrite")[0] == DONE
    other = Store(tmp_path / "other")
    assert run(capsys, other, "restore", str(out))[0] == DONE
    assert other.check() == []
    assert run(capsys, other, "restore", str(tmp_path / "nowhere.tar"))[0] == WRONG_USE


def test_a_release_can_be_given_up(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    filled.publish({"officers": make_officers("p2")}, **HEADER)
    assert main(["releases", "--store", str(filled.root), "drop", "1"]) == DONE
    assert capsys.readouterr().out == "Release 1 is given up.\n"
    assert main(["releases", "--store", str(filled.root), "drop", "2"]) == REFUSED
