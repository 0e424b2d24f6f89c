"""Rates of small areas: shrunk towards what the others tell, and held against what chance alone would give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import bdtrik, pdtrik

from geo.measures.figures import share, sum_by
from geo.measures.intervals import Floats

__all__ = [
    "INNER_ALPHA",
    "OUTER_ALPHA",
    "Funnel",
    "FunnelKind",
    "Shrunk",
    "funnel",
    "funnel_limits",
    "shrink_rates",
]

FunnelKind = Literal["rate", "share"]
Ints = npt.NDArray[np.int64]

#: Two-sided: outside of the first is worth a look, outside of the second is more than chance among hundreds of areas.
INNER_ALPHA, OUTER_ALPHA = 0.05, 0.002


class Shrunk(NamedTuple):
    """Crude and empirical Bayes rates, in events per one at risk; arrays of one length, NaN where unknown.

    ``shrunk`` is ``weight * crude + (1 - weight) * prior``: a weight of 1 leaves the crude rate, one of 0 tells nothing
    but the rate of all (or of the neighbourhood), ``prior``.
    """

    crude: Floats
    shrunk: Floats
    weight: Floats
    prior: Floats


class Funnel(NamedTuple):
    """What areas show, what all show together, and how far chance alone may take an area from it.

    ``standing`` is -2 or 2 outside of the outer limits (99.8 %), -1 or 1 outside of the inner ones (95 %), 0 within;
    0 too where ``enough`` is false, which is to be shown as "too few" and as no standing.
    """

    value: Floats
    overall: float
    inner_low: Floats
    inner_high: Floats
    outer_low: Floats
    outer_high: Floats
    standing: npt.NDArray[np.int8]
    enough: npt.NDArray[np.bool_]


def shrink_rates(
    events: npt.ArrayLike,
    at_risk: npt.ArrayLike,
    *,
    neighbours: Sequence[npt.ArrayLike] | None = None,
    dispersion: float = 1.0,
) -> Shrunk:
    """Return empirical Bayes rates beside the crude ones.

    The fewer are at risk in an area, the more its rate is drawn to that of all areas; how much, the spread of the rates
    themselves tells, by the method of moments. Where they spread no more than chance would, all are drawn to it wholly.

    Parameters
    ----------
    events
        Counts, one per area.
    at_risk
        Those whom events can happen to (residents, households, or days of them), one per area; NaN or 0 where unknown.
    neighbours
        For the local rates: positions of each area's neighbours, itself left out. Each area is then drawn to the rate
        of its neighbourhood, itself included. Without them the rates are drawn to that of all areas.
    dispersion
        How many times the variance of the counts is that of Poisson ones, as `geo.measures.intervals.dispersion_of`
        estimates it: so many times more do rates spread by chance.

    Returns
    -------
    Shrunk
        In events per one at risk. Areas without a figure at risk count nowhere and are NaN.

    Raises
    ------
    ValueError
        When the lengths differ or a count is negative.

    Notes
    -----
    Marshall, R. J. (1991), Mapping disease and mortality rates using empirical Bayes estimators, Applied Statistics 40,
    283-294: the global rates of pages 284-285, the local ones of page 286.

    Examples
    --------
    >>> rates = shrink_rates([0, 20, 30], [100, 1000, 1000])
    >>> rates.crude.round(4).tolist(), rates.shrunk.round(4).tolist(), rates.weight.round(2).tolist()
    ([0.0, 0.02, 0.03], [0.0221, 0.0222, 0.0265], [0.07, 0.43, 0.43])
    """
    count, risk = _checked(events, at_risk)
    known = np.isfinite(count) & (risk > 0)
    count, risk = np.where(known, count, 0.0), np.where(known, risk, 0.0)
    crude = share(count, risk)
    around = _neighbourhoods(len(count), known, neighbours)
    prior, variance = _moments(count, risk, crude, around, dispersion=dispersion)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_chance = dispersion * prior / risk
        weight = np.where(variance > 0, variance / (variance + by_chance), 0.0)
    weight, prior = (np.where(known, part, np.nan) for part in (weight, prior))
    return Shrunk(crude, prior + weight * (crude - prior), weight, prior)


def _checked(events: npt.ArrayLike, at_risk: npt.ArrayLike) -> tuple[Floats, Floats]:
    count, risk = np.asarray(events, dtype=np.float64), np.asarray(at_risk, dtype=np.float64)
    if count.ndim != 1 or count.shape != risk.shape:
        raise ValueError(
            f"events are of shape {count.shape}, those at risk of {risk.shape}. Remedy: one of each an area."
        )
    if (count < 0).any() or (risk < 0).any():
        raise ValueError("Events or those at risk are below 0. Remedy: pass counts.")
    return count, risk


def _neighbourhoods(
    n: int, known: npt.NDArray[np.bool_], neighbours: Sequence[npt.ArrayLike] | None
) -> tuple[Ints, Ints] | None:
    """Return pairs of an area and a member of its neighbourhood, itself among them; None where that is all areas."""
    if neighbours is None:
        return None
    if len(neighbours) != n:
        raise ValueError(f"{len(neighbours)} neighbourhoods for {n} areas. Remedy: one for each, empty where none.")
    around = [np.asarray(members, dtype=np.int64) for members in neighbours]
    area = np.concatenate([np.arange(n), np.repeat(np.arange(n), [len(members) for members in around])])
    member = np.concatenate([np.arange(n), *around])
    return area[known[member]], member[known[member]]


def _moments(
    count: Floats, risk: Floats, crude: Floats, pairs: tuple[Ints, Ints] | None, *, dispersion: float
) -> tuple[Floats, Floats]:
    """Return for each area the rate of its neighbourhood and the variance of the true rates there, never below 0."""
    n = len(count)
    area, member = pairs or (np.zeros(n, dtype=np.int64), np.arange(n))
    n_groups = n if pairs else 1

    def total(values: Floats) -> Floats:
        return sum_by(area, values, n_groups=n_groups)

    at_risk = total(risk[member])
    prior = share(total(count[member]), at_risk)
    apart = np.nan_to_num(crude[member] - prior[area])
    mean_risk = share(at_risk, total((risk[member] > 0).astype(np.float64)))
    variance = share(total(risk[member] * apart**2), at_risk) - dispersion * share(prior, mean_risk)
    # Without anybody at risk there is nothing to tell, and NaN comes through; where rates spread less than chance
    # would make them, rounding included, the true ones do not differ.
    variance = np.where(variance > 1e-12 * prior**2, variance, 0.0)
    return (prior, variance) if pairs else (np.repeat(prior, n), np.repeat(variance, n))


def funnel_limits(
    n: npt.ArrayLike, overall: npt.ArrayLike, *, alpha: float, kind: FunnelKind, dispersion: float = 1.0
) -> tuple[Floats, Floats]:
    """Return the limits within which areas stay by chance when all have the same rate or share.

    Parameters
    ----------
    n
        Those at risk (``rate``) or the whole that the share is of (``share``), one per area.
    overall
        The rate, in events per one at risk, or the share of all areas.
    alpha
        At most the share alpha of areas is outside by chance, at most alpha / 2 on each side.
    kind
        ``rate``: counts are Poisson; ``share``: they are binomial.
    dispersion
        How many times the variance of the counts is that of such ones, as `geo.measures.intervals.dispersion_of`
        estimates it: how far an area is out, in standard errors, is divided by its square root. The limits are those of
        so many times fewer counts, and so an area is outside where `geo.measures.intervals.poisson_interval` of its own
        count leaves out the rate of all.

    Returns
    -------
    tuple of float arrays
        Lowest and highest value that is still within, in the unit of ``overall``; NaN where ``n`` is 0 or unknown.

    Notes
    -----
    Spiegelhalter, D. J. (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24,
    1185-1202; overdispersion as in its section on it, by a factor of the variance. His limits lie between two counts,
    for smooth lines; these are the counts themselves, so that an area is outside exactly when its exact one-sided test
    says so at alpha / 2.

    Examples
    --------
    >>> [float(end) for end in funnel_limits(1000, 0.01, alpha=0.05, kind="rate")]
    [0.004, 0.017]
    """
    whole, rate = np.asarray(n, dtype=np.float64), np.asarray(overall, dtype=np.float64)
    known = (whole > 0) & np.isfinite(rate)
    size, usual = np.where(known, whole, 1.0), np.where(known, rate, 0.0)
    low, high = _counts_within(size, usual, alpha=alpha, kind=kind, dispersion=dispersion)
    return np.where(known, low / size, np.nan), np.where(known, high / size, np.nan)


def _counts_within(
    size: Floats, usual: Floats, *, alpha: float, kind: FunnelKind, dispersion: float
) -> tuple[Floats, Floats]:
    """Return the lowest and the highest count that are still within the limits."""
    tails = np.array([alpha / 2, 1 - alpha / 2]).reshape(2, *np.ones(size.ndim, dtype=int))
    if dispersion == 1:
        # Loads for a second, and few pages ask for it.
        from scipy.stats import binom, poisson

        chance = poisson(size * usual) if kind == "rate" else binom(size, usual)
        ends: Floats = np.maximum(chance.ppf(tails), 0.0)
        return ends[0], ends[1]
    # So many times fewer counts are no whole numbers: their tails are read between two of them.
    fewer = size / dispersion
    at = pdtrik(tails, fewer * usual) if kind == "rate" else bdtrik(tails, fewer, usual)
    counts = np.asarray([np.ceil(dispersion * at[0]), np.ceil(dispersion * (at[1] + 1)) - 1], dtype=np.float64)
    whole = (usual >= 1) | (counts > size) if kind == "share" else np.zeros(counts.shape, dtype=np.bool_)
    low, high = np.where(usual > 0, np.where(whole, size, counts), 0.0)
    return low, high


def funnel(
    events: npt.ArrayLike, n: npt.ArrayLike, *, least_n: float, kind: FunnelKind, dispersion: float = 1.0
) -> Funnel:
    """Return how areas stand to all of them together, beside what chance alone would give.

    With 300 areas alike, some 15 lie outside of the inner limits and hardly one outside of the outer ones. Areas differ
    in more than chance, so being outside is a question and no verdict.

    Parameters
    ----------
    events
        Counts, one per area; for a share, the hits.
    n
        Those at risk, or the whole that the share is of, one per area; NaN or 0 where unknown.
    least_n
        An area of which fewer records would be expected (``rate``), or that has fewer (``share``), has no standing. It
        is the expected ones that count, as an area with none where many were to be expected is no area with too few.
    kind
        ``rate`` or ``share``, as for `funnel_limits`.
    dispersion
        As for `funnel_limits`; what is enough is told by the counts themselves.

    Raises
    ------
    ValueError
        When the lengths differ, a count is negative, or there are more hits than the whole.

    Examples
    --------
    >>> shown = funnel([5, 40, 20, 1], [1000, 1000, 1000, 50], least_n=5, kind="rate")
    >>> round(shown.overall, 4), shown.standing.tolist(), shown.enough.tolist()
    (0.0216, [-2, 2, 0, 0], [True, True, True, False])
    """
    count, whole = _checked(events, n)
    known = np.isfinite(count) & (whole > 0)
    if kind == "share" and (count[known] > whole[known]).any():
        raise ValueError(
            "There are more hits than the whole they are a share of. Remedy: pass both of the same records."
        )
    overall = float(share(count[known].sum(), whole[known].sum()))
    held = np.where(known, whole, np.nan)
    inner, outer = (
        funnel_limits(held, overall, alpha=alpha, kind=kind, dispersion=dispersion)
        for alpha in (INNER_ALPHA, OUTER_ALPHA)
    )
    enough = known & (np.where(known, whole, 0.0) * (overall if kind == "rate" else 1.0) >= least_n)
    value = np.where(known, share(count, whole), np.nan)
    standing = sum((np.sign(value - np.clip(value, *limits)) for limits in (inner, outer)), np.zeros(len(value)))
    shown = np.where(enough, standing, 0).astype(np.int8)
    return Funnel(value, overall, *inner, *outer, shown, enough)
