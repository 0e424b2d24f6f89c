"""Whatever a file is, the command answers in bounded time and memory, in words, and leaves the store as it was."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.store import Store
from tests.bad_input.attacks import ATTACKS, cell_csv, nested_json
from tests.bad_input.bounded import Outcome, Runner, runner
from tests.measures.tiny import AS_OF, tiny_layers

# The command alone takes 130 MB of it.
MOST_BYTES = 512 << 20
MOST_SECONDS = 60
TABLE_COLUMNS = '[columns]\npost_id = "{0}"\nrole = "{1}"\nhours_per_week = "{0}"\n'
AREA_COLUMNS = '[columns]\nvillage_id = "code"\nname = "code"\nstation_id = "code"\n'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The tiny county."""
    store = Store(tmp_path_factory.mktemp("bounds") / "store")
    store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    return store


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The command, ready to be run."""
    with runner(tmp_path_factory.mktemp("runs")) as ready:
        yield ready


def _contents(folder: Path) -> dict[str, str]:
    return {
        str(one.relative_to(folder)): hashlib.sha256(one.read_bytes()).hexdigest()
        for one in sorted(folder.rglob("*"))
        if one.is_file()
    }


def _recipe(path: Path) -> Path:
    area = path.suffix in (".geojson", ".json", ".gpkg", ".shp") or path.name == "map.zip"
    columns = AREA_COLUMNS if area else TABLE_COLUMNS.format("id", "kind")
    recipe = path.with_suffix(".toml")
    recipe.write_text(f'layer = "{"villages" if area else "officers"}"\nfile = "{path.name}"\n{columns}', "utf-8")
    return recipe


def _assert_refused(done: Outcome, path: Path, told: str) -> None:
    text = done.err + done.out
    assert done.status == 1, text
    assert re.search(told, text), text
    assert path.stem in text
    assert "Traceback" not in text
    assert len(text) < 4000
    assert done.left_over == ()
    assert done.peak_bytes < MOST_BYTES


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_within_bounds(name: str, tmp_path: Path, command: Runner, store: Store) -> None:
    attack, before = ATTACKS[name], _contents(store.root)
    path = attack.make(tmp_path)
    _assert_refused(command.run("doctor", path, "--store", store.root, seconds=MOST_SECONDS), path, attack.told)
    done = command.run("import", _recipe(path), "--store", store.root, seconds=MOST_SECONDS)
    _assert_refused(done, path, attack.told)
    assert "Remedy: " in done.err
    assert _contents(store.root) == before


@pytest.mark.slow
def test_a_cell_of_a_gigabyte_takes_no_more_memory(tmp_path: Path, command: Runner, store: Store) -> None:
    path = cell_csv(tmp_path, megabytes=1024)
    _assert_refused(command.run("doctor", path), path, "row|line")
    _assert_refused(command.run("import", _recipe(path), "--store", store.root), path, "row|line")


@pytest.mark.slow
def test_ten_million_brackets_take_no_more_memory(tmp_path: Path, command: Runner) -> None:
    path = nested_json(tmp_path, b"[", b"]", times=10_000_000)
    _assert_refused(command.run("doctor", path), path, "brackets")
