"""Tables that leave the screen: CSV for Excel and GeoJSON for QGIS, with the values that the screen shows."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.errors import ViewError
from geo.intake.spreadsheets import safe_texts
from geo.layers import AREA_LEVELS
from geo.privacy import Protected
from geo.store import Release, read_layer

__all__ = ["WITHHELD", "csv_text", "geojson_text", "with_withheld", "write_csv", "write_geojson"]

#: The column, present only where something is withheld, that names the row's withheld columns.
WITHHELD = "withheld"

#: Decimals of a degree in files; a hundred-millionth of a degree is about a millimetre.
_DEGREE_DECIMALS = 8


def write_csv(protected: Protected, out: Path) -> None:
    """Write a table as CSV in UTF-8 with a byte order mark, as Excel wants it; no cell of it runs as a formula.

    Parameters
    ----------
    protected
        What may be seen. A withheld cell is empty and named in the row's column ``withheld``; a missing one is empty.
    out
        The file to write.
    """
    out.write_text(csv_text(protected), encoding="utf-8-sig", newline="")


def csv_text(protected: Protected) -> str:
    """Return a table as CSV text, without the byte order mark; no cell of it runs as a formula."""
    return str(safe_texts(with_withheld(protected)).to_csv(index=False, lineterminator="\r\n", date_format="%Y-%m-%d"))


def write_geojson(release: Release, protected: Protected, out: Path, *, lang: str = "en") -> None:
    """Write areas with their values as GeoJSON (RFC 7946: WGS84 longitude and latitude, outer rings anticlockwise).

    Parameters
    ----------
    release
        Where the borders come from.
    protected
        What may be seen, one row per area of one level.
    out
        The file to write.
    lang
        Language of the member ``title`` of each area: ``en`` or ``zh_CN``.

    Raises
    ------
    ViewError
        When the rows are not areas.
    """
    out.write_text(geojson_text(release, protected, lang=lang), encoding="utf-8")


def geojson_text(release: Release, protected: Protected, *, lang: str = "en") -> str:
    """Return areas with their values as GeoJSON text; see `write_geojson`."""
    frame = with_withheld(protected)
    if "area_id" not in frame or frame["level"].nunique() > 1:
        raise ViewError("This table has no areas of one level. Remedy: save it as CSV.")
    geometries = _geometries(release, frame)
    features = [
        _feature(row, geometry, lang=lang) for row, geometry in zip(frame.to_dict("records"), geometries, strict=True)
    ]
    collection = {"type": "FeatureCollection", "maplegrid": _origin(release, protected), "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)


def _geometries(release: Release, frame: pd.DataFrame) -> list[dict[str, Any] | None]:
    if frame.empty:
        return []
    level = str(frame["level"].iloc[0])
    areas = read_layer(release, AREA_LEVELS[level], columns=[f"{level}_id", "geometry"]).set_index(f"{level}_id")
    shapes = areas.geometry.reindex(frame["area_id"]).to_numpy()
    turned = shapely.orient_polygons(shapes)
    rounded = shapely.transform(turned, lambda lonlat: np.round(lonlat, _DEGREE_DECIMALS))
    return [None if shape is None else shapely.geometry.mapping(shape) for shape in rounded]


def _feature(row: Mapping[Hashable, Any], geometry: dict[str, Any] | None, *, lang: str) -> dict[str, Any]:
    values = {str(column): _plain(value) for column, value in row.items()}
    name_en = values.get("name_en")
    title = name_en if lang == "en" and name_en else values.get("name")
    return {"type": "Feature", "id": values["area_id"], "geometry": geometry, "properties": {"title": title} | values}


def _origin(release: Release, protected: Protected) -> dict[str, Any]:
    return {
        "view": protected.view.to_query(),
        "role": protected.scope.role,
        "release": release.number,
        "as_of": release.as_of.isoformat(),
        "rules": release.rules_hash,
        "made_up": release.made_up,
        "sources": dict(release.sources),
    }


def with_withheld(protected: Protected) -> pd.DataFrame:
    """Return the table, with a last column that names each row's withheld columns where there are any."""
    hidden = protected.protected
    if not hidden.to_numpy().any():
        return protected.frame
    names = hidden.columns.astype(str).to_numpy()
    told = [" ".join(names[cells]) for cells in hidden.to_numpy(dtype=bool)]
    return protected.frame.assign(**{WITHHELD: told})


def _plain(value: Any) -> Any:  # noqa: ANN401  # a table's cell is anything
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value
