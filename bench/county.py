"""A county or a country of any size as a release of the store, from a seed: areas, records, posts, visits and places.

``python -m bench.county FOLDER --grids 10000 --records 1000000`` publishes it. The layers go through the store's own
writer, so that the files lie as those of any other release do. With ``--sides 1 3 2 3 3`` there are cities, provinces
and a country above the counties: 100,000 grids are some 36 provinces, 324 cities and 2,800 counties then.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from bench.areas import make_areas
from geo.codes import code_list
from geo.layers import AREA_LEVELS, LAYERS
from geo.rules import load_rules
from geo.store import Release, Store
from geo.store.staged import Checked, StagedRows, layer_schema, repeated_columns

__all__ = ["AS_OF", "main", "publish_county"]

AS_OF = date(2025, 12, 31)
_FIRST_DAY, _DAYS = np.datetime64("2023-01-01"), 1096
_NEVER = np.iinfo(np.int64).min
#: Grids to a side of a village, villages to a side of a station, stations to a side of a county; perhaps counties to a
#: side of a city and cities to a side of a province.
_SIDES = (3, 4, 9)
_LEVELS = ("village_id", "station_id", "county_id")
_FORMS = {"city_id": "C{:04d}", "province_id": "P{:03d}", "country_id": "N{:d}"}
#: Share of all records in each layer.
_SHARES = {"disputes": 0.5, "hazards": 0.35, "incidents": 0.15}
_ROWS_AT_A_TIME = 500_000
_UNPLACED = 0.002

Ints = NDArray[np.int64]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path)
    parser.add_argument("--grids", type=int, default=10_000)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sides", type=int, nargs="+", default=_SIDES, help="areas to a side of the next, bottom up")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    release = publish_county(
        options.store, grids=options.grids, records=options.records, seed=options.seed, sides=options.sides
    )
    size = sum(file.bytes for file in release.layers.values())
    seconds = round(time.perf_counter() - start, 1)
    line = {"bench": "county", "grids": options.grids, "records": options.records, "seconds": seconds, "bytes": size}
    print(json.dumps(line), flush=True)
    return 0


def publish_county(root: Path, *, grids: int, records: int, seed: int = 1, sides: Sequence[int] = _SIDES) -> Release:
    """Publish counties, stations, villages, grids and all that is told of them in a store.

    Parameters
    ----------
    root
        The store's folder; the county becomes its next release.
    grids
        How many grids; nine to a village, sixteen villages to a station, eighty-one stations to a county.
    records
        How many disputes, hazards and incidents together, over three years, unevenly over the grids.
    seed
        Of the random numbers.
    sides
        Grids to a side of a village, villages to one of a station, stations to one of a county; a fourth and a fifth
        put cities and provinces above, and one country above the provinces.
    """
    random = np.random.default_rng(seed)
    areas = _make_levels(grids, random, seed=seed, sides=sides)
    rules = load_rules()
    with tempfile.TemporaryDirectory() as folder:
        events = {
            name: _stage(Path(folder), name, areas["grids"], int(records * part), random)
            for name, part in _SHARES.items()
        }
        return Store(root).publish(
            {**areas, **events, **_make_tables(areas, random)},
            as_of=AS_OF,
            time_zone="Asia/Shanghai",
            title=f"County of {grids} grids",
            title_zh=f"{grids}个网格的县",
            made_up=True,
            rules=rules,
        )


def _make_levels(
    count: int, random: np.random.Generator, *, seed: int, sides: Sequence[int]
) -> dict[str, pd.DataFrame]:
    """Cut the bricks of `make_areas` into villages, stations, counties and what is above by where they lie."""
    shapes = make_areas(count, seed=seed).geometry.to_numpy()
    columns = int(np.ceil(np.sqrt(count)))
    row, column = np.divmod(np.arange(count), columns)
    blocks = [(row // side) * (columns // side + 1) + column // side for side in np.cumprod(sides)]
    village, station, county, *upper = (np.unique(block, return_inverse=True)[1] for block in blocks)
    ids = {
        "county_id": _text("33{:04d}", county),
        "station_id": _text("33{:04d}{:03d}", county, station),
        "village_id": _text("33{:04d}{:03d}{:05d}", county, station, village),
    }
    upper += [np.zeros_like(county)] if len(upper) > 1 else []
    ids |= {level: _text(form, block) for (level, form), block in zip(_FORMS.items(), upper, strict=False)}
    table = pd.DataFrame(ids).assign(grid_id=_text("33{:04d}{:06d}{:03d}", county, village, np.arange(count) % 1000))
    table["grid_id"] = table["village_id"] + pd.Series(_numbered(table["village_id"])).astype("str").str.zfill(3)
    households = random.integers(80, 600, count)
    grids = table.assign(
        name="G" + table["grid_id"].str[-8:],
        name_en=None,
        kind=np.array(list(code_list("grid_kind")))[random.integers(0, 4, count)],
        households=households,
        residents=(households * random.uniform(2.2, 3.2, count)).astype(np.int64),
        floating=random.integers(0, 200, count),
    )
    levels = {"grids": _typed("grids", grids, shapes)}
    order = [*_LEVELS, *(level for level in _FORMS if level in ids)]
    for level, above in zip(order, [*order[1:], None], strict=True):
        name = AREA_LEVELS[level.removesuffix("_id")]
        levels[name] = _merge(levels[next(reversed(levels))], table, name, level, above)
    return levels


def _text(form: str, *numbers: Ints) -> list[str]:
    return [form.format(*row) for row in zip(*(part.tolist() for part in numbers), strict=True)]


def _numbered(groups: pd.Series[str]) -> Ints:
    return np.asarray(groups.groupby(groups).cumcount(), dtype=np.int64)


def _merge(below: pd.DataFrame, table: pd.DataFrame, name: str, level: str, above: str | None) -> gpd.GeoDataFrame:
    """Put the areas of a level together from those below, which are a coverage."""
    own = table.drop_duplicates(below.columns[0]).set_index(below.columns[0])[level]
    groups = below.groupby(own.reindex(below.iloc[:, 0]).to_numpy()).indices
    shapes = [shapely.coverage_union_all(below.geometry.to_numpy()[at]) for at in groups.values()]
    rows = pd.DataFrame({level: list(groups)})
    if above is not None:
        rows[above] = rows[level].map(table.drop_duplicates(level).set_index(level)[above])
    return _typed(name, rows.assign(name=name[0].upper() + rows[level].str[-5:], name_en=None), np.array(shapes))


def _typed(name: str, rows: pd.DataFrame, shapes: NDArray[np.object_] | None = None) -> gpd.GeoDataFrame:
    there = [column for column in LAYERS[name].columns if column in rows or column not in LAYERS[name].sparse]
    types = {column: LAYERS[name].dtypes[column] for column in there if column != "geometry"}
    typed = rows.reindex(columns=list(types)).astype(types)
    return typed if shapes is None else gpd.GeoDataFrame(typed, geometry=shapes, crs=4326)


def _stage(folder: Path, layer: str, grids: gpd.GeoDataFrame, count: int, random: np.random.Generator) -> StagedRows:
    """Write the records of a layer as staged rows, some at a time."""
    schema = layer_schema(LAYERS[layer])
    weights = random.gamma(0.7, 1.0, len(grids))
    spots = shapely.get_coordinates(shapely.point_on_surface(grids.geometry.to_numpy()))
    ids = pa.array(grids["grid_id"].to_numpy(dtype=object), pa.large_string())
    path, shares = folder / f"{layer}.parquet", np.cumsum(weights) / weights.sum()
    repeated = repeated_columns(LAYERS[layer])
    with pq.ParquetWriter(path, schema, compression="lz4", use_dictionary=repeated, write_statistics=False) as writer:
        for first in range(0, count, _ROWS_AT_A_TIME):
            n = min(_ROWS_AT_A_TIME, count - first)
            grid = np.minimum(np.searchsorted(shares, random.random(n)), len(grids) - 1)
            columns = {**_MAKERS[layer](n, random), **_place(grid, spots, ids, random)}
            columns["record_id"] = pa.array(np.arange(first, first + n) + 10**9).cast(pa.large_string())
            arrays = [columns[name].cast(schema.field(name).type) for name in schema.names]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return StagedRows(layer, path, count, checked=Checked(load_rules().hash, "any"))


def _place(grid: Ints, spots: NDArray[np.float64], ids: pa.Array, random: np.random.Generator) -> dict[str, pa.Array]:
    nowhere = random.random(len(grid)) < _UNPLACED
    lonlat = spots[grid] + random.normal(0, 2e-4, (len(grid), 2))
    placed = np.where(nowhere, 1, 0)
    return {
        "lon": pa.array(lonlat[:, 0], mask=nowhere),
        "lat": pa.array(lonlat[:, 1], mask=nowhere),
        "grid_id": ids.take(pa.array(grid, mask=nowhere)),
        "placed": pa.array(["inside", "no_coordinates"], pa.large_string()).take(pa.array(placed)),
    }


def _disputes(n: int, random: np.random.Generator) -> dict[str, pa.Array]:
    found, columns = _found(n, random, "dispute_class")
    accepted = found + random.integers(0, 3, n)
    mediating = accepted + random.integers(0, 4, n)
    # Of ten, eight are settled, one transferred, half of one failed, half of one never closed.
    fate, took = random.random(n), mediating + random.geometric(0.07, n)
    settled, transferred = np.where(fate < 0.8, took, _NEVER), np.where((fate >= 0.8) & (fate < 0.9), took, _NEVER)
    failed = np.where((fate >= 0.9) & (fate < 0.95), took, _NEVER)
    returned = np.where(settled > _NEVER, settled + random.integers(5, 40, n), _NEVER)
    is_settled, is_transferred = _told(settled), _told(transferred)
    days = (accepted, mediating, settled, transferred, failed, returned)
    steps = ("accepted_on", "mediating_on", "settled_on", "transferred_on", "failed_on", "returned_on")
    return columns | {
        **{step: _days(day) for step, day in zip(steps, days, strict=True)},
        **{step: _days(np.full(n, _NEVER)) for step in ("due_on", "paused_on", "resumed_on", "extended_until_on")},
        "channel": _codes("channel", random, n, missing=random.random(n) < 0.1),
        "settled_at": _codes("settled_at", random, n, missing=~is_settled),
        "transfer": _codes("transfer", random, n, missing=~is_transferred | (random.random(n) < 0.1)),
        "repeat_of": _linked(n, random),
    }


def _linked(n: int, random: np.random.Generator) -> pa.Array:
    """Link one dispute in fifty to another, so that links alone tell which broke out again."""
    before = pa.array(random.integers(0, max(n, 1), n) + 10**9, mask=random.random(n) > 0.02)
    return before.cast(pa.large_string())


def _hazards(n: int, random: np.random.Generator) -> dict[str, pa.Array]:
    found, columns = _found(n, random, "hazard_class")
    notified = found + random.integers(0, 3, n)
    rectifying = notified + random.integers(0, 5, n)
    rectified = np.where(random.random(n) < 0.93, rectifying + random.geometric(0.1, n), _NEVER)
    verified = np.where(rectified > _NEVER, rectified + random.integers(1, 15, n), _NEVER)
    steps = ("notified_on", "rectifying_on", "rectified_on", "verified_on")
    grades = pa.array(list(code_list("hazard_grade")), pa.large_string())
    return columns | {
        **{step: _days(day) for step, day in zip(steps, (notified, rectifying, rectified, verified), strict=True)},
        **{step: _days(np.full(n, _NEVER)) for step in ("due_on", "paused_on", "resumed_on", "extended_until_on")},
        "grade": grades.take(pa.array((random.random(n) < 0.06).astype(np.int64))),
    }


def _incidents(n: int, random: np.random.Generator) -> dict[str, pa.Array]:
    _, columns = _found(n, random, "incident_class")
    return columns | {"subclass": _codes("incident_subclass", random, n, missing=random.random(n) < 0.3)}


_MAKERS = {"disputes": _disputes, "hazards": _hazards, "incidents": _incidents}


def _found(n: int, random: np.random.Generator, class_list: str) -> tuple[Ints, dict[str, pa.Array]]:
    """Return days since the first, and the columns that all records have."""
    minutes = random.integers(0, _DAYS * 1440, n)
    moments = (_FIRST_DAY + minutes.astype("timedelta64[m]")).astype("datetime64[ms]")
    sources = pa.array(list(code_list("source")), pa.large_string())
    reported = pa.array((random.random(n) > 0.7).astype(np.int64))
    columns = {
        "found_at": pa.array(moments),
        "class": _codes(class_list, random, n, missing=None),
        "source": sources.take(reported),
    }
    return minutes // 1440, columns


def _codes(name: str, random: np.random.Generator, n: int, *, missing: NDArray[np.bool_] | None) -> pa.Array:
    """Return codes of a list, the first of them more often than the last."""
    names = list(code_list(name))
    position = (random.random(n) ** 1.6 * len(names)).astype(np.int64)
    return pa.array(names, pa.large_string()).take(pa.array(position, mask=missing))


def _told(days: Ints) -> NDArray[np.bool_]:
    return (days > _NEVER) & (days < _DAYS)


def _days(days: Ints) -> pa.Array:
    """Return days as moments, missing where they have not come by the release's day."""
    known = _told(days)
    return pa.array((_FIRST_DAY + np.where(known, days, 0)).astype("datetime64[ms]"), mask=~known)


def _make_posts(areas: dict[str, pd.DataFrame], random: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make posts, and who looks after which grid."""
    grids = areas["grids"]
    count, per_post = len(grids), 3
    posts = -(-count // per_post)
    of_grid = np.arange(count) // per_post
    post_ids = _text("P{:07d}", np.arange(posts))
    roles = np.array(list(code_list("role")))[random.integers(0, 4, posts)]
    held = grids["village_id"].to_numpy()
    station_of = areas["villages"].set_index("village_id")["station_id"].reindex(held).to_numpy()
    officers = pd.DataFrame(
        {"post_id": post_ids, "role": roles, "station_id": station_of[::per_post][:posts], "hours_per_week": 40.0}
    )
    kept = np.flatnonzero(random.random(count) < 0.93)
    assignments = pd.DataFrame(
        {
            "post_id": np.array(post_ids)[of_grid[kept]],
            "grid_id": grids["grid_id"].to_numpy()[kept],
            "from_on": _FIRST_DAY + random.integers(0, 200, len(kept)),
            "until_on": np.where(
                random.random(len(kept)) < 0.1,
                _FIRST_DAY + random.integers(400, _DAYS, len(kept)),
                np.datetime64("NaT", "D"),
            ),
            "share": 1.0 / per_post,
        }
    )
    return officers, assignments


def _make_tables(areas: dict[str, pd.DataFrame], random: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Make posts, who looks after which grid, visits by month, places and surveys."""
    grids, stations = areas["grids"], areas["stations"]
    officers, assignments = _make_posts(areas, random)
    count = len(grids)
    months = pd.period_range("2023-01", "2025-12", freq="M").to_timestamp().to_numpy()
    visits = pd.DataFrame(
        {
            "grid_id": np.repeat(grids["grid_id"].to_numpy(), len(months)),
            "month": np.tile(months, count),
            "households_visited": random.poisson(25, count * len(months)),
            "requests_handled": random.poisson(3, count * len(months)),
        }
    )
    spots = shapely.get_coordinates(shapely.point_on_surface(areas["villages"].geometry.to_numpy()))
    first_grid = grids.drop_duplicates("village_id").set_index("village_id")["grid_id"]
    places = pd.DataFrame(
        {
            "place_id": _text("L{:06d}", np.arange(len(spots))),
            "kind": np.array(list(code_list("place_kind")))[np.arange(len(spots)) % 5],
            "name": _text("L{:06d}", np.arange(len(spots))),
            "lon": spots[:, 0],
            "lat": spots[:, 1],
            "grid_id": first_grid.reindex(areas["villages"]["village_id"]).to_numpy(),
            "placed": "inside",
        }
    )
    surveys = pd.DataFrame(
        {
            "station_id": np.repeat(stations["station_id"].to_numpy(), 3),
            "kind": "security",
            "from_on": np.tile(np.array(["2023-07-01", "2024-07-01", "2025-07-01"], "datetime64[D]"), len(stations)),
            "until_on": np.tile(np.array(["2023-08-01", "2024-08-01", "2025-08-01"], "datetime64[D]"), len(stations)),
            "respondents": 100,
            "score": random.uniform(70, 99, 3 * len(stations)),
        }
    )
    tables = {
        "officers": officers,
        "assignments": assignments,
        "visits": visits,
        "places": places,
        "surveys": surveys,
    }
    return {name: _typed(name, rows) for name, rows in tables.items()}


if __name__ == "__main__":
    raise SystemExit(main())
