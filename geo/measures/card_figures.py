"""The figures that a scorecard is made from: what each indicator is told of, and how it stood on which day."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo.measures.by_area import measured_columns
from geo.measures.figures import Columns
from geo.measures.indicators import Indicator
from geo.measures.intervals import Floats
from geo.measures.late import LATE_PARTS, is_ripe, last_day_of, moved_until
from geo.measures.rows import Rows
from geo.measures.service import visit_dispersions
from geo.measures.times import Window, day_number
from geo.rules import Rules
from geo.store import Release
from geo.view import Compare, Period, View

__all__ = ["CardFigures"]

Bools = npt.NDArray[np.bool_]
# Of whom a rate is told: figures of the area itself.
_AT_RISK = ("residents", "households")


@dataclass(frozen=True, eq=False)
class CardFigures:
    """Figures of a scorecard's rows, measured once for each layer, source, period and day.

    Parameters
    ----------
    release, view, rows, rules
        What is asked, and of which areas.
    inside
        Whether each row is of the view's own area.
    """

    release: Release
    view: View
    rows: Rows
    rules: Rules
    inside: Bools
    _measured: dict[tuple[object, ...], tuple[Columns, Window]] = field(default_factory=dict)

    @property
    def last_day(self) -> int:
        """The last day that is asked for, or of the data if that is earlier."""
        return last_day_of(self.view.period, self.release.as_of)

    def told_period(self, one: Indicator) -> Period:
        """Return the period, moved back by months, a week by weeks, until the terms of its days are over."""
        return moved_until(self.view.period, lambda moved: self.terms_are_over(one, moved))

    def terms_are_over(self, one: Indicator, period: Period) -> bool:
        """Tell whether the terms of half of a period's days are over; what has no terms never waits for them.

        Of what is told late the terms of all days have to be over by the last day asked for.
        """
        terms = sum(int(getattr(self.rules.deadlines, name)) for name in one.terms)
        if one.told_late:
            return is_ripe(period, terms=terms, last_day=self.last_day)
        return not terms or day_number(period.start) + period.days // 2 + terms <= day_number(self.release.as_of)

    def counts(
        self, one: Indicator, period: Period, *, compare: Compare = "none", told_on: int | None = None
    ) -> tuple[Floats, Floats]:
        """Return numerator and denominator of each row, as they stand on a day; NaN where not known."""
        denominator = self.figure(one, one.denominator, period, compare=compare, told_on=told_on)
        named = one.numerator if one.count is None else f"class_{one.count}"
        if named is not None:
            return self.figure(one, named, period, compare=compare, told_on=told_on), denominator
        if one.kind == "share":
            return np.rint(self.figure(one, one.measure, period, compare=compare) * denominator), denominator
        return np.full(self.rows.n, np.nan), denominator

    def figure(
        self, one: Indicator, name: str, period: Period, *, compare: Compare = "none", told_on: int | None = None
    ) -> Floats:
        """Return a column of figures of each row, as they stand on a day; NaN where there is none."""
        if name in _AT_RISK:
            return self.rows.figure(name)
        columns, window = self._columns(one, period, compare, told_on)
        if name not in columns or not window.known:
            return np.full(self.rows.n, np.nan)
        values = columns[name]
        return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan) if hasattr(values, "to_numpy") else values)

    def dispersion(self, one: Indicator, period: Period) -> float:
        """Return how many times the variance of the indicator's counts is that of single events."""
        if not one.overdispersed or not self.release.has("visits"):
            return 1.0
        window = self._columns(one, period, "none")[1]
        return visit_dispersions(self.release, window.start, window.end)[str(one.numerator)]

    def window(self, one: Indicator, period: Period) -> Window:
        """Return the days that a period is told of, beside those that the view compares it with."""
        return self._columns(one, period, self.view.compare)[1]

    def _columns(
        self, one: Indicator, period: Period, compare: Compare, told_on: int | None = None
    ) -> tuple[Columns, Window]:
        source = self.view.source or (one.source if one.count is not None else None)
        if told_on is None and one.told_late:
            # As long after its end as the period told of is, so that both have had the same time.
            told_on = day_number(period.last_day) + self.last_day - day_number(self.told_period(one).last_day)
        key = (one.layer, source, period.text, compare, told_on)
        if key not in self._measured:
            view = self.view.replace(layer=one.layer, source=source, period=period, compare=compare)
            view = view if self.view.layer == one.layer else view.replace(classes=())
            parts = LATE_PARTS if one.told_late else None
            told = measured_columns(self.release, view, self.rows, self.rules, parts=parts, told_on=told_on)
            self._measured[key] = told[:2]
        return self._measured[key]
