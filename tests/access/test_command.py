"""The commands of whoever keeps a store: what they list, what they find, what they themselves leave in the trail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import geo.export.files
import geo.export.reports
import geo.rules
from geo.access import Scope, Trail, store_key
from geo.cli import DONE, REFUSED, WRONG_USE, main
from geo.errors import NotPermitted
from geo.resources import resource
from geo.rules import rules_digest
from geo.store import Backup, Store
from tests.maps.small import publish_small

ADMINISTRATOR = Scope("administrator")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    publish_small(tmp_path / "store")
    return Store(tmp_path / "store")


def told(store: Store, *, of_rules: bool = False) -> list[tuple[str, str, str | None, dict[str, str]]]:
    deeds = [deed for deed in Trail(store.root).read(ADMINISTRATOR) if of_rules or deed.what != "rules"]
    return [(deed.what, deed.role, deed.area, dict(deed.detail)) for deed in deeds]


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of rules that the test may change, in the place of those delivered."""
    folder = Path(shutil.copytree(resource("rules.toml").parent, tmp_path / "data"))
    monkeypatch.setattr(geo.rules, "resource", folder.joinpath)
    return folder


def test_what_is_taken_out_stands_in_the_trail_with_the_scope_it_was_taken_out_for(
    store: Store, tmp_path: Path
) -> None:
    view = "level=village&period=2025-03&layer=disputes"
    words = ["--store", str(store.root), "--view", view, "--out", str(tmp_path / "t.csv")]
    assert main(["measures", *words, "--role", "director", "--area", "S1"]) == DONE
    assert main(["export", "csv", *words]) == DONE
    (second, first) = told(store)
    assert first[:3] == ("export", "director", "S1")
    assert (second[0], second[1], second[3]["kind"], second[3]["release"]) == ("export", "planner", "csv", "1")
    assert "period=2025-03" in second[3]["view"]


def refuse(*_given: object, **_named: object) -> None:
    raise NotPermitted("It is not for directors.")


def test_a_refusal_stands_in_the_trail_with_what_was_asked(store: Store, tmp_path: Path) -> None:
    out, view = tmp_path / "t.csv", "level=village&period=2025-03&area=S1"
    words = ["--view", view, "--out", str(out), "--role", "director", "--area", "S2", "--table", "waiting"]
    assert main(["measures", "--store", str(store.root), *words]) == REFUSED
    assert told(store) == [("refused", "director", "S2", {"kind": "waiting", "view": view})]
    assert not out.exists()


def test_a_file_that_is_refused_stands_in_it(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geo.export.files, "write_file", refuse)
    view = "level=village&period=2025-03"
    words = ["--view", view, "--out", str(tmp_path / "t.csv"), "--role", "director", "--area", "S1"]
    assert main(["export", "csv", "--store", str(store.root), *words]) == REFUSED
    assert told(store)[0] == ("refused", "director", "S1", {"kind": "csv", "view": view})


def test_a_report_that_its_reader_may_not_see_stands_in_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geo.export.reports, "write_due", refuse)
    plan = tmp_path / "plan.toml"
    plan.write_text('[[reports]]\nkind = "briefing"\nevery = "month"\nof = ["S1"]\n', encoding="utf-8")
    words = ["--store", str(store.root), "--out", str(tmp_path / "out"), "--schedule", str(plan)]
    assert main(["report", "--due", *words]) == REFUSED
    assert told(store)[0][:3] == ("refused", "director", "S1")


def test_releases_and_the_secret_stand_in_it_too(store: Store) -> None:
    assert main(["releases", "restore", "1", "--store", str(store.root)]) == DONE
    assert main(["releases", "drop", "1", "--store", str(store.root)]) == DONE
    key = store_key(store.root, "tokens")
    assert main(["rotate-key", "--store", str(store.root)]) == DONE
    assert store_key(store.root, "tokens") != key
    kinds = [(what, detail.get("command"), detail.get("release")) for what, _, _, detail in told(store)]
    assert kinds == [("key", None, None), ("release", "drop", "1"), ("release", "restore", "1")]


def test_a_backup_stands_in_it_before_the_file_does(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = list[object]()
    write = Store.backup

    def watched(opened: Store, out: Path) -> Backup:
        before.extend(told(store))
        return write(opened, out)

    monkeypatch.setattr(Store, "backup", watched)
    assert main(["backup", str(tmp_path / "store.tar"), "--store", str(store.root)]) == DONE
    line = ("export", "administrator", None, {"kind": "backup", "release": "1"})
    assert (before, told(store)) == ([line], [line])


VISITS = "grid_id,month,households_visited,requests_handled\nG0,2025-03,4,1\nG0,soon,2,1\n"


@pytest.mark.parametrize("words", [[], ["--dry-run"]], ids=["published", "dry run"])
def test_rows_that_are_not_loaded_are_taken_out_with_a_line(store: Store, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "visits.csv").write_text(VISITS, encoding="utf-8")
    recipe, out = str(tmp_path / "visits.toml"), tmp_path / "out"
    drafted = ["recipe", str(tmp_path / "visits.csv"), "--out", recipe, "--layer", "visits"]
    assert main([*drafted, "--store", str(store.root)]) == DONE
    with Path(recipe).open("a", encoding="utf-8") as file:
        file.write("\n[release]\nmade_up = true\n")
    assert main(["import", recipe, "--rejects", str(out), "--store", str(store.root), *words]) == DONE
    assert (out / "visits-rejects.xlsx").exists()
    taken_out = ("export", "administrator", None, {"kind": "rejects", "view": "visits"})
    brought_in = ("import", "administrator", None, {"release": "2"})
    assert told(store) == ([taken_out] if words else [brought_in, taken_out])


def test_a_backup_of_no_store_makes_none(tmp_path: Path) -> None:
    assert main(["backup", str(tmp_path / "store.tar"), "--store", str(tmp_path / "none")]) == REFUSED
    assert not (tmp_path / "none").exists()


def test_opening_to_the_public_stands_in_it_once(store: Store) -> None:
    for _ in range(2):
        assert main(["public", "--store", str(store.root)]) == DONE
    (line,) = told(store)
    assert line == ("release", "administrator", None, {"command": "public", "release": "1", "step": "1"})


@pytest.mark.parametrize("name", ["rules", "assessment", "workdays", "promises", "compare", "persons", "measures"])
def test_changed_rules_of_any_file_stand_in_it_each_time(store: Store, rules: Path, name: str) -> None:
    file = rules / f"{name}.toml"
    texts = [file.read_text(encoding="utf-8"), file.read_text(encoding="utf-8") + "# Changed by the office.\n"]
    for text in texts * 2:
        file.write_text(text, encoding="utf-8")
        for _ in range(2):
            assert main(["rotate-key", "--store", str(store.root)]) == DONE
    newest = told(store, of_rules=True)
    assert [line[0] for line in reversed(newest)] == ["rules", "key", "key"] * 4
    digests = [line[3]["sha256"] for line in reversed(newest) if line[0] == "rules"]
    assert digests[:2] == digests[2:]
    assert digests[0] != digests[1]


def test_the_example_of_roles_is_no_rule(store: Store, rules: Path) -> None:
    before = rules_digest()
    (rules / "roles.toml").write_text("", encoding="utf-8")
    assert rules_digest() == before


def test_the_list_is_newest_first_and_of_one_kind_if_asked(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["releases", "restore", "1"], ["rotate-key"], ["rotate-key"]):
        main([*words, "--store", str(store.root)])
    capsys.readouterr()
    assert main(["audit", "--store", str(store.root), "--what", "key", "--last", "1", "--json"]) == DONE
    lines = json.loads(capsys.readouterr().out)["lines"]
    assert [(line["n"], line["what"], line["who"]) for line in lines] == [(4, "key", "command")]
    assert main(["audit", "--store", str(store.root), "--what", "gossip"]) == WRONG_USE
    assert main(["audit", "--store", str(store.root)]) == DONE
    assert capsys.readouterr().out.splitlines()[0].startswith("line  when (UTC)")


def test_a_changed_trail_is_named_with_exit_status_1(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        main(["rotate-key", "--store", str(store.root)])
    sign = str(Trail(store.root).check().head)
    assert main(["audit", "--store", str(store.root), "--check", "--holds", sign[:12]]) == DONE
    (file,) = (store.root / "audit").glob("*.jsonl")
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], lines[2]]) + "\n")
    capsys.readouterr()
    assert main(["audit", "--store", str(store.root), "--check"]) == REFUSED
    assert f"The trail has been changed: {file.name}, line 2: line 2 of the trail" in capsys.readouterr().out
    file.write_text(lines[0] + "\n")
    assert main(["audit", "--store", str(store.root), "--check"]) == DONE
    assert main(["audit", "--store", str(store.root), "--holds", sign[:12]]) == REFUSED


def test_a_store_that_is_there_to_be_read_alone_is_told_and_read(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (store.root / "audit").write_text("a file where the folder should be")
    words = ["--store", str(store.root), "--view", "level=village&period=2025-03", "--out", str(tmp_path / "t.csv")]
    assert main(["measures", *words]) == DONE
    assert "Not told in the audit trail" in capsys.readouterr().err
