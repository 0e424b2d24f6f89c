"""The demo's layers, made once for all its tests."""

from __future__ import annotations

import pytest

from geo.demo import Demo, fill_county
from geo.demo.areas import Made, make_county
from geo.demo.truths import Truths, load_truths

SEED = 1


@pytest.fixture(scope="session")
def demo(made: Made) -> Demo:
    return fill_county(made, seed=SEED)


@pytest.fixture(scope="session")
def made() -> Made:
    """The land, people and names behind the layers."""
    return make_county(SEED)


@pytest.fixture(scope="session")
def truths() -> Truths:
    return load_truths()
