from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from geo.errors import InputRefused, LayerError, RecipeError
from geo.intake import ImportReport, import_recipes
from geo.store import Store, read_layer, read_rejects

Write = Callable[..., Path]
HEAD = "id,class,date,lon,lat\n"
ROWS = (
    "1,theft,2025-03-01 10:00,120.05,30.05\n"  # in g1
    "2,fraud,2025-03-02,120.35,30.05\n"  # in g4
    "3,theft,2025-03-03,,\n"  # without coordinates
    "4,theft,2025-03-04,125,30\n"  # outside
    "5,arson,2025-03-05,120.05,30.05\n"  # no such class
    "6,theft,soon,120.05,30.05\n"  # no date
    "1,theft,2025-03-06,120.05,30.05\n"  # the same id again
    "8,theft,2026-01-01,120.05,30.05\n"  # after as_of
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def run(county: Path, store: Store, *recipes: str, dry_run: bool = False) -> ImportReport:
    return import_recipes([county / f"{name}.toml" for name in recipes], store, dry_run=dry_run)


def test_rows_in_are_rows_loaded_and_rows_rejected(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + ROWS)
    layer = run(county, store, "incidents", "grids", "stations").layers[-1]
    assert (layer.rows_in, layer.rows_loaded, layer.rows_rejected, layer.records) == (8, 4, 4, 4)
    assert layer.placed == {"inside": 2, "no_coordinates": 1, "outside": 1}
    assert sorted(reason.split(":")[0] for reason in layer.rejected) == ["class", "found_at", "found_at", "record_id"]
    assert layer.unusable == {"empty": 1}
    assert [reject["row"] for reject in layer.to_dict()["rejects"]] == [6, 7, 8, 9]


def test_the_release_holds_what_the_report_says(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + ROWS)
    report = run(county, store, "stations", "grids", "incidents")
    release = store.current()
    assert release is not None
    assert report.release == release.number == 1
    assert release.as_of == date(2025, 12, 31)
    incidents = read_layer(release, "incidents").set_index("record_id")
    assert incidents["grid_id"].fillna("-").to_dict() == {"1": "g1", "2": "g4", "3": "-", "4": "-"}
    assert incidents.loc["1", "found_at"] == pd.Timestamp("2025-03-01 10:00")


def test_rejects_are_kept_with_row_columns_and_reason(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + ROWS, more='[[leave_out_rows]]\nreason = "r"\nwhere = { id = "2" }')
    run(county, store, "stations", "grids", "incidents")
    release = store.current()
    assert release is not None
    report = next(one for one in store.reports(release) if one.name == "incidents")
    rejects = read_rejects(report).set_index("row")
    assert rejects.index.tolist() == [3, 6, 7, 8, 9]
    assert rejects.loc[6, "file: class"] == "arson"
    assert list(rejects.loc[3, ["fate", "reason"]]) == ["left out", "r"]
    # Of what is left out on purpose nothing stays.
    assert rejects.loc[3].filter(like="file: ").isna().all()


def test_a_dry_run_tells_the_same_and_publishes_nothing(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + ROWS)
    names = ("stations", "grids", "incidents")
    dry = run(county, store, *names, dry_run=True)
    assert store.current() is None
    told, done = dry.to_dict(), run(county, store, *names).to_dict()
    assert {**told, "release": 1, "dry_run": False} == done


def test_layers_of_other_calls_stay(county: Path, store: Store, write_incidents: Write) -> None:
    run(county, store, "stations", "grids")
    write_incidents(HEAD + ROWS)
    assert run(county, store, "incidents").release == 2
    release = store.current()
    assert release is not None
    assert set(release.layers) == {"stations", "grids", "incidents"}


def test_new_grids_place_old_points_again(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + ROWS)
    run(county, store, "stations", "grids", "incidents")
    text = (county / "grids.geojson").read_text(encoding="utf-8")
    (county / "grids.geojson").write_text(text.replace('"g1"', '"new"'), encoding="utf-8")
    assert run(county, store, "grids").placed_again == {"incidents": 1}
    release = store.current()
    assert release is not None
    assert read_layer(release, "incidents").set_index("record_id").loc["1", "grid_id"] == "new"


def test_events_without_grids_are_refused(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + ROWS)
    with pytest.raises(InputRefused, match="there are no grids to place the incidents in"):
        run(county, store, "incidents")


def test_grids_of_stations_that_are_not_there_are_refused(county: Path, store: Store) -> None:
    with pytest.raises(LayerError, match="point to stations that are not there"):
        run(county, store, "grids")


def test_rows_that_point_nowhere_are_rejected(county: Path, store: Store) -> None:
    (county / "visits.csv").write_text("g,m,n\ng1,2025-03-01,4\ng9,2025-03-01,4\n", encoding="utf-8")
    (county / "visits.toml").write_text(
        'layer = "visits"\nfile = "visits.csv"\n[columns]\ngrid_id = "g"\nmonth = "m"\nhouseholds_visited = "n"\n'
        'requests_handled = "n"\n', encoding="utf-8")  # fmt: skip
    layer = run(county, store, "stations", "grids", "visits").layers[-1]
    assert (layer.rows_loaded, dict(layer.rejected)) == (1, {"grid_id: it points to grids that are not there": 1})


def test_a_file_of_which_no_row_is_good_is_refused(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + "1,arson,2025-01-01,,\n2,arson,2025-01-01,,\n")
    with pytest.raises(InputRefused, match=r"not one row can be loaded: class: unknown code.*\(2 rows\)"):
        run(county, store, "stations", "grids", "incidents")


def test_columns_of_persons_refuse_a_file_until_they_are_left_out(
    county: Path, store: Store, write_incidents: Write
) -> None:
    text = "id,class,date,lon,lat,报警人电话\n1,theft,2025-03-01,120.05,30.05,13800138000\n"
    write_incidents(text, encoding="gb18030")
    with pytest.raises(LayerError, match="报警人电话") as refused:
        run(county, store, "stations", "grids", "incidents")
    assert "13800138000" not in str(refused.value)
    write_incidents(text, encoding="gb18030", more='leave_out = ["报警人电话"]')
    layer = run(county, store, "stations", "grids", "incidents").layers[-1]
    assert layer.columns_left_out == ("报警人电话",)
    assert "13800138000" not in str(layer.to_dict())


def test_real_data_are_not_put_among_made_up_ones(county: Path, store: Store) -> None:
    for name in ("stations", "grids"):
        text = (county / f"{name}.toml").read_text(encoding="utf-8")
        (county / f"{name}.toml").write_text(text + "made_up = true\n", encoding="utf-8")
    run(county, store, "stations", "grids")
    text = (county / "grids.toml").read_text(encoding="utf-8")
    (county / "grids.toml").write_text(text.replace("made_up = true", ""), encoding="utf-8")
    with pytest.raises(InputRefused, match="the store holds made-up data"):
        run(county, store, "grids")


def test_recipes_that_contradict_each_other_are_refused(county: Path, store: Store) -> None:
    text = (county / "grids.toml").read_text(encoding="utf-8")
    (county / "grids.toml").write_text(text.replace("Test county", "Other"), encoding="utf-8")
    with pytest.raises(RecipeError, match=r"different values of release\.title: 'Other' and 'Test county'"):
        run(county, store, "stations", "grids")


def test_two_recipes_for_a_layer_are_refused(county: Path, store: Store) -> None:
    (county / "more.toml").write_text((county / "grids.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(RecipeError, match="they give the same layer, grids"):
        run(county, store, "grids", "more")


def test_progress_grows_and_names_files(county: Path, store: Store) -> None:
    told: list[tuple[float, str]] = []
    paths = [county / "stations.toml", county / "grids.toml"]
    import_recipes(paths, store, progress=lambda share, step: told.append((share, step)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert [step for _, step in told[:2]] == ["stations.geojson", "grids.geojson"]


def test_the_same_file_twice_changes_nothing(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + ROWS)
    first = run(county, store, "stations", "grids", "incidents")
    files = {path: path.stat().st_mtime_ns for path in store.root.rglob("*.*")}
    again = run(county, store, "stations", "grids", "incidents")
    assert (first.unchanged, again.unchanged, again.release) == (False, True, 1)
    assert again.lines()[0].startswith("Nothing new, nothing published; the store stays at release 1: Test county")
    left = {path: path.stat().st_mtime_ns for path in store.root.rglob("*.*") if path.name != "keeping.lock"}
    assert left == files


def test_an_update_tells_what_changed(county: Path, store: Store, write_incidents: Write) -> None:
    write_incidents(HEAD + ROWS)
    run(county, store, "stations", "grids", "incidents")
    text = ROWS.replace("2,fraud,2025-03-02", "2,drugs,2025-03-02").replace("4,theft,2025-03-04", "9,theft,2025-03-04")
    write_incidents(HEAD + text + "10,theft,2025-03-05,120.05,30.05\n")
    report = run(county, store, "incidents")
    (change,) = [one for one in report.changes if one.change == "replaced"]
    assert (change.layer, change.new, change.altered, change.gone) == ("incidents", 2, 1, 1)
    assert "changed: incidents (2 new, 1 altered, 1 gone)" in report.lines()
