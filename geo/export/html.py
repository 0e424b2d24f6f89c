"""A map as one HTML file: opens from a USB stick, asks nobody for anything, holds what the screen can show, no more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment

from geo.access import Scope
from geo.export.files.layers import places_in
from geo.export.html_font import chinese_signs, font_face
from geo.export.html_layers import STATES, layer_label, other_layers, page_layer
from geo.export.html_page import page_map, page_places, page_texts
from geo.export.steps import Progress, silent
from geo.figures.asked import layers_shown, seen
from geo.maps.assets import asset_text
from geo.maps.classify import Classes
from geo.maps.elements import script_json
from geo.maps.heat import Heat
from geo.resources import resource
from geo.store import Release
from geo.view import View
from geo.words.catalogue import translator

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STATES", "write_html"]

_STYLES = ("leaflet.css",)
_OWN_STYLES = ("maplegrid.css", "page.css")
_OWN_SCRIPTS = ("geometry.js", "base.js", "canvas.js", "values.js", "overlays.js", "page.js")


def write_html(
    release: Release,
    view: View,
    scope: Scope,
    out: Path,
    *,
    measure: str | None = None,
    classes: Classes | None = None,
    heat: Heat | None = None,
    places: pd.DataFrame | None = None,
    lang: str = "en",
    progress: Progress = silent,
    created_at: datetime | None = None,
) -> None:
    """Write a view as one self-contained HTML map with a table.

    It holds the areas of the view, each measure that can be drawn, also of the other layers of the same areas and
    period, legends, a table with a search, and says where the figures come from: period, source, release, who may see
    it, and whether the data are made up. Clusters of points are never written: single records leave the screen in a
    GeoPackage alone, for those who may see them.

    Parameters
    ----------
    release, view, scope
        What is shown, and to whom; small counts are withheld as on the screen.
    out
        The file to write.
    measure
        Column shown at first; ``states`` for coverage states by grid; the heat, or else what tells most of the layer,
        if not given.
    classes
        Classes of that measure, such as those that hold for several months; those of its own values if not given.
    heat
        Density of the view's records as this scope may see it on the screen, drawn for light paper, as one more thing
        to show.
    places
        Places that lie over the map at first: ``kind``, ``name``, perhaps ``name_en``, ``lon`` and ``lat`` in degrees;
        if not given, the release's own can be switched on.
    lang
        ``en`` or ``zh_CN``.
    progress
        Told how far it is; what it raises stops the file.
    created_at
        Moment to print as the file's; now if not given.

    Raises
    ------
    NotPermitted
        When the scope may not see the view.
    GeoError
        When the view has no such measure.
    """
    moment = created_at or datetime.now(UTC)
    text = html_text(
        release,
        view,
        scope,
        measure=measure,
        classes=classes,
        heat=heat,
        places=places,
        lang=lang,
        progress=progress,
        created_at=moment,
    )
    out.write_text(text, encoding="utf-8")


def html_text(
    release: Release,
    view: View,
    scope: Scope,
    *,
    measure: str | None,
    classes: Classes | None = None,
    heat: Heat | None = None,
    places: pd.DataFrame | None = None,
    lang: str,
    progress: Progress = silent,
    created_at: datetime,
) -> str:
    """Return the text of the file; see `write_html`."""
    _ = translator(lang)
    order, layers = layers_shown(release), list[dict[str, Any]]()
    progress(0, layer_label(release, view, lang))
    protected = seen("measure", release, view, scope)
    layers.append(page_layer(release, protected, lang=lang, measure=measure, classes=classes, heat=heat))
    for table in other_layers(release, protected):
        progress(len(layers) / (len(order) + 1), layer_label(release, table.view, lang))
        layers.append(page_layer(release, table, lang=lang))
    progress(len(order) / (len(order) + 1), _("Writing the file"))
    data = {
        "map": page_map(release, protected, scope, lang=lang),
        "layers": sorted(layers, key=lambda layer: order.index(layer["id"])),
        "chosen": view.layer,
        "places": _places(release, view, places, lang=lang),
    }
    texts = page_texts(release, protected, lang=lang, created_at=created_at)
    return _render(data, texts, lang=lang)


def _places(release: Release, view: View, places: pd.DataFrame | None, *, lang: str) -> dict[str, Any] | None:
    """Return the places to draw at first, or else those of the view's area, to be switched on."""
    if places is not None and not places.empty:
        return page_places(places, shown=True, lang=lang)
    found = places_in(release, view.area) if release.has("places") else None
    return None if found is None or found.empty else page_places(found, shown=False, lang=lang)


def _render(data: dict[str, Any], texts: dict[str, Any], *, lang: str) -> str:
    template = Environment(autoescape=True).from_string(resource("web", "page.html").read_text(encoding="utf-8"))
    styles = [asset_text(name) for name in _STYLES] + [_own(name) for name in _OWN_STYLES]
    scripts = [asset_text("leaflet.js"), *(_own(name) for name in _OWN_SCRIPTS)]
    content = {"data": script_json(data), **texts}
    return template.render(
        lang=lang.replace("_", "-"),
        styles="\n".join([font_face(chinese_signs(repr(content))), *styles]),
        scripts="\n".join(scripts),
        **content,
    )


def _own(name: str) -> str:
    return resource("web", name).read_text(encoding="utf-8")
