"""Limits are data; a server's own file changes those that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import GeoError
from geo.intake.readers.limits import load_limits


def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, encoding="utf-8")
    monkeypatch.setenv("MAPLEGRID_LIMITS", str(own))


def test_a_file_of_ones_own_changes_what_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered = load_limits()
    _own(tmp_path, monkeypatch, "[zip]\nratio = 7\n")
    assert load_limits().zip_ratio == 7
    assert load_limits().table_columns == delivered.table_columns


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[zip]\nratios = 7\n", "there is no limit zip_ratios"),
        ("[zip]\nratio = 0\n", "zip_ratio is no whole number above 0"),
        ("[zip]\nratio = true\n", "zip_ratio is no whole number above 0"),
        ("ratio = 7\n", "can't be read"),
        ("[zip\n", "can't be read"),
    ],
)
def test_what_is_no_limit_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str) -> None:
    _own(tmp_path, monkeypatch, text)
    with pytest.raises(GeoError, match=rf"own\.toml.*{told}.*Remedy: "):
        load_limits()
