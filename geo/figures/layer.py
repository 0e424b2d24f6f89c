"""The figures of a layer's own page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.figures.asked import MEASURED, Ask, ask_by_month, ask_if_told, only, reported_first
from geo.figures.tree import Tree
from geo.figures.whole import Parts, WholeFigures, WholeParts, whole_figures
from geo.layers import EVENT_LAYERS
from geo.privacy import Protected
from geo.view import View

__all__ = ["LayerFigures", "layer_figures"]

#: What the page of a layer shows beside its areas.
_TABLES: Mapping[str, tuple[str, ...]] = {
    "disputes": ("monthly", "by_hour", "flow"),
    "hazards": ("monthly", "by_hour", "flow", "by_grade"),
    "incidents": ("monthly", "by_hour"),
    "coverage": (),
    "service": (),
}
#: What the tiles tell of each layer beside its period, of which all is told.
_SHOWN: Mapping[str, WholeParts] = {
    "disputes": WholeParts(
        None, ("cohort", "days", "stock"), ("counts", "cohort", "days", "stock"), reported=("counts", "hours")
    ),
    "hazards": WholeParts(
        None, ("stock", "removals", "days"), ("counts", "stock", "removals", "days"), reported=("counts", "hours")
    ),
    "incidents": WholeParts(None, (), ("counts", "codes"), reported=("counts", "codes", "hours"), reported_months=True),
}
#: What the table of areas tells of each layer.
_ROWS: Mapping[str, Parts] = {
    "disputes": ("counts", "cohort", "days", "stock"),
    "hazards": ("counts", "stock", "removals", "days"),
    "incidents": ("counts",),
}
#: What it tells of the reported records alone.
_ROWS_REPORTED: Mapping[str, Parts] = {
    "disputes": ("counts",),
    "hazards": ("counts",),
    "incidents": ("counts", "codes"),
}


@dataclass(frozen=True)
class LayerFigures:
    """All that the page of a layer shows.

    Parameters
    ----------
    whole
        Figures of the whole area.
    rows, row_months
        One row per area of the level below, in the period and in each of the twelve months up to its end; the months
        are of the reported records alone where both sources are asked for.
    rows_reported
        The same rows of the reported records alone, where both sources are asked for; else None.
    tables
        Months, hours, states, grades: by the name of their measure, as far as the one who asks may see them; hours are
        of the reported records alone where both sources are asked for, under ``monthly_reported`` so are the months.
    classes, classes_reported
        All classes side by side, whichever of them the view asks for; the same of the reported records alone, where
        both sources are asked for. None for a layer without.
    grids
        Hazards that come again, one row per area of the lowest level; None where the one who asks may not see them.
    officers
        Coverage of the whole area, where it is one of the lowest level.
    """

    whole: WholeFigures
    rows: Protected
    rows_reported: Protected | None
    row_months: tuple[Protected, ...]
    tables: Mapping[str, Protected]
    classes: Protected | None
    classes_reported: Protected | None
    grids: Protected | None
    officers: Protected | None


def layer_figures(ask: Ask, layers: Sequence[str], view: View, tree: Tree) -> LayerFigures:
    """Gather what the page of the view's layer shows.

    Parameters
    ----------
    ask
        Measures and protects a view.
    layers
        Layers that the release can answer.
    view, tree
        What is asked, and the areas of the release.
    """
    below = view.replace(level=tree.levels_below(view.area)[0])
    lowest = view.replace(level=tree.levels[-1])
    is_lowest = tree.level(view.area) == tree.levels[-1]
    reported = reported_first(view)
    parted = reported != view
    told = {
        name: ask_if_told(ask, name, reported if name == "by_hour" else view)
        for name in _TABLES[view.layer]
        if name in MEASURED
    }
    if "monthly" in told and parted:
        told["monthly_reported"] = ask_if_told(ask, "monthly", reported)
    by_class = view.replace(classes=())
    return LayerFigures(
        whole=whole_figures(ask, view, _SHOWN.get(view.layer)),
        rows=ask(only("measure", _ROWS.get(view.layer)), below),
        rows_reported=ask_if_told(ask, only("measure", _ROWS_REPORTED[view.layer]), reported_first(below))
        if parted
        else None,
        row_months=ask_by_month(
            ask, only("measure", ("number",) if view.layer in EVENT_LAYERS else None), reported_first(below)
        ),
        tables={name: table for name, table in told.items() if table is not None},
        classes=ask_if_told(ask, "by_class", by_class) if _TABLES[view.layer] else None,
        classes_reported=ask_if_told(ask, only("by_class", ("mix",)), reported_first(by_class)) if parted else None,
        grids=ask_if_told(ask, only("measure", ("number", "repeats")), lowest) if view.layer == "hazards" else None,
        officers=ask_if_told(ask, "summary", view.replace(layer="coverage"))
        if is_lowest and "coverage" in layers
        else None,
    )
