"""A printed map: drawn on a sheet, and written as PDF, PNG or SVG."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from pyproj import CRS

from geo.access import Scope
from geo.errors import GeoError
from geo.export.facts import period_text
from geo.export.printed.asked import MapAsked
from geo.export.printed.drawing import draw_areas, set_type
from geo.export.printed.ground import Ground, lay_ground
from geo.export.printed.margins import fill_panel, write_foot, write_title
from geo.export.printed.multiples import Part, split_box, split_view
from geo.export.printed.page import Page, new_page
from geo.export.printed.paper import MM_PER_INCH, MM_PER_POINT, Box, Paper, make_paper
from geo.export.printed.surroundings import draw_above, draw_below, draw_borders, set_frame
from geo.export.printed.themes import Key, draw_both, draw_classes, draw_density, draw_states, draw_symbols
from geo.export.steps import Progress, silent
from geo.figures.asked import seen
from geo.layers import EVENT_LAYERS
from geo.maps.classify import Classes
from geo.maps.densities import event_density
from geo.maps.palettes import theme_colours
from geo.maps.schemes import cut_classes, open_below
from geo.maps.values import classes_of, map_unit, numbers_of
from geo.measures.catalogue import describe
from geo.privacy import Protected
from geo.stats.density import Density
from geo.store import Release
from geo.view import Period, View
from geo.words.catalogue import translator

__all__ = ["ENDINGS", "Sheet", "draw_map", "picture_of", "plate_of", "write_map"]

#: How a file may end.
ENDINGS = (".pdf", ".png", ".svg")
_DPI = 300
# Of the work so much is done when the sheet is drawn.
_DRAWN = 0.6


@dataclass(frozen=True, eq=False)
class Sheet:
    """A drawn sheet: the page, its title, and its ground."""

    page: Page
    title: str
    ground: Ground


def write_map(
    release: Release,
    view: View,
    scope: Scope,
    asked: MapAsked,
    out: Path,
    *,
    dpi: int = _DPI,
    progress: Progress = silent,
    created_at: datetime | None = None,
) -> str:
    """Write a map as PDF, PNG or SVG, by the ending of the file.

    A PNG of one map comes with a world file and its projection, so that a GIS lays it where it belongs.

    Parameters
    ----------
    release, view, scope
        What is shown, and to whom; small counts are withheld as on the screen.
    asked
        How it is to look.
    out
        The file.
    dpi
        Dots per inch of a PNG, and of what is no line in the others.
    progress
        Told how far it is; what it raises stops the file.
    created_at
        Moment to print as the file's; now if not given.

    Returns
    -------
    str
        The title that stands on it.

    Raises
    ------
    NotPermitted
        When the scope may not see the view.
    GeoError
        When the view has no such measure, or the file another ending.
    """
    if out.suffix.lower() not in ENDINGS:
        raise GeoError(f"{out.name} must end in {', '.join(ENDINGS)}.")
    moment, _ = created_at or datetime.now(UTC), translator(asked.lang)
    progress(0, _("Drawing the sheet"))
    sheet = draw_map(release, view, scope, asked, created_at=moment)
    progress(_DRAWN, _("Writing the file"))
    with _type(asked):
        sheet.page.figure.savefig(out, dpi=dpi, metadata=_metadata(out, sheet, moment))
    if out.suffix.lower() == ".png" and asked.split is None:
        _write_world(out, sheet, dpi)
    return sheet.title


def picture_of(release: Release, view: View, scope: Scope, asked: MapAsked, *, width_px: int) -> bytes:
    """Return a picture of a sheet as a PNG of a width in pixels, to be seen before it is printed; see `write_map`."""
    sheet = draw_map(release, view, scope, asked, created_at=datetime.now(UTC))
    seen = BytesIO()
    with _type(asked):
        sheet.page.figure.savefig(seen, format="png", dpi=width_px * MM_PER_INCH / sheet.page.paper.width_mm)
    return seen.getvalue()


def plate_of(
    release: Release,
    view: View,
    scope: Scope,
    asked: MapAsked,
    *,
    width_mm: float,
    height_mm: float,
    png_dpi: int | None = None,
) -> bytes:
    """Return a map with its legend, and nothing around them, to stand on a page of `asked.paper` or on a slide.

    Parameters
    ----------
    width_mm, height_mm
        Its size; its letters are those of the page.
    png_dpi
        Dots per inch of a PNG; a PDF if None.
    """
    paper = Paper("plate", width_mm, height_mm, make_paper(asked.paper, landscape=False).width_mm)
    sheet = draw_map(release, view, scope, asked, created_at=datetime.now(UTC), paper=paper)
    drawn = BytesIO()
    with _type(asked):
        if png_dpi is None:
            sheet.page.figure.savefig(drawn, format="pdf", dpi=_DPI, metadata={"CreationDate": None})
        else:
            sheet.page.figure.savefig(drawn, format="png", dpi=png_dpi)
    return drawn.getvalue()


def draw_map(
    release: Release,
    view: View,
    scope: Scope,
    asked: MapAsked,
    *,
    created_at: datetime,
    paper: Paper | None = None,
) -> Sheet:
    """Draw a map on a sheet; see `write_map`. A part of a sheet has neither title nor foot."""
    protected = _table(release, view, scope, asked)
    density = _density(release, protected.view, scope, asked)
    with _type(asked):
        page = new_page(release, protected, asked, created_at=created_at, paper=paper)
        if asked.split is None:
            ground, key = _draw_one(page, scope, density)
        else:
            ground, key = _draw_several(page, scope, split_view(protected.view, asked.split, lang=asked.lang))
        fill_panel(page, ground, key)
        title = key.title
        if paper is None:
            title = write_title(page, key)
            write_foot(page)
    return Sheet(page, title, ground)


def _draw_one(page: Page, scope: Scope, density: Density | None) -> tuple[Ground, Key]:
    crs = density.crs if density is not None else None
    axes, ground = _lay(page, page.protected, page.layout.map, scope, crs)
    key = _draw_theme(axes, ground, page, density)
    draw_above(axes, ground, page, first=_first(page.protected, page.asked), marks=key.marks)
    return ground, key


def _draw_several(page: Page, scope: Scope, parts: Sequence[Part]) -> tuple[Ground, Key]:
    """Draw a map for each part, all with the same classes or the same largest circle."""
    asked, release = page.asked, page.release
    tables = [_table(release, part.view, scope, asked) for part in parts]
    whole = lay_ground(release, tables[0], scope, width_mm=1000, height_mm=1000, lang=asked.lang)
    west, south, east, north = shapely.total_bounds(whole.areas.polygons)
    room = page.points * MM_PER_POINT
    places = split_box(
        page.layout.map, len(parts), aspect=(east - west) / (north - south), title_mm=2 * room, gap_mm=room
    )
    classes, largest = None, None
    if asked.theme == "classes":
        classes = _classes(release, tables, asked)
    else:
        largest = float(np.nanmax([numbers_of(table, asked.measure_id) for table in tables], initial=0.0))
    for part, table, place in zip(parts, tables, places, strict=True):
        axes, ground = _lay(page, table, place, scope, None)
        if classes is not None:
            key = draw_classes(axes, ground, table, asked.measure_id, classes, page.colours, lang=asked.lang)
            key = _told_from(key, asked)
        else:
            key = draw_symbols(axes, ground, table, asked.measure_id, page.colours, lang=asked.lang, largest=largest)
        draw_borders(axes, ground, page, share=0.5)
        axes.set_title(part.title, fontsize=page.points, loc="left", pad=2)
    return ground, key


def _lay(page: Page, protected: Protected, box: Box, scope: Scope, crs: CRS | None) -> tuple[Axes, Ground]:
    size = {"width_mm": box.width, "height_mm": box.height}
    ground = lay_ground(page.release, protected, scope, lang=page.asked.lang, crs=crs, **size)
    axes = page.axes(box)
    set_frame(axes, ground, page.colours)
    draw_below(axes, ground, page.colours)
    return axes, ground


def _type(asked: MapAsked) -> AbstractContextManager[None]:
    paper = make_paper(asked.paper, landscape=asked.landscape)
    return set_type(points=paper.text_points, colour=theme_colours("light").text)


def _table(release: Release, view: View, scope: Scope, asked: MapAsked) -> Protected:
    return seen("states" if asked.theme == "states" else "measure", release, view, scope)


def _density(release: Release, view: View, scope: Scope, asked: MapAsked) -> Density | None:
    if asked.theme != "density":
        return None
    if view.layer not in EVENT_LAYERS:
        raise GeoError(f"{view.layer} has no single events. Remedy: ask for the density of {', '.join(EVENT_LAYERS)}.")
    return event_density(release, view, scope, bandwidth_m=asked.bandwidth_m)


def _first(protected: Protected, asked: MapAsked) -> Sequence[str]:
    """Return the areas that a map is about: those that nobody looks after."""
    if asked.theme != "states":
        return ()
    return list(protected.frame.loc[protected.frame["state"] == "vacant", "area_id"])


def _draw_theme(axes: Axes, ground: Ground, page: Page, density: Density | None) -> Key:
    asked, protected, colours = page.asked, page.protected, page.colours
    if density is not None:
        draw_areas(axes, ground.areas.polygons, fill=colours.paper, edge=colours.border, width=0.3)
        return draw_density(axes, ground, density, lang=asked.lang)
    if asked.theme == "states":
        return draw_states(axes, ground, protected, colours, lang=asked.lang)
    if asked.theme == "symbols":
        return draw_symbols(axes, ground, protected, asked.measure_id, colours, lang=asked.lang)
    if asked.second_id is not None:
        both = (asked.measure_id, asked.second_id)
        return draw_both(axes, ground, protected, both, colours, lang=asked.lang)
    classes = _classes(page.release, [protected], asked)
    key = draw_classes(axes, ground, protected, asked.measure_id, classes, colours, lang=asked.lang)
    return _told_from(key, asked)


def _classes(release: Release, tables: Sequence[Protected], asked: MapAsked) -> Classes:
    """Return the classes that hold for a measure of some tables, or those of the period that was asked for."""
    if asked.measure_id not in tables[0].frame.columns:
        raise GeoError(
            f"There is no measure {asked.measure_id!r} to draw in this view. Remedy: use one of its columns."
        )
    known = describe(tables[0].view.layer, asked.measure_id)
    good_high, diverging = known.good == "high", known.ramp == "diverging"
    if asked.breaks_from is not None:
        period = Period(asked.breaks_from)
        views = dict.fromkeys(table.view.replace(period=period) for table in tables)
        tables = [_table(release, view, tables[0].scope, asked) for view in views]
    if asked.scheme == "round":
        classes = classes_of(tables[0], asked.measure_id, among=tables[1:])
    else:
        classes = cut_classes(
            np.concatenate([numbers_of(table, asked.measure_id) for table in tables]),
            scheme=asked.scheme,
            unit=map_unit(known),
            classes=asked.classes,
            breaks=asked.breaks,
            good_high=good_high,
            diverging=diverging,
        )
    return classes if asked.breaks_from is None else open_below(classes, good_high=good_high, diverging=diverging)


def _told_from(key: Key, asked: MapAsked) -> Key:
    """Say in the notes of a legend which period its classes are of, where it is another one."""
    if asked.breaks_from is None:
        return key
    _ = translator(asked.lang)
    told = _("Classes of {period}.").format(period=period_text(Period(asked.breaks_from), asked.lang))
    return replace(key, notes=(*key.notes, told))


def _metadata(out: Path, sheet: Sheet, moment: datetime) -> dict[str, Any]:
    """Return what the file says of itself to programs."""
    if out.suffix.lower() == ".svg":
        return {"Title": sheet.title, "Date": moment.isoformat(), "Description": sheet.page.protected.view.to_query()}
    if out.suffix.lower() == ".png":
        return {
            "Title": sheet.title,
            "Description": sheet.page.protected.view.to_query(),
            "Creation Time": moment.isoformat(),
        }
    return {
        "Title": sheet.title,
        "Subject": sheet.page.protected.view.to_query(),
        "CreationDate": moment,
        "Creator": "Maple Grid",
    }


def _write_world(out: Path, sheet: Sheet, dpi: int) -> None:
    """Write size and place of a pixel, and the projection, beside a picture of the whole sheet."""
    metres = sheet.ground.metres_per_mm * MM_PER_INCH / dpi
    west, _south, _east, north = sheet.ground.frame
    box = sheet.page.layout.map
    above_mm = sheet.page.paper.height_mm - box.bottom - box.height
    left = west - box.left * sheet.ground.metres_per_mm
    top = north + above_mm * sheet.ground.metres_per_mm
    lines = [metres, 0.0, 0.0, -metres, left + metres / 2, top - metres / 2]
    out.with_suffix(".pgw").write_text("".join(f"{number:.6f}\n" for number in lines), encoding="ascii")
    out.with_suffix(".prj").write_text(sheet.ground.crs.to_wkt("WKT1_ESRI"), encoding="ascii")
