"""A county so small that every figure can be worked out by hand: 3 stations, 4 villages, 8 grids, some 30 records.

    S1: V1 (G1, G2), V2 (G3, G4)    S2: V3 (G5, G6)    S3: V4 (G7, G8)

The data tell of 2024-01-01 to 2025-03-31; the tests ask for March 2025, compared with March 2024.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import shapely

from geo.layers import LAYERS
from geo.rules import Rules, load_rules

__all__ = ["AS_OF", "placed_records", "tiny_layers", "tiny_rules"]

AS_OF = date(2025, 3, 31)
_GRIDS = """
grid_id village_id station_id kind residents floating households
G1 V1 - urban 1000 10 400
G2 V1 - urban 500 - 600
G3 V2 - urban 2000 - 200
G4 V2 - village - - 300
G5 V3 - village 800 - 450
G6 V3 - village 100 - 40
G7 V4 - market 0 500 100
G8 V4 - - - - -
"""
# Days are month-day of 2025 where no year is written.
_DISPUTE_COLUMNS = (
    "record_id class source channel settled_at transfer "
    "found_at accepted_on mediating_on settled_on transferred_on failed_on returned_on due_on grid_id"
)
_DISPUTES = f"""
{_DISPUTE_COLUMNS}
D01 neighbours reported people village - 03-01 03-01 - 03-05 - - 03-20 - G1
D02 neighbours discovered people town - 03-02T08:00 03-02 - 03-12 - - - - G1
D03 labour reported - - - 03-03 03-03 - - - - - - G1
D04 contract reported police - right 03-04 03-05 - - 03-10 - - - G2
D05 marriage_family reported - - - 03-31T23:59 - - - - - - - G2
D06 labour reported police county - 02-28T23:59 03-01 - 03-31 - - - - G3
D07 neighbours reported - - - 02-20 02-25 - - - - - - G3
D08 damages discovered - - - 03-10 03-10 - - - 03-20 - - G5
D09 neighbours reported joint - - 03-15 03-16 03-17 - - - - 03-25 G5
D10 consumer reported people village - 02-01 02-01 - 03-01 - - - - G5
D11 neighbours reported court court - 03-20T12:00 03-20 - 03-20 - - - - G7
D12 other reported people village - 2024-03-05 2024-03-05 - 2024-03-25 - - - - G1
D13 labour discovered people town - 2024-03-31T23:00 2024-04-01 - 2024-04-10 - - - - G3
D14 labour reported - - lapse 2024-04-01 2024-04-02 - - 2024-05-01 - - - G3
D15 neighbours reported - - - 03-08 - - - - - - - -
D16 other reported people village - 2024-01-15 2024-01-15 - 2024-02-01 - - - - G8
"""
_HAZARDS = """
record_id class grade source found_at notified_on rectifying_on rectified_on verified_on due_on grid_id
H1 fire general reported 03-01 03-02 03-03 03-10 03-12 - G1
H2 gas major discovered 02-20 02-21 - - - - G2
H3 fire major reported 03-05 - - - - 03-31 G3
H4 road general discovered 03-10 03-10 - 03-30 - - G5
H5 electrical general reported 03-25 - - - - - G7
H6 school general reported 2024-03-10 - - 2024-03-20 - - G1
"""
_INCIDENTS = """
record_id class subclass source found_at grid_id
I1 fraud telecom reported 03-03T10:30 G1
I2 fraud - discovered 03-04T10:00 G1
I3 theft burglary reported 03-29T02:00 G5
I4 theft vehicle reported 2024-03-02T02:00 G5
I5 drugs - reported 02-10T12:00 G7
"""
_OFFICERS = """
post_id role station_id hours_per_week
P1 community_officer S1 40
P2 auxiliary_officer S1 20
P3 grid_worker S2 20
P4 police_assistant S3 10
P5 community_officer S2 40
"""
_ASSIGNMENTS = """
post_id grid_id from_on until_on share
P1 G1 2024-01-01 - 0.5
P1 G2 2024-01-01 - 0.25
P1 G3 2024-01-01 - 0.25
P2 G1 2025-03-11 - 1
P2 G4 2024-01-01 2025-03-11 1
P3 G5 2024-01-01 - 1
P4 G7 2025-03-01 2025-03-06 1
P4 G7 2025-03-03 2025-03-08 1
P4 G7 2025-03-31 - 1
P4 G6 2025-05-01 - 1
"""
_VISITS = """
grid_id month households_visited requests_handled
G1 2025-02-01 50 2
G1 2025-03-01 100 5
G3 2025-03-01 30 1
G5 2025-03-01 20 0
"""
_GROUPS = """
group_id grid_id month members shifts
g1 G1 2025-02-01 10 4
g1 G1 2025-03-01 12 5
g2 G5 2025-03-01 5 2
"""
_SURVEYS = """
station_id kind from_on until_on respondents score
S1 security 2025-01-01 2025-04-01 100 80
S2 security 2025-01-01 2025-04-01 50 95
S1 satisfaction 2024-12-01 2025-03-01 10 70
"""


def tiny_rules() -> Rules:
    """The rules delivered, but a community officer may look after two grids alone."""
    rules = load_rules()
    most = MappingProxyType({**rules.coverage.max_grids_per_post, "community_officer": 2})
    return replace(rules, coverage=replace(rules.coverage, max_grids_per_post=most))


def tiny_layers() -> dict[str, pd.DataFrame]:
    """All layers of the tiny county, as they are published."""
    grids = _typed("grids", _GRIDS)
    squares = [shapely.box(120 + 0.01 * i, 30, 120.01 + 0.01 * i, 30.01) for i in range(len(grids))]
    shapes = gpd.GeoSeries(squares, crs="EPSG:4326")
    layers = {"grids": gpd.GeoDataFrame(grids.assign(name=grids["grid_id"] + "格", name_en=None), geometry=shapes)}
    parents = {"villages": (("V1", "S1"), ("V2", "S1"), ("V3", "S2"), ("V4", "S3")), "stations": ("S1", "S2", "S3")}
    villages = pd.DataFrame(parents["villages"], columns=["village_id", "station_id"])
    layers["villages"] = _merged(layers["grids"].dissolve("village_id").geometry, villages.set_index("village_id"))
    layers["stations"] = _merged(
        layers["villages"].dissolve("station_id").geometry, pd.DataFrame({"county_id": "C"}, index=["S1", "S2", "S3"])
    )
    county = gpd.GeoSeries([shapely.union_all(squares)], index=pd.Index(["C"], name="county_id"), crs="EPSG:4326")
    layers["counties"] = _merged(county, pd.DataFrame(index=county.index))
    events = {"disputes": _DISPUTES, "hazards": _HAZARDS, "incidents": _INCIDENTS}
    layers |= {name: placed_records(name, text) for name, text in events.items()}
    tables = {
        "officers": _OFFICERS,
        "assignments": _ASSIGNMENTS,
        "visits": _VISITS,
        "groups": _GROUPS,
        "surveys": _SURVEYS,
    }
    return layers | {name: _typed(name, text) for name, text in tables.items()}


def _typed(layer: str, text: str) -> pd.DataFrame:
    table = pd.read_csv(io.StringIO(text), sep=" ", dtype="str", na_values="-", keep_default_na=False)
    typed = {name: dtype for name, dtype in LAYERS[layer].dtypes.items() if name in table.columns}
    for name in [name for name, dtype in typed.items() if dtype.startswith("datetime64")]:
        full = table[name].where(table[name].isna() | table[name].str.match(r"\d{4}-"), "2025-" + table[name])
        table[name] = pd.to_datetime(full, format="ISO8601")
    for name in [name for name, dtype in typed.items() if dtype in ("Int64", "float64")]:
        table[name] = pd.to_numeric(table[name])
    return table.astype(typed)


def placed_records(layer: str, text: str) -> pd.DataFrame:
    """Records of an event layer from their table as text, every one in the middle of its grid."""
    events, grids = _typed(layer, text), _typed("grids", _GRIDS)
    position = pd.Index(grids["grid_id"]).get_indexer(events["grid_id"])
    inside = pd.Series(position >= 0)
    return events.assign(
        lon=(120.005 + 0.01 * pd.Series(position)).where(inside),
        lat=pd.Series(30.005, index=events.index).where(inside),
        placed=pd.Series("inside", index=events.index).where(inside, "no_coordinates"),
    )


def _merged(shapes: gpd.GeoSeries, columns: pd.DataFrame) -> gpd.GeoDataFrame:
    key = str(shapes.index.name)
    table = columns.reindex(shapes.index).assign(name=lambda rows: rows.index + "名", name_en=None)
    return gpd.GeoDataFrame(table.rename_axis(key).reset_index(), geometry=shapes.to_numpy(), crs="EPSG:4326")
