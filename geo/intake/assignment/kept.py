"""The index of a release's areas, kept beside them: built once for the same borders, whoever asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.intake.assignment.compiled import fingerprint
from geo.intake.assignment.raster_cells import Lattice
from geo.intake.assignment.raster_index import GridIndex
from geo.intake.assignment.raster_parts import Table
from geo.store import Release, derived_arrays

__all__ = ["kept_index", "take_apart"]


def kept_index(
    release: Release, layer: str, polygons: NDArray[np.object_] | Sequence[Any], ids: Sequence[str]
) -> GridIndex:
    """Return the index of a layer of areas: opened where the store keeps it, otherwise built, and kept if possible.

    Parameters
    ----------
    release, layer
        The layer that the areas are from.
    polygons, ids
        All its areas, as for `GridIndex.build`. What is kept is of areas in the order of their codes, as the store
        gives them; of others the index is built anew.

    Raises
    ------
    LayerError
        As `GridIndex.build`, if it is built.
    """
    if any(one >= other for one, other in pairwise(ids)):
        return GridIndex.build(polygons, ids)
    arrays = derived_arrays(
        release, layer, "index", form=fingerprint(), make=lambda: take_apart(GridIndex.build(polygons, ids))
    )
    return _put_together(arrays)


def take_apart(index: GridIndex) -> dict[str, NDArray[Any]]:
    """Return the arrays that an index is made of."""
    return {"lattice": np.array(index.lattice), "coordinates": index.coordinates, **index.table._asdict()}


def _put_together(arrays: Mapping[str, NDArray[Any]]) -> GridIndex:
    west, south, along, up, columns, rows = arrays["lattice"].tolist()
    lattice = Lattice(west, south, along, up, int(columns), int(rows))
    return GridIndex(lattice, arrays["coordinates"], Table(*(arrays[name] for name in Table._fields)))
