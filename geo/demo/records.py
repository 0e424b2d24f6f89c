"""Draws plain records of a layer: class, source, moment and spot; what becomes of them is told by their layer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.demo.addresses import Spots
from geo.demo.geometry import Land
from geo.demo.population import Population
from geo.demo.terrain import Floats, Ints
from geo.demo.timing import calendar, day_weights, draw_moments, hour_weights
from geo.demo.truths import Truths, load_rates

Texts = NDArray[np.str_]


@dataclass(frozen=True)
class County:
    """What records are drawn from."""

    land: Land
    population: Population
    spots: Spots
    truths: Truths
    grid_id: Texts
    """Code of each grid."""
    station_place: Ints
    """Place of each station in the list of names, from 1."""


@dataclass(frozen=True)
class Records:
    """Records in no order; ``spot`` is lon/lat, ``grid`` the grid each was drawn for."""

    classes: Texts
    subclass: Texts
    source: Texts
    found_at: NDArray[np.datetime64]
    grid: Ints
    spot: Floats

    def __len__(self) -> int:
        """Count the records."""
        return len(self.grid)

    def take(self, places: NDArray[np.integer]) -> "Records":
        """Choose records by place."""
        return replace(self, **{name: getattr(self, name)[places] for name in self.__dataclass_fields__})

    def after(self, others: "Records") -> "Records":
        """Append these records to others."""
        names = self.__dataclass_fields__
        return Records(**{name: np.concatenate([getattr(others, name), getattr(self, name)]) for name in names})


def draw_records(layer: str, county: County, rng: np.random.Generator, *, count: int | None = None) -> Records:
    """Draw the records of a layer, sorted by nothing.

    Parameters
    ----------
    layer
        Section of data/demo/rates.toml.
    county
        Grids, their people and their spots.
    rng
        Source of all chance.
    count
        Number of records; what rates.toml says when not given.
    """
    rates = load_rates()[layer]
    busy = county.population.weight * rng.lognormal(0.0, 0.3, len(county.population.kind))
    groups = list(_groups(rates))
    weight = np.array([group["weight"] for group in groups])
    sizes = rng.multinomial(count or int(rates["records"]), weight / weight.sum())
    drawn = [_draw_group(group, int(size), rates, busy, county, rng) for group, size in zip(groups, sizes, strict=True)]
    names = Records.__dataclass_fields__
    return Records(**{name: np.concatenate([getattr(one, name) for one in drawn]) for name in names})


def _groups(rates: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """List each class, and source apart: whoever finds a thing finds it at other hours than who reports it."""
    for name, one in rates["classes"].items():
        inner = one.get("subclasses", {"none": one})
        total = sum(sub["weight"] for sub in inner.values())
        found = one.get("discovered", rates["discovered"])
        for subclass, sub in inner.items():
            for source, share in (("reported", 1 - found), ("discovered", found)):
                weight = one["weight"] * (sub["weight"] / total) * share
                yield {**sub, "class": name, "subclass": subclass, "source": source, "weight": weight}


def _draw_group(
    group: Mapping[str, Any],
    size: int,
    rates: Mapping[str, Any],
    busy: Floats,
    county: County,
    rng: np.random.Generator,
) -> Records:
    kinds = group.get("kinds", {})
    times = np.array([kinds.get(kind, 1.0) for kind in county.population.kind.tolist()])
    grid = rng.choice(len(busy), size, p=busy * times / (busy * times).sum())
    discovered = group["source"] == "discovered"
    days = day_weights(rates, group, discovered=discovered)
    rising = county.truths.rising_fraud
    if group["subclass"] == rising.subclass:
        days = days * rising.growth_per_month ** calendar().months_since(rising.start)
    peaks = load_rates()["discovered"]["hours"] if discovered else group["hours"]
    moments = draw_moments(days, hour_weights(peaks), size, rng)
    spot = county.spots.draw(grid, rng) + rng.normal(0, 4e-5, (size, 2))
    constant = {name: np.full(size, group[name], dtype="U24") for name in ("class", "subclass", "source")}
    return Records(constant["class"], constant["subclass"], constant["source"], moments, grid, np.round(spot, 6))
