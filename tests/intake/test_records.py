"""A file taken in batch by batch gives what it gives at once, wherever it is cut."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import InputRefused, LayerError
from geo.intake import import_recipes
from geo.intake.readers.text import read_delimited_batches
from geo.store import Store, read_rejects

Write = Callable[..., Path]
HEAD = ["id", "class", "date", "lon", "lat", "said"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "枫4", "5", ""]),
        st.sampled_from(["theft", "fraud", "theft", "arson", "OUT"]),
        st.sampled_from(["2025-03-01 10:00", "2025-04-02", "soon", "2026-01-01", ""]),
        st.sampled_from(["120.05", "120.35", "125", "0", "x", "400", ""]),
        st.sampled_from(["30.05", "30.05", "0", ""]),
        st.sampled_from(["g1", "g4", "g9", ""]),
    ),
    max_size=30,
)
MORE = """[[leave_out_rows]]
reason = "not ours"
where = { class = "OUT" }
[placement]
no_coordinates = [[0.0, 0.0]]
[placement.recorded]
grid_id = { column = "said" }
"""


def write_csv(rows: Sequence[tuple[str, ...]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([HEAD, *rows])
    return out.getvalue()


def import_in_batches(
    county: Path, store: Path, monkeypatch: pytest.MonkeyPatch, *, size: int
) -> tuple[dict[str, Any], pd.DataFrame, str] | str:
    """Import the county; return the report, the rejects and the hash of the layer, or why it was refused."""

    def read(path: Path, **how: Any) -> Any:  # noqa: ANN401
        for table in read_delimited_batches(path, **how):
            for first in range(0, max(1, len(table)), size):
                yield table.iloc[first : first + size]

    monkeypatch.setattr("geo.intake.readers.read.read_delimited_batches", read)
    paths = [county / f"{name}.toml" for name in ("stations", "grids", "incidents")]
    try:
        report = import_recipes(paths, Store(store))
    except InputRefused as refused:
        return str(refused)
    release = Store(store).current()
    assert release is not None
    told = next(one for one in Store(store).reports(release) if one.name == "incidents")
    return report.to_dict(), read_rejects(told), release.layers["incidents"].sha256


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, size=st.integers(1, 7))
def test_batches_of_any_size_give_the_same_release_report_and_rejects(
    county: Path,
    write_incidents: Write,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    size: int,
) -> None:
    write_incidents(write_csv(rows), more=MORE)
    with pytest.MonkeyPatch.context() as patch:
        whole = import_in_batches(county, tmp_path_factory.mktemp("w") / "s", patch, size=1_000)
        parts = import_in_batches(county, tmp_path_factory.mktemp("p") / "s", patch, size=size)
    if isinstance(whole, str) or isinstance(parts, str):
        assert whole == parts
        return
    assert parts[0] == whole[0]
    pd.testing.assert_frame_equal(parts[1], whole[1])
    assert parts[2] == whole[2]


def test_phones_are_judged_over_the_whole_file(
    county: Path, write_incidents: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One in twenty is chance, though it is half of its batch; four in twenty are a column of phones.
    rest = ("theft", "2025-03-01", "120.05", "30.05", "")
    few = [(f"138001380{row:02}" if row == 3 else f"r{row}", *rest) for row in range(20)]
    write_incidents(write_csv(few), more=MORE)
    assert not isinstance(import_in_batches(county, tmp_path / "a", monkeypatch, size=2), str)
    many = [(f"138001380{row:02}" if row > 15 else f"r{row}", *rest) for row in range(20)]
    write_incidents(write_csv(many), more=MORE)
    refused = import_in_batches(county, tmp_path / "b", monkeypatch, size=2)
    assert isinstance(refused, str)
    assert "phone numbers" in refused
    assert Store(tmp_path / "b").current() is None


def test_a_fault_in_the_last_batch_leaves_the_store_as_it_was(
    county: Path, write_incidents: Write, tmp_path: Path
) -> None:
    rows = "".join(f"{row},theft,2025-03-01,120.05,30.05,\n" for row in range(2_000))
    write_incidents(f"{','.join(HEAD)}\n{rows}x,theft\n", more=MORE)
    store = Store(tmp_path / "store")
    with pytest.raises(LayerError, match="row 2002: 1 rows don't have the 6 cells"):
        import_recipes([county / f"{name}.toml" for name in ("stations", "grids", "incidents")], store)
    assert store.current() is None
    assert store.leftovers() == []


def test_the_order_of_a_file_with_many_rejects_is_kept(county: Path, write_incidents: Write, tmp_path: Path) -> None:
    rows = [(str(row), "arson" if row % 3 else "theft", "2025-03-01", "120.05", "30.05", "") for row in range(900)]
    write_incidents(write_csv(rows), more=MORE)
    with pytest.MonkeyPatch.context() as patch:
        done = import_in_batches(county, tmp_path / "s", patch, size=100)
    assert not isinstance(done, str)
    report, rejects, _ = done
    assert rejects["row"].tolist() == [row + 2 for row in range(900) if row % 3]
    assert [one["row"] for one in report["layers"][-1]["rejects"]] == rejects["row"].head(200).tolist()
