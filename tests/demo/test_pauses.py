"""Pauses and extensions lie within a record's course, and leave alone what was quick."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.demo import Demo
from geo.demo.pauses import draw_pauses
from geo.demo.timing import NEVER, calendar

ALL = {"paused": 1.0, "extended": 1.0}


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_by_hand() -> None:
    begun, ended = days("2024-01-01", "2024-01-01", "NaT"), days("2024-03-01", "2024-01-08", "NaT")
    due = days("2024-01-31", "2024-01-31", "NaT")
    drawn = draw_pauses(begun, ended, due, ALL, np.random.default_rng(1))
    assert drawn["paused_on"].notna().tolist() == [True, False, False]  # the second took a week
    assert drawn["paused_on"][0] < drawn["resumed_on"][0] <= pd.Timestamp("2024-03-01")
    assert drawn["extended_until_on"].notna().tolist() == [True, False, False]
    assert (drawn["extended_until_on"][0] - pd.Timestamp("2024-01-31")).days in (10, 15, 30)


def test_a_pause_of_an_open_record_may_last() -> None:
    n = 200
    begun = np.full(n, calendar().last - np.timedelta64(20, "D"))
    never = np.full(n, NEVER)
    drawn = draw_pauses(begun, never, never, ALL, np.random.default_rng(2))
    assert drawn["resumed_on"].isna().any()
    assert drawn["extended_until_on"].isna().all()


@pytest.mark.parametrize(("layer", "begun"), [("disputes", "accepted_on"), ("hazards", "notified_on")])
def test_the_demo_has_some_of_both(demo: Demo, layer: str, begun: str) -> None:
    frame = demo.layers[layer]
    paused = frame.dropna(subset="paused_on")
    assert 20 < len(paused) < len(frame) / 20
    assert (paused["paused_on"] > paused[begun]).all()
    resumed = paused.dropna(subset="resumed_on")
    assert (resumed["resumed_on"] > resumed["paused_on"]).all()
    assert 20 < frame["extended_until_on"].notna().sum() < len(frame) / 20
