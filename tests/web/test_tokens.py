"""Tokens: what opens an address for one scope, one thing and some hours, and nothing else."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from geo.access import Scope, rotate_key
from geo.maps.geometry import geometry_key
from geo.store import Release
from geo.web import routes
from geo.web.tokens import make_token, read_token, sign_address, token_key, window_of
from tests.maps.small import publish_small
from tests.web.asgi import Answer, ask

KEY = b"k" * 32
# The first moment of a window.
NOON = datetime(2025, 3, 31, 8, tzinfo=UTC)
STATION = Scope("director", "S1")
ASKED = "geometry/" + "0" * 32


def test_a_token_gives_back_its_scope() -> None:
    for scope in (Scope("public"), STATION, Scope("planner"), Scope("administrator"), Scope("director", "枫林")):
        assert read_token(make_token(ASKED, scope, key=KEY, now=NOON), ASKED, key=KEY, now=NOON) == scope


def test_an_address_is_the_same_for_eight_hours_and_taken_for_eight_more() -> None:
    token = make_token(ASKED, STATION, key=KEY, now=NOON)
    last = NOON + timedelta(hours=8, seconds=-1)
    assert make_token(ASKED, STATION, key=KEY, now=last) == token
    assert make_token(ASKED, STATION, key=KEY, now=NOON + timedelta(hours=8)) != token
    for hours, scope in ((0, STATION), (8, STATION), (16, None), (-1 / 3600, None), (24, None)):
        assert read_token(token, ASKED, key=KEY, now=NOON + timedelta(hours=hours)) == scope
    assert read_token(token, ASKED, key=KEY, now=NOON + timedelta(hours=16, seconds=-1)) == STATION


def test_a_token_opens_what_it_was_made_for_alone() -> None:
    token = make_token(ASKED, STATION, key=KEY, now=NOON)
    assert read_token(token, ASKED[:-1] + "1", key=KEY, now=NOON) is None
    assert read_token(token, ASKED, key=b"l" * 32, now=NOON) is None


def widened(token: str, scope: Scope, hours: int = 0) -> str:
    """Put another scope, or a later window, beside a true signature."""
    content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    said = json.dumps([1, window_of(NOON + timedelta(hours=hours)), scope.role, scope.area], separators=(",", ":"))
    return base64.urlsafe_b64encode(content[:32] + said.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "scope", [Scope("director"), Scope("planner"), Scope("director", "S2"), Scope("administrator")]
)
def test_a_widened_token_is_nothing(scope: Scope) -> None:
    token = make_token(ASKED, STATION, key=KEY, now=NOON)
    assert widened(token, STATION) == token
    assert read_token(widened(token, scope), ASKED, key=KEY, now=NOON) is None
    assert read_token(widened(token, STATION, hours=8), ASKED, key=KEY, now=NOON) is None


@given(st.data())
def test_no_sign_of_a_token_can_be_changed(data: st.DataObject) -> None:
    token = make_token(ASKED, STATION, key=KEY, now=NOON)
    place = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.characters().filter(lambda sign: sign != token[place]))
    assert read_token(token[:place] + sign + token[place + 1 :], ASKED, key=KEY, now=NOON) is None


@given(st.text(max_size=600))
def test_no_text_is_a_token(text: str) -> None:
    assert read_token(text, ASKED, key=KEY, now=NOON) is None


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_is_said_and_what_is_asked_are_kept_apart(one: str, other: str) -> None:
    tokens = {make_token(asked, STATION, key=KEY, now=NOON) for asked in (one, other)}
    assert len(tokens) == len({one.encode("utf-8", "replace"), other.encode("utf-8", "replace")})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish_small(tmp_path_factory.mktemp("tokens"))


@pytest.fixture
def app(store: Release) -> Starlette:
    return started(store)


def started(store: Release) -> Starlette:
    return Starlette(routes=routes(store.root, clock=lambda: NOON))


def get(app: Starlette, address: str, **headers: str) -> Answer:
    path, _, query = address.partition("?")
    return ask(app, path, query=query, accept_encoding="gzip", **headers)


def path(release: Release, level: str, scope: Scope, *, now: datetime = NOON) -> str:
    key = geometry_key(release, level, Scope("planner"))
    return sign_address(f"/maplegrid/geometry/{key}", scope, root=release.root, now=now)


def bad_paths(release: Release) -> dict[str, str]:
    """Addresses that nobody may be answered, by what is wrong with them."""
    good = path(release, "grid", STATION)
    address, _, token = good.partition("?t=")
    foreign = make_token(address.removeprefix("/maplegrid/"), STATION, key=KEY, now=NOON)
    village = path(release, "village", STATION).partition("?")[0]
    return {
        "no token": address,
        "an empty one": f"{address}?t=",
        "of another name": f"{address}?token={token}",
        "two": f"{address}?t={token}&t={token}",
        "forged with another key": f"{address}?t={foreign}",
        "altered": f"{address}?t={token[:-3]}{'A' if token[-3] != 'A' else 'B'}{token[-2:]}",
        "of other shapes": f"{village}?t={token}",
        "of shapes that are not there": f"/maplegrid/geometry/{'0' * 32}?t={token}",
        "widened": f"{address}?t={widened(token, Scope('planner'))}",
        "over": path(release, "grid", STATION, now=NOON - timedelta(hours=8, seconds=1)),
        "not yet": path(release, "grid", STATION, now=NOON + timedelta(hours=8)),
        "true, of shapes that the role may not see": path(release, "grid", Scope("public")),
        "true, of nothing": sign_address(f"/maplegrid/geometry/{'0' * 32}", STATION, root=release.root, now=NOON),
        "no text": f"{address}?t=%FF%00",
        "long": f"{address}?t={'A' * 5000}",
    }


def test_every_wrong_token_gets_the_same_empty_refusal(app: Starlette, store: Release) -> None:
    answers = {name: get(app, address) for name, address in bad_paths(store).items()}
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(answers, 403)
    told = {(answer.body, json.dumps(answer.headers)) for answer in answers.values()}
    assert len(told) == 1
    assert next(iter(told))[0] == b""
    # A browser that says it has them already is told no more.
    tag = f'"{geometry_key(store, "grid", STATION)}"'
    assert get(app, bad_paths(store)["no token"], if_none_match=tag).status == 403
    assert get(app, path(store, "grid", STATION), if_none_match=tag).status == 304


def test_a_right_token_is_answered_and_kept_by_the_browser_alone(app: Starlette, store: Release) -> None:
    answer = get(app, path(store, "grid", STATION))
    assert answer.status == 200
    assert answer.headers["cache-control"] == "private, max-age=28800, immutable"
    assert len(json.loads(gzip.decompress(answer.body))["ids"]) == 9


def test_shapes_packed_for_one_role_are_not_given_to_another(app: Starlette, store: Release) -> None:
    assert get(app, path(store, "grid", Scope("planner"))).status == 200
    assert get(app, path(store, "grid", Scope("public"))).status == 403
    assert get(app, path(store, "village", Scope("public"))).status == 200


def test_tokens_outlive_a_restart_and_end_with_the_secret(store: Release) -> None:
    address = path(store, "grid", STATION)
    for _start in range(2):
        assert get(started(store), address).status == 200
    rotate_key(store.root)
    assert get(started(store), address).status == 403


def test_a_store_that_cannot_keep_a_secret_signs_for_this_process(store: Release, tmp_path: Path) -> None:
    root = str(tmp_path / "store")
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "secret").write_text("a file where the folder should be")
    assert token_key(root) == token_key(root)
    assert token_key(root) != token_key(store.root)


def test_the_same_address_wherever_it_is_mounted(store: Release) -> None:
    key = geometry_key(store, "grid", STATION)
    near, far = (
        sign_address(f"{base}/maplegrid/geometry/{key}", STATION, root=store.root, now=NOON)
        for base in ("", "../../app/maplegrid/..")
    )
    assert near.partition("?")[2] == far.partition("?")[2]
