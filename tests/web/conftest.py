"""The nine grids behind our routes."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from geo.store import Release
from geo.web import routes
from tests.maps.small import publish_small


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the nine grids."""
    return publish_small(tmp_path_factory.mktemp("small"))


@pytest.fixture
def app(small: Release) -> Starlette:
    """The routes of its store."""
    return Starlette(routes=routes(small.root))
