"""The tiny county behind the page scripts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import geo
from geo.dashboard.parts import opening
from geo.store import Store
from geo.words import speak
from tests.measures.tiny import AS_OF, tiny_layers

MAIN = Path(geo.__file__).parent / "dashboard" / "main.py"
TIMEOUT_SECONDS = 120


@pytest.fixture(scope="session", autouse=True)
def _components_found_once() -> Iterator[None]:
    """Read once which installed packages bring components; Streamlit reads all their metadata for each app."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_browser_to_wait_for() -> Iterator[None]:
    """Leave no time for painting: nothing paints here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "MAP_ALONE_S", 0.0)
        patch.setattr(opening, "FIRST_MAP_ALONE_S", 0.0)
        yield


@pytest.fixture(scope="session")
def tiny_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with the tiny county, which calls itself made up."""
    store = Store(tmp_path_factory.mktemp("tiny-dashboard"))
    store.publish(
        tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", title_zh="小县", made_up=True
    )
    return store


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    speak("en")
    yield
    speak("en")


@pytest.fixture
def app(tiny_store: Store, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The dashboard over the tiny county, not yet run."""
    monkeypatch.setenv("MAPLEGRID_STORE", str(tiny_store.root))
    return AppTest.from_file(str(MAIN), default_timeout=TIMEOUT_SECONDS)
