"""A period and a month that are not over are marked on every page, and those that are over are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.store import Store
from tests.measures.tiny import tiny_layers

MIDDLE_OF_MARCH = date(2025, 3, 15)
PAGES = ["today", "disputes", "hazards", "incidents", "promises", "coverage", "service"]
RUNNING, MONTH = (
    "The period is not over: told up to 15 March 2025.",
    "○\N{NO-BREAK SPACE}month\N{NO-BREAK SPACE}not\N{NO-BREAK SPACE}over",
)


@pytest.fixture
def running(app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The dashboard over data that end in the middle of a month."""
    layers = tiny_layers()
    for name in ("disputes", "hazards", "incidents"):
        layers[name] = layers[name][layers[name]["found_at"] < f"{MIDDLE_OF_MARCH}"].reset_index(drop=True)
    Store(tmp_path).publish(layers, as_of=MIDDLE_OF_MARCH, time_zone="Asia/Shanghai", title="Half a month")
    monkeypatch.setenv("MAPLEGRID_STORE", str(tmp_path))
    return app


def _texts(app: AppTest, page: str, period: str) -> str:
    app.query_params["period"] = period
    (app if page == "today" else app.switch_page(f"screens/{page}.py")).run()
    assert not app.exception
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


@pytest.mark.parametrize("page", PAGES)
def test_a_period_that_is_not_over_is_marked(running: AppTest, page: str) -> None:
    assert RUNNING in _texts(running, page, "2025-03")
    told = _texts(running, page, "2025-02")
    assert MONTH not in told
    assert "not over" not in told


@pytest.mark.parametrize("page", ["today", "disputes", "incidents"])
def test_the_month_that_is_not_over_is_marked_among_the_months(running: AppTest, page: str) -> None:
    assert MONTH in _texts(running, page, "2025")
    assert MONTH not in _texts(running, page, "2024")


def test_of_a_period_that_the_data_do_not_reach_nothing_is_told_up_to_a_day(running: AppTest) -> None:
    assert RUNNING not in _texts(running, "today", "2026")
