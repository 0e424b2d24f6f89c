"""What the dashboard leaves in the audit trail: files taken out, data brought in, rules and roles that change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

import geo.rules
from geo.access import Asker, Deed, Scope, Trail, changes
from geo.dashboard import record as recording
from geo.dashboard.record import record
from geo.resources import resource
from geo.store import Store
from tests.measures.tiny import AS_OF, tiny_layers

ADMINISTRATOR = Scope("administrator")
PLANNER = Asker(Scope("planner"), "0123456789ab")
VISITS = "grid_id,month,households_visited,requests_handled\nG1,2025-03,4,1\nG2,2025-03,2,0\n"


@pytest.fixture
def store(tmp_path: Path, app: AppTest, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store of the test's own behind the app, not made up, so that it takes files in."""
    own = Store(tmp_path / "store")
    own.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    monkeypatch.setenv("MAPLEGRID_STORE", str(own.root))
    return own


def deeds(store: Store, *what: str) -> list[Deed]:
    """The lines of some kinds, the oldest first."""
    return [deed for deed in reversed(Trail(store.root).read(ADMINISTRATOR)) if deed.what in what]


def change_twice(file: Path, then: Callable[[], object]) -> None:
    """Write a file as it was, changed, as it was, changed; do something after each."""
    text = file.read_text(encoding="utf-8")
    for content in (text, text + "# Changed by the office.\n") * 2:
        file.write_text(content, encoding="utf-8")
        then()


@pytest.mark.parametrize("name", ["rules", "assessment", "codes"])
def test_rules_that_change_and_change_back_are_told_each_time(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = Path(shutil.copytree(resource("rules.toml").parent, tmp_path / "data"))
    monkeypatch.setattr(geo.rules, "resource", folder.joinpath)

    def look_twice() -> None:
        for _ in range(2):
            record(PLANNER, "view", page="today")

    change_twice(folder / f"{name}.toml", look_twice)
    assert [deed.what for deed in deeds(store, "rules", "view")] == ["rules", "view", "view"] * 4
    told = [(deed.who, deed.detail["sha256"]) for deed in deeds(store, "rules")]
    assert told[:2] == told[2:]
    assert told[0] != told[1]
    assert {who for who, _ in told} == {"server"}


def test_roles_that_change_and_change_back_are_told_each_time_where_people_sign_in(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "roles.toml"
    file.write_text("[sign_in]\n", encoding="utf-8")
    monkeypatch.setenv("MAPLEGRID_ROLES", str(file))
    change_twice(file, lambda: record(PLANNER, "view", page="today"))
    assert deeds(store, "roles") == []
    monkeypatch.setattr(recording, "is_set_up", lambda: True)
    change_twice(file, lambda: record(PLANNER, "view", page="today"))
    told = [deed.detail["sha256"] for deed in deeds(store, "roles")]
    assert (told[:2], len(list(groupby(told)))) == (told[2:], 4)


def test_what_another_process_told_is_not_told_again(store: Store) -> None:
    record(PLANNER, "view", page="today")
    changes._told.clear()
    record(PLANNER, "view", page="today")
    assert len(deeds(store, "rules")) == 1


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What makes the files of the page's buttons, by the names of the files: AppTest does not click these."""
    made: dict[str, Callable[[], bytes]] = {}
    add = MediaFileManager.add_deferred

    def kept(manager: MediaFileManager, make: Callable[[], bytes], *words: str, **named: str) -> str:
        made[named.get("file_name") or words[2]] = make
        return add(manager, make, *words, **named)

    monkeypatch.setattr(MediaFileManager, "add_deferred", kept)
    return made


def test_a_file_taken_from_a_page_is_told_before_it_is_made(
    store: Store, app: AppTest, files: dict[str, Callable[[], bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.switch_page("screens/disputes.py").run()
    app.button(key="save").click().run()
    assert not app.exception
    (table,) = (make for name, make in files.items() if name.endswith(".csv"))
    # A button that is shown is no file taken out.
    assert deeds(store, "export") == []
    told_by_then = list[Deed]()

    def made(_: object) -> str:
        told_by_then.extend(deeds(store, "export"))
        return "made"

    monkeypatch.setattr("geo.dashboard.parts.downloads.csv_text", made)
    assert table() == "made".encode("utf-8-sig")
    (line,) = told_by_then
    assert (line.role, line.detail["kind"], line.detail["release"]) == ("planner", "csv", "1")
    assert "layer=disputes" in line.detail["view"]
    assert deeds(store, "export") == [line]


@pytest.fixture
def data(store: Store, app: AppTest) -> Iterator[AppTest]:
    """The page Data; a file that is on its way in goes with the session."""
    yield app.switch_page("screens/data.py").run()
    if "take_in" in app.session_state:
        app.session_state["take_in"].home.cleanup()


def test_data_brought_in_on_the_page_are_told_with_their_release(store: Store, data: AppTest) -> None:
    data.file_uploader(key="take-in-file-0").set_value(("visits.csv", VISITS.encode(), "text/csv")).run()
    next(button for button in data.button if button.label == "See what would happen").click().run()
    assert (not data.exception, deeds(store, "import")) == (True, [])
    data.button(key="take-in-publish").click().run()
    assert not data.exception
    (line,) = deeds(store, "import")
    current = store.current()
    assert current is not None
    assert (line.role, dict(line.detail), current.number) == ("planner", {"release": "2"}, 2)
