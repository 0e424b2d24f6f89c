"""The compiled loops never look at bounds; here the same lines run in Python, where each index is looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from geo.intake.assignment import raster_cells, raster_index, raster_order, raster_parts

ENTRANCES = ("bin_edges", "sweep_rows", "fill_parts", "_locate", "_direct_rings", "order_by_cell")


class Guarded:
    """Items of an array from some place on; an index before its begin or past its end is an error."""

    def __init__(self, array: NDArray[np.generic], start: int = 0) -> None:
        self.array, self.start = array.reshape(-1), start

    def place(self, index: int) -> int:
        if not 0 <= self.start + index < len(self.array):
            raise IndexError(f"{self.start + index} is not one of {len(self.array)} items")
        return self.start + index

    def __getitem__(self, index: int) -> object:
        return self.array[self.place(index)].item()

    def __setitem__(self, index: int, value: int) -> None:
        self.array[self.place(index)] = value


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_ins: dict[str, Any] = {
        "pointer": lambda array: array if isinstance(array, Guarded) else Guarded(array),
        "shifted": lambda items, steps: Guarded(items.array, items.start + steps),
        "whole": int,
    }
    for module in (raster_cells, raster_parts, raster_order, raster_index):
        for name, stand_in in stand_ins.items():
            monkeypatch.setattr(module, name, stand_in, raising=False)
    for name in ENTRANCES:
        monkeypatch.setattr(raster_index, name, getattr(raster_index, name).py_func)
    monkeypatch.setattr(raster_index, "_FEWEST_CELLS", 64)
    monkeypatch.setattr(raster_index, "_SMALL_INDEX_BYTES", 0)
    monkeypatch.setattr(raster_index, "_FEWEST_IN_ORDER", 0)
    monkeypatch.setattr(raster_order, "_MOST_STRIPS", 16)


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("seed", range(3))
def test_no_loop_leaves_its_arrays(seed: int) -> None:
    random = np.random.default_rng(seed)
    seeds = shapely.multipoints(random.uniform(120, 120.3, (9, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds))
    whole = np.array([*cells, shapely.Point(120.1, 120.1).buffer(0.1, quad_segs=2)], dtype=object)
    holed = shapely.difference(whole, shapely.Point(120.15, 120.15).buffer(0.02, quad_segs=2))
    codes = [str(code) for code in random.permutation(len(holed))]
    lon, lat = random.uniform(119.9, 120.4, (2, 150))
    found = raster_index.GridIndex.build(holed, codes).assign(lon, lat)
    hits = shapely.intersects_xy(holed[:, None], lon, lat)
    by_code = np.argsort(codes)
    first = np.where(hits.any(axis=0), by_code[hits[by_code].argmax(axis=0)], -1)
    assert found.tolist() == first.tolist()
