"""The page Stations over the tiny county with a register: figures worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import geo
from geo.dashboard.frame import Frame
from geo.dashboard.parts import assessment
from geo.store import Store
from tests.dashboard.conftest import TIMEOUT_SECONDS
from tests.measures.tiny import AS_OF, tiny_layers

SPACE = "\N{NARROW NO-BREAK SPACE}"
MAIN = Path(geo.__file__).parent / "dashboard" / "main.py"


@pytest.fixture(scope="module")
def named_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tiny county with a register: S1 named by the country, S2 by the province and withdrawn."""
    register = pd.DataFrame(
        {
            "station_id": ["S1", "S2"],
            "level": ["national", "provincial"],
            "year": pd.array([2023, 2021], dtype="Int64"),
            "batch": pd.array([2, 1], dtype="Int64"),
            "withdrawn_on": pd.to_datetime(pd.Series([None, "2024-06-30"])),
        }
    )
    store = Store(tmp_path_factory.mktemp("named-dashboard"))
    layers = {**tiny_layers(), "designations": register}
    store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", title_zh="小县", made_up=True)
    return store


@pytest.fixture
def page(named_store: Store, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page, not yet run."""
    monkeypatch.setenv("MAPLEGRID_STORE", str(named_store.root))
    return AppTest.from_file(str(MAIN), default_timeout=TIMEOUT_SECONDS)


def _run(app: AppTest, **query: str) -> AppTest:
    for name, text in query.items():
        app.query_params[name] = text
    return app.switch_page("screens/stations.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def _sheet(app: AppTest) -> pd.DataFrame:
    parts = [table.value for table in app.dataframe if "criterion" in table.value.columns]
    return pd.concat(parts).set_index("criterion")


def test_the_sentence_says_who_is_named_and_what_is_short_most_often(page: AppTest) -> None:
    told = _texts(_run(page))
    assert not page.exception
    # S2's name was withdrawn; grids with an officer are 3 of 4, 0 of 2 and 1 of 2.
    assert "3 stations, 1 of them exemplary." in told
    assert "Short most often: **Grids with an officer**, at 3 of them." in told


def test_states_of_the_sheet_and_no_total(page: AppTest) -> None:
    sheet = _sheet(_run(page))
    assert list(sheet.loc["Grids with an officer", ["value", "n"]]) == [f"75.0{SPACE}%", "4"]
    assert sheet["state"]["Grids with an officer"].startswith("short of")
    assert sheet.loc["Transferred by right", "state"] == "not judged"
    assert sheet["state"]["Settled within a month"].startswith("too few for")
    told = _texts(page)
    assert "Too few records for: Settled within a month" in told
    assert "There is no total: each criterion stands for itself." in told


def test_another_station_is_chosen(page: AppTest) -> None:
    _run(page).selectbox(key="assessed_station").set_value("S2").run()
    assert "### S2名" in _texts(page)
    assert _sheet(page).loc["Grids with an officer", "value"] == f"0{SPACE}%"


def test_the_evidence_stands_area_by_area_what_needs_somebody_first(page: AppTest) -> None:
    _run(page)
    assert "### Evidence: Grids with an officer" in _texts(page)
    evidence = next(table.value for table in page.dataframe if list(table.value.columns)[:1] == ["area"])
    # V1 has an officer in both of its grids, V2 in one of two.
    assert evidence["area"].tolist() == ["V2名", "V1名"]


def test_the_sheet_to_print_holds_what_the_screen_shows(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Callable[[], bytes]] = []

    def keep(_frame: Frame, make: Callable[[], bytes], **_kind: str) -> Callable[[], bytes]:
        made.append(make)
        return make

    monkeypatch.setattr(assessment, "recorded", keep)
    _run(page)
    text = made[-1]().decode("utf-8")
    assert "<h1>S1名</h1>" in text
    assert "Exemplary station: National 2023, batch 2" in text
    # 3 of 4 grids, by Wilson 30.1 to 95.4.
    cells = [f"75.0{SPACE}%", "30.1–95.4", "4", f"≥ 98{SPACE}%"]
    assert "".join(f"<td>{cell}</td>" for cell in cells) + '<td class="short">short</td>' in text
    assert '<td class="told">not judged</td>' in text
    assert "There is no total: each criterion stands for itself." in text
    assert "Made-up data." in text
    # The evidence is that of the page: V2 first, then V1.
    assert text.index("<td>V2名</td>") < text.index("<td>V1名</td>")
    assert "×: withheld, to keep small counts safe." in text
    assert "Missing to the goal: 1 more of 4." in text
    assert not [name for name in ("D01", "D07", "H2", "P1") if f">{name}" in text]


def test_the_register_is_told_to_the_public_and_the_sheet_is_not(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    told = _texts(_run(page))
    assert not page.exception
    assert "Seen by directors and planners only: the sheet of a station." in told
    assert "S1名: :gray[" in told
    assert not page.dataframe


def test_without_a_register_the_reader_is_told(app: AppTest) -> None:
    assert "no register has been taken in" in _texts(_run(app))


def test_a_stations_director_sees_the_own_sheet(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "director")
    monkeypatch.setenv("MAPLEGRID_AREA", "S2")
    told = _texts(_run(page))
    assert not page.exception
    assert "### S2名" in told
    assert not [box for box in page.selectbox if box.key == "assessed_station"]


def test_the_period_that_a_line_is_told_of_is_said(page: AppTest) -> None:
    assert "Told of February 2025, whose terms are over: Settled within a month" in _texts(_run(page))


def test_a_period_that_is_not_over_is_marked(page: AppTest) -> None:
    assert "The period is not over: told up to 31 March 2025." in _texts(_run(page, period="2025-Q1..2025-Q2"))


def test_a_county_without_any_records_has_a_sheet_that_says_what_is_missing(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ("grids", "villages", "stations", "counties", "assignments", "officers")
    layers = {name: layer for name, layer in tiny_layers().items() if name in kept}
    store = Store(tmp_path_factory.mktemp("bare-dashboard"))
    store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", title_zh="小县")
    monkeypatch.setenv("MAPLEGRID_STORE", str(store.root))
    made: list[Callable[[], bytes]] = []

    def keep(_frame: Frame, make: Callable[[], bytes], **_kind: str) -> Callable[[], bytes]:
        made.append(make)
        return make

    monkeypatch.setattr(assessment, "recorded", keep)
    bare = _run(AppTest.from_file(str(MAIN), default_timeout=TIMEOUT_SECONDS))
    assert not bare.exception
    assert _sheet(bare).loc["Settled within a month", "state"] == "no data"
    text = made[-1]().decode("utf-8")
    assert "Missing: data. No file has been taken in for: Disputes." in text
    assert "Missing: data. No file has been taken in for: Surveys." in text
