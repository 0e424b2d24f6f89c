"""Incidents, with the planted hot spot, the burglars who come back and the border full of points."""

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from geo.demo.geometry import around, to_lonlat, to_metres
from geo.demo.records import County, Records, draw_records
from geo.demo.terrain import Floats, Ints
from geo.demo.timing import Moments, calendar, draw_moments, hour_weights, on_days
from geo.demo.truths import load_rates


def make_incidents(county: County, rng: np.random.Generator) -> tuple[Records, pd.DataFrame]:
    """Draw incidents and plant what is true on purpose.

    Returns
    -------
    tuple
        The records, and a frame of their other columns in the same order.
    """
    records = draw_records("incidents", county, rng)
    records = _hot_spot(county, rng).after(records)
    records = _near_repeats(records, county, rng).after(records)
    records = _on_border(county, rng).after(records)
    subclass = pd.Series(records.subclass, dtype="str")
    return records, pd.DataFrame({"subclass": subclass.where(subclass != "none")})


def _record_of(classes: str, subclass: str, grid: Ints, spot: Floats, found_at: Moments) -> Records:
    name, part, source = (np.full(len(grid), value, dtype="U24") for value in (classes, subclass, "reported"))
    return Records(name, part, source, found_at, grid, spot)


def _hot_spot(county: County, rng: np.random.Generator) -> Records:
    """Draw the extra thefts: most near the market, none beyond the radius."""
    truth, known = county.truths.hot_spot, calendar()
    after = known.days >= np.datetime64(truth.start, "D")
    count = int(rng.poisson(truth.per_day * after.sum()))
    rates = load_rates()["incidents"]["classes"]["theft"]["subclasses"][truth.subclass]
    found = draw_moments(after.astype(float), hour_weights(rates["hours"]), count, rng)
    middle = hot_spot_middle(county)
    spot = to_lonlat(around(middle, truth.radius_m * 0.98 * rng.random(count) ** 0.75, rng))
    return _record_of("theft", truth.subclass, np.full(count, county.population.seat_market), spot, found)


def hot_spot_middle(county: County) -> Floats:
    """Return the middle of the market where the hot spot lies, in local metres."""
    return np.asarray(county.land.grid_centres[county.population.seat_market])


def _near_repeats(records: Records, county: County, rng: np.random.Generator) -> Records:
    """Let a share of the burglaries be followed by another one near by and soon after."""
    truth = county.truths.near_repeat
    burglaries = np.flatnonzero(records.subclass == truth.subclass)
    chosen = burglaries[rng.random(len(burglaries)) < truth.share]
    wait = rng.integers(1, truth.within_days + 1, len(chosen)).astype("timedelta64[D]")
    day = records.found_at[chosen].astype("datetime64[D]") + wait
    known = day <= calendar().last
    origin = records.take(chosen[known])
    hours = hour_weights(load_rates()["incidents"]["classes"]["theft"]["subclasses"][truth.subclass]["hours"])
    near = around(to_metres(origin.spot), truth.within_m * 0.97 * np.sqrt(rng.random(len(origin))), rng)
    return replace(origin, spot=to_lonlat(near), found_at=on_days(day[known], hours, rng))


def _on_border(county: County, rng: np.random.Generator) -> Records:
    """Put conflicts of the last year exactly on vertices of one common border."""
    pair, vertices = shared_border(county)
    count = county.truths.border.records
    days = calendar().days[-365:]
    hours = hour_weights(load_rates()["incidents"]["classes"]["conflict"]["subclasses"]["none"]["hours"])
    found = on_days(rng.choice(days, count), hours, rng)
    return _record_of("conflict", "none", np.full(count, pair[0]), vertices[np.arange(count) % len(vertices)], found)


def shared_border(county: County) -> tuple[tuple[int, int], Floats]:
    """Find the two village grids with the most common vertices that touch no third grid.

    Returns
    -------
    tuple
        The two grids, the one with the smaller code first, and the vertices in lon/lat.
    """
    points, owner = shapely.get_coordinates(county.land.grids, return_index=True)
    _, vertex = np.unique(np.round(points * 1e6).astype(np.int64), axis=0, return_inverse=True)
    held = np.unique(np.column_stack([vertex, owner]), axis=0)
    grids_of = np.bincount(held[:, 0])
    double = held[grids_of[held[:, 0]] == 2][:, 1].reshape(-1, 2)
    at = held[grids_of[held[:, 0]] == 2][::2, 0]
    village = (county.population.kind[double] == "village").all(axis=1)
    pairs, place, size = np.unique(double[village], axis=0, return_inverse=True, return_counts=True)
    longest = int(np.argmax(size))
    chosen = at[village][place.ravel() == longest]
    first = np.unique(vertex, return_index=True)[1]
    small, large = sorted(pairs[longest].tolist(), key=lambda grid: county.grid_id[grid])
    return (small, large), points[first[chosen]]
