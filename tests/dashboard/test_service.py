"""The page Service: figures worked out by hand from tests/measures/tiny.py, reach from distances alone."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.access import Scope
from geo.dashboard.parts.service import month_rows
from geo.figures import seen, service_figures
from geo.store import Store
from geo.view import Period, View
from tests.measures.tiny import AS_OF, tiny_layers

SPACE = "\N{NARROW NO-BREAK SPACE}"
LON, LAT = 120.005, 30.005
METRES_PER_DEGREE = 111_200.0


@pytest.fixture(scope="module")
def with_places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny county with a mediation room in the middle of G1, which lies 960 m from the middle of G2."""
    store = Store(tmp_path_factory.mktemp("places"))
    room = {"place_id": "P", "kind": "mediation_room", "name": "室", "lon": LON, "lat": LAT}
    places = pd.DataFrame([{**room, "grid_id": "G1", "placed": "inside"}])
    store.publish(tiny_layers() | {"places": places}, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    return store.root


@pytest.fixture
def service(app: AppTest, with_places: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The dashboard over the county with the room, not yet run."""
    monkeypatch.setenv("MAPLEGRID_STORE", str(with_places))
    return app


def _run(app: AppTest, **query: str) -> AppTest:
    for name, text in query.items():
        app.query_params[name] = text
    return app.switch_page("screens/service.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def _table(app: AppTest, column: str) -> pd.DataFrame:
    return next(table.value for table in app.dataframe if column in table.value.columns)


def test_tiles(service: AppTest) -> None:
    _run(service)
    assert not service.exception
    assert {metric.label: metric.value for metric in service.metric} == {
        "Visits, of homes": f"7{SPACE}%",  # 150 of 2,090
        "Requests handled": "6",
        "Volunteer groups": "2",
        "Sense of security": "85.0",  # (100 * 80 + 50 * 95) / 150
        "Satisfaction": "70.0",  # the last one ended with February
    }
    assert "17 members · 7 shifts" in _texts(service)
    assert "150 respondents" in _texts(service)
    assert "Feb 2025 · 10 respondents" in _texts(service)


def test_the_sentence_names_visits_requests_and_volunteers(service: AppTest) -> None:
    _run(service)
    assert f"**150** household visits, **7{SPACE}%** of the number of households. **6** requests " in _texts(service)
    assert "**2** volunteer groups with 17 members." in _texts(service)


def test_the_share_has_a_goal_in_a_whole_year_alone(service: AppTest) -> None:
    assert "goal 60" not in _texts(_run(service))
    # 200 of 2,090: 50 in February.
    assert f"goal 60{SPACE}%" in _texts(_run(service, period="2025"))


def _share_of_square(west: float) -> float:
    """Share of a grid's square within 1,000 m of the room, counted on a lattice of points."""
    steps = (np.arange(400) + 0.5) / 400 * 0.01
    east = (west + steps - LON)[:, None] * METRES_PER_DEGREE * math.cos(math.radians(LAT))
    north = (30.0 + steps - LAT)[None, :] * METRES_PER_DEGREE
    return float((np.hypot(east, north) <= 1000).mean())


def test_reach_of_households_and_events(service: AppTest) -> None:
    reach = _table(_run(service), "service.households_share").set_index("kind")
    room = reach.loc["Mediation room (1)"]
    assert "Near: Mediation room, Police post, Service window within 1,000 m; " in _texts(service)
    near = sum(_share_of_square(120 + 0.01 * n) * households for n, households in enumerate([400, 600, 200]))
    assert room["service.households_share"] == pytest.approx(100 * near / 2090, abs=0.5)
    # Reported in March: 11 events, of which D01, D03, D04, D05, H1 and I1 lie in G1 and G2.
    assert room["service.events_share"] == pytest.approx(100 * 6 / 11)
    assert reach.drop(index="Mediation room (1)")["service.households_share"].isna().all()


def test_a_click_on_a_kind_shows_it_on_the_map_with_the_places(service: AppTest) -> None:
    _run(service, show="reach_mediation_room")
    assert service.selectbox(key="map_measure").value == "reach_mediation_room"


def test_stations_stand_side_by_side(service: AppTest) -> None:
    table = _table(_run(service), "service.visited_share").set_index("area")
    # S1: 130 of 1,500 households; S2: 20 of 490.
    assert table["service.requests_handled"].to_dict() == {"S1名": 6, "S2名": 0, "S3名": 0}
    assert table.loc["S1名", "service.visited_share"] == pytest.approx(100 * 130 / 1500)
    assert table.loc["S2名", "service.survey_security"] == 95


def test_visits_go_one_level_down(service: AppTest) -> None:
    _run(service, area="S1")
    assert "**130** household visits" in _texts(service)
    table = _table(service, "service.visited_share").set_index("area")
    assert table["service.visited_share"].notna().to_dict() == {"V1名": True, "V2名": True}


def test_months_stand_beside_those_of_the_comparison(with_places: Path) -> None:
    release = Store(with_places).release(1)
    view = View(Period("2025-03"), layer="service", compare="previous")
    figures = service_figures(lambda measured, one: seen(measured, release, one, Scope("planner")), view)
    rows = month_rows(figures.months, figures.months_before).dropna(subset="n")
    # The data begin with February: 50 households, then 150.
    assert rows["month"].dt.strftime("%Y-%m").to_list() == ["2025-02", "2025-03"]
    assert rows["n"].to_list() == [50, 150]
    assert rows["n_compare"].isna().to_list() == [True, False]
    assert rows["n_compare"].iloc[1] == 50


def test_without_places_it_says_so(app: AppTest) -> None:
    _run(app)
    assert not app.exception
    assert "These data have no places." in _texts(app)


@pytest.mark.parametrize(("role", "area"), [("public", ""), ("director", "S1"), ("planner", "S1"), ("planner", "")])
def test_each_role_has_the_page(service: AppTest, monkeypatch: pytest.MonkeyPatch, role: str, area: str) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", role)
    monkeypatch.setenv("MAPLEGRID_AREA", area)
    _run(service)
    assert not service.exception
    shown = {metric.label: metric.value for metric in service.metric}
    assert shown["Visits, of homes"] == {"": f"7{SPACE}%", "S1": f"9{SPACE}%"}[area]
    if role == "public":
        assert service.selectbox(key="map_level").value == "village"


def test_it_speaks_chinese(service: AppTest) -> None:
    _run(service).segmented_control(key="language").set_value("zh_CN").run()
    assert "走访**150**户次，为总户数的**7%**。走访中办理诉求**6**件。群防群治队伍**2**支" in _texts(service)
