"""Steps of what the public has been shown: added in order, never changed, and never read when they are not whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from geo.errors import StoreError
from geo.store import Store
from geo.store.public import PUBLIC, PublicStep, newest_public_step, publish_public_step


def step(number: int, *counts: int) -> PublicStep:
    return PublicStep(number, {"blocks": list(counts)}, pa.table({"count": list(counts)}))


def cells_of(root: Path) -> Path:
    return next(path for path in (root / PUBLIC).iterdir() if path.suffix == ".parquet")


def test_nothing_has_been_shown_at_first(filled: Store) -> None:
    assert newest_public_step(filled.root) is None


def test_the_last_step_holds(filled: Store) -> None:
    assert publish_public_step(filled.root, step(1, 5))
    assert publish_public_step(filled.root, step(2, 5, 7))
    found = newest_public_step(filled.root)
    assert found is not None
    assert (found.number, found.fields["blocks"], found.cells["count"].to_pylist()) == (2, [5, 7], [5, 7])
    assert newest_public_step(filled.root, known=found) is found


def test_of_two_with_one_number_the_first_wins(filled: Store) -> None:
    assert publish_public_step(filled.root, step(1, 5))
    assert not publish_public_step(filled.root, step(1, 6))
    found = newest_public_step(filled.root)
    assert found is not None
    assert found.cells["count"].to_pylist() == [5]
    assert len(list((filled.root / PUBLIC).iterdir())) == 3  # step, mark and cells; the cells of the loser are gone


def truncate(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-4])


def alter(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"5", b"6"))


@pytest.mark.parametrize("harm", [truncate, alter, Path.unlink])
@pytest.mark.parametrize("of_cells", [True, False])
def test_a_step_that_is_not_whole_is_refused(filled: Store, harm: Callable[[Path], None], *, of_cells: bool) -> None:
    publish_public_step(filled.root, step(1, 5555, 5555, 5555))
    harm(cells_of(filled.root) if of_cells else filled.root / PUBLIC / "000001.json")
    with pytest.raises(StoreError, match="nothing is shown to the public"):
        newest_public_step(filled.root)


def test_check_tells_of_a_step_that_was_deleted(filled: Store) -> None:
    for number in (1, 2):
        publish_public_step(filled.root, step(number, 5))
    assert filled.check() == []
    (filled.root / PUBLIC / "000002.json").unlink()
    (problem,) = filled.check()
    assert "000002.json: what was shown to the public has been deleted. Remedy: bring it back" in problem
    with pytest.raises(StoreError, match="deleted"):
        newest_public_step(filled.root)
