"""Cut values into five to seven classes with round breaks, for maps, legends and tables alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.maps.figures import format_number
from geo.maps.palettes import Theme, ramp_colours, theme_colours

__all__ = ["Classes", "Unit", "classify", "round_at_most"]

Unit = Literal["count", "share", "per_1000", "days", "hours"]

_STEPS = (1.0, 2.0, 2.5, 5.0)
# Taken where the rounder ones leave too few classes.
_FINE_STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_FEWEST = 5
_MOST = 7
# From this ratio of large to small values on, equal steps would put nearly all areas in one class.
_SKEWED = 8.0
# Neighbouring breaks are this many times apart, so that 2 and 2.5 never stand side by side.
_APART = 1.5
_FINE_APART = 1.2
# Round numbers are sums of binary fractions: 0.3 may come as 0.30000000000000004.
_SLACK = 1e-9
# Values closer together than this are one class.
_FINEST = 1e-9


@dataclass(frozen=True)
class Classes:
    """Classes of values: class ``i`` holds ``breaks[i] <= value < breaks[i + 1]``, the last one also what lies above.

    Parameters
    ----------
    breaks
        Lower bounds, rising; the first is ``-inf`` when the class is open below.
    colours
        One hexadecimal colour a class.
    labels
        One text a class, without the unit, such as ``10–24``.
    unit
        Unit of the values; shares are kept as 0–1 and labelled in per cent.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    unit: Unit

    def index(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the class of each value; -1 where the value is missing.

        Examples
        --------
        >>> classes = Classes((0.0, 1.0, 5.0), ("#eee", "#aaa", "#000"), ("0", "1–4", "5+"), "count")
        >>> classes.index(np.array([0, 4, 9, np.nan]))
        array([ 0,  1,  2, -1])
        """
        found = np.searchsorted(np.asarray(self.breaks), values, side="right") - 1
        return np.where(np.isnan(values), -1, np.maximum(found, 0)).astype(np.int64)


def classify(
    values: Sequence[float] | NDArray[np.float64],
    *,
    unit: Unit = "count",
    diverging: bool = False,
    good_high: bool = False,
    theme: Theme = "light",
    classes: int = 6,
) -> Classes:
    """Cut values into classes whose breaks are 1, 2, 2.5 or 5 times a power of ten, or multiples of such a step.

    Parameters
    ----------
    values
        The values to be shown; missing ones (NaN) are left out.
    unit
        ``count`` are whole numbers and get whole breaks; counts and rates give zero a class of its own.
    diverging
        Centre the classes on none: for changes.
    good_high
        Take the ramp for things that are good when high.
    theme
        Which paper the colours lie on.
    classes
        Classes wanted, 5 to 7; fewer come out when the values do not bear them.

    Returns
    -------
    Classes
        None at all (empty tuples) when every value is missing.

    Examples
    --------
    >>> classify([0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144]).labels
    ('0', '1', '2–9', '10–19', '20–49', '50+')
    """
    numbers = np.asarray(values, dtype=np.float64)
    numbers = numbers[np.isfinite(numbers)]
    if numbers.size == 0:
        return Classes((), (), (), unit)
    classes = min(max(classes, 2), _MOST)
    if diverging:
        return _diverging(numbers, unit, theme)
    zero = unit in ("count", "per_1000") and bool((numbers == 0).any()) and bool((numbers >= 0).all())
    rest = numbers[numbers > 0] if zero else numbers
    breaks = _breaks(rest, classes - zero, unit) if rest.size else []
    ramp = ramp_colours("batlow" if good_high else "lajolla", max(len(breaks), 1), theme=theme)[: len(breaks)]
    labels = _labels(breaks, float(rest.max()) if rest.size else 0.0, unit)
    if zero and breaks and breaks[0] <= 0 and len(breaks) > 1:
        labels = (f"< {format_number(breaks[1], unit=unit)}", *labels[1:])
    if zero:
        return Classes((0.0, *_above_zero(breaks)), (theme_colours(theme).zero, *ramp), ("0", *labels), unit)
    return Classes(tuple(breaks), ramp, labels, unit)


def _above_zero(breaks: list[float]) -> list[float]:
    """Open the first class above zero down to the smallest number, so that nothing falls into the class of zero."""
    return [math.nextafter(0.0, 1.0), *breaks[1:]] if breaks else []


def _breaks(numbers: NDArray[np.float64], classes: int, unit: Unit) -> list[float]:
    low, high = float(numbers.min()), float(numbers.max())
    if high - low < _FINEST:
        return [low]
    whole = unit == "count"
    if low > _FINEST and np.quantile(numbers, 0.95) >= _SKEWED * np.quantile(numbers, 0.05):
        first, inner = round_at_most(low, whole=whole), _round_quantiles(numbers, classes, whole=whole)
    else:
        first, inner = _even_steps(numbers, classes, whole=whole)
    return [min(first, low), *(value for value in inner if low < value <= high)]


def _round_quantiles(numbers: NDArray[np.float64], classes: int, *, whole: bool) -> list[float]:
    """Return quantiles as round numbers, less round ones where that gives more classes of the fewest wanted."""
    quantiles = np.quantile(numbers, np.arange(1, classes) / classes)
    rounder = _keep_apart(quantiles, _STEPS, _APART, whole=whole)
    if len(rounder) + 1 >= min(classes, _FEWEST):
        return rounder
    finer = _keep_apart(quantiles, _FINE_STEPS, _FINE_APART, whole=whole)
    return max(rounder, finer, key=len)


def _keep_apart(values: NDArray[np.float64], steps: tuple[float, ...], apart: float, *, whole: bool) -> list[float]:
    kept: list[float] = []
    for value in values:
        rounded = _nearest_round(float(value), steps, whole=whole)
        if not kept or rounded >= kept[-1] * apart:
            kept.append(rounded)
    return kept


def _even_steps(numbers: NDArray[np.float64], classes: int, *, whole: bool) -> tuple[float, list[float]]:
    """Return where the lowest class begins, and the breaks above it; outermost values fall into the end classes."""
    low, high = (float(value) for value in np.quantile(numbers, (0.02, 0.98)))
    if high - low < _FINEST:
        low, high = float(numbers.min()), float(numbers.max())
    step = _round_above((high - low) / classes, whole=whole)
    finer = step if whole and step <= 1 else round_at_most(step * 0.99, whole=whole)
    # One class more than wanted is better than a map of three.
    if _count_breaks(low, high, step) + 1 < _FEWEST and _count_breaks(low, high, finer) <= classes + 1:
        step = finer
    first, count = math.floor(low / step) + 1, min(_count_breaks(low, high, step), classes)
    inner = [round((first + index) * step, 12) for index in range(max(count, 1))]
    lowest = float(numbers.min())
    return lowest if whole else round(math.floor(lowest / step) * step, 12), inner


def _count_breaks(low: float, high: float, step: float) -> int:
    """Return how many multiples of a step lie above one value and below another."""
    return math.ceil(high / step) - math.floor(low / step) - 1


def _round_numbers(value: float, steps: tuple[float, ...] = _STEPS) -> list[float]:
    power = math.floor(math.log10(value))
    return [step * 10.0**exponent for exponent in (power - 1, power, power + 1) for step in steps]


def _fits(value: float, *, whole: bool) -> bool:
    return not whole or value == round(value)


def _nearest_round(value: float, steps: tuple[float, ...] = _STEPS, *, whole: bool) -> float:
    choices = [number for number in _round_numbers(value, steps) if _fits(number, whole=whole)]
    ratios = [abs(math.log(number / value)) for number in choices]
    return round(choices[ratios.index(min(ratios))], 12) if choices else 1.0


def _round_above(value: float, *, whole: bool) -> float:
    choices = [
        number for number in _round_numbers(value) if number >= value * (1 - 1e-9) and _fits(number, whole=whole)
    ]
    return round(choices[0], 12) if choices else 1.0


def round_at_most(value: float, *, whole: bool = False) -> float:
    """Return the largest round number that is not above a positive value.

    Examples
    --------
    >>> round_at_most(43), round_at_most(0.3), round_at_most(2.7, whole=True)
    (25.0, 0.25, 2.0)
    """
    choices = [
        number for number in _round_numbers(value) if number <= value * (1 + 1e-9) and _fits(number, whole=whole)
    ]
    return round(choices[-1], 12) if choices else value


def _diverging(numbers: NDArray[np.float64], unit: Unit, theme: Theme) -> Classes:
    """Seven classes around none: little, more, most on each side; the bounds at a fifth and a half of the outermost."""
    outermost = float(np.quantile(np.abs(numbers), 0.9)) or float(np.abs(numbers).max())
    if outermost == 0:
        return Classes((0.0,), ramp_colours("vik", 1, theme=theme), ("0",), unit)
    whole = unit == "count"
    most = _nearest_round(max(outermost, 5.0) if whole else outermost, whole=whole)
    more, little = round_at_most(most / 2, whole=whole), round_at_most(most / 5, whole=whole)
    bounds = [-most, -more, -little, little, more, most]
    breaks = (-math.inf, *(math.nextafter(bound, math.inf) if bound < 0 else bound for bound in bounds))
    return Classes(breaks, ramp_colours("vik", 7, theme=theme), _signed_labels(bounds, unit), unit)


def _signed_labels(bounds: list[float], unit: Unit) -> tuple[str, ...]:
    texts = [format_number(abs(bound), unit=unit) for bound in bounds]
    signs = ["\N{MINUS SIGN}"] * 3 + ["+"] * 3
    signed = [sign + text for sign, text in zip(signs, texts, strict=True)]
    pairs = [f"{one} … {two}" for one, two in pairwise(signed)]
    return (f"≤ {signed[0]}", *pairs, f"≥ {signed[-1]}")


def _labels(breaks: list[float], highest: float, unit: Unit) -> tuple[str, ...]:
    if not breaks:
        return ()
    uppers = [*breaks[1:], None]
    return tuple(_label(low, high, highest, unit) for low, high in zip(breaks, uppers, strict=True))


def _label(low: float, high: float | None, highest: float, unit: Unit) -> str:
    start = format_number(low, unit=unit)
    if high is None:
        return start if low == highest else f"{start}+"
    if unit != "count":
        return f"{start}–{format_number(high, unit=unit)}"
    last = high - 1
    return start if last <= low else f"{start}–{format_number(last, unit=unit)}"
