"""What is wrong with a file, in the words of whoever has it."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.intake.doctor.columns import guess_layer, guess_mapping
    from geo.intake.doctor.diagnosis import Diagnosis, diagnose
    from geo.intake.doctor.finding import Finding

__all__ = ["Diagnosis", "Finding", "diagnose", "guess_layer", "guess_mapping"]

# Imported when it is first asked for: the import reads degrees as the doctor does, and needs nothing else of it.
_MODULES = MappingProxyType(
    {
        "guess_layer": "columns",
        "guess_mapping": "columns",
        "Diagnosis": "diagnosis",
        "diagnose": "diagnosis",
        "Finding": "finding",
    }
)


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
