"""The figures of a briefing: how an area stands after a period, what has changed, and what asks for a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.figures.asked import Ask, ask_if_told, reported_first
from geo.figures.sentences import (
    class_sentence,
    count_sentence,
    join_sentences,
    major_sentence,
    past_month_sentence,
    vacant_sentence,
    without_marks,
)
from geo.figures.whole import WholeFigures, WholeParts, whole_figures
from geo.layers import EVENT_LAYERS
from geo.privacy import Protected
from geo.view import View

__all__ = ["BriefingFigures", "briefing_figures", "briefing_sentences"]

#: What the sentences tell of each layer.
_TOLD: Mapping[str, WholeParts] = {
    "disputes": WholeParts(("counts", "stock"), (), ()),
    "hazards": WholeParts(("counts", "stock"), (), ()),
    "incidents": WholeParts(("counts",), (), ()),
    "coverage": WholeParts(None, (), (), reported=()),
}


@dataclass(frozen=True)
class BriefingFigures:
    """All that a briefing tells; None stands for what the one who asks may not see, or the data do not tell.

    Parameters
    ----------
    wholes
        Figures of the whole area, by layer.
    classes
        All classes of each layer of events side by side, by layer, of the reported records alone.
    months
        The twelve months up to the period's end, of the view's layer or the first one of events, likewise.
    card
        The scorecard of the whole area.
    shares
        Coverage as a share of grids, days, households and events.
    needs
        What a person can act on, worst first.
    """

    wholes: Mapping[str, WholeFigures]
    classes: Mapping[str, Protected]
    months: Protected | None
    card: Protected | None
    shares: Protected | None
    needs: Protected | None


def briefing_figures(ask: Ask, layers: Sequence[str], view: View) -> BriefingFigures:
    """Gather what a briefing tells.

    Parameters
    ----------
    ask
        Measures and protects a view.
    layers
        Layers that the release can answer.
    view
        Its area and period; all classes and sources of all layers are told.
    """
    whole = view.replace(classes=(), source=None)
    asked = {layer: whole.replace(layer=layer) for layer in layers if layer in _TOLD}
    events = [layer for layer in asked if layer in EVENT_LAYERS]
    classes = {layer: ask_if_told(ask, "by_class", reported_first(asked[layer])) for layer in events}
    first = view.layer if view.layer in events else next(iter(events), None)
    covered = asked.get("coverage")
    return BriefingFigures(
        wholes={layer: whole_figures(ask, one, _TOLD[layer]) for layer, one in asked.items()},
        classes={layer: table for layer, table in classes.items() if table is not None},
        months=ask_if_told(ask, "monthly", reported_first(asked[first])) if first is not None else None,
        card=ask_if_told(ask, "scorecard_whole", whole),
        shares=ask_if_told(ask, "shares", covered) if covered is not None else None,
        needs=ask_if_told(ask, "attention", whole),
    )


def briefing_sentences(figures: BriefingFigures) -> list[str]:
    """Return what has changed and how things stand, a line for each layer, in plain words."""
    lines = []
    for layer, whole in figures.wholes.items():
        if layer in EVENT_LAYERS:
            more = {"disputes": past_month_sentence, "hazards": major_sentence}.get(layer)
            parts = [count_sentence(whole), class_sentence(figures.classes.get(layer))]
            parts += [more(whole.now)] if more is not None else []
        else:
            parts = [vacant_sentence(whole.now)]
        lines.append(join_sentences(*parts))
    return [without_marks(line) for line in lines if line]
