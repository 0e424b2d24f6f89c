"""What the map can show of a view: which areas, in which month, coloured by what."""

from __future__ import annotations

from dataclasses import dataclass

from geo import figures
from geo.dashboard import cache
from geo.dashboard.frame import Frame, asked_now
from geo.dashboard.state import with_live_map
from geo.layers import EVENT_LAYERS
from geo.maps import Classes, Heat, Theme, measure_title
from geo.measures.catalogue import HEAT, describe, mappable, source_told
from geo.view import Period, View
from geo.words import gettext as _
from geo.words import language
from geo.words.formats import period_text

__all__ = [
    "STATES",
    "Shown",
    "choose_shown",
    "measure_label",
    "month_text",
    "shown_classes",
    "shown_heat",
    "shown_measures",
]

#: The coverage states, which are words and not numbers.
STATES = "states"


@dataclass(frozen=True)
class Shown:
    """What a map shows.

    Parameters
    ----------
    view
        The view of its areas, in the month chosen: those around a lowest area, since that alone is no map.
    measure_id
        The measure that colours them; ``heat`` for a density, ``states`` for coverage states.
    selected
        The lowest area that was chosen.
    month, months
        The month that the map alone shows, None for the whole period; and those that there are to choose from.
    bandwidth_m, bandwidths_m
        Bandwidth of a density in metres, and those to choose from; none where no density is shown.
    focus
        Areas of the list that was opened, which the map is set on.
    """

    view: View
    measure_id: str
    selected: str | None = None
    month: str | None = None
    months: tuple[str, ...] = ()
    bandwidth_m: int = figures.USUAL_BANDWIDTH_M
    bandwidths_m: tuple[int, ...] = ()
    focus: tuple[str, ...] = ()

    @property
    def records(self) -> View:
        """The view of the single records that may lie on the areas: of one source where the measure is of it."""
        named = next((source for source in ("reported", "discovered") if self.measure_id.startswith(source)), None)
        return self.view.replace(source=self.view.source or named)

    @property
    def compared(self) -> tuple[str, ...]:
        """Months that the classes hold for: all of them while one is shown."""
        return self.months if self.month is not None else ()


def choose_shown(frame: Frame) -> Shown:
    """Return what the map of a frame shows; its month and bandwidth are those that the address has now."""
    view, selected = frame.view, None
    if view.area is not None and frame.tree.level(view.area) == frame.tree.levels[-1]:
        selected, view = view.area, view.replace(area=frame.tree.area(view.area).parent)
    focus, measure_id = _focus(frame, view), _measure(frame)
    view = view.replace(source=source_told(view.layer, measure_id, view.source))
    live, months = with_live_map(frame.state, asked_now()), cache.months(frame.release, view, frame.scope)
    month = live.month if live.month in months else None
    bandwidths = cache.bandwidths(frame.release, view, frame.scope) if measure_id == HEAT else ()
    return Shown(
        view if month is None else view.replace(period=Period(month)),
        measure_id,
        selected,
        month,
        months,
        _nearest(bandwidths, live.bandwidth or figures.USUAL_BANDWIDTH_M),
        bandwidths,
        focus,
    )


def _measure(frame: Frame) -> str:
    measures = shown_measures(frame)
    # A list of coverage is seen on the states, which name all of them at once.
    listed = frame.state.listed if frame.view.layer != "coverage" else None
    return next((wanted for wanted in (listed, frame.state.show) if wanted in measures), measures[0])


def _nearest(bandwidths: tuple[int, ...], wanted_m: int) -> int:
    return min(bandwidths, key=lambda metres: abs(metres - wanted_m)) if bandwidths else wanted_m


def _focus(frame: Frame, view: View) -> tuple[str, ...]:
    listed = frame.state.listed
    if listed is None:
        return ()
    rows = cache.map_values(frame.release, view, frame.scope).frame
    if listed not in rows.columns:
        return ()
    return tuple(rows.loc[(rows[listed] > 0).fillna(value=False).astype(bool), "area_id"])


def shown_measures(frame: Frame) -> list[str]:
    """Return what can be shown of the view's layer: the usual one first, single classes and states after the rest.

    Of records that were reported and discovered the number of both together comes after each by itself.
    """
    view = frame.view
    known = mappable(view.layer)
    measures = [measure.id for measure in known if measure.codes is None]
    if view.layer in EVENT_LAYERS:
        by_source = ["reported", "discovered"] if view.source is None else []
        others = [name for name in measures if name not in ("n", "reported", "discovered")]
        measures = [*by_source, *others, "n"] if by_source else ["n", *others]
    measures += [measure.id for measure in known if measure.codes is not None]
    if view.layer == "coverage":
        first = STATES if view.level == "grid" else "covered_share"
        measures = [first, *(measure for measure in measures if measure != first)]
    if view.layer == "service":
        # The number follows where households are; the share tells where they are visited.
        measures = ["visited_share", *(measure for measure in measures if measure != "visited_share")]
    return [*measures, HEAT] if view.layer in EVENT_LAYERS else measures


def measure_label(view: View, measure_id: str) -> str:
    """Return the name of what a map shows; one of several classes or states says of what, as ``Class: Fire``."""
    if measure_id in (STATES, HEAT):
        return _("Coverage states") if measure_id == STATES else _("Heat")
    told = view.replace(source=source_told(view.layer, measure_id, view.source))
    return measure_title(describe(view.layer, measure_id), lang=language(), view=told)


def shown_classes(frame: Frame, shown: Shown, *, theme: Theme) -> Classes | None:
    """Return the classes that hold for all months while one is shown; None where those of the table do."""
    if not shown.compared or shown.measure_id in (HEAT, STATES):
        return None
    return cache.month_classes(
        frame.release, shown.view, frame.scope, measure_id=shown.measure_id, months=shown.compared, theme=theme
    )


def shown_heat(frame: Frame, shown: Shown, *, theme: Theme) -> Heat:
    """Return the density that a map shows."""
    return cache.heat(
        frame.release, shown.view, frame.scope, bandwidth_m=shown.bandwidth_m, theme=theme, months=shown.compared
    )


def month_text(shown: Shown) -> str:
    """Return the month that the map alone shows, as the language writes it; nothing for the whole period."""
    return period_text(Period(shown.month)) if shown.month is not None else ""
