"""What the pages of an HTML map hold: shapes and values for its map, and the words around it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from babel.dates import format_date, format_datetime, format_skeleton

from geo.access import Scope
from geo.areas import find_area
from geo.codes import label
from geo.maps.base import attribution, base_options, border_level, geometry_url
from geo.maps.classify import Classes
from geo.maps.elements import Call
from geo.maps.geometry import BACKGROUND, geometry_layers, geometry_text
from geo.maps.heat import Heat
from geo.maps.layers import places_layer
from geo.maps.legend import heat_legend_html, legend_html, places_legend_html, state_legend_html
from geo.maps.palettes import Theme
from geo.maps.values import frame_payload, group_label, measure_title, shading, state_shading
from geo.maps.words import translator
from geo.measures.catalogue import describe
from geo.privacy import Protected
from geo.store import Release
from geo.view import CLASS_LISTS, Period, View

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["HEAT", "heat_option", "measure_options", "page_map", "page_places", "page_texts", "period_text"]

#: Stands for a density, which is an image and not a measure of areas.
HEAT = "heat"

# A file is read on paper as often as on a screen.
_THEME: Theme = "light"
# Shapes are found by their addresses, though nobody asks for these.
_EMBEDDED = "embedded"


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


def page_places(places: pd.DataFrame, *, lang: str) -> dict[str, Any]:
    """Return the symbols of places as the screen draws them, and their legend."""
    drawn = places_layer(places, lang=lang, theme=_THEME)
    call = next(child for child in drawn._children.values() if isinstance(child, Call))
    return {**json.loads(call.json), "legend": places_legend_html(places["kind"], lang=lang, theme=_THEME)}


def _option(protected: Protected, measure_id: str, *, lang: str, classes: Classes | None = None) -> dict[str, Any]:
    known = describe(protected.view.layer, measure_id)
    return {
        "id": measure_id,
        "group": group_label(known, lang=lang) or "",
        "about": translator(lang)(known.definition),
        "legend": legend_html(protected, measure_id, lang=lang, theme=_THEME, classes=classes),
        **shading(protected, measure_id, lang=lang, theme=_THEME, classes=classes),
        "label": measure_title(known, lang=lang),
    }


def page_texts(release: Release, protected: Protected, *, lang: str, created_at: datetime) -> dict[str, Any]:
    """Return the words around the map: title, what is shown, where it comes from, who may see it."""
    _ = translator(lang)
    view, title = protected.view, release.title_zh if lang == "zh_CN" else release.title
    role = {"public": _("for everybody"), "director": _("for directors"), "planner": _("for planners")}
    return {
        "title": title,
        "shown": " · ".join(_shown(release, view, lang)),
        "made_up": _("Made-up data") if release.made_up else "",
        "facts": [
            (_("Source"), attribution(release, lang=lang)),
            (_("Data of"), day_text(release.as_of, lang)),
            (_("Release"), str(release.number)),
            (_("Rules"), protected.rules_hash[:12]),
            (_("Made on"), _moment_text(created_at, lang)),
            (_("Seen by"), role.get(protected.scope.role, protected.scope.role)),
        ],
        "unplaced": _unplaced_text(protected, lang),
        "view": view.to_query(),
        "words": {
            "measure": _("Measure"),
            "search": _("Search by name or code"),
            "name": _("Name"),
            "code": _("Code"),
            "whole": _("Whole map"),
            "none": _("Nothing found"),
            "script": _("This map needs JavaScript, which this browser does not run."),
        },
    }


def _shown(release: Release, view: View, lang: str) -> list[str]:
    _ = translator(lang)
    layers = {
        "disputes": _("Disputes"),
        "hazards": _("Hazards"),
        "incidents": _("Incidents"),
        "coverage": _("Coverage"),
        "service": _("Service"),
    }
    level = _("by {level}").format(level=label("level", view.level, lang).lower())
    parts = [layers[view.layer], period_text(view.period, lang), level]
    if view.area is not None:
        parts.insert(0, _area_name(release, view.area, lang))
    class_list = CLASS_LISTS[view.layer]
    if view.classes and class_list:
        parts.append(", ".join(label(class_list, code, lang) for code in view.classes))
    if view.source is not None:
        parts.append(label("source", view.source, lang))
    if view.comparison is not None and class_list:
        parts.append(_("change on {period}").format(period=period_text(view.comparison, lang)))
    return parts


def _area_name(release: Release, area_id: str, lang: str) -> str:
    row = find_area(release, area_id)
    english = row["name_en"]
    return english if lang == "en" and isinstance(english, str) else str(row["name"])


def _unplaced_text(protected: Protected, lang: str) -> str:
    if not protected.unplaced:
        return ""
    return translator(lang)("{n} records of this view lie in no area and are not on the map.").format(
        n=f"{protected.unplaced:,}"
    )


def period_text(period: Period, lang: str) -> str:
    """Write a period as the language does.

    Examples
    --------
    >>> [period_text(Period(text), "en") for text in ("2025", "2025-Q1", "2025-03", "2017..2019")]
    ['2025', '1st quarter 2025', 'March 2025', '2017–2019']
    """
    first, _to, last = period.text.partition("..")
    if last:
        return f"{period_text(Period(first), lang)}–{period_text(Period(last), lang)}"
    skeleton = "yQQQQ" if "Q" in first else "yMMMM" if "-" in first else "y"
    return str(format_skeleton(skeleton, period.start, locale=lang))


def day_text(day: date, lang: str) -> str:
    """Write a day as the language does."""
    return str(format_date(day, "long" if lang == "zh_CN" else "d MMMM y", locale=lang))


def _moment_text(moment: datetime, lang: str) -> str:
    return str(format_datetime(moment, "yyyy-MM-dd HH:mm 'UTC'", locale=lang))
