"""What changed between two releases: worked out by hand, and against pandas for any records."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.store import LayerChange, Store, compare_releases, first_with
from tests.store.conftest import HEADER, make_grids, make_incidents, make_officers

NAN = float("nan")
RECORDS = st.dictionaries(
    st.sampled_from([f"i{n}" for n in range(8)]),
    st.tuples(st.sampled_from(["theft", "fraud"]), st.sampled_from([None, 0.25, 0.5]), st.integers(0, 3)),
    min_size=1,
)


def _change(store: Store, before: int | None, after: int, layer: str) -> LayerChange:
    earlier = None if before is None else store.release(before)
    return next(one for one in compare_releases(earlier, store.release(after)) if one.layer == layer)


def test_records_are_new_gone_or_altered(filled: Store) -> None:
    # Of i0, i1, i2 the first goes, the second stays, the third becomes a fraud; i3 and i4 are new.
    later = make_incidents(5).iloc[1:].assign(**{"class": ["theft", "fraud", "theft", "theft"]})
    filled.publish({"incidents": later}, **HEADER)
    assert _change(filled, 1, 2, "incidents") == LayerChange("incidents", "replaced", 3, 4, new=2, gone=1, altered=1)


def test_layers_are_added_removed_and_carried_over(filled: Store) -> None:
    filled.publish({"officers": make_officers("p1", "p2"), "grids": make_grids("g1", "g2")}, replace_all=True, **HEADER)
    assert _change(filled, 1, 2, "incidents") == LayerChange("incidents", "removed", 3, None, new=0, gone=3, altered=0)
    # The same grids published once more are the same file.
    assert _change(filled, 1, 2, "grids") == LayerChange("grids", "carried_over", 2, 2, new=0, gone=0, altered=0)
    assert _change(filled, 1, 2, "officers") == LayerChange("officers", "replaced", 1, 2, new=1, gone=0, altered=0)
    assert _change(filled, 2, 1, "incidents").change == "added"


def test_before_the_first_release_there_was_nothing(filled: Store) -> None:
    assert _change(filled, None, 1, "officers") == LayerChange("officers", "added", None, 1, new=1, gone=0, altered=0)


def test_an_area_with_another_border_is_altered(filled: Store) -> None:
    grids = make_grids("g1", "g2")
    moved = grids.geometry.where(grids["grid_id"] == "g1", grids.geometry.scale(1.5, 1.0))
    filled.publish({"grids": grids.set_geometry(moved), "incidents": make_incidents(3)}, **HEADER)
    assert _change(filled, 1, 2, "grids") == LayerChange("grids", "replaced", 2, 2, new=0, gone=0, altered=1)


def test_a_value_that_comes_goes_or_changes_places_is_altered(filled: Store) -> None:
    moved = make_incidents(3).assign(lon=[0.5, NAN, 0.25], lat=[0.5, NAN, 0.5])
    filled.publish({"incidents": moved}, **HEADER)
    swapped = make_incidents(3).assign(lon=[0.5, NAN, 0.5], lat=[0.5, NAN, 0.25])
    filled.publish({"incidents": swapped}, **HEADER)
    assert (_change(filled, 1, 2, "incidents").altered, _change(filled, 2, 3, "incidents").altered) == (2, 1)


def test_a_key_of_several_columns_names_one_record(filled: Store) -> None:
    groups = pd.DataFrame(
        {
            "group_id": "a",
            "grid_id": ["g1", "g1", "g2"],
            "month": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-01-01"]),
            "members": [5, 6, 7],
            "shifts": 1,
        }
    )
    filled.publish({"groups": groups}, **HEADER)
    filled.publish({"groups": groups.iloc[1:].assign(members=[6, 8])}, **HEADER)
    assert _change(filled, 2, 3, "groups") == LayerChange("groups", "replaced", 3, 2, new=0, gone=1, altered=1)


def test_rows_without_a_key_are_counted_alone(filled: Store) -> None:
    lines = make_grids("r1", "r2")[["name", "geometry"]].assign(kind="river", rank=1)
    filled.publish({"background": lines}, **HEADER)
    filled.publish({"background": lines.iloc[:1]}, **HEADER)
    assert _change(filled, 2, 3, "background") == LayerChange("background", "replaced", 2, 1)


def test_a_restored_release_says_which_it_puts_back(filled: Store) -> None:
    filled.publish({"officers": make_officers("p1", "p2")}, **HEADER)
    restored = filled.restore(1)
    assert (restored.restored_from, filled.release(3).restored_from, filled.release(2).restored_from) == (1, 1, None)
    assert _change(filled, 2, 3, "officers") == LayerChange("officers", "replaced", 2, 1, new=0, gone=1, altered=0)


def test_each_layer_is_known_from_the_first_release_that_holds_its_file(filled: Store) -> None:
    filled.publish({"officers": make_officers("p1", "p2")}, **HEADER)
    filled.restore(1)
    assert first_with(filled.release(2), filled.releases()) == {"grids": 1, "incidents": 1, "officers": 2}
    assert first_with(filled.release(3), filled.releases()) == {"grids": 1, "incidents": 1, "officers": 1}


def _incidents(records: dict[str, tuple[str, float | None, int]]) -> pd.DataFrame:
    kind, lon, hour = zip(*records.values(), strict=True)
    rows = make_incidents(len(records)).assign(
        record_id=list(records),
        lon=pd.Series(lon, dtype="float64"),
        found_at=pd.Timestamp("2025-01-01") + pd.to_timedelta(list(hour), unit="h"),
    )
    rows["class"] = list(kind)
    return rows.assign(lat=rows["lat"].where(rows["lon"].notna()))


@settings(max_examples=25, deadline=None)
@given(before=RECORDS, after=RECORDS)
def test_what_is_new_altered_or_the_same_makes_up_the_rows(
    before: dict[str, tuple[str, float | None, int]], after: dict[str, tuple[str, float | None, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for records in (before, after):
            store.publish({"grids": make_grids("g1", "g2"), "incidents": _incidents(records)}, **HEADER)
        found = _change(store, 1, 2, "incidents")
    same = sum(before.get(name) == content for name, content in after.items())
    assert (found.rows_before, found.rows_after) == (len(before), len(after))
    assert (found.new or 0) + (found.altered or 0) + same == len(after)
    assert found.gone == len(before.keys() - after.keys())
    assert found.new == len(after.keys() - before.keys())
