"""Files spoilt by chance: the readers, the doctor and the import answer in words, and the store stays whole.

`make fuzz` runs the last test for longer: MAPLEGRID_FUZZ_SECONDS says how long, MAPLEGRID_FUZZ_SEED where it begins.
What ends the process is seen as well: it runs in one of its own, and the file stays for a look.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.intake import assign_file, import_recipes, list_columns, read_table
from geo.intake.doctor import diagnose
from geo.intake.readers.read import READABLE
from geo.store import Store
from tests.bad_input.bounded import Runner, runner
from tests.bad_input.mutations import GOOD, spoil, write_good

SETTINGS = settings(
    deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
#: Whose process is looked at in every run, a table and a map; all kinds of files together are slow.
QUICK = {"gbk.csv", "map.geojson"}
RELEASE = '[release]\ntitle = "T"\nas_of = 2025-12-31\ntime_zone = "Asia/Shanghai"\ncodes = "any"\n'
AREA = f'layer = "counties"\nfile = "{{file}}"\n{RELEASE}[columns]\ncounty_id = "code"\nname = "名称"\n'
COLUMNS = '[columns]\npost_id = "id"\nrole = "kind"\nhours_per_week = "lat"\n'
TABLE = f'layer = "officers"\nfile = "{{file}}"\n{RELEASE}{COLUMNS}'


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A good file of each kind."""
    return write_good(tmp_path_factory.mktemp("good"))


def _recipe(path: Path) -> Path:
    recipe = path.with_suffix(".toml")
    recipe.write_text((AREA if path.name.startswith("map") else TABLE).format(file=path.name), "utf-8")
    return recipe


def _answer(ask: Callable[[], object]) -> None:
    """Let a question be answered, or refused in words that say what to do."""
    try:
        ask()
    except GeoError as error:
        told = str(error)
    else:
        return
    assert "Remedy: " in told, told
    assert len(told) < 5000


def _ask_all(path: Path, folder: Path) -> None:
    _answer(lambda: list_columns(path))
    _answer(lambda: read_table(path))
    assert diagnose(path).lines()
    _answer(lambda: import_recipes([_recipe(path)], Store(folder / "store"), dry_run=True))
    _answer(lambda: assign_file(path, path, folder / "out.csv"))


@pytest.mark.parametrize("name", GOOD)
def test_the_good_files_are_read(name: str, good: dict[str, Path]) -> None:
    assert len(read_table(good[name])) > 5
    assert diagnose(good[name]).table is not None


@pytest.mark.slow
@pytest.mark.parametrize("name", GOOD)
@SETTINGS
@given(seed=st.integers(0, 2**32))
def test_a_spoilt_file_is_answered(name: str, seed: int, tmp_path: Path, good: dict[str, Path]) -> None:
    path = tmp_path / name
    path.write_bytes(spoil(good[name].read_bytes(), random.Random(seed)))  # noqa: S311 - a seed that repeats
    _ask_all(path, tmp_path)


@pytest.mark.parametrize("ending", READABLE)
@SETTINGS
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_answered(ending: str, raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(raw)
    _ask_all(path, tmp_path)


# What Python writes into a zip ends where a NUL stands, and a name of nothing it does not write.
NAMES = st.text(min_size=1, max_size=20).filter(lambda name: not name.startswith("\0"))


@SETTINGS
@given(members=st.dictionaries(NAMES, st.binary(max_size=40), max_size=5))
def test_any_names_in_a_zip_are_answered_and_stay_in_it(members: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        for name, content in members.items():
            bundle.writestr(f"{name.encode('utf-8', 'replace').decode()}.csv", content)
    _answer(lambda: read_table(path))
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The command, ready to be run."""
    with runner(tmp_path_factory.mktemp("runs")) as ready:
        yield ready


def _assert_answered(command: Runner, path: Path, *, keep: Path | None = None) -> None:
    store = path.parent / "store"
    asked: list[list[str | Path]] = [["doctor", path], ["import", _recipe(path), "--store", store, "--dry-run"]]
    for words in asked:
        done = command.run(*words)
        text = done.out + done.err
        sound = done.status in (0, 1) and "Traceback" not in text and not done.left_over
        told = done.status == 0 or (path.stem in text and (words[0] == "doctor" or "Remedy: " in text))
        if not (sound and told) and keep is not None:
            (keep / path.name).write_bytes(path.read_bytes())
        assert sound, f"{path.name}: {done}"
        assert told, f"{path.name}: {done}"
        assert not store.exists()


@pytest.mark.parametrize("name", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in GOOD])
def test_a_file_cut_at_every_tenth_ends_no_process(
    name: str, tmp_path: Path, good: dict[str, Path], command: Runner
) -> None:
    raw = good[name].read_bytes()
    for tenth in range(10):
        path = tmp_path / name
        path.write_bytes(raw[: len(raw) * tenth // 10])
        _assert_answered(command, path)


@pytest.mark.slow
def test_spoilt_files_end_no_process(tmp_path: Path, command: Runner) -> None:
    seconds = float(os.environ.get("MAPLEGRID_FUZZ_SECONDS", "4"))
    seed = int(os.environ.get("MAPLEGRID_FUZZ_SEED", "1"))
    files, until = write_good(tmp_path, real=True), time.monotonic() + seconds
    originals = {name: path.read_bytes() for name, path in files.items()}
    keep = Path(tempfile.mkdtemp(prefix="maplegrid-fuzz-"))
    while time.monotonic() < until:
        for name, raw in originals.items():
            chance = random.Random(f"{seed} {name}")  # noqa: S311 - a seed that repeats
            files[name].write_bytes(spoil(raw, chance))
            try:
                _assert_answered(command, files[name], keep=keep)
            except AssertionError as error:
                raise AssertionError(f"Seed {seed}; the file is kept in {keep}. {error}") from error
        seed += 1
    keep.rmdir()
