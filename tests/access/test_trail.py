"""The audit trail: lines are only added, and what is done to them afterwards is found."""

from __future__ import annotations

import json
import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.access import Asker, Scope, Trail, store_key
from geo.access import trail as trails
from geo.errors import NotPermitted, StoreError

MARCH = datetime(2025, 3, 31, 23, 59, tzinfo=UTC)
APRIL = datetime(2025, 4, 1, tzinfo=UTC)
DIRECTOR = Asker(Scope("director", "S1"), "0123456789ab")
ADMINISTRATOR = Scope("administrator")


def written(root: Path, lines: int = 4) -> Path:
    """Write a trail of some lines, and return its file."""
    trail = Trail(root)
    for number in range(lines):
        trail.append(DIRECTOR, "view", {"page": f"page{number}"}, at=MARCH)
    return root / "audit" / "2025-03.jsonl"


def test_a_line_says_who_what_and_when_and_nothing_of_a_person(tmp_path: Path) -> None:
    Trail(tmp_path).append(DIRECTOR, "export", {"kind": "csv", "release": 3, "view": None}, at=MARCH)
    (line,) = (tmp_path / "audit" / "2025-03.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert {key: told[key] for key in ("n", "at", "what", "who", "role", "area", "detail")} == {
        "n": 1,
        "at": "2025-03-31T23:59:00Z",
        "what": "export",
        "who": "0123456789ab",
        "role": "director",
        "area": "S1",
        "detail": {"kind": "csv", "release": "3"},
    }
    assert told["before"] == "0" * 64


def test_a_trail_as_it_was_written_is_whole_through_the_months(tmp_path: Path) -> None:
    written(tmp_path, lines=3)
    last = Trail(tmp_path).append(DIRECTOR, "view", at=APRIL)
    state = Trail(tmp_path).check()
    assert (state.lines, state.first, state.last, state.head) == (4, 1, 4, last.hash)
    assert (state.bad, state.torn) == (None, ())
    assert [deed.n for deed in Trail(tmp_path).read(ADMINISTRATOR)] == [4, 3, 2, 1]
    assert [deed.n for deed in Trail(tmp_path).read(ADMINISTRATOR, most=2)] == [4, 3]


def test_no_trail_is_whole_too(tmp_path: Path) -> None:
    state = Trail(tmp_path / "none").check()
    assert (state.lines, state.first, state.head, state.bad) == (0, None, None, None)


@pytest.mark.parametrize("number", range(4))
def test_a_changed_line_is_named(tmp_path: Path, number: int) -> None:
    file = written(tmp_path)
    lines = file.read_text().splitlines()
    lines[number] = lines[number].replace('"role":"director"', '"role":"planner"')
    file.write_text("\n".join(lines) + "\n")
    assert Trail(tmp_path).check().bad == f"2025-03.jsonl, line {number + 1}: the line has been changed"


@pytest.mark.parametrize("number", range(3))
def test_a_changed_line_with_a_new_hash_of_its_own_breaks_the_next(tmp_path: Path, number: int) -> None:
    from geo.access.trail import _digest

    file = written(tmp_path)
    lines = file.read_text().splitlines()
    fields = json.loads(lines[number]) | {"who": "somebody"}
    del fields["hash"]
    lines[number] = json.dumps({**fields, "hash": _digest(fields)})
    file.write_text("\n".join(lines) + "\n")
    assert str(Trail(tmp_path).check().bad).startswith(f"2025-03.jsonl, line {number + 2}: line {number + 2}")


@pytest.mark.parametrize("number", [1, 2])
def test_a_line_taken_out_is_missed_where_it_stood(tmp_path: Path, number: int) -> None:
    file = written(tmp_path)
    lines = file.read_text().splitlines()
    del lines[number]
    file.write_text("\n".join(lines) + "\n")
    assert Trail(tmp_path).check().bad == (
        f"2025-03.jsonl, line {number + 1}: line {number + 1} of the trail should stand here; it was taken out or moved"
    )


def test_a_whole_month_taken_out_is_missed(tmp_path: Path) -> None:
    written(tmp_path)
    for moment in (APRIL, datetime(2025, 5, 1, tzinfo=UTC)):
        Trail(tmp_path).append(DIRECTOR, "view", at=moment)
    (tmp_path / "audit" / "2025-04.jsonl").unlink()
    assert str(Trail(tmp_path).check().bad).startswith("2025-05.jsonl, line 1: line 5 of the trail should stand here")


def test_lines_in_another_order_are_found(tmp_path: Path) -> None:
    file = written(tmp_path)
    first, second, third, fourth = file.read_text().splitlines()
    file.write_text("\n".join([first, third, second, fourth]) + "\n")
    assert str(Trail(tmp_path).check().bad).startswith("2025-03.jsonl, line 2: line 2")


def test_the_end_taken_off_is_told_by_a_sign_kept_elsewhere(tmp_path: Path) -> None:
    file = written(tmp_path)
    sign = str(Trail(tmp_path).check().head)
    assert Trail(tmp_path).holds(sign[:12])
    file.write_text("\n".join(file.read_text().splitlines()[:3]) + "\n")
    assert Trail(tmp_path).check().bad is None
    assert not Trail(tmp_path).holds(sign[:12])
    assert not Trail(tmp_path).holds("")


def test_the_beginning_put_away_is_seen_in_the_first_number(tmp_path: Path) -> None:
    written(tmp_path)
    Trail(tmp_path).append(DIRECTOR, "view", at=APRIL)
    (tmp_path / "audit" / "2025-03.jsonl").unlink()
    state = Trail(tmp_path).check()
    assert (state.bad, state.first, state.last, state.lines) == (None, 5, 5, 1)


@pytest.mark.parametrize("kept", [1, 40, -2])
def test_what_a_killed_writer_left_is_told_and_the_chain_goes_on(tmp_path: Path, kept: int) -> None:
    file = written(tmp_path, lines=3)
    lines = file.read_bytes().splitlines()
    # The third line was being written when its writer was killed.
    file.write_bytes(b"\n".join([*lines[:2], lines[2][:kept]]))
    assert Trail(tmp_path).append(DIRECTOR, "view", at=MARCH).n == 3
    state = Trail(tmp_path).check()
    assert (state.bad, state.lines, state.torn) == (None, 3, ("2025-03.jsonl, line 3",))


def test_a_line_made_unreadable_is_no_torn_one(tmp_path: Path) -> None:
    file = written(tmp_path)
    lines = file.read_text().splitlines()
    file.write_text("\n".join([lines[0], lines[1][:30], *lines[2:]]) + "\n")
    assert str(Trail(tmp_path).check().bad).startswith("2025-03.jsonl, line 2: line 2 of the trail")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_byte_can_be_changed_unseen(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    root = tmp_path_factory.mktemp("trail")
    file = written(root)
    before, content = Trail(root).check(), bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 2))
    content[place] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    file.write_bytes(bytes(content))
    after = Trail(root).check()
    # What no longer reads as the last line is told as torn, and its number and sign are gone.
    assert after.bad is not None or (after.torn and after.head != before.head)


def append_many(root: str, pseudonym: str, lines: int) -> None:
    # Whoever comes first makes the store's secret; the line tells which one it got.
    key = store_key(root, "tokens").hex()
    for number in range(lines):
        Trail(root).append(Asker(Scope("planner"), pseudonym), "view", {"page": f"{number}", "kind": key}, at=MARCH)


def test_processes_write_beside_each_other_without_a_lost_or_broken_line_and_share_one_secret(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=append_many, args=(str(tmp_path), name, 40)) for name in ("one", "two")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    state = Trail(tmp_path).check()
    assert (state.lines, state.bad, state.torn) == (80, None, ())
    deeds = Trail(tmp_path).read(ADMINISTRATOR)
    assert {deed.detail["kind"] for deed in deeds} == {store_key(tmp_path, "tokens").hex()}
    for name in ("one", "two"):
        assert [deed.detail["page"] for deed in reversed(deeds) if deed.who == name] == [str(n) for n in range(40)]


def append_changes(root: str, digest: str, times: int) -> None:
    place = None
    for _ in range(times):
        place = Trail(root).append_change(DIRECTOR, "rules", {"sha256": digest}, after=place)


def told_of_rules(root: Path) -> list[str]:
    return [deed.detail["sha256"] for deed in reversed(Trail(root).read(ADMINISTRATOR)) if deed.what == "rules"]


def test_a_change_that_many_find_at_once_is_told_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    finders = [context.Process(target=append_changes, args=(str(tmp_path), "new", 40)) for _ in range(2)]
    for finder in finders:
        finder.start()
    for finder in finders:
        finder.join()
    assert told_of_rules(tmp_path) == ["new"]


def test_a_change_back_is_told_whoever_told_of_the_change(tmp_path: Path) -> None:
    server = Trail(tmp_path).append_change(DIRECTOR, "rules", {"sha256": "old"})
    for digest in ("new", "newer"):
        append_changes(str(tmp_path), digest, 3)
        Trail(tmp_path).append(DIRECTOR, "view")
    # The server has seen none of it, and its own rules are as they were.
    server = Trail(tmp_path).append_change(DIRECTOR, "rules", {"sha256": "old"}, after=server)
    assert told_of_rules(tmp_path) == ["old", "new", "newer", "old"]
    Trail(tmp_path).append(DIRECTOR, "view")
    assert Trail(tmp_path).append_change(DIRECTOR, "rules", {"sha256": "old"}, after=server)[1] > server[1]
    assert told_of_rules(tmp_path) == ["old", "new", "newer", "old"]


def test_only_what_came_after_is_looked_at_for_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Trail(tmp_path).append_change(DIRECTOR, "rules", {"sha256": "old"})
    read: list[int] = []
    content = trails._content

    def watched(path: Path, *, after: int = 0) -> bytes:
        read.append(after)
        return content(path, after=after)

    monkeypatch.setattr(trails, "_content", watched)
    Trail(tmp_path).append_change(DIRECTOR, "rules", {"sha256": "old"}, after=place)
    assert read == [place[1]]


@pytest.mark.parametrize("lost", ["cut", "gone"])
def test_a_trail_that_has_lost_the_place_is_looked_through(tmp_path: Path, lost: str) -> None:
    place = Trail(tmp_path).append_change(DIRECTOR, "rules", {"sha256": "old"})
    file = tmp_path / "audit" / place[0]
    if lost == "cut":
        file.write_bytes(b"")
    else:
        file.unlink()
    Trail(tmp_path).append_change(DIRECTOR, "rules", {"sha256": "old"}, after=place)
    assert told_of_rules(tmp_path) == ["old"]


def test_a_clock_that_goes_back_writes_to_the_newest_file(tmp_path: Path) -> None:
    Trail(tmp_path).append(DIRECTOR, "view", at=APRIL)
    Trail(tmp_path).append(DIRECTOR, "view", at=MARCH)
    assert Trail(tmp_path).check().lines == 2
    assert not (tmp_path / "audit" / "2025-03.jsonl").exists()


def test_a_long_last_line_is_found(tmp_path: Path) -> None:
    for _ in range(60):
        Trail(tmp_path).append(DIRECTOR, "view", {name: "x" * 9_000 for name in "abcdefgh"}, at=MARCH)
    assert Trail(tmp_path).check().lines == 60


@pytest.mark.parametrize("scope", [Scope("public"), Scope("director", "S1"), Scope("director"), Scope("planner")])
def test_others_than_administrators_do_not_read_it(tmp_path: Path, scope: Scope) -> None:
    written(tmp_path)
    with pytest.raises(NotPermitted, match="administrator alone"):
        Trail(tmp_path).read(scope)


def test_a_trail_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="audit trail can't be written"):
        Trail(tmp_path).append(DIRECTOR, "view")
