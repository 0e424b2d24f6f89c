"""Classes cut by the schemes of cartography, where the round ones of `classify` are not wanted: on paper mostly."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.maps.classify import Classes, Unit
from geo.maps.figures import format_number
from geo.maps.palettes import Theme, ramp_colours

__all__ = ["SCHEMES", "cut_classes", "open_below"]

_MOST = 9
_DIGITS = 3
_SLACK = 1e-9


def cut_classes(
    values: Sequence[float] | NDArray[np.float64],
    *,
    scheme: str,
    unit: Unit,
    classes: int = 5,
    breaks: Sequence[float] = (),
    good_high: bool = False,
    diverging: bool = False,
    theme: Theme = "light",
) -> Classes:
    """Cut values into classes.

    Parameters
    ----------
    values
        The values; missing ones (NaN) are left out.
    scheme
        ``natural`` (Fisher and Jenks: the least squares within classes), ``quantiles`` (as many values in each),
        ``equal`` (as wide each) or ``own``.
    unit
        Unit of the values; shares are 0 to 1.
    classes
        How many, 2 to 9; fewer come out where values are alike.
    breaks
        Of the scheme ``own``: where a class ends and the next begins, rising, in the unit that a reader sees (shares in
        per cent). They stay whatever the values are, so that maps compare.
    good_high, diverging, theme
        As in `geo.maps.classify`.

    Returns
    -------
    Classes
        None at all (empty tuples) when every value is missing.

    Raises
    ------
    GeoError
        When there is no such scheme, or the breaks do not rise.

    Examples
    --------
    >>> cut_classes([1, 2, 3, 10, 11, 12], scheme="natural", unit="count", classes=2).labels
    ('1–9', '10+')
    """
    if scheme not in (*_INNER, "own"):
        raise GeoError(f"There is no scheme {scheme!r}. Remedy: use one of {', '.join([*_INNER, 'own'])}.")
    numbers = np.asarray(values, dtype=np.float64)
    numbers = np.sort(numbers[np.isfinite(numbers)])
    if not numbers.size:
        return Classes((), (), (), unit)
    count = min(max(classes, 2), _MOST)
    edges = _own(breaks, unit) if scheme == "own" else _told(numbers, _INNER[scheme](numbers, count), unit)
    return _coloured(edges, unit, good_high=good_high, diverging=diverging, theme=theme)


def open_below(
    classes: Classes, *, good_high: bool = False, diverging: bool = False, theme: Theme = "light"
) -> Classes:
    """Return classes cut from some values so that they hold for any: with one more below, unless nothing can lie there.

    Parameters
    ----------
    good_high, diverging, theme
        As in `cut_classes`.

    Examples
    --------
    >>> open_below(cut_classes([4, 6, 20], scheme="equal", unit="count", classes=2)).labels
    ('< 4', '4–11', '12+')
    """
    if not classes.breaks or classes.breaks[0] == -math.inf or (classes.breaks[0] == 0 and not diverging):
        return classes
    edges = [-math.inf, *classes.breaks]
    return _coloured(edges, classes.unit, good_high=good_high, diverging=diverging, theme=theme)


def _coloured(edges: Sequence[float], unit: Unit, *, good_high: bool, diverging: bool, theme: Theme) -> Classes:
    ramp = "vik" if diverging else "batlow" if good_high else "lajolla"
    return Classes(tuple(edges), ramp_colours(ramp, len(edges), theme=theme), _labels(edges, unit), unit)


def _told(numbers: NDArray[np.float64], inner: Sequence[float], unit: Unit) -> list[float]:
    """Return lower bounds as a legend writes them: what is drawn is cut where it says."""
    whole = unit == "count"
    first = _rounded(float(numbers[0]), whole=whole)
    return [first, *sorted({edge for edge in (_rounded(edge, whole=whole) for edge in inner) if edge > first})]


def _rounded(value: float, *, whole: bool) -> float:
    """Return a bound in few digits, never above it: what was in the class stays in it."""
    if whole or value == 0:
        return float(np.floor(value))
    unit = 10.0 ** (np.floor(np.log10(abs(value))) + 1 - _DIGITS)
    return float(f"{np.floor(value / unit + _SLACK) * unit:.{_DIGITS}g}")


def _own(breaks: Sequence[float], unit: Unit) -> list[float]:
    if not breaks or any(low >= high for low, high in pairwise(breaks)):
        raise GeoError("Own classes need breaks that rise. Remedy: give them as in --breaks 1,5,20.")
    return [-math.inf, *(edge / 100 if unit == "share" else edge for edge in breaks)]


def _natural(numbers: NDArray[np.float64], classes: int) -> list[float]:
    """Return where Fisher's classes begin; the library tells where they end."""
    import jenkspy

    apart = min(classes, len(np.unique(numbers)))
    ends = jenkspy.jenks_breaks(numbers.tolist(), n_classes=apart)[1:-1] if apart > 1 else []
    return [float(numbers[np.searchsorted(numbers, end, side="right")]) for end in ends]


def _quantiles(numbers: NDArray[np.float64], classes: int) -> list[float]:
    return [float(edge) for edge in np.quantile(numbers, np.arange(1, classes) / classes)]


def _equal(numbers: NDArray[np.float64], classes: int) -> list[float]:
    return [float(edge) for edge in np.linspace(numbers[0], numbers[-1], classes + 1)[1:-1]]


def _labels(edges: Sequence[float], unit: Unit) -> tuple[str, ...]:
    if edges[0] == -math.inf:
        return (f"< {_text(edges[1], unit)}", *_labels(edges[1:], unit))
    spans = [(low, high - (unit == "count")) for low, high in pairwise(edges)]
    texts = [
        format_number(low, unit=unit) if low == high else f"{_text(low, unit)}–{_text(high, unit)}"
        for low, high in spans
    ]
    return (*texts, f"{_text(edges[-1], unit)}+")


def _text(value: float, unit: Unit) -> str:
    return format_number(float(f"{value:.{_DIGITS}g}"), unit=unit) if unit != "count" else format_number(value)


#: How the inner breaks of a scheme are found.
_INNER: Mapping[str, Callable[[NDArray[np.float64], int], list[float]]] = MappingProxyType(
    {"natural": _natural, "quantiles": _quantiles, "equal": _equal}
)
#: Names of the schemes; ``round`` is `geo.maps.classify`.
SCHEMES = ("round", *_INNER, "own")
