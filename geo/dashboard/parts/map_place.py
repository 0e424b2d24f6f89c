"""Where the map stands on the pages that have one, and which layers it switches between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from geo.dashboard import cache
from geo.dashboard.frame import Frame

__all__ = ["MapPlace", "is_lowest", "map_place"]

_BESIDE_MORE = (9, 5)
_BESIDE_A_TABLE = (3, 4)
_ALONE = (1,)


@dataclass(frozen=True)
class MapPlace:
    """The place of a map.

    Parameters
    ----------
    widths
        Of the map and of what stands beside it.
    layers
        Layers that the reader can switch between; none for no switch.
    """

    widths: tuple[int, ...]
    layers: tuple[str, ...] = ()


def map_place(frame: Frame, page_id: str) -> MapPlace | None:
    """Return the place of a page's map; None where the page has no map, or the data lack what it shows."""
    find = _PLACES.get(page_id)
    return None if find is None else find(frame)


def is_lowest(frame: Frame) -> bool:
    """Tell whether the area shown has no areas below it; what is known of it stands beside the map then."""
    return frame.tree.level(frame.view.area) == frame.tree.levels[-1]


def _of_layer(frame: Frame, *, layer: str) -> MapPlace | None:
    return MapPlace(_BESIDE_MORE, (layer,)) if layer in cache.layers_shown(frame.release) else None


def _of_coverage(frame: Frame) -> MapPlace | None:
    if "coverage" not in cache.layers_shown(frame.release):
        return None
    return MapPlace(_BESIDE_A_TABLE if cache.sees_grids(frame.scope) else _ALONE)


def _of_today(frame: Frame) -> MapPlace | None:
    present = cache.layers_shown(frame.release)
    if not present:
        return None
    # What is not for this reader leaves its room to the map.
    has_more = is_lowest(frame) or cache.sees_grids(frame.scope)
    return MapPlace(_BESIDE_MORE if has_more else _ALONE, _switched(present, frame.view.layer))


def _switched(present: tuple[str, ...], asked: str) -> tuple[str, ...]:
    """Return the layers of the switch; incidents only where there are no disputes, others when asked for."""
    first = "disputes" if "disputes" in present else "incidents"
    usual = (first, "hazards", "coverage")
    return tuple(layer for layer in present if layer in (*usual, asked))


_PLACES: Mapping[str, Callable[[Frame], MapPlace | None]] = {
    "today": _of_today,
    "coverage": _of_coverage,
    **{layer: partial(_of_layer, layer=layer) for layer in ("disputes", "hazards", "incidents", "service")},
}
