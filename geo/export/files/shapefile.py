"""Areas with their values as a zipped shapefile, in UTF-8 or GBK, with names of ten bytes and what they mean."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from geo.errors import GeoError
from geo.export.files.about import about
from geo.export.files.columns import column_words
from geo.export.files.content import Content
from geo.export.files.layers import area_frame
from geo.export.files.systems import as_system
from geo.export.rows import rows_csv
from geo.export.tables import WITHHELD
from geo.privacy import Protected

__all__ = ["ENCODINGS", "field_names", "write_shapefile"]

#: What texts can be written in.
ENCODINGS = ("utf-8", "gbk")
_MOST_BYTES = 10
# Texts of a shapefile end here.
_MOST_TEXT = 254


def write_shapefile(content: Content, out: Path) -> None:
    """Write areas as a zip: the shapefile with ``.prj`` and ``.cpg``, and three tables.

    ``fields.csv`` tells of each column its name in the shapefile, its name everywhere else, its words, unit and
    definition; ``about.csv`` what the file says of itself. Withheld and missing figures are empty in the shapefile;
    ``withheld.csv`` has a row for each cell that is withheld, in place of the column that other files have for it: a
    text of a shapefile is too short.

    Raises
    ------
    GeoError
        When a text has signs that the encoding asked for does not have.
    """
    release, values, asked = content.release, content.values, content.asked
    areas = area_frame(release, values, asked.lang).drop(columns=WITHHELD, errors="ignore")
    frame = _as_written(as_system(areas, content.system))
    _check_signs(frame, asked.encoding)
    names = field_names(str(name) for name in frame.columns if name != "geometry")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, f"{out.stem}.shp")
        pyogrio.write_dataframe(
            frame.rename(columns=names), made, driver="ESRI Shapefile", encoding=asked.encoding.upper(),
            geometry_type="Polygon", layer_options={"RESIZE": "YES"},
        )  # fmt: skip
        facts = about(release, values, lang=asked.lang, created_at=asked.created_at, system=content.system)
        tables = {
            "fields.csv": column_words(values, names, lang=asked.lang),
            "about.csv": pd.DataFrame(facts, columns=["name", "value"]),
            "withheld.csv": _withheld_cells(values, names),
        }
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
            for part in sorted(Path(folder).iterdir()):
                bundle.write(part, part.name)
            for name, table in tables.items():
                bundle.writestr(name, rows_csv(table).encode("utf-8-sig"))


def field_names(columns: Iterable[str]) -> dict[str, str]:
    """Return for each column a name of at most ten bytes, unlike all others in letters of either case.

    Of a long name each word gives its first letters, as many as there is room for; what is taken gets a number.

    Examples
    --------
    >>> field_names(["n", "settled_in_month", "settled_share_low", "settled_share_high"])
    {'n': 'n', 'settled_in_month': 'set_in_mon', 'settled_share_low': 'se_sh_lo', 'settled_share_high': 'se_sh_hi'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for column in columns:
        short, number = _shortened(column, _MOST_BYTES), 2
        while short.lower() in taken:
            short = f"{_shortened(column, _MOST_BYTES - len(str(number)))}{number}"
            number += 1
        taken.add(short.lower())
        found[column] = short
    return found


def _withheld_cells(values: Protected, names: Mapping[str, str]) -> pd.DataFrame:
    """Return a row for each withheld cell: code of its area, its column's name in the shapefile and everywhere else."""
    rows, columns = np.nonzero(values.protected.to_numpy(dtype=bool))
    full = values.protected.columns[columns].astype("str")
    codes = values.frame["area_id"].to_numpy()[rows]
    return pd.DataFrame({"area_id": codes, "field": full.map(names), "column": full})


def _shortened(column: str, most: int) -> str:
    words = column.split("_")
    longest = max(map(len, words))
    while longest > 1 and len("_".join(word[:longest] for word in words)) > most:
        longest -= 1
    return "_".join(word[:longest] for word in words)[:most].rstrip("_")


def _as_written(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return columns as a DBF holds them: days as text, flags as 0 and 1, texts no longer than they may be."""
    changed = {}
    for name in frame.columns:
        cells = frame[name]
        if pd.api.types.is_datetime64_any_dtype(cells.dtype):
            changed[name] = cells.dt.strftime("%Y-%m-%d").astype("str")
        elif pd.api.types.is_bool_dtype(cells.dtype):
            changed[name] = cells.astype("Int64")
        elif cells.dtype == object or isinstance(cells.dtype, pd.StringDtype):
            changed[name] = cells.astype("str").str.slice(0, _MOST_TEXT)
    return frame.assign(**changed)


def _check_signs(frame: gpd.GeoDataFrame, encoding: str) -> None:
    if encoding not in ENCODINGS:
        raise GeoError(f"Texts can't be written in {encoding!r}. Remedy: use one of {', '.join(ENCODINGS)}.")
    texts = {
        text for name in frame.columns if isinstance(frame[name].dtype, pd.StringDtype) for text in frame[name].dropna()
    }
    lost = sorted({sign for sign in set("".join(texts)) if not _has(encoding, sign)})
    if lost:
        shown = " ".join(lost[:_MOST_BYTES])
        raise GeoError(f"{encoding.upper()} has no {shown}. Remedy: write the shapefile in UTF-8 (--encoding utf-8).")


def _has(encoding: str, sign: str) -> bool:
    return bool(sign.encode(encoding, errors="ignore"))
