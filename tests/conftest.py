"""What many tests share: the demo county, built once for all processes, and the browser."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from geo.store import Release, Store

DEMO_SEED = 1
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_configure() -> None:
    """Keep what somebody has set for a running dashboard out of the tests."""
    for name in ("MAPLEGRID_STORE", "MAPLEGRID_ROLE", "MAPLEGRID_AREA"):
        os.environ.pop(name, None)


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
    release = demo_store.current()
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
