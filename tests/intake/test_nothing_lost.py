"""Whatever a table holds: rows in = rows loaded + rows told with a reason."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import geopandas as gpd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import InputRefused
from geo.intake import assign_file, import_recipes
from geo.intake.readers.read import read_table
from geo.intake.spreadsheets import safe_texts
from geo.store import Store

CELLS = {
    "id": st.one_of(st.text(max_size=4), st.integers(0, 5).map(str)),
    "class": st.sampled_from(["theft", "fraud", "arson", "", "BATTERY", " theft "]),
    "date": st.sampled_from(["2025-03-01", "2025-13-01", "", "2031-01-01", "2025-03-01T10:00:00+08:00", "soon"]),
    "lon": st.sampled_from(["120.05", "120.4001", "", "x", "999", "120.1", "-0", "nan"]),
    "lat": st.sampled_from(["30.05", "30.1", "", "inf", "-91"]),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=12)
RECIPE = """
layer = "incidents"
file = "a.csv"
[columns]
record_id = "id"
found_at = "date"
lon = "lon"
lat = "lat"
[constants]
source = "reported"
[values.class]
from = "class"
left_out = ["BATTERY"]
map = { theft = "theft", fraud = "fraud" }
[release]
title = "T"
time_zone = "Asia/Shanghai"
as_of = 2025-12-31
"""
GRIDS = """
layer = "grids"
file = "grids.geojson"
columns = { grid_id = "code", name = "code" }
"""


def write(folder: Path, rows: list[dict[str, str]]) -> int:
    """Write the files of an import; return the rows of the table that hold anything."""
    boxes = [shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)]
    gpd.GeoDataFrame({"code": ["g1", "g2"]}, geometry=boxes, crs=4326).to_file(folder / "grids.geojson")
    (folder / "grids.toml").write_text(GRIDS, encoding="utf-8")
    (folder / "events.toml").write_text(RECIPE, encoding="utf-8")
    with (folder / "a.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(CELLS))
        table.writeheader()
        table.writerows(rows)
    return sum(any(row.values()) for row in rows)


@settings(max_examples=25, deadline=None)
@given(rows=ROWS)
def test_every_row_of_an_import_is_loaded_or_told(rows: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = write(folder, rows)
        try:
            report = import_recipes([folder / "events.toml", folder / "grids.toml"], Store(folder / "s"), dry_run=True)
        except InputRefused:
            return  # said as a whole; not one row is in
        layer = report.layers[-1]
        told = set(layer.rejects["row"])
        assert layer.rows_in == count == layer.rows_loaded + layer.rows_rejected
        assert len(told) == len(layer.rejects) == layer.rows_rejected
        assert told <= set(read_table(folder / "a.csv").index)
        assert sum(layer.placed.values()) == layer.records == layer.rows_loaded
        assert layer.rejects["reason"].str.len().gt(0).all()


@settings(max_examples=30, deadline=None)
@given(rows=ROWS)
def test_every_row_of_an_assignment_comes_out_in_its_place(rows: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        count = write(folder, rows)
        try:
            report = assign_file(folder / "a.csv", folder / "grids.geojson", folder / "out.csv")
        except InputRefused as refused:
            reasons = ("no degrees", "no header", "not a text file")
            assert any(reason in str(refused) for reason in reasons)  # noqa: PT017
            return
        before, after = read_table(folder / "a.csv"), read_table(folder / "out.csv")
        assert report.rows == count == sum(report.placed.values())
        # What a spreadsheet would run has an apostrophe before it, and is else as it was.
        expected = safe_texts(before.fillna("")).to_numpy().tolist()
        assert after[list(CELLS)].fillna("").to_numpy().tolist() == expected
