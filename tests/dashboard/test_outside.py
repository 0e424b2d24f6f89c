"""Nothing from outside of a scope: every page, file and parameter as every role, over a county marked outside of S1."""

from __future__ import annotations

import itertools
import re
import typing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from geo import view as views
from geo.access import Scope
from geo.cli.figures import export
from geo.cli.printing import PAPER_KINDS, write_paper
from geo.dashboard import cache, state
from geo.dashboard.navigation import PAGES
from geo.errors import GeoError, NotPermitted
from geo.export.files import KINDS, Asked, write_file
from geo.export.files.geojson import geojson_text
from geo.export.html import write_html
from geo.export.printed import MapAsked
from geo.export.tables import csv_text
from geo.maps.geometry import geometry_key
from geo.store import Release, Store
from geo.view import Period, View
from geo.web import routes
from geo.web.tokens import sign_address
from tests.dashboard.conftest import MAIN, TIMEOUT_SECONDS
from tests.dashboard.outside import GRID_MARK, STATION_MARK, Sent, everything_in, everything_written, outside_layers
from tests.measures.tiny import AS_OF
from tests.web.asgi import Answer, ask

DIRECTOR = ("director", "S1")
PLANNER_OF_S1 = ("planner", "S1")
ROLES = [DIRECTOR, PLANNER_OF_S1, ("public", ""), ("director", ""), ("planner", ""), ("administrator", "")]
#: What each parameter of an address can say: what there is, what lies outside of S1, and what nobody ever meant.
PARAMETERS = {
    "area": ["S1", "V1", "G1", "S2", "V3", "G5", "C", "", "S1' OR 1=1", "../S2"],
    "level": ["county", "station", "village", "grid", "person"],
    "period": ["2025-03", "2025-Q1", "2024", "2025", "2024..2025", "2025-13"],
    "layer": ["disputes", "hazards", "incidents", "coverage", "service", "officers"],
    "class": ["neighbours", "fire", "drugs", "x"],
    "source": ["reported", "discovered", "both"],
    "compare": ["previous", "last-year", "none", "x"],
    "release": ["1", "2", "-1", "x"],
    "show": ["n", "heat", "per_1000_residents", "covered_share", "x"],
    "list": ["overdue", "past_month", "vacant", "return_due", "x"],
    "month": ["2025-03", "2025-01", "x"],
    "bandwidth": ["200", "1000", "1"],
    "lang": ["en", "zh_CN", "xx"],
    "role": ["planner"],
    "scope": ["planner"],
    "t": ["AAAA"],
}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("marked"))
    store.publish(outside_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Marked County", title_zh="标记县")
    return store


@pytest.fixture(scope="module")
def release(marked: Store) -> Release:
    current = marked.current()
    assert current is not None
    return current


def test_every_parameter_of_an_address_is_tried() -> None:
    assert set(state._known_keys()) | set(views._KEYS) <= set(PARAMETERS)


def opened(monkeypatch: pytest.MonkeyPatch, store: Store, role: tuple[str, str], page: str, **query: str) -> Sent:
    """Open a page as a role and return all that it sent; it may refuse, but not fail."""
    monkeypatch.setenv("MAPLEGRID_STORE", str(store.root))
    monkeypatch.setenv("MAPLEGRID_ROLE", role[0])
    monkeypatch.setenv("MAPLEGRID_AREA", role[1])
    app = AppTest.from_file(str(MAIN), default_timeout=TIMEOUT_SECONDS)
    for key, text in query.items():
        app.query_params[key.rstrip("_")] = text
    if page != PAGES[0].page_id:
        app.switch_page(f"screens/{page}.py")
    app.run()
    assert not app.exception, (role, page, query)
    return everything_in(app)


def found(role: tuple[str, str], sent: Sent, *, page: str) -> list[str]:
    """Return the marks that a role may not see."""
    if role[1]:
        # Promises are told beside those of the stations most alike, which are named.
        return sent.marks(*([] if page in ("promises", "compare") else [STATION_MARK]))
    # What the public may see of counts is looked at where counts are protected: here, that it sees no grid.
    return [GRID_MARK] if role[0] == "public" and any(GRID_MARK in text for text in sent.texts) else []


@pytest.mark.slow
@pytest.mark.parametrize("page", [entry.page_id for entry in PAGES])
@pytest.mark.parametrize("role", [DIRECTOR, ("public", "")], ids=" ".join)
def test_no_page_shows_what_lies_outside(
    monkeypatch: pytest.MonkeyPatch, marked: Store, role: tuple[str, str], page: str
) -> None:
    assert found(role, opened(monkeypatch, marked, role, page, period="2025-03", level="grid"), page=page) == []


@pytest.mark.slow
@pytest.mark.parametrize("page", ["today", "disputes"])
def test_the_public_in_a_village_is_shown_the_village_and_no_grid(
    monkeypatch: pytest.MonkeyPatch, marked: Store, page: str
) -> None:
    sent = opened(monkeypatch, marked, ("public", ""), page, area="V1", level="grid")
    assert found(("public", ""), sent, page=page) == []
    assert "V1名" in "".join(sent.texts)


@pytest.mark.parametrize("page", ["today", "disputes"])
def test_the_marks_are_seen_by_those_who_may(monkeypatch: pytest.MonkeyPatch, marked: Store, page: str) -> None:
    marks = opened(monkeypatch, marked, ("planner", ""), page, period="2025-03", level="station").marks(STATION_MARK)
    assert {"2987", STATION_MARK} <= set(marks)


@pytest.mark.parametrize("area", ["S2", "V3", "G5", "C"])
def test_an_area_outside_is_refused_on_every_page_before_anything_is_read(
    monkeypatch: pytest.MonkeyPatch, marked: Store, area: str
) -> None:
    for name in ("today", "layer_page", "coverage_page", "service_page", "data_page", "map_values"):
        monkeypatch.setattr(cache, name, lambda *_: pytest.fail("read"))
    for page in ("today", "disputes", "coverage", "service", "data"):
        sent = opened(monkeypatch, marked, DIRECTOR, page, area=area, period="2025-03")
        assert found(DIRECTOR, sent, page=page) == []


_ANY = st.fixed_dictionaries({}, optional={key: st.sampled_from(texts) for key, texts in PARAMETERS.items()})


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(role=st.sampled_from(ROLES[:3]), page=st.sampled_from([entry.page_id for entry in PAGES]), query=_ANY)
def test_no_address_shows_what_lies_outside(
    monkeypatch: pytest.MonkeyPatch, marked: Store, role: tuple[str, str], page: str, query: dict[str, str]
) -> None:
    named = {f"{key}_": text for key, text in query.items()}
    assert found(role, opened(monkeypatch, marked, role, page, **named), page=page) == []


#: Roles without an area, for whom nothing lies outside: no page fails them, and none names a record.
OF_ALL = ROLES[3:]
_RECORD = re.compile(r"(?<![\w-])(?:[DHI]\d{1,3}|X\d{1,4})(?![\w-])")


def records_named(sent: Sent) -> list[str]:
    """Return what is written like the id of a record of the marked county."""
    return _RECORD.findall("\n".join(sent.texts))


def test_ids_of_records_are_known_for_what_they_are() -> None:
    assert records_named(Sent(["D01, X2986 of H2"])) == ["D01", "X2986", "H2"]
    assert records_named(Sent(["GD01 P1 X86-2 2025-H1"])) == []


@pytest.mark.parametrize(("role", "page"), list(zip(OF_ALL, ["promises", "hazards", "audit"], strict=True)), ids=str)
def test_who_looks_after_all_is_named_no_record(
    monkeypatch: pytest.MonkeyPatch, marked: Store, role: tuple[str, str], page: str
) -> None:
    sent = opened(monkeypatch, marked, role, page, area="V3", level="person", period="2025-03", show="x")
    assert records_named(sent) == []


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(role=st.sampled_from(OF_ALL), page=st.sampled_from([entry.page_id for entry in PAGES]), query=_ANY)
def test_no_address_names_a_record_to_who_looks_after_all(
    monkeypatch: pytest.MonkeyPatch, marked: Store, role: tuple[str, str], page: str, query: dict[str, str]
) -> None:
    named = {f"{key}_": text for key, text in query.items()}
    assert records_named(opened(monkeypatch, marked, role, page, **named)) == []


AREAS = ["S1", "V1", "G1", None, "S2", "V3", "G5", "C"]
VIEWS = [
    View(Period("2025-03"), area=area, level=level, layer=layer)
    for area, level, layer in itertools.product(AREAS, ("station", "village", "grid"), ("disputes", "coverage"))
]


@pytest.mark.parametrize("role", [DIRECTOR, PLANNER_OF_S1], ids=" ".join)
def test_what_pages_read_is_refused_outside_wherever_it_is_read(release: Release, role: tuple[str, str]) -> None:
    scope = Scope(*role)
    readers = (cache.today, cache.layer_page, cache.coverage_page, cache.service_page, cache.density)
    for view in (view for view in VIEWS if view.area not in ("S1", "V1", "G1")):
        for reader in readers:
            with pytest.raises(NotPermitted):
                reader(release, view, scope)
        with pytest.raises(NotPermitted):
            cache.places(release, view.area, scope)
        if view.layer == "disputes":
            assert not cache.shows_points(release, view, scope)


@pytest.mark.slow
@pytest.mark.parametrize("role", [DIRECTOR, PLANNER_OF_S1], ids=" ".join)
def test_no_file_of_ones_own_area_holds_figures_from_outside(
    release: Release, role: tuple[str, str], tmp_path: Path
) -> None:
    scope = Scope(*role)
    for number, view in enumerate(view for view in VIEWS if view.area in ("S1", "V1", "G1")):
        try:
            values = cache.map_values(release, view, scope)
        except GeoError:
            continue
        out = tmp_path / f"{number}.html"
        measure = next(name for name in values.frame.columns if name in ("n", "covered_share"))
        write_html(release, view, scope, out, measure=measure)
        # A map shows where other areas lie, and what they are called; but none of their figures.
        page = "".join(line for line in out.read_text("utf-8").splitlines() if '"shapes"' not in line)
        assert Sent([page]).marks() == []
        (tmp_path / "a.csv").write_text(csv_text(values), "utf-8")
        (tmp_path / "a.geojson").write_text(geojson_text(release, values, lang="en"), "utf-8")
        for name in ("a.csv", "a.geojson"):
            assert everything_written(tmp_path / name).marks(STATION_MARK) == []


#: Layers that show where other stations lie and what they are called, as a map does: none of their figures or parts.
NAMED = ("jurisdictions",)
PARTS_OUTSIDE = (*(f"{GRID_MARK}G{number}" for number in (5, 6, 7, 8)), "V3名", "V4名")
OWN_VIEWS = [
    (DIRECTOR, View(Period("2025-03"), area="S1", level="grid", layer="disputes")),
    (PLANNER_OF_S1, View(Period("2025-03"), area="V1", level="grid", layer="coverage")),
    (DIRECTOR, View(Period("2025-03"), area="S1", level="village", layer="incidents")),
]


FILES = (*KINDS, *PAPER_KINDS)
# Reports of several pages take some seconds each.
PARAMS = [pytest.param(kind, marks=pytest.mark.slow if kind in PAPER_KINDS[1:] else ()) for kind in FILES]


def test_every_kind_of_file_that_is_written_is_looked_through() -> None:
    (kinds, *_) = typing.get_args(typing.get_type_hints(export, include_extras=True)["kind"])
    assert set(typing.get_args(kinds)) == {"html", *FILES}


def write_kind(kind: str, release: Release, view: View, scope: Scope, folder: Path) -> list[Path]:
    """Write a view as a file of a kind, or printed; return it and what is written beside it."""
    measure = "covered_share" if view.layer == "coverage" else "n"
    if kind in PAPER_KINDS:
        # Classes that begin at values themselves.
        asked = MapAsked(measure_id=measure, scheme="natural", theme="classes")
        out = folder / ("a.pptx" if kind == "slides" else "a.pdf")
        write_paper(kind, release, view, scope, asked, out, dpi=100, tiles=None)
        return [out]
    out = folder / f"a{KINDS[kind].endings[0]}"
    return list(write_file(kind, release, view, scope, out, Asked(measure_id=measure)))


@pytest.mark.parametrize("kind", PARAMS)
def test_no_kind_of_file_holds_figures_or_areas_from_outside(release: Release, tmp_path: Path, kind: str) -> None:
    for role, own in OWN_VIEWS:
        # An atlas is of whole stations.
        view = own.replace(area=role[1]) if kind == "atlas" else own
        for path in write_kind(kind, release, view, Scope(*role), tmp_path):
            assert everything_written(path).marks(*PARTS_OUTSIDE) == [], (path.name, view, role)
            if kind not in PAPER_KINDS:
                assert everything_written(path, but=NAMED).marks(STATION_MARK) == [], (path.name, view, role)


@pytest.mark.parametrize("kind", PARAMS)
def test_the_marks_are_found_in_every_kind_of_file(release: Release, tmp_path: Path, kind: str) -> None:
    view = View(Period("2025-03"), area="S2", level="grid", layer="disputes")
    path = write_kind(kind, release, view, Scope("planner"), tmp_path)[0]
    found = everything_written(path, but=NAMED).marks(STATION_MARK, *PARTS_OUTSIDE)
    assert {"2987", STATION_MARK, f"{GRID_MARK}G5"} <= set(found)


@pytest.fixture(scope="module")
def app(marked: Store) -> Starlette:
    return Starlette(routes=routes(marked.root))


def get(app: Starlette, address: str) -> Answer:
    path, _, query = address.partition("?")
    return ask(app, path, query=query, accept_encoding="gzip")


@pytest.mark.parametrize("role", ROLES, ids=" ".join)
def test_routes_give_a_role_its_shapes_and_no_others(
    marked: Store, release: Release, app: Starlette, role: tuple[str, str]
) -> None:
    scope = Scope(role[0], role[1] or None)
    for level in ("county", "station", "village", "grid"):
        key = geometry_key(release, level, Scope("planner"))
        own = sign_address(f"/maplegrid/geometry/{key}", scope, root=marked.root)
        assert get(app, own).status == (403 if (role[0], level) == ("public", "grid") else 200)
        assert get(app, own.partition("?")[0]).status == 403
        for other in ("county", "station", "village", "grid"):
            if other != level:
                strange = geometry_key(release, other, Scope("planner"))
                assert get(app, own.replace(key, strange)).status == 403


def test_no_other_route_tells_of_areas(app: Starlette) -> None:
    for path in ("health", "assets/maplegrid.js", "assets/none", "geometry/none", "none", "assets/../audit"):
        answer = get(app, f"/maplegrid/{path}?area=G5&role=planner&t=AAAA")
        assert Sent([answer.body.decode("utf-8", "replace")]).marks(STATION_MARK, GRID_MARK) == []
