"""The nine grids, published once."""

from __future__ import annotations

import pytest

from geo.store import Release
from tests.maps.small import publish_small


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the nine grids. It is shared: read it, never publish to its store."""
    return publish_small(tmp_path_factory.mktemp("small"))
