"""Somebody else's words where Markdown is read: names, titles, headers and errors are shown as they are."""

from __future__ import annotations

import re

__all__ = ["plain", "quoted"]

_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+!|$~:&])")
# What only the beginning of a line makes a list or a rule.
_BEGIN = re.compile(r"^(\d*)([-=.])")
_SPACES = re.compile("[\\s\x00-\x1f\x7f\u2028\u2029]+")
# A space of Chinese text is a sign like another.
_WIDE_SPACE = "\u3000"
_JOINER = "\N{WORD JOINER}"
# Streamlit and its Markdown look for these in the text that is left once backslashes are gone: what it makes an image,
# an arrow or a link of is parted by a sign without width.
_PARTED = re.compile(
    r"(?<=:)(?=streamlit:|material/)|(?<=-)(?=[->])|(?<=[<>~])(?=[-=])|(?<=\w)(?=://)|(?<=www)(?=\.)|(?=@)",
    re.IGNORECASE,
)
# Streamlit looks for its icons before Markdown is read, in code too.
_ICON = re.compile("(?<=:)(?=material/)")
_EMBEDDINGS, _ISOLATES = "\u202a\u202b\u202d\u202e", "\u2066\u2067\u2068"
_END_EMBEDDING, _END_ISOLATE, _ISOLATE = "\u202c", "\u2069", "\u2068"


def plain(text: str) -> str:
    r"""Return a text that Markdown shows as it is, in one line: never a link, a picture, a colour or a formula.

    Examples
    --------
    >>> print(plain("[Elm](http) *Street*"))
    \[Elm\]\(http\) \*Street\*
    >>> print(plain("1. Elm Street"))
    1\. Elm Street
    """
    parted = _PARTED.sub(_JOINER, _one_line(text))
    return _BEGIN.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", _kept_to_itself(parted)))


def quoted(text: str) -> str:
    """Return a text as code, in one line; backticks of its own do not end it.

    Examples
    --------
    >>> quoted("Elm"), quoted("E`lm")
    ('`Elm`', '`` E`lm ``')
    """
    line = _kept_to_itself(_ICON.sub(_JOINER, _one_line(text)))
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    return f"{fence}{space}{line}{space}{fence}"


def _one_line(text: str) -> str:
    return _SPACES.sub(lambda found: _WIDE_SPACE if set(found[0]) == {_WIDE_SPACE} else " ", text).strip()


def _kept_to_itself(text: str) -> str:
    """Return a text whose own turns of direction end with it."""
    embedded, isolated = (sum(text.count(sign) for sign in signs) for signs in (_EMBEDDINGS, _ISOLATES))
    if not embedded and not isolated:
        return text
    return f"{_ISOLATE}{text}{_END_EMBEDDING * embedded}{_END_ISOLATE * (isolated + 1)}"
