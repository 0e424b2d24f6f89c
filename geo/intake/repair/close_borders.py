"""Close narrow gaps and overlaps between areas, so that neighbours share the very same border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.intake.doctor.areas import Metric, find_gaps, find_overlaps

__all__ = ["Closing", "WideOverlaps", "close_borders"]

# Less is what rounding does to a border that got a new point.
_LEAST_CHANGE_M2 = 0.1


class WideOverlaps(GeoError):
    """Areas overlap by more than what may be closed; ``pairs`` are their positions."""

    def __init__(self, pairs: Sequence[tuple[int, int]], *, width_m: float) -> None:
        self.pairs = tuple(pairs)
        told = ", ".join(f"{first} and {second}" for first, second in self.pairs[:5])
        super().__init__(
            f"{len(self.pairs)} overlaps are wider than {width_m:g} m, such as between areas {told}. "
            "Remedy: decide in QGIS whose land it is, or give a larger width"
        )


@dataclass(frozen=True, eq=False)
class Closing:
    """Areas whose narrow gaps and overlaps are closed, and what was done.

    Parameters
    ----------
    areas
        n polygons, EPSG:4326, in the order given.
    changed
        Positions of the areas whose size changed.
    gaps, overlaps
        Number of gaps filled and of overlaps given to one of the two.
    moved_m2
        Size of what was filled or taken away, in m².
    wider
        Gaps that stay as they are because they are wider than asked.
    """

    areas: NDArray[np.object_]
    changed: tuple[int, ...]
    gaps: int
    overlaps: int
    moved_m2: float
    wider: int


def close_borders(polygons: Sequence[Any] | NDArray[np.object_], *, width_m: float) -> Closing:
    """Give gaps and overlaps up to a width to the neighbour with the longest border, and leave a valid coverage.

    Parameters
    ----------
    polygons
        n valid polygons or multipolygons, EPSG:4326.
    width_m
        Widest gap or overlap to close, in metres: the diameter of the largest circle that fits into it. A gap may be
        open to the outside, where it has areas on both sides.

    Raises
    ------
    WideOverlaps
        When areas overlap by more than the width, so that no coverage can be made without deciding whose land it is.
    GeoError
        When the width is not positive.

    Notes
    -----
    Overlaps are given away by GEOS' coverage cleaner, which also makes shared borders meet in the same points
    (https://libgeos.org/doxygen/classgeos_1_1coverage_1_1CoverageCleaner.html).

    Examples
    --------
    >>> closing = close_borders(shapely.box([120, 120.00999], 30, [120.01, 120.02], 30.01), width_m=2)
    >>> closing.overlaps, bool(shapely.coverage_is_valid(closing.areas))
    (1, True)
    """
    if not width_m > 0:
        raise GeoError(f"a width of {width_m} m closes nothing. Remedy: give a width above 0")
    before = Metric.of(polygons)
    overlaps, gaps = find_overlaps(before), find_gaps(before, open_width_m=width_m)
    wide = overlaps[overlaps["width_m"] > width_m]
    if len(wide):
        raise WideOverlaps(list(zip(wide["first"], wide["second"], strict=True)), width_m=width_m)
    narrow = gaps[gaps["width_m"] <= width_m]
    filled = _filled(before.lonlat, narrow["neighbours"], narrow.geometry.to_numpy())
    closed = shapely.coverage_clean(filled)  # type: ignore[attr-defined]  # newer than its stubs
    # The cleaner gives back what is left of each area; one that lay wholly in others is nothing now. A border that only
    # got a point is as it was in longitude and latitude, not in metres.
    size = shapely.area(before.lonlat)
    change_m2 = np.abs(shapely.area(closed) - size) * shapely.area(before.metres) / size
    return Closing(
        areas=closed,
        changed=tuple(int(position) for position in np.flatnonzero(change_m2 > _LEAST_CHANGE_M2)),
        gaps=len(narrow),
        overlaps=len(overlaps),
        moved_m2=float(narrow["area_m2"].sum() + overlaps["area_m2"].sum()),
        wider=len(gaps) - len(narrow),
    )


def _filled(
    areas: NDArray[np.object_], neighbours: Sequence[tuple[int, ...]], gaps: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Return the areas with each gap joined to its first neighbour."""
    filled = areas.copy()
    for around, gap in zip(neighbours, gaps, strict=True):
        filled[around[0]] = shapely.union(filled[around[0]], gap)
    return filled
