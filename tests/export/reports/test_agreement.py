"""Every table and chart of a briefing, and of its slides, holds what `maplegrid measures` writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pptx import Presentation
from typer.testing import CliRunner

from geo.access import Scope
from geo.cli import app
from geo.codes import label
from geo.export.printed import MapAsked
from geo.export.reports import write_briefing, write_slides
from geo.measures.coverage import shares
from geo.privacy import protect
from geo.store import Release, Store
from geo.view import Period, View
from geo.words import speaking
from geo.words.indicators import indicator_name
from tests.export.reports.pages import bare, pages_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)
PLANNER = Scope("planner")
MARCH = View(Period("2025-03"), level="grid")
#: Classes and months are of the reported alone: discovered ones are not added up with them.
REPORTED = MARCH.replace(source="reported")
#: Head of a column → layer and column of the table of areas.
AREAS: Mapping[str, tuple[str, str]] = {
    "Households": ("coverage", "households"),
    "Posts": ("coverage", "posts"),
    "Disputes reported": ("disputes", "reported"),
    "Open past a month": ("disputes", "past_month"),
    "Hazards reported": ("hazards", "reported"),
    "Overdue": ("hazards", "overdue"),
    "Incidents reported": ("incidents", "reported"),
    "Visits, of homes": ("service", "visited_share"),
}
#: Unit of an indicator → by what its value is told, and half of its last digit.
TOLD = {"share": (100.0, 0.051), "score": (1.0, 0.051), "per_1000": (1.0, 0.0051), "days": (1.0, 0.51)}


class Told:
    """A briefing, its slides, and what the command writes of the same store."""

    def __init__(self, store: Store, release: Release, folder: Path) -> None:
        self.store, self.release, self.folder = store, release, folder
        asked = MapAsked(theme="symbols")
        write_briefing(release, MARCH, PLANNER, asked, folder / "b.pdf", created_at=NOW)
        write_slides(release, MARCH, PLANNER, asked, folder / "s.pptx", created_at=NOW)
        self.page = bare(pages_of(folder / "b.pdf")[1])
        shapes: list[Any] = [shape for slide in Presentation(str(folder / "s.pptx")).slides for shape in slide.shapes]
        self.charts = [shape.chart for shape in shapes if shape.has_chart]
        cells = [[[cell.text for cell in row.cells] for row in shape.table.rows] for shape in shapes if shape.has_table]
        self.tables = {rows[0][0]: rows for rows in cells}

    def written(self, table: str, view: View = MARCH) -> pd.DataFrame:
        out = self.folder / "t.parquet"
        words = ["measures", "--store", str(self.store.root), "--view", view.to_query(), "--table", table]
        done = CliRunner().invoke(app, [*words, "--out", str(out)])
        assert done.exit_code == 0, done.output
        return pd.read_parquet(out)

    def rows(self, first_head: str) -> Iterator[dict[str, str]]:
        """Give the rows of a table by their heads; each stands in the briefing too."""
        heads, *rows = self.tables[first_head]
        for row in rows:
            assert bare("".join(cell for cell in row if cell != "–")) in self.page
            yield dict(zip(heads, row, strict=True))


@pytest.fixture(scope="module")
def told(tiny_store: Store, tiny: Release, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return Told(tiny_store, tiny, tmp_path_factory.mktemp("told"))


def number(text: str) -> float | None:
    """Return the number that a cell begins with; None where it says that there is none."""
    found = re.match(r"\(?([+−±]?)([\d,.]+)", text)
    return None if found is None else float(found[2].replace(",", "")) * (-1 if found[1] == "−" else 1)


def agree(text: str, value: object, *, scale: float = 1.0, within: float = 1e-9) -> bool:
    told = number(text)
    if pd.isna(value):  # type: ignore[call-overload]
        return told is None
    return told == pytest.approx(float(str(value)) * scale, abs=within)


def test_briefing_and_slides_name_the_coordinates(told: Told) -> None:
    assert bare("Coordinates: Equal-area projection, WGS84") in told.page
    shapes = [shape for slide in Presentation(str(told.folder / "s.pptx")).slides for shape in slide.shapes]
    assert any("Equal-area projection, WGS84" in shape.text_frame.text for shape in shapes if shape.has_text_frame)


def test_classes(told: Told) -> None:
    frame = told.written("by_class", REPORTED).set_index("class")
    frame.index = [label("dispute_class", code, "en") for code in frame.index]
    rows = list(told.rows("Class"))
    assert [row["Class"] for row in rows] == list(frame.index)
    for row in rows:
        figures = frame.loc[row["Class"]]
        assert agree(row["Number"], figures["n"])
        assert agree(row["Before"], figures["n_compare"])
        assert agree(row["Change"], figures["change"], scale=100, within=0.51)
        assert agree(row["Share"], figures["share"], scale=100, within=0.51)


def test_months(told: Told) -> None:
    frame = told.written("monthly", REPORTED)
    series = {one.name: list(one.values) for one in told.charts[0].plots[0].series}
    for name, column in (("these months", "n"), ("a year before", "n_compare")):
        assert series[name] == [None if pd.isna(value) else float(value) for value in frame[column]]
    assert sum(series["these months"]) > 0


def test_coverage(told: Told) -> None:
    view = MARCH.replace(layer="coverage")
    frame = protect(shares(told.release, view), view, PLANNER).frame
    rows = list(told.rows("Share"))
    assert len(rows) == len(frame)
    for row, (_, figures) in zip(rows, frame.iterrows(), strict=True):
        assert agree(row["Covered"], figures["covered_share"], scale=100, within=0.51)
        assert agree(row["Out of"], figures["n"])


def test_indicators(told: Told) -> None:
    # Another way to the same figures: the scorecard of the county as one area among areas.
    frame = told.written("scorecard", MARCH.replace(level="county"))
    with speaking("en"):
        frame.index = pd.Index([indicator_name(name) for name in frame["indicator"]])
    rows = list(told.rows("Indicator"))
    assert len(rows) > 10
    for row in rows:
        figures = frame.loc[row["Indicator"]]
        scale, within = TOLD[str(figures["unit"])]
        assert agree(row["Value"], figures["value"], scale=scale, within=within), row
        low, _, high = row["Interval"].partition("–")
        assert agree(low, figures["low"], scale=scale, within=within), row
        assert agree(high, figures["high"], scale=scale, within=within), row


def test_areas(told: Told) -> None:
    rows = list(told.rows("Station"))
    assert len(rows) == 3
    assert set(rows[0]) == {"Station", *AREAS}
    for head, (layer, column) in AREAS.items():
        frame = told.written("measure", MARCH.replace(level="station", layer=layer)).set_index("name")
        share = column.endswith("share")
        for row in rows:
            value = frame.loc[row["Station"], column]
            assert agree(row[head], value, scale=100 if share else 1, within=0.51 if share else 1e-9)
