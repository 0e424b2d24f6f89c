"""What many tests share: the demo county, built once for all processes, and the browser."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from geo.store import Release, Store

DEMO_SEED = 1
MEMORY = Path("/dev/shm")  # noqa: S108  # a file system in memory; what is put there has a folder of its own
ROOM_BYTES = 2 * 2**30
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


# How long an example takes says nothing on a machine that does more than one thing.
settings.register_profile("maplegrid", deadline=None)
settings.load_profile("maplegrid")


def pytest_configure() -> None:
    """Keep what somebody has set for a running dashboard out of the tests."""
    for name in ("STORE", "ROLE", "AREA", "ROLES", "OPEN_TO_NETWORK"):
        os.environ.pop(f"MAPLEGRID_{name}", None)
    _keep_files_in_memory()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count what drives a browser among the slow tests, but for the first looks."""
    for item in items:
        markers = {marker.name for marker in item.iter_markers()}
        if "browser" in markers and not markers & {"first_look", "thorough"}:
            item.add_marker("slow")


def _keep_files_in_memory() -> None:
    """Put what tests write where a sync costs nothing, if there is room: each release is synced many times over."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the demo county as release 1. It is shared: read it, never publish to it."""
    from geo.demo import make_demo
    from geo.store import Store

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    store = Store(shared / "demo-store")
    with (shared / "demo-store.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whichever process comes first builds it, the others wait here
        if store.current() is None:
            make_demo(store, seed=DEMO_SEED)
    return store


@pytest.fixture(scope="session")
def demo_release(demo_store: Store) -> Release:
    """The demo county's release."""
    return _current(demo_store)


@pytest.fixture(scope="session")
def demo_public(demo_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The demo county's release in a store that is open to the public. It takes a minute: for slow tests alone."""
    from geo.privacy import open_to_public
    from geo.store import Store

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / "demo-public.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "demo-public").exists():
            # What a test that was killed has left is opened anew.
            shutil.rmtree(shared / "demo-opening", ignore_errors=True)
            shutil.copytree(demo_store.root, shared / "demo-opening")
            open_to_public(_current(Store(shared / "demo-opening")))
            (shared / "demo-opening").rename(shared / "demo-public")
    return _current(Store(shared / "demo-public"))


def _current(store: Store) -> Release:
    release = store.current()
    if release is None:
        pytest.fail("the demo published no release")
    return release


@pytest.fixture
def own_demo_store(demo_store: Store, tmp_path: Path) -> Store:
    """A copy of the demo's store that a test may publish to."""
    from geo.store import Store

    shutil.copytree(demo_store.root, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a browser; a machine without one fails and is told what to install."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("The browser tests need chromium. Remedy: make test, or apt-get install chromium.")
    return found


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A country of 4 provinces, each of 4 cities of 4 counties of 4 stations of 4 villages of one grid; to be read."""
    from bench.county import publish_county

    return publish_county(tmp_path_factory.mktemp("country"), grids=1024, records=20_000, sides=(1, 2, 2, 2, 2))
