"""What is due is what is over in the data and not in the folder; a schedule that says nonsense is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.cli import main
from geo.errors import GeoError
from geo.export.reports import find_due, read_schedule, write_due
from geo.resources import resource
from geo.store import Release, Store
from tests.export.reports.pages import pages_of
from tests.measures.tiny import AS_OF, tiny_layers

MONTHLY = '[[reports]]\nkind = "briefing"\nevery = "month"\nlang = "en"\n'


def schedule(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_over_in_the_data_is_due(tiny: Release, tmp_path: Path) -> None:
    # The data end on Monday, 31 March 2025: March is over, and the week up to Sunday the 30th.
    text = MONTHLY + MONTHLY.replace('"month"', '"week"') + MONTHLY.replace('"month"', '"year"') + 'of = "stations"\n'
    due = find_due(tiny, read_schedule(schedule(tmp_path, text)), tmp_path)
    assert [(one.area, one.period.text) for one in due] == [
        (None, "2025-03"),
        (None, "2025-W13"),
        *((station, "2024") for station in ("S1", "S2", "S3")),
    ]


def test_data_without_disputes_are_reported_by_what_they_have(tmp_path: Path) -> None:
    layers = {name: frame for name, frame in tiny_layers().items() if name != "disputes"}
    release = Store(tmp_path / "store").publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="No Disputes")
    [due] = find_due(release, read_schedule(schedule(tmp_path, MONTHLY)), tmp_path)
    assert (due.layer, due.path.name) == ("hazards", "briefing-hazards-all-2025-03-director-en.pdf")
    write_due(release, due)
    assert "Hazards" in pages_of(due.path)[0]


def test_a_report_is_written_once(tiny_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = schedule(tmp_path, MONTHLY + 'of = ["S1"]\n')
    words = ["report", "--store", str(tiny_store.root), "--out", str(tmp_path / "out"), "--schedule", str(plan)]
    assert main(words) == 0
    assert not (tmp_path / "out").exists()
    assert main([*words, "--due"]) == 0
    written = list((tmp_path / "out").iterdir())
    assert [path.name for path in written] == ["briefing-disputes-S1-2025-03-director-en.pdf"]
    first = pages_of(written[0])[0]
    assert "March 2025" in first
    # What is reported and what is discovered are not added up on its map.
    assert "Disputes reported, number" in first
    assert "together" not in first
    before = written[0].stat().st_mtime_ns
    capsys.readouterr()
    assert main([*words, "--due"]) == 0
    assert "0 written" in capsys.readouterr().out
    assert written[0].stat().st_mtime_ns == before


def test_what_fails_leaves_nothing_behind(tiny: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    due = find_due(tiny, read_schedule(schedule(tmp_path, MONTHLY)), tmp_path / "out")[0]

    def fail(*_given: object, **_named: object) -> None:
        (tmp_path / "out" / f".{due.path.name}").write_text("half")
        raise OSError("no room")

    monkeypatch.setitem(write_due.__globals__["_WRITERS"], "briefing", fail)
    with pytest.raises(OSError, match="no room"):
        write_due(tiny, due)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "there is nothing to report"),
        ("[[reports]\n", "can't be read"),
        (MONTHLY.replace("briefing", "poster"), "report 1: kind is 'poster'"),
        (MONTHLY + MONTHLY.replace("month", "day"), "report 2: every is 'day'"),
        (MONTHLY + "of = 3\n", "report 1: of is 3"),
        (MONTHLY + 'to = "x@y"\n', "report 1: to is unknown"),
        (MONTHLY + 'role = "mayor"\n', "report 1: role is 'mayor'"),
    ],
)
def test_a_schedule_that_says_nonsense_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(GeoError, match=named.replace("'", ".")) as refused:
        read_schedule(schedule(tmp_path, text))
    assert "plan.toml" in str(refused.value)


def test_the_schedule_delivered_can_be_read() -> None:
    planned = read_schedule(resource("reports.toml"))
    assert {one.every for one in planned} == {"week", "month", "quarter"}
    assert {one.kind for one in planned} == {"briefing", "slides"}
