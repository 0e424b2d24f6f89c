"""Fenglin County 枫林县: a county that does not exist, made from a seed, to try the product on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.demo.areas import Made, Planted, make_areas, make_county, planted_of
from geo.demo.background import make_background
from geo.demo.events import make_records, place_all
from geo.demo.names import words
from geo.demo.service import make_designations, make_groups, make_places, make_surveys, make_visits
from geo.demo.staff import make_staff
from geo.demo.truths import load_rates
from geo.store import Release, Store

__all__ = ["Demo", "Planted", "fill_county", "generate", "make_demo"]

Progress = Callable[[float, str], None]

TIME_ZONE = "Asia/Shanghai"
SOURCE = "Made up from a seed; no such county exists. | 虚构数据，并无此县。"


@dataclass(frozen=True)
class Demo:
    """The layers of the demo, and where in them its truths were planted."""

    layers: dict[str, pd.DataFrame]
    planted: Planted


def make_demo(store: Store, *, seed: int = 1, progress: Progress | None = None) -> Release:
    """Make the demo county and publish it as one release.

    Parameters
    ----------
    store
        Where to publish. Layers of other data there are replaced.
    seed
        The same seed makes the same county.
    progress
        Called with the share done (0 to 1) and what is being made.

    Returns
    -------
    Release
        The release, marked as made up.
    """
    tell = progress or _quiet
    demo = generate(seed, progress=lambda done, what: tell(0.8 * done, what))
    tell(0.8, "publishing")
    name = words()["county"]["name"]
    release = store.publish(
        demo.layers,
        as_of=load_rates()["as_of"],
        time_zone=TIME_ZONE,
        title=f"{name['en']} (made up)",
        title_zh=f"{name['zh']}（虚构）",
        made_up=True,
        note=f"demo, seed {seed}",
        sources=dict.fromkeys(demo.layers, SOURCE),
        replace_all=True,
        codes="cn",
    )
    tell(1.0, "done")
    return release


def generate(seed: int, *, progress: Progress | None = None) -> Demo:
    """Make all layers of the demo county without storing them.

    Parameters
    ----------
    seed
        The same seed makes the same layers, on any machine with the same versions.
    progress
        Called with the share done (0 to 1) and what is being made.
    """
    tell = progress or _quiet
    tell(0.0, "land and borders")
    return fill_county(make_county(seed), seed=seed, progress=tell)


def fill_county(made: Made, *, seed: int, progress: Progress | None = None) -> Demo:
    """Lay out a county's areas and make its background, records, posts and services.

    Parameters
    ----------
    made
        The county.
    seed
        The same seed makes the same records.
    progress
        Called with the share done, from 0.45 to 0.9, and what is being made.
    """
    tell = progress or _quiet
    layers: dict[str, pd.DataFrame] = dict(make_areas(made))
    tell(0.45, "rivers and roads")
    layers["background"] = make_background(made.county.land)
    streams = np.random.default_rng([seed, 2]).spawn(8)
    tell(0.6, "disputes, hazards, incidents")
    points = make_records(made.county, streams[:3])
    points["places"] = make_places(made.county, made.villages, streams[3])
    tell(0.75, "placing records in grids")
    layers |= place_all(points, layers["grids"])
    tell(0.9, "officers and services")
    staff = make_staff(made.county, streams[4])
    tables = {
        "officers": staff.officers,
        "assignments": staff.assignments.drop(columns="role"),
        "visits": make_visits(made.county, staff, streams[5]),
        "groups": make_groups(made.county, streams[6]),
        "surveys": make_surveys(made.county, streams[7]),
        "designations": make_designations(made.county),
    }
    codes = {"grid": np.array(made.grids.code), "station": np.array(made.stations.code)}
    layers |= {name: _coded(frame, codes) for name, frame in tables.items()}
    return Demo(layers, planted_of(made, staff))


def _coded(frame: pd.DataFrame, codes: dict[str, Any]) -> pd.DataFrame:
    """Put codes in the place of positions."""
    places = {name: codes[name][frame[name].to_numpy()] for name in codes if name in frame}
    return frame.assign(**places).rename(columns={name: f"{name}_id" for name in places})


def _quiet(done: float, what: str) -> None:
    """Tell nobody."""
