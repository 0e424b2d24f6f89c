"""Publishing, reading, restoring, collecting: what a store promises to one process at a time."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import LayerError, StoreError
from geo.store import ReportDraft, Store, connect, read_layer, read_rejects
from tests.store.conftest import HEADER, make_grids, make_incidents, make_officers


def layer_files(store: Store) -> set[str]:
    return {path.relative_to(store.root).as_posix() for path in (store.root / "layers").iterdir()}


def test_a_folder_without_releases_has_no_current_one(store: Store) -> None:
    assert store.current() is None
    assert store.releases() == []
    assert store.check() == []
    assert store.collect(grace_seconds=0) == []
    assert not store.root.exists()


def test_the_first_release_says_what_it_was_given(store: Store) -> None:
    sources = {"officers": "duty roster"}
    release = store.publish(
        {"officers": make_officers("p1")}, **HEADER, title_zh="试验县", note="first", made_up=True, sources=sources
    )
    assert (release.number, release.parent, release.title_zh, release.note) == (1, None, "试验县", "first")
    assert (release.as_of, release.time_zone, release.made_up) == (date(2025, 12, 31), "Asia/Shanghai", True)
    assert release.sources == sources
    assert len(release.rules_hash) == 64
    assert store.current() == store.release(1) == release


def test_layers_not_given_are_carried_over(filled: Store) -> None:
    first = filled.release(1)
    second = filled.publish({"officers": make_officers("p1", "p2")}, **HEADER)
    assert (second.number, second.parent) == (2, 1)
    assert second.layers["incidents"] == first.layers["incidents"]
    assert second.layers["officers"].rows == 2
    assert first.layers["officers"].rows == 1


def test_replacing_all_leaves_out_what_is_not_given(filled: Store) -> None:
    release = filled.publish({"officers": make_officers("p1")}, **HEADER, replace_all=True)
    assert list(release.layers) == ["officers"]


def test_sources_stay_with_the_layers_they_belong_to(store: Store) -> None:
    layers = {"grids": make_grids("g1"), "officers": make_officers("p1")}
    store.publish(layers, **HEADER, sources={"grids": "survey 2024", "officers": "roster"})
    release = store.publish({"officers": make_officers("p2")}, **HEADER)
    assert release.sources == {"grids": "survey 2024"}


def test_a_layer_that_did_not_change_is_not_kept_twice(filled: Store) -> None:
    before = layer_files(filled)
    shuffled = make_incidents(3).sample(frac=1, random_state=1)
    release = filled.publish({"incidents": shuffled}, **HEADER)
    assert release.layers["incidents"] == filled.release(1).layers["incidents"]
    assert layer_files(filled) == before


def test_what_is_made_up_stays_so_while_any_of_it_is_carried_on(store: Store) -> None:
    store.publish({"grids": make_grids("g1"), "officers": make_officers("p1")}, **HEADER, made_up=True)
    assert store.publish({"officers": make_officers("p2")}, **HEADER).made_up
    everything = {"grids": make_grids("g2"), "officers": make_officers("p2")}
    assert not store.publish(everything, **HEADER).made_up


def test_all_faults_of_all_layers_come_at_once(filled: Store) -> None:
    officers = make_officers("p1").assign(role="spy")
    incidents = make_incidents(2).assign(source=None)
    with pytest.raises(LayerError) as caught:
        filled.publish({"officers": officers, "incidents": incidents, "persons": officers}, **HEADER)
    assert {(fault.layer, fault.column) for fault in caught.value.faults} == {
        ("officers", "role"),
        ("incidents", "source"),
        ("persons", None),
    }
    assert [release.number for release in filled.releases()] == [1]


def test_new_records_must_point_to_grids_carried_over(filled: Store) -> None:
    with pytest.raises(LayerError, match=r"incidents, column grid_id.*'g9'"):
        filled.publish({"incidents": make_incidents(1, grid="g9")}, **HEADER)


def test_new_grids_must_hold_the_records_carried_over(filled: Store) -> None:
    before = layer_files(filled)
    with pytest.raises(LayerError, match=r"incidents, column grid_id.*'g1'"):
        filled.publish({"grids": make_grids("g2", "g3")}, **HEADER)
    assert layer_files(filled) == before


def test_points_placed_in_old_borders_are_not_carried_under_new_ones(filled: Store) -> None:
    before = layer_files(filled)
    moved = make_grids("g2", "g1")
    with pytest.raises(StoreError, match=r"borders of the grids are new, and incidents were placed.*Remedy"):
        filled.publish({"grids": moved}, **HEADER)
    assert layer_files(filled) == before
    assert filled.publish({"grids": moved, "incidents": make_incidents(3)}, **HEADER).number == 2


def test_grids_of_the_same_borders_may_change_their_figures(filled: Store) -> None:
    assert filled.publish({"grids": make_grids("g1", "g2").assign(households=9)}, **HEADER).number == 2


def test_a_publisher_of_changes_alone_publishes_none_twice(filled: Store) -> None:
    before = layer_files(filled)
    told = [ReportDraft("incidents", {}, pd.DataFrame({"row": [4]}))]
    again = filled.publish({"incidents": make_incidents(3)}, **HEADER, reports=told, only_changes=True)
    assert again == filled.current() == filled.release(1)
    assert layer_files(filled) == before
    assert not list(filled.root.glob("imports/*"))
    header = {**HEADER, "title": "Another County"}
    assert filled.publish({"incidents": make_incidents(3)}, **header, only_changes=True).number == 2


def test_wall_times_of_two_zones_do_not_mix(filled: Store) -> None:
    header = {**HEADER, "time_zone": "America/Chicago"}
    with pytest.raises(StoreError, match=r"America/Chicago.*Remedy"):
        filled.publish({"officers": make_officers("p2")}, **header)
    assert filled.publish({"officers": make_officers("p2")}, **header, replace_all=True).number == 2


@pytest.mark.parametrize("header", [{"time_zone": "Mars/Olympus"}, {"sources": {"people": "x"}}])
def test_a_wrong_header_is_told(store: Store, header: dict[str, object]) -> None:
    with pytest.raises(StoreError, match="Remedy: use"):
        store.publish({"officers": make_officers("p1")}, **{**HEADER, **header})


def test_nothing_is_no_release(store: Store) -> None:
    with pytest.raises(StoreError, match="no layer to publish"):
        store.publish({}, **HEADER)
    assert store.releases() == []


def test_a_missing_release_names_those_that_are_there(filled: Store) -> None:
    with pytest.raises(StoreError, match=r"no release 7\. Remedy: .*: 1$"):
        filled.release(7)


def test_restoring_publishes_the_old_layers_again(filled: Store) -> None:
    filled.publish({"officers": make_officers("p1", "p2")}, **HEADER)
    restored = filled.restore(1)
    assert (restored.number, restored.parent) == (3, 2)
    assert restored.layers == filled.release(1).layers
    assert filled.current() == restored


def test_a_reader_keeps_its_release_while_another_is_published(filled: Store) -> None:
    held = filled.release(1)
    filled.publish({"incidents": make_incidents(5)}, **HEADER)
    assert filled.collect(grace_seconds=0) == []
    assert len(read_layer(held, "incidents")) == 3
    current = filled.current()
    assert current is not None
    assert len(read_layer(current, "incidents")) == 5


def test_every_file_has_a_name_of_its_own(filled: Store) -> None:
    for n in (4, 5, 6):
        filled.publish({"incidents": make_incidents(n)}, **HEADER)
    assert len({release.layers["incidents"].path for release in filled.releases()}) == 4
    assert len({release.key for release in filled.releases()}) == 4


def leave_behind(store: Store, name: str) -> str:
    path = store.root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"half a file")
    return name


def test_leftovers_are_collected_after_the_grace_period(filled: Store) -> None:
    token = "0" * 32
    left = [leave_behind(filled, f"layers/grids-{token}.parquet"), leave_behind(filled, f"releases/{token}.tmp")]
    assert filled.collect(grace_seconds=3600) == []
    assert filled.collect(grace_seconds=0) == left
    assert filled.check() == []


def test_a_file_that_no_publisher_made_is_left_alone(filled: Store) -> None:
    leave_behind(filled, "layers/my-notes.parquet")
    assert filled.collect(grace_seconds=0) == []


def test_nothing_is_collected_while_a_manifest_cannot_be_read(filled: Store) -> None:
    name = leave_behind(filled, f"layers/grids-{'0' * 32}.parquet")
    leave_behind(filled, "releases/000002.json")
    with pytest.raises(StoreError, match=r"000002\.json: the manifest is torn"):
        filled.collect(grace_seconds=0)
    assert (filled.root / name).exists()


def test_a_dropped_release_gives_its_files_back_after_the_grace_period(filled: Store) -> None:
    own = filled.release(1).layers["incidents"].path
    os.utime(filled.root / own, (0, 0))
    filled.publish({"incidents": make_incidents(5)}, **HEADER)
    filled.drop(1)
    assert [release.number for release in filled.releases()] == [2]
    assert filled.collect(grace_seconds=3600) == []
    assert filled.collect(grace_seconds=0) == [own]
    assert filled.check() == []


def test_the_current_release_cannot_be_dropped(filled: Store) -> None:
    with pytest.raises(StoreError, match="release 1 is the current one"):
        filled.drop(1)


@pytest.mark.parametrize("content", [b"", b'{"number": 1', b"[]", b"\xff\xfe"])
def test_a_torn_manifest_is_named_with_a_remedy(filled: Store, content: bytes) -> None:
    (filled.root / "releases" / "000001.json").write_bytes(content)
    with pytest.raises(StoreError, match=r"000001\.json: the manifest is torn\. Remedy: bring"):
        filled.current()


def test_an_altered_manifest_is_told(filled: Store) -> None:
    path = filled.root / "releases" / "000001.json"
    path.write_bytes(path.read_bytes().replace(b'"rows":3', b'"rows":4'))
    with pytest.raises(StoreError, match=r"000001\.json: the manifest has been altered"):
        filled.current()


def test_an_old_release_can_be_restored_over_a_torn_one(filled: Store) -> None:
    leave_behind(filled, "releases/000002.json")
    assert filled.restore(1).number == 3
    current = filled.current()
    assert current is not None
    assert current.number == 3


def test_a_torn_release_can_be_given_up(filled: Store) -> None:
    leave_behind(filled, "releases/000002.json")
    filled.restore(1)
    filled.drop(2)
    assert filled.check() == []
    assert [release.number for release in filled.releases()] == [1, 3]


def test_flipped_bits_are_found_by_readers(filled: Store) -> None:
    release = filled.release(1)
    path = release.path("incidents")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"theft", b"thefu"))
    os.utime(path, ns=(0, 1))
    for read in (lambda: read_layer(release, "incidents"), lambda: connect(release)):
        with pytest.raises(StoreError, match=rf"{path.name}: the layer's file has been altered\. Remedy"):
            read()
    assert len(read_layer(release, "officers")) == 1


def test_a_missing_layer_file_is_named_with_a_remedy(filled: Store) -> None:
    path = filled.release(1).path("incidents")
    path.unlink()
    with pytest.raises(StoreError, match=rf"{path.name}: the layer's file is missing\. Remedy: bring"):
        filled.current()


def test_a_shortened_layer_file_is_found_when_the_release_is_opened(filled: Store) -> None:
    path = filled.release(1).path("incidents")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreError, match=f"{path.name}: the layer's file is torn"):
        filled.release(1)


def test_a_broken_layer_can_be_mended_by_publishing_it_again(filled: Store) -> None:
    filled.release(1).path("officers").unlink()
    release = filled.publish({"officers": make_officers("p1")}, **HEADER)
    assert len(read_layer(release, "officers")) == 1


def test_the_check_lists_everything_that_is_wrong(filled: Store) -> None:
    release = filled.publish({"officers": make_officers("p2")}, **HEADER)
    altered = release.path("incidents")
    altered.write_bytes(altered.read_bytes().replace(b"theft", b"fraud"))
    release.path("officers").unlink()
    (filled.root / "releases" / "000001.json").write_bytes(b"{}")
    problems = sorted(filled.check(), key=lambda text: text.split(": ")[1])
    assert [text.split(": ")[1].split(".")[0] for text in problems] == [
        "the file is missing",
        "the file is torn or has been altered",
        "the manifest is torn",
    ]


def test_a_report_comes_with_its_release(filled: Store) -> None:
    rejects = pd.DataFrame({"row": [4, 9], "reason": ["no date", "unknown class"]})
    told = [
        ReportDraft("crimes", {"rows_in": 5, "rows_loaded": 3}, rejects),
        ReportDraft("beats", {"rows_in": 2}, pd.DataFrame()),
    ]
    release = filled.publish({"officers": make_officers("p2")}, **HEADER, reports=told)
    beats, crimes = filled.reports(filled.release(2))
    assert (beats.name, beats.release, beats.rejects) == ("beats", 2, None)
    assert read_rejects(beats).empty
    assert crimes.payload == {"rows_in": 5, "rows_loaded": 3}
    pd.testing.assert_frame_equal(read_rejects(crimes), rejects)
    assert filled.release(2) == release
    assert filled.collect(grace_seconds=0) == []


def test_a_report_goes_with_its_release(filled: Store) -> None:
    told = [ReportDraft("crimes", {}, pd.DataFrame({"row": [4]}))]
    filled.publish({"officers": make_officers("p2")}, **HEADER, reports=told)
    filled.restore(1)
    assert filled.reports(filled.release(3)) == []
    filled.drop(2)
    assert [Path(name).suffix for name in filled.collect(grace_seconds=0)] == [".json", ".parquet", ".parquet"]


@pytest.mark.parametrize("names", [["../crimes"], [""], ["a/b"], ["a", "a"]])
def test_a_report_has_a_name_of_its_own(filled: Store, names: list[str]) -> None:
    before = layer_files(filled)
    with pytest.raises(StoreError, match=r"report .*Remedy"):
        filled.publish({"officers": make_officers("p2")}, **HEADER, reports=[ReportDraft(name, {}) for name in names])
    assert layer_files(filled) == before


def test_the_check_looks_at_reports_too(filled: Store) -> None:
    told = [ReportDraft("crimes", {}, pd.DataFrame({"row": [1]})), ReportDraft("beats", {})]
    release = filled.publish({"officers": make_officers("p2")}, **HEADER, reports=told)
    crimes = release.report_files["crimes"]
    assert crimes.rejects is not None
    (filled.root / crimes.rejects.path).write_bytes(b"x")
    (filled.root / crimes.path).unlink()
    (filled.root / release.report_files["beats"].path).write_bytes(b"{")
    told_wrong = {text.split(".json: ")[-1].split(".parquet: ")[-1].split(". ")[0] for text in filled.check()}
    assert told_wrong == {
        "the file is missing: report crimes of release 2",
        "the file is torn or has been altered: rejected rows of crimes of release 2",
        "the file is torn or has been altered: report beats of release 2",
    }
    with pytest.raises(StoreError, match="the report is torn"):
        filled.collect(grace_seconds=0)


def test_a_manifest_says_the_same_in_the_same_bytes(filled: Store) -> None:
    content = (filled.root / "releases" / "000001.json").read_bytes()
    again = json.dumps(json.loads(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert content == again.encode()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=r"the disk refuses: File exists.*Remedy"):
        Store(tmp_path / "file").publish({"officers": make_officers("p1")}, **HEADER)


LAYER_CHOICES = st.lists(st.sampled_from(["incidents", "officers"]), min_size=1, max_size=2, unique=True)


@settings(max_examples=8, deadline=None)
@given(steps=st.lists(st.tuples(LAYER_CHOICES, st.integers(0, 6), st.booleans()), min_size=1, max_size=5))
def test_any_order_of_steps_gives_whole_releases_in_a_row(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[list[str], int, bool]]
) -> None:
    store = Store(tmp_path_factory.mktemp("store"))
    store.publish({"grids": make_grids("g1")}, **HEADER)
    expected: list[dict[str, int]] = [{"grids": 1}]
    for names, n, restores in steps:
        frames = {"incidents": make_incidents(n), "officers": make_officers(*map(str, range(n)))}
        if restores:
            store.restore(1)
            expected.append(expected[0])
        store.publish({name: frames[name] for name in names}, **HEADER)
        expected.append({**expected[-1], **dict.fromkeys(names, n)})
    releases = store.releases()
    assert [release.number for release in releases] == list(np.arange(len(expected)) + 1)
    assert [{name: len(read_layer(release, name)) for name in release.layers} for release in releases] == expected
    assert store.check() == []
    assert store.collect(grace_seconds=0) == []
