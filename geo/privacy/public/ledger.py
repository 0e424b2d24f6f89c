"""The ledger of what the public has been shown: months are added as they are over, and nothing in it ever changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.access.key import store_key
from geo.privacy.public.axes import Axis
from geo.privacy.public.blocks import Block, Terms, by_year, draft
from geo.privacy.public.cubes import CUBES, Tally, tally
from geo.privacy.public.joint import WITHHELD
from geo.privacy.public.together import LATER, pair_up, show_blocks
from geo.rules import PublicNoise, Rules, load_rules
from geo.store import Release, Store
from geo.store.public import PublicStep, newest_public_step, publish_public_step

__all__ = ["Block", "Ledger", "keep_public", "ledger_of", "open_to_public", "read_ledger"]

_PURPOSE = "counts shown to the public"
_THREADS = 2
_LEDGERS_KEPT = 4
_BASE, _SHOWN = 0, 1
#: Those of steps written before they named any.
_FIRST_TERMS = Terms(5, PublicNoise(sd=2.0, most=6, values_left=3))
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ledger:
    """Everything that the public has been shown.

    Parameters
    ----------
    number
        Number of its newest step; 0 for none.
    blocks
        The cells.
    """

    number: int
    blocks: tuple[Block, ...]

    def counts(self, cube: str, areas: Sequence[str], period: str, *nodes: str) -> Floats:
        """Return what the public is shown of a count of each area; NaN where it is withheld or not on the lattice.

        Parameters
        ----------
        cube
            One of `geo.privacy.public.cubes.CUBES`.
        areas
            Labels of areas, as `geo.privacy.public.cubes.area_label` makes them.
        period
            A month, quarter or year, as a view's period writes it.
        nodes
            Label on each of the cube's further axes.
        """
        found = np.full(len(areas), np.nan)
        for block in self.blocks:
            if block.cube != cube or period not in block.axes[-1].position:
                continue
            place = [axis.position.get(node) for axis, node in zip(block.axes[1:], (*nodes, period), strict=True)]
            rows = np.array([block.axes[0].position.get(area, -1) for area in areas], dtype=np.int64)
            if None in place:
                continue
            values = block.shown[(np.maximum(rows, 0), *place)].astype(np.float64)
            found = np.where((rows >= 0) & (values != WITHHELD), values, found)
        return found

    def under_other_terms(self, terms: Terms) -> dict[Terms, tuple[int, int]]:
        """Return the first and the last month shown by other rules, as months since 1970-01, by these rules."""
        found: dict[Terms, list[int]] = {}
        for block in self.blocks:
            if block.terms != terms:
                found.setdefault(block.terms, []).extend(block.months)
        return {other: (min(months), max(months)) for other, months in found.items()}

    def months(self, cube: str) -> set[int]:
        """Return the months of a cube that have been shown."""
        return set(chain.from_iterable(block.months for block in self.blocks if block.cube == cube))


def read_ledger(root: Path) -> Ledger:
    """Return the ledger of a store; an empty one as long as it has not been opened to the public.

    Raises
    ------
    StoreError
        When it is torn or altered.
    """
    step = newest_public_step(root, known=_last_read.get(root))
    if step is None:
        return Ledger(0, ())
    _last_read[root] = step
    return _unpack(root, step.number)


def ledger_of(release: Release | None, *, rules: Rules | None = None) -> Ledger:
    """Return what the public is shown of a release; the first look at a current one adds the months that are over.

    An older release adds nothing: what has been shown was told by the one that was current.
    """
    if release is None:
        return Ledger(0, ())
    if release.key not in _opened and Store(release.root).current() == release:
        open_to_public(release, rules=rules)
        _opened.add(release.key)
    return read_ledger(release.root)


def open_to_public(release: Release, *, rules: Rules | None = None) -> Ledger:
    """Return the ledger with all months that are over in a release; those not yet in it are protected and added.

    The months of all areas, classes, sources, quarters and years are protected together, against everything that has
    been shown before. What has been shown stays as it is, whatever later releases hold.

    Parameters
    ----------
    release
        The current release of its store: months are shown as it tells them.

    Raises
    ------
    StoreError
        When the ledger is torn, or the disk refuses.
    """
    rules = rules or load_rules()
    while True:
        ledger = read_ledger(release.root)
        wider = _with_new_months(ledger, release, rules)
        if wider is ledger or publish_public_step(release.root, _pack(wider)):
            return wider


def keep_public(release: Release | None, *, rules: Rules | None = None) -> None:
    """Add a release's months to the ledger when it is published, if its store has been opened to the public before."""
    if release is not None and read_ledger(release.root).number:
        open_to_public(release, rules=rules)


def _with_new_months(ledger: Ledger, release: Release, rules: Rules) -> Ledger:
    kept, drafts, terms = list(ledger.blocks), list[Block](), Terms.of(rules)
    for cube in CUBES:
        told = tally(release, cube, rules)
        if told is None:
            continue
        for months in by_year(_new_months(cube, told, ledger, [*kept, *drafts], terms)):
            before = next((block for block in kept if block.cube == cube and block.fits(told, months, terms)), None)
            kept = [block for block in kept if block is not before]
            secret = store_key(release.root, _PURPOSE)
            drafts.append(draft(cube, told, months, before, secret=secret, terms=terms))
    if not drafts:
        return ledger
    return Ledger(ledger.number + 1, _shown([*kept, *drafts]))


def _new_months(cube: str, told: Tally, ledger: Ledger, blocks: Sequence[Block], terms: Terms) -> list[int]:
    """Return the months to be added.

    Of a kind that waits for another, those of which the other was shown of the same areas and by the same rules: both
    are proven together.
    """
    known = ledger.months(cube)
    new = [month for month in told.told_months if month not in known]
    if cube not in LATER:
        return new
    of_earlier = [block for block in blocks if block.cube == LATER[cube] and block.terms == terms]
    earlier = [block for block in of_earlier if block.is_of(told.axes, told.grids)]
    return [month for month in new if any(month in block.months for block in earlier)]


def _shown(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks with all drafts shown, each proven together with what bounds it."""
    groups = pair_up(blocks)
    jobs = [group for group in groups if any(block.is_draft for block in group)]
    show = partial(show_blocks, among=blocks)
    with ThreadPoolExecutor(_THREADS) as pool:
        made = list(pool.map(show, jobs))
    still = [group for group in groups if group not in jobs]
    return tuple(chain.from_iterable([*still, *made]))


def _pack(ledger: Ledger) -> PublicStep:
    fields = {"blocks": [_block_fields(block) for block in ledger.blocks]}
    parts = []
    for number, block in enumerate(ledger.blocks):
        for kind, values in ((_BASE, np.maximum(block.base, 0)), (_SHOWN, np.maximum(block.shown, 0))):
            at = np.flatnonzero(values)
            parts.append((np.full(len(at), number), np.full(len(at), kind), at, values.ravel()[at]))
    columns = [np.concatenate([part[k] for part in parts]) if parts else np.zeros(0, np.int64) for k in range(4)]
    types = (pa.int16(), pa.int8(), pa.int64(), pa.int32())
    arrays = [pa.array(column, type=type_) for column, type_ in zip(columns, types, strict=True)]
    return PublicStep(ledger.number, fields, pa.table(arrays, names=["block", "kind", "at", "count"]))


def _block_fields(block: Block) -> dict[str, Any]:
    axes = [
        {"labels": list(axis.labels), "start": axis.start.tolist(), "stop": axis.stop.tolist()} for axis in block.axes
    ]
    terms = {"threshold": block.terms.threshold, **asdict(block.terms.noise)}
    return {"cube": block.cube, "months": list(block.months), "axes": axes, "grids": block.grids, "terms": terms}


def _terms_in(fields: Mapping[str, Any]) -> Terms:
    if "terms" not in fields:
        return _FIRST_TERMS
    noise = {**fields["terms"]}
    return Terms(noise.pop("threshold"), PublicNoise(**noise))


#: The step of each store that was read last, so that an unchanged one is not read again.
_last_read: dict[Path, PublicStep] = {}


#: Keys of releases whose months have been looked through: nothing more is to be added of them.
_opened: set[str] = set()


@lru_cache(maxsize=_LEDGERS_KEPT)
def _unpack(root: Path, number: int) -> Ledger:
    step = _last_read[root]
    columns = {name: step.cells[name].to_numpy() for name in step.cells.column_names}
    blocks = []
    for position, fields in enumerate(step.fields["blocks"]):
        axes = tuple(
            Axis(tuple(axis["labels"]), np.array(axis["start"], np.int64), np.array(axis["stop"], np.int64))
            for axis in fields["axes"]
        )
        own = columns["block"] == position
        base = np.zeros([axis.n_leaves for axis in axes], dtype=np.int64)
        shown = np.full([len(axis.labels) for axis in axes], WITHHELD, dtype=np.int64)
        for kind, array in ((_BASE, base), (_SHOWN, shown)):
            chosen = own & (columns["kind"] == kind)
            array.ravel()[columns["at"][chosen]] = columns["count"][chosen]
        blocks.append(
            Block(fields["cube"], axes, tuple(fields["months"]), base, shown, _terms_in(fields), fields["grids"])
        )
    return Ledger(number, tuple(blocks))
