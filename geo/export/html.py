"""A map as one HTML file: opens from a USB stick, asks nobody for anything, holds what the screen shows and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment

from geo.access import Scope
from geo.codes import label
from geo.errors import GeoError
from geo.export.facts import period_text
from geo.export.html_font import chinese_signs, font_face
from geo.export.html_page import (
    HEAT,
    heat_option,
    measure_options,
    month_options,
    page_map,
    page_places,
    page_texts,
)
from geo.figures.asked import seen
from geo.figures.months import months_seen
from geo.maps.assets import asset_text
from geo.maps.classify import Classes
from geo.maps.elements import script_json
from geo.maps.heat import Heat
from geo.measures.catalogue import mappable
from geo.privacy import Protected
from geo.resources import resource
from geo.store import Release
from geo.view import Period, View

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STATES", "write_html"]

#: Stands for the coverage states, which are words and not numbers.
STATES = "states"
# Before all data.
_FIRST_MONTH = "1900-01"
_STYLES = ("leaflet.css",)
_OWN_STYLES = ("maplegrid.css", "page.css")
_OWN_SCRIPTS = ("geometry.js", "base.js", "values.js", "overlays.js", "page.js")


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
    created_at: datetime | None = None,
) -> None:
    """Write a view as one self-contained HTML map with a table.

    It holds the areas of the view, each measure that can be drawn, legends, a table with a search, and says where the
    figures come from: period, source, release, who may see it, and whether the data are made up. Clusters of points are
    never written: single records leave the screen in a GeoPackage alone, for those who may see them.

    Parameters
    ----------
    release, view, scope
        What is shown, and to whom; small counts are withheld as on the screen.
    out
        The file to write.
    measure
        Column shown at first; ``states`` for coverage states by grid; the heat or else the layer's number if not given.
    classes
        Classes of that measure, such as those that hold for several months; those of its own values if not given.
    heat
        Density of the view's records as this scope may see it on the screen, drawn for light paper, as one more thing
        to show.
    places
        Places over the map: ``kind``, ``name``, perhaps ``name_en``, ``lon`` and ``lat`` in degrees.
    lang
        ``en`` or ``zh_CN``.
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
    created_at: datetime,
) -> str:
    """Return the text of the file; see `write_html`."""
    protected = seen("measure", release, view, scope)
    states = _states(release, view, scope)
    chosen = measure or ("n" if heat is None else HEAT)
    fixed = {} if classes is None else {chosen: classes}
    options = measure_options(protected, [known.id for known in mappable(view.layer)], states, lang=lang, fixed=fixed)
    if heat is not None:
        options.insert(0, heat_option(protected, heat, lang=lang))
    if chosen not in {option["id"] for option in options}:
        raise GeoError(f"There is no measure {chosen!r} to draw in this view. Remedy: use one of its columns.")
    monthly = chosen if chosen in protected.frame.columns else "n"
    data = {
        "months": month_options(_months(release, protected.view, scope, lang=lang), monthly, lang=lang),
        "map": page_map(release, protected, scope, lang=lang),
        "options": options,
        "chosen": chosen,
        "places": None if places is None or places.empty else page_places(places, lang=lang),
        "area_label": label("level", view.level, lang),
    }
    texts = page_texts(release, protected, lang=lang, created_at=created_at)
    return _render(data, texts, lang=lang)


def _months(release: Release, view: View, scope: Scope, *, lang: str) -> dict[str, Protected]:
    """Return the tables of the months that the reader may see, by their names."""
    last = f"{release.as_of:%Y-%m}"
    months = months_seen(release, view, scope, first=_FIRST_MONTH, last=last)
    views = {period_text(Period(month), lang): view.replace(period=Period(month)) for month in months}
    return {name: seen("measure", release, one, scope) for name, one in views.items()}


def _states(release: Release, view: View, scope: Scope) -> Protected | None:
    if view.layer != "coverage" or view.level != "grid":
        return None
    return seen("states", release, view, scope)


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
