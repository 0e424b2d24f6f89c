"""What the pages of an HTML map hold: shapes and values for its map, and the words around it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from geo.access import Scope
from geo.codes import label
from geo.export.facts import facts_of, mark_of, shown_parts, title_of
from geo.maps.base import base_options, border_level, geometry_url
from geo.maps.classify import Classes
from geo.maps.elements import Call
from geo.maps.geometry import BACKGROUND, geometry_layers, geometry_text
from geo.maps.heat import Heat
from geo.maps.layers import places_layer
from geo.maps.legend import heat_legend_html, legend_html, state_legend_html
from geo.maps.palettes import Theme
from geo.maps.values import classes_of, frame_payload, group_label, measure_title, shading, state_shading
from geo.measures.catalogue import HEAT, describe
from geo.privacy import Protected
from geo.store import Release
from geo.words.catalogue import translator
from geo.words.cells import is_told

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["heat_option", "measure_options", "month_options", "page_map", "page_places", "page_texts"]

# A file is read on paper as often as on a screen.
_THEME: Theme = "light"
# Shapes are found by their addresses, though nobody asks for these.
_EMBEDDED = "embedded"
# So many months are worth a slider.
_FEWEST_MONTHS = 2


def page_map(release: Release, protected: Protected, scope: Scope, *, lang: str) -> dict[str, Any]:
    """Return the base map's options, the shapes it needs, and the rows of the table in their order."""
    view = protected.view
    options = base_options(release, lang=lang, theme=_THEME, scope=scope, base_url=_EMBEDDED)
    present = geometry_layers(release, scope)
    wanted = dict.fromkeys([view.level, border_level(present), BACKGROUND])
    shapes = {
        geometry_url(release, level, scope, _EMBEDDED): json.loads(geometry_text(release, level, scope))
        for level in wanted
        if level is not None and level in present
    }
    return {
        "base": options,
        "shapes": shapes,
        "frame": {**frame_payload(release, protected), "geometry": geometry_url(release, view.level, scope, _EMBEDDED)},
        "ids": protected.frame["area_id"].tolist(),
    }


def measure_options(
    protected: Protected,
    measure_ids: Sequence[str],
    states: Protected | None,
    *,
    lang: str,
    fixed: Mapping[str, Classes] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Return all that can be shown, each with its group, label, definition, legend and values.

    ``fixed`` holds classes of measures that are not to be cut from the table's own values.
    """
    _ = translator(lang)
    options: list[dict[str, Any]] = []
    if states is not None:
        legend = state_legend_html(states, lang=lang, theme=_THEME)
        shown = state_shading(states, lang=lang, theme=_THEME)
        options.append({"id": "states", "group": "", "label": _("Coverage"), "about": "", "legend": legend, **shown})
    for measure_id in measure_ids:
        if measure_id in protected.frame.columns:
            options.append(_option(protected, measure_id, lang=lang, classes=fixed.get(measure_id)))
    return options


def heat_option(protected: Protected, heat: Heat, *, lang: str) -> dict[str, Any]:
    """Return a density as what can be shown: its image over outlines, and its legend; the table holds the number."""
    _ = translator(lang)
    number = _option(protected, "n", lang=lang)
    return {
        **number,
        "id": HEAT,
        "label": _("Heat"),
        "column": number["label"],
        "legend": heat_legend_html(heat, lang=lang, theme=_THEME),
        "heat": dict(heat.image),
    }


def month_options(months: Mapping[str, Protected], measure_id: str, *, lang: str) -> dict[str, Any] | None:
    """Return a measure in several months with classes that hold for all of them; None where there are too few.

    ``months`` are tables of the same areas, by what each month is called.
    """
    told = {name: table for name, table in months.items() if is_told(table, measure_id)}
    if len(told) < _FEWEST_MONTHS:
        return None
    first, *others = told.values()
    classes = classes_of(first, measure_id, theme=_THEME, among=others)
    options = [_option(table, measure_id, lang=lang, classes=classes) for table in told.values()]
    return {"of": measure_id, "names": list(told), "options": options}


def page_places(places: pd.DataFrame, *, shown: bool, lang: str) -> dict[str, Any]:
    """Return the symbols of places as the screen draws them, what each kind is called, and whether they are shown."""
    drawn = places_layer(places, lang=lang, theme=_THEME)
    call = next(child for child in drawn._children.values() if isinstance(child, Call))
    found = json.loads(call.json)
    return {**found, "kinds": {kind: label("place_kind", kind, lang) for kind in found["symbols"]}, "shown": shown}


def _option(protected: Protected, measure_id: str, *, lang: str, classes: Classes | None = None) -> dict[str, Any]:
    known = describe(protected.view.layer, measure_id)
    return {
        "id": measure_id,
        "group": group_label(known, lang=lang) or "",
        "about": translator(lang)(known.definition),
        "legend": legend_html(protected, measure_id, lang=lang, theme=_THEME, classes=classes),
        **shading(protected, measure_id, lang=lang, theme=_THEME, classes=classes),
        "label": measure_title(known, lang=lang, view=protected.view),
    }


def page_texts(release: Release, protected: Protected, *, lang: str, created_at: datetime) -> dict[str, Any]:
    """Return the words around the map: title, what is shown, where it comes from, who may see it."""
    _ = translator(lang)
    view = protected.view
    return {
        "title": title_of(release, lang),
        "shown": " · ".join(shown_parts(release, view, lang)),
        "made_up": _("Made-up data") if release.made_up else "",
        "facts": [
            (_("Mark"), mark_of(protected, lang)),
            *facts_of(release, protected, lang=lang, created_at=created_at),
            (_("Coordinates"), "WGS84"),
        ],
        "view": view.to_query(),
        "words": {
            "layer": _("Shown on the map"),
            "measure": _("Measure"),
            "over": _("Also on the map"),
            "borders": _("Jurisdictions"),
            "month": _("Month"),
            "period": _("Whole period"),
            "search": _("Search by name or code"),
            "name": _("Name"),
            "code": _("Code"),
            "whole": _("Whole map"),
            "none": _("Nothing found"),
            "script": _("This map needs JavaScript, which this browser does not run."),
        },
    }
