"""Colours: from little to much, apart for every eye."""

from __future__ import annotations

from itertools import pairwise

import pytest

from geo.errors import GeoError
from geo.maps.palettes import RAMPS, STATE_COLOURS, Theme, ramp_colours, theme_colours


def lightness(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("ramp", ["lajolla", "batlow"])
def test_much_is_dark_on_light_paper_and_light_on_dark_paper(ramp: str) -> None:
    light = [lightness(colour) for colour in ramp_colours(ramp, 7)]
    dark = [lightness(colour) for colour in ramp_colours(ramp, 7, theme="dark")]
    assert all(one > two for one, two in pairwise(light))
    assert all(one < two for one, two in pairwise(dark))


def test_the_middle_of_the_diverging_ramp_is_the_lightest() -> None:
    shades = [lightness(colour) for colour in ramp_colours("vik", 7)]
    assert shades.index(max(shades)) == 3


def test_two_colours_of_a_ramp_are_its_ends() -> None:
    assert ramp_colours("lajolla", 2) == ramp_colours("lajolla", 7)[::6]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_coverage_states_differ_in_lightness_too(theme: Theme) -> None:
    shades = sorted(lightness(colour) for colour in STATE_COLOURS[theme].values())
    assert all((two + 0.05) / (one + 0.05) > 1.15 for one, two in pairwise(shades))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_names_can_be_read_on_the_paper(theme: Theme) -> None:
    colours = theme_colours(theme)
    shades = sorted([lightness(colours.text), lightness(colours.paper)])
    assert (shades[1] + 0.05) / (shades[0] + 0.05) > 7


def contrast(one: str, two: str) -> float:
    """Contrast of two colours as WCAG defines it."""
    low, high = sorted([lightness(one), lightness(two)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_small_print_can_be_read_and_lines_that_mean_something_are_seen(theme: Theme) -> None:
    colours = theme_colours(theme)
    assert contrast(colours.quiet_text, colours.paper) >= 4.5
    # Hatches of missing and of withheld; symbols and outlines on their halo; borders of stations on theirs.
    pairs = [
        (colours.quiet_text, colours.missing),
        (colours.text, colours.halo),
        (colours.station_border, colours.halo),
    ]
    assert min(contrast(*pair) for pair in pairs) >= 3
    # An outline is a line on a halo: on every colour that lies below, one of the two is seen.
    below = [*ramp_colours("lajolla", 7, theme=theme), *ramp_colours("vik", 7), *STATE_COLOURS[theme].values()]
    assert all(max(contrast(colours.text, fill), contrast(colours.halo, fill)) >= 3 for fill in below)
    assert contrast(colours.halo, STATE_COLOURS[theme]["vacant"]) >= 3


def test_an_unknown_ramp_or_theme_is_named() -> None:
    with pytest.raises(GeoError, match=r"'rainbow'.*lajolla"):
        ramp_colours("rainbow", 5)
    with pytest.raises(GeoError, match="'sepia'"):
        theme_colours("sepia")  # type: ignore[arg-type]


def test_ramps_are_the_published_ones() -> None:
    assert (RAMPS["batlow"][0], RAMPS["batlow"][-1], RAMPS["vik"][8]) == ("#011959", "#faccfa", "#ece5e0")
