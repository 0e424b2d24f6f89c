"""New borders: which grids were split, merged, moved or renamed, and how many records changed hands by that.

Grids are told by the land they hold, measured in an equal-area projection, not by their codes:

* an old grid is **split** if at least two new ones have most of their land (over half) from it;
* old grids are **merged** if at least two of them have most of their land in one new grid;
* otherwise an old and a new grid are the same one if most of the land of each is the other's, or of one of them where
  the code is the same. Its border has **moved**
  if less than 99.5 % of the land that either holds is in both (what is above comes of drawing the same line twice), or
  if a record changed hands over it; it is **renamed** if its border stays, and its code or its name does not;
* a grid of which nothing of this holds is **new**, or **gone**.

Splits and merges may share grids: a village cut up among its neighbours is both.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.crs import layer_bounds, project_geometries, working_crs
from geo.layers import LAYERS

__all__ = ["BorderChange", "Borders", "compare_grids", "count_moves", "find_borders"]

Kind = Literal["split", "merged", "moved", "renamed", "new", "gone", "same"]
_Flows: TypeAlias = Mapping[tuple[str, str], int]

MOST = 0.5
"""Share of a grid's land above which it is most of it."""
SAME_BORDER = 0.995
"""Share of the land of either that must be in both for a border to stay."""
NAMED_PART = 0.05
"""Share of a grid's land from which a part is named where a grid is new or gone."""

_KINDS: tuple[Kind, ...] = ("split", "merged", "moved", "renamed", "new", "gone")
_M2_PER_KM2 = 1e6
_LISTED = 10


@dataclass(frozen=True)
class BorderChange:
    """What became of some grids.

    Parameters
    ----------
    kind
        What happened.
    before, after
        Codes of the old and the new grids it happened to.
    area_before_km2, area_after_km2
        Their land.
    in_both
        Share of the land of either that is in both.
    records_before, records_after
        Records in the old grids then, and in the new ones now; of those that are in both releases at the same place.
    left, joined
        Of these, records that were in the old grids and are in none of the new ones now; and the other way round.
    recoded
        Records that were in the old grids and are in the new ones, under another code.
    """

    kind: Kind
    before: tuple[str, ...]
    after: tuple[str, ...]
    area_before_km2: float
    area_after_km2: float
    in_both: float
    records_before: int = 0
    records_after: int = 0
    left: int = 0
    joined: int = 0
    recoded: int = 0


@dataclass(frozen=True)
class Borders:
    """How the grids of a release differ from those before.

    Parameters
    ----------
    unchanged
        Grids whose border, code and name stay.
    changes
        What became of the others, in the order of kinds and codes.
    changed_hands
        Layer → records that are in another grid than before, though they lie where they lay. A grid that has but
        another code is no other grid.
    compared
        Layer → records that are in both releases at the same place.
    """

    unchanged: int
    changes: tuple[BorderChange, ...]
    changed_hands: Mapping[str, int]
    compared: Mapping[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "unchanged": self.unchanged,
            "changes": [_rounded(change) for change in self.changes],
            "changed_hands": dict(self.changed_hands),
            "compared": dict(self.compared),
        }

    def lines(self) -> list[str]:
        """Return the report in lines to read."""
        counts = Counter(change.kind for change in self.changes)
        told = [f"{self.unchanged:,} as before", *(f"{counts[kind]:,} {kind}" for kind in _KINDS if counts[kind])]
        lines = [f"borders: {', '.join(told)}"]
        for kind in _KINDS:
            some = [change for change in self.changes if change.kind == kind]
            lines += [f"  {_in_words(change)}" for change in some[:_LISTED]]
            lines += [f"  {kind}: {len(some) - _LISTED:,} more"] if len(some) > _LISTED else []
        for layer, count in self.changed_hands.items():
            lines.append(f"  changed hands {count:>9,}  {layer}, of {self.compared[layer]:,} that lie where they lay")
        return lines


def find_borders(
    before: gpd.GeoDataFrame,
    after: gpd.GeoDataFrame,
    records_before: Mapping[str, pd.DataFrame],
    records_after: Mapping[str, pd.DataFrame],
) -> Borders:
    """Tell what became of grids and of the records in them.

    Parameters
    ----------
    before, after
        Grids in EPSG:4326: ``grid_id``, ``name`` and geometry.
    records_before, records_after
        Layers of records placed in the old and in the new grids: their key, ``lon``, ``lat`` and ``grid_id``.
    """
    both = [name for name in records_before if name in records_after]
    flows = {name: count_moves(name, records_before[name], records_after[name]) for name in both}
    together = _Records.of(flows.values())
    changes = [_with_records(change, together) for change in compare_grids(before, after)]
    same_grid = {(one.before[0], one.after[0]) for one in changes if one.kind in ("same", "moved", "renamed")}
    hands = {
        name: sum(n for (old, new), n in flow.items() if old != new and (old, new) not in same_grid)
        for name, flow in flows.items()
    }
    return Borders(
        unchanged=sum(change.kind == "same" for change in changes),
        changes=tuple(change for change in changes if change.kind != "same"),
        changed_hands=hands,
        compared={name: sum(flow.values()) for name, flow in flows.items()},
    )


def compare_grids(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> list[BorderChange]:
    """Tell by the land they hold what became of grids; those that stay as they were are of kind ``same``.

    Parameters
    ----------
    before, after
        Grids in EPSG:4326: ``grid_id``, ``name`` and geometry; valid polygons, which may overlap a little.

    Returns
    -------
    list of BorderChange
        In the order of kinds and codes, without counts of records.

    Examples
    --------
    >>> west, east = shapely.box(120, 30, 120.1, 30.1), shapely.box(120.1, 30, 120.2, 30.1)
    >>> one = gpd.GeoDataFrame({"grid_id": ["a"], "name": "A"}, geometry=[west | east], crs=4326)
    >>> two = gpd.GeoDataFrame({"grid_id": ["a", "b"], "name": ["A", "B"]}, geometry=[west, east], crs=4326)
    >>> [(change.kind, change.before, change.after) for change in compare_grids(one, two)]
    [('split', ('a',), ('a', 'b'))]
    """
    overlap = _Overlap.measure(before, after)
    changes = [*overlap.splits(), *overlap.merges()]
    cut = {code for change in changes if change.kind == "split" for code in change.before}
    joined = {code for change in changes if change.kind == "merged" for code in change.after}
    changes += [one for one in overlap.pairs() if not {*one.before} & cut | {*one.after} & joined]
    told_before = {code for change in changes for code in change.before}
    told_after = {code for change in changes for code in change.after}
    changes += overlap.alone("gone", told_before)
    changes += overlap.alone("new", told_after)
    order = [*_KINDS, "same"]
    return sorted(changes, key=lambda change: (order.index(change.kind), change.before, change.after))


def count_moves(layer: str, before: pd.DataFrame, after: pd.DataFrame) -> _Flows:
    """Count records by their old and their new grid; only those that are in both, and lie where they lay.

    Parameters
    ----------
    layer
        The layer they are of.
    before, after
        Its key, ``lon``, ``lat`` and ``grid_id``.

    Returns
    -------
    Mapping
        (old grid, new grid) → records; the code is empty where a record lies in no grid.
    """
    key = LAYERS[layer].key[0]
    columns = [key, "lon", "lat", "grid_id"]
    joined = pd.DataFrame(before[columns]).merge(after[columns], on=key, suffixes=("", "_after"))
    stays = pd.Series(data=True, index=joined.index)
    for name in ("lon", "lat"):
        old, new = joined[name], joined[f"{name}_after"]
        stays &= (old == new) | (old.isna() & new.isna())
    pairs = joined.loc[stays, ["grid_id", "grid_id_after"]].fillna("")
    counts = pairs.value_counts(sort=False)
    return {(str(old), str(new)): int(n) for (old, new), n in zip(counts.index, counts, strict=True)}


@dataclass(frozen=True)
class _Overlap:
    """Land of n old and m new grids, and of the k pairs of them that share some, by old grid: all in m²."""

    old_codes: NDArray[np.object_]
    new_codes: NDArray[np.object_]
    old_names: NDArray[np.object_]
    new_names: NDArray[np.object_]
    old_area: NDArray[np.float64]
    new_area: NDArray[np.float64]
    old: NDArray[np.intp]
    new: NDArray[np.intp]
    shared: NDArray[np.float64]

    @classmethod
    def measure(cls, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> _Overlap:
        old_shapes, new_shapes = before.geometry.to_numpy(), after.geometry.to_numpy()
        crs = working_crs(layer_bounds(np.concatenate([old_shapes, new_shapes])))
        # Projected shapes of a hair's breadth may cross themselves.
        old_shapes, new_shapes = (
            shapely.make_valid(project_geometries(each, crs)) for each in (old_shapes, new_shapes)
        )
        old, new = _candidates(before, after, old_shapes, new_shapes)
        return cls(
            old_codes=before["grid_id"].to_numpy(object),
            new_codes=after["grid_id"].to_numpy(object),
            old_names=before["name"].to_numpy(object),
            new_names=after["name"].to_numpy(object),
            old_area=shapely.area(old_shapes),
            new_area=shapely.area(new_shapes),
            old=old,
            new=new,
            shared=shapely.area(shapely.intersection(old_shapes[old], new_shapes[new])),
        )

    @cached_property
    def most_of_old(self) -> NDArray[np.bool_]:
        """Pairs whose shared land is most of the old grid's."""
        return self.shared > MOST * self.old_area[self.old]

    @cached_property
    def most_of_new(self) -> NDArray[np.bool_]:
        """Pairs whose shared land is most of the new grid's."""
        return self.shared > MOST * self.new_area[self.new]

    @cached_property
    def goes_on(self) -> NDArray[np.bool_]:
        """Pairs of one code, where what is left is most of the old grid, or most of the new one."""
        same_code: NDArray[np.bool_] = self.old_codes[self.old] == self.new_codes[self.new]
        return same_code & (self.most_of_old | self.most_of_new)

    def splits(self) -> Iterator[BorderChange]:
        for old, pairs in _groups(self.old, self.most_of_new & ~self._elsewhere(self.new)):
            yield self._change("split", [old], self.new[pairs])

    def merges(self) -> Iterator[BorderChange]:
        for new, pairs in _groups(self.new, self.most_of_old & ~self._elsewhere(self.old)):
            yield self._change("merged", self.old[pairs], [new])

    def _elsewhere(self, of: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return pairs of a grid that goes on in another pair: it gained or lost land, and is no piece of another."""
        return np.isin(of, of[self.goes_on]) & ~self.goes_on

    def pairs(self) -> Iterator[BorderChange]:
        for pair in np.flatnonzero((self.most_of_old & self.most_of_new) | self.goes_on):
            old, new = self.old[pair], self.new[pair]
            change = self._change("same", [old], [new])
            if change.in_both < SAME_BORDER:
                change = replace(change, kind="moved")
            elif change.before != change.after or self.old_names[old] != self.new_names[new]:
                change = replace(change, kind="renamed")
            yield change

    def alone(self, kind: Literal["gone", "new"], told: set[str]) -> Iterator[BorderChange]:
        codes, area, of = (
            (self.old_codes, self.old_area, self.old) if kind == "gone" else (self.new_codes, self.new_area, self.new)
        )
        alone = [place for place, code in enumerate(codes) if code not in told]
        part = self.shared >= NAMED_PART * area[of]
        for one in alone:
            parts = np.flatnonzero((of == one) & part)
            old, new = ([one], self.new[parts]) if kind == "gone" else (self.old[parts], [one])
            yield self._change(kind, old, new)

    def _pairs_of(self, old: int) -> slice:
        """Return the pairs of an old grid; they lie together."""
        return slice(*np.searchsorted(self.old, [old, old + 1]))

    def _change(
        self, kind: Kind, old: Sequence[int] | NDArray[np.intp], new: Sequence[int] | NDArray[np.intp]
    ) -> BorderChange:
        area_before, area_after = float(self.old_area[old].sum()), float(self.new_area[new].sum())
        shared = sum(
            float(self.shared[pairs][np.isin(self.new[pairs], new)].sum()) for pairs in map(self._pairs_of, old)
        )
        return BorderChange(
            kind=kind,
            before=tuple(sorted(map(str, self.old_codes[old]))),
            after=tuple(sorted(map(str, self.new_codes[new]))),
            area_before_km2=area_before / _M2_PER_KM2,
            area_after_km2=area_after / _M2_PER_KM2,
            in_both=shared / (area_before + area_after - shared),
        )


def _candidates(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, old_shapes: NDArray[np.object_], new_shapes: NDArray[np.object_]
) -> NDArray[np.intp]:
    """Return pairs that may share land, old first; a grid that stays to the last point shares it with itself alone."""
    stays = pd.MultiIndex.from_arrays([before["grid_id"], before.geometry.to_wkb()]).isin(
        pd.MultiIndex.from_arrays([after["grid_id"], after.geometry.to_wkb()])
    )
    place = pd.Index(after["grid_id"]).get_indexer(before["grid_id"][stays])
    others_old, others_new = np.flatnonzero(~stays), np.setdiff1d(np.arange(len(after)), place)
    found = shapely.STRtree(new_shapes[others_new]).query(old_shapes[others_old], predicate="intersects")
    pairs = np.hstack([[np.flatnonzero(stays), place], [others_old[found[0]], others_new[found[1]]]])
    ordered: NDArray[np.intp] = pairs[:, np.lexsort((pairs[1], pairs[0]))]
    return ordered


def _groups(of: NDArray[np.intp], chosen: NDArray[np.bool_]) -> Iterator[tuple[int, NDArray[np.intp]]]:
    """Give each value that at least two of the chosen pairs have, and the places of these pairs."""
    places = np.flatnonzero(chosen)
    for value, count in zip(*np.unique(of[places], return_counts=True), strict=True):
        if count > 1:
            yield int(value), places[of[places] == value]


@dataclass(frozen=True)
class _Records:
    """Records by their old and new grid, each way."""

    from_old: Mapping[str, Mapping[str, int]]
    to_new: Mapping[str, int]

    @classmethod
    def of(cls, flows: Iterable[_Flows]) -> _Records:
        from_old: dict[str, Counter[str]] = defaultdict(Counter)
        to_new: Counter[str] = Counter()
        for flow in flows:
            for (old, new), n in flow.items():
                from_old[old][new] += n
                to_new[new] += n
        return cls(from_old, to_new)


def _with_records(change: BorderChange, records: _Records) -> BorderChange:
    # The grids that hold the land of one that is gone, or held that of a new one, are not that grid.
    old = change.before if change.kind != "new" else ()
    new = {*change.after} if change.kind != "gone" else set[str]()
    went = [(code, to, n) for code in old for to, n in records.from_old.get(code, {}).items()]
    was = sum(n for _, _, n in went)
    now = sum(records.to_new.get(code, 0) for code in new)
    stayed = sum(n for _, to, n in went if to in new)
    left, joined = was - stayed, now - stayed
    kind: Kind = "moved" if change.kind in ("same", "renamed") and left + joined else change.kind
    recoded = sum(n for code, to, n in went if to in new and to != code)
    return replace(change, kind=kind, records_before=was, records_after=now, left=left, joined=joined, recoded=recoded)


def _rounded(change: BorderChange) -> dict[str, Any]:
    areas = {name: round(getattr(change, name), 6) for name in ("area_before_km2", "area_after_km2", "in_both")}
    return {**asdict(change), "before": list(change.before), "after": list(change.after), **areas}


def _in_words(change: BorderChange) -> str:
    before, after = (", ".join(codes) or "nothing" for codes in (change.before, change.after))
    grids = f"{change.kind}: {before} → {after}" if before != after else f"{change.kind}: {before}"
    moved = [f"{n:,} {what}" for what in ("left", "joined", "recoded") if (n := getattr(change, what))]
    land = f"{change.in_both:.1%} of the land in both"
    return f"{grids} ({land}; {change.records_before:,} records before, {change.records_after:,} now" + (
        f": {', '.join(moved)})" if moved else ")"
    )
