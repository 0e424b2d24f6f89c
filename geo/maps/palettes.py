"""Colours of maps and charts: Crameri's perceptual ramps and the few colours that stand for a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geo.errors import GeoError

__all__ = ["RAMPS", "STATE_COLOURS", "Theme", "ThemeColours", "ramp_colours", "theme_colours"]

Theme = Literal["light", "dark"]

# Seventeen even steps of the scientific colour maps lajolla, batlow and vik, version 8, https://www.fabiocrameri.ch/colourmaps
# Copyright (c) 2023, Fabio Crameri, MIT licence. Each runs from dark to light, vik from blue over none to red.
RAMPS: Mapping[str, tuple[str, ...]] = {
    "lajolla": (
        "#191900", "#271e08", "#372411", "#4d2b1c", "#67342a", "#853e39", "#a64644", "#c54f4a", "#d9604e",
        "#e1744f", "#e58751", "#e99a52", "#ecac54", "#f1c159", "#f7d971", "#fcef9f", "#fffecb",
    ),
    "batlow": (
        "#011959", "#0d315d", "#114360", "#175262", "#226061", "#356a59", "#4d734d", "#677b3e", "#828231",
        "#9f892b", "#be9035", "#db954b", "#f19d6b", "#fca890", "#fdb4b4", "#fcbfd6", "#faccfa",
    ),
    "vik": (
        "#001261", "#022b71", "#034481", "#0c5e92", "#307da6", "#619ebd", "#94bed2", "#c6dbe6", "#ece5e0",
        "#e9ccba", "#dcac90", "#cf8e68", "#c37243", "#b3531f", "#942f06", "#741506", "#590008",
    ),
}  # fmt: skip

# The ends of a ramp that are used: almost black and almost white hide borders and hatching.
_USED: Mapping[str, tuple[float, float]] = {"lajolla": (0.22, 0.96), "batlow": (0.03, 0.93), "vik": (0.06, 0.94)}


@dataclass(frozen=True)
class ThemeColours:
    """The greys and accents of a map in one theme, as hexadecimal texts."""

    paper: str
    zero: str
    missing: str
    border: str
    station_border: str
    water: str
    road: str
    town: str
    text: str
    quiet_text: str
    halo: str
    accent: str
    good: str
    watch: str


_THEMES: Mapping[Theme, ThemeColours] = {
    "light": ThemeColours(
        paper="#fbfbfa", zero="#f1f1ef", missing="#d9dad8", border="#c9cac7", station_border="#6e7378",
        water="#dfe6ea", road="#dedfdc", town="#ecece9", text="#24272b", quiet_text="#666c72", halo="#ffffff",
        accent="#b5391c", good="#2a7f79", watch="#c98a1b",
    ),
    "dark": ThemeColours(
        paper="#17191b", zero="#26292c", missing="#43484c", border="#4a4f54", station_border="#a9aeb3",
        water="#22303a", road="#33373b", town="#24272a", text="#e8e9e8", quiet_text="#9aa0a5", halo="#17191b",
        accent="#e4704f", good="#4fb3a9", watch="#ddb04a",
    ),
}  # fmt: skip

#: Colours of the coverage states; every state also has a word, and vacant a hatch of its own.
STATE_COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "light": {"covered": "#c9e0dc", "shared": "#e3a93f", "vacant": "#b5391c"},
    "dark": {"covered": "#23534f", "shared": "#d9b25c", "vacant": "#e4704f"},
}


def theme_colours(theme: Theme) -> ThemeColours:
    """Return the greys and accents of a theme.

    Raises
    ------
    GeoError
        When there is no such theme.
    """
    if theme not in _THEMES:
        raise GeoError(f"There is no theme {theme!r}. Remedy: use light or dark.")
    return _THEMES[theme]


def ramp_colours(ramp: str, count: int, *, theme: Theme = "light") -> tuple[str, ...]:
    """Return evenly spaced colours of a ramp, from little to much.

    Sequential ramps run away from the paper: from light to dark on light paper, from dark to light on dark paper.

    Parameters
    ----------
    ramp
        ``lajolla``, ``batlow`` or ``vik``.
    count
        Number of colours, 1 or more.

    Raises
    ------
    GeoError
        When there is no such ramp or no colour is asked for.

    Examples
    --------
    >>> ramp_colours("vik", 3)[1]
    '#ece5e0'
    """
    if ramp not in RAMPS or count < 1:
        raise GeoError(f"No {count} colours of ramp {ramp!r}. Remedy: ask for one or more of {', '.join(RAMPS)}.")
    low, high = _USED[ramp]
    ends = (low, high) if ramp == "vik" or theme == "dark" else (high, low)
    steps = [0.5] if count == 1 else [index / (count - 1) for index in range(count)]
    return tuple(_mix(RAMPS[ramp], ends[0] + (ends[1] - ends[0]) * step) for step in steps)


def _mix(colours: tuple[str, ...], position: float) -> str:
    place = min(max(position, 0.0), 1.0) * (len(colours) - 1)
    first = min(int(place), len(colours) - 2)
    pairs = zip(_channels(colours[first]), _channels(colours[first + 1]), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * (place - first)):02x}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
