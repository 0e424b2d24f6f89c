"""Who looks at the page where people sign in, and what keeps the door shut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geo.access import Scope, Trail
from geo.access.roles import NO_ROLE, SEVERAL_AREAS
from geo.dashboard import shut, sign_in
from geo.dashboard.shut import faults, why_closed
from geo.store import Store
from geo.words import gettext, speak
from tests.signed import SECTION, claims_of

ADMINISTRATOR = Scope("administrator")
ROLES = """[sign_in]
unmatched = "{unmatched}"
anonymous = "{anonymous}"
hours = 10
[[grant]]
role = "administrator"
claim = "groups"
equals = "admins"
[[grant]]
role = "director"
claim = "groups"
matches = 'station-(?P<area>S\\d)'
"""

SignedIn = Callable[..., AppTest]


@pytest.fixture
def signed_in(app: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SignedIn:
    """Open a page as somebody with claims; nobody with none."""

    def opened(
        claims: dict[str, Any] | None, *, page: str = "today", unmatched: str = "refuse", anonymous: str = "public"
    ) -> AppTest:
        file = tmp_path / "roles.toml"
        file.write_text(ROLES.format(unmatched=unmatched, anonymous=anonymous), encoding="utf-8")
        monkeypatch.setenv("MAPLEGRID_ROLES", str(file))
        # What the environment says of role and area does not count where people sign in.
        monkeypatch.setenv("MAPLEGRID_ROLE", "planner")
        monkeypatch.setattr(shut, "_section", lambda: SECTION)
        monkeypatch.setattr(sign_in, "_claims", lambda: claims)
        if page != "today":
            app.switch_page(f"screens/{page}.py")
        return app.run()

    return opened


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.error))


def test_a_stations_director_sees_the_station(signed_in: SignedIn) -> None:
    app = signed_in(claims_of("station-S1"))
    assert "## S1名" in texts(app)
    assert "Station director · S1名" in texts(app)


def test_an_address_never_widens_what_the_sign_in_gave(signed_in: SignedIn, app: AppTest) -> None:
    for key, text in {"area": "S2", "role": "planner", "scope": "planner", "groups": "admins"}.items():
        app.query_params[key] = text
    refused = signed_in(claims_of("station-S1"))
    assert "You look after S1名" in texts(refused)
    assert refused.metric.len == 0


@pytest.mark.slow
def test_who_has_not_signed_in_is_the_public_or_is_asked_to(signed_in: SignedIn) -> None:
    app = signed_in(None)
    assert "Public viewer" in texts(app)
    assert app.selectbox(key="map_level").value == "village"
    assert app.button(key="sign-in").label == "Sign in"
    app = signed_in(None, anonymous="refuse")
    assert "for those who sign in" in texts(app)
    assert (app.metric.len, app.button(key="sign-in").label) == (0, "Sign in")


def test_who_has_no_role_is_refused_or_the_public(signed_in: SignedIn) -> None:
    app = signed_in(claims_of("staff"))
    assert "Your sign-in has no role in Maple Grid" in texts(app)
    assert app.metric.len == 0
    assert "Public viewer" in texts(signed_in(claims_of("staff"), unmatched="public"))


def test_a_sign_in_that_is_too_old_is_none(signed_in: SignedIn) -> None:
    assert "Public viewer" in texts(signed_in(claims_of("station-S1", age_hours=10.1)))
    assert "Station director" in texts(signed_in(claims_of("station-S1", age_hours=9.9)))


def test_the_trail_is_for_administrators_alone(signed_in: SignedIn, tiny_store: Store) -> None:
    app = signed_in(claims_of("admins"), page="audit")
    assert "## Audit" in texts(app)
    assert "each as it was written" in texts(app)
    assert len(app.dataframe) == 1
    app = signed_in(claims_of("station-S1"), page="audit")
    assert r"Audit\: seen by administrators only." in texts(app)
    assert len(app.dataframe) == 0
    newest = Trail(tiny_store.root).read(ADMINISTRATOR, most=1)[0]
    assert (newest.what, newest.role, newest.area, newest.detail["page"]) == ("refused", "director", "S1", "audit")


@pytest.mark.parametrize(("role", "shown"), [("administrator", True), ("planner", False), ("public", False)])
def test_only_an_administrators_sidebar_has_the_page(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, role: str, shown: bool
) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", role)
    links = [getattr(link, "label", "") for link in app.run().get("page_link")]
    assert ("Audit" in links, "Today" in links) == (shown, True)


def test_the_trail_tells_role_and_view_and_no_person(signed_in: SignedIn, tiny_store: Store) -> None:
    before = Trail(tiny_store.root).check().lines
    app = signed_in(claims_of("station-S1", subject="zhang.san@example"))
    app.run()
    content = b"".join(file.read_bytes() for file in (tiny_store.root / "audit").glob("*.jsonl")).decode()
    assert "zhang" not in content.lower()
    # The sign-in, and the view once though the page ran twice.
    deeds = Trail(tiny_store.root).read(ADMINISTRATOR)[: Trail(tiny_store.root).check().lines - before]
    told = [(deed.what, deed.role, deed.area) for deed in deeds if deed.what in ("view", "sign-in")]
    assert told == [("view", "director", "S1"), ("sign-in", "director", "S1")]
    assert deeds[0].detail == {"page": "today", "release": "1", "view": deeds[0].detail["view"]}
    assert "area=S1" in deeds[0].detail["view"]


def test_without_a_whole_trail_nothing_is_shown_to_those_who_sign_in(
    signed_in: SignedIn, app: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "audit").write_text("a file where the folder should be")
    monkeypatch.setattr("geo.dashboard.record.store_root", lambda: tmp_path)
    opened = signed_in(claims_of("station-S1"))
    assert opened.metric.len == 0
    assert len(opened.exception) == 1


def test_the_reasons_for_a_refusal_are_translated() -> None:
    assert sign_in.REFUSALS == (NO_ROLE, SEVERAL_AREAS)
    speak("zh_CN")
    assert all("Maple Grid" in gettext(reason) or "区域" in gettext(reason) for reason in sign_in.REFUSALS)
    assert not any("Remedy" in gettext(reason) for reason in sign_in.REFUSALS)


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Set the sign-in up, with settings other than the right ones."""
    (tmp_path / "roles.toml").write_text(ROLES.format(unmatched="public", anonymous="public"), encoding="utf-8")
    monkeypatch.setenv("MAPLEGRID_ROLES", str(tmp_path / "roles.toml"))

    def with_settings(**settings: str) -> None:
        monkeypatch.setattr(shut, "_section", lambda: {**SECTION, **settings})

    return with_settings


def test_a_whole_sign_in_opens_the_door_to_every_address(set_up: Callable[..., None]) -> None:
    set_up()
    assert faults() == []
    assert why_closed("10.0.0.7") is None


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"client_id": ""}, "key client_id: missing"),
        ({"cookie_secret": "short"}, "key cookie_secret: too short"),
        ({"redirect_uri": "http://maple.example/oauth2callback"}, "key redirect_uri: goes over an open line"),
        ({"server_metadata_url": "http://id.example/x"}, "key server_metadata_url: goes over an open line"),
    ],
)
def test_a_sign_in_that_is_not_whole_keeps_the_door_shut(
    set_up: Callable[..., None], settings: dict[str, str], told: str
) -> None:
    set_up(**settings)
    assert told in str(why_closed("127.0.0.1"))
    assert "0123456789abcdef" not in str(why_closed("127.0.0.1"))


def test_loopback_needs_no_safe_line(set_up: Callable[..., None]) -> None:
    set_up(redirect_uri="http://localhost:8501/oauth2callback", server_metadata_url="http://127.0.0.1:9400/x")
    assert faults() == []


def test_a_wrong_file_of_roles_keeps_the_door_shut(
    set_up: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_up()
    (tmp_path / "roles.toml").write_text("[sign_in]\n")
    assert "roles.toml, [[grant]]: missing" in str(why_closed("127.0.0.1"))
    monkeypatch.delenv("MAPLEGRID_ROLES")
    assert "name a file of roles" in str(why_closed("127.0.0.1"))


def test_headers_that_would_pass_for_a_sign_in_keep_the_door_shut(
    set_up: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up()
    options = {"server.trustedUserHeaders": {"X-Groups": "groups"}, "server.address": "127.0.0.1"}
    monkeypatch.setattr(st, "get_option", options.get)
    assert "a header would pass for a sign-in" in str(why_closed("127.0.0.1"))


@pytest.mark.parametrize(
    ("address", "came_to", "is_open"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("localhost", "::1", True),
        ("127.0.0.1", None, True),
        # Whatever the settings say, the request came from outside.
        ("127.0.0.1", "10.0.0.7", False),
        ("0.0.0.0", "127.0.0.1", False),  # noqa: S104
        ("", "127.0.0.1", False),
        (None, "127.0.0.1", False),
        ("10.0.0.7", "10.0.0.7", False),
    ],
)
def test_without_sign_in_the_door_is_open_to_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, address: str | None, came_to: str | None, is_open: bool
) -> None:
    monkeypatch.setattr(shut, "_section", lambda: None)
    monkeypatch.setattr(st, "get_option", {"server.address": address}.get)
    assert (why_closed(came_to) is None) is is_open
    monkeypatch.setenv("MAPLEGRID_OPEN_TO_NETWORK", "1")
    assert why_closed(came_to) is None
