"""How each layer of a release stands: since when it is as it is, and the last day it tells of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from geo.layers import LAYERS, Layer
from geo.store.compare import first_with
from geo.store.manifest import Release
from geo.store.query import connect

__all__ = ["LayerState", "describe_layers", "last_days"]

#: Layer → SQL of the last day a row tells of: a month's rows tell of its last day; what ends on a day told of the one
#: before. Of an assignment both its beginning and its end are news.
_LAST_DAY: Mapping[str, str] = MappingProxyType(
    {
        # What is planned for later is no news of today.
        "assignments": """greatest(
            CASE WHEN from_on <= $as_of THEN from_on END,
            CASE WHEN until_on <= $as_of THEN until_on - INTERVAL 1 DAY END
        )""",
        "visits": "month + INTERVAL 1 MONTH - INTERVAL 1 DAY",
        "groups": "month + INTERVAL 1 MONTH - INTERVAL 1 DAY",
        "surveys": "until_on - INTERVAL 1 DAY",
    }
)


@dataclass(frozen=True)
class LayerState:
    """How one layer of a release stands.

    Parameters
    ----------
    layer
        The layer.
    rows
        Its rows; None where they are not told.
    since
        Number of the first release that holds it as it is.
    last_day
        The last day that a row tells of, up to the release's ``as_of``; None for a layer without days.
    lag_days
        Days from there to the release's ``as_of``.
    source
        Where it comes from; empty if nobody said.
    """

    layer: str
    rows: int | None
    since: int
    last_day: date | None
    lag_days: int | None
    source: str


def describe_layers(release: Release, releases: Sequence[Release]) -> tuple[LayerState, ...]:
    """Tell how each layer of a release stands, in the order of the layers.

    Parameters
    ----------
    release
        The release.
    releases
        All that the store holds.

    Raises
    ------
    StoreError
        When a layer's file is missing or torn.
    """
    days, since = last_days(release), first_with(release, releases)
    return tuple(
        LayerState(
            layer=name,
            rows=file.rows,
            since=since[name],
            last_day=days[name],
            lag_days=None if (day := days[name]) is None else (release.as_of - day).days,
            source=release.sources.get(name, ""),
        )
        for name in LAYERS
        if (file := release.layers.get(name)) is not None
    )


def last_days(release: Release) -> Mapping[str, date | None]:
    """Return for each layer of a release the last day, up to its ``as_of``, that a record tells of.

    For events that is the day of the last finding or step (a due day is no step), for assignments of the last beginning
    or end, for visits and groups the end of the last month, for surveys the last day asked about.

    Parameters
    ----------
    release
        The release to ask.

    Returns
    -------
    Mapping of str to date or None
        None for layers without any day, such as areas and posts, and for those without a row that tells of one.

    Raises
    ------
    StoreError
        When a layer's file is missing or torn.

    Examples
    --------
    >>> last_days(release)["visits"]  # doctest: +SKIP
    datetime.date(2025, 12, 31)
    """
    return MappingProxyType({name: _last_day(release, LAYERS[name]) for name in release.layers})


def _last_day(release: Release, layer: Layer) -> date | None:
    told = _LAST_DAY.get(layer.name)
    if layer.kind == "event":
        # A file of before has no column for a step that came later.
        steps = [step for step in layer.steps if step in release.layers[layer.name].dtypes]
        told = f"greatest({', '.join(('found_at', *steps))})"
    if told is None:
        return None
    query = f"SELECT max({told})::DATE FROM {layer.name}"  # noqa: S608  names of `geo.layers`
    with connect(release) as connection:
        row = connection.execute(query, {"as_of": release.as_of} if "$as_of" in told else {}).fetchone()
    day: date | None = row[0] if row else None
    # The last month and the last survey may reach past the release's day, after which nothing can be told yet.
    return None if day is None else min(day, release.as_of)
