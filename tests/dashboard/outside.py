"""A county in which everything outside of station S1 bears marks that nothing else bears, and a search for them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from tests.measures.tiny import AS_OF, tiny_layers

__all__ = [
    "GRID_MARK",
    "MARKS",
    "STATION_MARK",
    "Sent",
    "everything_in",
    "everything_written",
    "numbers_in",
    "outside_layers",
]

#: In the names of areas outside of S1, and of all grids.
STATION_MARK, GRID_MARK = "QXOUTSIDE", "QXGRID"
# Records of each layer outside of S1 (all found in March 2025 in one grid), residents and households of that grid. Also
# with what S1 has of each they are what nothing else is: no year, no row of digits of classes.
_MANY = {"disputes": 2987, "hazards": 1987, "incidents": 1887}
_FIGURES = {"residents": 31987, "households": 21787}
_MOST_INSIDE = 12
MARKS = frozenset([count + more for count in _MANY.values() for more in range(_MOST_INSIDE)] + list(_FIGURES.values()))
_MARKUP = re.compile(r"<[^>]*>")
# A share or a change is no count: the interval of a change from two records ends at +1,897 %.
_NUMBER = re.compile(r"(?<![\d.,#\w])\d{1,3}(?:,?\d{3})+(?![\d\w])(?!\s*%)")


def outside_layers() -> dict[str, pd.DataFrame]:
    """Return the layers of the tiny county with marks outside of station S1."""
    layers = tiny_layers()
    grids = layers["grids"]
    outside = ~grids["village_id"].isin(["V1", "V2"])
    for name, value in _FIGURES.items():
        grids.loc[grids["grid_id"] == "G5", name] = value
    grids["name"] = GRID_MARK + grids["grid_id"] + outside.map({True: STATION_MARK, False: ""})
    villages, stations = layers["villages"], layers["stations"]
    villages.loc[villages["station_id"] != "S1", "name"] += STATION_MARK
    stations.loc[stations["station_id"] != "S1", "name"] += STATION_MARK
    return layers | {name: _with_many(layers[name], count) for name, count in _MANY.items()}


def _with_many(events: pd.DataFrame, count: int) -> pd.DataFrame:
    """Put the records of G5 and of all else outside of S1 in G5, and so many of them."""
    inside = events[events["grid_id"].isin(["G1", "G2", "G3", "G4"])]
    one = events[(events["grid_id"] == "G5") & (events["found_at"] >= f"{date(AS_OF.year, 3, 1)}")].head(1)
    many = one.loc[one.index.repeat(count)].assign(record_id=[f"X{number}" for number in range(count)])
    return pd.concat([inside, many], ignore_index=True).astype(events.dtypes.to_dict())


@dataclass
class Sent:
    """What a page sent to the browser: all its texts, and the numbers of its tables and charts."""

    texts: list[str] = field(default_factory=list)
    numbers: set[float] = field(default_factory=set)

    def marks(self, *names: str) -> list[str]:
        """Return the marks in it: figures, as text or as numbers, and of the names given those that are there."""
        text = "\n".join(self.texts)
        return [f"{mark:.0f}" for mark in sorted(numbers_in(text) | self.numbers) if mark in MARKS] + [
            name for name in names if name in text
        ]


def numbers_in(text: str) -> set[float]:
    """Return the whole numbers above 999 of a text that are no percentages."""
    return {float(number.replace(",", "")) for number in _NUMBER.findall(text)}


def everything_in(app: AppTest) -> Sent:
    """Return all that a page sent to the browser."""
    sent = Sent()
    _collect(app._tree, sent)
    return sent


def everything_written(path: Path, *, but: Sequence[str] = ()) -> Sent:
    """Return all that a file holds, read back by who knows its kind; layers can be left out."""
    sent = Sent()
    match path.suffix:
        case ".gpkg":
            for name, _kind in pyogrio.list_layers(path):
                if name not in but:
                    _collect_frame(pyogrio.read_dataframe(path, layer=name), sent)
        case ".parquet":
            _collect_frame(pd.DataFrame(pq.read_table(path).to_pandas()), sent)
            sent.texts.append(str(pq.read_schema(path).metadata))
        case ".xlsx":
            for sheet in openpyxl.load_workbook(path).worksheets:
                _collect_frame(pd.DataFrame(sheet.values), sent)
        case ".csv":
            _collect_frame(pd.read_csv(path), sent)
        case ".pdf":
            sent.texts += [page.extract_text() for page in PdfReader(path).pages]
        case ".zip" | ".qgz" | ".pptx":
            _collect_parts(path, sent)
        case _:
            sent.texts.append(path.read_text("utf-8"))
    return sent


def _collect_parts(path: Path, sent: Sent) -> None:
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if name.endswith(".shp"):
                _collect_frame(pyogrio.read_dataframe(f"/vsizip/{path}/{name}"), sent)
            elif name.endswith(".csv"):
                _collect_frame(pd.read_csv(parts.open(name)), sent)
            elif name.endswith((".qgs", ".prj", ".cpg")):
                sent.texts.append(parts.read(name).decode("utf-8"))
            elif path.suffix == ".pptx" and name.endswith(".xml"):
                sent.texts.append(_MARKUP.sub(" ", parts.read(name).decode("utf-8")))


def _collect_frame(frame: pd.DataFrame, sent: Sent) -> None:
    sent.texts += [str(name) for name in frame.columns]
    for value in frame.drop(columns="geometry", errors="ignore").to_numpy(dtype=object).ravel().tolist():
        if isinstance(value, (int, float)):
            sent.numbers.add(float(value))
        else:
            sent.texts.append(str(value))


def _collect(node: object, sent: Sent) -> None:
    proto = getattr(node, "proto", None)
    if hasattr(proto, "ListFields"):
        _collect_message(proto, sent)
    for child in getattr(node, "children", {}).values():
        _collect(child, sent)


def _collect_message(message: Any, sent: Sent) -> None:  # noqa: ANN401  a message of any kind
    for _field, value in message.ListFields():
        for one in value if isinstance(value, Sequence) and not isinstance(value, (str, bytes)) else [value]:
            if hasattr(one, "ListFields"):
                _collect_message(one, sent)
            elif isinstance(one, bytes):
                _collect_table(one, sent)
            else:
                sent.texts.append(str(one))


def _collect_table(content: bytes, sent: Sent) -> None:
    """Collect the cells of an Arrow table; of other bytes what reads as text."""
    try:
        table = pa.ipc.open_stream(content).read_all()
    except pa.ArrowInvalid:
        sent.texts.append(content.decode("utf-8", "replace"))
        return
    sent.texts += [str(name) for name in table.column_names]
    for column in table.columns:
        values = column.to_pylist()
        sent.texts.append(" ".join(str(value) for value in values if not isinstance(value, (int, float))))
        sent.numbers |= {float(value) for value in values if isinstance(value, (int, float))}
