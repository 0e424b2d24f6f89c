"""What the columns of a file mean: guessed from their headers in both languages and from what stands in them."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.codes import Code, code_list
from geo.intake.doctor.angles import ANGLE_KINDS, read_angles
from geo.intake.doctor.table import RawTable
from geo.intake.match import fullmatch
from geo.intake.persons.headers import find_person_columns
from geo.layers import AREA_LEVELS, LAYERS, UPPER_LEVELS, Layer
from geo.resources import resource

__all__ = ["Guess", "called_by", "code_of", "guess_layer", "guess_mapping", "is_date", "known_headers", "rank_columns"]

#: Lists that the coded columns of the layers take their codes from, by layer (or any) and column.
_LISTS = {
    ("disputes", "class"): "dispute_class",
    ("hazards", "class"): "hazard_class",
    ("incidents", "class"): "incident_class",
    ("grids", "kind"): "grid_kind",
    ("places", "kind"): "place_kind",
    ("surveys", "kind"): "survey_kind",
    ("designations", "level"): "designation_level",
    ("background", "kind"): "background_kind",
    ("", "grade"): "hazard_grade",
    ("", "subclass"): "incident_subclass",
    ("", "source"): "source",
    ("", "channel"): "channel",
    ("", "settled_at"): "settled_at",
    ("", "transfer"): "transfer",
    ("", "role"): "role",
}
_OWN = ("geometry", "placed")
_ANGLES = ("lon", "lat")
_SPLIT = re.compile(r"[^0-9a-z\u3400-\u9fff]+")
_HEADER_WEIGHT = 0.75
_LEAST_SCORE = 0.4
_LEAST_LAYER = 0.35
_CALLED = 0.8
_LEAST_WORD = 4
_LOOKED_AT = 300
#: Dates as people write them, whole cells: ISO and its kin, day or month first, Chinese, with or without a time.
DATE = (
    r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|(?:19|20)\d{6}|"
    r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)"
    r"(?:[T ]+\d{1,2}[::时]\d{2}(?:[::分]\d{2}(?:\.\d+)?秒?)?分?(?: ?[AaPp][Mm])?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
)
_MONTH = r"\d{4}[-/.年]\d{1,2}月?|(?:19|20)\d{4}"
_NUMBER = r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?"
_WHOLE = r"\d+(?:\.0+)?|\d{1,3}(?:,\d{3})+"


@dataclass(frozen=True)
class Guess:
    """A column of a layer, the column of the file that may fill it, and how well it fits, 0 to 1."""

    target: str
    source: str
    score: float


def guess_mapping(table: RawTable, layer: str) -> dict[str, str]:
    """Guess which column of the file fills which column of a layer; what fits badly is left out.

    Parameters
    ----------
    table
        The file's table.
    layer
        Name of the layer.

    Returns
    -------
    dict
        Column of the layer → column of the file, in the order of the layer; each column of the file once.
    """
    return {guess.target: guess.source for guess in rank_columns(table, layer)}


def rank_columns(table: RawTable, layer: str) -> tuple[Guess, ...]:
    """Return the guesses of `guess_mapping` with their scores."""
    about = LAYERS[layer]
    persons = {one.column for one in find_person_columns(table.columns, layer=layer, kind=about.kind, named=())}
    free = [name for name in table.columns if name not in persons]
    scored = [
        Guess(target, source, score)
        for target in about.columns
        if target not in _OWN
        for source in free
        if (score := _score(table, about, target, source)) >= _LEAST_SCORE
    ]
    taken: dict[str, Guess] = {}
    for guess in sorted(scored, key=lambda one: -one.score):
        if guess.target not in taken and guess.source not in {one.source for one in taken.values()}:
            taken[guess.target] = guess
    return tuple(taken[target] for target in about.columns if target in taken)


def called_by(columns: Iterable[str], layer: str, target: str) -> str | None:
    """Return the column that is called by a column of the layer, whatever stands in it; None if none is."""
    scores = {name: _header_score(layer, target, name) for name in columns}
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] >= _CALLED else None


def guess_layer(table: RawTable, *, file: str = "") -> tuple[tuple[str, float], ...]:
    """Return the layers that a table may be for, the best first, each with a score from 0 to 1.

    Parameters
    ----------
    table
        The file's table.
    file
        Name of the file, whose words may tell.
    """
    scores = {name: _layer_score(table, layer, file) for name, layer in LAYERS.items()}
    found = [(name, score) for name, score in scores.items() if score >= _LEAST_LAYER]
    # Of two that fit as well, one above the county comes last: few files are of those.
    upper = [AREA_LEVELS[level] for level in UPPER_LEVELS]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0] in upper)))


def code_of(text: str, list_name: str) -> str | None:
    """Return the code that a text says, as the code itself or by its word in either language.

    Examples
    --------
    >>> code_of("邻里", "dispute_class"), code_of("Neighbours", "dispute_class"), code_of("x", "dispute_class")
    ('neighbours', 'neighbours', None)
    """
    return _words_of_list(list_name).get(squash(text))


def code_list_of(layer: str, column: str) -> str | None:
    """Return the name of the code list of a layer's column; None if it is not coded."""
    return _LISTS.get((layer, column)) or _LISTS.get(("", column))


def is_date(cells: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell which cells look like dates."""
    return fullmatch(cells, DATE)


def squash(text: str) -> str:
    """Return the letters and digits of a text alone, small and of usual width."""
    return _SPLIT.sub("", unicodedata.normalize("NFKC", text).lower())


@cache
def known_headers() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the squashed headers by layer (or ``any``, or ``layers`` for names of files) and column."""
    with resource("headers.toml").open("rb") as file:
        raw = tomllib.load(file)
    return MappingProxyType(
        {part: {name: tuple(squash(word) for word in words) for name, words in of.items()} for part, of in raw.items()}
    )


def _score(table: RawTable, layer: Layer, target: str, source: str) -> float:
    header = _header_score(layer.name, target, source)
    if not header and code_list_of(layer.name, target) is None:
        return 0.0
    content = _content_score(table, layer, target, source)
    if content is None:
        return header * _HEADER_WEIGHT
    if content < 0.2:
        # What stands in it is something else, whatever it is called.
        return header * 0.3
    alone = 0.6 * content if code_list_of(layer.name, target) else 0.0
    return max(alone, header * _HEADER_WEIGHT + content * (1 - _HEADER_WEIGHT) if header else 0.0)


@lru_cache(maxsize=8192)
def _header_score(layer: str, target: str, source: str) -> float:
    known = known_headers()
    words = (*known.get(layer, {}).get(target, ()), *known["any"].get(target, ()), squash(target))
    header = squash(source)
    if not header:
        return 0.0
    if header in words:
        # Of several names for it, the first ones say it best.
        return 1.0 - 0.01 * min(words.index(header), 20)
    if len(source.encode()) == 10 and any(word.startswith(header) for word in words):
        return 0.85
    held = [word for word in words if _tells(word) and word in header]
    return 0.45 + 0.45 * max(map(len, held)) / len(header) if held else 0.0


def _tells(word: str) -> bool:
    """Tell whether a word is long enough to say anything as a part of a header."""
    return len(word) >= (_LEAST_WORD if word.isascii() else 2)


def _content_score(table: RawTable, layer: Layer, target: str, source: str) -> float | None:
    """Return the share of cells that a column could hold; None where any text may stand, or there is none."""
    listed = code_list_of(layer.name, target)
    key = target == layer.key[0] if layer.key else False
    own = "key" if key else target if target == "month" else "angle" if target in _ANGLES else layer.dtypes[target]
    kind = (source, listed or own)
    if kind not in table.judged:
        table.judged[kind] = _judge_content(table, source, kind[1], listed=listed is not None)
    return table.judged[kind]


def _judge_content(table: RawTable, source: str, kind: str, *, listed: bool) -> float | None:
    cells = table.sample(source).iloc[:_LOOKED_AT]
    if cells.empty:
        return None
    if listed:
        kinds = cells.unique()
        return sum(code_of(str(one), kind) is not None for one in kinds) / len(kinds)
    if kind in ("datetime64[ms]", "month"):
        dates = is_date(cells) | (fullmatch(cells, _MONTH) if kind == "month" else False)
        return float(np.mean(dates | _is_serial(cells)))
    if kind == "angle":
        kinds = read_angles(cells).kinds
        return float((kinds <= ANGLE_KINDS.index("sexagesimal")).mean())
    if kind in ("Int64", "float64"):
        return float(fullmatch(cells, _WHOLE if kind == "Int64" else _NUMBER).mean())
    return float(cells.nunique() / len(cells)) if kind == "key" else None


def _is_serial(cells: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return fullmatch(cells, r"[2-6]\d{4}(?:\.\d+)?")


def _layer_score(table: RawTable, layer: Layer, file: str) -> float:
    shapes = _kind_of_shapes(table)
    if (layer.kind == "area") != (shapes == "polygon") and layer.kind != "background":
        return 0.0
    if layer.kind == "background" and shapes is None:
        return 0.0
    guesses = {guess.target: guess.score for guess in rank_columns(table, layer.name)}
    wanted = [
        name for name, column in layer.schema.columns.items() if column.required and name not in (*_OWN, "source")
    ]
    filled = sum(guesses.get(name, 0.0) for name in wanted) / max(1, len(wanted))
    others = sum(score for name, score in guesses.items() if name not in wanted)
    words = known_headers()["layers"].get(layer.name, ())
    named = any(word in squash(file) for word in words if _tells(word))
    coded = max((guesses.get(name, 0.0) for name in ("class", "kind", "role")), default=0.0) > 0.9
    score = 0.55 * filled + 0.03 * min(others, 5) + 0.2 * named + 0.1 * coded
    return min(1.0, score * (0.8 if layer.kind == "background" else 1.0))


def _kind_of_shapes(table: RawTable) -> str | None:
    if table.geometry is None:
        return None
    shapes = table.geometry[:_LOOKED_AT]
    kinds = shapely.get_type_id(shapes[~shapely.is_missing(shapes)])
    if not len(kinds):
        return None
    return "polygon" if np.isin(kinds, (3, 6)).mean() > 1 / 2 else "other"


@cache
def _words_of_list(name: str) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for code in code_list(name).values():
        for word in _said(code):
            words.setdefault(squash(word), code.code)
    return MappingProxyType(words)


def _said(code: Code) -> Iterable[str]:
    yield from (code.code, code.en, code.zh)
    # 邻里纠纷, 消防隐患: people write out what the list is of.
    yield from (code.zh + more for more in ("纠纷", "隐患", "类", "网格", "案件"))
