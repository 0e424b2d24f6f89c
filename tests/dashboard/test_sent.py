"""What a change sends to the browser: the map first, few elements, charts whose look stays and whose rows change."""

from __future__ import annotations

import pytest
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest

from geo.dashboard import cache
from geo.errors import StoreError

#: Page → most elements that a change sends; a browser makes each of them again.
MOST = {"today": 115, "disputes": 197, "hazards": 156, "incidents": 158}
#: Most elements before the map: what it is chosen by, and its place.
_BEFORE_MAP = 26
_CHARTS = {"today": 5, "disputes": 6, "hazards": 6, "incidents": 6}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[ForwardMsg]:
    """All that is sent to the browser, in its order."""
    messages: list[ForwardMsg] = []
    enqueue = ScriptRunContext.enqueue

    def note(self: ScriptRunContext, message: ForwardMsg) -> None:
        messages.append(message)
        enqueue(self, message)

    monkeypatch.setattr(ScriptRunContext, "enqueue", note)
    return messages


def _changed(app: AppTest, page: str, sent: list[ForwardMsg]) -> tuple[list[Delta], list[Delta]]:
    """Return the elements of a page, and those of the same page for another month."""
    app.query_params["lang"] = "en"
    app.query_params["period"] = "2025-02"
    app.switch_page(f"screens/{page}.py").run()
    before = _elements(sent)
    sent.clear()
    app.query_params["period"] = "2025-03"
    app.run()
    assert not app.exception
    return before, _elements(sent)


def _elements(messages: list[ForwardMsg]) -> list[Delta]:
    return [message.delta for message in messages if message.WhichOneof("type") == "delta"]


def _looks(elements: list[Delta]) -> dict[str, str]:
    charts = [delta.new_element.vega_lite_chart for delta in elements if _kind(delta) == "vega_lite_chart"]
    return {chart.alt: chart.spec for chart in charts}


def _kind(delta: Delta) -> str | None:
    kind: str | None = delta.new_element.WhichOneof("type")
    return kind


@pytest.mark.parametrize("page", list(MOST))
def test_the_map_is_sent_first(app: AppTest, sent: list[ForwardMsg], page: str) -> None:
    _before, elements = _changed(app, page, sent)
    kinds = [_kind(delta) for delta in elements]
    assert kinds.index("component_instance") <= _BEFORE_MAP
    # Figures are made after it, and the sidebar, which stands there already.
    assert kinds.index("component_instance") < min(kinds.index("metric"), kinds.index("page_link"))


@pytest.mark.parametrize("page", list(MOST))
def test_a_change_sends_no_more_elements_than_it_did(app: AppTest, sent: list[ForwardMsg], page: str) -> None:
    _before, elements = _changed(app, page, sent)
    assert len(elements) <= MOST[page]


@pytest.mark.parametrize("page", list(MOST))
def test_charts_keep_their_look(app: AppTest, sent: list[ForwardMsg], page: str) -> None:
    """Another look makes a browser draw a chart anew; other rows it moves."""
    before, after = (_looks(elements) for elements in _changed(app, page, sent))
    assert len(after) >= _CHARTS[page]
    # A tile has no line as long as only one month is known.
    assert {name: look for name, look in after.items() if name in before} == before


def test_the_sidebar_is_sent_first_where_none_stands(app: AppTest, sent: list[ForwardMsg]) -> None:
    app.switch_page("screens/disputes.py").run()
    kinds = [_kind(delta) for delta in _elements(sent)]
    assert kinds.index("page_link") < kinds.index("component_instance")


@pytest.mark.parametrize("before", ["disputes", "data"])
def test_another_page_has_its_sidebar_before_its_figures(app: AppTest, sent: list[ForwardMsg], before: str) -> None:
    """That of the page before would set what this one does not show."""
    app.switch_page(f"screens/{before}.py").run()
    sent.clear()
    app.switch_page("screens/hazards.py").run()
    kinds = [_kind(delta) for delta in _elements(sent)]
    assert kinds.index("component_instance") < kinds.index("page_link") < kinds.index("metric")


@pytest.mark.parametrize("before", ["disputes", "hazards"])
def test_a_page_that_fails_keeps_its_sidebar(
    app: AppTest, sent: list[ForwardMsg], monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    def fail(*_: object) -> None:
        raise StoreError("hazards.parquet is torn. Remedy: restore it.")

    app.switch_page(f"screens/{before}.py").run()
    sent.clear()
    monkeypatch.setattr(cache, "layer_page", fail)
    app.switch_page("screens/hazards.py").run()
    kinds = [_kind(delta) for delta in _elements(sent)]
    assert "page_link" in kinds
    assert "metric" not in kinds


def test_the_map_is_kept_from_page_to_page(app: AppTest, sent: list[ForwardMsg]) -> None:
    """A browser keeps an element of the script that all pages share at its place and by its name, and no other."""
    maps, counts = [], []
    for page in ("today", "disputes", "hazards", "coverage", "service", "incidents"):
        sent.clear()
        app.switch_page(f"screens/{page}.py").run()
        assert not app.exception
        (sent_map,) = (message for message in sent if _kind(message.delta) == "component_instance")
        maps.append(
            (
                tuple(sent_map.metadata.delta_path),
                sent_map.metadata.active_script_hash,
                sent_map.delta.new_element.component_instance.id,
            )
        )
        counts.append([_kind(delta) for delta in _elements(sent)].index("component_instance"))
    assert len(set(maps)) == 1
    # From page to page the map comes before the sidebar, which stands there.
    assert max(counts[1:]) <= _BEFORE_MAP < counts[0]
