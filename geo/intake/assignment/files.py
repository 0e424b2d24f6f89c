"""Assign the points of any file to the polygons of any other: the points' own columns, grid_id and placed come out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from geo.errors import Fault, InputRefused, LayerError
from geo.intake.assignment.assign import PLACED, assign_points
from geo.intake.cells import to_text
from geo.intake.persons.headers import find_person_columns
from geo.intake.readers.read import read_table
from geo.intake.report import AssignReport
from geo.intake.shapes import repair_polygons, to_lonlat
from geo.intake.spreadsheets import safe_texts
from geo.layers import STORE_CRS
from geo.rules import Rules, load_rules

__all__ = ["assign_file", "find_code_column", "find_lon_lat"]

_LON_NAMES = ("lon", "lng", "long", "longitude", "经度", "x", "xcoord", "pointx", "wgs84lon", "wgs84lng")
_LAT_NAMES = ("lat", "latitude", "纬度", "y", "ycoord", "pointy", "wgs84lat")
_CODE_NAMES = ("gridid", "gridcode", "网格编码", "网格编号", "网格代码", "编码", "编号", "代码", "code", "id")
_CODE_WORDS = ("id", "code", "num", "no", "number", "key", "编码", "编号", "代码")
_SYSTEM_WORDS = ("objectid", "fid", "gid", "globalid", "uuid", "guid", "osm", "shape", "object")
_OWN = ("grid_id", "placed")
_ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True)
class _Grids:
    areas: gpd.GeoDataFrame
    column: str
    dissolved: dict[str, int]
    repaired: tuple[str, ...]


def assign_file(
    points: Path | str,
    grids: Path | str,
    out: Path | str,
    *,
    grid_column: str | None = None,
    lon_lat: tuple[str, str] | None = None,
    crs: str | None = None,
    grids_crs: str | None = None,
    rules: Rules | None = None,
) -> AssignReport:
    """Give every point of a file its grid, and write the file's own columns with ``grid_id`` and ``placed``.

    Columns of these names that the file has already are kept as ``grid_id_file`` and ``placed_file``.

    Parameters
    ----------
    points
        Any readable file: points, or columns of longitude and latitude, found by their names.
    grids
        Any readable file of polygons. Polygons with the same code are one grid; invalid ones are repaired and told.
    out
        A ``.csv`` or ``.parquet`` file; as many rows as the points, in their order. In CSV an apostrophe goes before a
        cell that a spreadsheet would run; Parquet keeps every cell as it is.
    grid_column
        Column of the grids' codes; found by its name if None.
    lon_lat
        Columns of longitude and latitude; found by their names if None.
    crs, grids_crs
        Coordinate systems, where the files do not say them, or wrongly; columns of numbers are lon/lat if None.
    rules
        For the tolerance at borders.

    Returns
    -------
    AssignReport
        With the number of rows by ``inside``, ``snapped``, ``outside``, ``no_coordinates``, and the columns renamed.

    Raises
    ------
    InputRefused
        When a file can't be read, or a column can't be told.
    """
    points, grids, out = Path(points), Path(grids), Path(out)
    if out.suffix.lower() not in _ENDINGS:
        raise InputRefused(f"{out.name}: this kind of file can't be written. Remedy: use one of {', '.join(_ENDINGS)}.")
    known = _read_grids(grids, grid_column, grids_crs)
    table = read_table(points)
    columns, (lon, lat) = _coordinates(table, points, lon_lat, crs)
    found = assign_points(lon, lat, known.areas, snap_tolerance_m=(rules or load_rules()).snap_tolerance_m)
    renamed = _kept_names([str(name) for name in table.columns])
    own = table.rename(columns=renamed)
    result = own.assign(grid_id=found["grid_id"].to_numpy(), placed=found["placed"].to_numpy())
    _write(result, out)
    counts = found["placed"].value_counts()
    return AssignReport(
        points=points.name,
        grids=grids.name,
        out=out,
        rows=len(result),
        placed={how: int(counts.get(how, 0)) for how in PLACED},
        lon_lat=columns,
        grid_column=known.column,
        areas=len(known.areas),
        dissolved=known.dissolved,
        repaired=known.repaired,
        person_columns=tuple(person.column for person in find_person_columns(map(str, own.columns))),
        renamed=renamed,
    )


def _kept_names(columns: Sequence[str]) -> dict[str, str]:
    """Return new names for the file's own columns that bear ours; they are numbered where those are taken as well."""
    taken = {*columns}
    names = {}
    for name in _OWN:
        if name in taken:
            wanted = (f"{name}_file{f'_{number}' if number > 1 else ''}" for number in count(1))
            names[name] = next(new for new in wanted if new not in taken)
    return names


def find_lon_lat(columns: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of longitude and latitude by their names, the plainest names first; None if there are none.

    Examples
    --------
    >>> find_lon_lat(["id", "x_coordinate", "y_coordinate", "Latitude", "Longitude"])
    ('Longitude', 'Latitude')
    """
    by_name = {_squash(name): name for name in reversed(columns)}
    lon = next((by_name[name] for name in _LON_NAMES if name in by_name), None)
    lat = next((by_name[name] for name in _LAT_NAMES if name in by_name), None)
    return None if lon is None or lat is None else (lon, lat)


def find_code_column(table: pd.DataFrame) -> str | None:
    """Return the column that holds the code of each polygon, by its name, or any that is different in each row.

    Of several like codes, those of a data system (``osm_id``, ``_SocrataID``) come last, and most values win.

    Examples
    --------
    >>> find_code_column(pd.DataFrame({"SECTOR": ["1", "1"], "BEAT_NUM": ["0111", "0112"]}))
    'BEAT_NUM'
    """
    names = [str(name) for name in table.columns if name != "geometry" and table[name].notna().all()]
    by_name = {_squash(name): name for name in reversed(names)}
    plain = next((by_name[name] for name in _CODE_NAMES if name in by_name), None)
    if plain is not None:
        return plain
    values = {name: len(table[name].unique()) for name in names}
    like = [name for name in names if any(word in _CODE_WORDS for word in _words(name))]
    if like:
        return max(like, key=lambda name: (not _is_of_a_system(name), values[name]))
    return next((name for name in names if values[name] == len(table)), None)


def _is_of_a_system(name: str) -> bool:
    return name.startswith("_") or any(word in _SYSTEM_WORDS for word in (*_words(name), _squash(name)))


def _read_grids(path: Path, column: str | None, crs: str | None) -> _Grids:
    areas = read_table(path)
    if not isinstance(areas, gpd.GeoDataFrame):
        raise InputRefused(f"{path.name}: it holds no geometry. Remedy: give a file with polygons.")
    column = column or find_code_column(areas)
    if column is None or column not in areas.columns:
        there = ", ".join(str(name) for name in areas.columns if name != "geometry")
        problem = "no column is known as that of the grids' codes" if column is None else f"there is no column {column}"
        raise InputRefused(f"{path.name}: {problem}. Remedy: name one of {there}.")
    codes = to_text(areas[column])
    shapes = areas.geometry
    flat = shapes.geom_type.isin(["Polygon", "MultiPolygon"]) & ~shapes.is_empty & codes.notna()
    if not flat.all():
        rows = tuple(int(row) for row in areas.index[~flat])
        raise LayerError([Fault(path.name, column, rows, "no polygon, or no code", "fill it in or take the row out")])
    lonlat = to_lonlat(areas, name=path.name, crs=crs)
    whole, repaired = repair_polygons(lonlat, codes)
    counts = codes.value_counts()
    pieces = {str(code): int(count) for code, count in counts[counts > 1].sort_index().items()}
    joined = whole.geometry.groupby(codes).agg(lambda parts: _join(parts.to_numpy()))
    layer = gpd.GeoDataFrame({"grid_id": joined.index.astype("str")}, geometry=joined.to_numpy(), crs=STORE_CRS)
    return _Grids(layer, column, pieces, repaired)


def _join(parts: NDArray[np.object_]) -> Any:  # noqa: ANN401 - a shapely geometry
    # A single polygon stays as it is, to the last digit.
    return parts[0] if len(parts) == 1 else shapely.union_all(parts)


def _coordinates(
    table: pd.DataFrame, path: Path, lon_lat: tuple[str, str] | None, crs: str | None
) -> tuple[tuple[str, str] | None, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    if isinstance(table, gpd.GeoDataFrame) and lon_lat is None:
        return None, _points(table, path, crs)
    names = lon_lat or find_lon_lat([str(name) for name in table.columns])
    if names is None or any(name not in table.columns for name in names):
        there = ", ".join(str(name) for name in table.columns)
        raise InputRefused(f"{path.name}: no columns lon and lat. Remedy: name them so; found are {there}.")
    lon, lat = (pd.to_numeric(table[name], errors="coerce").to_numpy("float64") for name in names)
    if crs is not None:
        lon, lat = _transformer(crs).transform(lon, lat)
    there = np.isfinite(lon) & np.isfinite(lat)
    earthly = there & (np.abs(np.where(there, lon, 0)) <= 180) & (np.abs(np.where(there, lat, 0)) <= 90)
    if there.any() and not earthly.any():
        where = f"{path.name}, columns {' and '.join(names)}"
        raise InputRefused(f"{where}: these are no degrees. Remedy: give their crs, or columns of lon and lat.")
    return names, (np.where(there, lon, np.nan), np.where(there, lat, np.nan))


def _points(table: gpd.GeoDataFrame, path: Path, crs: str | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    shapes = to_lonlat(table, name=path.name, crs=crs).geometry
    there = (shapes.notna() & ~shapes.is_empty).to_numpy()
    other = table.index[there & (shapes.geom_type != "Point").to_numpy()]
    if len(other):
        rows = tuple(int(row) for row in other)
        raise LayerError([Fault(path.name, "geometry", rows, "not a point", "give a file of points")])
    return shapely.get_x(shapes.to_numpy()), shapely.get_y(shapes.to_numpy())


def _transformer(crs: str) -> Transformer:
    try:
        return Transformer.from_crs(CRS.from_user_input(crs), STORE_CRS, always_xy=True)
    except CRSError as error:
        raise InputRefused(f"{crs!r} is no coordinate system. Remedy: name it by its EPSG code.") from error


def _write(result: pd.DataFrame, out: Path) -> None:
    """Write beside the place and move there, so that a broken run leaves no half file."""
    part = out.with_name(f".{out.name}.part")
    try:
        if out.suffix.lower() == ".parquet":
            result.to_parquet(part, index=False)
        else:
            # With RFC 4180's line ends a cell that holds a lone carriage return is quoted, and comes back as one.
            safe_texts(_flat(result)).to_csv(part, index=False, encoding=_encoding(result), lineterminator="\r\n")
        part.replace(out)
    except OSError as error:
        raise InputRefused(f"{out}: it can't be written ({error.strerror}). Remedy: check the folder.") from error
    finally:
        part.unlink(missing_ok=True)


def _flat(result: pd.DataFrame) -> pd.DataFrame:
    """Return a table without geometry; points without columns of lon and lat get them, else they would be lost."""
    if not isinstance(result, gpd.GeoDataFrame):
        return result
    table = pd.DataFrame(result.drop(columns="geometry"))
    if find_lon_lat([str(name) for name in table.columns]) is None:
        table = table.assign(
            lon=shapely.get_x(result.geometry.to_numpy()), lat=shapely.get_y(result.geometry.to_numpy())
        )
    return table


def _encoding(result: pd.DataFrame) -> str:
    # Excel takes a CSV without a mark for the machine's own code page, and garbles Chinese.
    texts = [result[name] for name in result.columns if result[name].dtype == "str"]
    plain = all(str(name).isascii() for name in result.columns) and all(
        bool(text.dropna().str.isascii().all()) for text in texts
    )
    return "utf-8" if plain else "utf-8-sig"


def _words(name: str) -> list[str]:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    return [word for word in re.split(r"[^0-9a-z\u3400-\u9fff]+", spaced.lower()) if word]


def _squash(name: str) -> str:
    return "".join(_words(name))
