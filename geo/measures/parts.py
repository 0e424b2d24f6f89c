"""The columns of event layers in parts, so that who shows a few of them has no others worked out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from geo.measures import disputes, hazards
from geo.measures.again import read_repeats
from geo.measures.breakdown import code_columns, part_columns
from geo.measures.events import code_names
from geo.measures.figures import Columns, as_counts, change_columns, event_rate_columns, rate_columns
from geo.measures.hot_spots import hot_spot_columns
from geo.measures.rows import Rows, grid_areas
from geo.measures.samples import Sample, knows_hours, sample_of
from geo.measures.times import Window
from geo.rules import Rules
from geo.store import Release
from geo.view import View

__all__ = ["PARTS", "Asked", "event_columns", "parts_of"]

_COUNTS = (
    "n",
    "change",
    "reported",
    "discovered",
    "per_1000_residents",
    "per_1000_households",
    "reported_per_1000",
    "discovered_per_1000",
)
#: Layer → part → what a map shows of it alone; of other measures all parts are worked out.
_HELD: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "disputes": {
            "counts": _COUNTS,
            "cohort": ("accepted", "settled", "settled_share", "settled_in_month"),
            "days": ("median_days",),
            "stock": ("closed", "open", "past_month", "overdue", "return_due"),
            "repeats": ("repeats", "repeat_share"),
        },
        "hazards": {
            "counts": _COUNTS,
            "stock": ("open", "overdue", "major_open", "major_overdue", "major_overdue_share", "removed"),
            "removals": ("removed_on_time",),
            "days": ("median_days",),
            "repeats": ("repeats",),
        },
        "incidents": {"counts": _COUNTS},
    }
)


@dataclass(frozen=True, eq=False)
class Asked:
    """All that columns are worked out from: what is asked, its rows and records, the days told of, and the rules."""

    release: Release
    view: View
    rows: Rows
    sample: Sample
    window: Window
    rules: Rules


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
    if (part, asked.window) not in known or known[part, asked.window][0] is not asked.rules:
        known[part, asked.window] = (asked.rules, PARTS[asked.view.layer][part](asked))
    columns: Columns = known[part, asked.window][1]
    return columns


def _count_columns(asked: Asked) -> Columns:
    sample, window, rules, rows = asked.sample, asked.window, asked.rules, asked.rows
    found = sample.found_between(window.start, window.end)
    n = sample.count(found)
    names = code_names(sample.events.layer, "source")
    counts = sample.count_codes(found, sample.codes("source")[found], n_codes=len(names))
    by_source = dict(zip(names, counts.T, strict=True))
    compared = None
    if window.compare_start is not None and window.compare_end is not None:
        compared = sample.count(sample.found_between(window.compare_start, window.compare_end))
    return {
        "n": as_counts(n),
        **change_columns(n, compared, window, alpha=rules.alpha),
        **{name: as_counts(counts) for name, counts in by_source.items()},
        **rate_columns(n, rows),
        **_source_rates(by_source, rows, rules),
    }


def _number_columns(asked: Asked) -> Columns:
    """Return the number of records, which the counts hold too."""
    found = asked.sample.found_between(asked.window.start, asked.window.end)
    return {"n": as_counts(asked.sample.count(found))}


def _source_rates(by_source: Mapping[str, npt.NDArray[np.int64]], rows: Rows, rules: Rules) -> Columns:
    """Return reported and discovered records per 1,000 residents, each by itself."""
    residents, columns = rows.figure("residents"), Columns()
    for name, counts in by_source.items():
        columns |= event_rate_columns(f"{name}_per_1000", counts, residents, alpha=rules.alpha)
    return columns


def _incident_columns(asked: Asked) -> Columns:
    found = asked.sample.found_between(asked.window.start, asked.window.end)
    return {**code_columns(asked.sample, found, "class"), **code_columns(asked.sample, found, "subclass")}


def _hour_columns(asked: Asked) -> Columns:
    sample, window = asked.sample, asked.window
    known = knows_hours(sample.events, asked.view, most_at_midnight=asked.rules.most_at_midnight)
    return part_columns(sample, sample.found_between(window.start, window.end), known=known)


def _hot_spot_columns(asked: Asked) -> Columns:
    return hot_spot_columns(asked.release, asked.view, asked.rows, asked.window, asked.rules)


def _repeated_hazards(asked: Asked) -> Columns:
    households = _households(asked.release)
    return hazards.repeat_columns(asked.sample, asked.window, asked.rules, rows=asked.rows, households=households)


def _repeated_disputes(asked: Asked) -> Columns:
    again = sample_of(read_repeats(asked.release, asked.rules), asked.rows, asked.view)
    households = _households(asked.release)
    return disputes.again_columns(
        again, asked.sample, asked.window, asked.rules, rows=asked.rows, households=households
    )


def _households(release: Release) -> npt.NDArray[np.float64]:
    return np.asarray(grid_areas(release)["households"].to_numpy(dtype=np.float64, na_value=np.nan))


Part = Callable[[Asked], Columns]


def _of_records(make: Callable[[Sample, Window, Rules], Columns]) -> Part:
    return lambda asked: make(asked.sample, asked.window, asked.rules)


#: Layer → name of a part → what works it out, in the order in which they stand in a table.
PARTS: Mapping[str, Mapping[str, Part]] = MappingProxyType(
    {
        "disputes": MappingProxyType(
            {
                "number": _number_columns,
                "counts": _count_columns,
                "cohort": _of_records(disputes.cohort_columns),
                "days": _of_records(disputes.days_columns),
                "settlements": _of_records(disputes.settlement_columns),
                "stock": _of_records(disputes.stock_columns),
                "codes": _of_records(disputes.code_and_state_columns),
                "hours": _hour_columns,
                "repeats": _repeated_disputes,
            }
        ),
        "hazards": MappingProxyType(
            {
                "number": _number_columns,
                "counts": _count_columns,
                "stock": _of_records(hazards.stock_columns),
                "removals": _of_records(hazards.removal_columns),
                "days": _of_records(hazards.days_columns),
                "codes": _of_records(hazards.code_and_state_columns),
                "hours": _hour_columns,
                "repeats": _repeated_hazards,
            }
        ),
        "incidents": MappingProxyType(
            {
                "number": _number_columns,
                "counts": _count_columns,
                "codes": _incident_columns,
                "hours": _hour_columns,
                "hot_spots": _hot_spot_columns,
            }
        ),
    }
)
