"""Terms that stood still for a while, and terms that were extended: few, and of records that took their time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo.demo.timing import NEVER, Days, calendar, later

# A term is not paused in its first days, nor for longer than two months.
_FIRST_DAY = 3
_LONGEST_DAYS = 60
_SHORTEST_COURSE_DAYS = 12
_EXTENSIONS_DAYS = (10, 15, 30)


def draw_pauses(
    begun: Days, ended: Days, due: Days, rates: Mapping[str, float], rng: np.random.Generator
) -> pd.DataFrame:
    """Draw the pauses and extensions of records' terms.

    Parameters
    ----------
    begun, ended
        Days from which a term ran and on which the record was closed; NaT where it has not come.
    due
        Last day of the term; NaT where it is not known.
    rates
        ``paused``: share of the records that took some days; ``extended``: of those that were late, or will be.

    Returns
    -------
    DataFrame
        ``paused_on``, ``resumed_on`` (NaT while a pause lasts), ``extended_until_on``, a row for each record.
    """
    until = np.where(np.isnat(ended), calendar().last, ended)
    length = np.where(np.isnat(begun), 0, (until - begun).astype(np.int64))
    paused = (length >= _SHORTEST_COURSE_DAYS) & (rng.random(len(begun)) < rates["paused"])
    after = _FIRST_DAY + np.floor(rng.random(len(begun)) * (length / 2))
    paused_on = np.where(paused, later(begun, np.where(paused, after, 0.0)), NEVER)
    resumed_on = later(paused_on, rng.integers(5, _LONGEST_DAYS, len(begun)).astype(float))
    # Who settles a dispute or removes a hazard has taken it up again.
    resumed_on = np.where(np.isnat(ended), resumed_on, np.where(resumed_on < ended, resumed_on, ended))
    late = ~np.isnat(due) & (until > due) & (rng.random(len(begun)) < rates["extended"])
    extended = due + rng.choice(_EXTENSIONS_DAYS, len(begun)).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "paused_on": paused_on,
            "resumed_on": np.where(paused, resumed_on, NEVER),
            "extended_until_on": np.where(late, extended, NEVER),
        }
    )
