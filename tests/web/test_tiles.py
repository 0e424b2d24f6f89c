"""Tiles: opened by a token of their own layer, for what its scope may see, and by nothing else."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image
from starlette.applications import Starlette

from geo.access import Scope
from geo.maps.tiles import TileSpec, read_spec, tile_payload, tile_spec
from geo.maps.tiles_mercator import to_world
from geo.measures import measure
from geo.privacy import protect
from geo.store import Release
from geo.view import View
from geo.web import routes
from geo.web.tokens import sign_address
from tests.maps.small import MARCH, protected_disputes, publish_small
from tests.web.asgi import Answer, ask

SECURITY = ("x-content-type-options", "referrer-policy", "content-security-policy", "cross-origin-resource-policy")
PLANNER, PUBLIC = Scope("planner"), Scope("public")


def spec_of(release: Release, **changes: object) -> TileSpec:
    spec, _ = tile_payload(release, protected_disputes(release), "n", lang="en", theme="light")
    return dataclasses.replace(spec, **changes)  # type: ignore[arg-type]


def tile_with(lon: float, lat: float, zoom: int = 14) -> str:
    east, south = to_world(lon, lat)
    return f"{zoom}/{int(east * 2**zoom)}/{int(south * 2**zoom)}"


def ask_signed(app: Starlette, release: Release, spec: TileSpec, what: str, scope: Scope = PLANNER) -> Answer:
    path, _, query = sign_address(f"/maplegrid/tiles/{spec.to_text()}", scope, root=release.root).partition("?")
    return ask(app, f"{path}/{what}", query=query)


def test_a_tile_has_the_colours_of_the_legend(app: Starlette, small: Release) -> None:
    spec = spec_of(small)
    answer = ask_signed(app, small, spec, tile_with(120.025, 30.025, 17))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["cache-control"].startswith("private")
    assert all(header in answer.headers for header in SECURITY)
    pixels = np.asarray(Image.open(io.BytesIO(answer.body)).convert("RGB")).reshape(-1, 3)
    # G8 has eight disputes, the most of all.
    highest = tuple(int(spec.colours[-1][at : at + 2], 16) for at in (1, 3, 5))
    assert {tuple(pixel) for pixel in np.unique(pixels, axis=0).tolist()} == {highest}


def test_the_area_under_a_pointer_is_exact_and_tells_what_its_tile_shows(app: Starlette, small: Release) -> None:
    found = json.loads(ask_signed(app, small, spec_of(small), "at/120.0199999/30.0100001").body)
    assert found["area"]["ids"] == ["G4"]
    assert (found["values"]["values"], found["values"]["label"]) == ([4], "Disputes, reported and discovered together")
    assert ask_signed(app, small, spec_of(small), "at/119.9/30.01").body == b"null"
    by_code = json.loads(ask_signed(app, small, spec_of(small), "of/G4").body)
    assert by_code == found


def test_a_table_is_measured_anew_where_no_page_keeps_it(app: Starlette, small: Release) -> None:
    view = View(MARCH, level="village", classes=("neighbours",))
    spec = tile_spec(
        small, view, "measure", lang="en", theme="light", measure_id="n", breaks=(0.0,), colours=("#ff0000",)
    )
    found = json.loads(ask_signed(app, small, spec, "of/V2").body)
    assert found["values"]["values"] == [21]


@pytest.mark.parametrize("what", ["14/1/1", "at/120.005/30.005", "of/G0"])
def test_nobody_gets_anything_without_a_token_of_this_layer(app: Starlette, small: Release, what: str) -> None:
    spec, other = spec_of(small), spec_of(small, theme="dark")
    path = f"/maplegrid/tiles/{spec.to_text()}"
    token = sign_address(path, PLANNER, root=small.root).partition("?t=")[2]
    foreign = sign_address(f"/maplegrid/tiles/{other.to_text()}", PLANNER, root=small.root).partition("?")[2]
    shapes = sign_address("/maplegrid/geometry/" + "0" * 32, PLANNER, root=small.root).partition("?")[2]
    old = sign_address(path, PLANNER, root=small.root, now=datetime.now(UTC) - timedelta(hours=17)).partition("?")[2]
    altered = "t=" + ("A" if token[0] != "A" else "B") + token[1:]
    widened = "t=" + _with_role(token, "administrator")
    for query in ("", "t=", "t=x", foreign, shapes, old, altered, widened, f"t={token}&t={token}", f"t={token}A"):
        answer = ask(app, f"{path}/{what}", query=query)
        assert (answer.status, answer.body, answer.headers["cache-control"]) == (403, b"", "no-store"), query
        assert all(header in answer.headers for header in SECURITY)
    assert ask(app, f"{path}/{what}", query=f"t={token}").status == 200


def _with_role(token: str, role: str) -> str:
    content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    said = json.loads(content[32:])
    said[2] = role
    return (
        base64.urlsafe_b64encode(content[:32] + json.dumps(said, separators=(",", ":")).encode()).rstrip(b"=").decode()
    )


def test_a_spec_that_was_altered_is_refused(app: Starlette, small: Release) -> None:
    spec = spec_of(small)
    query = sign_address(f"/maplegrid/tiles/{spec.to_text()}", PLANNER, root=small.root).partition("?")[2]
    wider = dataclasses.replace(spec, view=View(MARCH, area=None, level="village").to_query())
    for text in (wider.to_text(), spec.to_text() + "A", "", "%00", "x" * 9000):
        assert ask(app, f"/maplegrid/tiles/{text}/14/1/1", query=query).status in (403, 404)


@pytest.mark.parametrize("what", [tile_with(120.005, 30.005), "at/120.005/30.005", "of/G0"])
def test_the_public_gets_no_grids_even_with_a_token(app: Starlette, small: Release, what: str) -> None:
    assert ask_signed(app, small, spec_of(small), what, PUBLIC).status == 403


def test_whoever_has_an_area_gets_no_tiles_of_another(app: Starlette, small: Release) -> None:
    spec = spec_of(small, view=View(MARCH, area="S2").to_query())
    assert ask_signed(app, small, spec, "of/G8", Scope("director", "S2")).status == 200
    assert ask_signed(app, small, spec, "of/G8", Scope("director", "S1")).status == 403
    assert ask_signed(app, small, spec_of(small), "of/G8", Scope("director", "S1")).status == 403


def test_a_withheld_value_is_in_no_answer(app: Starlette, small: Release) -> None:
    view = View(MARCH, level="village")
    told = protect(measure(small, view), view, PUBLIC)
    assert told.protected["n"].any()
    spec, _ = tile_payload(small, told, "n", lang="en", theme="light")
    withheld = told.frame["area_id"][told.protected["n"]].iloc[0]
    found = json.loads(ask_signed(app, small, spec, f"of/{withheld}", PUBLIC).body)
    assert (found["values"]["classes"], found["values"]["values"]) == ("w", [None])


@pytest.mark.parametrize("what", ["14/99999/0", "20/0/0", "x/1/1", "14/-1/0", "at/x/30", "at/120/nan", "1/1"])
def test_what_is_not_in_the_world_is_not_found(app: Starlette, small: Release, what: str) -> None:
    assert ask_signed(app, small, spec_of(small), what).status == 404


def test_another_release_of_the_same_number_is_not_shown(app: Starlette, small: Release) -> None:
    assert ask_signed(app, small, spec_of(small, stamp="0" * 16), "of/G0").status == 403
    assert ask_signed(app, small, dataclasses.replace(spec_of(small), release=7), "of/G0").status == 403


def test_a_tile_of_a_torn_store_gives_nothing_away(tmp_path_factory: pytest.TempPathFactory) -> None:
    release = publish_small(tmp_path_factory.mktemp("torn"))
    spec = spec_of(release)
    release.path("grids").unlink()
    answer = ask_signed(Starlette(routes=routes(release.root)), release, spec, "of/G0")
    assert answer.status in (403, 503)
    assert str(release.root) not in answer.body.decode()


def test_a_spec_comes_back_as_it_was(small: Release) -> None:
    spec = spec_of(small, breaks=(float("-inf"), 0.1 + 0.2))
    assert read_spec(spec.to_text()) == spec


def ask_marks(app: Starlette, release: Release, spec: TileSpec, scope: Scope) -> Answer:
    return ask_signed(app, release, spec, "marks/0/0/0/0/0", scope)


def test_points_come_in_clusters_to_those_who_may_see_them(app: Starlette, small: Release) -> None:
    spec = tile_spec(small, View(MARCH), "points", lang="en", theme="light")
    answer = ask_marks(app, small, spec, PLANNER)
    assert (answer.status, json.loads(answer.body)["n"]) == (200, [36])
    for scope in (PUBLIC, Scope("administrator"), Scope("director", "S1")):
        assert ask_marks(app, small, spec, scope).status == 403
    own = tile_spec(small, View(MARCH, area="S1"), "points", lang="en", theme="light")
    assert json.loads(ask_marks(app, small, own, Scope("director", "S1")).body)["n"] == [15]


def test_a_token_of_values_opens_no_points_and_one_of_points_no_values(app: Starlette, small: Release) -> None:
    points = tile_spec(small, View(MARCH), "points", lang="en", theme="light")
    assert ask_marks(app, small, spec_of(small), PLANNER).status == 403
    for what in ("at/120.005/30.005", "of/G0", "14/1/1"):
        assert ask_signed(app, small, points, what).status == 403


def test_a_density_is_drawn_for_the_one_who_asks(app: Starlette, small: Release) -> None:
    view = View(MARCH, level="village")
    shown = {"breaks": (0.5,), "colours": ("#ff0000",), "bandwidth_m": 500.0}
    spec = tile_spec(small, view, "heat", lang="en", theme="light", **shown)
    answer = ask_signed(app, small, spec, tile_with(120.015, 30.015, 13))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert np.asarray(Image.open(io.BytesIO(answer.body)).convert("RGBA"))[..., 3].any()
