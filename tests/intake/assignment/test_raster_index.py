from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.errors import GeoError, LayerError
from geo.intake.assignment import raster_index
from geo.intake.assignment.raster_cells import Lattice, reference_point
from geo.intake.assignment.raster_index import GridIndex
from geo.intake.assignment.raster_order import order_by_cell

Polygons = NDArray[np.object_]
Doubles = NDArray[np.float64]
Maker = Callable[[np.random.Generator], Polygons]


def join_by_sjoin(
    polygons: Polygons, codes: list[str], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> list[int]:
    """Give the position of each point's grid as geopandas sees it, the smallest code first."""
    points = gpd.GeoDataFrame({"point": np.arange(len(lon))}, geometry=gpd.points_from_xy(lon, lat), crs=4326)
    grids = gpd.GeoDataFrame({"grid": np.arange(len(codes)), "code": codes}, geometry=polygons, crs=4326)
    joined = gpd.sjoin(points, grids, how="left", predicate="intersects").sort_values(["point", "code"])
    found: list[int] = joined.drop_duplicates("point")["grid"].fillna(-1).astype(int).tolist()
    return found


def points_that_try(polygons: Polygons, random: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give points anywhere, on vertices, on borders as near as doubles come, and one step of a double beside them."""
    west, south, east, north = shapely.total_bounds(polygons)
    anywhere = random.uniform([west - 0.01, south - 0.01], [east + 0.01, north + 0.01], (300, 2))
    rings = shapely.get_rings(shapely.get_parts(polygons))
    vertices = shapely.get_coordinates(rings)
    share = random.uniform(0, 1, len(rings))
    borders = shapely.get_coordinates(shapely.line_interpolate_point(rings, share, normalized=True))
    middles = (vertices[:-1] + vertices[1:]) / 2
    close = np.concatenate([vertices, borders, middles])
    close = close[random.permutation(len(close))[:400]]
    beside = np.nextafter(close, random.choice([-np.inf, np.inf], close.shape))
    points = random.permutation(np.concatenate([anywhere, close, beside]))
    return points[:, 0], points[:, 1]


def voronoi(random: np.random.Generator) -> Polygons:
    seeds = shapely.multipoints(random.uniform([120, 30], [120.5, 30.4], (random.integers(3, 120), 2)))
    return np.asarray(shapely.get_parts(shapely.voronoi_polygons(seeds)))


def rectangles(random: np.random.Generator) -> Polygons:
    """Rectangles that share corners, on binary fractions of a degree: many points are exactly on borders."""
    edges_lon = 120 + np.unique(random.integers(0, 64, 8)) / 64
    edges_lat = 30 + np.unique(random.integers(0, 64, 8)) / 64
    west, south = (side.ravel() for side in np.meshgrid(edges_lon[:-1], edges_lat[:-1]))
    east, north = (side.ravel() for side in np.meshgrid(edges_lon[1:], edges_lat[1:]))
    return np.asarray(shapely.box(west, south, east, north))


def with_holes(random: np.random.Generator) -> Polygons:
    """Round areas that overlap, with holes, some of which hold an island of another grid."""
    centres = shapely.points(random.uniform([120, 30], [120.2, 30.2], (12, 2)))
    radius = random.uniform(0.01, 0.06, 12)
    whole = shapely.buffer(centres, radius, quad_segs=int(random.integers(1, 9)))
    holed = shapely.difference(whole, shapely.buffer(centres, radius * 0.6, quad_segs=3))
    islands = shapely.buffer(centres, radius * 0.3)
    return np.append(holed, islands)


def multiparts(random: np.random.Generator) -> Polygons:
    """Tessellation cells dealt out to few grids: areas in several pieces that touch in corners and enclose others."""
    cells = voronoi(random)
    dealt = random.integers(0, max(2, len(cells) // 4), len(cells))
    return np.array([shapely.union_all(cells[dealt == grid]) for grid in np.unique(dealt)], dtype=object)


def slivers(random: np.random.Generator) -> Polygons:
    """Fans of very thin triangles around one vertex, and a grid below them all."""
    angles = np.sort(random.uniform(0, 2 * np.pi, 40))
    tips = np.stack([120.1 + 0.1 * np.cos(angles), 30.1 + 0.1 * np.sin(angles)], axis=-1)
    thin = tips + random.uniform(1e-9, 1e-6, (40, 1)) * [[1.0, 0.3]]
    rings = np.stack([np.broadcast_to([120.1, 30.1], (40, 2)), tips, thin], axis=1)
    triangles = np.asarray(shapely.polygons(rings))
    below = np.array([shapely.box(120.05, 30.05, 120.15, 30.12)], dtype=object)
    return np.concatenate([triangles[shapely.is_valid(triangles)], below])


def huge_and_tiny(random: np.random.Generator) -> Polygons:
    """A country with a town of tiny grids in it, as a hole, and a tiny grid that overlaps the country."""
    town = rectangles(random)
    small = shapely.transform(town, lambda lonlat: 115 + (lonlat - [120, 30]) / 512)
    country = shapely.box(80, 20, 130, 45).difference(shapely.box(*shapely.total_bounds(small)))
    return np.concatenate([[country], small, [shapely.box(100, 30, 100.0001, 30.0001)]])


def nested(random: np.random.Generator) -> Polygons:
    """Squares within squares, all of them whole: a point is in many grids."""
    half = np.sort(random.uniform(0.001, 0.2, 15))
    return np.asarray(shapely.box(120 - half, 30 - half, 120 + half, 30 + half / 2))


@pytest.mark.parametrize("make", [voronoi, rectangles, with_holes, multiparts, slivers, huge_and_tiny, nested])
@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 2**32 - 1))
def test_each_point_gets_the_grid_that_sjoin_gives_it(make: Maker, seed: int) -> None:
    random = np.random.default_rng(seed)
    polygons = make(random)
    codes = [f"{code:04}" for code in random.permutation(len(polygons))]
    lon, lat = points_that_try(polygons, random)
    assert GridIndex.build(polygons, codes).assign(lon, lat).tolist() == join_by_sjoin(polygons, codes, lon, lat)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_points_and_of_grids_changes_nothing(seed: int) -> None:
    random = np.random.default_rng(seed)
    polygons = voronoi(random)
    codes = np.array([f"{code:04}" for code in random.permutation(len(polygons))])
    lon, lat = points_that_try(polygons, random)
    grids, points = random.permutation(len(polygons)), random.permutation(len(lon))
    found = GridIndex.build(polygons, codes.tolist()).assign(lon, lat)
    shuffled = GridIndex.build(polygons[grids], codes[grids].tolist()).assign(lon[points], lat[points])
    assert np.append(codes[grids], "")[shuffled].tolist() == np.append(codes, "")[found[points]].tolist()


def test_borders_through_the_points_that_cells_are_known_for() -> None:
    frame = shapely.box(120, 30, 121, 31)
    lattice = GridIndex.build([frame], ["frame"]).lattice
    centres = [reference_point(lattice[:4], column, row, 0) for column in range(2, 30) for row in (3, 9, 15)]
    fan = shapely.Polygon([centres[0], centres[40], centres[41], centres[80], centres[-1], centres[7]]).convex_hull
    boxes = shapely.box(*np.transpose(centres[:-4]), *np.transpose(centres[4:]))
    polygons = np.array([frame, fan, *boxes[shapely.area(boxes) > 0]], dtype=object)
    codes = [f"{len(polygons) - number:03}" for number in range(len(polygons))]
    random = np.random.default_rng(5)
    lon, lat = points_that_try(polygons, random)
    assert GridIndex.build(polygons, codes).assign(lon, lat).tolist() == join_by_sjoin(polygons, codes, lon, lat)


@pytest.mark.parametrize("beside", [0.0, 1e-12, 5e-5, -5e-5, 0.03])
def test_borders_along_the_borders_of_cells(beside: float) -> None:
    frame = shapely.box(120, 30, 121, 31)
    lattice = GridIndex.build([frame], ["frame"]).lattice
    lon = lattice.west + (np.array([4, 5, 9, 17]) + beside) / lattice.columns_per_degree
    lat = lattice.south + (np.array([3, 8, 9, 20]) - beside) / lattice.rows_per_degree
    west, south = (side.ravel() for side in np.meshgrid(lon[:-1], lat[:-1]))
    east, north = (side.ravel() for side in np.meshgrid(lon[1:], lat[1:]))
    polygons = np.array([*shapely.box(west, south, east, north), frame], dtype=object)
    codes = [f"{number:02}" for number in range(len(polygons))]
    random = np.random.default_rng(7)
    lons, lats = np.concatenate(
        [points_that_try(polygons, random), random.uniform([[120], [30]], [[121], [31]], (2, 9999))], axis=1
    )
    assert GridIndex.build(polygons, codes).assign(lons, lats).tolist() == join_by_sjoin(polygons, codes, lons, lats)


@pytest.mark.parametrize("beside", [0.0, 1e-6, 1.5e-4, -1.5e-4])
def test_borders_just_past_the_corners_of_cells(beside: float) -> None:
    # The slanting side passes corners of cells so closely that it is listed in cells that it does not touch.
    frame = shapely.box(120, 30, 121, 31)
    lattice = GridIndex.build([frame], ["frame"]).lattice
    columns, rows = np.array([[4, 24 + beside, 4], [4, 4, 24 + beside]])
    per_degree = (lattice.columns_per_degree, lattice.rows_per_degree)
    corners = np.transpose([lattice.west + columns / per_degree[0], lattice.south + rows / per_degree[1]])
    polygons = np.array([frame, shapely.Polygon(corners)], dtype=object)
    lons, lats = np.random.default_rng(7).uniform([[120], [30]], [[121], [31]], (2, 20_000))
    assert GridIndex.build(polygons, ["b", "a"]).assign(lons, lats).tolist() == join_by_sjoin(
        polygons, ["b", "a"], lons, lats
    )


def test_a_border_belongs_to_the_smallest_code_as_text() -> None:
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    # "10" comes before "9" as text, though not as a number.
    assert GridIndex.build([left, right], ["9", "10"]).assign([1.0, 1.0, 0.5], [0.5, 1.0, 0.5]).tolist() == [1, 1, 0]


def test_neighbours_whose_vertices_differ_share_the_border() -> None:
    # The left grid has one vertex more on the common border than the right one.
    left = shapely.Polygon([(0, 0), (1, 0), (1, 0.25), (1, 1), (0, 1)])
    index = GridIndex.build([left, shapely.box(1, 0, 2, 1)], ["b", "a"])
    assert index.assign([1.0, 1.0, 0.999, 1.001], [0.25, 0.7, 0.25, 0.25]).tolist() == [1, 1, 0, 1]


def test_what_has_no_place_is_in_no_grid() -> None:
    index = GridIndex.build([shapely.box(0, 0, 1, 1)], ["a"])
    nowhere = [np.nan, np.inf, -np.inf, 1e300, 0.5]
    assert index.assign(nowhere, [0.5, 0.5, 0.5, 0.5, np.nan]).tolist() == [-1] * 5
    assert index.assign([], []).tolist() == []
    assert GridIndex.build([], []).assign([0.5], [0.5]).tolist() == [-1]


@pytest.mark.parametrize("number", [0, 1, 20_000, 300_000])
def test_points_that_are_brought_in_order_get_the_same_grids(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    random = np.random.default_rng(number)
    polygons = voronoi(random)
    index = GridIndex.build(polygons, [str(code) for code in random.permutation(len(polygons))])
    lon, lat = random.uniform(119.9, 120.6, number), random.uniform(29.9, 30.5, number)
    lon[: number // 9] = np.nan
    expected = index.assign(lon, lat, in_order=True)
    ordered = list[int]()

    def count(lattice: Lattice, lons: Doubles, lats: Doubles, order: NDArray[np.int32]) -> None:
        ordered.append(len(order))
        order_by_cell(lattice, lons, lats, order)

    monkeypatch.setattr(raster_index, "order_by_cell", count)
    monkeypatch.setattr(raster_index, "_SMALL_INDEX_BYTES", 0)
    np.testing.assert_array_equal(index.assign(lon, lat), expected)
    assert sum(ordered) == (number if number >= 20_000 else 0)
    assert (number < 9) == (len(np.unique(expected)) < 2)


def test_many_points_are_cut_in_tasks_without_a_seam() -> None:
    random = np.random.default_rng(3)
    polygons = voronoi(random)
    index = GridIndex.build(polygons, [str(number) for number in range(len(polygons))])
    lon, lat = random.uniform(120, 120.5, 600_001), random.uniform(30, 30.4, 600_001)
    parts = [index.assign(lon[first : first + 1000], lat[first : first + 1000]) for first in range(0, len(lon), 1000)]
    assert np.array_equal(index.assign(lon, lat), np.concatenate(parts))


@pytest.mark.parametrize(
    ("polygons", "codes", "words"),
    [
        ([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], ["7"], ["grid 7 has an invalid polygon", "make_valid"]),
        ([shapely.box(0, 0, 1, 1), None], ["1", "2"], ["grid 2 has no polygon"]),
        ([shapely.Point(0, 0)], ["3"], ["grid 3 has no polygon"]),
        ([shapely.box(0, 0, 1, 1)] * 2, ["4", "4"], ["grid 4 is there more than once", "dissolve"]),
    ],
)
def test_grids_that_cannot_be_used_are_named(polygons: list[object], codes: list[str], words: list[str]) -> None:
    with pytest.raises(LayerError) as refusal:
        GridIndex.build(polygons, codes)
    assert all(word in str(refusal.value) for word in words)


def test_all_faults_are_told_at_once() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    with pytest.raises(LayerError) as refusal:
        GridIndex.build([bow, None, *[shapely.box(0, 0, 1, 1)] * 2], ["1", "2", "3", "3"])
    assert len(refusal.value.faults) == 3


def test_longitudes_without_latitudes_are_refused() -> None:
    with pytest.raises(GeoError, match="not points"):
        GridIndex.build([shapely.box(0, 0, 1, 1)], ["a"]).assign([0.5, 0.5], [0.5])
