"""The figures of all of a view's area, of one layer: what tiles, sentences and panels are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from geo.figures.asked import Ask, ask_by_month, ask_if_told, only, reported_first
from geo.layers import EVENT_LAYERS
from geo.privacy import Protected
from geo.view import View

__all__ = ["Parts", "WholeFigures", "WholeParts", "whole_figures"]

#: Parts of a layer's columns, as `geo.measures.measure` has them; all of them if None.
Parts: TypeAlias = tuple[str, ...] | None


@dataclass(frozen=True)
class WholeFigures:
    """One row for the whole area, in several periods.

    Parameters
    ----------
    view
        What is asked, of this layer.
    now
        In the period.
    before
        In the period compared with; None where there is none.
    reported
        In the period, of the reported records alone, so that they are not added up with the discovered ones; None
        where one source is asked for, the layer has no sources, or the one who asks may not part them.
    months
        In each of the twelve months up to the end of the period, where it is told; of the reported records alone where
        `WholeParts` says so.
    """

    view: View
    now: Protected
    before: Protected | None
    reported: Protected | None
    months: tuple[Protected, ...]

    @property
    def periods(self) -> tuple[Protected, ...]:
        """The period, the one compared with where there is one, and the months."""
        return (self.now, *(() if self.before is None else (self.before,)), *self.months)


@dataclass(frozen=True)
class WholeParts:
    """What a page shows of the whole area: parts of the columns, all of them if None, nothing if there are none.

    Parameters
    ----------
    now, before, months
        In the period, in the one compared with, and in each of the months.
    reported
        Of the reported records alone.
    reported_months
        Whether the months are of the reported records alone too, where both sources are asked for.
    """

    now: Parts = None
    before: Parts = None
    months: Parts = None
    reported: Parts = ("counts",)
    reported_months: bool = False


def whole_figures(ask: Ask, view: View, parts: WholeParts | None = None) -> WholeFigures:
    """Gather the figures of the whole area, or those parts of them that a page shows."""
    parts = parts or WholeParts()
    parted = view.layer in EVENT_LAYERS and view.source is None and parts.reported != ()
    compared = view.comparison if parts.before != () else None
    before = None if compared is None else view.replace(period=compared, compare="none")
    return WholeFigures(
        view=view,
        now=ask(only("summary", parts.now), view),
        before=ask_if_told(ask, only("summary", parts.before), before) if before else None,
        reported=ask_if_told(ask, only("summary", parts.reported), view.replace(source="reported")) if parted else None,
        months=ask_by_month(
            ask, only("summary", parts.months), reported_first(view) if parts.reported_months else view
        ),
    )
