"""A station's director and the others: nothing that is shown of them follows from anything but the ledger."""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from geo.access import Scope
from geo.cli.printing import PAPER_KINDS, write_paper
from geo.errors import NotPermitted, ViewError
from geo.export.files import KINDS, Asked, write_file
from geo.export.html import write_html
from geo.export.printed import MapAsked
from geo.figures.asked import MEASURED
from geo.layers import EVENT_LAYERS
from geo.measures import waiting
from geo.privacy import open_to_public, protect
from geo.rules import Rules
from geo.store import Release, Store
from geo.view import Period, View
from tests.dashboard.outside import everything_written
from tests.measures.tiny import AS_OF, tiny_layers

DIRECTOR = Scope("director", "S1")
_MOMENT = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
MARCH = View(Period("2025-03"), level="village")
#: What a director is told of the others all the same: the rank among them, and whether records are enough for one.
RANKS = {"rank", "rank_best", "rank_worst", "rank_of", "enough"}


def published(root: Path, layers: Mapping[str, pd.DataFrame]) -> Release:
    return Store(root).publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny", title_zh="小县")


def with_others_changed(layers: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The layers with all records of other stations thrice, and in one other grid."""
    own, changed = ["G1", "G2", "G3", "G4"], dict(layers)
    for name in EVENT_LAYERS:
        others = ~layers[name]["grid_id"].isin(own) & layers[name]["grid_id"].notna()
        moved = layers[name][others].assign(grid_id="G7")
        copies = [moved.assign(record_id=moved["record_id"].astype("str") + f"-{n}") for n in range(3)]
        changed[name] = pd.concat([layers[name][~others], *copies], ignore_index=True).astype(layers[name].dtypes)
    return changed


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """Two second releases of one store: the same records again, and others of the other stations."""
    root = tmp_path_factory.mktemp("twins")
    open_to_public(published(root / "one", tiny_layers()))
    shutil.copytree(root / "one", root / "other")
    return published(root / "one", tiny_layers()), published(root / "other", with_others_changed(tiny_layers()))


def told(measured: Callable[[Release, View], object], release: Release, view: View, rules: Rules) -> pd.DataFrame | str:
    try:
        return protect(measured(release, view), view, DIRECTOR, rules=rules).frame  # type: ignore[arg-type]
    except (NotPermitted, ViewError) as refused:
        return type(refused).__name__


@pytest.mark.parametrize(
    ("measured", "area"), [*((name, None) for name in sorted(MEASURED)), ("waiting", "S2"), ("questions", "S2")]
)
def test_records_of_others_change_nothing_that_is_told(
    twins: tuple[Release, Release], rules: Rules, measured: str, area: str | None
) -> None:
    for level in ("station", "grid") if measured in {"waiting", "measure"} else ("station",):
        view = MARCH.replace(area=area, level=level)
        first, second = (told(MEASURED[measured], release, view, rules) for release in twins)
        if isinstance(first, str) or isinstance(second, str):
            assert isinstance(first, str)
            assert first == second
            continue
        columns = [name for name in first if name not in RANKS]
        pd.testing.assert_frame_equal(first[columns], second[columns])


ENDINGS = {"html": ".html", "slides": ".pptx", **{kind: made.endings[0] for kind, made in KINDS.items()}}


def write(kind: str, release: Release, view: View, out: Path, *, scope: Scope) -> list[Path]:
    """Write a file; nothing where it is refused."""
    try:
        if kind == "html":
            write_html(release, view, scope, out, measure="n")
        elif kind in PAPER_KINDS:
            asked = MapAsked(scheme="natural", theme="classes")
            write_paper(kind, release, view, scope, asked, out, dpi=100, tiles=None)
        else:
            return list(write_file(kind, release, view, scope, out, Asked()))
    except (NotPermitted, ViewError):
        return []
    return [out]


def told_in(
    kind: str, release: Release, view: View, folder: Path, *, scope: Scope
) -> list[tuple[list[str], set[float]]]:
    """Return texts and numbers of a file and of those beside it, but the moment that it was made."""
    folder.mkdir()
    paths = write(kind, release, view, folder / f"file{ENDINGS.get(kind, '.pdf')}", scope=scope)
    return [
        ([_MOMENT.sub("", text) for text in one.texts], {n for n in one.numbers if not math.isnan(n)})
        for one in map(everything_written, paths)
    ]


@pytest.mark.parametrize(
    ("kind", "area", "scope"),
    [
        *((kind, None, DIRECTOR) for kind in [*KINDS, "map", "html"]),
        *((kind, "S2", DIRECTOR) for kind in ("csv", "html")),
        *(
            # The other kinds for the public: see test_written.
            pytest.param(kind, None, scope, marks=pytest.mark.slow)
            for kind in ("atlas", "briefing", "slides")
            for scope in (DIRECTOR, Scope("public"))
        ),
    ],
    ids=str,
)
def test_records_of_others_change_no_file(
    twins: tuple[Release, Release], tmp_path: Path, kind: str, area: str | None, scope: Scope
) -> None:
    view = MARCH.replace(area=area)
    one, other = (told_in(kind, release, view, tmp_path / f"{n}", scope=scope) for n, release in enumerate(twins))
    assert one == other
    assert one


def test_what_waits_is_told_of_the_own_station_alone(twins: tuple[Release, Release]) -> None:
    everywhere = MARCH.replace(level="grid")
    table = waiting(twins[0], everywhere)
    seen = protect(table, everywhere, DIRECTOR)
    assert set(table.frame["area_id"]) & {"G5", "G6", "G7", "G8"}
    assert set(seen.frame["area_id"]) <= {"G1", "G2", "G3", "G4"}
    assert not seen.protected.to_numpy().any()
    for village, told_of in (("V1", True), ("V3", False)):
        view = everywhere.replace(area=village)
        if told_of:
            assert set(protect(waiting(twins[0], view), view, DIRECTOR).frame["area_id"]) <= {"G1", "G2"}
            continue
        with pytest.raises(NotPermitted, match="of one's own area"):
            protect(waiting(twins[0], view), view, DIRECTOR)
