"""Classes by the schemes of cartography."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.maps.schemes import cut_classes

NUMBERS = st.lists(st.integers(0, 400), min_size=1, max_size=40)


def test_natural_breaks_part_where_the_numbers_do() -> None:
    """The squares within 1–3, 10–12 and 50–51 are 2, 2 and 0.5; any other cut has more."""
    classes = cut_classes([51, 1, 11, 2, 50, 3, 10, 12], scheme="natural", unit="count", classes=3)
    assert list(classes.breaks) == [1, 10, 50]
    assert classes.labels == ("1–9", "10–49", "50+")


def test_quantiles_hold_as_many_each() -> None:
    classes = cut_classes(range(12), scheme="quantiles", unit="count", classes=4)
    assert np.bincount(classes.index(np.arange(12.0))).tolist() == [
        2,
        3,
        3,
        4,
    ]  # cut at 2.75, 5.5, 8.25, told as 2, 5, 8


def test_equal_classes_are_as_wide_each() -> None:
    assert cut_classes([0, 3, 10], scheme="equal", unit="days", classes=5).breaks == (0, 2, 4, 6, 8)


def test_own_breaks_are_in_the_reader_s_unit_and_hold_across_maps() -> None:
    classes = cut_classes([0.12, 0.55], scheme="own", unit="share", breaks=(50, 90))
    assert classes.breaks == (-np.inf, 0.5, 0.9)
    assert classes.labels == ("< 50", "50–90", "90+")


@pytest.mark.parametrize("breaks", [(), (3, 3), (5, 1)])
def test_own_breaks_have_to_rise(breaks: tuple[float, ...]) -> None:
    with pytest.raises(GeoError, match="breaks that rise"):
        cut_classes([1, 2], scheme="own", unit="count", breaks=breaks)


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(GeoError, match="no scheme 'jenks'"):
        cut_classes([1, 2], scheme="jenks", unit="count")


def test_without_values_there_are_no_classes() -> None:
    assert cut_classes([np.nan], scheme="natural", unit="count").labels == ()


def test_equal_values_are_one_class() -> None:
    for scheme in ("natural", "quantiles", "equal"):
        assert cut_classes([4, 4, 4], scheme=scheme, unit="count").labels == ("4+",)


@pytest.mark.parametrize("scheme", ["natural", "quantiles", "equal"])
@settings(deadline=None)
@given(numbers=NUMBERS, wanted=st.integers(2, 9))
def test_every_number_lies_where_its_label_says(scheme: str, numbers: list[int], wanted: int) -> None:
    classes = cut_classes(numbers, scheme=scheme, unit="count", classes=wanted)
    assert len(classes.labels) == len(classes.breaks) == len(classes.colours) <= wanted
    for number, at in zip(numbers, classes.index(np.array(numbers, dtype=float)), strict=True):
        low, _, high = classes.labels[at].rstrip("+").partition("–")
        assert int(low) <= number
        assert number <= int(high or low) or classes.labels[at].endswith("+")
