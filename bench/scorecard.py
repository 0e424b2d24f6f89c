"""How long the demo county's scorecard takes, beside figures of the same indicators by plain groupby.

``python -m bench.scorecard`` prints a JSON line: seconds of all 28 indicators of every station with interval, goal,
change, peers and trend, read for the first time and then again; and seconds of the plain way, which tells of eight of
them no more than the value, from frames that are read already. Both have to tell the same values.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from geo.demo import make_demo
from geo.measures import scorecard
from geo.store import Release, Store, read_layer
from geo.view import Period, View

_SEED = 1
_REPEATS = 5
_VIEW = View(Period("2025"), level="station")
_LAYERS = ("grids", "disputes", "hazards", "incidents", "visits")


def main(arguments: list[str] | None = None) -> int:
    """Print the line; 1 if the two ways differ."""
    del arguments
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Store(Path(folder)), seed=_SEED)
        release = Store(Path(folder)).current()
        if release is None:
            raise ValueError("the demo published no release")
        start = time.perf_counter()
        card = scorecard(release, _VIEW).frame
        first = time.perf_counter() - start
        again = min(_timed(lambda: scorecard(release, _VIEW)) for _ in range(_REPEATS))
        layers = {name: pd.DataFrame(read_layer(release, name)) for name in _LAYERS}
        plain = min(_timed(lambda: plain_figures(layers, release)) for _ in range(_REPEATS))
        differ = _differences(card, plain_figures(layers, release))
    line = {
        "bench": "scorecard",
        "case": "the demo county by station",
        "seconds_first": round(first, 3),
        "seconds_again": round(again, 3),
        "figures": len(card),
        "plain_seconds": round(plain, 3),
        "plain_figures": 8 * card["area_id"].nunique(),
        "differ": differ,
    }
    print(json.dumps(line), flush=True)
    return int(bool(differ))


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def plain_figures(layers: Mapping[str, pd.DataFrame], release: Release) -> pd.DataFrame:
    """Return eight indicators of each station by groupby, values alone: no intervals, no trend, no peers."""
    grids = layers["grids"]
    station = grids.set_index("grid_id")["station_id"]
    events = {name: layers[name].assign(station=layers[name]["grid_id"].map(station)) for name in _LAYERS[1:]}
    residents, households = (grids.groupby("station_id")[name].sum() for name in ("residents", "households"))
    last = pd.Timestamp(release.as_of)
    accepted = _of_year(events["disputes"], "accepted_on")
    cohort, settled = accepted.groupby("station"), accepted[accepted["settled_on"] <= last].groupby("station")
    return pd.DataFrame(
        {
            "settled_share": settled.size() / cohort.size(),
            "right_share": accepted["transfer"].eq("right").groupby(accepted["station"]).mean(),
            "lapse_share": accepted["transfer"].eq("lapse").groupby(accepted["station"]).mean(),
            "village_share": settled["settled_at"].agg(lambda levels: levels.eq("village").mean()),
            "disputes_reported": _reported(events["disputes"]) / residents * 1000,
            "theft": _reported(events["incidents"], "theft") / residents * 1000,
            "fraud": _reported(events["incidents"], "fraud") / residents * 1000,
            "visited_share": _of_year(events["visits"], "month").groupby("station")["households_visited"].sum()
            / households,
        }
    )


def _of_year(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    found: pd.DataFrame = frame[frame[column].dt.year == int(_VIEW.period.text)]
    return found


def _reported(frame: pd.DataFrame, code: str | None = None) -> pd.Series[int]:
    found = _of_year(frame, "found_at")
    chosen = found["source"].eq("reported") & (True if code is None else found["class"].eq(code))
    return found[chosen].groupby("station").size()


def _differences(card: pd.DataFrame, plain: pd.DataFrame) -> list[str]:
    ours = card.pivot(index="area_id", columns="indicator", values="value").reindex(plain.index)[list(plain)]
    apart = ~np.isclose(ours.to_numpy(dtype=float), plain.to_numpy(dtype=float), rtol=1e-9)
    return [str(name) for name, any_apart in zip(plain, apart.any(axis=0), strict=True) if any_apart]


if __name__ == "__main__":
    raise SystemExit(main())
