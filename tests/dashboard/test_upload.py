"""Broken and too large uploads: the page says what is wrong, the store stays as it was, the next file is taken."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from geo.dashboard.parts.upload import MOST_UPLOAD, refuse_upload
from geo.store import Store
from tests.bad_input.mutations import spoil, write_good

KEY = "take-in-file-0"


@pytest.fixture
def most_upload() -> Iterator[None]:
    """A server that takes a megabyte."""
    before = config.get_option(MOST_UPLOAD)
    config.set_option(MOST_UPLOAD, 1)
    yield
    config.set_option(MOST_UPLOAD, before)


@pytest.fixture
def data(app: AppTest) -> Iterator[AppTest]:
    """The page Data; a file that is on its way in goes with the session."""
    yield app.switch_page("screens/data.py").run()
    if "take_in" in app.session_state:
        app.session_state["take_in"].home.cleanup()


def _upload(data: AppTest, name: str, content: bytes) -> str:
    """Return what the page shows once a file has come."""
    data.file_uploader(key=KEY).set_value((name, content, "application/octet-stream")).run()
    assert not data.exception
    return "\n".join(one.value for one in (*data.error, *data.warning, *data.info, *data.markdown, *data.caption))


def test_a_file_within_the_limit_is_not_refused() -> None:
    most = int(config.get_option(MOST_UPLOAD)) << 20
    assert refuse_upload("a.csv", most) is None
    assert "a.csv" in str(refuse_upload("a.csv", most + 1))


def test_a_file_that_is_too_large_is_told_and_not_looked_at(
    data: AppTest, most_upload: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.dashboard.parts.take_in.diagnose", lambda *_, **__: pytest.fail("it was looked at"))
    shown = _upload(data, "a.csv", b"id,kind\n" + b"1,a\n" * 300_000)
    assert "this page takes files of up to 1 MiB" in shown


@pytest.mark.parametrize("name", ["utf-8.csv", "book.xlsx", "old.xls", "map.geojson", "map.zip", "map.gpkg"])
def test_a_broken_file_is_told_and_the_next_is_taken(
    name: str, data: AppTest, tiny_store: Store, tmp_path: Path
) -> None:
    good = write_good(tmp_path)[name].read_bytes()
    before = sorted(tiny_store.root.rglob("*"))
    _upload(data, name, good[: len(good) // 2])
    _upload(data, name, spoil(good, random.Random(7)))  # noqa: S311 - a seed that repeats
    assert "What the file is" in [one.label for one in data.selectbox] or _upload(data, name, good)
    assert sorted(tiny_store.root.rglob("*")) == before


def test_the_field_for_a_file_speaks_the_language_of_the_page(data: AppTest) -> None:
    data.query_params["lang"] = "zh_CN"
    styles = [html.proto.body for html in data.run().get("html")]
    assert any('content: "选择文件"' in style and "不超过" in style for style in styles)
