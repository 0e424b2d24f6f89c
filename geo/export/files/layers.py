"""Layers of a map as frames: areas with their values, jurisdictions, coverage, points, density, places, background."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.access import Scope
from geo.areas import area_table, find_area
from geo.codes import label
from geo.crs import unproject_points
from geo.errors import ViewError
from geo.export.facts import shown_parts
from geo.export.files.about import readable
from geo.export.tables import with_withheld
from geo.layers import AREA_LEVELS, EVENT_LAYERS, STORE_CRS
from geo.maps.base import border_level
from geo.maps.densities import event_density
from geo.maps.geometry import BACKGROUND, geometry_layers
from geo.maps.heat import density_classes
from geo.maps.tiles_mercator import world_to_lonlat
from geo.privacy import Protected
from geo.stats.density import Density
from geo.store import Release, read_layer
from geo.view import CLASS_LISTS, View
from geo.words.catalogue import translator

__all__ = ["MapLayer", "area_frame", "map_layers", "places_in"]

Shape = Literal["point", "line", "polygon"]
_SHAPES: dict[int, Shape] = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"}


@dataclass(frozen=True, eq=False)
class MapLayer:
    """A layer of a map.

    Parameters
    ----------
    name
        Name of its table, the same in every language.
    title
        What a reader is told.
    shape
        ``point``, ``line`` or ``polygon``.
    frame
        Its features in longitude and latitude (EPSG:4326).
    protected
        The table that its figures are of, where it has any.
    breaks
        Of a density, the lower bounds of its classes.
    """

    name: str
    title: str
    shape: Shape
    frame: gpd.GeoDataFrame
    protected: Protected | None = None
    breaks: tuple[float, ...] = field(default=())


def map_layers(
    release: Release,
    protected: Protected,
    states: Protected | None,
    *,
    lang: str,
    points: bool = True,
    bandwidth_m: int | None = None,
) -> list[MapLayer]:
    """Return the layers of a view from top to bottom, as a map draws them.

    Parameters
    ----------
    release
        Where borders, places and background come from.
    protected
        The values of the view's areas.
    states
        Coverage of each grid, where the view is of that.
    lang
        Language of titles and words.
    points
        Whether single records are wanted: those that the scope may see, never of a class that nobody sees as points.
    bandwidth_m
        Of the density, where it is wanted. Whoever may see no points has it in their place.
    """
    _ = translator(lang)
    view, scope = protected.view, protected.scope
    above = [*_jurisdictions(release, protected, lang)]
    over: list[MapLayer] = []
    if view.layer in EVENT_LAYERS:
        found = _points(release, view, scope, lang) if points else None
        if found is not None:
            above.insert(0, found)
        if bandwidth_m is not None or (points and found is None):
            over.append(_density(release, view, scope, lang, bandwidth_m=bandwidth_m or 0))
    if release.has("places"):
        above.insert(0, _places(release, view.area, lang))
    if states is not None:
        over.append(MapLayer("coverage", _("Coverage"), "polygon", area_frame(release, states, lang), states))
    title = readable(" · ".join(shown_parts(release, view, lang)))
    values = MapLayer("areas", title, "polygon", area_frame(release, protected, lang), protected)
    ground = list(_background(release, lang))
    lines = [layer for layer in ground if layer.shape == "line"]
    # Rivers and roads lie over the colours, all else of the background below them.
    return [*above, *lines, *over, values, *(layer for layer in ground if layer.shape != "line")]


def area_frame(release: Release, protected: Protected, lang: str) -> gpd.GeoDataFrame:
    """Return areas with their title in a language, their values, and their borders.

    Raises
    ------
    ViewError
        When the rows are not areas of one level.
    """
    frame = with_withheld(protected)
    if "area_id" not in frame or frame["level"].nunique() > 1:
        raise ViewError("This table has no areas of one level. Remedy: save it as CSV.")
    level = protected.view.level if frame.empty else str(frame["level"].iloc[0])
    titled = pd.DataFrame({"title": _titles(frame, lang), **{str(name): frame[name] for name in frame}})
    return gpd.GeoDataFrame(titled, geometry=_borders(release, level, frame["area_id"]), crs=STORE_CRS)


def _titles(frame: pd.DataFrame, lang: str) -> pd.Series[str]:
    names = frame["name"]
    return names if lang != "en" or "name_en" not in frame else frame["name_en"].fillna(names)


def _borders(release: Release, level: str, codes: pd.Series[str]) -> NDArray[np.object_]:
    key = f"{level}_id"
    areas = read_layer(release, AREA_LEVELS[level], columns=[key, "geometry"]).set_index(key)
    shapes: NDArray[np.object_] = areas.geometry.reindex(codes).to_numpy()
    return shapes


def _jurisdictions(release: Release, protected: Protected, lang: str) -> Iterator[MapLayer]:
    """Give the areas whose borders and names are always drawn, as on the screen."""
    _ = translator(lang)
    level = border_level(geometry_layers(release, protected.scope))
    if level is None:
        return
    named = area_table(release)
    own = named.loc[named["level"] == level, ["area_id", "name", "name_en"]].reset_index(drop=True)
    own = own.assign(title=_titles(own, lang))[["title", "area_id", "name", "name_en"]]
    frame = gpd.GeoDataFrame(own, geometry=_borders(release, level, own["area_id"]), crs=STORE_CRS)
    yield MapLayer("jurisdictions", _("Jurisdictions"), "polygon", frame)


def _points(release: Release, view: View, scope: Scope, lang: str) -> MapLayer | None:
    """Return where records lie, with their class alone; None where the scope may see no single ones."""
    from geo.maps.clusters import find_places

    places = find_places(release, view, scope)
    if places is None:
        return None
    class_list = str(CLASS_LISTS[view.layer])
    codes = np.asarray(places.classes, dtype=object)[places.kinds]
    words = {code: label(class_list, code, lang) for code in places.classes}
    texts = pd.Series(codes, dtype="str")
    frame = gpd.GeoDataFrame(
        {"title": texts.map(words).astype("str"), "class": texts},
        geometry=gpd.points_from_xy(*world_to_lonlat(places.east, places.south)),
        crs=STORE_CRS,
    )
    return MapLayer("points", shown_parts(release, view.replace(area=None), lang)[0], "point", frame)


def _density(release: Release, view: View, scope: Scope, lang: str, *, bandwidth_m: int) -> MapLayer:
    """Return a density as one polygon for each class that occurs, in events per km² and year."""
    _ = translator(lang)
    density = event_density(release, view, scope, bandwidth_m=bandwidth_m)
    classes = density_classes(density.highest)
    found = classes.index(density.values) if classes.breaks else np.full(density.values.shape, -1)
    clear = (found < 0) | (np.nan_to_num(density.values, nan=-1.0) < (classes.breaks[0] if classes.breaks else 0))
    shapes = [_cells(density, (found == index) & ~clear) for index in range(len(classes.breaks))]
    frame = gpd.GeoDataFrame(
        {
            "title": pd.Series(classes.labels, dtype="str"),
            "from_per_km2_year": pd.Series(classes.breaks, dtype="float64"),
            "bandwidth_m": pd.Series([density.bandwidth_m] * len(shapes), dtype="float64"),
            "n": pd.Series([density.events] * len(shapes), dtype="int64"),
        },
        geometry=shapes,
        crs=STORE_CRS,
    )
    # Of a class between whose bounds no cell lies there is no shape, which formats do not write alike.
    frame = frame[~frame.is_empty].reset_index(drop=True)
    title = _("Events per km² and year")
    # Where no source is asked for, a density is of the reported.
    title = title if view.source is not None else _("{name}, reported").format(name=title)
    return MapLayer("density", title, "polygon", frame, breaks=classes.breaks)


def _cells(density: Density, at: NDArray[np.bool_]) -> shapely.Geometry:
    """Return the outline of cells, made of one rectangle for each run of them in a row."""
    steps = np.diff(at.astype(np.int8), axis=1, prepend=0, append=0)
    rows, begins = np.nonzero(steps == 1)
    ends = np.nonzero(steps == -1)[1]
    # Put together in whole numbers of cells, where edges meet exactly.
    outline = shapely.union_all(shapely.box(begins, rows, ends, rows + 1))

    def lonlat(cells: NDArray[np.float64]) -> NDArray[np.float64]:
        easting, northing = (
            density.west_m + cells[:, 0] * density.cell_m,
            density.north_m - cells[:, 1] * density.cell_m,
        )
        return np.column_stack(unproject_points(easting, northing, density.crs))

    turned: shapely.Geometry = shapely.transform(outline, lonlat)
    return turned


def places_in(release: Release, area: str | None) -> pd.DataFrame:
    """Return the places (mediation rooms, police posts …) in an area; of the whole release for None."""
    places = pd.DataFrame(read_layer(release, "places"))
    return places if area is None else places[places["grid_id"].isin(_grids_in(release, area))].reset_index(drop=True)


def _places(release: Release, area: str | None, lang: str) -> MapLayer:
    _ = translator(lang)
    places = places_in(release, area)
    kinds = places["kind"].astype("str")
    frame = gpd.GeoDataFrame(
        {
            "title": _titles(places, lang),
            "kind": kinds,
            "kind_name": kinds.map({kind: label("place_kind", kind, lang) for kind in kinds.unique()}).astype("str"),
            "name": places["name"],
        },
        geometry=gpd.points_from_xy(places["lon"], places["lat"]),
        crs=STORE_CRS,
    )
    return MapLayer("places", _("Places"), "point", frame)


def _grids_in(release: Release, area: str) -> Sequence[str]:
    level, table = str(find_area(release, area)["level"]), area_table(release)
    inside = (table["level"] == "grid") & (table[f"{level}_id"] == area)
    return cast("list[str]", table.loc[inside, "area_id"].tolist())


def _background(release: Release, lang: str) -> Iterator[MapLayer]:
    """Give rivers, roads, towns and water, a layer for each form: few programs draw several forms from one table."""
    _ = translator(lang)
    if not release.has(BACKGROUND):
        return
    layer = read_layer(release, BACKGROUND)
    forms = np.array([_SHAPES.get(kind, "") for kind in shapely.get_type_id(layer.geometry.to_numpy())])
    own = gpd.GeoDataFrame(
        {"title": _titles(layer, lang), "kind": layer["kind"].astype("str"), "rank": layer["rank"]},
        geometry=layer.geometry,
        crs=STORE_CRS,
    )
    names = {"line": _("Rivers and roads"), "point": _("Names"), "polygon": _("Ground")}
    for shape in ("line", "point", "polygon"):
        if (forms == shape).any():
            yield MapLayer(f"background_{shape}s", names[shape], shape, own[forms == shape].reset_index(drop=True))
