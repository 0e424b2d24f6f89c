"""What an HTML map is switched between: the layers of a view, each with its measures, its months and its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo.access import Scope
from geo.errors import GeoError
from geo.export.facts import period_text, shown_parts, unplaced_text
from geo.export.html_page import heat_option, measure_options, month_options
from geo.figures.asked import ask_if_told, layers_shown, only, seen
from geo.figures.months import months_seen
from geo.layers import EVENT_LAYERS
from geo.maps.classify import Classes
from geo.maps.heat import Heat
from geo.measures.catalogue import HEAT, mappable, usual_measure
from geo.measures.parts import parts_of
from geo.privacy import Protected, nearest_allowed
from geo.store import Release
from geo.view import Period, View
from geo.words.cells import is_closed

__all__ = ["STATES", "layer_label", "other_layers", "page_layer"]

#: Stands for the coverage states, which are words and not numbers.
STATES = "states"
# Before all data.
_FIRST_MONTH = "1900-01"


def page_layer(
    release: Release,
    protected: Protected,
    *,
    lang: str,
    measure: str | None = None,
    classes: Classes | None = None,
    heat: Heat | None = None,
) -> dict[str, Any]:
    """Return all that can be shown of a layer, what is shown at first, and the words that tell what it is.

    Parameters
    ----------
    protected
        The values of the view's areas.
    measure, classes, heat
        As in `geo.export.html.write_html`.

    Raises
    ------
    GeoError
        When the layer has no such measure.
    """
    view, scope = protected.view, protected.scope
    states = _states(release, view, scope)
    chosen = measure or _usual(view, heat=heat, states=states)
    told = [known.id for known in mappable(view.layer) if known.id == chosen or _is_offered(protected, known.id)]
    fixed = {} if classes is None else {chosen: classes}
    options = measure_options(protected, told, states, lang=lang, fixed=fixed)
    if heat is not None:
        options.insert(0, heat_option(protected, heat, lang=lang))
    if chosen not in {option["id"] for option in options}:
        raise GeoError(f"There is no measure {chosen!r} to draw in this view. Remedy: use one of its columns.")
    monthly = chosen if chosen in protected.frame.columns else usual_measure(view.layer, view.source)
    return {
        "id": view.layer,
        "label": layer_label(release, view, lang),
        "shown": " · ".join(shown_parts(release, view, lang)),
        "unplaced": unplaced_text(protected, lang),
        "options": options,
        "chosen": chosen,
        "months": month_options(_months(release, view, scope, monthly, lang=lang), monthly, lang=lang),
    }


def layer_label(release: Release, view: View, lang: str) -> str:
    """Return what a view's layer is called."""
    return shown_parts(release, view.replace(area=None), lang)[0]


def other_layers(release: Release, protected: Protected) -> Iterator[Protected]:
    """Give the same areas in the same period of each other layer that the reader may see something of."""
    view, scope = protected.view, protected.scope
    areas = protected.frame["area_id"].tolist()
    for layer in layers_shown(release):
        # Classes are of one layer; what is not of records was not reported by anybody.
        source = view.source if layer in EVENT_LAYERS else None
        other = view.replace(layer=layer, classes=(), source=source)
        if layer == view.layer or nearest_allowed(other, scope, release).view != other:
            continue
        table = ask_if_told(lambda name, asked: seen(name, release, asked, scope), "measure", other)
        if (
            table is not None
            and table.frame["area_id"].tolist() == areas
            and _is_offered(table, usual_measure(layer, source))
        ):
            yield table


def _is_offered(protected: Protected, measure_id: str) -> bool:
    """Tell whether a measure is there, and of any area for this reader."""
    return measure_id in protected.frame.columns and not is_closed(protected, measure_id)


def _usual(view: View, *, heat: Heat | None, states: Protected | None) -> str:
    return HEAT if heat is not None else STATES if states is not None else usual_measure(view.layer, view.source)


def _states(release: Release, view: View, scope: Scope) -> Protected | None:
    if view.layer != "coverage" or view.level != "grid":
        return None
    return seen("states", release, view, scope)


def _months(release: Release, view: View, scope: Scope, measure_id: str, *, lang: str) -> dict[str, Protected]:
    """Return what holds a measure in each of the months that the reader may see, by their names."""
    last = f"{release.as_of:%Y-%m}"
    months = months_seen(release, view, scope, first=_FIRST_MONTH, last=last)
    views = {period_text(Period(month), lang): view.replace(period=Period(month)) for month in months}
    measured = only("measure", parts_of(view.layer, measure_id))
    return {name: seen(measured, release, one, scope) for name, one in views.items()}
