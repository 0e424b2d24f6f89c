"""Routes: what is served, how long it is kept, what is refused."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from geo.access import Scope
from geo.dashboard.navigation import PAGES
from geo.maps.assets import FONT_FILE, font_path
from geo.maps.geometry import geometry_key
from geo.maps.tiles import tile_payload, tile_spec
from geo.store import Release
from geo.view import View
from geo.web import routes
from geo.web.closed import SECURITY as ALL_SECURITY
from geo.web.paths import FIRST_PAGE
from geo.web.tokens import sign_address
from tests.maps.small import MARCH, protected_disputes, publish_small
from tests.web.asgi import Answer, ask

SECURITY = ("x-content-type-options", "referrer-policy", "content-security-policy", "cross-origin-resource-policy")


def ask_shapes(app: Starlette, release: Release, level: str, role: str = "planner", **headers: str) -> Answer:
    key = geometry_key(release, level, Scope("planner"))
    path, _, query = sign_address(f"/maplegrid/geometry/{key}", Scope(role), root=release.root).partition("?")
    return ask(app, path, query=query, **headers)


def test_shapes_are_packed_once(app: Starlette, small: Release) -> None:
    first, second = (ask_shapes(app, small, "grid", accept_encoding="gzip, br") for _ in range(2))
    assert first.headers["content-encoding"] == "gzip"
    assert first.body == second.body
    assert json.loads(gzip.decompress(first.body))["ids"] == [f"G{index}" for index in range(9)]


def test_shapes_that_the_browser_has_are_not_sent_again(app: Starlette, small: Release) -> None:
    tag = ask_shapes(app, small, "grid", accept_encoding="gzip").headers["etag"]
    again = ask_shapes(app, small, "grid", accept_encoding="gzip", if_none_match=tag)
    assert (again.status, again.body) == (304, b"")


def test_an_unknown_name_is_not_found(app: Starlette) -> None:
    for key in ("x", "0" * 31 + "G"):
        assert ask(app, f"/maplegrid/geometry/{key}", accept_encoding="gzip").status == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("leaflet.js", "text/javascript"),
        ("leaflet.css", "text/css"),
        ("maplegrid.js", "text/javascript"),
        ("maplegrid.css", "text/css"),
        ("leaflet.markercluster.js", "text/javascript"),
        ("fonts/NotoSansSC-Regular.otf", "font/otf"),
        ("images/marker-icon.png", "image/png"),
    ],
)
def test_assets_come_with_their_type_and_safe_headers(app: Starlette, name: str, kind: str) -> None:
    answer = ask(app, f"/maplegrid/assets/{name}")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith(kind)
    assert all(header in answer.headers for header in SECURITY)


def test_an_asset_with_its_version_is_kept_and_one_without_is_asked_for_again(app: Starlette) -> None:
    path = "/maplegrid/assets/maplegrid.js"
    assert "immutable" in ask(app, path, query="v=1").headers["cache-control"]
    plain = ask(app, path)
    assert plain.headers["cache-control"] == "no-cache"
    assert ask(app, path, if_none_match=plain.headers["etag"]).status == 304


@pytest.mark.parametrize(
    "path",
    [
        "assets/../routes.py",
        "assets/..%2Froutes.py",
        "assets/fonts/../../../pyproject.toml",
        "assets/fonts/NotoSerifSC-Regular.otf",
        "assets/images/../leaflet.js",
        "assets//etc/passwd",
        "assets/page.html",
        "geometry/../../releases/000001.json",
        "geometry/" + "a" * 5000,
    ],
)
def test_nothing_else_is_served(app: Starlette, path: str) -> None:
    answer = ask(app, f"/maplegrid/{path}", accept_encoding="gzip")
    assert answer.status == 404
    assert b"not found" in answer.body.lower()


def test_styles_and_scripts_ask_for_nothing_elsewhere(app: Starlette) -> None:
    for name in ("leaflet.css", "maplegrid.css", "MarkerCluster.css"):
        text = ask(app, f"/maplegrid/assets/{name}").body.decode()
        assert not re.search(r"@import|url\(\s*[\"']?(?:https?:)?//", text)
    assert b"sourceMappingURL" not in ask(app, "/maplegrid/assets/leaflet.js").body


def test_shapes_of_a_torn_store_are_an_error_that_gives_nothing_away(tmp_path: Path) -> None:
    release = publish_small(tmp_path)
    release.path("grids").unlink()
    app = Starlette(routes=routes(tmp_path))
    answer = ask_shapes(app, release, "grid", accept_encoding="gzip")
    assert answer.status == 503
    assert str(tmp_path) not in answer.body.decode()


def test_health_names_the_release(app: Starlette, small: Release) -> None:
    answer = ask(app, "/maplegrid/health")
    assert json.loads(answer.body)["release"] == small.number
    assert answer.headers["cache-control"] == "no-store"


def test_health_of_an_empty_and_of_a_torn_store(tmp_path: Path) -> None:
    app = Starlette(routes=routes(tmp_path))
    assert json.loads(ask(app, "/maplegrid/health").body)["release"] is None
    (tmp_path / "releases").mkdir(exist_ok=True)
    (tmp_path / "releases" / "000001.json").write_text("{")
    broken = ask(app, "/maplegrid/health")
    assert broken.status == 503
    assert str(tmp_path) not in broken.body.decode()


#: What a route's parameters can be; in the right order they lead to something.
KNOWN = {"lon": "120.005", "lat": "30.005", "area_id": "G0"} | dict.fromkeys(
    ("z", "x", "y", "x0", "y0", "x1", "y1"), "0"
)
NAMES = {"fonts": FONT_FILE, "images": "marker-icon.png", "assets": "maplegrid.js"}


@pytest.mark.parametrize("path", [route.path for route in routes("store")])
def test_every_answer_and_refusal_of_every_route_has_safe_headers(app: Starlette, small: Release, path: str) -> None:
    spec, _ = tile_payload(small, protected_disputes(small), "n", lang="en", theme="light")
    if "marks" in path:
        spec = tile_spec(small, View(MARCH), "points", lang="en", theme="light")
    key, parts = geometry_key(small, "grid", Scope("planner")), path.split("/")
    known = KNOWN | {"key": key, "spec": spec.to_text(), "name": NAMES.get(parts[-2], "")}
    signed = sign_address("/".join(parts[:4]).format_map(known), Scope("planner"), root=small.root).partition("?")[2]
    answers = [
        ask(app, path.format_map(values), query=query, accept_encoding=encoding)
        for values in (known, dict.fromkeys(known, "1"), dict.fromkeys(known, "x"))
        for query in ("", "t=x", signed)
        for encoding in ("gzip", "identity")
    ]
    assert {answer.status for answer in answers} & {200, 307}
    for answer in answers:
        assert answer.status in {200, 307, 403, 404, 406}
        assert {name: answer.headers.get(name.lower()) for name in ALL_SECURITY} == ALL_SECURITY
        assert "set-cookie" not in answer.headers


def test_the_first_page_is_found_by_its_name_too(app: Starlette) -> None:
    assert PAGES[0].page_id == FIRST_PAGE.removeprefix("/")
    answer = ask(app, FIRST_PAGE)
    assert (answer.status, answer.headers["location"]) == (307, "./")


def test_shapes_are_kept_with_the_store_for_the_next_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = publish_small(tmp_path)
    first = ask_shapes(Starlette(routes=routes(tmp_path)), release, "grid", accept_encoding="gzip")

    def made_again(*_: object) -> str:
        raise AssertionError("The shapes are there already")

    monkeypatch.setattr("geo.web.geometry.geometry_text", made_again)
    again = ask_shapes(Starlette(routes=routes(tmp_path)), release, "grid", accept_encoding="gzip")
    assert (again.status, again.body) == (200, first.body)
    # What is kept opens nothing to those who may not have it.
    public = ask_shapes(Starlette(routes=routes(tmp_path)), release, "grid", role="public", accept_encoding="gzip")
    assert public.status == 403


def test_the_font_is_sent_as_it_is_by_a_server_that_packs(app: Starlette) -> None:
    """Packed anew for each reader, its 8 MB took half a second in which nobody else was answered."""
    packing = Starlette(routes=app.routes, middleware=[Middleware(GZipMiddleware)])
    font = ask(packing, f"/maplegrid/assets/fonts/{FONT_FILE}", accept_encoding="gzip")
    assert font.body == font_path().read_bytes()
    styles = ask(packing, "/maplegrid/assets/leaflet.css", accept_encoding="gzip")
    assert styles.headers["content-encoding"] == "gzip"
