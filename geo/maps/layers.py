"""Layers for ``st_folium(feature_group_to_add=…)``: values, coverage states, heat, points and places."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import folium
import pandas as pd

from geo.areas import levels
from geo.codes import code_list, label
from geo.errors import GeoError
from geo.layers import UPPER_LEVELS
from geo.maps.base import Sign, geometry_url
from geo.maps.classify import Classes
from geo.maps.elements import BASE_URL, Call, group_of
from geo.maps.geometry import geometry_layers
from geo.maps.heat import OPACITY, Heat
from geo.maps.palettes import Theme, theme_colours
from geo.maps.symbols import place_symbol
from geo.maps.tiles import HEAT, POINTS, TileSpec, is_for_tiles, tile_payload, tile_spec
from geo.maps.values import packed, state_payload, value_payload
from geo.view import CLASS_LISTS, View

if TYPE_CHECKING:
    from geo.access import Scope
    from geo.privacy import Protected
    from geo.store import Release

__all__ = [
    "RETURNED_OBJECTS",
    "clicked_area",
    "clicked_key",
    "clusters_layer",
    "heat_layer",
    "heat_tiles",
    "places_layer",
    "points_layer",
    "state_layer",
    "value_layer",
]

#: What st_folium is to send back: clicks on areas and nothing else, so that moving the map never reruns the page.
RETURNED_OBJECTS = ["last_active_drawing"]


def value_layer(
    release: Release,
    protected: Protected,
    measure_id: str | None,
    *,
    lang: str,
    theme: Theme = "light",
    selected: str | None = None,
    classes: Classes | None = None,
    focus: Collection[str] = (),
    base_url: str = BASE_URL,
    sign: Sign | None = None,
) -> folium.FeatureGroup:
    """Return a layer that colours the areas of a protected table by one of its measures.

    It carries the values alone; the browser fetches the shapes once by the hash of their content. More areas than the
    rules send as shapes become tiles that the server colours, where there is who signs their address. The map fits
    itself to ``protected.view.area`` when that changes; place and zoom stay as they are otherwise.

    Parameters
    ----------
    release, protected
        The release, and the table of `geo.privacy.protect` with its view and scope.
    measure_id
        Column to show; None for outlines that can be pointed at and clicked, to lie under a heat map.
    lang, theme
        Language of the words; paper that the colours lie on.
    selected
        Code of an area to outline, of the view's level.
    classes
        Classes to colour by, such as `geo.maps.classes_of` cuts for several months; the table's own if not given.
    focus
        Codes of areas that the map is set on, as those of a list; all of the table's if none is given.
    base_url, sign
        Where our routes are, as seen from the page that holds the map, and what makes them answer, as in `base_map`.

    Raises
    ------
    GeoError
        When the table has no such measure, or areas that the release has not.
    """
    shown: dict[str, Any] = {"lang": lang, "theme": theme, "selected": selected, "focus": focus}
    if sign is not None and is_for_tiles(release, protected.view.level):
        return _tiles(release, protected, measure_id, sign, base_url, classes=classes, **shown)
    payload = value_payload(release, protected, measure_id, classes=classes, **shown)
    return group_of(Call("values", {**_shapes(release, protected, base_url, sign), **packed(payload)}))


def state_layer(
    release: Release,
    protected: Protected,
    *,
    lang: str,
    theme: Theme = "light",
    selected: str | None = None,
    focus: Collection[str] = (),
    base_url: str = BASE_URL,
    sign: Sign | None = None,
) -> folium.FeatureGroup:
    """Return a layer of coverage states: covered, shared, vacant, over-size as outline, no backup as dot.

    ``protected`` is the protected table of `geo.measures.coverage.states`; see `value_layer` for the rest.
    """
    shown: dict[str, Any] = {"lang": lang, "theme": theme, "selected": selected, "focus": focus}
    if sign is not None and is_for_tiles(release, protected.view.level):
        return _tiles(release, protected, None, sign, base_url, **shown)
    payload = state_payload(release, protected, **shown)
    return group_of(Call("values", {**_shapes(release, protected, base_url, sign), **payload}))


def _shapes(release: Release, protected: Protected, base_url: str, sign: Sign | None) -> dict[str, str]:
    """Return where the shapes of a table's level are, and above the county those that a step down shows."""
    level, known = protected.view.level, levels(release)
    shapes = {"geometry": geometry_url(release, level, protected.scope, base_url, sign)}
    below = known[known.index(level) + 1] if level in UPPER_LEVELS and level != known[-1] else None
    if below in geometry_layers(release, protected.scope) and not is_for_tiles(release, below):
        shapes["next"] = geometry_url(release, below, protected.scope, base_url, sign)
    return shapes


def _tiles(
    release: Release,
    protected: Protected,
    measure_id: str | None,
    sign: Sign,
    base_url: str,
    **shown: Any,  # noqa: ANN401  what tile_payload takes
) -> folium.FeatureGroup:
    spec, payload = tile_payload(release, protected, measure_id, **shown)
    return group_of(Call("tiles", {"tiles": _address(spec, protected.scope, sign, base_url), **payload}))


def _address(spec: TileSpec, scope: Scope, sign: Sign, base_url: str) -> str:
    """Return the address of tiles, which their own are made of, signed for a scope."""
    return sign(f"{base_url}/tiles/{spec.to_text()}", scope)


def heat_layer(heat: Heat) -> folium.FeatureGroup:
    """Return a density as an image over the map; its classes are those of `geo.maps.heat_legend_html` at any zoom."""
    return group_of(Call("heat", heat.image))


def heat_tiles(
    release: Release,
    view: View,
    scope: Scope,
    heat: Heat,
    *,
    lang: str,
    theme: Theme = "light",
    base_url: str = BASE_URL,
    sign: Sign,
) -> folium.FeatureGroup:
    """Return a density as tiles, sharp at any zoom; its classes are those of `geo.maps.heat_legend_html`.

    Parameters
    ----------
    release, view, scope
        What the density is of, and who asks.
    heat
        The density as its legend shows it.
    lang, theme, base_url, sign
        As `value_layer` takes them.
    """
    shown = {"breaks": heat.classes.breaks, "colours": heat.classes.colours, "bandwidth_m": heat.bandwidth_m}
    spec = tile_spec(release, view, HEAT, lang=lang, theme=theme, **shown)
    return group_of(Call("heatTiles", {"tiles": _address(spec, scope, sign, base_url), "opacity": OPACITY}))


def clusters_layer(
    release: Release,
    view: View,
    scope: Scope,
    *,
    lang: str,
    theme: Theme = "light",
    base_url: str = BASE_URL,
    sign: Sign,
) -> folium.FeatureGroup:
    """Return the records of a view as clusters that the server makes for what is seen, however many they are.

    The route settles what a scope may see of them (`geo.maps.clusters.find_places`); parameters as of `heat_tiles`.
    """
    class_list = str(CLASS_LISTS[view.layer])
    spec = tile_spec(release, view, POINTS, lang=lang, theme=theme)
    colours = theme_colours(theme)
    values = {
        "tiles": _address(spec, scope, sign, base_url),
        "labels": {code: label(class_list, code, lang) for code in code_list(class_list)},
        "colour": colours.accent,
        "halo": colours.halo,
    }
    return group_of(Call("clusters", values))


def points_layer(
    points: pd.DataFrame, *, lang: str, class_list: str = "dispute_class", theme: Theme = "light"
) -> folium.FeatureGroup:
    """Return points in clusters that open as the map zooms in.

    Parameters
    ----------
    points
        ``lon``, ``lat`` in degrees and ``class``; what a scope may see of them is settled before
        (`geo.privacy.protect_points`). Other columns are not sent.
    lang, class_list
        Language, and the code list that names the classes.
    theme
        Paper that the colours lie on.
    """
    kinds, codes = pd.factorize(points["class"], sort=True)
    colours = theme_colours(theme)
    values = {
        "lon": _microdegrees(points["lon"]),
        "lat": _microdegrees(points["lat"]),
        "kinds": kinds.tolist(),
        "labels": [label(class_list, str(code), lang) for code in codes],
        "colour": colours.accent,
        "halo": colours.halo,
    }
    return group_of(Call("points", values))


def places_layer(places: pd.DataFrame, *, lang: str, theme: Theme = "light") -> folium.FeatureGroup:
    """Return places (mediation rooms, police posts …) with a symbol of its own form for each kind.

    Parameters
    ----------
    places
        ``kind``, ``name``, perhaps ``name_en``, ``lon`` and ``lat`` in degrees.
    lang, theme
        Language of names and kinds; paper that the symbols lie on.

    Raises
    ------
    GeoError
        When there is a kind that the code list does not have.
    """
    known = code_list("place_kind")
    unknown = sorted(set(places["kind"]) - set(known))
    if unknown:
        raise GeoError(f"places, column kind: unknown {', '.join(unknown)}. Remedy: use one of {', '.join(known)}.")
    kinds = [kind for kind in known if kind in set(places["kind"])]
    values = {
        "symbols": {kind: place_symbol(kind, theme=theme) for kind in kinds},
        "places": [_place(row, lang) for row in _rows(places)],
    }
    return group_of(Call("places", values))


def clicked_area(returned: Mapping[str, Any] | None) -> str | None:
    """Return the code of the area that was clicked last, from what st_folium returned; None if there was none.

    Examples
    --------
    >>> clicked_area({"last_active_drawing": {"properties": {"area_id": "990101", "click": 1}}})
    '990101'
    """
    key = clicked_key(returned)
    return None if key is None else key[0]


def clicked_key(returned: Mapping[str, Any] | None) -> tuple[str, int] | None:
    """Return the area clicked last and the number of the click, which tells a second click on it from the first."""
    drawing = (returned or {}).get("last_active_drawing") or {}
    properties = drawing.get("properties") or {}
    area_id, click = properties.get("area_id"), properties.get("click")
    return (area_id, click) if isinstance(area_id, str) and isinstance(click, int) else None


def _microdegrees(degrees: pd.Series[float]) -> list[int]:
    return (degrees * 1e6).round().astype("int64").tolist()


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(column): value for column, value in row.items()} for row in frame.to_dict(orient="records")]


def _place(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    english = row.get("name_en")
    name = english if lang == "en" and isinstance(english, str) else row["name"]
    kind = row["kind"]
    return {"lon": row["lon"], "lat": row["lat"], "kind": kind, "lines": [name, label("place_kind", kind, lang)]}
