"""The columns of event layers in parts, so that who shows a few of them has no others worked out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.measures import disputes, hazards
from geo.measures.again import read_repeats
from geo.measures.breakdown import count_by_code, count_parts_of_day
from geo.measures.events import code_names
from geo.measures.figures import (
    Columns,
    as_counts,
    change_columns,
    event_rate_columns,
    join_columns,
    rate_columns,
)
from geo.measures.hot_spots import hot_spot_columns
from geo.measures.rows import Rows, grid_areas
from geo.measures.samples import Sample, knows_hours, sample_of
from geo.measures.tallies import Count, Counts, tally
from geo.measures.times import Window
from geo.rules import Rules
from geo.store import Release
from geo.view import View

__all__ = [
    "PARTS",
    "Asked",
    "compared_counts",
    "count_found",
    "count_hours",
    "count_incidents",
    "count_sources",
    "event_columns",
    "parts_of",
]

_COUNTS = (
    "n",
    "change",
    "per_1000_residents",
    "per_1000_households",
    "reported_per_1000",
    "discovered_per_1000",
)
#: Layer → part → what a map shows of it alone; of other measures all parts are worked out.
_HELD: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "disputes": {
            "sources": ("reported", "discovered"),
            "counts": _COUNTS,
            "cohort": ("accepted", "settled", "settled_share", "settled_in_month"),
            "days": ("median_days",),
            "stock": ("closed", "open", "past_month", "overdue", "return_due"),
            "repeats": ("repeats", "repeat_share"),
        },
        "hazards": {
            "sources": ("reported", "discovered"),
            "counts": _COUNTS,
            "stock": ("open", "overdue", "major_open", "major_overdue", "major_overdue_share", "removed"),
            "removals": ("removed_on_time",),
            "days": ("median_days",),
            "repeats": ("repeats",),
        },
        "incidents": {"sources": ("reported", "discovered"), "counts": _COUNTS},
    }
)


@dataclass(frozen=True, eq=False)
class Asked:
    """All that columns are worked out from: what is asked, its rows and records, the days told of, and the rules.

    Of several windows all rows of the first come first, then those of the next.
    """

    release: Release
    view: View
    rows: Rows
    sample: Sample
    windows: tuple[Window, ...]
    rules: Rules

    def tally(self, count: Count, *, sample: Sample | None = None) -> Counts:
        """Return what a function counts, of these records or of others."""
        return tally(self.release, sample or self.sample, self.windows, self.rules, count)

    def of_rows(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return values of the rows for all windows."""
        return np.tile(values, len(self.windows)) if len(self.windows) > 1 else values


def event_columns(asked: Asked, *, parts: Collection[str] | None = None) -> Columns:
    """Return the columns of an event layer.

    Parameters
    ----------
    parts
        Names of `PARTS` of the layer; all if None. Columns come in the order of the layer's parts, whatever the order
        here.

    Notes
    -----
    Each part is worked out once for the same records, days and rules: tables that share one share its columns.
    """
    columns = Columns()
    for name in PARTS[asked.view.layer]:
        if parts is None or name in parts:
            columns |= _columns(asked, name)
    return columns


def parts_of(layer: str, measure_id: str) -> tuple[str, ...] | None:
    """Return the parts that hold a measure and the number of records beside it; None if all are to be worked out.

    Examples
    --------
    >>> parts_of("disputes", "settled_share"), parts_of("disputes", "n"), parts_of("coverage", "vacant")
    (('number', 'cohort'), ('number', 'counts'), None)
    """
    held = _HELD.get(layer, {})
    return next((("number", part) for part, names in held.items() if measure_id in names), None)


def _columns(asked: Asked, part: str) -> Columns:
    known = asked.sample.columns
    if (part, asked.windows) not in known or known[part, asked.windows][0] is not asked.rules:
        known[part, asked.windows] = (asked.rules, PARTS[asked.view.layer][part](asked))
    columns: Columns = known[part, asked.windows][1]
    return columns


def count_found(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the records found in the period."""
    del rules  # no rule bears on them
    return {"n": sample.count(sample.found_between(window.start, window.end))}


def count_sources(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the records found in the period by source."""
    del rules
    return count_by_code(sample, sample.found_between(window.start, window.end), "source")


def compared_counts(
    release: Release, sample: Sample, windows: Sequence[Window], rules: Rules
) -> npt.NDArray[np.int64] | npt.NDArray[np.float64]:
    """Return the records found in the periods compared with; NaN for a window without."""
    none = np.full(sample.n_rows, np.nan)
    found = [
        none if other is None else tally(release, sample, (other,), rules, count_found)["n"]
        for other in (window.compared for window in windows)
    ]
    return np.concatenate(found)


def _count_columns(asked: Asked) -> Columns:
    rules, windows, of_rows = asked.rules, asked.windows, asked.of_rows
    n, sources = asked.tally(count_found)["n"], asked.tally(count_sources)
    compared = compared_counts(asked.release, asked.sample, windows, rules)
    by_source = {name: sources[f"source_{name}"] for name in code_names(asked.view.layer, "source")}
    residents, households = (of_rows(asked.rows.figure(name)) for name in ("residents", "households"))
    return {
        "n": as_counts(n),
        **change_columns(n, compared, windows, alpha=rules.alpha),
        **{name: as_counts(counts) for name, counts in by_source.items()},
        **rate_columns(n, residents, households),
        **_source_rates(by_source, residents, rules),
    }


def _number_columns(asked: Asked) -> Columns:
    """Return the number of records, which the counts hold too."""
    return {"n": as_counts(asked.tally(count_found)["n"])}


def _source_columns(asked: Asked) -> Columns:
    """Return the number of records of each source, which the counts hold too."""
    sources = asked.tally(count_sources)
    return {name: as_counts(sources[f"source_{name}"]) for name in code_names(asked.view.layer, "source")}


def _source_rates(
    by_source: Mapping[str, npt.NDArray[np.int64]], residents: npt.NDArray[np.float64], rules: Rules
) -> Columns:
    """Return reported and discovered records per 1,000 residents, each by itself."""
    columns = Columns()
    for name, counts in by_source.items():
        columns |= event_rate_columns(f"{name}_per_1000", counts, residents, alpha=rules.alpha)
    return columns


def count_incidents(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the incidents found in the period by class and subclass."""
    del rules
    found = sample.found_between(window.start, window.end)
    return {**count_by_code(sample, found, "class"), **count_by_code(sample, found, "subclass")}


def count_hours(sample: Sample, window: Window, rules: Rules) -> Counts:
    """Count the records found in the period by part of the day."""
    del rules
    return count_parts_of_day(sample, sample.found_between(window.start, window.end))


def _hour_columns(asked: Asked) -> Columns:
    known = knows_hours(asked.sample.events, asked.view, most_at_midnight=asked.rules.most_at_midnight)
    return {name: as_counts(values, known=known) for name, values in asked.tally(count_hours).items()}


def _hot_spot_columns(asked: Asked) -> Columns:
    return join_columns(
        [hot_spot_columns(asked.release, asked.view, asked.rows, window, asked.rules) for window in asked.windows]
    )


def _repeated_hazards(asked: Asked) -> Columns:
    told = _told_grids(asked)
    repeats = asked.tally(hazards.count_repeats, sample=asked.sample.within(told))["repeats"]
    return {"repeats": as_counts(repeats, known=_holds_any(asked, told))}


def _repeated_disputes(asked: Asked) -> Columns:
    told = _told_grids(asked)
    again = sample_of(read_repeats(asked.release, asked.rules), asked.rows, asked.view)
    hits, n = (asked.tally(count_found, sample=sample.within(told))["n"] for sample in (again, asked.sample))
    return disputes.again_columns(hits, n, _holds_any(asked, told), asked.rules)


def _told_grids(asked: Asked) -> npt.NDArray[np.bool_]:
    """Return the grids with households enough that what is told of them never points at a home."""
    households = grid_areas(asked.release)["households"].to_numpy(dtype=np.float64, na_value=np.nan)
    # NaN is not known to be enough.
    return np.asarray(households >= asked.rules.repeat_min_households)


def _holds_any(asked: Asked, grids: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    return asked.of_rows(asked.rows.sum_grids(grids) > 0)


Part = Callable[[Asked], Columns]


def _of_records(make: Callable[[Sample, Window, Rules], Columns]) -> Part:
    return lambda asked: join_columns([make(asked.sample, window, asked.rules) for window in asked.windows])


def _counted(count: Count, make: Callable[[Counts, Sample, Rules], Columns]) -> Part:
    return lambda asked: make(asked.tally(count), asked.sample, asked.rules)


def _numbers(counts: Counts, sample: Sample, rules: Rules) -> Columns:
    del sample, rules
    return {name: as_counts(values) for name, values in counts.items()}


#: Layer → name of a part → what works it out, in the order in which they stand in a table.
PARTS: Mapping[str, Mapping[str, Part]] = MappingProxyType(
    {
        "disputes": MappingProxyType(
            {
                "number": _number_columns,
                "counts": _count_columns,
                "sources": _source_columns,
                "cohort": _counted(disputes.count_cohort, disputes.cohort_columns),
                "days": _of_records(disputes.days_columns),
                "settlements": _counted(disputes.count_settlements, disputes.settlement_columns),
                "stock": _counted(disputes.count_stock, disputes.stock_columns),
                "codes": _counted(disputes.count_codes_and_states, _numbers),
                "hours": _hour_columns,
                "repeats": _repeated_disputes,
            }
        ),
        "hazards": MappingProxyType(
            {
                "number": _number_columns,
                "counts": _count_columns,
                "sources": _source_columns,
                "stock": _counted(hazards.count_stock, hazards.stock_columns),
                "removals": _counted(hazards.count_removals, hazards.removal_columns),
                "days": _of_records(hazards.days_columns),
                "codes": _counted(hazards.count_codes_and_states, _numbers),
                "hours": _hour_columns,
                "repeats": _repeated_hazards,
            }
        ),
        "incidents": MappingProxyType(
            {
                "number": _number_columns,
                "counts": _count_columns,
                "sources": _source_columns,
                "codes": _counted(count_incidents, _numbers),
                "hours": _hour_columns,
                "hot_spots": _hot_spot_columns,
            }
        ),
    }
)
