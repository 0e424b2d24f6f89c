from types import SimpleNamespace

import numpy as np
import pytest
from numpy.typing import NDArray

from geo.intake.assignment.compiled import SourceCache, compiled, fingerprint, pointer, shifted
from geo.intake.assignment.raster_index import _locate


def test_without_a_folder_to_write_to_a_function_is_compiled_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_cache(function: object) -> None:
        raise RuntimeError("cannot cache function 'twice': no locator available")

    monkeypatch.setattr("geo.intake.assignment.compiled.SourceCache", refuse_cache)
    assert compiled(lambda number: 2 * number)(21) == 42


def test_kept_code_is_known_by_all_the_sources_it_was_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = SourceCache(_locate.py_func)  # type: ignore[attr-defined, no-untyped-call]
    codegen = SimpleNamespace(magic_tuple=lambda: ("processor",))
    before = kept._index_key("signature", codegen)
    monkeypatch.setattr("geo.intake.assignment.compiled.fingerprint", lambda: "other sources")
    after = kept._index_key("signature", codegen)
    assert before[:-1] == after[:-1]
    assert (before[-1], after[-1]) == (fingerprint(), "other sources")


def test_a_pointer_reads_and_writes_the_array() -> None:
    @compiled
    def move_third_to_first(array: NDArray[np.float64]) -> None:
        items = pointer(array)
        items[0] = shifted(items, 1)[1]

    array = np.array([1.0, 2.0, 3.0])
    move_third_to_first(array)
    assert array.tolist() == [3.0, 2.0, 3.0]
