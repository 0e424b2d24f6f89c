"""The made-up county's land: landscape, cells, areas and the projection from local metres to lon/lat."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from pyproj import CRS

from geo.crs import project_points, unproject_points, working_crs
from geo.demo.layout import Layout, lay_out
from geo.demo.lines import Shapes, polygons_of
from geo.demo.mesh import Mesh, Town, lake_of, make_mesh
from geo.demo.settle import settle
from geo.demo.terrain import Floats, Ints, River, Terrain, make_terrain, trace_rivers

CENTRE = (120.3, 29.7)
"""Longitude and latitude of the middle of the county, which does not exist."""
SIMPLIFY_M = 14.0
DECIMALS = 6
"""Degrees are kept to a tenth of a metre, so that a border is the same text in every file."""


@dataclass(frozen=True)
class Land:
    """Everything that is seen from above; cells and lines in local metres, ``grids`` in lon/lat."""

    terrain: Terrain
    rivers: list[River]
    towns: list[Town]
    mesh: Mesh
    layout: Layout
    grids: Shapes
    """Polygon of each grid in lon/lat, a valid coverage."""

    @cached_property
    def grid_station(self) -> Ints:
        """Station of each grid."""
        return self.layout.village_station[self.layout.grid_village]

    @cached_property
    def grid_urban(self) -> Ints:
        """1 for grids of communities, 0 for grids of villages."""
        return self.layout.village_urban[self.layout.grid_village]

    @cached_property
    def villages(self) -> Shapes:
        """Polygon of each village, the exact union of its grids."""
        return union_by(self.grids, self.layout.grid_village)

    @cached_property
    def stations(self) -> Shapes:
        """Polygon of each station's jurisdiction."""
        return union_by(self.villages, self.layout.village_station)

    @cached_property
    def county(self) -> shapely.Geometry:
        """Polygon of the county."""
        return shapely.coverage_union_all(self.stations)

    @cached_property
    def grid_centres(self) -> Floats:
        """A point inside each grid, in local metres, shape (n, 2)."""
        return to_metres(shapely.get_coordinates(shapely.point_on_surface(self.grids)))

    @cached_property
    def grid_area_km2(self) -> Floats:
        """Area of each grid in km²."""
        return np.asarray(shapely.area(shapely.transform(self.grids, to_metres)) / 1e6)


def make_land(rng: np.random.Generator) -> Land:
    """Make a landscape, settle it and draw its borders.

    Parameters
    ----------
    rng
        Source of all chance.
    """
    terrain = make_terrain(rng)
    rivers = trace_rivers(terrain, rng)
    settlement = settle(terrain, rng)
    wet = np.any(settlement.lakes, axis=0) if settlement.lakes else np.zeros_like(terrain.height_m, dtype=bool)
    mesh = make_mesh(rng, rivers=rivers, towns=settlement.towns, lakes=wet)
    layout = lay_out(mesh, terrain, settlement, lake_of(mesh, settlement.lakes, rng), rng)
    shapes = polygons_of(mesh, layout.grid, count=len(layout.grid_village), tolerance_m=SIMPLIFY_M)
    return Land(terrain, rivers, settlement.towns, mesh, layout, shapely.transform(shapes, to_lonlat))


def to_lonlat(points: Floats) -> Floats:
    """Turn local metres into lon/lat, rounded."""
    lonlat = np.column_stack(unproject_points(points[:, 0], points[:, 1], _local_crs()))
    return np.asarray(np.round(lonlat, DECIMALS), dtype=np.float64)


def to_metres(points: Floats) -> Floats:
    """Turn lon/lat into local metres."""
    return np.column_stack(project_points(points[:, 0], points[:, 1], _local_crs()))


def around(middle: Floats, apart_m: Floats, rng: np.random.Generator) -> Floats:
    """Go from a middle, (2,) or (n, 2) in local metres, a distance (n metres) in a direction of chance."""
    angle = rng.uniform(0, 2 * np.pi, len(apart_m))
    return np.asarray(middle + apart_m[:, None] * np.column_stack([np.cos(angle), np.sin(angle)]))


def _local_crs() -> CRS:
    lon, lat = CENTRE
    return working_crs((lon, lat, lon, lat))


def union_by(shapes: Shapes, member: Ints) -> Shapes:
    """Unite the polygons of a coverage that have the same number; the borders that stay keep every vertex."""
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(member.max() + 2))
    united = np.empty(member.max() + 1, dtype=object)
    for number in range(len(united)):
        united[number] = _bare(shapely.coverage_union_all(shapes[order[starts[number] : starts[number + 1]]]))
    return united


def _bare(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape
