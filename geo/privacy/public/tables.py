"""Tables as the public may read them: every figure worked out from counts of the ledger, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import area_table
from geo.codes import code_list
from geo.layers import AREA_LEVELS, EVENT_LAYERS
from geo.measures.figures import Columns, compared_columns, event_rate_columns, share, share_columns
from geo.measures.intervals import Change, change_interval, compare_at_once, poisson_interval, shift_interval
from geo.measures.rows import WHOLE
from geo.measures.table import Table
from geo.privacy.public.cubes import ALL, area_label
from geo.privacy.public.ledger import Ledger, ledger_of
from geo.rules import Rules
from geo.store import Release
from geo.view import CLASS_LISTS, Period, View

__all__ = ["LATTICE_KINDS", "public_columns", "withheld_columns"]

Floats: TypeAlias = npt.NDArray[np.float64]
_SOURCES = ("reported", "discovered")
_SERVICE = "service"
_RELEASES_KEPT = 4


def public_columns(table: Table, view: View, rules: Rules) -> Columns | None:
    """Return the columns of a table that the public may read, missing where they are withheld.

    Parameters
    ----------
    table
        Figures of the view; of it only which rows it has is taken.

    Returns
    -------
    dict or None
        Column → values of the rows. Columns of a table of records that are not in it are not for the public. None for
        a table that the lattice has no figures for.
    """
    make = LATTICE_KINDS.get(table.kind)
    if make is None or view.layer not in (*EVENT_LAYERS, _SERVICE):
        return None
    ledger = ledger_of(table.origin, rules=rules)
    if view.layer == _SERVICE:
        return _service_columns(table, view, ledger, rules) if make is _area_columns else None
    return make(table, view, ledger, rules)


#: Columns that compare: missing for want of a period to compare with where the count of that is.
_COMPARED = frozenset(
    {
        "n_compare",
        "share_compare",
        *(f"{name}{end}" for name in ("change", "shift") for end in ("", "_low", "_high")),
        "beyond_chance",
        "shift_beyond_chance",
    }
)
#: Rate → its count: missing for want of residents or households where that is told.
_RATES: Mapping[str, str] = MappingProxyType(
    {
        f"{rate}{end}": count
        for end in ("", "_low", "_high")
        for rate, count in (
            ("per_1000_residents", "n"),
            ("per_1000_households", "n"),
            *((f"{source}_per_1000", source) for source in _SOURCES),
        )
    }
)


def withheld_columns(table: Table, told: pd.DataFrame) -> Mapping[str, pd.Series[bool]]:
    """Return which cells of the columns that the ledger tells are withheld; the others that are missing are absent.

    By nothing but what is told and whether anything could be counted at all: a median that is withheld rather than
    missing would say that something was settled.

    Parameters
    ----------
    table
        Figures before protection.
    told
        Its columns as the ledger tells them.
    """
    names = {str(name) for name in told}
    absent = {name for name in names if told[name].dtype == "Int64" and table.frame[name].isna().all()}
    absent |= _COMPARED & names if "n_compare" in absent else set()
    withheld = {name: told[name].isna() & (name not in absent) for name in names}
    return {name: cells & withheld[_RATES[name]] if name in _RATES else cells for name, cells in withheld.items()}


def _area_columns(table: Table, view: View, ledger: Ledger, rules: Rules) -> Columns:
    asked, wanted = _Asked(table, view, ledger), set(table.frame)
    n = asked.counts(view.period)
    columns: Columns = {"n": n}
    if "n_compare" in wanted:
        compared = asked.counts(view.comparison)
        days, days_compare = _days(view.period), _days(view.comparison)
        columns |= {"n_compare": compared, **_change(n, compared, days, days_compare, rules, at_once=False)}
    classes = [code for code in _codes(view) if f"class_{code}" in wanted]
    columns |= {f"class_{code}": asked.counts(view.period, code=code) for code in classes}
    at_risk = {name: _figure(table, name) for name in ("residents", "households") if f"per_1000_{name}" in wanted}
    for name, figure in at_risk.items():
        columns |= _rate(f"per_1000_{name}", n, figure, rules)
    for source in (source for source in _SOURCES if source in wanted):
        counts = asked.counts(view.period, source=source)
        columns[source] = counts
        if f"{source}_per_1000" in wanted:
            columns |= _rate(f"{source}_per_1000", counts, _figure(table, "residents"), rules)
    if "settled_in_month" in wanted and not (view.classes or view.source):
        columns |= _settled_in_month(asked, view.period, rules)
    return columns


def _settled_in_month(asked: _Asked, period: Period, rules: Rules) -> Columns:
    hits, n = (asked.ledger.counts("settled_in_month", asked.areas, period.text, node) for node in ("yes", ALL))
    known = np.isfinite(hits) & np.isfinite(n)
    # Noise may put more in time than there are; as many as there are, then.
    part = np.minimum(hits, n)
    scale = _certainty(n, rules)
    found = share_columns("settled_in_month", part * scale, n * scale, alpha=rules.alpha, with_n=False)
    told = {name: np.where(known, np.asarray(values, dtype=np.float64), np.nan) for name, values in found.items()}
    return {**told, "settled_in_month_n": n}


def _service_columns(table: Table, view: View, ledger: Ledger, rules: Rules) -> Columns:
    asked = _Asked(table, view, ledger)
    households = _figure(table, "households")
    visited, handled = (ledger.counts(cube, asked.areas, view.period.text) for cube in ("visited", "handled"))
    shares = {
        name: np.asarray(values) / 1000 for name, values in _rate("visited_share", visited, households, rules).items()
    }
    return {
        "n": visited,
        "requests_handled": handled,
        **shares,
        **_rate("requests_per_1000", handled, households, rules),
    }


def _month_columns(table: Table, view: View, ledger: Ledger, rules: Rules) -> Columns:
    asked = _Asked(table, view, ledger)
    months = [Period(f"{month:%Y-%m}") for month in pd.DatetimeIndex(table.frame["month"])]
    others = [view.replace(period=month).comparison for month in months]
    n, compared = (np.array([asked.counts(period)[0] for period in periods]) for periods in (months, others))
    days, days_compare = (np.array([_days(period) for period in periods]) for periods in (months, others))
    scale = _certainty(n, rules)
    low, high = poisson_interval(n * scale, alpha=rules.alpha)
    return {
        "n": n,
        "low": low / scale,
        "high": high / scale,
        "n_compare": compared,
        **_change(n, compared, days, days_compare, rules, at_once=True),
        **{name: np.array([asked.counts(month, source=name)[0] for month in months]) for name in _SOURCES},
    }


def _class_columns(table: Table, view: View, ledger: Ledger, rules: Rules) -> Columns:
    asked = _Asked(table, view, ledger)
    codes = table.frame["class"].tolist()
    n, compared = (
        np.array([asked.counts(period, code=code)[0] for code in codes]) for period in (view.period, view.comparison)
    )
    whole, whole_compare = (asked.counts(period)[0] for period in (view.period, view.comparison))
    # A class that is withheld, or is of a whole that is, has no share; with their noise a part may exceed its whole.
    part, part_compare = np.minimum(n, whole), np.minimum(compared, whole_compare)
    shift = compare_at_once(
        lambda at: shift_interval(part, whole, part_compare, whole_compare, alpha=at), alpha=rules.alpha
    )
    known = np.isfinite(n) & np.isfinite(compared)
    shifts = compared_columns("shift", shift, test="shift_beyond_chance")
    return {
        "n": n,
        "n_compare": compared,
        "share": share(part, np.full(len(n), whole)),
        "share_compare": share(part_compare, np.full(len(n), whole_compare)),
        **{name: pd.Series(values).where(known).array for name, values in shifts.items()},
        **_change(n, compared, _days(view.period), _days(view.comparison), rules, at_once=True),
        **{
            name: np.array([asked.counts(view.period, code=code, source=name)[0] for code in codes])
            for name in _SOURCES
        },
    }


class _Asked:
    """The counts that a view asks for, of the areas that a table's rows are."""

    def __init__(self, table: Table, view: View, ledger: Ledger) -> None:
        self.ledger = ledger
        self.areas = _labels(table)
        self._view = view

    def counts(self, period: Period | None, *, code: str | None = None, source: str | None = None) -> Floats:
        """Return counts of a period, of a class and a source where the view lets them through."""
        view, unknown = self._view, np.full(len(self.areas), np.nan)
        if period is None or len(view.classes) > 1:
            return unknown
        own_code, own_source = next(iter(view.classes), None), view.source
        if {code, own_code} - {None} != {code or own_code} - {None}:
            return unknown
        if {source, own_source} - {None} != {source or own_source} - {None}:
            return unknown
        nodes = (code or own_code or ALL, source or own_source or ALL)
        return self.ledger.counts(view.layer, self.areas, period.text, *nodes)


def _labels(table: Table) -> list[str]:
    """Return the names of the rows' areas on the lattice; one for a table that is about one area."""
    names = list(AREA_LEVELS)
    ids = [table.lineage[f"{level}_id"].to_numpy(dtype=object) for level in names]
    filled = np.column_stack([pd.notna(column) for column in ids])
    lowest = np.where(filled.any(axis=1), filled.shape[1] - 1 - filled[:, ::-1].argmax(axis=1), -1)
    return [
        area_label(WHOLE, WHOLE) if level < 0 else area_label(names[level], str(ids[level][row]))
        for row, level in enumerate(lowest.tolist())
    ]


def _codes(view: View) -> Sequence[str]:
    codes = CLASS_LISTS[view.layer]
    return list(code_list(codes)) if codes else []


def _figure(table: Table, name: str) -> Floats:
    """Return a figure that is no count of records, such as residents, of each row."""
    if table.origin is None or "area_id" not in table.frame:
        return np.full(len(table.frame), np.nan)
    areas = area_table(table.origin)
    if (table.frame["level"] == WHOLE).all():
        return np.array([areas.loc[areas["level"] == "grid", name].sum(min_count=1)], dtype=np.float64)
    position, rows = _positions(table.origin), zip(table.frame["level"], table.frame["area_id"], strict=True)
    # The row after the last is of areas that are not there.
    figures = np.append(areas[name].to_numpy(dtype=np.float64, na_value=np.nan), np.nan)
    return figures[[position.get(row, -1) for row in rows]]


@lru_cache(maxsize=_RELEASES_KEPT)
def _positions(release: Release) -> Mapping[tuple[str, str], int]:
    """Return where each area stands in the table of areas, by its level and code."""
    areas = area_table(release)
    return {key: row for row, key in enumerate(zip(areas["level"], areas["area_id"], strict=True))}


def _rate(name: str, n: Floats, at_risk: Floats, rules: Rules) -> Columns:
    scale = _certainty(n, rules)
    return event_rate_columns(name, n * scale, at_risk * scale, alpha=rules.alpha)


def _change(
    n: Floats, compared: Floats, days: npt.ArrayLike, days_compare: npt.ArrayLike, rules: Rules, *, at_once: bool
) -> Columns:
    scale, scale_compare = _certainty(n, rules), _certainty(compared, rules)

    def change(alpha: float) -> Change:
        return change_interval(
            n * scale,
            compared * scale_compare,
            days=np.asarray(days) * np.nan_to_num(scale, nan=1.0),
            days_compare=np.asarray(days_compare) * np.nan_to_num(scale_compare, nan=1.0),
            alpha=alpha,
        )

    found = compare_at_once(change, alpha=rules.alpha) if at_once else change(rules.alpha)
    return compared_columns("change", found, test="beyond_chance")


def _certainty(n: Floats, rules: Rules) -> Floats:
    """Return by how much to scale a count with its denominator, so that its interval holds the noise too.

    A Poisson count with noise has the variance n + sd², so it tells as much as one of n² / (n + sd²) would.
    """
    return np.asarray(n / (n + rules.public_noise.sd**2), dtype=np.float64)


def _days(period: Period | None) -> int:
    return 1 if period is None else period.days


#: Kind of table → how its columns are made for the public.
LATTICE_KINDS: Mapping[str, Callable[[Table, View, Ledger, Rules], Columns]] = MappingProxyType(
    {"measure": _area_columns, "summary": _area_columns, "monthly": _month_columns, "by_class": _class_columns}
)
