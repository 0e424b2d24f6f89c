"""Real files and published values beside the project, which tests may read."""

from __future__ import annotations

from pathlib import Path

import pytest

__all__ = ["SHARED", "shared_file"]

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared_file(*parts: str) -> Path:
    """Return the path of a shared file or folder; a test that needs it fails and says so where it is missing."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.fail(f"The shared files are not there: {path}. Remedy: put the shared data beside the project.")
    return path
