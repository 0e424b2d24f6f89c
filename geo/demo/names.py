"""Believable names for what does not exist, from the syllables in data/demo/names.toml, in Chinese and English."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from geo.demo.geometry import Land
from geo.demo.terrain import Ints
from geo.resources import resource

_DIGITS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Names:
    """Codes and names of the areas of a level, all lists in the same order."""

    code: list[str]
    zh: list[str]
    en: list[str]


@cache
def words() -> Mapping[str, Any]:
    """Read data/demo/names.toml."""
    return tomllib.loads(resource("demo", "names.toml").read_text(encoding="utf-8"))


def station_order(land: Land) -> Ints:
    """Give each station its place in the list of names: 城东 lies east of 城西."""
    seat_stations = 3
    cells = land.layout.station
    east = [land.mesh.sites[(cells == one) & (land.mesh.town == 0), 0].mean() for one in range(seat_stations)]
    west, middle, far = np.argsort(east, kind="stable").tolist()
    order = np.arange(len(land.stations))
    order[[middle, far, west]] = [0, 1, 2]
    return order


def name_stations(land: Land) -> Names:
    """Name the stations after their streets and towns; codes are the 9 digits of the town."""
    county, listed = words()["county"], words()["stations"]
    order = station_order(land)
    chosen = [listed[place] for place in order]
    towns = [place + 1 if place < 3 else place - 3 + 100 for place in order]
    return Names(
        [f"{county['code']}{town:03d}" for town in towns],
        [f"{name['zh']}派出所" for name in chosen],
        [f"{name['en']} Police Station" for name in chosen],
    )


def name_villages(land: Land, stations: Names, rng: np.random.Generator) -> Names:
    """Name and number the villages (201 and up) and communities (001 and up) of each station."""
    urban, station = land.layout.village_urban, land.layout.village_station
    communities = _made_names("community", rng)
    taken = {spelled for _, spelled in communities}
    pools = {1: communities, 0: [name for name in _made_names("village", rng) if name[1] not in taken]}
    counters: Counter[tuple[int, int]] = Counter()
    code, zh, en = [], [], []
    for built, owner in zip(urban.tolist(), station.tolist(), strict=True):
        counters[owner, built] += 1
        code.append(f"{stations.code[owner]}{counters[owner, built] + (0 if built else 200):03d}")
        name, spelled = pools[built].pop()
        zh.append(name + ("社区" if built else "村"))
        en.append(spelled + (" Community" if built else " Village"))
    return Names(code, zh, en)


def _made_names(kind: str, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Combine first and second syllables in an order of chance; no spelling comes twice."""
    parts = words()[kind]
    spelled: dict[str, str] = {}
    for first, first_en in parts["first"]:
        for second, second_en in parts["second"]:
            if first != second:
                spelled.setdefault((first_en + second_en).capitalize(), first + second)
    pairs = [(zh, en) for en, zh in spelled.items()]
    return [pairs[place] for place in rng.permutation(len(pairs))]


def name_grids(land: Land, villages: Names, kinds: Sequence[str]) -> Names:
    """Give the grids of each village codes from 001 and names after it and their kind."""
    forms = words()["grid"]
    totals = Counter(zip(land.layout.grid_village.tolist(), kinds, strict=True))
    in_village: Counter[int] = Counter()
    of_kind: Counter[tuple[int, str]] = Counter()
    code, zh, en = [], [], []
    for village, kind in zip(land.layout.grid_village.tolist(), kinds, strict=True):
        in_village[village] += 1
        of_kind[village, kind] += 1
        number = of_kind[village, kind]
        again = kind not in ("village", "urban") and totals[village, kind] > 1
        code.append(f"{villages.code[village]}{in_village[village]:03d}")
        name = forms[kind]["zh"].format(village=villages.zh[village], number=numeral(number))
        name_en = forms[kind]["en"].format(village=_short(villages.en[village]), number=number)
        zh.append(name + (numeral(number) if again else ""))
        en.append(name_en + (f" {number}" if again else ""))
    return Names(code, zh, en)


def _short(village: str) -> str:
    return village.removesuffix(" Village").removesuffix(" Community")


def numeral(number: int) -> str:
    """Write a number from 1 to 99 in Chinese.

    Examples
    --------
    >>> numeral(3), numeral(10), numeral(12), numeral(20)
    ('三', '十', '十二', '二十')
    """
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def name_place(kind: str, village_zh: str, village_en: str) -> tuple[str, str]:
    """Name a place after its village, in Chinese and English."""
    form = words()["place"][kind]
    return form["zh"].format(village=village_zh), form["en"].format(village=_short(village_en))
