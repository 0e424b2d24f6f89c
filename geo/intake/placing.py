"""Events and places get their grid, once; what the file itself records of areas is compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.errors import Fault, LayerError
from geo.intake.assignment.assign import GridIndex, assign_points
from geo.intake.recipes.recipe import Recipe
from geo.intake.repair.table import repair_points
from geo.intake.shapes import to_lonlat
from geo.layers import LAYERS, STORE_CRS

__all__ = ["Agreement", "Coordinates", "compare_recorded", "find_coordinates", "grid_parents", "place_rows"]

_Degrees: TypeAlias = NDArray[np.float64]

_BY_COORDINATES = ("inside", "snapped")
_LON_REACH, _LAT_REACH = 180.0, 90.0


@dataclass(frozen=True)
class Coordinates:
    """Rows with lon and lat in degrees (missing both or neither), and how many are no use, by why, or were repaired."""

    rows: pd.DataFrame
    unusable: dict[str, int]
    repaired: Mapping[str, int]


@dataclass(frozen=True)
class Agreement:
    """How the areas found agree with those that the file records.

    Parameters
    ----------
    column, source
        Column of the area's code; column of the file.
    recorded
        Loaded rows that record a code.
    compared
        Those of them that are placed by their coordinates, and whose code is that of an area that is there.
    agree
        Those of them where both are the same.
    unplaced, unknown
        Rows not compared: not placed by coordinates; recording a code of no area that is there.
    within
        Of the compared, those whose point lies in the recorded area itself; None for grids, which it is the same for.
        Where grids do not nest in the areas above, it is more than agree.
    """

    column: str
    source: str
    recorded: int
    compared: int
    agree: int
    unplaced: int
    unknown: int
    within: int | None = None

    def add(self, other: Agreement) -> Agreement:
        """Return the agreement of these rows and of others of the same file together."""
        within = None if self.within is None or other.within is None else self.within + other.within
        names = ("recorded", "compared", "agree", "unplaced", "unknown")
        return replace(self, within=within, **{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def share(self) -> float | None:
        """Share of the compared rows that agree; None if there are none."""
        return self.agree / self.compared if self.compared else None

    @property
    def share_within(self) -> float | None:
        """Share of the compared rows whose point lies in the recorded area; None if that was not asked."""
        return self.within / self.compared if self.compared and self.within is not None else None


def find_coordinates(rows: pd.DataFrame, recipe: Recipe) -> Coordinates:
    """Return mapped rows with lon and lat in degrees, from their points or from columns in the recipe's system.

    Parameters
    ----------
    rows
        Mapped rows of events or places; a GeoDataFrame of points if the file has them.
    recipe
        For the coordinate system and the pairs that stand for no coordinates.

    Raises
    ------
    LayerError
        When a geometry is not a point.
    InputRefused
        When the coordinate system is not known.
    """
    lon, lat, placeholder = _lon_lat(rows, recipe)
    rows = pd.DataFrame(rows.drop(columns="geometry")) if isinstance(rows, gpd.GeoDataFrame) else rows
    missing = np.isnan(lon) | np.isnan(lat)
    with np.errstate(invalid="ignore"):
        nowhere = ~missing & ~((np.abs(lon) <= _LON_REACH) & (np.abs(lat) <= _LAT_REACH))
    unusable = {
        "empty": int((missing & ~placeholder).sum()),
        "stands for no coordinates": int(placeholder.sum()),
        "not on earth": int(nowhere.sum()),
    }
    gone = missing | nowhere
    lon, lat, repaired = repair_points(np.where(gone, np.nan, lon), np.where(gone, np.nan, lat), recipe)
    return Coordinates(rows.assign(lon=lon, lat=lat), {why: n for why, n in unusable.items() if n}, repaired)


def place_rows(
    rows: pd.DataFrame, grids: gpd.GeoDataFrame, *, snap_tolerance_m: float, index: GridIndex | None = None
) -> pd.DataFrame:
    """Return rows with ``grid_id`` and ``placed``; where a row has no coordinates, a recorded grid_id stays.

    Parameters
    ----------
    rows
        With lon and lat in degrees; a ``grid_id`` is what the file records, ``placed`` is then ``recorded``.
    grids
        The grids of the release, EPSG:4326.
    snap_tolerance_m
        How far outside every grid a point still belongs to the nearest one.
    index
        As in `geo.intake.assignment.assign.assign_points`.
    """
    lon, lat = rows["lon"].to_numpy("float64"), rows["lat"].to_numpy("float64")
    found = assign_points(lon, lat, grids, snap_tolerance_m=snap_tolerance_m, index=index)
    found = found.set_axis(rows.index)
    grid, placed = found["grid_id"], found["placed"]
    if "grid_id" in rows.columns:
        told = (placed == "no_coordinates") & rows["grid_id"].isin(grids["grid_id"])
        grid, placed = grid.mask(told, rows["grid_id"]), placed.mask(told, "recorded")
    return rows.assign(grid_id=grid.astype("str"), placed=placed.astype("str"))


def grid_parents(grids: pd.DataFrame, villages: pd.DataFrame | None) -> pd.DataFrame:
    """Return the codes of the areas above each grid: index ``grid_id``, columns grid_id, village_id, station_id."""
    codes = pd.DataFrame(grids[["grid_id"]])
    for column in ("village_id", "station_id"):
        codes[column] = grids[column] if column in grids.columns else None
    if villages is not None:
        above = codes["village_id"].map(villages.set_index("village_id")["station_id"])
        codes["station_id"] = codes["station_id"].fillna(above)
    return codes.set_index("grid_id", drop=False)


def compare_recorded(
    placed: pd.DataFrame,
    recorded: pd.DataFrame,
    recipe: Recipe,
    parents: pd.DataFrame,
    areas: Mapping[str, gpd.GeoDataFrame] | None = None,
) -> tuple[Agreement, ...]:
    """Compare the areas found with those that the file records.

    Parameters
    ----------
    placed
        Loaded rows with lon, lat, grid_id and placed.
    recorded
        The recorded codes of the same rows, by name of the column.
    recipe
        For the names of the file's columns.
    parents
        As `grid_parents`.
    areas
        Column of the code → areas above the grids, to tell which of them each point itself lies in.
    """
    by_place = placed["grid_id"].where(placed["placed"].isin(_BY_COORDINATES))
    found = parents.reindex(by_place).set_axis(placed.index)
    agreements = []
    for column, told in recipe.placement.recorded.items():
        if column in found.columns:
            codes = recorded.loc[placed.index, column]
            above = (areas or {}).get(column)
            at = None if above is None else _lie_in(placed, above, column)
            agreements.append(_compare(found[column], codes, at, column, told.column, parents))
    return tuple(agreements)


def _lie_in(placed: pd.DataFrame, areas: gpd.GeoDataFrame, column: str) -> pd.Series[Any]:
    """Return the code of the area that each point lies in."""
    named = areas[[column, "geometry"]].rename(columns={column: "grid_id"})
    lon, lat = placed["lon"].to_numpy("float64"), placed["lat"].to_numpy("float64")
    return assign_points(lon, lat, named, snap_tolerance_m=0)["grid_id"].set_axis(placed.index)


def _compare(
    found: pd.Series[Any],
    told: pd.Series[Any],
    at: pd.Series[Any] | None,
    column: str,
    source: str,
    parents: pd.DataFrame,
) -> Agreement:
    there = told.notna()
    known = there & told.isin(parents[column])
    compared = known & found.notna()
    return Agreement(
        column=column,
        source=source,
        recorded=int(there.sum()),
        compared=int(compared.sum()),
        agree=int((found[compared] == told[compared]).sum()),
        unplaced=int((known & found.isna()).sum()),
        unknown=int((there & ~known).sum()),
        within=None if at is None else int((at[compared] == told[compared]).sum()),
    )


def _lon_lat(rows: pd.DataFrame, recipe: Recipe) -> tuple[_Degrees, _Degrees, NDArray[np.bool_]]:
    """Return degrees, and which rows hold a pair that stands for no coordinates (then missing)."""
    from_columns = not isinstance(rows, gpd.GeoDataFrame) and "lon" in rows.columns and "lat" in rows.columns
    if isinstance(rows, gpd.GeoDataFrame):
        lon, lat = _points_of(rows, recipe)
    elif from_columns:
        lon, lat = rows["lon"].to_numpy("float64"), rows["lat"].to_numpy("float64")
    else:
        lon = lat = np.full(len(rows), np.nan)
    placeholder = np.zeros(len(rows), dtype=bool)
    for at_lon, at_lat in recipe.placement.no_coordinates:
        placeholder |= (lon == at_lon) & (lat == at_lat)
    lon, lat = np.where(placeholder, np.nan, lon), np.where(placeholder, np.nan, lat)
    if from_columns and recipe.crs is not None:
        lon, lat = Transformer.from_crs(recipe.crs, STORE_CRS, always_xy=True).transform(lon, lat)
    return lon, lat, placeholder


def _points_of(rows: gpd.GeoDataFrame, recipe: Recipe) -> tuple[_Degrees, _Degrees]:
    shapes = rows.geometry
    other = rows.index[shapes.notna() & ~shapes.is_empty & (shapes.geom_type != "Point")]
    if len(other):
        labels = tuple(int(row) for row in other)
        remedy = f"give {recipe.layer} as points" if recipe.layer in LAYERS else "give points"
        raise LayerError([Fault(recipe.file, "geometry", labels, "not a point", remedy)])
    lonlat = shapely.force_2d(to_lonlat(rows, name=recipe.file, crs=recipe.crs).geometry.to_numpy())
    return shapely.get_x(lonlat), shapely.get_y(lonlat)
