"""Routes: what is served, how long it is kept, what is refused."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette

from geo.access import Scope
from geo.dashboard.navigation import PAGES
from geo.maps.geometry import geometry_key
from geo.store import Release
from geo.web import routes
from geo.web.routes import FIRST_PAGE
from tests.maps.small import publish_small
from tests.web.asgi import ask

SECURITY = ("x-content-type-options", "referrer-policy", "content-security-policy", "cross-origin-resource-policy")


def geometry_path(release: Release, level: str, role: str = "planner") -> str:
    return f"/maplegrid/geometry/{geometry_key(release, level, Scope(role))}"


def test_shapes_are_packed_once_and_kept_for_ever(app: Starlette, small: Release) -> None:
    path = geometry_path(small, "grid")
    first, second = (ask(app, path, accept_encoding="gzip, br") for _ in range(2))
    assert first.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert first.headers["content-encoding"] == "gzip"
    assert first.body == second.body
    assert json.loads(gzip.decompress(first.body))["ids"] == [f"G{index}" for index in range(9)]


def test_shapes_that_the_browser_has_are_not_sent_again(app: Starlette, small: Release) -> None:
    path = geometry_path(small, "grid")
    tag = ask(app, path, accept_encoding="gzip").headers["etag"]
    again = ask(app, path, accept_encoding="gzip", if_none_match=tag)
    assert (again.status, again.body) == (304, b"")


def test_an_unknown_name_is_not_found(app: Starlette) -> None:
    for key in ("0" * 32, "x", "0" * 31 + "G"):
        assert ask(app, f"/maplegrid/geometry/{key}", accept_encoding="gzip").status == 404


def test_shapes_of_a_role_are_not_served_to_another(small: Release) -> None:
    public = Starlette(routes=routes(small.root, scope=Scope("public")))
    assert ask(public, geometry_path(small, "grid"), accept_encoding="gzip").status == 404
    assert ask(public, geometry_path(small, "village"), accept_encoding="gzip").status == 200


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
    app = Starlette(routes=routes(tmp_path, scope=Scope("planner")))
    answer = ask(app, geometry_path(release, "grid"), accept_encoding="gzip")
    assert answer.status == 503
    assert str(tmp_path) not in answer.body.decode()


def test_health_names_the_release(app: Starlette, small: Release) -> None:
    answer = ask(app, "/maplegrid/health")
    assert json.loads(answer.body)["release"] == small.number
    assert answer.headers["cache-control"] == "no-store"


def test_health_of_an_empty_and_of_a_torn_store(tmp_path: Path) -> None:
    app = Starlette(routes=routes(tmp_path, scope=Scope("planner")))
    assert json.loads(ask(app, "/maplegrid/health").body)["release"] is None
    (tmp_path / "releases").mkdir(exist_ok=True)
    (tmp_path / "releases" / "000001.json").write_text("{")
    broken = ask(app, "/maplegrid/health")
    assert broken.status == 503
    assert str(tmp_path) not in broken.body.decode()


def test_the_first_page_is_found_by_its_name_too(app: Starlette) -> None:
    assert PAGES[0].page_id == FIRST_PAGE.removeprefix("/")
    answer = ask(app, FIRST_PAGE)
    assert (answer.status, answer.headers["location"]) == (307, "./")
