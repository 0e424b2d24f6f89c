"""A source that is said in both languages is told in the reader's; any other as it is."""

from __future__ import annotations

import pytest

from geo.store import source_in

BOTH = "Bureau of Maps, 2024 | 地图局，2024年"


@pytest.mark.parametrize(("lang", "told"), [("en", "Bureau of Maps, 2024"), ("zh_CN", "地图局，2024年")])
def test_a_source_in_both_languages(lang: str, told: str) -> None:
    assert source_in(BOTH, lang) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "© OpenStreetMap contributors",
        "Maps 2024. 地图局",
        "天地图 | 地图局",
        "OSM | Bureau of Maps",
        f"OSM | {BOTH}",
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_nothing_is_left_out_of_any_other(text: str, lang: str) -> None:
    assert source_in(text, lang) == text
