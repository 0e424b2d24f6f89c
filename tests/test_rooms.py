"""Each room imports only from rooms before it, and only the dashboard imports streamlit."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    run = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", run, "--no-cache", "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder), "PATH": ""}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def two_rooms(tmp_path: Path) -> Path:
    (tmp_path / "geo" / "maps").mkdir(parents=True)
    for module in ("__init__.py", "rules.py", "maps/__init__.py"):
        (tmp_path / "geo" / module).write_text('"""Empty."""\n')
    return tmp_path


def test_the_rooms_keep_their_order() -> None:
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout
    assert "0 broken" in linted.stdout


def test_an_import_from_a_later_room_is_found(two_rooms: Path) -> None:
    assert lint_imports(two_rooms).returncode == 0
    (two_rooms / "geo" / "rules.py").write_text("import geo.maps\n")
    assert "geo.rules is not allowed to import geo.maps" in lint_imports(two_rooms).stdout


@pytest.mark.parametrize("package", ["streamlit", "streamlit_folium"])
def test_streamlit_outside_the_dashboard_is_found(two_rooms: Path, package: str) -> None:
    (two_rooms / "geo" / "maps" / "__init__.py").write_text(f"import {package}\n")
    assert f"geo.maps is not allowed to import {package}" in lint_imports(two_rooms).stdout


def test_a_room_without_a_place_in_the_order_is_found(two_rooms: Path) -> None:
    shutil.copy(two_rooms / "geo" / "rules.py", two_rooms / "geo" / "cellar.py")
    assert "cellar" in lint_imports(two_rooms).stdout
