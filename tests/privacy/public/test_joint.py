"""What is shown of small tables, attacked by going through all tables that agree with it."""

from __future__ import annotations

import numpy as np
import pytest

from geo.privacy.public import joint
from geo.privacy.public.axes import Axis, Ints, sum_cells
from geo.privacy.public.joint import UNSEEN, WITHHELD, show_jointly, what_is_known
from geo.privacy.public.witnesses import Seen
from geo.rules import PublicNoise
from tests.privacy.public.small import Attack, chance_keys, chance_table, make_axes, small_cells

ALMOST_NONE = PublicNoise(sd=0.01, most=0, values_left=3)
#: Threshold, most noise, leaves, most records in a leaf that the attack looks at, turns.
SMALL = [(4, 1, (2, 2), 9, 25), (5, 2, (2, 2), 11, 20), (4, 1, (2, 3), 6, 12), (5, 6, (2, 2), 16, 6)]


def pinned_down(threshold: int, most_noise: int, shape: tuple[int, ...], most: int, turns: int) -> tuple[int, int]:
    """Return how many small withheld counts there were in chance tables, and of how many fewer than three are left."""
    noise = PublicNoise(sd=most_noise / 2 + 0.1, most=most_noise, values_left=3)
    attack, rng, found, withheld = Attack(shape, most, threshold, noise), np.random.default_rng(5), 0, 0
    for turn in range(turns):
        base = chance_table(rng, shape, most)
        shown = show_jointly(
            base, make_axes(shape), keys=chance_keys(shape, str(turn)), threshold=threshold, noise=noise
        )
        possible, true = attack.values(shown), sum_cells(base, make_axes(shape))
        assert all(value in values for value, values in zip(true.ravel().tolist(), possible, strict=True))
        for cell in small_cells(true, threshold):
            withheld += 1
            found += len(possible[cell]) < noise.values_left
    return withheld, found


@pytest.mark.parametrize("table", SMALL, ids=str)
def test_no_withheld_count_of_a_small_table_is_pinned_down(table: tuple[int, int, tuple[int, ...], int, int]) -> None:
    withheld, found = pinned_down(*table)
    assert withheld > 5
    assert found == 0


def test_attack_finds_counts_where_nothing_is_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    def trusting(base: Ints, axes: list[Axis], *_: object, width: int, **_more: object) -> Seen:
        cells = sum_cells(base, axes)
        return Seen(cells, cells + width, np.full_like(cells, -1))

    monkeypatch.setattr(joint, "ranges_seen", trusting)
    assert pinned_down(*SMALL[0])[1] > 0


def test_small_counts_are_withheld_and_others_shown() -> None:
    # With a noise of nothing, 2 would be told by 22 − 20: the other part is withheld with it, and the total told.
    shown = show_jointly(
        np.array([2, 20]), make_axes((2,)), keys=chance_keys((2,), "k"), threshold=5, noise=ALMOST_NONE
    )
    assert shown.tolist() == [WITHHELD, WITHHELD, 22]


def test_none_is_withheld_as_few_are() -> None:
    shown = show_jointly(
        np.array([0, 20]), make_axes((2,)), keys=chance_keys((2,), "k"), threshold=5, noise=ALMOST_NONE
    )
    assert shown.tolist() == [WITHHELD, 20, 20]


def test_nothing_shown_is_below_the_threshold_or_further_off_than_the_noise() -> None:
    noise, rng = PublicNoise(sd=2, most=6, values_left=3), np.random.default_rng(1)
    base, axes = rng.poisson(4, (12, 5)), make_axes((12, 5))
    shown = show_jointly(base, axes, keys=chance_keys((12, 5), "k"), threshold=5, noise=noise)
    true, told = sum_cells(base, axes), shown >= 0
    assert not (told & (true < 5)).any()
    assert shown[told].min() >= 5
    assert np.abs(shown - true)[told].max() <= 6


def test_what_was_told_before_stays() -> None:
    base, axes = np.array([9, 3, 8]), make_axes((3,))
    before = np.array([11, WITHHELD, UNSEEN, UNSEEN])
    noise = PublicNoise(sd=2, most=6, values_left=3)
    shown = show_jointly(base, axes, keys=chance_keys((3,), "k"), threshold=5, noise=noise, before=before)
    assert shown[:2].tolist() == [11, WITHHELD]
    assert shown[2] >= 5


def test_what_is_known_by_hand() -> None:
    noise = PublicNoise(sd=2, most=6, values_left=3)
    low, high = what_is_known(np.array([WITHHELD, 5, 20]), threshold=5, noise=noise)
    assert (low.tolist(), high.tolist()) == ([0, 5, 14], [4, 11, 26])


def test_totals_are_spared_when_counts_are_withheld_for_others() -> None:
    # A county of four stations with ten villages, two classes, a year: what is withheld for others is small.
    rng, n_villages = np.random.default_rng(3), 40
    villages = [f"v{n}" for n in range(n_villages)]
    stations = {f"s{n}": villages[10 * n : 10 * n + 10] for n in range(4)}
    months = [f"m{n}" for n in range(12)]
    axes = (
        Axis.of(villages, {**stations, "county": villages}),
        Axis.of(["often", "rarely"], {"all": ["often", "rarely"]}),
        Axis.of(months, {"q1": months[:3], "q2": months[3:6], "q3": months[6:9], "q4": months[9:], "year": months}),
    )
    base = rng.poisson(np.array([4.0, 0.15])[None, :, None], (n_villages, 2, 12))
    noise = PublicNoise(sd=2, most=6, values_left=3)
    shown = show_jointly(base, axes, keys=chance_keys(base.shape, "k"), threshold=5, noise=noise)
    true = sum_cells(base, axes)
    for_others = (shown == WITHHELD) & (true >= 5)
    assert for_others.sum() > 10
    assert not for_others[-1].any()
    assert true[for_others].max() < 200 < true[-1, 0, -1]
