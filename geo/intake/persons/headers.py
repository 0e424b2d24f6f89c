"""The guard at the door: columns of persons are told by their headers, values of persons by their form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from geo.errors import Fault, LayerError
from geo.intake.persons.hiding import holds_number
from geo.intake.persons.patterns import person_words
from geo.intake.persons.refusal import refuse_columns

__all__ = ["PersonColumn", "find_person_columns", "refuse_person_columns"]

# Layers whose rows are areas or places have names of their own; those of events and tables have none.
_NAMED_KINDS = frozenset({"area", "background"})
_NAMED_LAYERS = frozenset({"places"})
_PLACE_NAMES = frozenset({"name", "names", "full name", "fullname"})
# OpenStreetMap and others keep several names of a place: name:en, alt_name, old_name:zh.
_KINDS_OF_NAMES = frozenset(
    {"alt", "old", "int", "nat", "official", "short", "loc", "local", "reg", "long", "pinyin", "en", "zh"}
)
_NAME_IN_LANGUAGE = re.compile(r"^(?:(?:alt|old|official|short)_)?name:[A-Za-z_-]{2,12}$")

_SPLIT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class PersonColumn:
    """A column that holds persons, by its header, and what of them."""

    column: str
    group: str
    title: str


@dataclass(frozen=True)
class _Group:
    title: str
    words: tuple[tuple[str, ...], ...]
    anywhere: tuple[str, ...]
    chinese: tuple[str, ...]
    alone: frozenset[str]
    events_only: bool
    not_areas: bool
    told_as: str


@dataclass(frozen=True)
class _Words:
    groups: Mapping[str, _Group]
    places: frozenset[str]


def find_person_columns(
    columns: Iterable[str], *, layer: str = "", kind: str = "event", named: Iterable[str] = ()
) -> tuple[PersonColumn, ...]:
    """Return the columns whose headers speak of persons.

    Parameters
    ----------
    columns
        Headers as they stand in the file.
    layer, kind
        Layer that the file is for, and its kind; areas, places and background have names of their own.
    named
        Columns that the recipe maps to the name of an area or a place.

    Examples
    --------
    >>> [found.group for found in find_person_columns(["当事人姓名", "Phone_No", "class"])]
    ['names', 'phone']
    >>> find_person_columns(["name"], layer="grids", kind="area", named=["name"])
    ()
    """
    has_names = kind in _NAMED_KINDS or layer in _NAMED_LAYERS
    mapped = frozenset(named) if has_names else frozenset()
    found = (_judge(column, kind=kind, has_names=has_names, mapped=column in mapped) for column in columns)
    return tuple(person for person in found if person is not None)


def refuse_person_columns(
    file: str,
    columns: Iterable[str],
    *,
    left_out: Iterable[str],
    layer: str = "",
    kind: str = "event",
    named: Iterable[str] = (),
) -> None:
    """Raise when a file has columns of persons that are not left out by name; no value is ever in the message.

    Parameters
    ----------
    file
        Name of the file, for the message.
    columns, layer, kind, named
        As in `find_person_columns`.
    left_out
        Columns that the recipe leaves out.

    Raises
    ------
    LayerError
        With a fault for each such column.
    """
    _refuse_headers_of_persons(file, columns := tuple(columns))
    out = frozenset(left_out)
    rest = [column for column in columns if column not in out]
    found = find_person_columns(rest, layer=layer, kind=kind, named=named)
    problem = "its header speaks of {}; places are taken in here, not people"
    refuse_columns(file, {one.column: problem.format(one.title) for one in found})


def _refuse_headers_of_persons(file: str, columns: tuple[str, ...]) -> None:
    """Raise when a header itself holds a person: the file has no row of names, and its first row stands for them."""
    hits = [place for place, hit in enumerate(holds_number(columns), start=1) if hit]
    if hits:
        problem = "its header holds a person's number, plate or address: the first row seems to be a record"
        remedy = "write the names of the columns into a row above, or name their row in the recipe by header_row"
        raise LayerError([Fault(file, f"{place}", (), problem, remedy) for place in hits])


# Each layer that a file may be for asks about the same headers.
@lru_cache(maxsize=4096)
def _judge(column: str, *, kind: str, has_names: bool, mapped: bool) -> PersonColumn | None:
    tokens, squashed = _tokens(column), _squash(column)
    for group_name, group in _words().groups.items():
        if (group.events_only and kind != "event") or (group.not_areas and kind in _NAMED_KINDS):
            continue
        hits = _hits(group, tokens, squashed)
        if group_name == "names" and hits <= _PLACE_NAMES and (mapped or _names_a_place(column, tokens, has_names)):
            continue
        if hits:
            return PersonColumn(column, group.told_as or group_name, group.title)
    return None


def _names_a_place(column: str, tokens: tuple[str, ...], has_names: bool) -> bool:
    words = _words()
    beside = any(token in words.places for token in tokens)
    alone = set(tokens) - _PLACE_NAMES - _KINDS_OF_NAMES == set() or _NAME_IN_LANGUAGE.match(column) is not None
    return beside or (has_names and alone)


def _hits(group: _Group, tokens: tuple[str, ...], squashed: str) -> frozenset[str]:
    in_order = {" ".join(words) for words in group.words if _holds(tokens, words)}
    glued = {part for part in (*group.anywhere, *group.chinese) if part in squashed}
    return frozenset(in_order | glued | (group.alone & {squashed}))


def _holds(tokens: tuple[str, ...], words: tuple[str, ...]) -> bool:
    width = len(words)
    return any(tokens[start : start + width] == words for start in range(len(tokens) - width + 1))


def _tokens(column: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKC", column)
    return tuple(token for token in _SPLIT.split(_CAMEL.sub(" ", plain).lower()) if token)


def _squash(column: str) -> str:
    return _SPLIT.sub("", unicodedata.normalize("NFKC", column).lower())


@cache
def _words() -> _Words:
    raw = person_words()
    groups = {name: _read_group(group) for name, group in raw.items() if "title" in group}
    return _Words(MappingProxyType(groups), frozenset(raw["places"]["words"]))


def _read_group(raw: Mapping[str, Any]) -> _Group:
    return _Group(
        title=str(raw["title"]),
        words=tuple(tuple(words.split()) for words in raw["words"]),
        anywhere=tuple(raw["anywhere"]),
        chinese=tuple(word.lower() for word in raw["chinese"]),
        alone=frozenset(raw.get("alone", ())),
        events_only=bool(raw.get("events_only", False)),
        not_areas=bool(raw.get("not_areas", False)),
        told_as=str(raw.get("as", "")),
    )
