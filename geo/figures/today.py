"""The figures of the page Today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geo.figures.asked import Ask, ask_by_month, ask_if_told, only, reported_first
from geo.figures.tree import Tree
from geo.figures.whole import Parts, WholeFigures, WholeParts, whole_figures
from geo.layers import EVENT_LAYERS
from geo.privacy import Protected
from geo.view import View

__all__ = ["TodayFigures", "today_figures"]


#: What the tiles and the sentence tell of each layer.
_SHOWN: Mapping[str, WholeParts] = {
    "disputes": WholeParts(("counts", "cohort", "stock"), ("cohort",), ("counts", "cohort")),
    "hazards": WholeParts(("stock",), ("stock",), ("stock",), reported=()),
    "incidents": WholeParts(("counts",), (), ("counts",)),
    "coverage": WholeParts(None, (), ("shares",)),
    "service": WholeParts(("visits",), ("visits",), ("visits",)),
}
#: What the panel of a lowest area tells of each layer; all of those that are not named. What is worked out for all
#: grids of a release at once, such as the reach of places, would hold up the step down to a grid.
_PANEL: Mapping[str, Parts] = {
    "disputes": ("counts", "cohort", "days", "stock"),
    "hazards": ("counts", "stock", "repeats"),
    "incidents": ("counts",),
    "service": ("visits",),
}
#: What the table of areas tells of each layer that it has a column of.
_ROWS: Mapping[str, Parts] = {
    "disputes": ("counts", "cohort", "stock"),
    "hazards": ("stock",),
    "incidents": ("counts",),
    "coverage": ("shares",),
}
#: What the bars tell of classes.
_CLASSES = only("by_class", ("mix",))


@dataclass(frozen=True)
class TodayFigures:
    """All that the page Today shows.

    Parameters
    ----------
    wholes
        Figures of the whole area, by layer.
    rows
        One row per area of the level below, by layer, of those that the table of areas has a column of; incidents are
        the reported ones alone where both sources are asked for.
    row_months
        Rows of the first event layer for each of the twelve months up to the end of the period, of the reported
        records alone where both sources are asked for.
    trend, classes
        Months and classes of the view's layer, or of the first event layer when the view's has no records; all
        classes side by side, whichever of them the view asks for.
    trend_reported, classes_reported
        The same of the reported records alone, where both sources are asked for.
    needs
        What a person can act on, worst first; None for those who do not act.
    """

    wholes: Mapping[str, WholeFigures]
    rows: Mapping[str, Protected]
    row_months: tuple[Protected, ...]
    trend: Protected | None
    trend_reported: Protected | None
    classes: Protected | None
    classes_reported: Protected | None
    needs: Protected | None


def today_figures(ask: Ask, layers: Sequence[str], view: View, tree: Tree, *, acts: bool = True) -> TodayFigures:
    """Gather what the page Today shows.

    Parameters
    ----------
    ask
        Measures and protects a view.
    layers
        Layers that the release can answer. Incidents have a tile where there are no disputes, or the view is of them.
    view, tree
        What is asked, and the areas of the release.
    acts
        Whether the one who asks can act on single grids, and so is told what needs somebody.
    """
    # Class and source bear on records alone: the rest stays the same when they change.
    other = view.replace(layer="coverage", classes=(), source=None)
    asked = {
        layer: (view if layer in EVENT_LAYERS else other).replace(layer=layer)
        for layer in layers
        if layer != "incidents" or view.layer == layer or "disputes" not in layers
    }
    events = [layer for layer in asked if layer in EVENT_LAYERS]
    own = asked[view.layer if view.layer in events else events[0]] if events else None
    below = {layer: one.replace(level=tree.levels_below(view.area)[0]) for layer, one in asked.items()}
    if "incidents" in below:
        below["incidents"] = reported_first(below["incidents"])
    parted = own is not None and reported_first(own) != own
    # The panel of a lowest area tells more of it than the tiles do.
    panel = tree.level(view.area) == tree.levels[-1]
    shown = {layer: replace(_SHOWN[layer], now=_PANEL.get(layer)) if panel else _SHOWN[layer] for layer in asked}
    return TodayFigures(
        wholes={layer: whole_figures(ask, one, shown[layer]) for layer, one in asked.items()},
        rows={layer: ask(only("measure", _ROWS[layer]), one) for layer, one in below.items() if layer in _ROWS},
        row_months=ask_by_month(ask, only("measure", ("number",)), reported_first(below[events[0]])) if events else (),
        trend=ask("monthly", own) if own else None,
        trend_reported=ask_if_told(ask, "monthly", reported_first(own)) if own and parted else None,
        classes=ask(_CLASSES, own.replace(classes=())) if own else None,
        classes_reported=ask_if_told(ask, _CLASSES, reported_first(own.replace(classes=())))
        if own and parted
        else None,
        needs=ask_if_told(ask, "attention", view) if acts else None,
    )
