"""Findings on codes: damaged by Excel, badly typed, zeros lost, and unknown ones with the nearest known one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.intake.doctor.case import Case
from geo.intake.doctor.columns import known_headers, squash
from geo.intake.doctor.finding import Figure, Finding, make_finding
from geo.intake.match import contains, fullmatch
from geo.intake.repair.codes import clean_codes, flaw_of
from geo.layers import ANY_CODE, AREA_LEVELS, LAYERS
from geo.rules import load_rules

__all__ = ["AREA_KEYS", "KnownCodes", "code_columns", "find_codes", "nearest_code"]

_SCIENTIFIC = r"[1-9](?:\.\d+)?[eE]\+\d{2}"
_LONG_DIGITS = r"\d{6,}"
# What Excel makes of nine digits and more; a measured number is seldom written so.
_CUT_CODE = r"[1-9]\.\d{3,}[eE]\+(?:0[89]|1\d)"
_CODE_WORDS = ("编码", "代码", "编号", "code", "adcode", "id", "no")
#: Columns of codes of areas, one for each level.
AREA_KEYS = tuple(f"{level}_id" for level in AREA_LEVELS)
# Of more unknown codes than these the nearest are not looked for; the file is of another place then.
_MOST_UNKNOWN = 500
_EXAMPLES = 5
#: Parts of a statistical division code, 2+2+2+3+3 digits: the length up to the part's end → its name.
_PARTS: Mapping[int, str] = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}
_SHARE_CLEAR = 0.9
_LEAST_DIVISION = 6


@dataclass(frozen=True)
class KnownCodes:
    """Codes that are known, ready to look for near ones and for parts."""

    codes: frozenset[str]
    parts: frozenset[str]
    signs: str

    @classmethod
    def of(cls, codes: Iterable[str]) -> KnownCodes:
        """Take the codes of areas; those of 6, 9 and 12 digits also tell the parts above."""
        known = frozenset(codes)
        digits = [code for code in known if code.isascii() and code.isdigit() and len(code) >= 6]
        parts = frozenset(code[:length] for code in digits for length in _PARTS if len(code) >= length)
        return cls(known, parts, "".join(sorted({sign for code in known for sign in code})))

    def wrong_part(self, code: str) -> str | None:
        """Return the first part of a division code that no known code has; None if all its parts are known.

        Examples
        --------
        >>> known = KnownCodes.of(["330681109290"])
        >>> known.wrong_part("330682109290"), known.wrong_part("330681109291"), known.wrong_part("330681109290")
        ('county', 'village', None)
        """
        return next(
            (name for length, name in _PARTS.items() if len(code) >= length and code[:length] not in self.parts), None
        )


def nearest_code(code: str, known: KnownCodes) -> str | None:
    """Return the one known code at the least distance of one or two slips; None if there is none or more than one.

    A slip is a sign too many, missing, wrong, or changed with its neighbour. Two slips are looked for among codes of
    the same length, as two wrong signs.

    Examples
    --------
    >>> known = KnownCodes.of(["330681109290", "330681109291", "330682001001"])
    >>> nearest_code("33068109290", known), nearest_code("330682001010", known), nearest_code("330681109299", known)
    ('330681109290', '330682001001', None)
    """
    once = {slip for slip in _slips(code, known.signs) if slip in known.codes}
    if once:
        return once.pop() if len(once) == 1 else None
    twice = [one for one in known.codes if len(one) == len(code) and _wrong_signs(one, code) == 2]
    # Both slips in the digits of province and city speak of another place rather than of typing.
    far = len(code) >= _LEAST_DIVISION and len(twice) == 1 and twice[0][4:] == code[4:] and code.isdigit()
    return twice[0] if len(twice) == 1 and not far else None


def find_codes(case: Case) -> Iterator[Finding]:
    """Find what is wrong with codes, column by column."""
    for column, target in code_columns(case).items():
        cells = case.table.column(column)
        yield from _damaged(column, cells)
        mended, changed = clean_codes(cells)
        yield from _badly_typed(column, cells.loc[changed])
        if target in AREA_KEYS:
            yield from _judge_area_codes(case, column, str(target), mended)


def code_columns(case: Case) -> dict[str, str | None]:
    """Return columns of codes with the layer's column that they fill: by meaning, by header, by what stands in them."""
    meaning = {source: target for target, source in case.meaning.items()}
    keys = {source: target for source, target in meaning.items() if target.endswith("_id")}
    found: dict[str, str | None] = dict(keys)
    for name in case.table.columns:
        if name in case.persons:
            found.pop(name, None)
        elif name not in meaning and _is_code_column(case, name):
            found[name] = _area_key(name)
    return found


def _is_code_column(case: Case, name: str) -> bool:
    header = squash(name)
    if any(header == word or header.endswith(word) for word in _CODE_WORDS):
        return True
    sample = case.table.sample(name)
    return len(sample) > 0 and bool((fullmatch(sample, _LONG_DIGITS) | fullmatch(sample, _CUT_CODE)).mean() > 0.8)


def _area_key(name: str) -> str | None:
    """Return the level whose code a column is called by, as records that are placed by points keep it beside."""
    header = squash(name)
    return next((key for key in AREA_KEYS if header in known_headers()["any"].get(key, ())), None)


def _damaged(column: str, cells: pd.Series[Any]) -> Iterator[Finding]:
    lost = cells[fullmatch(cells, _SCIENTIFIC)]
    if len(lost):
        figures = {"different": int(lost.nunique())}
        yield make_finding("codes.scientific", column=column, count=len(lost), rows=lost.index, figures=figures)


def _badly_typed(column: str, cells: pd.Series[Any]) -> Iterator[Finding]:
    flaws = cells.map(lambda code: flaw_of(str(code)) or "spaces")
    for flaw, rows in flaws.groupby(flaws, sort=False):
        yield make_finding(f"codes.{flaw}", column=column, count=len(rows), rows=rows.index)


def _judge_area_codes(case: Case, column: str, target: str, cells: pd.Series[Any]) -> Iterator[Finding]:
    layer = LAYERS.get(case.layer or "")
    own = layer is not None and layer.kind == "area" and layer.key[0] == target
    known = None if own else case.known(target)
    if known is None:
        yield from _short_by_rule(case, column, target, cells)
        return
    codes = frozenset(str(code) for code in known)
    kinds = cells.value_counts()
    unknown = kinds[~kinds.index.isin(codes)]
    digits = _lost_zeros([str(code) for code in unknown.index], codes)
    if digits is not None:
        padded = [code for code in unknown.index if str(code).zfill(digits) in codes]
        rows = cells.index[cells.isin(padded)]
        yield make_finding("codes.zeros", column=column, count=len(rows), rows=rows, figures={"digits": digits})
        unknown = unknown.drop(index=padded)
    if len(unknown):
        yield from _unknown(case, column, target, cells, [str(code) for code in unknown.index], codes)


def _short_by_rule(case: Case, column: str, target: str, cells: pd.Series[Any]) -> Iterator[Finding]:
    """Without areas to compare with: all codes one digit short of the rule's pattern, or of two lengths and no zero."""
    codes = case.recipe.release.codes if case.recipe else None
    if codes != "cn" and case.table.sample(column).str.len().nunique() == 1:
        return
    pattern = load_rules().codes[codes or "any"].get(target.removesuffix("_id"), ANY_CODE)
    numbers = cells[fullmatch(cells, r"\d+")].astype("str")
    if len(numbers) < _SHARE_CLEAR * len(cells) or numbers.empty:
        return
    lengths = numbers.str.len()
    longest = int(lengths.max())
    short = fullmatch(numbers.str.zfill(longest + 1), pattern).all() and not fullmatch(numbers, pattern).any()
    if codes == "cn" and short and lengths.nunique() == 1:
        figures = {"digits": longest + 1}
        yield make_finding("codes.zeros", column=column, count=len(numbers), rows=numbers.index, figures=figures)
        return
    short_rows = numbers.index[lengths == longest - 1]
    counted = numbers.nunique() * 2 >= int(numbers.astype("float64").max())
    if lengths.nunique() == 2 and len(short_rows) and longest > 2 and not counted and not contains(numbers, "^0").any():
        figures = {"digits": longest, "short": longest - 1}
        yield make_finding("codes.lengths", column=column, count=len(short_rows), rows=short_rows, figures=figures)


def _lost_zeros(unknown: Sequence[str], known: frozenset[str]) -> int | None:
    """Return the length that zeros in front bring most of the unknown codes to a known one with; None if none does."""
    lengths = sorted({len(code) for code in known})
    hits = {digits: sum(code.isdigit() and code.zfill(digits) in known for code in unknown) for digits in lengths}
    best = max(hits, key=lambda digits: hits[digits], default=0)
    return best if hits.get(best, 0) * 2 > len(unknown) else None


def _unknown(
    case: Case, column: str, target: str, cells: pd.Series[Any], unknown: Sequence[str], codes: frozenset[str]
) -> Iterator[Finding]:
    areas = AREA_LEVELS[target.removesuffix("_id")]
    known = KnownCodes.of([*codes, *_all_areas(case)])
    looked_at = KnownCodes.of(codes)
    near = {code: found for code in unknown[:_MOST_UNKNOWN] if (found := nearest_code(code, looked_at)) is not None}
    if near:
        rows = cells.index[cells.isin(list(near))]
        # A code so near to a known one is no number of a person.
        examples = "; ".join(f"{code} → {found}" for code, found in list(near.items())[:_EXAMPLES])
        figures: dict[str, Figure] = {"codes": len(near), "areas": areas, "examples": examples}
        yield make_finding("codes.near", column=column, count=len(rows), rows=rows, figures=figures)
    rest = [code for code in unknown if code not in near]
    if rest:
        rows = cells.index[cells.isin(rest)]
        figures = {"codes": len(rest), "areas": areas}
        yield make_finding("codes.unknown", column=column, count=len(rows), rows=rows, figures=figures)
    parts = pd.Series([known.wrong_part(code) for code in unknown if code.isdigit() and len(code) in (6, 9, 12, 15)])
    counts = parts.dropna().value_counts()
    if len(counts):
        told = ", ".join(f"{part} {int(count):,}" for part, count in counts.items())
        yield make_finding("codes.part", column=column, count=int(counts.sum()), figures={"parts": told})


def _all_areas(case: Case) -> Iterator[str]:
    for key in AREA_KEYS:
        known = case.known(key)
        if known is not None:
            yield from (str(code) for code in known)


def _slips(code: str, signs: str) -> Iterator[str]:
    for at in range(len(code) + 1):
        head, tail = code[:at], code[at:]
        if tail:
            yield head + tail[1:]
            yield from (head + sign + tail[1:] for sign in signs)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + sign + tail for sign in signs)


def _wrong_signs(one: str, other: str) -> int:
    return int(np.sum([left != right for left, right in zip(one, other, strict=True)]))
