"""A dashboard of its own over the demo county, and a page that notes everything that should not happen."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)

from geo.resources import app_script
from geo.store import Store

START_TRIES = 240
LOAD_MS = 120_000
# Looking with every frame would have the browser draw all the time.
POLL_MS = 100
SIZE: ViewportSize = {"width": 1280, "height": 900}
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LOCAL = {"localhost", "127.0.0.1"}
# At a page's own address Streamlit first asks below it whether the server lives there, and is told that it does not.
PROBES = re.compile(r"/[a-z]+/_stcore/(health|host-config)$")

MAP = "iframe[src*=streamlit_folium]"
QUIET = """() => {
  const app = document.querySelector("[data-testid=stApp]");
  const runs = app === null || app.dataset.testScriptState !== "notRunning";
  // Before its first run a page says that none is running, and a part that is still to come holds its place.
  const isBare = document.querySelector("h2") === null || document.querySelector("[data-testid=stSkeleton]") !== null;
  if (runs || isBare || window.quietSince === undefined) window.quietSince = performance.now();
  return performance.now() - window.quietSince > 800;
}"""


expect.set_options(timeout=LOAD_MS)


@dataclass
class Watched:
    """A page and what happened on it that should not."""

    page: Page
    url: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        """Open an address and wait until the page stands."""
        self.page.goto(self.url + path)
        self.settle()

    def wait_for_map(self) -> None:
        """Wait until the map is drawn, where the page has one."""
        if self.page.locator(MAP).count():
            self.page.frame_locator(MAP).locator(".leaflet-container canvas").first.wait_for()

    def settle(self) -> None:
        """Wait until no script has run for a moment: one run may ask for the next."""
        self.page.evaluate("window.quietSince = undefined")
        self.page.wait_for_function(QUIET, polling=POLL_MS, timeout=LOAD_MS)

    def note_console(self, message: ConsoleMessage) -> None:
        """Note errors of the console."""
        if message.type == "error" and not PROBES.search(message.location.get("url", "")):
            self.faults.append(f"console: {message.text} {message.location.get('url', '')}")

    def note_request(self, request: Request) -> None:
        """Note requests to anybody but ourselves."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in LOCAL:
            self.faults.append(f"outside: {request.url}")

    def note_response(self, response: Response) -> None:
        """Note answers that say something failed."""
        if response.status >= 400 and not PROBES.search(urlsplit(response.url).path):
            self.faults.append(f"{response.status}: {response.url}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers, if only that it refuses."""
    for _ in range(START_TRIES):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except HTTPError:
            return
        except (URLError, TimeoutError, ConnectionError):
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=0.25)
                pytest.fail(f"the server of {url} ended before it began")
    pytest.fail(f"the server of {url} did not begin")


@contextmanager
def serve(
    store: Store,
    *,
    role: str = "planner",
    port: int | None = None,
    settings: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Serve a store and give its address.

    Parameters
    ----------
    port
        Where, if it is to be known beforehand; any free one if not given.
    settings
        Variables of the environment besides store and role.
    """
    port = port or free_port()
    options = ["--server.port", str(port), "--server.headless", "true"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(app_script()), *options],
        env={**os.environ, "MAPLEGRID_STORE": str(store.root), "MAPLEGRID_ROLE": role, **(settings or {})},
        cwd=app_script().parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/_stcore/health", server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="session")
def dashboard_url(demo_store: Store) -> Iterator[str]:
    """Address of a dashboard over the demo county."""
    with serve(demo_store) as url:
        yield url


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Debian's chromium, asking nobody anything; closed with the module, for a process drives one at a time."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(BROWSER_FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """What the pages of a module share: mostly what a browser has once read of the dashboard's own scripts."""
    context = new_context(browser)
    yield context
    context.close()


def new_context(browser: Browser) -> BrowserContext:
    """Return a context that shares nothing with any other."""
    context = browser.new_context(viewport=SIZE, locale="en-GB", accept_downloads=True)
    context.set_default_timeout(LOAD_MS)
    return context


def watch(context: BrowserContext, url: str) -> Watched:
    """Open a page that notes everything that should not happen."""
    page = context.new_page()
    watched = Watched(page, url)
    page.on("console", watched.note_console)
    page.on("request", watched.note_request)
    page.on("response", watched.note_response)
    return watched


@pytest.fixture
def watched(context: BrowserContext, dashboard_url: str) -> Iterator[Watched]:
    """A fresh page; whatever should not happen on it fails the test."""
    watched = watch(context, dashboard_url)
    yield watched
    watched.page.close()
    assert watched.faults == []


@pytest.fixture
def planner(context: BrowserContext, store: Store) -> Iterator[Watched]:
    """A planner's browser on a dashboard of its own over the module's store."""
    with serve(store) as url:
        watched = watch(context, url)
        yield watched
        watched.page.close()
        assert watched.faults == []
