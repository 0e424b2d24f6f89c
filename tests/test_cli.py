"""The command: its exit statuses, its silence, its files, and that the README tells all of it."""

from __future__ import annotations

import csv
import json
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
import typer
from pypdf import PdfReader

from geo.cli import DONE, REFUSED, UNEXPECTED, WRONG_USE, app, main
from geo.cli import server as server_module
from geo.cli.console import progress_bar, show_rows
from geo.dashboard import shut
from geo.measures import records
from geo.resources import resource
from geo.store import Store, read_layer
from geo.view import Period, View
from tests.measures.chance import AS_OF, chance_layers
from tests.signed import SECTION

if TYPE_CHECKING:
    from geo.store import Release

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

POINTS = "id,lon,lat\na,120.5,30.5\nb,121.5,30.5\nc,125.0,30.5\nd,,30.5\n"
SEED, RECORDS = 5, 350
GRIDS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"grid_id": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[west, 30], [west + 1, 30], [west + 1, 31], [west, 31], [west, 30]]],
            },
        }
        for code, west in (("001", 120), ("002", 121))
    ],
}


def all_commands() -> Iterator[tuple[str, Any]]:
    """Every command with its words, those of a group too."""
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]  # a group
        yield name, command
        for inner, its_command in getattr(command, "commands", {}).items():
            yield f"{name} {inner}", its_command


COMMANDS = dict(all_commands())


@pytest.fixture(scope="module")
def few_records(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Villages with 2 to 13 disputes in a quarter; to open the demo to the public takes minutes, this one seconds."""
    store = Store(tmp_path_factory.mktemp("few"))
    store.publish(chance_layers(SEED, records=RECORDS), as_of=AS_OF, time_zone="Asia/Shanghai", title="Few")
    return store


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text(POINTS, encoding="utf-8")
    return path


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    path = tmp_path / "grids.geojson"
    path.write_text(json.dumps(GRIDS), encoding="utf-8")
    return path


def test_there_are_the_commands_that_scripts_rely_on() -> None:
    assert {"demo", "import", "assign", "measures", "releases", "export", "serve"} <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words.split(), "--help"]) == DONE
    assert f"maplegrid {words}" in capsys.readouterr().out


@pytest.mark.parametrize("words", COMMANDS)
def test_the_readme_tells_every_command(words: str) -> None:
    assert f"maplegrid {words}" in README


@pytest.mark.parametrize("words", COMMANDS)
def test_the_readme_tells_every_option(words: str) -> None:
    told = set(re.findall(r"--[a-z][a-z-]*", README))
    options = {option for parameter in COMMANDS[words].params for option in parameter.opts if option.startswith("--")}
    assert options - {"--help"} <= told


def test_help_loads_none_of_the_heavy_parts() -> None:
    heavy = "{'pandas', 'numpy', 'geopandas', 'shapely', 'streamlit', 'duckdb', 'pyarrow', 'rich'}"
    program = f"import sys, geo.cli; geo.cli.main(['--help']); sys.exit(len({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        ["unknown"],
        ["demo", "--seed", "many"],
        ["import"],
        ["assign", "nowhere.csv", "nowhere.geojson", "--out", "out.csv"],
        ["measures", "--out", "t.csv"],
        ["measures", "--view", "level=grid", "--out", "t.docx"],
        ["measures", "--view", "level=street", "--out", "t.csv"],
        ["measures", "--view", "colour=red", "--out", "t.csv"],
        ["measures", "--view", "level=grid", "--out", "t.csv", "--role", "king"],
        ["export", "pdf", "--view", "level=grid", "--out", "t.pdf"],
        ["serve", "--port", "0"],
    ],
)
def test_wrong_use_exits_2_and_says_what(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == WRONG_USE
    told = capsys.readouterr()
    assert told.err
    assert not told.out


def test_a_store_without_data_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "t.csv"
    assert main(["measures", "--store", str(tmp_path), "--view", "level=grid", "--out", str(out)]) == REFUSED
    assert "maplegrid demo" in capsys.readouterr().err
    assert not out.exists()


def test_an_unexpected_fault_shows_an_id_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Store) -> None:
        raise ZeroDivisionError("the inside of 13912345678")

    monkeypatch.setattr(Store, "releases", fail)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main(["releases", "--store", str(tmp_path)]) == UNEXPECTED
    shown = capsys.readouterr().err
    assert "Traceback" not in shown
    assert "the inside" not in shown
    (log,) = tmp_path.glob("maplegrid-*.log")
    assert log.stem.removeprefix("maplegrid-") in shown
    kept = log.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in kept
    assert "test_cli.py:" in kept
    assert "the inside" not in kept + shown
    assert "13912345678" not in kept + shown


def test_a_file_that_can_not_be_written_is_refused(
    demo_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("")
    words = ["measures", "--store", str(demo_store.root), "--view", "level=station&period=2025"]
    assert main([*words, "--out", str(tmp_path / "taken" / "t.csv")]) == REFUSED
    assert "taken" in capsys.readouterr().err


def test_assign_gives_every_point_its_grid(points: Path, grids: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert main(["assign", str(points), str(grids), "--out", str(out)]) == DONE
    with out.open(encoding="utf-8", newline="") as lines:
        rows = [(row["id"], row["grid_id"], row["placed"]) for row in csv.DictReader(lines)]
    assert rows == [("a", "001", "inside"), ("b", "002", "inside"), ("c", "", "outside"), ("d", "", "no_coordinates")]


def test_assign_writes_parquet_and_reports_in_json(
    points: Path, grids: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.parquet"
    assert main(["assign", str(points), str(grids), "--out", str(out), "--json"]) == DONE
    assert list(pd.read_parquet(out)["placed"]) == ["inside", "inside", "outside", "no_coordinates"]
    told = capsys.readouterr()
    assert isinstance(json.loads(told.out), dict)
    assert not told.err


def test_assign_refuses_points_without_coordinates(
    grids: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("id,place\n1,here\n", encoding="utf-8")
    assert main(["assign", str(bad), str(grids), "--out", str(tmp_path / "out.csv")]) == REFUSED
    assert "bad.csv" in capsys.readouterr().err


def test_import_refuses_a_recipe_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('layer = "gossip"\n', encoding="utf-8")
    assert main(["import", str(recipe), "--store", str(tmp_path / "store")]) == REFUSED
    assert "recipe.toml" in capsys.readouterr().err


def test_a_file_comes_in_by_the_commands_alone(
    demo_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release = demo_store.current()
    assert release is not None
    grid = read_layer(release, "grids", columns=["grid_id"])["grid_id"].iloc[0]
    table = tmp_path / "visits.csv"
    table.write_text(
        f"网格编码,月份,走访户数,requests_handled\n{grid},2025-01,5,1\n{grid},soon,5,1\n", encoding="gb18030"
    )
    drafted, store = tmp_path / "visits.toml", ["--store", str(demo_store.root)]
    assert main(["recipe", str(table), "--out", str(drafted), "--layer", "visits", *store]) == DONE
    assert "visits.csv becomes visits" in capsys.readouterr().out
    drafted.write_text(f"{drafted.read_text('utf-8')}\n[release]\nmade_up = true\n", encoding="utf-8")
    assert main(["import", str(drafted), "--dry-run", "--rejects", str(tmp_path / "out"), *store]) == DONE
    rejects = pd.read_excel(tmp_path / "out" / "visits-rejects.xlsx", dtype="str", engine="calamine")
    assert rejects[["row", "fate", "file: 月份"]].to_numpy().tolist() == [["3", "rejected", "soon"]]


def test_a_repair_that_is_not_offered_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "visits.csv"
    table.write_text("grid_id,month,households_visited\ng1,2025-01,5\n", encoding="utf-8")
    words = ["recipe", str(table), "--out", str(tmp_path / "r.toml"), "--layer", "visits", "--repair", "datum:gcj02"]
    assert main(words) == WRONG_USE
    assert "offers no 'datum:gcj02'" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("ending", ["csv", "parquet", "json"])
def test_measures_writes_one_row_per_area(demo_store: Store, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"t.{ending}"
    view = "level=station&period=2025&layer=disputes"
    assert main(["measures", "--store", str(demo_store.root), "--view", view, "--out", str(out)]) == DONE
    read: dict[str, Callable[[Path], pd.DataFrame]] = {
        "csv": pd.read_csv,
        "parquet": pd.read_parquet,
        "json": pd.read_json,
    }
    table = read[ending](out)
    assert list(table.columns[:4]) == ["area_id", "name", "level", "n"]
    assert table["area_id"].nunique() == len(table) == 12


def test_measures_counts_what_the_layer_holds(demo_store: Store, demo_release: Release, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    view = "level=grid&period=2025&layer=hazards"
    assert main(["measures", "--store", str(demo_store.root), "--view", view, "--out", str(out)]) == DONE
    hazards = pd.read_parquet(demo_release.path("hazards"), columns=["found_at", "grid_id"])
    placed = hazards.loc[(hazards["found_at"].dt.year == 2025) & hazards["grid_id"].notna()]
    assert pd.read_csv(out)["n"].sum() == len(placed)


@pytest.mark.parametrize(
    ("table", "layer", "first", "rows"),
    [("by_class", "disputes", "class", 15), ("by_grade", "hazards", "grade", 2), ("reach", "service", "kind", 5)],
)
def test_measures_writes_other_tables(
    demo_store: Store, tmp_path: Path, table: str, layer: str, first: str, rows: int
) -> None:
    out, view = tmp_path / "t.csv", f"level=station&period=2025-03&layer={layer}"
    words = ["measures", "--store", str(demo_store.root), "--view", view, "--out", str(out), "--table", table]
    assert main(words) == DONE
    written = pd.read_csv(out)
    assert (str(written.columns[0]), len(written)) == (first, rows)


def test_measures_for_public_eyes_holds_no_small_count(few_records: Store, tmp_path: Path) -> None:
    def counts(role: str) -> pd.Series:
        out, view = tmp_path / f"{role}.csv", "level=village&period=2025-Q1&layer=disputes"
        words = ["measures", "--store", str(few_records.root), "--view", view, "--out", str(out), "--role", role]
        assert main(words) == DONE
        return pd.read_csv(out)["n"].dropna()

    assert counts("planner").between(1, 4).any()
    shown = counts("public")
    assert len(shown) > 0
    assert not shown.between(1, 4).any()


def test_measures_answers_the_public_with_the_nearest_view_and_why(
    few_records: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "t.csv"
    view = "level=grid&period=2024&layer=disputes"
    words = ["measures", "--store", str(few_records.root), "--view", view, "--out", str(out), "--role", "public"]
    assert main(words) == DONE
    assert set(pd.read_csv(out)["level"]) == {"village"}
    assert "Shown instead: level=village" in capsys.readouterr().err


def test_measures_of_a_period_without_data_says_so(
    demo_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "t.csv"
    view = "level=station&period=2031&layer=disputes"
    assert main(["measures", "--store", str(demo_store.root), "--view", view, "--out", str(out)]) == DONE
    assert "The data tell nothing of this view: they end on 2025-12-31" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "view", "word"),
    [
        ("questions", "level=station&period=2025-06", "There is nothing to ask about the data of this view."),
        ("questions", "level=station&period=2031", "The data tell nothing of this view: they end on 2025-12-31"),
    ],
)
def test_a_list_of_nothing_is_told_from_data_that_do_not_reach(
    demo_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str, view: str, word: str
) -> None:
    out = tmp_path / "t.csv"
    words = ["measures", "--store", str(demo_store.root), "--view", view, "--out", str(out), "--table", table]
    assert main(words) == DONE
    assert pd.read_csv(out).empty
    said = capsys.readouterr().err
    assert word in said
    assert said.count("this view") == 1


def test_releases_lists_the_newest_first(own_demo_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", str(own_demo_store.root)]
    assert main(["releases", "restore", "1", *store]) == DONE
    assert main(["releases", *store, "collect", "--grace-hours", "24"]) == DONE
    capsys.readouterr()
    assert main(["releases", *store, "--json"]) == DONE
    listed = json.loads(capsys.readouterr().out)["releases"]
    assert [release["number"] for release in listed] == [2, 1]
    assert listed[0]["rows"] == listed[1]["rows"]


def test_releases_refuses_to_restore_what_is_not_there(demo_store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["releases", "restore", "99", "--store", str(demo_store.root)]) == REFUSED
    assert "99" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["html", "geojson", "csv"])
def test_export_writes_the_file(demo_store: Store, tmp_path: Path, kind: str) -> None:
    out = tmp_path / f"map.{kind}"
    view = "level=station&period=2025&layer=disputes"
    assert main(["export", kind, "--store", str(demo_store.root), "--view", view, "--out", str(out)]) == DONE
    start = {"html": "<!doctype html", "geojson": '{"type": "featurecollection"', "csv": "area_id,"}[kind]
    assert out.read_text(encoding="utf-8-sig").lstrip().lower().startswith(start)


def test_export_prints_a_map(demo_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "sheet.pdf"
    words = ["export", "map", "--store", str(demo_store.root), "--view", "level=station&period=2024", "--out", str(out)]
    classes = ["--scheme", "own", "--breaks", "60,80"]
    assert main([*words, "--measure", "settled_in_month", *classes, "--paper", "A3"]) == DONE
    page = PdfReader(out).pages[0]
    assert round(float(page.mediabox.width) / 72 * 25.4) == 420
    assert "60–80" in page.extract_text()
    assert main([*words, "--breaks", "a few"]) == WRONG_USE
    assert "is no list of numbers" in capsys.readouterr().err


@pytest.mark.slow
def test_export_writes_heat_at_the_bandwidth_asked_for(demo_store: Store, few_records: Store, tmp_path: Path) -> None:
    out = tmp_path / "heat.html"
    words = ["export", "html", "--store", str(demo_store.root), "--out", str(out), "--measure", "heat"]
    asked = [*words, "--view", "level=station&period=2025&layer=disputes", "--bandwidth", "800"]
    assert main(asked) == DONE
    assert "bandwidth 800 m" in out.read_text(encoding="utf-8")
    assert main([*words, "--view", "level=station&period=2025&layer=coverage"]) == WRONG_USE
    # The public has the bandwidth of its rule at least.
    asked = ["export", "html", "--store", str(few_records.root), "--out", str(out), "--measure", "heat"]
    asked += ["--view", "level=station&period=2024&layer=disputes", "--bandwidth", "200", "--role", "public"]
    assert main(asked) == DONE
    assert "bandwidth 500 m" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(("asked", "source"), [("", "reported"), ("&source=discovered", "discovered")])
def test_a_density_does_not_add_up_reported_and_discovered(
    demo_store: Store, tmp_path: Path, asked: str, source: str
) -> None:
    page, sheet = tmp_path / "heat.html", tmp_path / "heat.pdf"
    release = demo_store.current()
    assert release is not None
    one = View(Period("2025-12"), level="station", source=source)
    store = ["--store", str(demo_store.root), "--view", f"level=station&period=2025-12{asked}"]
    assert main(["export", "html", *store, "--measure", "heat", "--out", str(page)]) == DONE
    assert main(["export", "map", *store, "--theme", "density", "--out", str(sheet)]) == DONE
    n = len(records(release, one))
    assert 0 < n < len(records(release, one.replace(source=None)))
    assert f"bandwidth 500 m, n = {n:,}" in page.read_text(encoding="utf-8")
    written = PdfReader(sheet).pages[0].extract_text()
    assert f"n = {n:,}" in written
    assert source in written.lower()


def test_only_who_asks_for_both_has_a_change_of_reported_and_discovered_together(
    few_records: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "t.geojson"
    words = ["export", "geojson", "--store", str(few_records.root), "--view", "level=station&period=2024"]
    for measure, said in (("per_1000_residents", True), ("n", False), ("open", False)):
        assert main([*words, "--measure", measure, "--out", str(out)]) == DONE
        assert ("Of the reported records alone" in capsys.readouterr().err) is said


@pytest.mark.parametrize(
    ("asked", "together"),
    [
        ("period=2024", "n, n_compare, change, per_1000_residents, per_1000_households"),
        ("period=2024&source=reported", None),
        ("period=2024&layer=coverage", None),
    ],
)
def test_measures_name_the_columns_that_add_up_both_sources(
    few_records: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str, together: str | None
) -> None:
    words = ["measures", "--store", str(few_records.root), "--view", f"level=station&{asked}"]
    assert main([*words, "--out", str(tmp_path / "t.csv")]) == DONE
    said = capsys.readouterr().err
    assert ("Reported and discovered records together" in said) is (together is not None)
    assert together is None or f"together: {together}." in said


def test_a_command_that_is_piped_draws_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Working") as progress:
        assert progress is None
    assert capsys.readouterr() == ("", "")


def test_a_terminal_sees_the_bar_and_its_step(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with progress_bar("Working") as progress:
        assert progress is not None
        progress(0.5, "Drawing grids")
    assert "Drawing grids" in capsys.readouterr().err


def test_rows_are_set_in_columns() -> None:
    assert show_rows(["no", "title"], [[1, "Fenglin"]]) == ["no  title", "1   Fenglin"]


class TestServe:
    """The server is not started here; what it would be started with is looked at."""

    @pytest.fixture
    def started(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
        seen: dict[str, Any] = {}

        def hand_over(words: list[str], environment: dict[str, str]) -> int:
            seen.update(words=words, environment=environment)
            return 0

        monkeypatch.setattr(server_module, "_hand_over", hand_over)
        return seen

    @pytest.fixture
    def free_port(self) -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])

    def test_it_listens_on_loopback_and_sends_nothing(
        self, demo_store: Store, started: dict[str, Any], free_port: int
    ) -> None:
        assert main(["serve", "--store", str(demo_store.root), "--port", str(free_port)]) == DONE
        flags = {"--server.address=127.0.0.1", f"--server.port={free_port}", "--browser.gatherUsageStats=false"}
        assert flags <= set(started["words"])
        assert not any("allowedHosts" in word for word in started["words"])

    def test_a_store_with_data_is_seen_at_a_glance(
        self, demo_store: Store, started: dict[str, Any], free_port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delattr(Store, "current")
        assert main(["serve", "--store", str(demo_store.root), "--port", str(free_port)]) == DONE
        assert started

    def test_it_hands_store_role_and_area_over(
        self, demo_store: Store, started: dict[str, Any], free_port: int
    ) -> None:
        words = ["serve", "--store", str(demo_store.root), "--port", str(free_port), "--role", "director"]
        assert main([*words, "--area", "990101"]) == DONE
        settings = {name: started["environment"][f"MAPLEGRID_{name}"] for name in ("STORE", "ROLE", "AREA")}
        assert settings == {"STORE": str(demo_store.root.resolve()), "ROLE": "director", "AREA": "990101"}

    def test_it_says_that_this_machine_alone_is_let_in(
        self, demo_store: Store, started: dict[str, Any], free_port: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["serve", "--store", str(demo_store.root), "--port", str(free_port)]) == DONE
        assert "listens to this machine alone, and shows what the role planner may see" in capsys.readouterr().err
        assert started["environment"]["MAPLEGRID_OPEN_TO_NETWORK"] == ""

    def test_an_open_address_is_refused_where_nobody_signs_in(
        self, demo_store: Store, started: dict[str, Any], free_port: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        words = ["serve", "--store", str(demo_store.root), "--port", str(free_port), "--address", "0.0.0.0"]  # noqa: S104
        assert main(words) == REFUSED
        assert "--open-to-network" in capsys.readouterr().err
        assert not started

    @pytest.mark.parametrize(("named", "role"), [([], "public"), (["--role", "director"], "director")])
    def test_an_address_opened_by_name_is_told_and_for_the_public_unless_a_role_is_named(
        self,
        demo_store: Store,
        started: dict[str, Any],
        free_port: int,
        capsys: pytest.CaptureFixture[str],
        named: list[str],
        role: str,
    ) -> None:
        words = ["serve", "--store", str(demo_store.root), "--port", str(free_port), "--address", "0.0.0.0"]  # noqa: S104
        assert main([*words, "--open-to-network", *named]) == DONE
        assert f"everybody who reaches 0.0.0.0 sees what the role {role} may see" in capsys.readouterr().err
        assert any(word.startswith("--browser.serverAddress=") for word in started["words"])
        settings = {name: started["environment"][f"MAPLEGRID_{name}"] for name in ("ROLE", "OPEN_TO_NETWORK")}
        assert settings == {"ROLE": role, "OPEN_TO_NETWORK": "1"}

    def test_with_sign_in_an_open_address_is_served_by_the_file_of_roles(
        self,
        demo_store: Store,
        started: dict[str, Any],
        free_port: int,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(shut, "_section", lambda: SECTION)
        words = ["serve", "--store", str(demo_store.root), "--port", str(free_port), "--address", "0.0.0.0"]  # noqa: S104
        assert main(words) == REFUSED
        assert "name a file of roles" in capsys.readouterr().err
        roles = resource("roles.toml")
        assert main([*words, "--roles", str(roles)]) == DONE
        assert "People sign in" in capsys.readouterr().err
        assert started["environment"]["MAPLEGRID_ROLES"] == str(roles)

    def test_a_port_in_use_is_refused(
        self, demo_store: Store, started: dict[str, Any], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = str(other.getsockname()[1])
            assert main(["serve", "--store", str(demo_store.root), "--port", port]) == REFUSED
        assert port in capsys.readouterr().err
        assert not started

    def test_an_empty_store_is_filled_with_the_demo(
        self, tmp_path: Path, started: dict[str, Any], free_port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        built: list[Path] = []
        monkeypatch.setattr(server_module, "build_demo", lambda store, *, seed: built.append(store))
        empty = tmp_path / "store"
        assert main(["serve", "--store", str(empty), "--port", str(free_port), "--no-demo"]) == DONE
        assert built == []
        assert main(["serve", "--store", str(empty), "--port", str(free_port), "--demo"]) == DONE
        assert built == [empty]
        assert started
