"""Everything written or drawn for the public: cell by cell what the ledger tells, and nothing of any other record."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest

from geo.access import Scope
from geo.areas import area_table, levels
from geo.cli.table_files import write_table
from geo.errors import NotPermitted
from geo.export.files.content import Asked
from geo.export.files.kinds import KINDS, write_file
from geo.export.html import write_html
from geo.export.printed import MapAsked, write_map
from geo.export.tables import write_csv
from geo.figures.asked import layers_shown, seen
from geo.figures.coverage import coverage_figures
from geo.figures.layer import layer_figures
from geo.figures.service import service_figures
from geo.figures.today import today_figures
from geo.figures.tree import grow_tree
from geo.maps.clusters import find_places
from geo.maps.densities import event_density
from geo.maps.heat import heat_of
from geo.maps.legend import legend_html
from geo.maps.tiles import area_under, tile_image, tile_payload
from geo.maps.tiles_mercator import Tile
from geo.maps.values import value_payload
from geo.measures import measure
from geo.privacy import Protected, protect
from geo.privacy.public import ledger_of
from geo.privacy.public.cubes import area_label
from geo.store import Release
from geo.view import CLASS_LISTS, Period, View
from tests.privacy.twins import make_twins

PUBLIC = Scope("public")
CREATED = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
YEAR = View(Period("2024"), level="village")
#: What is asked of every door: layers, periods, filters and levels.
VIEWS = (
    YEAR,
    YEAR.replace(period=Period("2024-11"), layer="incidents"),
    YEAR.replace(period=Period("2024-Q2"), layer="hazards", source="reported"),
    YEAR.replace(period=Period("2024-11"), classes=("labour",)),
    YEAR.replace(layer="service", period=Period("2024-03")),
    YEAR.replace(level="station", period=Period("2024-10")),
)
COUNTS = ("n", "reported", "discovered")


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """Releases of two stores that have told the same and hold other records."""
    return make_twins(tmp_path_factory.mktemp("twins"))


def ask(release: Release, view: View) -> Protected:
    return protect(measure(release, view), view, PUBLIC)


# --- cell by cell ---


def ledger_columns(release: Release, view: View, areas: list[str]) -> dict[str, np.ndarray]:
    """Return what the ledger tells of each count of a table of areas, by its column."""
    ledger, labels = ledger_of(release), [area_label(view.level, code) for code in areas]
    own_class, own_source = next(iter(view.classes), "all"), view.source or "all"
    period = view.period.text
    if view.layer == "service":
        cubes = {"n": "visited", "requests_handled": "handled"}
        return {column: ledger.counts(cube, labels, period) for column, cube in cubes.items()}
    found = {"n": ledger.counts(view.layer, labels, period, own_class, own_source)}
    nothing = np.full(len(areas), np.nan)
    for source in ("reported", "discovered"):
        known = own_source in ("all", source)
        found[source] = ledger.counts(view.layer, labels, period, own_class, source) if known else nothing
    if view.comparison is not None:
        found["n_compare"] = ledger.counts(view.layer, labels, view.comparison.text, own_class, own_source)
    codes = CLASS_LISTS[view.layer]
    assert codes
    for name in ask(release, view).frame:
        code = str(name).removeprefix("class_")
        if str(name).startswith("class_") and own_class in ("all", code):
            found[str(name)] = ledger.counts(view.layer, labels, period, code, own_source)
    return found


def written_tables(release: Release, view: View, folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each file of a view that holds a table of areas, as whoever opens it reads it."""
    told = ask(release, view)
    write_table(seen("measure", release, view, PUBLIC), folder / "t.csv")
    yield "maplegrid measures, csv", pd.read_csv(folder / "t.csv", dtype={"area_id": "str"})
    write_table(seen("measure", release, view, PUBLIC), folder / "t.json")
    yield "maplegrid measures, json", pd.DataFrame(json.loads((folder / "t.json").read_text("utf-8")))
    write_csv(told, folder / "e.csv")
    yield "csv", pd.read_csv(folder / "e.csv", dtype={"area_id": "str"}, encoding="utf-8-sig")
    for kind in ("geojson", "geoparquet", *(["gpkg"] if view.layer == "incidents" else [])):
        yield kind, area_rows(written_file(kind, release, view, folder))
    yield "html", html_values(release, view, folder)


def written_file(kind: str, release: Release, view: View, folder: Path) -> Path:
    out = folder / f"f{KINDS[kind].endings[0]}"
    write_file(kind, release, view, PUBLIC, out, Asked(created_at=CREATED))
    return out


def area_rows(path: Path) -> pd.DataFrame:
    """Return the rows of the areas of a file of a GIS."""
    if path.suffix == ".parquet":
        return pd.DataFrame(gpd.read_parquet(path))
    tables = [pd.DataFrame(gpd.read_file(path, layer=name)) for name, *_ in pyogrio.list_layers(path)]
    return next(table for table in tables if "area_id" in table and "n" in table)


def html_data(release: Release, view: View, folder: Path, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    write_html(release, view, PUBLIC, folder / "p.html", created_at=CREATED, **more)
    text = (folder / "p.html").read_text("utf-8")
    found = re.search(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def html_values(release: Release, view: View, folder: Path) -> pd.DataFrame:
    data = html_data(release, view, folder)
    columns = {
        option["id"]: [None if value is None else value / option["scale"] for value in option["values"]]
        for layer in data["layers"]
        if layer["id"] == view.layer
        for option in layer["options"]
    }
    return pd.DataFrame({"area_id": data["map"]["ids"], **columns})


def cells_in(path: Path) -> object:
    """Return all that a file holds but when it was made: cells of tables, or else bytes."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book.worksheets}
    if path.suffix == ".gpkg":
        layers = {str(name): gpd.read_file(path, layer=name) for name, *_ in pyogrio.list_layers(path)}
        return {name: layer.to_csv() for name, layer in layers.items()}
    if path.suffix in {".zip", ".qgz"}:
        with zipfile.ZipFile(path) as parts:
            return {name: parts.read(name) for name in parts.namelist()}
    return path.read_bytes()


def as_numbers(column: pd.Series[Any]) -> np.ndarray:
    return pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.to_query())
def test_files_hold_what_the_ledger_tells_cell_by_cell(
    twins: tuple[Release, Release], tmp_path: Path, view: View
) -> None:
    for door, table in written_tables(twins[0], view, tmp_path):
        told = ledger_columns(twins[0], view, table["area_id"].tolist())
        for name in [name for name in told if name in table]:
            assert np.array_equal(as_numbers(table[name]), told[name], equal_nan=True), f"{door}: {name}"
        assert np.isnan(as_numbers(table["n"])).any() or np.isfinite(told["n"]).all(), door
        # No other count is told at all.
        others = {str(name) for name in ask(twins[0], view).frame.select_dtypes("Int64")} - set(told)
        for name in others & set(table) - {"settled_in_month_n", "households", "groups"}:
            assert np.isnan(as_numbers(table[name])).all(), f"{door}: {name}"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.to_query())
def test_nothing_follows_a_number_that_is_withheld(twins: tuple[Release, Release], view: View) -> None:
    told = ask(twins[0], view)
    withheld = told.frame["n"].isna()
    based = [name for name in told.frame if str(name).startswith(("per_1000", "visited_share", "change", "beyond"))]
    assert based
    assert told.frame.loc[withheld, based].isna().all(axis=None)
    signs = value_payload(twins[0], told, "n", lang="en", theme="light")["classes"]
    assert [sign == "w" for sign in signs] == withheld.tolist()


def test_settled_in_a_month_is_a_share_of_what_is_told(twins: tuple[Release, Release]) -> None:
    told = ask(twins[0], YEAR).frame
    labels = [area_label("village", code) for code in told["area_id"]]
    hits, n = (ledger_of(twins[0]).counts("settled_in_month", labels, "2024", node) for node in ("yes", "all"))
    assert np.array_equal(as_numbers(told["settled_in_month_n"]), n, equal_nan=True)
    assert np.allclose(as_numbers(told["settled_in_month"]), np.minimum(hits, n) / n, equal_nan=True)
    assert np.isfinite(hits).any()


def test_a_file_that_told_one_more_cell_would_be_found(twins: tuple[Release, Release]) -> None:
    view = VIEWS[1]
    told = ledger_columns(twins[0], view, ask(twins[0], view).frame["area_id"].tolist())
    true = measure(twins[0], view).frame
    for name in COUNTS:
        assert not np.array_equal(as_numbers(true[name]), told[name], equal_nan=True)
    assert np.isnan(told["discovered"]).any()


# --- other records, the same words: whatever is written, drawn or sent ---


def figures(release: Release, page: str, view: View) -> object:
    tree = grow_tree(levels(release), area_table(release))
    by_name = lambda name, one: seen(name, release, one, PUBLIC)  # noqa: E731
    layers = layers_shown(release)
    match page:
        case "layer":
            return layer_figures(by_name, layers, view, tree)
        case "today":
            return today_figures(by_name, layers, view, tree)
        case "coverage":
            return coverage_figures(by_name, view, tree)
        case _:
            return service_figures(by_name, view)


def tables_in(figures: object) -> Iterator[Protected]:
    """Yield all tables that a page's figures hold."""
    if isinstance(figures, Protected):
        yield figures
    elif isinstance(figures, Mapping):
        for one in figures.values():
            yield from tables_in(one)
    elif isinstance(figures, tuple | list):
        for one in figures:
            yield from tables_in(one)
    elif is_dataclass(figures):
        for field in fields(figures):
            yield from tables_in(getattr(figures, field.name))


@pytest.mark.slow
@pytest.mark.parametrize("view", VIEWS[2:5:2], ids=lambda view: view.to_query())
def test_files_are_the_same_whatever_the_records(twins: tuple[Release, Release], tmp_path: Path, view: View) -> None:
    files = []
    for number, release in enumerate(twins):
        folder = tmp_path / str(number)
        folder.mkdir()
        list(written_tables(release, view, folder))
        files.append({path.name: cells_in(path) for path in sorted(folder.iterdir())})
    assert len(files[0]) > 5
    assert files[0] == files[1]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_file_is_the_same_whatever_the_records(
    twins: tuple[Release, Release], tmp_path: Path, kind: str
) -> None:
    view = VIEWS[1]
    for number, release in enumerate(twins):
        (tmp_path / str(number)).mkdir()
        written_file(kind, release, view, tmp_path / str(number))
    one, other = (
        {path.name: cells_in(path) for path in sorted((tmp_path / str(number)).iterdir())} for number in range(2)
    )
    assert one == other


@pytest.mark.parametrize("measured", ["summary", "monthly", "by_class", "shares", "designations", "peers"])
def test_tables_are_the_same_whatever_the_records(twins: tuple[Release, Release], measured: str) -> None:
    for view in (YEAR, VIEWS[1], YEAR.replace(area="s1", period=Period("2024-Q3"))):
        one, other = ({"asked": view} | told(measured, release, view) for release in twins)
        assert one.keys() == other.keys()
        for name in one.keys() - {"asked", "refused"}:
            pd.testing.assert_frame_equal(one[name], other[name])
        assert one.get("refused") == other.get("refused")


def told(measured: str, release: Release, view: View) -> dict[str, Any]:
    try:
        protected = seen(measured, release, view, PUBLIC)
    except Exception as refused:
        return {"refused": str(refused)}
    return {"frame": protected.frame, "protected": protected.protected}


@pytest.mark.parametrize(
    ("page", "view"),
    [
        pytest.param("layer", YEAR.replace(period=Period("2024-11")), marks=pytest.mark.slow),
        pytest.param("today", YEAR.replace(period=Period("2024-Q4")), marks=pytest.mark.slow),
        ("coverage", YEAR),
        ("service", VIEWS[4]),
    ],
)
def test_pages_are_the_same_whatever_the_records(twins: tuple[Release, Release], page: str, view: View) -> None:
    one, other = (list(tables_in(figures(release, page, view))) for release in twins)
    assert len(one) == len(other) > 1
    for mine, others in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(mine.frame, others.frame)
        pd.testing.assert_frame_equal(mine.protected, others.protected)
        assert mine.unplaced is others.unplaced is None


def test_heat_legends_and_tiles_are_the_same_whatever_the_records(twins: tuple[Release, Release]) -> None:
    whole = Tile(8, 128, 127)
    for view in VIEWS[:1]:
        shown = []
        for release in twins:
            told, density = ask(release, view), event_density(release, view, PUBLIC)
            spec, _ = tile_payload(release, told, "n", lang="en", theme="light")
            pixels = tile_image(release, spec, PUBLIC, whole)
            under = area_under(release, spec, PUBLIC, place=(0.035, 0.005))
            legend = legend_html(told, "n", lang="en", theme="light")
            signs = value_payload(release, told, "n", lang="en", theme="light")["classes"]
            shown.append((density.values.tobytes(), heat_of(density).image, pixels, under, legend, signs))
            assert find_places(release, view, PUBLIC) is None
        assert shown[0] == shown[1]


@pytest.mark.slow
def test_page_with_heat_is_the_same_whatever_the_records(twins: tuple[Release, Release], tmp_path: Path) -> None:
    made = [html_data(one, YEAR, tmp_path, heat=heat_of(event_density(one, YEAR, PUBLIC))) for one in twins]
    assert made[0] == made[1]


@pytest.mark.parametrize("theme", ["symbols", "density"])
def test_printed_map_is_the_same_whatever_the_records(
    twins: tuple[Release, Release], tmp_path: Path, theme: str
) -> None:
    made = []
    for number, release in enumerate(twins):
        out = tmp_path / f"{number}.png"
        write_map(release, YEAR, PUBLIC, MapAsked(theme=theme), out, dpi=60, created_at=CREATED)
        made.append(out.read_bytes())
    assert made[0] == made[1]


def test_what_is_drawn_for_planners_is_not_the_same(twins: tuple[Release, Release]) -> None:
    planner = Scope("planner")
    tables = [protect(measure(release, YEAR), YEAR, planner).frame["n"] for release in twins]
    assert (tables[0] != tables[1]).any()
    heat = [event_density(release, YEAR, planner).values for release in twins]
    assert not np.array_equal(heat[0], heat[1], equal_nan=True)


@pytest.mark.parametrize("measured", ["waiting", "flow", "by_hour"])
def test_sheets_and_lists_are_not_for_the_public(twins: tuple[Release, Release], measured: str) -> None:
    for release in twins:
        with pytest.raises(NotPermitted):
            seen(measured, release, YEAR, PUBLIC)
