"""The page Data over three releases of the tiny county: every number worked out by hand."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.dashboard.parts.reasons import reason_words
from geo.store import ReportDraft, Store
from geo.words import speak
from tests.measures.tiny import AS_OF, tiny_layers

HEAD: dict[str, Any] = {"as_of": AS_OF, "time_zone": "Asia/Shanghai", "title": "Tiny County", "title_zh": "小县"}
REASON = "found_at: not a date as %d/%m/%Y"
REPORT = {
    "layer": "incidents",
    "recipe": "calls",
    "file": "calls.csv",
    "rows_in": 9,
    "rows_loaded": 5,
    "rejected": {REASON: 1},
    "left_out": {"left out by name: petitions": 3},
    "placed": {"inside": 5},
    "agreement": [
        {"column": "station_id", "source": "post", "share": 0.8, "agree": 4, "compared": 5, "unplaced": 0, "unknown": 0}
    ],
    "columns_mapped": {"record_id": "id", "found_at": "when"},
    "columns_left_out": ["caller"],
    "repaired": ["G3"],
}
REJECTS = pd.DataFrame(
    {
        "row": [2, 3, 4, 7],
        "fate": ["left out", "left out", "rejected", "left out"],
        "column": ["class", "class", "found_at", "class"],
        "reason": ["left out by name: petitions"] * 2 + ["not a date as %d/%m/%Y", "left out by name: petitions"],
        "file: id": [None, None, "I9", None],
        "file: when": [None, None, "=2025", None],
    }
)


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases: the tiny county; other disputes, incidents imported; no visits of February or later."""
    store, layers = Store(tmp_path_factory.mktemp("data-page")), tiny_layers()
    reports = [ReportDraft("incidents", REPORT, REJECTS)]
    store.publish(layers, **HEAD, sources={"incidents": "City police"}, note="the first", reports=reports)
    # D16 goes, D01 gets another class, D99 is new.
    disputes = layers["disputes"].query("record_id != 'D16'")
    disputes = disputes.assign(**{"class": disputes["class"].where(disputes["record_id"] != "D01", "labour")})
    new = disputes.iloc[:1].assign(record_id="D99")
    store.publish({"disputes": pd.concat([disputes, new])}, **HEAD)
    visits = layers["visits"].assign(month=pd.Timestamp("2025-01-01")).drop_duplicates("grid_id")
    store.publish({"visits": visits}, **HEAD)
    return store.root


@pytest.fixture
def data(app: AppTest, releases: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page, not yet run."""
    monkeypatch.setenv("MAPLEGRID_STORE", str(releases))
    return app


def _run(app: AppTest, *, release: int | None = None) -> AppTest:
    if release is not None:
        app.query_params["release"] = str(release)
    return app.switch_page("screens/data.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def _table(app: AppTest, *columns: str) -> pd.DataFrame:
    """The first table with these columns."""
    return next(table.value for table in app.dataframe if set(columns) <= set(table.value.columns))


def test_releases_are_listed_newest_first_with_what_was_replaced(data: AppTest) -> None:
    table = _table(_run(data), "changed")
    assert not data.exception
    assert table["release"].to_list() == ["3", "2", "1"]
    assert table["state"].to_list() == ["current", "", ""]
    assert table["changed"].to_list()[:2] == ["replaced: Visits", "replaced: Disputes"]
    assert table["note"].iloc[2] == "the first"


def test_what_changed_is_counted_by_record(data: AppTest) -> None:
    changes = _table(_run(data, release=2), "rows_before")
    row = changes.iloc[0]
    assert len(changes) == 1
    assert (row["layer"], row["rows_before"], row["rows_after"]) == ("Disputes", 16, 16)
    assert (row["new"], row["gone"], row["altered"]) == (1, 1, 1)
    assert "Compared with release 1, from which it was made." in _texts(data)


def test_a_restored_release_says_so(
    data: AppTest, releases: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(releases, tmp_path / "store")
    Store(tmp_path / "store").restore(1)
    monkeypatch.setenv("MAPLEGRID_STORE", str(tmp_path / "store"))
    table = _table(_run(data), "changed")
    assert "It puts release 1 back. Compared with release 3" in _texts(data)
    assert table["note"].iloc[0] == "Release 1 put back."
    assert table["changed"].iloc[0] == "replaced: Disputes, Visits"


def test_layers_tell_their_last_day_and_which_lags(data: AppTest) -> None:
    layers = _table(_run(data), "last_day").set_index("layer")
    assert str(layers.loc["Disputes", "last_day"]) == "2025-03-31"
    # Visits of January alone, 59 days before the end of March.
    assert layers.loc["Visits", "state"] == "⚠ 59 days behind"
    assert (layers.loc["Visits", "rows"], layers.loc["Visits", "since"]) == (3, 3)
    assert "**1** layer lags behind: Visits." in _texts(data)
    assert "Incidents: City police" in _texts(data)


def test_missing_layers_come_with_the_command_that_brings_them(data: AppTest) -> None:
    _run(data)
    assert "Not in these data: Places, Designations, Map background." in _texts(data)
    assert data.code[0].value.startswith("maplegrid import RECIPE.toml --store ")


def test_an_older_release_is_told_on_every_page_with_the_way_back(data: AppTest) -> None:
    _run(data, release=1)
    notice = "You are looking at release 1, with data to 31 March 2025. The current release is 3."
    assert notice in _texts(data)
    data.switch_page("screens/today.py").run()
    assert notice in _texts(data)
    data.button(key="show-current").click().run()
    assert "release" not in data.query_params
    assert notice not in _texts(data)


def test_a_release_that_is_not_there_is_told(data: AppTest) -> None:
    _run(data, release=77)
    assert not data.exception
    assert "`release` = `77`" in data.warning[0].value
    assert "Release **3**" in _texts(data)


def test_an_import_is_told_row_by_row(data: AppTest) -> None:
    files = _table(_run(data), "rows_in")
    assert files.iloc[0].to_dict() == {
        **{"layer": "Incidents", "rows_in": 9, "loaded": 5, "rejected": 1, "left_out": 3, "release": 1},
        **{"file": "calls.csv", "recipe": "calls"},
    }
    assert "**9 rows = 5 loaded + 1 rejected + 3 left out**" in _texts(data)
    assert _table(data, "fate", "n")["n"].to_list() == [1, 3]
    assert "Columns left out by name: `caller`." in _texts(data)
    assert _table(data, "share", "source")["share"].to_list() == [80.0]


def test_rows_that_were_not_loaded_are_shown_by_reason(data: AppTest) -> None:
    rows = _table(_run(data), "Row of the file")
    assert rows["Row of the file"].to_list() == [4, 2, 3, 7]
    assert rows.columns.to_list() == ["Row of the file", "Fate", "Reason", "id", "when"]
    data.selectbox(key="reason-incidents").select(REASON).run()
    assert _table(data, "Row of the file")["id"].to_list() == ["I9"]


ROLES = [
    ("public", None, set()),
    ("director", None, {"counts"}),
    ("director", "S1", set()),
    ("planner", "S1", set()),
    ("planner", None, {"counts", "rows"}),
]


@pytest.mark.parametrize(("role", "area", "seen"), ROLES)
def test_each_role_sees_its_part(
    data: AppTest, monkeypatch: pytest.MonkeyPatch, role: str, area: str | None, seen: set[str]
) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", role)
    if area is not None:
        monkeypatch.setenv("MAPLEGRID_AREA", area)
    _run(data)
    assert not data.exception
    columns = {name for table in data.dataframe for name in table.value.columns}
    assert {"release", "changed", "last_day"} <= columns
    assert ({"rows", "rows_in", "n"} <= columns) == ("counts" in seen)
    assert ("Row of the file" in columns) == ("rows" in seen)
    assert ("caller" in _texts(data)) == ("rows" in seen)
    everything = _texts(data) + " ".join(table.value.to_csv() for table in data.dataframe)
    assert ("I9" in everything) == ("rows" in seen)


def test_it_speaks_chinese(data: AppTest) -> None:
    _run(data).segmented_control(key="language").set_value("zh_CN").run()
    assert "## 数据" in _texts(data)
    assert "**1**个图层滞后：走访。" in _texts(data)


def test_reasons_of_the_product_are_translated_and_others_stay() -> None:
    speak("zh_CN")
    assert reason_words("found_at: not a date as %Y") == "found_at：日期格式不符：%Y"
    assert reason_words("grid_id: it points to grids that are not there") == "grid_id：所指的网格不存在"
    assert reason_words("domestic violence (by its mark)") == "domestic violence (by its mark)"
