"""The constant map below the data: background, station borders, names, scale and attribution, from local routes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from geo.access import Scope
from geo.layers import AREA_LEVELS, UPPER_LEVELS
from geo.maps.elements import BASE_URL, BaseMap
from geo.maps.geometry import BACKGROUND, geometry_key, geometry_layers, release_bounds
from geo.maps.palettes import Theme, theme_colours
from geo.rules import load_rules
from geo.store import Release, source_in
from geo.words.catalogue import translator

__all__ = ["Sign", "attribution", "base_map", "base_options", "border_level", "geometry_url", "map_words"]

#: Makes of an address of ours, and of who may ask for it, one that the routes answer.
Sign = Callable[[str, Scope], str]

# Its areas carry the values and draw their own, finer borders.
_LOWEST = "grid"
# On a map of a country more borders than these would hide the colours.
_MOST_BORDERS = 200


def base_map(
    release: Release,
    *,
    lang: str,
    theme: Theme = "light",
    scope: Scope | None = None,
    base_url: str = BASE_URL,
    sign: Sign | None = None,
) -> BaseMap:
    """Return the map that value layers are laid on: the same for every view of a release.

    Make it anew for each run of a page: streamlit_folium hangs the layers into it, and a map that has
    them already would be built again in the browser.

    Parameters
    ----------
    release
        Its bounds, borders and background are shown.
    lang
        Language of names and words, ``en`` or ``zh_CN``.
    theme
        ``light`` or ``dark``.
    scope
        Who looks; a planner of the whole release if not given.
    base_url
        Where our routes are, as seen from the page that holds the map.
    sign
        Makes the address of shapes one that the routes answer; without it they do not, and the shapes are embedded.

    Examples
    --------
    >>> base_map(release, lang="en").get_root().render()  # doctest: +SKIP
    """
    seen_by = scope or Scope("planner")
    options = base_options(release, lang=lang, theme=theme, scope=seen_by, base_url=base_url, sign=sign)
    return BaseMap(options, base_url=base_url)


def base_options(
    release: Release, *, lang: str, theme: Theme, scope: Scope, base_url: str, sign: Sign | None = None
) -> dict[str, Any]:
    """Return the options of ``MapleGrid.base``; addresses of shapes start with ``base_url``."""
    layers = geometry_layers(release, scope)
    west, south, east, north = release_bounds(release)
    is_above = any(release.has(AREA_LEVELS[level]) for level in UPPER_LEVELS)
    most = _MOST_BORDERS if is_above else load_rules().map_shapes
    borders = border_level(tuple(level for level in layers if _count(release, level) <= most))
    return {
        "lang": lang,
        "theme": theme,
        "colours": asdict(theme_colours(theme)),
        "bounds": [[south, west], [north, east]],
        "fit_key": "",
        "borders": None if borders is None else geometry_url(release, borders, scope, base_url, sign),
        "background": geometry_url(release, BACKGROUND, scope, base_url, sign) if BACKGROUND in layers else None,
        "attribution": attribution(release, lang=lang),
        "words": map_words(lang),
    }


def geometry_url(release: Release, level: str, scope: Scope, base_url: str, sign: Sign | None = None) -> str:
    """Return the address of a level's shapes, signed for the scope where there is who signs it."""
    address = f"{base_url}/geometry/{geometry_key(release, level, scope)}"
    return address if sign is None else sign(address, scope)


def attribution(release: Release, *, lang: str) -> str:
    """Return where the layers of a release come from, each source once, in small print below a map."""
    return " · ".join(dict.fromkeys(source_in(source, lang) for source in release.sources.values() if source))


def map_words(lang: str) -> dict[str, str]:
    """Return the few words that the browser puts on a map by itself."""
    _ = translator(lang)
    return {
        "map": _("Map"),
        "keys": _("Arrow keys move it, plus and minus zoom. The areas can also be chosen from lists and tables."),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "withheld": _("withheld, the count is small"),
        "missing": _("no value"),
        "interval": _("95 % interval"),
        "failed": _("The shapes of this map could not be loaded. Reload the page; if it stays so, tell who runs it."),
    }


def _count(release: Release, level: str) -> int:
    return release.layers[AREA_LEVELS[level]].rows if level in AREA_LEVELS else 0


def border_level(layers: tuple[str, ...]) -> str | None:
    """Return the level whose borders are always on: stations, or the next above, or the highest above the grids."""
    areas = [level for level in layers if level in AREA_LEVELS]
    for level in ("station", "county", *reversed(UPPER_LEVELS)):
        if level in areas:
            return level
    return areas[0] if areas and areas[0] != _LOWEST else None
