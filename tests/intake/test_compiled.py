from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from geo.intake.compiled import compiled, pointer, shifted


def test_without_a_folder_to_write_to_a_function_is_compiled_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_cache(*, cache: bool = False, **options: object) -> Callable[..., object]:
        if cache:
            raise RuntimeError("cannot cache function 'twice': no locator available")
        return partial(numba.njit, **options)

    monkeypatch.setattr("geo.intake.compiled.numba", SimpleNamespace(njit=refuse_cache))
    assert compiled(lambda number: 2 * number)(21) == 42


def test_a_pointer_reads_and_writes_the_array() -> None:
    @compiled
    def move_third_to_first(array: NDArray[np.float64]) -> None:
        items = pointer(array)
        items[0] = shifted(items, 1)[1]

    array = np.array([1.0, 2.0, 3.0])
    move_third_to_first(array)
    assert array.tolist() == [3.0, 2.0, 3.0]
