"""Empirical Bayes rates and funnel limits against published values and what must hold for any counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc, gammaincc
from scipy.stats import binom, poisson

from geo.measures.intervals import poisson_interval
from geo.measures.small_areas import FunnelKind, funnel, funnel_limits, shrink_rates

AREAS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 5000)), min_size=1, max_size=25)


@pytest.fixture(scope="module")
def sids() -> pd.DataFrame:
    """Sudden infant deaths and births in North Carolina's 100 counties, 1974-78, with each county's neighbours.

    Cressie, N. and Chan, N. H. (1989), Spatial modeling of regional variables, JASA 84, 393-401; as in libpysal's
    example sids2 (BSD-3-Clause): SID74, BIR74 and sids2.gal, counties in the file's order.
    """
    return pd.read_csv(Path(__file__).with_name("sids.csv"), dtype={"neighbours": str})


def test_global_rates_are_those_of_esda(sids: pd.DataFrame) -> None:
    # esda's own test of Empirical_Bayes on sids2.
    rates = shrink_rates(sids["deaths"], sids["births"])
    assert np.round(rates.shrunk[:5], 7).tolist() == [0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349]
    assert rates.prior[0] == sids["deaths"].sum() / sids["births"].sum()


def test_local_rates_are_those_of_esda(sids: pd.DataFrame) -> None:
    # Spatial_Empirical_Bayes of esda 2.9.0 on sids2 with sids2.gal.
    neighbours = [np.array(text.split(), dtype=int) for text in sids["neighbours"]]
    rates = shrink_rates(sids["deaths"], sids["births"], neighbours=neighbours)
    esda = {8: 0.00392486, 9: 0.00106815, 11: 0.00279698, 15: 0.00421958, 23: 0.00152876, 25: 0.00145921}
    assert np.allclose(rates.shrunk[list(esda)], list(esda.values()), rtol=1e-5)
    # Around the first five, rates differ no more than by chance: these are the rates in esda's test of Spatial_Rate.
    assert np.round(rates.shrunk[:5], 7).tolist() == [0.0009922, 0.0012639, 0.0009740, 0.0007605, 0.0050154]
    assert rates.weight[:5].tolist() == [0] * 5


def test_global_rates_by_hand() -> None:
    # All: 50 of 2100. Variance (100 * 0.0238² + 1000 * 0.0038² + 1000 * 0.0062²) / 2100 - 0.0238 / 700 = 1.8141e-5.
    rates = shrink_rates([0, 20, 30], [100, 1000, 1000])
    prior, variance = 50 / 2100, 1.814059e-5
    weight = variance / (variance + prior / np.array([100, 1000, 1000]))
    assert np.allclose(rates.weight, weight, rtol=1e-5)
    assert np.allclose(rates.shrunk, prior + weight * (np.array([0, 0.02, 0.03]) - prior), rtol=1e-5)


def test_rates_of_overdispersed_counts_by_hand() -> None:
    # As above: rates spread by 5.2155e-5, chance alone by 1.5 * 3.4014e-5; twice as variable, chance makes all of it.
    counts = [0, 20, 30], [100, 1000, 1000]
    rates = shrink_rates(*counts, dispersion=1.5)
    prior, variance = 50 / 2100, 5.215420e-5 - 1.5 * 3.401361e-5
    weight = variance / (variance + 1.5 * prior / np.array([100, 1000, 1000]))
    assert np.allclose(rates.weight, weight, rtol=1e-4)
    assert np.allclose(rates.shrunk, prior + weight * (np.array([0, 0.02, 0.03]) - prior), rtol=1e-5)
    assert shrink_rates(*counts, dispersion=2).weight.tolist() == [0, 0, 0]


@settings(deadline=None)
@given(areas=AREAS, dispersion=st.sampled_from([1.5, 4.0, 11.0]), local=st.booleans())
def test_dispersed_rates_are_those_of_that_many_fewer(
    areas: list[tuple[int, int]], dispersion: float, *, local: bool
) -> None:
    events, at_risk = np.array(areas, dtype=float).T
    around = [[(i + 1) % len(areas)] if len(areas) > 1 else [] for i in range(len(areas))] if local else None
    wide = shrink_rates(events, at_risk, neighbours=around, dispersion=dispersion)
    fewer = shrink_rates(events / dispersion, at_risk / dispersion, neighbours=around)
    assert np.allclose(wide.shrunk, fewer.shrunk)


def test_areas_alike_are_drawn_wholly_together() -> None:
    rates = shrink_rates([1, 2, 3], [100, 200, 300])
    assert rates.weight.tolist() == [0, 0, 0]
    assert np.allclose(rates.shrunk, 0.01)


def test_area_without_people_is_unknown_and_counts_nowhere() -> None:
    rates = shrink_rates([3, 5, 9, 7], [100, np.nan, 0, 900])
    assert np.isnan(rates.shrunk).tolist() == [False, True, True, False]
    assert np.array_equal(rates.shrunk[[0, 3]], shrink_rates([3, 7], [100, 900]).shrunk)


def test_all_areas_as_neighbours_are_the_global_rates(sids: pd.DataFrame) -> None:
    others = [np.delete(np.arange(len(sids)), i) for i in range(len(sids))]
    local, whole = (shrink_rates(sids["deaths"], sids["births"], neighbours=around) for around in (others, None))
    assert np.allclose(local.shrunk, whole.shrunk)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        shrink_rates([1, 2], [10])
    with pytest.raises(ValueError, match="below 0"):
        shrink_rates([-1, 2], [10, 10])
    with pytest.raises(ValueError, match="neighbourhoods"):
        shrink_rates([1, 2], [10, 10], neighbours=[[1]])
    with pytest.raises(ValueError, match="more hits"):
        funnel([11], [10], least_n=1, kind="share")


@settings(deadline=None)
@given(areas=AREAS, data=st.data())
def test_shrunk_rates_lie_between_crude_and_prior(areas: list[tuple[int, int]], data: st.DataObject) -> None:
    events, at_risk = np.array(areas, dtype=float).T
    n = len(areas)
    around = data.draw(st.none() | st.just([[(i + 1) % n] if n > 1 else [] for i in range(n)]))
    rates = shrink_rates(events, at_risk, neighbours=around)
    low, high = np.minimum(rates.crude, rates.prior), np.maximum(rates.crude, rates.prior)
    assert ((rates.shrunk >= low - 1e-12) & (rates.shrunk <= high + 1e-12)).all()
    assert ((rates.weight >= 0) & (rates.weight < 1)).all()


@settings(deadline=None)
@given(areas=AREAS)
def test_the_fewer_at_risk_the_more_is_shrunk(areas: list[tuple[int, int]]) -> None:
    events, at_risk = np.array(areas, dtype=float).T
    order = np.argsort(at_risk)
    assert (np.diff(shrink_rates(events, at_risk).weight[order]) >= 0).all()


@pytest.mark.parametrize(("kind", "alpha"), [("rate", 0.05), ("rate", 0.002), ("share", 0.05), ("share", 0.002)])
@settings(deadline=None)
@given(n=st.integers(1, 20_000), overall=st.floats(0.0001, 0.9))
def test_chance_stays_within_the_limits(kind: FunnelKind, alpha: float, n: int, overall: float) -> None:
    low, high = (float(end) for end in funnel_limits(n, overall, alpha=alpha, kind=kind))
    chance = poisson(n * overall) if kind == "rate" else binom(n, overall)
    lowest, highest = round(low * n), round(high * n)
    assert chance.cdf(lowest - 1) <= alpha / 2
    assert chance.sf(highest) <= alpha / 2
    # No narrower limits would do.
    assert chance.cdf(lowest) >= alpha / 2
    assert chance.sf(highest - 1) >= alpha / 2
    assert low - 1 / n <= overall <= high + 1 / n


def test_limits_from_the_tables() -> None:
    # Poisson tables, mean 10: P(X <= 3) = 0.0103, P(X <= 4) = 0.0293; P(X <= 16) = 0.9730, P(X <= 17) = 0.9857.
    assert [float(end) for end in funnel_limits(1000, 0.01, alpha=0.05, kind="rate")] == [0.004, 0.017]
    # Binomial tables, n 20, p 0.5: P(X <= 5) = 0.0207, P(X <= 6) = 0.0577, and the same from above.
    assert [float(end) for end in funnel_limits(20, 0.5, alpha=0.05, kind="share")] == [0.3, 0.7]


def test_limits_of_overdispersed_counts_by_hand() -> None:
    # 40 expected, four times as variable as chance: as 10 are. The tails of 2.5 % lie at 3.83 and 17.13 (gamma), four
    # times that at 15.3 and 68.5; by the normal approximation at 40 -+ 1.96 * 2 * 6.32, 15.2 and 64.8.
    assert [float(end) for end in funnel_limits(4000, 0.01, alpha=0.05, kind="rate", dispersion=4)] == [0.004, 0.017]
    # 40 of 80 as 10 of 20: the tails between 5 (2.07 %) and 6 (5.77 %), at 5.17 and 14.83 by the incomplete beta.
    low, high = (float(end) for end in funnel_limits(80, 0.5, alpha=0.05, kind="share", dispersion=4))
    assert (80 * low, 80 * high) == (21, 59)
    # All or none have nothing to vary.
    for usual in (0.0, 1.0):
        ends = funnel_limits(80, usual, alpha=0.05, kind="share", dispersion=4)
        assert [float(end) for end in ends] == [usual, usual]


def test_limits_of_many_counts_are_spiegelhalters() -> None:
    # 100,000 expected with a standard deviation of 316.2, 3.5 times as much at a dispersion of 12.25: z is 1.96 / 3.5.
    low, high = (float(end) for end in funnel_limits(1e7, 0.01, alpha=0.05, kind="rate", dispersion=12.25))
    assert [1e7 * low, 1e7 * high] == pytest.approx([100_000 - 2169, 100_000 + 2169], abs=40)


@settings(deadline=None)
@given(n=st.integers(200, 20_000), overall=st.floats(0.05, 0.9), dispersion=st.floats(1.01, 12))
def test_no_narrower_limits_of_overdispersed_counts_would_do(n: int, overall: float, dispersion: float) -> None:
    fewer = n / dispersion
    for kind in ("rate", "share"):
        low, high = (float(end) for end in funnel_limits(n, overall, alpha=0.05, kind=kind, dispersion=dispersion))

        def below(count: float, kind: str = kind) -> float:
            """The chance of so many times fewer counts or less."""
            some = max(count / dispersion, 0.0)
            if kind == "rate":
                return float(gammaincc(some + 1, fewer * overall))
            return float(betainc(fewer - some, some + 1, 1 - overall)) if some < fewer else 1.0

        lowest, highest = round(low * n), round(high * n)
        assert below(lowest) >= 0.025 - 1e-6
        assert lowest == 0 or below(lowest - 1) <= 0.025 + 1e-6
        assert below(highest - dispersion) <= 0.975 + 1e-6
        assert highest == n or below(highest + 1 - dispersion) >= 0.975 - 1e-6


@settings(deadline=None)
@given(areas=AREAS, dispersion=st.sampled_from([1.0, 2.5, 11.0]))
def test_outside_is_where_the_own_interval_leaves_out_the_rate_of_all(
    areas: list[tuple[int, int]], dispersion: float
) -> None:
    events, at_risk = np.array(areas, dtype=float).T
    shown = funnel(events, at_risk, least_n=dispersion, kind="rate", dispersion=dispersion)
    low, high = (end / at_risk for end in poisson_interval(events, alpha=0.05, dispersion=dispersion))
    held = (low <= shown.overall) & (shown.overall <= high)
    assert held[shown.enough].tolist() == (shown.standing == 0)[shown.enough].tolist()


def test_standing_by_hand() -> None:
    # All: 66 of 3050; of 1,000 some 21.6 are expected, 0.00 to 0.2 % outside of 9 to 37 and 2.5 % of 13 to 31.
    shown = funnel([5, 40, 20, 1], [1000, 1000, 1000, 50], least_n=5, kind="rate")
    assert shown.standing.tolist() == [-2, 2, 0, 0]
    assert shown.enough.tolist() == [True, True, True, False]
    assert shown.overall == 66 / 3050


def test_too_few_have_no_standing() -> None:
    shares = funnel([0, 90, 95, np.nan], [3, 100, 100, 10], least_n=10, kind="share")
    assert shares.enough.tolist() == [False, True, True, False]
    assert shares.standing.tolist() == [0, 0, 0, 0]
    assert np.isnan(shares.inner_low).tolist() == [False, False, False, True]
    assert funnel([1, 2], [10, 9], least_n=10, kind="share").enough.tolist() == [True, False]
    # None where a hundred are to be expected are not too few.
    assert funnel([0, 200], [100, 100], least_n=10, kind="rate").standing.tolist() == [-2, 2]


def test_nothing_anywhere_is_nothing_unusual() -> None:
    shown = funnel([0, 0], [10, 500], least_n=0, kind="rate")
    assert shown.standing.tolist() == [0, 0]
    assert shown.outer_high.tolist() == [0, 0]
    assert shrink_rates([0, 0], [10, 500]).shrunk.tolist() == [0, 0]


@settings(deadline=None)
@given(areas=AREAS)
def test_outer_limits_hold_the_inner_ones(areas: list[tuple[int, int]]) -> None:
    events, at_risk = np.array(areas, dtype=float).T
    shown = funnel(events, at_risk, least_n=0, kind="rate")
    assert (shown.outer_low <= shown.inner_low).all()
    assert (shown.inner_high <= shown.outer_high).all()
    inside: npt.NDArray[np.bool_] = (shown.value >= shown.inner_low) & (shown.value <= shown.inner_high)
    assert np.array_equal(inside, shown.standing == 0)
