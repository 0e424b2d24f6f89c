"""Heights drain to one outlet; lakes have the area asked for."""

from __future__ import annotations

import numpy as np
import pytest

from geo.demo.terrain import CELL_M, CELLS, Terrain, flood, make_terrain, resample, trace_rivers


@pytest.fixture(scope="module")
def terrain() -> Terrain:
    return make_terrain(np.random.default_rng(3))


def test_all_water_reaches_one_outlet(terrain: Terrain) -> None:
    further = terrain.receiver
    for _ in range(20):
        further = further[further]

    assert len(np.unique(further)) == 1


def test_the_outlet_drains_the_whole_raster(terrain: Terrain) -> None:
    assert terrain.catchment_km2.max() == pytest.approx(CELLS**2 * (CELL_M / 1000) ** 2)


def test_water_runs_downhill(terrain: Terrain) -> None:
    filled = terrain.filled_m.ravel()
    flows = terrain.receiver != np.arange(filled.size)

    assert (filled[terrain.receiver][flows] < filled[flows]).all()


def test_a_lake_has_about_the_area_asked_for(terrain: Terrain) -> None:
    dam = int(np.argmin(np.abs(terrain.catchment_km2.ravel() - 150)))

    lake = flood(terrain, dam, area_km2=9.0)

    assert lake.ravel()[dam]
    assert lake.sum() * (CELL_M / 1000) ** 2 == pytest.approx(9.0, rel=0.25)


def test_a_point_on_a_cell_has_the_height_of_the_cell(terrain: Terrain) -> None:
    middle = np.array([[0.5, 0.5]]) * CELL_M  # cells lie half a cell beside the centre

    assert terrain.sample(middle) == pytest.approx(terrain.height_m[CELLS // 2, CELLS // 2])


def test_rivers_of_higher_rank_drain_more(terrain: Terrain) -> None:
    rivers = trace_rivers(terrain, np.random.default_rng(0))

    assert {river.rank for river in rivers} == {1, 2, 3}
    assert all(river.catchment_km2 >= 400 for river in rivers if river.rank == 1)
    assert all(river.catchment_km2 < 90 for river in rivers if river.rank == 3)


def test_a_line_is_cut_in_equal_steps() -> None:
    assert resample(np.array([[0.0, 0.0], [10.0, 0.0]]), 2.5)[:, 0].tolist() == [0, 2.5, 5, 7.5, 10]
