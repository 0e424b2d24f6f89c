"""The tiny county, whose figures are worked out by hand."""

from __future__ import annotations

import pytest

from geo.store import Release, Store
from tests.measures.tiny import AS_OF, tiny_layers


@pytest.fixture(scope="session")
def tiny_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = Store(tmp_path_factory.mktemp("reports"))
    store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", made_up=True)
    return store


@pytest.fixture(scope="session")
def tiny(tiny_store: Store) -> Release:
    release = tiny_store.current()
    assert release is not None
    return release
