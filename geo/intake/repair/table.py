"""Repairs of a file's table before it is mapped, and of the points that come of it: each by name, each counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeAlias, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import Datum, to_wgs84
from geo.intake.cells import to_text
from geo.intake.doctor.angles import ANGLE_KINDS, read_angles
from geo.intake.match import fullmatch
from geo.intake.recipes.recipe import Recipe
from geo.intake.repair.codes import clean_codes
from geo.intake.serials import SERIAL, date_texts
from geo.layers import LAYERS

__all__ = ["POINT_REPAIRS", "TABLE_REPAIRS", "TOTALS", "repair_points", "repair_table"]

_Degrees: TypeAlias = NDArray[np.float64]


def repair_table(table: pd.DataFrame, recipe: Recipe) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """Return a file's table with the repairs that its recipe asks for, and how many rows each changed.

    Parameters
    ----------
    table
        The columns that the recipe reads; not changed itself.
    recipe
        Its ``repair`` names what to do; names of `TABLE_REPAIRS` are done here, in that order.
    """
    changed: dict[str, int] = {}
    for name, mend in TABLE_REPAIRS.items():
        if name in recipe.repair:
            table, changed[name] = mend(table, recipe)
    return table, changed


def repair_points(lon: _Degrees, lat: _Degrees, recipe: Recipe) -> tuple[_Degrees, _Degrees, Mapping[str, int]]:
    """Return points in WGS84 where the recipe says that they are in another datum, and how many were moved.

    Parameters
    ----------
    lon, lat
        n degrees each; NaN where there is none.
    """
    changed: dict[str, int] = {}
    for name, datum in POINT_REPAIRS.items():
        if name in recipe.repair:
            changed[name] = int((np.isfinite(lon) & np.isfinite(lat)).sum())
            lon, lat = to_wgs84(lon, lat, datum)
    return lon, lat, changed


def _read_written(table: pd.DataFrame, recipe: Recipe) -> tuple[pd.DataFrame, int]:
    """Read longitudes and latitudes in degrees, minutes and seconds, or with a comma for the point."""
    changed = np.zeros(len(table), dtype=bool)
    for source in _lon_lat_columns(table, recipe):
        angles = read_angles(to_text(table[source]))
        otherwise = np.isin(angles.kinds, [ANGLE_KINDS.index("comma"), ANGLE_KINDS.index("sexagesimal")])
        decimals = pd.Series([repr(float(degrees)) for degrees in angles.degrees], index=table.index, dtype="str")
        table = table.assign(**{source: to_text(table[source]).mask(otherwise, decimals)})
        changed |= otherwise
    return table, int(changed.sum())


def _swap(table: pd.DataFrame, recipe: Recipe) -> tuple[pd.DataFrame, int]:
    """Take longitude for latitude and the other way round, in shapes where the file has them."""
    if isinstance(table, gpd.GeoDataFrame):
        there = ~(table.geometry.isna() | table.geometry.is_empty)
        drawn = shapely.transform(table.geometry.to_numpy(), lambda points: points[:, ::-1])
        return table.set_geometry(gpd.GeoSeries(drawn, index=table.index, crs=table.crs)), int(there.sum())
    columns = _lon_lat_columns(table, recipe)
    if len(columns) != 2:
        return table, 0
    lon, lat = columns
    both = table[lon].notna() & table[lat].notna()
    return table.assign(**{lon: table[lat], lat: table[lon]}), int(both.sum())


def _lon_lat_columns(table: pd.DataFrame, recipe: Recipe) -> list[str]:
    return [recipe.columns[name] for name in ("lon", "lat") if recipe.columns.get(name) in table.columns]


def _clean_codes(table: pd.DataFrame, recipe: Recipe) -> tuple[pd.DataFrame, int]:
    """Take off codes what typing and exporting did to them."""
    changed = np.zeros(len(table), dtype=bool)
    for source in _code_columns(table, recipe):
        cleaned, cells = clean_codes(to_text(table[source]))
        table = table.assign(**{source: cleaned})
        changed |= table.index.isin(cells)
    return table, int(changed.sum())


def _read_serials(table: pd.DataFrame, recipe: Recipe, *, from_1904: bool) -> tuple[pd.DataFrame, int]:
    """Read Excel's numbers of days as dates."""
    changed = np.zeros(len(table), dtype=bool)
    for source in _date_columns(table, recipe):
        cells = to_text(table[source])
        serial = fullmatch(cells, SERIAL)
        if serial.any():
            mended = cells.copy()
            mended.loc[serial] = date_texts(cells[serial], from_1904=from_1904)
            table = table.assign(**{source: mended})
            changed |= serial
    return table, int(changed.sum())


def _date_columns(table: pd.DataFrame, recipe: Recipe) -> list[str]:
    dtypes = LAYERS[recipe.layer].dtypes
    sources = [source for name, source in recipe.columns.items() if dtypes.get(name, "").startswith("datetime64")]
    return [source for source in dict.fromkeys(sources) if source in table.columns]


def _code_columns(table: pd.DataFrame, recipe: Recipe) -> list[str]:
    sources = [source for name, source in recipe.columns.items() if name.endswith("_id")]
    sources += [recorded.column for recorded in recipe.placement.recorded.values()]
    return [source for source in dict.fromkeys(sources) if source in table.columns]


#: Leaves out rows of totals and notes; done where the rows are read, as the word may stand in any column.
TOTALS = "rows:totals"
Mend: TypeAlias = Callable[[pd.DataFrame, Recipe], tuple[pd.DataFrame, int]]
#: Repairs of a table, in the order in which they are done: what is written has to be read before it can be swapped.
TABLE_REPAIRS: Mapping[str, Mend] = MappingProxyType(
    {
        "codes:text": _clean_codes,
        "time:serial": partial(_read_serials, from_1904=False),
        "time:serial1904": partial(_read_serials, from_1904=True),
        "coordinates:written": _read_written,
        "coordinates:swap": _swap,
    }
)
#: Repairs of points → the datum that they are in.
POINT_REPAIRS: Mapping[str, Datum] = MappingProxyType(
    cast("dict[str, Datum]", {"datum:gcj02": "gcj02", "datum:bd09": "bd09"})
)
