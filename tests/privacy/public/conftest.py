"""The rules of these tests, those delivered; and a corner of the demo that is open to the public."""

from __future__ import annotations

import pytest

from geo.privacy.public.ledger import Ledger, open_to_public
from geo.rules import Rules, load_rules
from geo.store import Release
from tests.privacy.public.corner import publish_corner


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rules delivered."""
    return load_rules()


@pytest.fixture(scope="session")
def corner(demo_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """What the public is told of three stations of the demo and one quarter."""
    return open_to_public(publish_corner(demo_release, tmp_path_factory.mktemp("corner")))
