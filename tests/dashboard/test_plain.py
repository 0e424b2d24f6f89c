"""Somebody else's words in Markdown: shown as they are, as the browser tests see too."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.dashboard.plain import plain, quoted

# What Markdown and Streamlit look for in the raw text, each sign of it behind a backslash when it is plain.
_LIVE = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]()<>#+!|$~:&]")
_SIGNS = "ab1 .-=:/@<>[]()`*_$~#\\&\u2028\u202e\u2069\n\t"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Elm Street 1-2, No. 3", "Elm Street 1-2, No. 3"),
        ("枫源村\u3000第一网格", "枫源村\u3000第一网格"),
        ("- a", r"\- a"),
        ("1. a", r"1\. a"),
        ("a\n\n# b", r"a \# b"),
        ("a -> b", "a -\u2060\\> b"),
        (":streamlit:", "\\:\u2060streamlit\\:"),
        ("www.a.b", "www\u2060.a.b"),
        ("me@a.b", "me\u2060@a.b"),
        ("a\u202eb", "\u2068a\u202eb\u202c\u2069"),
    ],
)
def test_a_text_is_made_plain(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text(_SIGNS))
def test_no_sign_is_left_alive_and_none_is_lost(text: str) -> None:
    shown = plain(text)
    assert not _LIVE.search(shown)
    assert len(shown.splitlines()) <= 1
    bare = re.sub(r"\\([^\w\s]|_)", r"\1", shown)
    added = "\u2060\u2068\u202c\u2069"
    kept = [text.translate(dict.fromkeys(map(ord, added))) for text in (bare, text)]
    assert "".join(kept[0].split()) == "".join(kept[1].split())


@given(st.text(_SIGNS, min_size=1))
def test_backticks_do_not_end_a_quote(text: str) -> None:
    shown = quoted(text)
    fence = re.match("`+", shown)
    assert fence is not None
    assert fence[0] not in re.findall("`+", shown[len(fence[0]) : -len(fence[0])])
    assert "\n" not in shown
