"""Layers that come staged in a file make the same release as those that come as a frame."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import LayerError
from geo.layers import LAYERS, SeenKeys, check_layer
from geo.rules import load_rules
from geo.store import Checked, ReportDraft, StagedRows, StagedTable, Store, layer_schema, read_layer, read_rejects
from geo.store.parquet import write_frame

HEADER: dict[str, Any] = {"as_of": date(2025, 12, 31), "time_zone": "Asia/Shanghai", "title": "Staged"}
GRIDS = gpd.GeoDataFrame(
    {"grid_id": ["g1", "g2"], "name": ["one", "two"]},
    geometry=[shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)],
    crs=4326,
)


def make_hazards(n: int, *, seed: int = 1) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    minutes = random.integers(0, 500_000, n).astype("timedelta64[m]")
    hazards = pd.DataFrame(
        {
            "record_id": [f"枫{number}" for number in random.permutation(n)],
            "class": random.choice(["fire", "gas"], n),
            "source": "reported",
            "grade": "general",
            "found_at": (np.datetime64("2025-01-01") + minutes).astype("datetime64[ms]"),
            "lon": np.where(random.random(n) < 0.1, np.nan, 120.05),
            "lat": 30.05,
            "grid_id": np.array(["g1", "g2", None], dtype=object)[random.integers(0, 3, n)],
            "placed": "inside",
        }
    )
    return check_layer("hazards", hazards, rules=load_rules())


def stage(hazards: pd.DataFrame, path: Path, *, size: int) -> StagedRows:
    with StagedTable(path, layer_schema(LAYERS["hazards"])) as table:
        for first in range(0, len(hazards), size):
            table.write(hazards.iloc[first : first + size])
    return StagedRows("hazards", path, table.rows)


@pytest.mark.parametrize(("n", "size"), [(0, 1), (7, 2), (5_000, 999)])
def test_the_same_rows_give_the_same_file_staged_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int, size: int
) -> None:
    monkeypatch.setattr("geo.store.parquet._ROWS_PER_GROUP", 2_048)
    hazards = make_hazards(n)
    write_frame(hazards, tmp_path / "frame.parquet", layer=LAYERS["hazards"])
    staged = stage(hazards.sample(frac=1, random_state=2), tmp_path / "rows.parquet", size=size)
    write_frame(staged, tmp_path / "staged.parquet", layer=LAYERS["hazards"])
    assert (tmp_path / "staged.parquet").read_bytes() == (tmp_path / "frame.parquet").read_bytes()


def test_staged_rows_are_published_and_the_same_rows_again_change_nothing(tmp_path: Path) -> None:
    store, hazards = Store(tmp_path / "store"), make_hazards(300)
    first = store.publish({"grids": GRIDS, "hazards": stage(hazards, tmp_path / "a.parquet", size=100)}, **HEADER)
    again = store.publish({"grids": GRIDS, "hazards": hazards}, **HEADER, only_changes=True)
    assert again == first
    assert read_layer(first, "hazards")["record_id"].nunique() == 300


def test_a_staged_layer_is_checked_like_any_other(tmp_path: Path) -> None:
    store, hazards = Store(tmp_path / "store"), make_hazards(300)
    for column, value, told in (
        ("class", "meteorite", "unknown code"),
        ("record_id", "枫0", "the same key a second time"),
        ("grid_id", "g9", "point to grids that are not there"),
    ):
        bad = hazards.copy()
        bad.loc[[10, 290], column] = value
        staged = stage(bad, tmp_path / f"{column}.parquet", size=100)
        with pytest.raises(LayerError, match=told):
            store.publish({"grids": GRIDS, "hazards": staged}, **HEADER)
    assert store.current() is None


def test_rows_checked_with_the_release_s_own_rules_are_not_checked_again(tmp_path: Path) -> None:
    store, rules, bad = Store(tmp_path / "store"), load_rules(), make_hazards(300)
    bad.loc[10, "class"] = "meteorite"
    staged = stage(bad, tmp_path / "rows.parquet", size=100)
    for checked in (Checked("other rules", "any"), Checked(rules.hash, "cn"), None):
        with pytest.raises(LayerError, match="unknown code"):
            store.publish({"grids": GRIDS, "hazards": replace(staged, checked=checked)}, **HEADER)
    store.publish({"grids": GRIDS, "hazards": replace(staged, checked=Checked(rules.hash, "any"))}, **HEADER)
    bad["grid_id"] = "g9"
    lost = replace(stage(bad, tmp_path / "lost.parquet", size=100), checked=Checked(rules.hash, "any"))
    with pytest.raises(LayerError, match="point to grids that are not there"):
        store.publish({"hazards": lost}, **HEADER)


def test_rejects_come_from_a_file_as_well(tmp_path: Path) -> None:
    store, rejects = Store(tmp_path / "store"), pd.DataFrame({"row": [2], "reason": ["r"]})
    rejects.to_parquet(tmp_path / "rejects.parquet")
    draft = ReportDraft("grids", {}, tmp_path / "rejects.parquet")
    release = store.publish({"grids": GRIDS}, **HEADER, reports=[draft])
    assert read_rejects(store.reports(release)[0]).equals(rejects)
    assert not store.check()


@pytest.mark.parametrize("longest", [20, 1_000_000])
def test_keys_are_seen_again_in_any_later_batch(monkeypatch: pytest.MonkeyPatch, longest: int) -> None:
    monkeypatch.setattr("geo.layers.seen._LONGEST_RUN", longest)
    random = np.random.default_rng(3)
    ids = pd.DataFrame({"a": random.integers(0, 60, 400).astype(str), "b": random.integers(0, 3, 400)})
    expected, found, seen = ids.duplicated().to_numpy(), [], SeenKeys.of(["a", "b"])
    for first in range(0, 400, 7):
        twice, seen = seen.add(ids.iloc[first : first + 7])
        found += twice.tolist()
    assert found == expected.tolist()
    assert sum(len(run[0]) for run in seen.runs) >= (~expected).sum()


def test_keys_with_the_same_first_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SeenKeys, "_hash", _hash_badly)
    seen = SeenKeys(("a",), ("1", "2"))
    _, seen = seen.add(pd.DataFrame({"a": [1, 2, 3, 11]}))
    twice, _ = seen.add(pd.DataFrame({"a": [21, 11, 3, 4]}))
    assert twice.tolist() == [False, True, True, False]
    twice, _ = SeenKeys(("a",), ("1", "2")).add(pd.DataFrame({"a": [1, 11, 1, 21, 11, 2]}))
    assert twice.tolist() == [False, False, True, False, True, False]


def _hash_badly(_: SeenKeys, keys: pd.DataFrame, which: str) -> np.ndarray[Any, np.dtype[np.uint64]]:
    return (keys["a"] % 10 if which == "1" else keys["a"]).to_numpy(dtype=np.uint64)
