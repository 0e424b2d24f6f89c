"""Every word that the screens show is there in Chinese."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.catalog import Catalog

from geo.dashboard.messages import Message, find_messages, read_catalogue
from geo.errors import GeoError
from geo.measures.catalogue import CATALOGUE
from geo.privacy import lattice
from geo.words import best_language, gettext, language, ngettext, speak

FIELD = re.compile(r"\{(\w+)\}")


@cache
def _catalogue() -> Catalog:
    return read_catalogue("zh_CN")


def _chinese(text: Message) -> str:
    entry = _catalogue().get(text if isinstance(text, str) else text[0])
    string = entry.string if entry else ""
    return str(string[0] if isinstance(string, (tuple, list)) else string)


def test_no_message_is_without_chinese() -> None:
    known = read_catalogue("zh_CN")
    entries = {text: known.get(text if isinstance(text, str) else text[0]) for text in find_messages()}
    assert [text for text, entry in entries.items() if entry is None or not entry.string or entry.string == ("",)] == []


def test_the_catalogue_holds_nothing_that_is_not_shown() -> None:
    shown = {text if isinstance(text, str) else text[0] for text in find_messages()}
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in read_catalogue("zh_CN") if entry.id}
    assert known - shown == set()


def test_translations_fill_in_the_same_fields() -> None:
    for text in find_messages():
        plural = text if isinstance(text, str) else text[1]
        assert set(FIELD.findall(_chinese(text))) == set(FIELD.findall(plural)), text


def test_messages_are_found_inside_formatted_texts() -> None:
    assert {"Made-up data", "Today", "Disputes", CATALOGUE["settled_share"].definition} <= set(find_messages())


def test_reasons_for_another_view_are_translated() -> None:
    reasons = [text for name, text in vars(lattice).items() if re.fullmatch(r"_[A-Z]+", name) and isinstance(text, str)]
    assert len(reasons) >= 4
    assert all(_chinese(reason) for reason in reasons)


def test_a_message_is_said_in_the_language_of_the_run() -> None:
    speak("zh_CN")
    assert (gettext("Disputes"), language()) == ("矛盾纠纷", "zh_CN")
    assert ngettext("{n} hazard past its date", "{n} hazards past their dates", 2).format(n=2) == "隐患逾期2处"
    speak("en")
    assert (
        ngettext("{n} hazard past its date", "{n} hazards past their dates", 1).format(n=1) == "1 hazard past its date"
    )


def test_only_known_languages_are_spoken() -> None:
    with pytest.raises(GeoError, match="Remedy: use one of en, zh_CN"):
        speak("tlh")
    assert [best_language(locale) for locale in ("zh-TW", "zh", "en-US", None)] == ["zh_CN", "zh_CN", "en", "en"]
