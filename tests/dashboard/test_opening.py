"""How long the rest of a page is held back for its map."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from geo.dashboard.parts import opening


class Waits:
    """Notes who waits for shapes, and tells at once whether they were asked for."""

    def __init__(self) -> None:
        self.lengths = list[float]()

    def wait(self, *, since: float, until: float) -> bool:
        self.lengths.append(until - since)
        return True


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    noted = Waits()
    monkeypatch.setattr(opening, "SHAPES", noted)
    return noted


def test_the_first_map_of_a_session_has_the_browser_to_itself(
    app: AppTest, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "FIRST_MAP_ALONE_S", 0.01)
    app.run()
    assert waits.lengths == [pytest.approx(0.01)]
    app.run()
    assert len(waits.lengths) == 1


def test_a_page_without_a_map_waits_for_none(app: AppTest, waits: Waits) -> None:
    app.switch_page("screens/data.py").run()
    assert waits.lengths == []
    assert not app.exception
