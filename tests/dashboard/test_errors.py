"""An error of a page says what happened and what to do; where it was stays in the log."""

from __future__ import annotations

import logging
import re

import pytest
from streamlit.testing.v1 import AppTest

from geo.dashboard.errors import on_script_error
from geo.errors import StoreError


def _show(error: Exception) -> str:
    def script(error: Exception) -> None:
        from geo.dashboard.errors import show_error

        show_error(error, error_id="0badcafe")

    app = AppTest.from_function(script, kwargs={"error": error}).run()
    assert not app.exception
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def test_an_error_of_ours_is_shown_with_its_remedy() -> None:
    shown = _show(StoreError("grids*.parquet is missing. Remedy: restore release 3."))
    assert "The data can't be read" in shown
    assert r"grids\*.parquet is missing. Remedy\: restore release 3." in shown
    assert "give this id: `0badcafe`" in shown


def test_any_other_error_shows_nothing_of_itself() -> None:
    shown = _show(KeyError("secret_column"))
    assert "Something went wrong" in shown
    assert "secret_column" not in shown


def test_the_log_keeps_where_it_was_under_the_id(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="maplegrid.dashboard"):
        with pytest.raises(KeyError) as caught:
            raise KeyError("13912345678")
        assert on_script_error(caught.value) is True
    record = next(record for record in caplog.records if record.name == "maplegrid.dashboard")
    first, _, rest = record.getMessage().partition("\n")
    assert len(first.rpartition(" ")[2]) == 8
    assert re.search(r"test_errors\.py:\d+ test_the_log.*\nKeyError$", rest)
    assert (record.exc_info, "13912345678" in caplog.text) == (None, False)
