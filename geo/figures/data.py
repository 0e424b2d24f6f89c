"""What the page Data shows: releases and what changed, how layers stand, what imports told; as the role may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from geo.access import Scope
from geo.errors import NotPermitted
from geo.layers import AREA_LEVELS, LAYERS, UPPER_LEVELS
from geo.privacy import ImportSeen, protect_changes, protect_imports, protect_layers
from geo.store import LayerChange, LayerState, Release, Report, compare_releases

__all__ = ["Compare", "DataFigures", "Describe", "data_figures"]

#: Compares a release with the one before, as `geo.store.compare_releases` does.
Compare = Callable[[Release | None, Release], tuple[LayerChange, ...]]
#: Tells how the layers of a release stand, among all releases.
Describe = Callable[[Release, Sequence[Release]], tuple[LayerState, ...]]

# Most data are of one county: what lies above it is not missing from them.
_MAY_LACK = frozenset(AREA_LEVELS[level] for level in UPPER_LEVELS)


@dataclass(frozen=True)
class DataFigures:
    """All that the page Data shows.

    Parameters
    ----------
    releases
        All releases, the newest first.
    touched
        Number of a release → its layers that are not as in the one before; None where that one is no longer kept.
    layers
        How each layer of the release shown stands.
    missing
        Layers that it does not have.
    changes
        What became of each layer since the release before; None where that one is no longer kept.
    imports
        What the imports behind its layers told; None for who may not see it.
    """

    releases: tuple[Release, ...]
    touched: Mapping[int, tuple[LayerChange, ...] | None]
    layers: tuple[LayerState, ...]
    missing: tuple[str, ...]
    changes: tuple[LayerChange, ...] | None
    imports: tuple[ImportSeen, ...] | None


def data_figures(
    release: Release,
    releases: Sequence[Release],
    reports: Sequence[Report],
    scope: Scope,
    *,
    compare: Compare,
    describe: Describe,
) -> DataFigures:
    """Gather what the page Data shows of a release.

    Parameters
    ----------
    release
        The release shown.
    releases, reports
        All releases by number; the reports of the imports behind the layers of this one.
    scope
        Who asks.
    compare, describe
        What reads the layers.
    """
    kept = {one.number: one for one in releases}
    return DataFigures(
        releases=tuple(reversed(releases)),
        touched={one.number: _touched(one, kept) for one in releases},
        layers=protect_layers(describe(release, releases), scope),
        missing=tuple(name for name in LAYERS if not release.has(name) and name not in _MAY_LACK),
        changes=_changes(release, kept, scope, compare),
        imports=_imports(reports, scope),
    )


def _is_known(release: Release, kept: Mapping[int, Release]) -> bool:
    return release.parent is None or release.parent in kept


def _before(release: Release, kept: Mapping[int, Release]) -> Release | None:
    return None if release.parent is None else kept[release.parent]


def _touched(release: Release, kept: Mapping[int, Release]) -> tuple[LayerChange, ...] | None:
    if not _is_known(release, kept):
        return None
    found = compare_releases(_before(release, kept), release, records=False)
    # Names of layers alone: their rows are told of the release shown.
    return tuple(LayerChange(one.layer, one.change, None, None) for one in found if one.change != "carried_over")


def _changes(
    release: Release, kept: Mapping[int, Release], scope: Scope, compare: Compare
) -> tuple[LayerChange, ...] | None:
    if not _is_known(release, kept):
        return None
    return protect_changes(compare(_before(release, kept), release), scope)


def _imports(reports: Sequence[Report], scope: Scope) -> tuple[ImportSeen, ...] | None:
    order = list(LAYERS)
    try:
        return tuple(sorted(protect_imports(reports, scope), key=lambda one: order.index(one.layer)))
    except NotPermitted:
        return None
