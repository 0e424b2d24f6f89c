"""Where our own routes are, and the store that they tell of."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["FIRST_PAGE", "PREFIX", "TOKEN", "store_root"]

#: Path that all our routes begin with.
PREFIX = "/maplegrid"

#: Another address of the first page.
FIRST_PAGE = "/today"

#: Name of the parameter that a token stands in.
TOKEN = "t"  # noqa: S105  a name


def store_root() -> Path:
    """Return the store's folder: ``MAPLEGRID_STORE``, or ``store`` in the working directory."""
    return Path(os.environ.get("MAPLEGRID_STORE") or "store").resolve()
