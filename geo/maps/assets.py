"""The scripts and styles of maps: Leaflet and MarkerCluster from their packages, ours from data/web."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
from xstatic.pkg import leaflet, leaflet_markercluster

from geo.errors import GeoError
from geo.resources import resource

__all__ = ["FONT_FILE", "SCRIPTS", "STYLES", "asset_text", "asset_version", "font_path", "image_path"]

#: Scripts and styles of a map, in the order in which they are loaded.
SCRIPTS = ("leaflet.js", "leaflet.markercluster.js", "maplegrid.js")
STYLES = ("leaflet.css", "MarkerCluster.css", "maplegrid.css")
#: The Chinese font under its address `fonts/…`.
FONT_FILE = "NotoSansSC-Regular.otf"

_OURS = {
    "maplegrid.js": ("geometry.js", "base.js", "canvas.js", "values.js", "tiles.js", "overlays.js"),
    "maplegrid.css": ("font.css", "maplegrid.css"),
}
_PACKAGES = {
    "leaflet.js": leaflet.BASE_DIR,
    "leaflet.css": leaflet.BASE_DIR,
    "leaflet.markercluster.js": leaflet_markercluster.BASE_DIR,
    "MarkerCluster.css": leaflet_markercluster.BASE_DIR,
}


@cache
def asset_text(name: str) -> str:
    """Return a script or style.

    Raises
    ------
    GeoError
        When there is none of this name.

    Examples
    --------
    >>> asset_text("leaflet.js").startswith("/* @preserve")
    True
    """
    if name in _OURS:
        return "\n".join(resource("web", part).read_text(encoding="utf-8") for part in _OURS[name])
    if name in _PACKAGES:
        text = Path(_PACKAGES[name], name).read_text(encoding="utf-8")
        # The maps of the minified source are not served, so nobody is to ask for them.
        return "\n".join(line for line in text.splitlines() if not line.startswith("//# sourceMappingURL"))
    raise GeoError(f"There is no asset {name!r}.")


@cache
def asset_version(name: str) -> str:
    """Return a short hash of a script or style, for an address that changes with it."""
    return hashlib.sha256(asset_text(name).encode()).hexdigest()[:12]


def font_path() -> Path:
    """Return the file of the Chinese font (Noto Sans SC, OFL-1.1)."""
    return Path(pylopdf_fonts_zh_cn.sans_path())


def image_path(name: str) -> Path | None:
    """Return the file of one of Leaflet's images; None when there is none of this name."""
    known = {path.name: path for path in Path(leaflet.BASE_DIR, "images").glob("*.png")}
    return known.get(name)
