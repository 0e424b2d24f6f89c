"""Classes, colours and hatches of a map as conditions on values, for programs that draw it themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from geo.export.tables import WITHHELD as WITHHELD_COLUMN
from geo.maps.classify import Classes
from geo.maps.palettes import STATE_COLOURS, theme_colours
from geo.maps.values import MISSING, STATES, WITHHELD, classes_of, state_word, value_signs
from geo.privacy import Protected
from geo.words.catalogue import translator

__all__ = ["Shade", "density_shades", "state_shades", "value_shades"]

Hatch = Literal["withheld", "missing", "alarm"]


@dataclass(frozen=True)
class Shade:
    """One line of a legend: which features it is of, and how they look.

    Parameters
    ----------
    words
        What the legend says.
    condition
        Which features it is of, in the expressions of QGIS, which are those of SQL.
    fill
        Colour as a hexadecimal text; empty for an outline alone.
    hatch
        Lines falling (withheld) or rising (alarm), or dots (missing).
    mark
        ``outline`` or ``dot`` over what else is drawn.
    sign
        Sign of `geo.maps.values.value_signs` for it.
    """

    words: str
    condition: str
    fill: str
    hatch: Hatch | None = None
    mark: Literal["", "outline", "dot"] = ""
    sign: str = ""


def value_shades(
    protected: Protected,
    measure_id: str,
    *,
    lang: str,
    names: dict[str, str] | None = None,
    classes: Classes | None = None,
) -> list[Shade]:
    """Return the legend of a measure as the screen draws it on light paper, hatches where there are such areas.

    Parameters
    ----------
    names
        Column → its name in the file, where that is another.
    classes
        Classes that are drawn; those of the table's own values if not given.
    """
    _ = translator(lang)
    own = names or {}
    column = _quoted(own.get(measure_id, measure_id))
    classes = classes or classes_of(protected, measure_id)
    signs = value_signs(protected, measure_id, classes=classes)
    told = zip(_spans(column, classes.breaks), classes.colours, classes.labels, strict=True)
    shades = [Shade(words, span, colour, sign=str(at)) for at, (span, colour, words) in enumerate(told)]
    colours = theme_colours("light")
    # A row's withheld columns are named in one text, with spaces between and around.
    hidden = f"concat(' ', {_quoted(own.get(WITHHELD_COLUMN, WITHHELD_COLUMN))}, ' ') LIKE '% {measure_id} %'"
    if WITHHELD in signs:
        words = _("withheld, the count is small")
        shades.append(Shade(words, f"{column} IS NULL AND {hidden}", colours.missing, "withheld", sign=WITHHELD))
    if MISSING in signs:
        gone = f"{column} IS NULL AND NOT ({hidden})" if protected.protected.to_numpy().any() else f"{column} IS NULL"
        shades.append(Shade(_("no value"), gone, colours.paper, "missing", sign=MISSING))
    return shades


def state_shades(states: Protected, *, lang: str) -> list[Shade]:
    """Return the legend of coverage: a colour a state, vacant hatched, over-size outlined, a dot for no backup."""
    _ = translator(lang)
    fills, colours = STATE_COLOURS["light"], theme_colours("light")
    shades = [
        Shade(state_word(state, lang), f"\"state\" = '{state}'", fills[state], "alarm" if state == "vacant" else None)
        for state in STATES
    ]
    known = '"state" IN (\'' + "', '".join(STATES) + "')"
    if states.frame["state"].isna().any():
        shades.append(Shade(_("no value"), '"state" IS NULL', colours.paper, "missing", sign=MISSING))
    shades.append(Shade(_("over-size"), f'"over_size" AND {known}', "", mark="outline"))
    return [*shades, Shade(_("no backup"), '"no_backup" AND "state" <> \'vacant\'', colours.text, mark="dot")]


def density_shades(breaks: Sequence[float], colours: Sequence[str], labels: Sequence[str]) -> list[Shade]:
    """Return the legend of a density, whose polygons hold the lower bound of their class."""
    column = _quoted("from_per_km2_year")
    return [
        Shade(words, f"{column} = {value!r}", colour)
        for value, colour, words in zip(breaks, colours, labels, strict=True)
    ]


def _spans(column: str, breaks: Sequence[float]) -> list[str]:
    """Return a condition a class; what lies below the first bound is in the first class, as on the screen."""
    if not breaks:
        return []
    inner = list(pairwise(breaks[1:]))
    first = f"{column} IS NOT NULL" if len(breaks) == 1 else _below(column, breaks[1])
    middle = [f"{_from(column, low)} AND {_below(column, high)}" for low, high in inner]
    return [first, *middle, *([_from(column, breaks[-1])] if len(breaks) > 1 else [])]


def _from(column: str, bound: float) -> str:
    just_below = _just_below(bound)
    return f"{column} >= {bound!r}" if just_below is None else f"{column} > {just_below!r}"


def _below(column: str, bound: float) -> str:
    just_below = _just_below(bound)
    return f"{column} < {bound!r}" if just_below is None else f"{column} <= {just_below!r}"


def _just_below(bound: float) -> float | None:
    """Return the round number that a bound is the next number above, if it is: no program writes that one exactly."""
    before = math.nextafter(bound, -math.inf)
    return before if len(repr(before)) < len(repr(bound)) or before == 0 else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
