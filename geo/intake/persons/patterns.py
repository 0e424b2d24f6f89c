"""Forms by which persons are told inside a text, as patterns (RE2): numbers, plates, accounts, addresses, names."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.resources import resource

__all__ = [
    "ADDRESS",
    "BANK_CARD",
    "EMAIL",
    "IDENTITY",
    "MASKED_IDENTITY",
    "MASKED_PHONE",
    "MOBILE",
    "NUMBER_OF_11",
    "OTHER_PHONE",
    "PLATE",
    "PLATE_PROVINCES",
    "WECHAT",
    "NameWords",
    "SpecialWords",
    "beyond_chance",
    "is_card_number",
    "name_words",
    "of_usual_width",
    "person_words",
    "plain",
    "right_check_signs",
    "special_words",
]

#: First signs of plates of vehicles, one for each province.
PLATE_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_HIDDEN = "[*＊xX×●]"
#: An identity number, its digits together or in groups; whether its check sign is right is to be told apart.
IDENTITY = (
    rf"(?:^|[^0-9A-Za-z])(?P<number>[1-8]\d{{5}}[ -]?(?:19|20)\d{{2}}[ -]?{_DAY}[ -]?\d{{3}}[ -]?[0-9Xx])"
    r"(?:[^0-9A-Za-z]|$)"
)
MASKED_IDENTITY = r"(?:^|[^0-9])[1-8]\d{2,5}[*＊●]{6,14}(?:\d{3}[0-9Xx]|\d{1,2}[0-9Xx]?)(?:[^0-9A-Za-z]|$)"
# The digits behind a point are those of a coordinate, not of a phone; a spreadsheet adds ".0" to a number.
_PHONE_BEGINS = r"(?:^|[^0-9.A-Za-z]|(?i:tel|phone|mob|mobile|sj|dh))"
_PHONE_ENDS = r"(?:\.0*)?(?:[^0-9.]|$)"
#: A mobile phone of eleven digits.
MOBILE = rf"{_PHONE_BEGINS}(?:\+?86[- ]?)?(?P<number>1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}){_PHONE_ENDS}"
MASKED_PHONE = rf"(?:^|[^0-9])1[3-9]\d{_HIDDEN}{{4}}\d{{4}}(?:[^0-9]|$)"
#: Any number of eleven digits: where most of them are no phones, none is.
NUMBER_OF_11 = r"(?:^|[^0-9.A-Za-z])\d{11}(?:\.0*)?(?:[^0-9.]|$)"
_LANDLINE = r"(?:^|[^0-9])[(（]?0[1-9]\d{1,2}(?:[)）] ?|[- ])\d{7,8}(?:[^0-9]|$)"
_NANP = r"(?:^|[^0-9-])(?:\+?1[-. ]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-. ])[2-9]\d{2}[-. ]\d{4}(?:[^0-9-]|$)"
_ABROAD = r"(?:^|[^0-9A-Za-z.])\+[1-9]\d{0,2}[- ]?\(?\d{1,4}\)?(?:[- ]\d{2,5}){1,4}(?:[^0-9.]|$)"
#: Phones of other forms: with an area code set apart, of North America, of abroad.
OTHER_PHONE = f"{_LANDLINE}|{_NANP}|{_ABROAD}"
_OF_PLATE = "[A-HJ-NP-Za-hj-np-z0-9]"
# Five or six signs, one of them a digit at least, the last perhaps a word of the kind of vehicle.
_AFTER_LETTER = "|".join(
    [
        *(rf"{_OF_PLATE}{{{at}}}\d{_OF_PLATE}{{{3 - at},{4 - at}}}(?:{_OF_PLATE}|[挂学警港澳])" for at in range(4)),
        rf"{_OF_PLATE}{{4,5}}\d",
    ]
)
PLATE = rf"(?:^|[^A-Za-z])[{PLATE_PROVINCES}][A-HJ-NP-Za-hj-np-z][·• -]?(?:{_AFTER_LETTER})(?:[^A-Za-z0-9]|$)"
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
WECHAT = r"wxid_[A-Za-z0-9]{6,}"
#: A number of 16 digits as cards of banks have, or of 19 as those of UnionPay; whether it is one its last digit tells.
BANK_CARD = (
    r"(?:^|[^0-9A-Za-z.])(?P<number>(?:62\d{2}|4\d{3}|5[1-5]\d{2})[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{3})?)"
    r"(?:[^0-9A-Za-z]|$)"
)
_NUMERAL = "[0-9一二三四五六七八九十百]"
_CHINESE_ADDRESS = (
    r"(?:路|街|道|巷|弄|胡同|村|小区|花园|公寓|苑|社区|组)[^，。；]{0,12}?"
    r"\d+\s*(?:号楼|幢|栋|弄|单元|室|号(?:[^网格点岗站警微片区]|$))"
    rf"|{_NUMERAL}+组{_NUMERAL}+[户号]|\d+(?:幢|栋|号楼)\d*(?:单元)?\d+(?:室|号|$)"
)
_STREETS = "st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|ct|court|pl|place|way|ter|terrace|pkwy|hwy|cir"
_ENGLISH_ADDRESS = (
    rf"(?i:^\d{{1,6}}[X\d]*(?:-\d+)?\s+(?:[NSEW]\.?\s+)?[A-Za-z0-9'. ]{{2,40}}\s(?:{_STREETS})\b"
    r"|\b(?:apt|apartment|flat|suite)\.? ?#?\d+ ?[a-z]?\b)"
)
ADDRESS = f"{_CHINESE_ADDRESS}|{_ENGLISH_ADDRESS}"

_WIDE = "[\uff01-\uff5e\u3000]"
_IDENTITY_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_IDENTITY_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
# One in a million is not taken for chance.
_BEYOND = -math.log(1e-6)
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uan|uai|ai|ei|ao|ou|an|en|in|un|er|ia|ie|iu|ua|ue|ui|uo|a|o|e|i|u|v)"
)


@dataclass(frozen=True)
class SpecialWords:
    """Words in values that speak of petitions, of minors, of violence in families, as patterns."""

    petition: str
    minors: str
    family_violence: str


@dataclass(frozen=True)
class NameWords:
    """What names of persons are made of.

    Parameters
    ----------
    surnames, given
        Chinese surnames; given names in Latin letters.
    endings
        Signs that end the names of places.
    likely
        Pattern of a Chinese name of a usual surname and signs that given names are made of.
    likely_long
        The same of three signs or more.
    shortened
        Pattern of a name with a part hidden: 王某, 王**, 王先生.
    pinyin
        Pattern of a Chinese name in Latin letters, the surname first or last.
    places
        Words of places in Latin letters.
    """

    surnames: frozenset[str]
    given: frozenset[str]
    endings: frozenset[str]
    likely: str
    likely_long: str
    shortened: str
    pinyin: str
    places: frozenset[str]


def right_check_signs(signs: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell of which numbers the last sign is the check sign of GB 11643-1999.

    Parameters
    ----------
    signs
        Numbers of 18 signs in ASCII, shape (n, 18).

    Examples
    --------
    >>> numbers = np.array([b"11010519491231002X", b"110105194912310021"])
    >>> right_check_signs(numbers.view(np.uint8).reshape(-1, 18)).tolist()
    [True, False]
    """
    totals = (signs[:, :17].astype(np.int64) - 48) @ _IDENTITY_WEIGHTS % 11
    last = np.where(signs[:, 17] == ord("x"), ord("X"), signs[:, 17])
    return np.asarray(_IDENTITY_CHECKS[totals] == last, dtype=bool)


def is_card_number(number: str) -> bool:
    """Tell whether the last digit is the check digit of ISO/IEC 7812 (Luhn).

    Examples
    --------
    >>> is_card_number("4111111111111111"), is_card_number("4111111111111112")
    (True, False)
    """
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def beyond_chance(forms: int, hits: int, *, chance: float) -> bool:
    """Tell whether so many numbers of a form have a right check sign that it is not by chance.

    Parameters
    ----------
    forms, hits
        Numbers of the form; those of them with a right check sign.
    chance
        Share that has it by chance: a tenth, an eleventh.

    Notes
    -----
    True where more than half have it, or where Chernoff's bound of the binomial tail is below one in a million.

    Examples
    --------
    >>> beyond_chance(1, 1, chance=1 / 11), beyond_chance(200, 18, chance=1 / 11), beyond_chance(200, 60, chance=1 / 11)
    (True, False, True)
    """
    if not hits or hits > forms / 2:
        return hits > 0
    share = hits / forms
    if share <= chance:
        return False
    gap = share * math.log(share / chance) + (1 - share) * math.log((1 - share) / (1 - chance))
    return forms * gap > _BEYOND


def of_usual_width(text: pa.Array) -> pa.Array:
    """Return text with digits, letters and signs of full width made usual ones, as people type them.

    Examples
    --------
    >>> of_usual_width(pa.array(["１３８", "枫源"], pa.large_string())).to_pylist()
    ['138', '枫源']
    """
    if pc.all(pc.string_is_ascii(text)).as_py():
        return text
    wide: NDArray[np.bool_] = pc.fill_null(pc.match_substring_regex(text, _WIDE), fill_value=False).to_numpy(
        zero_copy_only=False
    )
    return pc.utf8_normalize(text, form="NFKC") if wide.any() else text


def plain(pattern: str) -> str:
    """Return a pattern without names of its groups, to be put together with others."""
    return pattern.replace("(?P<number>", "(?:")


@cache
def person_words() -> Mapping[str, Any]:
    """Return what data/persons.toml says."""
    with resource("persons.toml").open("rb") as file:
        return MappingProxyType(tomllib.load(file))


@cache
def special_words() -> SpecialWords:
    """Return patterns of the words that make a value one of petitions, of minors, or of violence in families."""
    values = person_words()["values"]
    petition, minors, violence = (_any_of(values[name]) for name in ("petition", "minors", "family_violence"))
    begins = "|".join(map(re.escape, values["petition_begins"]))
    return SpecialWords(f"{petition}|^(?:{begins})", minors, violence)


@cache
def name_words() -> NameWords:
    """Return what names of persons are made of."""
    raw = person_words()["content"]
    surname = f"(?:[{raw['surnames']}]|{'|'.join(raw['compound_surnames'])})"
    given = f"[{raw['given_signs']}]"
    latin = f"(?:{'|'.join(raw['pinyin_surnames'])})"
    spoken = f"{_SYLLABLE}(?:[-']?{_SYLLABLE})?"
    return NameWords(
        surnames=frozenset([*raw["surnames"], *raw["compound_surnames"]]),
        given=frozenset(raw["given_names"]),
        endings=frozenset(raw["place_endings"]),
        likely=f"{surname}{given}{{1,2}}",
        likely_long=f"{surname}{given}{{2}}",
        shortened=(
            f"{surname}(?:[*＊×○某]{{1,2}}[一-鿿]?|(?:先生|女士|小姐|师傅|老师|大爷|大妈|大伯|阿姨)[某*＊]?)|[*＊]{{1,2}}{given}{{1,2}}"
        ),
        pinyin=f"(?i:{latin},? {spoken}|{spoken} {latin})",
        places=frozenset(raw["pinyin_places"]),
    )


def _any_of(words: Iterable[str]) -> str:
    # "competition" is no petition, "domestic" flights are no violence: words in Latin letters stand by themselves.
    return "(?i)" + "|".join(rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word) for word in words)
