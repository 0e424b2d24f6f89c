"""Releases that small counts are found in: the tiny county, and one of chance records that has large counts too."""

from __future__ import annotations

import pytest

from geo.rules import Rules
from geo.store import Release, Store
from tests.measures import chance as records
from tests.measures.tiny import AS_OF, tiny_layers, tiny_rules


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The tiny county of the tests of measures."""
    store = Store(tmp_path_factory.mktemp("tiny"))
    return store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny", title_zh="小县")


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rules of the tiny county."""
    return tiny_rules()


@pytest.fixture(scope="session")
def chance(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Chance records, enough for counts on both sides of the threshold."""
    store = Store(tmp_path_factory.mktemp("chance"))
    layers = records.chance_layers(3, records=1500)
    return store.publish(layers, as_of=records.AS_OF, time_zone="Asia/Shanghai", title="Chance", title_zh="随机县")
