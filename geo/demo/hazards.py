"""Hazards: notified, rectified and verified, with grade and due date."""

import numpy as np
import pandas as pd

from geo.demo.pauses import draw_pauses
from geo.demo.records import County, Records, draw_records
from geo.demo.timing import NEVER, later, log_normal
from geo.demo.truths import load_rates
from geo.rules import load_rules


def make_hazards(county: County, rng: np.random.Generator) -> tuple[Records, pd.DataFrame]:
    """Draw hazards and see what became of each.

    Returns
    -------
    tuple
        The records, and a frame of their other columns in the same order.
    """
    rates, terms = load_rates()["hazards"], load_rules().deadlines
    records = draw_records("hazards", county, rng)
    count = len(records)
    major = rng.random(count) < rates["major"]
    found = records.found_at.astype("datetime64[D]")
    notified = later(found, rng.geometric(0.75, count) - 1.0)
    rectifying = later(notified, rng.geometric(0.55, count) - 1.0)
    median = np.where(major, rates["median_days"]["major"], rates["median_days"]["general"])
    days = 1 + log_normal(median, rates["spread"], rng)
    begun = np.where(np.isnat(rectifying), NEVER, notified)
    rectified = np.maximum(later(begun, days), rectifying)  # not a day, where either has not come
    term = np.where(major, terms.hazard_major_days, terms.hazard_general_days)
    due = notified + term.astype("timedelta64[D]")
    frame = pd.DataFrame(
        {
            "grade": np.where(major, "major", "general"),
            "notified_on": notified,
            "rectifying_on": rectifying,
            "rectified_on": rectified,
            "verified_on": later(rectified, rng.geometric(0.3, count) * 1.0),
            "due_on": due,
        }
    )
    return records, pd.concat([frame, draw_pauses(notified, rectified, due, rates, rng.spawn(1)[0])], axis=1)
