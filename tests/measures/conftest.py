"""The tiny county, published once."""

from __future__ import annotations

import pytest

from geo.rules import Rules
from geo.store import Release, Store
from tests.measures.chance import AS_OF as CHANCE_AS_OF
from tests.measures.chance import chance_layers
from tests.measures.tiny import AS_OF, tiny_layers, tiny_rules


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release of the tiny county."""
    store = Store(tmp_path_factory.mktemp("tiny"))
    return store.publish(
        tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County", title_zh="小县", made_up=True
    )


@pytest.fixture(scope="session")
def chance(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A county of chance records."""
    store = Store(tmp_path_factory.mktemp("chance"))
    return store.publish(chance_layers(1, records=1500), as_of=CHANCE_AS_OF, time_zone="Asia/Shanghai", title="Chance")


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rules that the figures of the tiny county are worked out by."""
    return tiny_rules()
