"""Where a layer comes from, in the reader's language where its source says it in both."""

from __future__ import annotations

__all__ = ["source_in"]

_BETWEEN = " | "
_FIRST_CHINESE, _LAST_CHINESE = "\u4e00", "\u9fff"


def source_in(text: str, lang: str) -> str:
    """Return a source in a language.

    Parameters
    ----------
    text
        As a release holds it. One that is said twice stands as ``English | Chinese``; any other is the same for
        everybody, for nothing that a licence asks to be named may be left out.
    lang
        ``en`` or ``zh_CN``.

    Examples
    --------
    >>> source_in("Bureau of Maps | \u5730\u56fe\u5c40", "zh_CN"), source_in("Bureau of Maps | OSM", "zh_CN")
    ('\u5730\u56fe\u5c40', 'Bureau of Maps | OSM')
    """
    english, between, chinese = text.partition(_BETWEEN)
    if not between or _has_chinese(english) or not _has_chinese(chinese) or _BETWEEN in chinese:
        return text
    return chinese if lang == "zh_CN" else english


def _has_chinese(text: str) -> bool:
    return any(_FIRST_CHINESE <= sign <= _LAST_CHINESE for sign in text)
