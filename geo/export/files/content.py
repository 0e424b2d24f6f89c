"""What a file holds: the tables of a view, measured and protected here and nowhere else in this package."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from geo.access import Scope
from geo.errors import NotPermitted, ViewError
from geo.export.files.systems import System, system_of
from geo.export.steps import Progress, silent
from geo.figures.asked import seen
from geo.maps.classify import Classes
from geo.maps.geometry import release_bounds
from geo.privacy import Protected
from geo.store import Release
from geo.view import View
from geo.words.catalogue import translator

__all__ = ["Asked", "Content", "gather"]

#: Tables beside that of the areas; which of them a view has, and a role may see, differs.
_TABLES = ("monthly", "by_class", "by_grade", "by_hour", "flow", "reach")


@dataclass(frozen=True)
class Asked:
    """How a file is to be.

    Parameters
    ----------
    measure_id
        What areas are coloured by where a file has colours, and what its chart shows.
    classes
        Classes of that measure, such as those that the screen holds for several months.
    lang
        ``en`` or ``zh_CN``.
    crs
        Coordinate system, one of `geo.export.files.systems.SYSTEMS`.
    encoding
        Of a shapefile's texts: ``utf-8`` or ``gbk``.
    points
        Whether single records, or the density in their place, are layers of a GeoPackage.
    bandwidth_m
        Of a density; None for none where points may be seen.
    created_at
        When the file was made.
    """

    measure_id: str = "n"
    classes: Classes | None = None
    lang: str = "en"
    crs: str = "wgs84"
    encoding: str = "utf-8"
    points: bool = True
    bandwidth_m: int | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True, eq=False)
class Content:
    """What a file holds.

    Parameters
    ----------
    release
        Where the figures come from.
    values
        The table of the view, a row an area.
    states
        Coverage of each grid, where the view is of that.
    asked
        How the file is to be.
    system
        Its coordinate system.
    tables
        Tables by month, class and the like, by their kind.
    is_partial
        Whether the role may not see some of those.
    progress
        Told how far the file is while it is written.
    """

    release: Release
    values: Protected
    states: Protected | None
    asked: Asked
    system: System
    tables: Mapping[str, Protected] = field(default_factory=dict)
    is_partial: bool = False
    progress: Progress = silent


def gather(
    release: Release, view: View, scope: Scope, asked: Asked, *, tables: bool = False, progress: Progress = silent
) -> Content:
    """Measure a view and protect it.

    Parameters
    ----------
    tables
        Whether tables by month, class and the like are wanted too.
    progress
        Told how far that is; what it raises stops it.

    Raises
    ------
    NotPermitted
        When the scope may not see the view.
    GeoError
        When there is no such coordinate system, or nothing to be seen in the view.
    """
    _ = translator(asked.lang)
    system, words = system_of(asked.crs, release_bounds(release)), _("Working out the figures")
    wanted = _TABLES if tables else ()
    progress(0, words)
    values = seen("measure", release, view, scope)
    states = None
    if view.layer == "coverage" and view.level == "grid":
        states = seen("states", release, view, scope)
    found: dict[str, Protected] = {}
    is_partial = False
    for at, kind in enumerate(wanted, start=1):
        progress(at / (len(wanted) + 1), words)
        # Hazards alone have grades; a release may have no places.
        with suppress(ViewError):
            try:
                found[kind] = seen(kind, release, view, scope)
            except NotPermitted:
                is_partial = True
    return Content(release, values, states, asked, system, found, is_partial)
