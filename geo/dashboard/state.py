"""What the address of the page says: the view and how it is shown; read, checked, written back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from geo.errors import ViewError
from geo.figures.months import months_on_map
from geo.figures.tree import Tree
from geo.maps.densities import BANDWIDTHS_M
from geo.view import Period, View
from geo.words import LANGUAGES

__all__ = ["PageState", "Reading", "drill_into", "fit_to_tree", "read_state", "with_live_map"]

_VIEW_KEYS = ("layer", "level", "period", "area", "class", "source", "compare", "release")
_SHOWN_TEXT = 40
# What the map sets by itself, without the rest of the page: part of the address, never of a measure.
_MAP_KEYS = ("month", "bandwidth")

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class PageState:
    """What a page shows.

    Parameters
    ----------
    view
        What is asked.
    language
        ``en`` or ``zh_CN``.
    show
        The measure that the map shows, or ``heat``; None for the first one of the layer.
    listed
        The list that was opened from "needs you today"; None for the usual table.
    month
        The month that the map alone shows, such as ``2025-03``, one of `months_on_map`; None for the whole period.
    bandwidth
        Bandwidth of the map's density in metres; None for the usual one.
    """

    view: View
    language: str = "en"
    show: str | None = None
    listed: str | None = None
    month: str | None = None
    bandwidth: int | None = None

    def replace(self, **changes: object) -> PageState:
        """Return a state with some values changed; values of the view are named as they are there.

        Another layer forgets what the map showed of the old one, another period a month that it does not have.
        """
        own: dict[str, object] = {name: changes.pop(name) for name in _OWN if name in changes}
        if changes.get("layer", self.view.layer) != self.view.layer:
            own = {"show": None, "listed": None} | own
        view = self.view.replace(**changes) if changes else self.view
        if own.get("month", self.month) not in (None, *months_on_map(view.period)):
            own["month"] = None
        return dataclasses.replace(self, view=view, **own)  # type: ignore[arg-type]  # texts or None, by name

    def to_query(self) -> dict[str, str | list[str]]:
        """Return the state as query parameters; `read_state` makes the same state of them."""
        query: dict[str, str | list[str]] = {}
        for key, text in parse_qsl(self.view.to_query()):
            query[key] = [*query.get(key, []), text] if key == "class" else text
        query["lang"] = self.language
        if self.show is not None:
            query["show"] = self.show
        if self.listed is not None:
            query["list"] = self.listed
        if self.month is not None:
            query["month"] = self.month
        if self.bandwidth is not None:
            query["bandwidth"] = str(self.bandwidth)
        return query


_OWN = ("language", "show", "listed", *_MAP_KEYS)


@dataclass(frozen=True)
class Reading:
    """A state and the parameters that could not be read: key, value."""

    state: PageState
    bad: tuple[tuple[str, str], ...] = ()


def read_state(
    query: Query,
    *,
    period: Period,
    language: str,
    shows: Sequence[str] = (),
    lists: Sequence[str] = (),
) -> Reading:
    """Read the state from query parameters; a bad value falls back and is told.

    Parameters
    ----------
    query
        Parameters of the page's address, each with its values.
    period, language
        Taken when the address names none.
    shows, lists
        What ``show`` and ``list`` may name.

    Examples
    --------
    >>> reading = read_state({"period": ["2025-Q1"], "level": ["street"]}, period=Period("2025"), language="en")
    >>> reading.state.view.period.text, reading.state.view.level, reading.bad
    ('2025-Q1', 'grid', (('level', 'street'),))
    """
    bad: list[tuple[str, str]] = []
    view = View(period)
    for pairs in _by_key(query):
        known = parse_qsl(view.to_query())
        keys = {key for key, _text in pairs}
        try:
            view = View.parse(urlencode([pair for pair in known if pair[0] not in keys] + pairs), period=period)
        except ViewError:
            bad.extend((key, text[:_SHOWN_TEXT]) for key, text in pairs)
    spoken = _choice(query, "lang", tuple(LANGUAGES), bad) or language
    state = PageState(
        view,
        spoken,
        _choice(query, "show", shows, bad),
        _choice(query, "list", lists, bad),
        _choice(query, "month", months_on_map(view.period), bad),
        _bandwidth(query, bad),
    )
    bad.extend((key, str(texts[0])[:_SHOWN_TEXT]) for key, texts in query.items() if key not in _known_keys() and texts)
    return Reading(state, tuple(bad))


def with_live_map(state: PageState, query: Query) -> PageState:
    """Return a state with month and bandwidth as the address has them now.

    The map sets both without the rest of the page, whose state still holds the ones before.
    """
    ignored: list[tuple[str, str]] = []
    month = _choice(query, "month", months_on_map(state.view.period), ignored)
    return dataclasses.replace(state, month=month, bandwidth=_bandwidth(query, ignored))


def fit_to_tree(reading: Reading, tree: Tree, *, home: str | None = None, has_level: bool = True) -> Reading:
    """Make a state fit the areas of a release: an unknown area is told, a level above the area is lowered.

    Parameters
    ----------
    home
        The area of the one who asks; taken when the address names none.
    has_level
        Whether the address names a level; above the county the map begins with the level below the area if not.
    """
    view, bad = reading.state.view, reading.bad
    if view.area is not None and view.area not in tree.areas:
        bad = (*bad, ("area", view.area[:_SHOWN_TEXT]))
        view = view.replace(area=None)
    if view.area is None:
        view = view.replace(area=home)
    below, first = tree.levels_below(view.area), tree.first_level(view.area)
    if view.level not in below or (not has_level and first != below[-1]):
        view = view.replace(level=first)
    return Reading(dataclasses.replace(reading.state, view=view), bad)


def drill_into(state: PageState, area_id: str | None, tree: Tree) -> PageState:
    """Return the state one step further down or up: the area changes, the level of the rows stays if it can.

    Above the county each step shows the level below it: nobody looks for a city among the grids of a country.
    """
    below, first = tree.levels_below(area_id), tree.first_level(area_id)
    level = state.view.level if state.view.level in below and first == below[-1] else first
    return state.replace(area=area_id, level=level, listed=None)


def _by_key(query: Query) -> Iterator[list[tuple[str, str]]]:
    # The layer first: it decides which classes there are.
    for key in _VIEW_KEYS:
        if key in query:
            yield [(key, text) for text in query[key]]


def _known_keys() -> tuple[str, ...]:
    return (*_VIEW_KEYS, "lang", "show", "list", *_MAP_KEYS)


def _choice(query: Query, key: str, allowed: Sequence[str], bad: list[tuple[str, str]]) -> str | None:
    texts = query.get(key, ())
    if not texts:
        return None
    if texts[0] in allowed:
        return texts[0]
    bad.append((key, texts[0][:_SHOWN_TEXT]))
    return None


def _bandwidth(query: Query, bad: list[tuple[str, str]]) -> int | None:
    text = _choice(query, "bandwidth", [str(metres) for metres in BANDWIDTHS_M], bad)
    return None if text is None else int(text)
