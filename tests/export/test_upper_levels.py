"""Sheets, files and reports of provinces and cities: the same functions as of a county."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from geo.access import Scope
from geo.export.printed import MapAsked, draw_map
from geo.export.tables import write_csv
from geo.figures.asked import seen
from geo.store import Release
from geo.view import Period, View

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
PLANNER = Scope("planner")
YEAR = Period("2025")


def test_a_sheet_of_provinces_draws_no_stations(country: Release) -> None:
    sheet = draw_map(country, View(YEAR, level="province"), PLANNER, MapAsked(), created_at=NOW)
    words = "\n".join(text.get_text() for axes in sheet.page.figure.axes for text in axes.texts)
    assert "PP000" in words or "PP001" in words
    assert "S3" not in words


def test_a_sheet_of_a_city_has_its_counties(country: Release) -> None:
    sheet = draw_map(country, View(YEAR, level="county", area="C0000"), PLANNER, MapAsked(), created_at=NOW)
    assert sheet.page.figure.axes


def test_a_table_of_a_province_holds_its_cities(country: Release, tmp_path: Path) -> None:
    view = View(YEAR, level="city", area="P000")
    write_csv(seen("measure", country, view, PLANNER), tmp_path / "t.csv")
    table = pd.read_csv(tmp_path / "t.csv", dtype={"area_id": "str"}, encoding="utf-8-sig")
    assert len(table) == 4
    assert set(table["level"]) == {"city"}
    assert {"province_id", "city_id"}.isdisjoint(table)
