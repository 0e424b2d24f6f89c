"""Questions about the data: what looks as if it came from the writing down, not from the place. Never a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import bdtrc

from geo.layers import EVENT_LAYERS
from geo.measures.events import read_events
from geo.measures.figures import as_counts, share
from geo.measures.indicators import INDICATORS
from geo.measures.intervals import Floats, change_interval, compare_at_once
from geo.measures.ranks import joint_alpha
from geo.measures.rows import Rows, area_rows
from geo.measures.samples import Sample, sample_of
from geo.measures.scorecard import scorecard
from geo.measures.table import IDENTITY, LINEAGE, Table
from geo.measures.times import Window, day_of, make_window
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["QUESTIONS", "questions"]

#: Every question there can be: reported records that fell off, shares that are full, closings heaped at a month's end,
#: and transfers of which nobody tells whether they were by right.
QUESTIONS = ("drop", "full_mark", "month_end", "untold")
_CLOSED = ("disputes", "hazards")


def questions(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return what the data of areas should be asked about.

    Returns
    -------
    Table
        One row per area and question: the identity of the area, ``question`` (one of `QUESTIONS`), ``layer``,
        ``indicator`` (of a full mark; else missing), ``n`` (records that it is about), ``value`` (the change, the
        share, or the number untold) and ``expected`` (what the share would be without heaping). Areas in their order.

    Raises
    ------
    ViewError
        When the release has no such area or level, or no layer that the promises are told of.
    """
    rules = rules or load_rules()
    rows = area_rows(release, view)
    parts = [
        part
        for layer in EVENT_LAYERS
        if release.has(layer)
        for part in _of_layer(release, _on_layer(view, layer), rows, rules)
    ]
    parts.append(_full_marks(release, view, rows, rules))
    found = pd.concat(parts, ignore_index=True).sort_values(["row", "question"], kind="stable", ignore_index=True)
    at = found.pop("row").to_numpy(dtype=np.int64)
    identity = {name: rows.areas[name].array[at] for name in IDENTITY}
    frame = pd.DataFrame({**identity, **found})
    lineage = rows.areas[list(LINEAGE)].iloc[at].reset_index(drop=True)
    return Table(frame, "questions", release.number, rules.hash, release.as_of, 0, lineage, origin=release)


def _on_layer(view: View, layer: str) -> View:
    """Return the view of a layer; the classes of another one do not bear on it."""
    return view if view.layer == layer else view.replace(layer=layer, classes=())


def _of_layer(release: Release, view: View, rows: Rows, rules: Rules) -> Iterator[pd.DataFrame]:
    events = read_events(release, view.layer)
    window = make_window(release, view, data_begin=events.begin)
    if not window.known:
        return
    sample = sample_of(events, rows, view)
    yield _drops(release, view, rows, rules)
    if view.layer in _CLOSED:
        yield _month_ends(sample, window, rules)
    if view.layer == "disputes":
        yield _untold(sample, window)


def _drops(release: Release, view: View, rows: Rows, rules: Rules) -> pd.DataFrame:
    """Return areas whose reported records fell by much, and by more than chance among all areas looked at."""
    if view.source == "discovered":
        return _rows("drop", view.layer, np.zeros(rows.n, bool), np.zeros(rows.n), np.zeros(rows.n))
    events = read_events(release, view.layer)
    window = make_window(release, view, data_begin=events.begin)
    sample = sample_of(events, rows, view.replace(source="reported"))
    n = sample.count(sample.found_between(window.start, window.end)).astype(np.float64)
    before = np.full(rows.n, np.nan)
    if window.compare_start is not None and window.compare_end is not None:
        before = sample.count(sample.found_between(window.compare_start, window.compare_end)).astype(np.float64)
    change = compare_at_once(
        lambda alpha: change_interval(
            n, before, days=window.days or 1, days_compare=window.compare_days or 1, alpha=alpha
        ),
        alpha=rules.alpha,
    )
    fell = change.beyond_chance & (np.nan_to_num(change.value) <= -rules.questions.drop)
    return _rows("drop", view.layer, fell, change.value, np.nan_to_num(before))


def _month_ends(sample: Sample, window: Window, rules: Rules) -> pd.DataFrame:
    """Return areas where more records were closed in the last days of months than chance gives."""
    closed = sample.closed_between(window.start, window.end)
    days = np.arange(window.start, window.end)
    late = np.array([_days_left(day) < rules.questions.month_end_days for day in days.tolist()])
    n = sample.count(closed)
    heaped = sample.count(closed[late[sample.days("closed")[closed] - window.start]])
    expected = float(late.mean()) if len(late) else 0.0
    chance = np.where(heaped > 0, bdtrc(np.maximum(heaped - 1, 0), n, expected), 1.0)
    # As many areas are looked at as have enough records.
    looked = n >= rules.questions.least
    unlikely = looked & (chance < joint_alpha(rules.alpha, int(looked.sum())))
    return _rows("month_end", sample.events.layer, unlikely, share(heaped, n), n, expected=expected)


def _days_left(day: int) -> int:
    """Return how many days of its month come after a day."""
    here = day_of(day)
    after = (here.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (after - here).days - 1


def _untold(sample: Sample, window: Window) -> pd.DataFrame:
    """Return areas with transfers of which nobody tells whether they were by right."""
    records = sample.came_between("transferred_on", window.start, window.end)
    untold = sample.count(records[sample.codes("transfer")[records] < 0])
    return _rows("untold", sample.events.layer, untold > 0, untold.astype(np.float64), sample.count(records))


def _full_marks(release: Release, view: View, rows: Rows, rules: Rules) -> pd.DataFrame:
    """Return shares of a hundred per cent that the share of all areas makes unlikely: nothing is always done."""
    card = scorecard(release, view, rules=rules).frame
    full = card["value"].to_numpy() == 1
    good = np.array([INDICATORS[one].meaning.good == "high" for one in card["indicator"]])
    share_like = np.array([INDICATORS[one].kind == "share" for one in card["indicator"]])
    n = card["denominator"].to_numpy(dtype=np.float64, na_value=0.0)
    # A grid either has an officer or not: that all have one is nothing strange.
    asked = full & good & share_like & (n >= rules.questions.least) & (card["layer"] != "coverage").to_numpy()
    # An area by itself has nobody to tell what is usual.
    usual = np.where(asked, card["overall"].fillna(1.0).to_numpy(dtype=np.float64), 1.0)
    unlikely = np.power(usual, np.where(asked, n, 1.0)) < joint_alpha(rules.alpha, int((good & share_like).sum()))
    at = np.flatnonzero(asked & unlikely)
    row = pd.Index(rows.areas["area_id"]).get_indexer(pd.Index(card["area_id"].iloc[at]))
    frame = _rows("full_mark", "", np.ones(len(at), bool), np.ones(len(at)), n[at])
    return frame.assign(row=row, layer=card["layer"].to_numpy()[at], indicator=card["indicator"].to_numpy()[at])


def _rows(
    question: str,
    layer: str,
    asked: npt.NDArray[np.bool_],
    value: Floats,
    n: npt.ArrayLike,
    *,
    expected: float = float("nan"),
) -> pd.DataFrame:
    at = np.flatnonzero(asked)
    return pd.DataFrame(
        {
            "row": at,
            "question": np.full(len(at), question, dtype=object),
            "layer": np.full(len(at), layer, dtype=object),
            "indicator": np.full(len(at), None, dtype=object),
            "n": as_counts(np.asarray(n)[at]),
            "value": np.asarray(value, dtype=np.float64)[at],
            "expected": np.full(len(at), expected),
        }
    ).astype({"question": "str", "layer": "str"})
