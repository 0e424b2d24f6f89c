"""The examples in the docstrings of measures and protection are true."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import geo.measures
import geo.privacy

MODULES = [
    module.name
    for package in (geo.measures, geo.privacy)
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
