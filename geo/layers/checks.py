"""The checks: a frame gets the types of its layer, or all that is wrong with it is told at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from geo.errors import Fault, LayerError
from geo.layers.schemas import AREA_LEVELS, LAYERS, STORE_CRS, UPPER_LEVELS, Layer
from geo.rules import Rules

__all__ = ["ANY_CODE", "are_lost", "check_keys", "check_layer", "find_faults"]

_IN_WORDS = {
    "str": "text",
    "Int64": "a whole number",
    "float64": "a number",
    "datetime64[ms]": "a date",
    "geometry": "a geometry",
}

#: Pattern of codes that the rules name none for.
ANY_CODE = r"\S.*"


def check_layer(name: str, frame: pd.DataFrame, *, rules: Rules, codes: str = "any") -> pd.DataFrame:
    """Return a layer with its columns in order and in their types, or raise with all that is wrong.

    Parameters
    ----------
    name
        Name of the layer.
    frame
        Its rows; areas and background as a GeoDataFrame in EPSG:4326. Optional columns may be missing; no other
        column may be there.
    rules
        For the code patterns.
    codes
        Set of code patterns that areas must follow: a key of ``rules.codes``.

    Raises
    ------
    LayerError
        With every fault: missing and unknown columns, wrong types, codes, ranges, geometries, double keys.
    """
    typed, faults = _set_types(LAYERS[name], frame)
    faults += [fault for fault, _ in _row_faults(LAYERS[name], typed, rules=rules, codes=codes)] if not faults else []
    if faults:
        raise LayerError(faults)
    return typed


def find_faults(
    name: str, frame: pd.DataFrame, *, rules: Rules, codes: str = "any", double: NDArray[np.bool_] | None = None
) -> tuple[pd.DataFrame, list[tuple[Fault, pd.Index[Any]]]]:
    """Return a layer in its types and each fault of single rows with the labels of all rows it is about.

    The same checks as `check_layer`, for those who reject rows rather than the whole layer.

    Parameters
    ----------
    name, frame, rules, codes
        As in `check_layer`.
    double
        Rows whose key came before, where the frame is a batch of a layer; found in the frame if None.

    Raises
    ------
    LayerError
        When columns are missing or unknown, so that no row can be judged.
    """
    typed, faults = _set_types(LAYERS[name], frame)
    if faults:
        raise LayerError(faults)
    return typed, list(_row_faults(LAYERS[name], typed, rules=rules, codes=codes, double=double))


def check_keys(layers: Mapping[str, pd.DataFrame]) -> tuple[Fault, ...]:
    """Return a fault for every column that points to rows that do not exist in another layer.

    And for every level above the county that has a code of another level: who looks after an area is known by its code.

    Parameters
    ----------
    layers
        All layers of a release, by name; a layer that is not there has no rows to point to.
    """
    lost = (
        fault
        for name, frame in layers.items()
        for column, parent in LAYERS[name].parents.items()
        if column in frame.columns
        for fault in _key_faults(name, frame, column, parent, layers.get(parent))
    )
    return (*lost, *_shared_codes(layers))


def _shared_codes(layers: Mapping[str, pd.DataFrame]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    for level, name in AREA_LEVELS.items():
        key = f"{level}_id"
        if name not in layers or key not in layers[name].columns:
            continue
        codes = layers[name][key]
        shared = codes.index[codes.isin(list(seen))]
        if len(shared):
            code = str(codes.loc[shared[0]])
            problem = f"{len(shared):,} codes are also codes of {seen[code]}, such as {code!r}"
            yield Fault(name, key, _row_labels(shared), problem, "let no two areas of different levels have one code")
        if level in UPPER_LEVELS:
            seen |= dict.fromkeys(codes.dropna().astype(str), name)


def are_lost(keys: pd.Series[Any], known: pd.Series[Any] | pd.Index[Any]) -> NDArray[np.bool_]:
    """Tell which keys are none of those that are known; an empty cell points nowhere, and is not lost.

    Examples
    --------
    >>> are_lost(pd.Series(["a", "b", None], dtype="str"), pd.Index(["a"])).tolist()
    [False, True, False]
    """
    text = pa.array(keys.astype("str"), pa.large_string(), from_pandas=True)
    there = pc.is_in(text, value_set=pa.array(known.dropna().to_numpy(object), pa.large_string()))
    return np.asarray(pc.and_not(pc.is_valid(text), there).to_numpy(zero_copy_only=False), dtype=bool)


def _key_faults(
    name: str, frame: pd.DataFrame, column: str, parent: str, target: pd.DataFrame | None
) -> Iterator[Fault]:
    known = pd.Index([]) if target is None else target[LAYERS[parent].key[0]]
    lost = frame.index[are_lost(frame[column], known)]
    if len(lost):
        example = frame.loc[lost[0], column]
        yield Fault(
            name,
            column,
            _row_labels(lost),
            f"{len(lost):,} rows point to {parent} that are not there, such as {example!r}",
            f"import the {parent} that hold them, or correct the codes",
        )


def _set_types(layer: Layer, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    columns = layer.schema.columns
    faults = [
        Fault(layer.name, str(name), (), "no such column in this layer", "leave it out, or map it to one that is there")
        for name in frame.columns
        if name not in columns
    ]
    faults += [
        Fault(layer.name, name, (), "the column is missing", "map a column of the file to it, or give a constant")
        for name, column in columns.items()
        if column.required and name not in frame.columns
    ]
    if faults:
        return frame, faults
    typed = {}
    for name, dtype in layer.dtypes.items():
        if name in layer.sparse and name not in frame.columns:
            continue
        try:
            typed[name] = _as_type(frame, name, dtype)
        except (TypeError, ValueError, OverflowError):
            # The error's own text would repeat a value of the file.
            faults.append(Fault(layer.name, name, (), f"not all of it is {_IN_WORDS[dtype]}", "correct the values"))
    if faults:
        return frame, faults
    plain = pd.DataFrame(typed, index=frame.index)
    return (gpd.GeoDataFrame(plain, geometry="geometry", crs=_crs_of(frame)) if layer.has_geometry else plain), []


def _as_type(frame: pd.DataFrame, name: str, dtype: str) -> pd.Series[Any]:
    if name not in frame.columns:
        return pd.Series(None, index=frame.index, dtype=dtype)
    if dtype == "geometry":
        return frame[name]
    typed: pd.Series[Any] = frame[name].astype(dtype)  # type: ignore[call-overload]  # a text that pandas knows
    return typed


def _crs_of(frame: pd.DataFrame) -> object:
    return frame.crs if isinstance(frame, gpd.GeoDataFrame) else STORE_CRS


def _row_faults(
    layer: Layer, frame: pd.DataFrame, *, rules: Rules, codes: str, double: NDArray[np.bool_] | None = None
) -> Iterator[tuple[Fault, pd.Index[Any]]]:
    yield from _schema_faults(layer, frame)
    yield from _double_keys(layer, frame, double)
    yield from _code_faults(layer, frame, rules.codes[codes])
    yield from _step_faults(layer, frame)
    if isinstance(frame, gpd.GeoDataFrame) and len(frame):
        yield from _coordinate_faults(layer, frame)


def _schema_faults(layer: Layer, frame: pd.DataFrame) -> Iterator[tuple[Fault, pd.Index[Any]]]:
    """Ask the checks of the schema, each of its column: a schema's own way takes a copy of every column for each."""
    for name, column in layer.schema.columns.items():
        if name not in frame.columns:
            continue
        missing = frame[name].isna().to_numpy(dtype=bool)
        if missing.any() and not column.nullable:
            problem = "an empty cell where a value must stand"
            yield _fault(layer, name, frame, frame.index[missing], problem, "correct the values")
        cells = frame[name][~missing] if missing.any() else frame[name]
        for check in column.checks if len(cells) else ():
            good = check(cells).check_output.to_numpy(dtype=bool)
            if not good.all():
                problem, _, remedy = str(check.error).partition("; remedy: ")
                yield _fault(layer, name, frame, cells.index[~good], problem, remedy or "correct the values")


def _double_keys(
    layer: Layer, frame: pd.DataFrame, double: NDArray[np.bool_] | None
) -> Iterator[tuple[Fault, pd.Index[Any]]]:
    if layer.key:
        rows = frame.index[frame.duplicated(list(layer.key), keep="first") if double is None else double]
        if len(rows):
            yield _fault(layer, layer.key[0], frame, rows, "the same key a second time", "keep one row for each key")


def _code_faults(
    layer: Layer, frame: pd.DataFrame, patterns: Mapping[str, str]
) -> Iterator[tuple[Fault, pd.Index[Any]]]:
    if layer.kind == "area":
        level = layer.key[0].removesuffix("_id")
        # Rules need not name levels above the county.
        pattern = patterns.get(level, ANY_CODE)
        wrong = frame.index[~frame[layer.key[0]].str.fullmatch(pattern).fillna(False).astype(bool)]
        if len(wrong):
            yield _fault(layer, layer.key[0], frame, wrong, f"no code of a {level}", f"use {pattern}")


def _step_faults(layer: Layer, frame: pd.DataFrame) -> Iterator[tuple[Fault, pd.Index[Any]]]:
    found_on = frame["found_at"].dt.normalize() if layer.steps else None
    for step in layer.steps:
        early = frame.index[frame[step] < found_on]
        if len(early):
            yield _fault(layer, step, frame, early, "before the record was found", "correct one of the two dates")


def _coordinate_faults(layer: Layer, frame: gpd.GeoDataFrame) -> Iterator[tuple[Fault, pd.Index[Any]]]:
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        yield _fault(layer, "geometry", frame, frame.index, "not in EPSG:4326", "convert the coordinates to lon/lat")
        return
    west, south, east, north = shapely.bounds(frame.geometry.array).T
    with np.errstate(invalid="ignore"):
        outside = (west < -180) | (south < -90) | (east > 180) | (north > 90)
    if outside.any():
        yield _fault(layer, "geometry", frame, frame.index[outside], "no lon/lat", "check the coordinate system")


def _fault(
    layer: Layer, column: str, frame: pd.DataFrame, rows: pd.Index[Any], problem: str, remedy: str
) -> tuple[Fault, pd.Index[Any]]:
    # A fault of the whole column has no rows of its own: it is about all of them.
    labels = rows.dropna() if rows.notna().any() else frame.index
    return Fault(layer.name, column, _row_labels(labels), problem, remedy), labels


def _row_labels(labels: pd.Index[Any]) -> tuple[int, ...]:
    numbered = (
        label if isinstance(label, int | float | np.number) else position for position, label in enumerate(labels)
    )
    return tuple(int(label) for label in numbered)
