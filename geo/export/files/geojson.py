"""Areas with their values as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.export.files.about import origin
from geo.export.files.content import Content
from geo.export.files.layers import area_frame
from geo.export.files.systems import System, as_system, system_of
from geo.maps.geometry import release_bounds
from geo.privacy import Protected
from geo.store import Release

__all__ = ["geojson_text", "turned", "write_geojson"]

#: Decimals of a degree in files; a hundred-millionth of a degree is about a millimetre.
_DEGREE_DECIMALS = 8


def write_geojson(content: Content, out: Path) -> None:
    """Write areas with their values as GeoJSON: outer rings anticlockwise, a bounding box, no member ``crs``.

    WGS84 is what the standard knows. Places in GCJ-02 say so in the member ``maplegrid``, and in the name of the file.
    """
    asked = content.asked
    text = geojson_text(
        content.release, content.values, lang=asked.lang, created_at=asked.created_at, system=content.system
    )
    out.write_text(text, encoding="utf-8")


def geojson_text(
    release: Release,
    protected: Protected,
    *,
    lang: str = "en",
    created_at: datetime | None = None,
    system: System | None = None,
) -> str:
    """Return areas with their values as GeoJSON text.

    Parameters
    ----------
    release
        Where the borders come from.
    protected
        What may be seen, one row per area of one level.
    lang
        Language of the member ``title`` of each area, and of the title of all: ``en`` or ``zh_CN``.
    created_at
        When it was made; now if not given.
    system
        WGS84 if not given, or GCJ-02.

    Raises
    ------
    ViewError
        When the rows are not areas.
    """
    system = system or system_of("wgs84", release_bounds(release))
    frame = area_frame(release, protected, lang)
    shapes = turned(as_system(frame, system))
    rows = pd.DataFrame(frame.drop(columns="geometry")).to_dict("records")
    moment = created_at or datetime.now(UTC)
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "maplegrid": origin(release, protected, lang=lang, created_at=moment, system=system),
        "features": [_feature(row, shape) for row, shape in zip(rows, shapes, strict=True)],
    }
    bounds = shapely.total_bounds(shapes)
    if np.isfinite(bounds).all():
        collection["bbox"] = bounds.tolist()
    return json.dumps(collection, ensure_ascii=False, allow_nan=False)


def turned(layer: gpd.GeoDataFrame) -> NDArray[np.object_]:
    """Return shapes whose outer rings run anticlockwise, in degrees to a millimetre."""
    outlined = shapely.orient_polygons(layer.geometry.to_numpy())
    rounded: NDArray[np.object_] = shapely.transform(outlined, lambda lonlat: np.round(lonlat, _DEGREE_DECIMALS))
    return rounded


def _feature(row: Mapping[Hashable, Any], shape: shapely.Geometry | None) -> dict[str, Any]:
    values = {str(column): plain(value) for column, value in row.items()}
    geometry = None if shape is None else shapely.geometry.mapping(shape)  # type: ignore[arg-type]  # stubs of shapely
    return {"type": "Feature", "id": values["area_id"], "geometry": geometry, "properties": values}


def plain(value: Any) -> Any:  # noqa: ANN401  # a table's cell is anything
    """Return a cell as JSON has it; None where it is missing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value
