"""Stations side by side: who of a peer group does better by more than chance, and what each does differently."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import ViewError
from geo.measures.by_area import measured_columns
from geo.measures.figures import Columns, as_counts, share
from geo.measures.indicators import INDICATORS
from geo.measures.intervals import (
    Change,
    Floats,
    change_interval,
    compare_at_once,
    poisson_interval,
    shift_interval,
    wilson_interval,
)
from geo.measures.late import LATE_PARTS, is_ripe, last_day_of, moved_until
from geo.measures.rows import Rows, area_rows
from geo.measures.scorecard import scorecard
from geo.measures.service import visit_dispersions
from geo.measures.standing import peers_of
from geo.measures.table import IDENTITY, LINEAGE, Table
from geo.measures.times import make_window
from geo.resources import resource
from geo.rules import Rules, load_rules
from geo.store import Release
from geo.view import View

__all__ = ["OUTCOME", "Practice", "compare", "practices"]

Ints = npt.NDArray[np.int64]
#: Topic of the lines that are indicators of the promises; all other topics are of practices.
OUTCOME = "outcome"
_LEVEL = "station"
_AT_RISK = ("residents", "households")
_FIGURES = ("value", "low", "high", "numerator", "denominator")
_GAP = ("difference", "difference_low", "difference_high")


@dataclass(frozen=True)
class Practice:
    """One figure of how work is done; data/compare.toml says what each field means."""

    id: str
    topic: str
    layer: str
    kind: Literal["share", "rate", "whole"]
    unit: str
    numerator: str
    denominator: tuple[str, ...]
    per: int = 1
    told_by: tuple[str, ...] = ()
    of_sources: bool = False
    overdispersed: bool = False
    told_late: bool = False


@cache
def practices() -> Mapping[str, Practice]:
    """Return the practices of data/compare.toml by their ids, in the order of the page."""
    with resource("compare.toml").open("rb") as file:
        raw: Sequence[Mapping[str, Any]] = tomllib.load(file)["practices"]
    lists = ("denominator", "told_by")
    told = [Practice(**{**entry, **{name: tuple(entry.get(name, ())) for name in lists}}) for entry in raw]
    return MappingProxyType({one.id: one for one in told})


def compare(release: Release, view: View, *, rules: Rules | None = None) -> Table:
    """Return each station of a view's area beside the stations of its peer group.

    Of a station and each of its peers all practices are compared at once, by `geo.measures.intervals.compare_at_once`:
    of the differences told, at most the share alpha of the rules is expected to be chance. A difference is an
    observation; why it is there, and whether it does any good, the figures do not say.

    Returns
    -------
    Table
        One row per station, line and station beside it: the identity of the station; ``peer_id`` and ``place`` (empty
        and 0 for the station itself, then its peers, nearest first); ``topic`` (`OUTCOME`, or that of a practice),
        ``line`` (id of an indicator or of a practice), ``unit``, ``period`` (what it is told of).

        Of the one beside it ``value`` with ``low`` and ``high``, ``numerator``, ``denominator``; ``difference`` from
        the station with its ends, widened for all practices (shares in points of 1, rates relative to the station's);
        ``beside``: of indicators ``better`` or ``worse`` where the two intervals lie apart, of practices ``more`` or
        ``less`` where the interval of the difference leaves out none, else ``none``; ``few`` where either has too few
        records; missing for the station itself, for what has no good side, and for what has no interval.

        Lineage of a row that tells of two stations is that of the areas that hold both.

    Raises
    ------
    ViewError
        When the release has no stations in the area, or no layer that the promises are told of.
    """
    rules = rules or load_rules()
    every = view.replace(area=None, level=_LEVEL)
    wanted = area_rows(release, view.replace(level=_LEVEL)).areas["area_id"]
    rows = area_rows(release, every)
    groups = peers_of(release, _LEVEL, rules.standing.peers).position
    outcomes = _outcome_figures(scorecard(release, every, rules=rules).frame, rows)
    measured = _practice_figures(release, every, rows, rules)
    parts = []
    for own in pd.Index(rows.areas["area_id"]).get_indexer(pd.Index(wanted)):
        group = groups[own][groups[own] >= 0]
        parts += [_outcome_rows(one, int(own), group) for one in outcomes]
        parts += _practice_rows(measured, int(own), group, rules)
    frame = pd.concat(parts, ignore_index=True)
    lineage = _shared_lineage(rows, frame.pop("_own").to_numpy(), frame.pop("_other").to_numpy())
    return Table(frame, "compare", release.number, rules.hash, release.as_of, 0, lineage, origin=release)


@dataclass(frozen=True, eq=False)
class _Figures:
    """One line of all stations: labels, and arrays of figures by name."""

    rows: Rows
    topic: str
    line: str
    unit: str
    period: str
    kind: str
    good: str | None
    arrays: Mapping[str, Floats]
    enough: npt.NDArray[np.bool_]
    dispersion: float = 1.0

    def beside(self, own: int, group: Ints, columns: Mapping[str, object]) -> pd.DataFrame:
        """Return the rows of a station, itself first; ``columns`` are those of the group alone, in its order."""
        others = np.r_[own, group].astype(np.int64)
        ids = self.rows.areas["area_id"].to_numpy(dtype=object)
        frame: dict[str, object] = {name: [self.rows.areas[name].iloc[own]] * len(others) for name in IDENTITY}
        frame |= {"peer_id": ["", *ids[group]], "place": np.arange(len(others)), "topic": self.topic}
        frame |= {"line": self.line, "unit": self.unit, "period": self.period}
        frame |= {name: self.arrays[name][others] for name in _FIGURES[:3]}
        frame |= {name: as_counts(self.arrays[name][others]) for name in _FIGURES[3:]}
        missing = np.full(len(group), np.nan)
        frame |= {name: np.r_[np.nan, np.asarray(columns.get(name, missing), dtype=np.float64)] for name in _GAP}
        said: Any = columns.get("beside", [None] * len(group))
        frame |= {"beside": [None, *said], "_own": own, "_other": others}
        return pd.DataFrame(frame).astype({"peer_id": "str", "beside": "str"})


def _outcome_figures(card: pd.DataFrame, rows: Rows) -> list[_Figures]:
    """Return the indicators of a scorecard whose rows come in the order of the areas."""
    told = []
    for name, lines in card.groupby("indicator", sort=False):
        one = INDICATORS[str(name)]
        arrays = {column: lines[column].to_numpy(dtype=np.float64, na_value=np.nan) for column in _FIGURES}
        told.append(
            _Figures(
                rows,
                OUTCOME,
                one.id,
                one.meaning.unit,
                str(lines["period"].iloc[0]),
                one.kind,
                one.meaning.good,
                arrays,
                lines["enough"].to_numpy(dtype=bool),
            )
        )
    return told


def _outcome_rows(one: _Figures, own: int, group: Ints) -> pd.DataFrame:
    value, low, high = (one.arrays[name] for name in _FIGURES[:3])
    if one.good is None or one.kind == "whole":
        return one.beside(own, group, {})
    # A median whose upper end is not reached yet may be anything above.
    high = np.where(np.isfinite(low) & np.isnan(high), np.inf, high)
    above, below = low[group] > high[own], high[group] < low[own]
    better, worse = (above, below) if one.good == "high" else (below, above)
    said = np.where(better, "better", np.where(worse, "worse", "none")).astype(object)
    said[~(one.enough[group] & one.enough[own])] = "few"
    said[np.isnan(value[group]) | np.isnan(value[own])] = None
    return one.beside(own, group, {"beside": said})


def _practice_figures(release: Release, view: View, rows: Rows, rules: Rules) -> list[_Figures]:
    told = [one for one in practices().values() if not (one.of_sources and view.source)]
    last_day = last_day_of(view.period, release.as_of)
    terms = rules.deadlines.past_month_days
    ripe = moved_until(view.period, lambda moved: is_ripe(moved, terms=terms, last_day=last_day))
    views = {False: view, True: view.replace(period=ripe)}
    measured = {
        (layer, late): _columns(release, views[late], layer, rows, rules, told_on=last_day if late else None)
        for layer, late in dict.fromkeys((one.layer, one.told_late) for one in told)
    }
    dispersions = _dispersions(release, view)
    return [
        _of_practice(
            one,
            measured[one.layer, one.told_late],
            rows,
            views[one.told_late],
            rules,
            dispersion=dispersions.get(one.id, 1.0),
        )
        for one in told
    ]


def _dispersions(release: Release, view: View) -> dict[str, float]:
    """Return how many times the variance of practices that sum visits is that of single events."""
    if not release.has("visits"):
        return {}
    window = make_window(release, view.replace(compare="none"), data_begin=None)
    told = visit_dispersions(release, window.start, window.end)
    return {one.id: told[one.numerator] for one in practices().values() if one.overdispersed}


def _columns(release: Release, view: View, layer: str, rows: Rows, rules: Rules, *, told_on: int | None) -> Columns:
    """Return the measures of a layer; none of a layer or a period that the data do not tell of."""
    asked = view.replace(layer=layer, compare="none")
    asked = asked if view.layer == layer else asked.replace(classes=())
    try:
        parts = None if told_on is None else LATE_PARTS
        columns, window, _unplaced = measured_columns(release, asked, rows, rules, parts=parts, told_on=told_on)
    except ViewError:
        return {}
    return columns if window.known else {}


def _of_practice(
    one: Practice, columns: Columns, rows: Rows, view: View, rules: Rules, *, dispersion: float
) -> _Figures:
    hits = _column(columns, one.numerator, rows)
    n = np.sum([_column(columns, name, rows) for name in one.denominator], axis=0)
    if one.told_by:
        n = np.where(np.sum([_column(columns, name, rows) for name in one.told_by], axis=0) > 0, n, np.nan)
    unknown = np.full(rows.n, np.nan)
    if one.kind == "whole":
        value, low, high, enough = hits, unknown, unknown, np.isfinite(hits)
        hits = unknown
    elif one.kind == "share":
        value, low, high = wilson_interval(hits, np.where(n > 0, n, np.nan), alpha=rules.alpha)
        enough = np.nan_to_num(n) >= rules.standing.least_records
    else:
        ends = poisson_interval(hits, alpha=rules.alpha, dispersion=dispersion)
        value, low, high = (one.per * share(part, n) for part in (hits, *ends))
        enough = np.isfinite(value)
    if one.layer == "coverage":
        # Grids and posts are counted, however few.
        enough = np.isfinite(value)
    arrays = dict(zip(_FIGURES, (value, low, high, hits, n), strict=True))
    return _Figures(rows, one.topic, one.id, one.unit, view.period.text, one.kind, None, arrays, enough, dispersion)


def _column(columns: Columns, name: str, rows: Rows) -> Floats:
    if name in _AT_RISK:
        return rows.figure(name)
    if name not in columns:
        return np.full(rows.n, np.nan)
    values = columns[name]
    return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan) if hasattr(values, "to_numpy") else values)


def _practice_rows(measured: Sequence[_Figures], own: int, group: Ints, rules: Rules) -> list[pd.DataFrame]:
    """Return the practices of a station beside its peers, all differences looked at together."""
    chance = [one for one in measured if one.kind != "whole"]
    found = compare_at_once(lambda alpha: _differences(chance, own, group, alpha), alpha=rules.alpha)
    split = [np.reshape(part, (len(chance), len(group))) for part in found]
    frames = {one.line: one.beside(own, group, {}) for one in measured if one.kind == "whole"}
    for one, value, low, high, beyond, known in zip(chance, *split, strict=True):
        said = np.where(beyond, np.where(low > 0, "more", "less"), "none").astype(object)
        said[~(one.enough[group] & one.enough[own])] = "few"
        said[np.isnan(one.arrays["value"][group]) | np.isnan(one.arrays["value"][own])] = None
        gap = {name: np.where(known, part, np.nan) for name, part in zip(_GAP, (value, low, high), strict=True)}
        frames[one.line] = one.beside(own, group, {**gap, "beside": said})
    return [frames[one.line] for one in measured]


def _differences(measured: Sequence[_Figures], own: int, group: Ints, alpha: float) -> Change:
    """Return the differences of the peers from a station, practice by practice, at a confidence of 1 - alpha."""
    parts = []
    for one in measured:
        hits, n = one.arrays["numerator"], one.arrays["denominator"]
        if one.kind == "share":
            change = shift_interval(hits[group], n[group], hits[own], n[own], alpha=alpha)
        else:
            # Counts that vary so many times more tell as much as so many times fewer.
            hits = hits / one.dispersion
            change = change_interval(
                hits[group], np.full(len(group), hits[own]), days=n[group], days_compare=n[own], alpha=alpha
            )
        known = change.known & one.enough[group] & one.enough[own]
        parts.append(change._replace(beyond_chance=change.beyond_chance & known, known=known))
    return Change(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _shared_lineage(rows: Rows, own: Ints, other: Ints) -> pd.DataFrame:
    """Return the areas that hold both stations of each row, so that nobody sees one who may not see the other."""
    first, second = (rows.areas[list(LINEAGE)].iloc[part].reset_index(drop=True) for part in (own, other))
    return first.where(first == second)
