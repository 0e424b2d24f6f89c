"""Code lists: what a coded column may hold, and the English and Chinese words for it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from geo.errors import GeoError
from geo.resources import resource

__all__ = ["Code", "all_words", "code_list", "label"]


@dataclass(frozen=True)
class Code:
    """One code of a list: its text, its words, and what the guards say of it.

    ``parent`` is the code that it is a kind of; ``hours`` of a part of the day, from the first to before the second;
    ``layer`` and ``many`` of a level of areas above the county, what holds them and the English word for several.
    """

    code: str
    en: str
    zh: str
    flags: frozenset[str] = frozenset()
    parent: str | None = None
    hours: tuple[int, int] | None = None
    layer: str | None = None
    many: str | None = None

    @property
    def all_hours(self) -> tuple[int, ...]:
        """The hours of a part of the day, in order; none for other codes."""
        first, after = self.hours or (0, 0)
        return tuple((first + hour) % 24 for hour in range((after - first) % 24))

    def label(self, language: str) -> str:
        """Return the word for the code in ``en`` or ``zh_CN``."""
        return self.zh if language.startswith("zh") else self.en

    def several(self, language: str) -> str:
        """Return the word for several of a level above the county."""
        return self.label(language) if language.startswith("zh") or self.many is None else self.many


def code_list(name: str) -> Mapping[str, Code]:
    """Return a code list in the order of the screen.

    Raises
    ------
    GeoError
        When there is no such list.

    Examples
    --------
    >>> list(code_list("source"))
    ['reported', 'discovered']
    """
    lists = _all_lists()
    if name not in lists:
        raise GeoError(f"There is no code list {name!r}. Remedy: use one of {', '.join(lists)}.")
    return lists[name]


def label(name: str, code: str, language: str) -> str:
    """Return the word for a code; the code itself when the list does not hold it.

    Examples
    --------
    >>> label("dispute_class", "neighbours", "zh_CN")
    '邻里'
    """
    found = code_list(name).get(code)
    return found.label(language) if found else code


@cache
def all_words() -> frozenset[str]:
    """Return every word of every list, in both languages.

    Examples
    --------
    >>> "邻里" in all_words(), "Neighbours" in all_words()
    (True, True)
    """
    return frozenset(word for codes in _all_lists().values() for code in codes.values() for word in (code.en, code.zh))


@cache
def _all_lists() -> Mapping[str, Mapping[str, Code]]:
    with resource("codes.toml").open("rb") as file:
        raw = tomllib.load(file)
    return MappingProxyType({name: _read_list(entries) for name, entries in raw.items()})


def _read_list(entries: Mapping[str, Mapping[str, object]]) -> Mapping[str, Code]:
    return MappingProxyType({code: _read_code(code, entry) for code, entry in entries.items()})


def _read_code(code: str, entry: Mapping[str, object]) -> Code:
    flags = entry.get("flags", ())
    parent, hours = entry.get("parent"), entry.get("hours")
    layer, many = entry.get("layer"), entry.get("many")
    return Code(
        code=code,
        en=str(entry["en"]),
        zh=str(entry["zh"]),
        flags=frozenset(str(flag) for flag in flags) if isinstance(flags, list) else frozenset(),
        parent=None if parent is None else str(parent),
        hours=(int(hours[0]), int(hours[1])) if isinstance(hours, list) else None,
        layer=None if layer is None else str(layer),
        many=None if many is None else str(many),
    )
