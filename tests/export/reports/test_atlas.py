"""An atlas has a page for each station that its reader may see, with the figures that `maplegrid measures` writes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.access import Scope
from geo.errors import ViewError
from geo.export.printed import MapAsked
from geo.export.reports import write_atlas
from geo.measures import measure
from geo.privacy import protect
from geo.store import Release, read_layer
from geo.view import Period, View
from tests.export.reports.pages import bare, pages_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)
MARCH = View(Period("2025-03"), level="grid")
PLANNER = Scope("planner")
COUNTS = (
    ("coverage", "households"),
    ("coverage", "posts"),
    ("disputes", "reported"),
    ("disputes", "past_month"),
    ("hazards", "reported"),
    ("hazards", "overdue"),
    ("incidents", "reported"),
)


def atlas(release: Release, view: View, scope: Scope, out: Path, *, lang: str = "en") -> list[str]:
    write_atlas(release, view, scope, MapAsked(theme="symbols", lang=lang), out, created_at=NOW)
    return pages_of(out)


def is_page_of(page: str, name: object) -> bool:
    """Tell whether a page begins with a name, below the line that every page has."""
    return bare(page).split(bare("March 2025"))[1].startswith(bare(name))


def test_every_station_has_its_page_with_its_grids(tiny: Release, tmp_path: Path) -> None:
    pages = atlas(tiny, MARCH, PLANNER, tmp_path / "atlas.pdf")
    stations, grids = read_layer(tiny, "stations"), read_layer(tiny, "grids")
    villages = read_layer(tiny, "villages").set_index("village_id")["station_id"]
    for station, name in zip(stations["station_id"], stations["name"], strict=True):
        own = [page for page in pages[2:-1] if is_page_of(page, name)]
        assert len(own) == 1
        for grid, village in zip(grids["name"], grids["village_id"], strict=True):
            assert (bare(grid) in bare(own[0].split("Grid Households")[1])) == (villages[village] == station)
        assert bare(f"{name} {pages.index(own[0]) + 1}") in bare(pages[1])
    assert "Made-up data" in pages[0]
    assert "For internal use" in pages[0]
    assert all(bare("Equal-area projection, WGS84") in bare(page) for page in pages)


@pytest.mark.slow
def test_its_figures_are_those_of_the_measures(demo_release: Release, tmp_path: Path) -> None:
    station = str(read_layer(demo_release, "stations")["station_id"].iloc[0])
    view = View(Period("2025"), area=station)
    pages = atlas(demo_release, view, PLANNER, tmp_path / "atlas.pdf", lang="zh_CN")
    told = {
        layer: protect(measure(demo_release, view.replace(layer=layer)), view.replace(layer=layer), PLANNER).frame
        for layer in ("coverage", "disputes", "hazards", "incidents")
    }
    text = " ".join(pages)
    tables = {layer: frame.set_index("area_id") for layer, frame in told.items()}
    for area_id, name in zip(told["disputes"]["area_id"], told["disputes"]["name"], strict=True):
        numbers = [tables[layer].loc[area_id, column] for layer, column in COUNTS]
        row = " ".join(f"{int(number):,}" for number in numbers)
        assert re.search(rf"{re.escape(str(name))} {re.escape(row)} ", text), (name, row)


def test_a_director_is_told_of_the_own_station_alone(tiny: Release, tmp_path: Path) -> None:
    pages = atlas(tiny, MARCH.replace(area="S1"), Scope("director", "S1"), tmp_path / "atlas.pdf")
    names = read_layer(tiny, "stations").set_index("station_id")["name"]
    assert bare(f"Atlas of {names['S1']}") in bare(pages[0])
    assert [is_page_of(page, names["S2"]) for page in pages[2:]] == [False] * (len(pages) - 2)
    assert is_page_of(pages[2], names["S1"])
    everything = atlas(tiny, MARCH, Scope("director", "S1"), tmp_path / "all.pdf")
    assert len(everything) == len(pages)


@pytest.mark.slow
def test_what_is_withheld_is_listed(tiny: Release, tmp_path: Path) -> None:
    view = MARCH.replace(level="village")
    pages = atlas(tiny, view, Scope("public"), tmp_path / "atlas.pdf")
    assert "Counts from 1 to 4 are withheld" in pages[-1]
    assert "Disputes" in pages[-1]
    assert "Public" in pages[0]
    inside = atlas(tiny, view, PLANNER, tmp_path / "inside.pdf")
    assert "Nothing in these tables is withheld." in inside[-1]


def test_who_stops_it_finds_the_file_from_before(tiny: Release, tmp_path: Path) -> None:
    out = tmp_path / "atlas.pdf"
    out.write_text("before")
    steps: list[tuple[float, str]] = []

    def stop(share: float, step: str) -> None:
        steps.append((share, step))
        if share > 0.4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atlas(tiny, MARCH, PLANNER, MapAsked(), out, progress=stop)
    assert out.read_text() == "before"
    assert [share for share, _step in steps] == [0.0, 0.25, 0.5]


def test_an_area_without_stations_is_refused(tiny: Release, tmp_path: Path) -> None:
    with pytest.raises(ViewError, match="a page for each station"):
        atlas(tiny, MARCH.replace(area="V1"), PLANNER, tmp_path / "atlas.pdf")
