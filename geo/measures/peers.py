"""Peer groups: the areas most alike by what they did not choose, so that like is compared with like."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.areas import area_table, levels
from geo.codes import code_list
from geo.errors import ViewError
from geo.measures.figures import make_table, share
from geo.measures.intervals import Floats
from geo.measures.rows import grid_areas
from geo.measures.table import LINEAGE, Table
from geo.rules import Rules, load_rules
from geo.store import Release

__all__ = ["ASPECTS", "Peers", "find_peers", "peer_groups", "profile_areas"]

Bools = npt.NDArray[np.bool_]

#: What areas are alike in, each of the same weight.
ASPECTS = ("density", "households", "floating_share", "grid_kinds")
#: Areas are compared by at least so many aspects that both tell of: by fewer they would be alike for want of figures.
_FEWEST_ASPECTS = 2
#: Areas whose distances to all others are held at a time.
_BLOCK = 256


class Peers(NamedTuple):
    """The areas most alike, nearest first: arrays of areas × k, and which figures were missing, of areas × aspects.

    ``position`` is -1 and ``distance`` NaN where there are fewer than k areas to compare with. A distance of 1 is that
    of two areas as far apart as any two are on average.
    """

    position: npt.NDArray[np.int64]
    distance: Floats
    missing: Bools


def find_peers(aspects: Mapping[str, npt.ArrayLike], *, k: int, fewest: int = _FEWEST_ASPECTS) -> Peers:
    """Return for each area the k others most alike.

    The squared difference of two areas in an aspect is divided by its mean over all pairs of areas, so that each aspect
    weighs the same whatever its unit and however many columns it has; for a single column that is the difference in
    standard deviations. The distance is the root of the mean over the aspects that both areas tell of.

    Parameters
    ----------
    aspects
        Figures by aspect: an array of areas, or of areas × columns (such as shares of kinds) that belong together. A
        row with a NaN is missing.
    k
        Number of peers, 1 or more.
    fewest
        Areas are compared when both tell of at least so many aspects.

    Returns
    -------
    Peers
        Areas equally far come in the order of their positions.

    Raises
    ------
    ValueError
        When k is less than 1 or the aspects are of different lengths.

    Notes
    -----
    Standardised Euclidean distance, with missing figures as in Gower, J. C. (1971), A general coefficient of similarity
    and some of its properties, Biometrics 27, 857-871.

    Examples
    --------
    >>> peers = find_peers({"density": [1, 2, 3, 9], "floating_share": [0, 0, 0.5, 1]}, k=2)
    >>> peers.position.tolist(), peers.distance[0].round(2).tolist()
    ([[1, 2], [0, 2], [1, 0], [2, 1]], [0.14, 0.59])
    """
    columns = [np.asarray(figures, dtype=np.float64) for figures in aspects.values()]
    columns = [figures.reshape(len(figures), -1) for figures in columns]
    if k < 1 or not columns or len({len(figures) for figures in columns}) > 1:
        raise ValueError(f"{k} peers by {len(columns)} aspects. Remedy: 1 or more, and figures of the same areas.")
    scaled = [_scaled(figures) for figures in columns]
    missing = np.column_stack([np.isnan(figures).any(axis=1) for figures in columns])
    n = len(missing)
    position, distance = np.full((n, k), -1, dtype=np.int64), np.full((n, k), np.nan)
    for start in range(0, n, _BLOCK):
        block = np.arange(start, min(start + _BLOCK, n))
        apart = _distances(scaled, missing, block, fewest=fewest)
        nearest = np.argsort(apart, axis=1, kind="stable")[:, :k]
        found = np.take_along_axis(apart, nearest, axis=1)
        width = nearest.shape[1]
        position[block, :width] = np.where(np.isfinite(found), nearest, -1)
        distance[block, :width] = np.where(np.isfinite(found), found, np.nan)
    return Peers(position, distance, missing)


def _scaled(figures: Floats) -> Floats:
    """Return figures whose squared differences are 1 on average over all pairs of areas; 0 where all are the same."""
    known = figures[~np.isnan(figures).any(axis=1)]
    # The mean squared difference of all pairs is twice the variance.
    spread = np.sqrt(2 * known.var(axis=0, ddof=1).sum()) if len(known) > 1 else 0.0
    middle = known.mean(axis=0) if len(known) else 0.0
    apart = figures - middle
    # What differs by rounding alone is the same.
    return apart / spread if spread > 1e-12 * np.abs(known).max(initial=0.0) else apart * 0.0


def _distances(scaled: list[Floats], missing: Bools, block: npt.NDArray[np.int64], *, fewest: int) -> Floats:
    """Return the distances of a block of areas to all; infinite to itself and to those it can't be compared with."""
    n = len(missing)
    total, told = np.zeros((len(block), n)), np.zeros((len(block), n))
    for figures, unknown in zip(scaled, missing.T, strict=True):
        both = ~unknown[block][:, np.newaxis] & ~unknown
        squares = sum((np.subtract.outer(column[block], column) ** 2 for column in figures.T), np.zeros(both.shape))
        total += np.where(both, squares, 0.0)
        told += both
    apart = np.where(told >= max(fewest, 1), np.sqrt(total / np.maximum(told, 1)), np.inf)
    apart[np.arange(len(block)), block] = np.inf
    return apart


def profile_areas(release: Release, *, level: str = "station") -> dict[str, Floats]:
    """Return what areas of a level are compared by, in the order of `geo.areas.area_table`.

    Returns
    -------
    dict
        By `ASPECTS`: ``density``, the logarithm of one more than residents per km²; ``households``, that of one more
        than their number; ``floating_share``, floating people of all who live there; ``grid_kinds``, areas × kinds, the
        share of each kind among the grids that tell theirs. Logarithms, as twice as many is as much of a difference
        from 100 as from 1,000. NaN where figures are missing.

    Raises
    ------
    ViewError
        When the release has no areas of the level.
    """
    if level not in levels(release):
        raise ViewError(f"Release {release.number} has no areas of level {level!r}. Remedy: use one that it has.")
    areas = area_table(release)
    areas = areas[areas["level"] == level]
    residents, households, floating = (
        areas[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("residents", "households", "floating")
    )
    per_km2 = share(residents, areas["area_km2"])
    return {
        "density": np.log1p(per_km2),
        "households": np.log1p(households),
        "floating_share": share(floating, residents + floating),
        "grid_kinds": _kind_shares(release, level, areas["area_id"]),
    }


def _kind_shares(release: Release, level: str, area_ids: pd.Series[str]) -> Floats:
    kinds = list(code_list("grid_kind"))
    if "grid" not in levels(release):
        return np.full((len(area_ids), len(kinds)), np.nan)
    grids = grid_areas(release)
    kind = pd.Index(kinds).get_indexer(pd.Index(grids["kind"]))
    row = pd.Index(area_ids).get_indexer(pd.Index(grids[f"{level}_id"]))
    told = (kind >= 0) & (row >= 0)
    counts = np.bincount(row[told] * len(kinds) + kind[told], minlength=len(area_ids) * len(kinds))
    by_area = counts.reshape(len(area_ids), len(kinds))
    return share(by_area, by_area.sum(axis=1, keepdims=True) * np.ones(len(kinds)))


def peer_groups(
    release: Release,
    *,
    level: str = "station",
    area: str | None = None,
    k: int | None = None,
    rules: Rules | None = None,
) -> Table:
    """Return the peer group of each area of a level.

    Parameters
    ----------
    level
        Whose areas are compared with each other.
    area
        Whose areas alone have rows, among all that they are compared with; None for all.
    k
        Number of peers of each; as the rules say by default.
    rules
        Those delivered by default.

    Returns
    -------
    Table
        One row per area and peer: ``area_id``, ``place`` (1 is the nearest), ``peer_id``, ``missing`` (the `ASPECTS`
        that one of the two does not tell of, so that they were not compared by them; with commas), and ``distance`` (1
        is as far apart as any two areas are on average). An area that can be compared with none has no row. Lineage is
        that of the area.

    Raises
    ------
    ViewError
        When the release has no areas of the level.
    """
    rules = rules or load_rules()
    profiles = profile_areas(release, level=level)
    peers = find_peers(profiles, k=rules.standing.peers if k is None else k)
    areas = area_table(release)
    areas = areas[areas["level"] == level].reset_index(drop=True)
    wanted = peers.position >= 0
    if area is not None:
        wanted &= (areas[list(LINEAGE)] == area).any(axis=1).to_numpy()[:, np.newaxis]
    row, place = np.nonzero(wanted)
    peer = peers.position[row, place]
    untold = [", ".join(compress(profiles, missing)) for missing in peers.missing[row] | peers.missing[peer]]
    labels = {
        "area_id": areas["area_id"].array[row],
        "place": place + 1,
        "peer_id": areas["area_id"].array[peer],
        "missing": pd.array(untold, dtype="str"),
    }
    columns = {"distance": peers.distance[row, place]}
    lineage = areas[list(LINEAGE)].iloc[row]
    return make_table(release, rules, "peers", columns, labels=labels, lineage=lineage)
