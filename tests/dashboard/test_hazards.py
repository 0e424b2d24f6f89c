"""The page Hazards over the tiny county: every figure worked out by hand from tests/measures/tiny.py."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geo.store import Store
from tests.measures.tiny import AS_OF, tiny_layers

SPACE = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def page(app: AppTest) -> AppTest:
    """The page, run once."""
    return app.switch_page("screens/hazards.py").run()


def _texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def test_tiles(page: AppTest) -> None:
    assert not page.exception
    # Reported in March: H1, H3, H5. Open on the 31st: H2, H3, H5, of which H2 is past its date. Over are the dates of
    # H1 (kept), H3 (its own, not kept) and H4 (15 days, removed after 20).
    assert {metric.label: metric.value for metric in page.metric} == {
        "Hazards reported": "3",
        "Open": "3",
        "Hazards overdue": "1",
        "Removed on time": f"33{SPACE}%",
        "Days to remove": "20.0",
    }
    assert "2 major · from 0" in _texts(page)
    assert f":red[goal 90{SPACE}%]" in _texts(page)


def test_the_sentence_says_what_is_open_and_late(page: AppTest) -> None:
    assert "**3** are open, **1** of them past the date. **1** major hazard is past its date." in _texts(page)
    assert f"Of the **3** whose date is over, **33{SPACE}%** were removed on time." in _texts(page)


def test_open_and_overdue_by_grade_and_by_class(page: AppTest) -> None:
    grades, classes = (page.dataframe[position].value.set_index("name") for position in (0, 1))
    assert "hazards.n" not in grades
    # H4 was discovered.
    assert grades["hazards.reported"].to_dict() == {"General": 2, "Major": 1}
    assert grades["hazards.overdue"].to_dict() == {"General": 0, "Major": 1}
    # H2, the gas hazard, was found in February and is open still; classes without any are left out.
    assert classes["hazards.reported"].to_dict() == {"Fire": 2, "Electrical": 1, "Gas": 0, "Road": 0}
    assert classes["hazards.open"].to_dict() == {"Fire": 1, "Electrical": 1, "Gas": 1, "Road": 0}


def test_no_hazard_comes_again_in_the_tiny_county(page: AppTest) -> None:
    assert "No hazard of this view has come again." in _texts(page)


AGAIN = """
record_id class grade source found_at grid_id
R1 gas general reported 2025-02-20 G3
R2 gas general reported 2025-03-10 G3
R3 gas general discovered 2025-03-20 G3
R4 gas general reported 2025-03-21 G6
R5 fire general reported 2025-03-22 G5
"""


def test_grids_where_hazards_come_again_have_those_with_most_first(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, app: AppTest
) -> None:
    layers = tiny_layers()
    again = pd.read_csv(io.StringIO(AGAIN), sep=" ", parse_dates=["found_at"]).assign(placed="inside")
    twice = again.assign(record_id="T" + again["record_id"], grid_id="G1").iloc[[0, 1]]
    layers["hazards"] = pd.concat([again, twice], ignore_index=True)
    store = Store(tmp_path_factory.mktemp("again"))
    store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Again", title_zh="反复")
    monkeypatch.setenv("MAPLEGRID_STORE", str(store.root))
    app.switch_page("screens/hazards.py").run()
    # R2 and R3 come after R1 in G3; the second in G1 after the first; nothing of R4's class was in G6 before.
    listed = next(table.value for table in app.dataframe if "hazards.repeats" in table.value.columns)
    assert listed.set_index("area")["hazards.repeats"].to_dict() == {"G3格": 2, "G1格": 1}
    assert listed["area"].iloc[0] == "G3格"


def test_single_grids_are_not_for_the_public(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    app.switch_page("screens/hazards.py").run()
    assert not app.exception
    # What is not for them leaves no box; one line says what there is for others.
    assert "### Where hazards come again" not in _texts(app)
    assert "### By day and hour" not in _texts(app)
    assert (
        "Seen by directors and planners only: what is open and overdue, where hazards come again, hours of the day."
        in _texts(app)
    )
    assert "×: withheld, to keep small counts safe." in _texts(app)
    areas = next(table.value for table in app.dataframe if "hazards.reported" in table.value.columns)
    # Each of the tiny county's areas has too few; who cannot see the shading hears a word.
    assert {str(text).strip() for text in areas["hazards.reported"]} == {"withheld"}
