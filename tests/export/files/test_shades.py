"""The legend as conditions on values: each picks the areas that the screen draws in that colour, and no others."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.export.files.shades import _spans, density_shades, state_shades, value_shades
from geo.export.tables import with_withheld
from geo.maps import classes_of, classify
from geo.maps.values import value_signs
from geo.privacy import Protected
from geo.store import Release
from tests.maps.small import protected_disputes, protected_states, publish_small


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish_small(tmp_path_factory.mktemp("small"))


def picked(protected: Protected, condition: str) -> list[int]:
    """Return the rows that a condition is true of."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.create_function("concat", -1, lambda *texts: "".join("" if text is None else text for text in texts))
        frame = with_withheld(protected).reset_index(names="at").astype({"at": "int64"})
        frame.to_sql("areas", base, index=False)
        return [at for (at,) in base.execute(f"SELECT at FROM areas WHERE {condition} ORDER BY at")]  # noqa: S608


@pytest.mark.parametrize("role", ["planner", "public"])
@pytest.mark.parametrize("measure_id", ["n", "change", "settled_share", "per_1000_residents"])
def test_each_line_picks_the_areas_of_its_sign(small: Release, role: str, measure_id: str) -> None:
    protected = protected_disputes(small, level="grid" if role == "planner" else "village", role=role)
    shades = value_shades(protected, measure_id, lang="en")
    signs = value_signs(protected, measure_id)
    for shade in shades:
        assert picked(protected, shade.condition) == [at for at, sign in enumerate(signs) if sign == shade.sign]
    assert {shade.sign for shade in shades} >= set(signs)


def test_words_and_colours_are_those_of_the_legend(small: Release) -> None:
    protected = protected_disputes(small)
    classes = classes_of(protected, "n")
    shades = value_shades(protected, "n", lang="en")
    assert [(shade.words, shade.fill) for shade in shades] == list(zip(classes.labels, classes.colours, strict=True))


def test_small_counts_of_the_public_are_hatched(small: Release) -> None:
    shades = value_shades(protected_disputes(small, level="village", role="public"), "n", lang="zh_CN")
    assert [(shade.words, shade.hatch) for shade in shades][-1] == ("数量过小，不公开", "withheld")


@given(st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 4)), min_size=1, max_size=30), st.booleans())
def test_spans_part_all_numbers_as_classes_do(values: list[float], diverging: bool) -> None:
    classes = classify(values, unit="per_1000", diverging=diverging)
    probes = [
        *values,
        0.0,
        *(b for b in classes.breaks if math.isfinite(b)),
        *(math.nextafter(b, -9e9) for b in classes.breaks[1:]),
    ]
    found = classes.index(np.array(probes))
    with closing(sqlite3.connect(":memory:")) as base:
        for at, span in enumerate(_spans('"x"', classes.breaks)):
            for probe, own in zip(probes, found, strict=True):
                (true,) = base.execute(f'SELECT {span} FROM (SELECT ? AS "x")', [probe]).fetchone()  # noqa: S608
                assert bool(true) == (own == at), (probe, span)


def test_states_pick_their_grids_and_marks_lie_over_them(small: Release) -> None:
    states = protected_states(small)
    lines = {
        shade.words: (picked(states, shade.condition), shade.hatch, shade.mark)
        for shade in state_shades(states, lang="en")
    }
    frame = states.frame
    for state, words in (("vacant", "vacant"), ("covered", "covered"), ("shared", "shared")):
        assert lines[words][0] == frame.index[frame["state"] == state].tolist()
    assert lines["vacant"][1:] == ("alarm", "")
    assert lines["over-size"] == (frame.index[frame["over_size"]].tolist(), None, "outline")
    lone = frame["no_backup"] & (frame["state"] != "vacant")
    assert lines["no backup"] == (frame.index[lone].tolist(), None, "dot")


def test_classes_of_a_density_are_told_by_their_lower_bound() -> None:
    (first, second) = density_shades((0.5, 1.0), ("#aaaaaa", "#bbbbbb"), ("0.5–1", "1+"))
    assert (first.condition, second.fill) == ('"from_per_km2_year" = 0.5', "#bbbbbb")
