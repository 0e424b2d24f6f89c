"""Signing in for real: a provider on loopback, the browser, and what a director and a public viewer see."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from geo.access import Scope, Trail
from geo.store import Store
from tests.browser import looks
from tests.browser.conftest import Watched, free_port, new_context, serve, wait_for, watch
from tests.measures.tiny import AS_OF, tiny_layers

pytestmark = pytest.mark.browser

ROLES = r"""[sign_in]
unmatched = "refuse"
anonymous = "public"
hours = 10
[[grant]]
role = "administrator"
claim = "groups"
equals = "admins"
[[grant]]
role = "director"
claim = "groups"
matches = 'station-(?P<area>S\d)'
"""
SECRETS = """[auth]
redirect_uri = "{served}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "maplegrid"
client_secret = "secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
client_kwargs = {{ scope = "openid" }}
"""
PEOPLE = {
    "zhang.san": ["station-S1", "staff"],
    "li.si": ["staff"],
    "wang.wu": ["admins"],
    "zhao.liu": ["station-S1", "station-S2"],
}
ADMINISTRATOR = Scope("administrator")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("signed-in"))
    store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", title_zh="小县")
    return store


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Address of a provider that knows the people."""
    port = free_port()
    claims = [json.dumps({"sub": name, "groups": groups, "name": "张三"}) for name, groups in PEOPLE.items()]
    words = [word for text in claims for word in ("--user-claims", text)]
    server = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/.well-known/openid-configuration", server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def served(store: Store, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dashboard where people sign in; its environment makes everybody a planner, which must not count."""
    folder, port = tmp_path_factory.mktemp("settings"), free_port()
    (folder / "roles.toml").write_text(ROLES, encoding="utf-8")
    secrets = SECRETS.format(served=f"http://127.0.0.1:{port}", provider=provider)
    (folder / "secrets.toml").write_text(secrets, encoding="utf-8")
    settings = {
        "MAPLEGRID_ROLES": str(folder / "roles.toml"),
        "STREAMLIT_SECRETS_FILES": str(folder / "secrets.toml"),
        # The provider of the tests has no certificate.
        "AUTHLIB_INSECURE_TRANSPORT": "1",
    }
    with serve(store, port=port, settings=settings) as url:
        yield url


@pytest.fixture
def person(browser: Browser, served: str) -> Iterator[Watched]:
    """A page in a browser that knows nobody yet."""
    context: BrowserContext = new_context(browser)
    yield watch(context, served)
    context.close()


def sign_in(watched: Watched, name: str) -> None:
    """Sign in by the button and the provider's own page."""
    watched.page.get_by_role("button", name="Sign in").click()
    watched.page.get_by_role("button", name=name, exact=True).click()
    watched.page.wait_for_url(f"{watched.url}/**")
    expect(watched.page.locator("h2").first).to_be_visible()
    watched.settle()
    # The provider's own page asks others for its looks.
    watched.faults.clear()


def main_text(page: Page) -> str:
    return page.locator("[data-testid=stMain]").inner_text()


def sidebar_text(page: Page) -> str:
    return page.locator("[data-testid=stSidebar]").inner_text()


def cookies(watched: Watched) -> set[str]:
    return {str(cookie["name"]) for cookie in watched.page.context.cookies()}


def test_a_stations_director_signs_in_sees_the_station_alone_and_signs_out(person: Watched, store: Store) -> None:
    person.open()
    assert "Public viewer" in sidebar_text(person.page)
    sign_in(person, "zhang.san")
    person.wait_for_map()
    assert "Station director · S1" in sidebar_text(person.page)
    assert person.page.locator("h2").first.inner_text() == "S1名"
    assert "张三" not in person.page.content()
    assert "zhang.san" not in person.page.content()
    # No address widens what the sign-in gave, and the page of others is refused.
    for path in ("/?area=S2", "/?area=S2&role=planner", "/?role=planner&scope=planner&area=C"):
        person.open(path)
        assert "You look after S1名" in main_text(person.page)
        assert person.page.locator("[data-testid=stMetric]").count() == 0
    person.open("/audit")
    assert "You can't see this" in main_text(person.page)
    assert person.page.locator("[data-testid=stDataFrame]").count() == 0
    person.page.get_by_role("button", name="Go to your own area").click()
    expect(person.page.locator("h2").first).to_have_text("S1名")
    assert person.faults == []
    assert cookies(person) <= {"_streamlit_user", "_streamlit_user_tokens", "_streamlit_xsrf", "_streamlit_session"}
    person.settle()
    person.page.get_by_role("button", name="Sign out").click()
    person.page.wait_for_url("**/end_session*")
    person.open()
    assert "Public viewer" in sidebar_text(person.page)
    told = [(deed.what, deed.role, deed.area) for deed in Trail(store.root).read(ADMINISTRATOR)]
    for deed in (("sign-in", "director", "S1"), ("refused", "director", "S1"), ("sign-out", "director", "S1")):
        assert deed in told
    assert Trail(store.root).check().bad is None
    assert b"zhang" not in b"".join(path.read_bytes() for path in (store.root / "audit").iterdir())


def test_the_public_sees_villages_and_no_grid(person: Watched) -> None:
    with_shapes: list[str] = []
    person.page.on("request", lambda request: with_shapes.append(request.url) if "/geometry/" in request.url else None)
    person.open("/?level=grid&period=2025-03")
    person.wait_for_map()
    assert "Public viewer" in sidebar_text(person.page)
    assert "Areas this small are not shown to this role." in main_text(person.page)
    assert cookies(person) <= {"_streamlit_xsrf"}
    assert person.faults == []
    # What was fetched opens with its token, and with none other.
    assert with_shapes
    for url in with_shapes:
        assert status(url) == 200
        assert status(url.partition("?")[0]) == 403
        assert status(url[:-4] + ("AAAA" if url[-4:] != "AAAA" else "BBBB")) == 403


@pytest.mark.slow
@pytest.mark.parametrize(("name", "told"), [("li.si", "no role in Maple Grid"), ("zhao.liu", "names several areas")])
def test_claims_without_a_role_are_refused(person: Watched, name: str, told: str) -> None:
    person.open()
    sign_in(person, name)
    assert told in main_text(person.page)
    assert person.page.locator("[data-testid=stMetric]").count() == 0
    expect(person.page.get_by_role("button", name="Sign out")).to_be_visible()
    person.open("/coverage")
    assert told in main_text(person.page)


@pytest.mark.slow
def test_an_administrator_reads_the_trail(person: Watched) -> None:
    person.open()
    sign_in(person, "wang.wu")
    for language in looks.LANGUAGES:
        person.open(f"/audit?lang={language}")
        expect(person.page.locator("[data-testid=stDataFrame]")).to_have_count(1)
        assert looks.failures(person.page) == []
        assert looks.cut_off(person.page) == []
        if language != "en":
            assert looks.english_words(person.page) == []
    fresh, _known = looks.violations(person.page)
    assert fresh == []
    assert person.faults == []


def status(url: str) -> int:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as refused:
        # With a word in it, a refusal would tell something.
        return refused.code if refused.read() == b"" else 0


def test_the_dashboard_is_closed_to_other_machines_where_nobody_signs_in(store: Store) -> None:
    with serve(store, settings={"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}) as url:  # noqa: S104
        for path in ("/", "/_stcore/health", "/maplegrid/health", "/disputes"):
            with pytest.raises(HTTPError) as refused:
                urllib.request.urlopen(url + path, timeout=60)
            assert refused.value.code == 403
            assert b"Maple Grid is closed" in refused.value.read()
