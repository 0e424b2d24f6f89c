"""Legends: units, hatches where they occur, no markup from data."""

from __future__ import annotations

import base64
import re

from geo.maps import classify, heat_legend_html, heat_of, legend_html, places_legend_html, state_legend_html
from geo.stats.density import kernel_density
from geo.store import Release
from tests.maps.small import protected_disputes, protected_states


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_legend_names_measure_unit_and_classes(small: Release) -> None:
    html = legend_html(protected_disputes(small), "n", lang="en")
    assert words(html).startswith("Disputes, reported and discovered together, number 0 1 2 3 4 5 6+")
    assert "no value" not in html
    assert "unit" not in words(html)


def test_shares_are_in_per_cent(small: Release) -> None:
    assert words(legend_html(protected_disputes(small), "settled_share", lang="en")).startswith("Settled share, %")


def test_hatched_entries_stand_only_where_they_occur(small: Release) -> None:
    missing = words(legend_html(protected_disputes(small), "per_1000_residents", lang="en"))
    withheld = words(legend_html(protected_disputes(small, level="village", role="public"), "n", lang="en"))
    assert "no value" in missing
    assert "withheld" not in missing
    assert "withheld, the count is small" in withheld


def test_withheld_and_missing_are_hatched_otherwise(small: Release) -> None:
    missing = legend_html(protected_disputes(small), "per_1000_residents", lang="en")
    withheld = legend_html(protected_disputes(small, level="village", role="public"), "n", lang="en")
    last = [base64.b64decode(re.findall(r"base64,([^\"]+)", html)[-1]) for html in (missing, withheld)]
    paths = [re.search(rb' d="([^"]+)"', svg) for svg in last]
    assert paths[0]
    assert paths[1]
    assert paths[0][1] != paths[1][1]


def test_states_are_counted(small: Release) -> None:
    text = words(state_legend_html(protected_states(small), lang="en"))
    assert text == "Coverage vacant 7 shared 0 covered 2 over-size 1 no backup 1"


def test_heat_has_unit_bandwidth_and_number() -> None:
    density = kernel_density(
        [120.0] * 50, [30.0] * 50, bounds=(119.9, 29.9, 120.1, 30.1), bandwidth_m=500, period_days=365
    )
    text = words(heat_legend_html(heat_of(density), lang="en"))
    assert text.startswith("Events per km² and year 0.5–1 1–2 2–5 5–10 10–20 20+")
    assert text.endswith("bandwidth 500 m, n = 50")


def test_places_are_named_in_the_order_of_the_code_list() -> None:
    assert words(places_legend_html(["fire_point", "mediation_room"], lang="en")).startswith("Places Mediation room")


def test_a_month_is_named_and_its_classes_are_those_given(small: Release) -> None:
    protected = protected_disputes(small)
    classes = classify([0, 10, 20, 30, 40, 50])
    html = legend_html(protected, "n", lang="en", classes=classes, when="March 2025", note="Same classes")
    name = "Disputes, reported and discovered together, number"
    assert words(html) == f"{name} · March 2025 {' '.join(classes.labels)} Same classes"


def test_counts_are_said_to_be_counts_in_both_languages(small: Release) -> None:
    assert words(legend_html(protected_disputes(small), "class_neighbours", lang="en")).startswith(
        "Class: Neighbours, reported and discovered together, number"
    )
    assert "数量" in words(legend_html(protected_disputes(small), "n", lang="zh_CN"))
