"""Words on maps in both languages."""

from __future__ import annotations

import pytest

from geo.errors import GeoError
from geo.maps.base import map_words
from geo.words.catalogue import translator


def test_chinese_differs_from_english_in_every_word_of_the_map() -> None:
    english, chinese = map_words("en"), map_words("zh_CN")
    assert all(chinese[key] != text for key, text in english.items())


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(GeoError, match="'fr'"):
        translator("fr")
