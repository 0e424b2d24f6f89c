"""What printed maps and reports need beyond the rest: it comes as an extra, and who lacks it is told how to get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from geo.errors import GeoError

__all__ = ["export_extra"]


@contextmanager
def export_extra() -> Iterator[None]:
    """Import inside what comes with the extra ``export``.

    Raises
    ------
    GeoError
        When a part of it is not installed; it names the part and the remedy.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        remedy = "pip install 'maplegrid[export]'; in a checkout, pip install -e '.[export]'"
        raise GeoError(f"Printed maps and reports need {error.name}. Remedy: {remedy}.") from error
