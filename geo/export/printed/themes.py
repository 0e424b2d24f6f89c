"""What a map can show: classes, sized symbols, density, officers' coverage, two measures at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import NDArray

from geo.export.printed.drawing import MISSING_HATCH, WITHHELD_HATCH, draw_areas
from geo.export.printed.ground import Ground
from geo.export.printed.labels import point_inside
from geo.export.printed.paper import MM_PER_POINT
from geo.maps.classify import Classes, round_at_most
from geo.maps.figures import format_number
from geo.maps.heat import density_classes
from geo.maps.legend import legend_title, title_in
from geo.maps.palettes import STATE_COLOURS, ThemeColours
from geo.maps.values import MISSING, STATES, WITHHELD, numbers_of, state_word, value_signs
from geo.measures.catalogue import describe
from geo.privacy import Protected
from geo.stats.density import Density
from geo.words.catalogue import translator

__all__ = [
    "THEMES",
    "Entry",
    "Key",
    "draw_both",
    "draw_classes",
    "draw_density",
    "draw_states",
    "draw_symbols",
    "usual_theme",
]

#: Themes that a map can be asked for; ``change`` is ``classes`` of a measure of change.
THEMES = ("classes", "symbols", "density", "states", "two")

# The largest circle, as a share of the map's shorter side, and circles of the legend as shares of the largest value.
_LARGEST = 0.028
_CIRCLES = (1.0, 0.4, 0.1)
# Of the areas so much at most lies under circles: more of them would be one blot.
_MOST_COVERED = 0.6
_HIGHEST_FILL = 0.85
# Three classes of each of two measures, the first growing to the right, the second upwards.
_BIVARIATE = (("#e8e8e8", "#b0d5df", "#64acbe"), ("#e4acac", "#ad9ea5", "#627f8c"), ("#c85a5a", "#985356", "#574249"))
_THIRDS = 3


@dataclass(frozen=True)
class Entry:
    """A line of the legend: a swatch or a circle, and what it means."""

    words: str
    fill: str
    hatch: str | None = None
    diameter_mm: float | None = None


@dataclass(frozen=True)
class Key:
    """The legend of a map: what is shown with its unit, its lines in the map's order, and what has to be said.

    ``marks`` are the boxes of marks that names keep out of, (n, 4): west, south, east, north in metres.
    """

    title: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()
    square: tuple[tuple[str, ...], ...] = ()
    sides: tuple[str, str] = ("", "")
    extra: tuple[Entry, ...] = field(default=())
    marks: NDArray[np.float64] | None = field(default=None, compare=False)


def usual_theme(layer: str, measure_id: str) -> str:
    """Return how a measure is best shown: numbers as circles, what is per something as classes.

    Examples
    --------
    >>> usual_theme("disputes", "n"), usual_theme("disputes", "settled_share")
    ('symbols', 'classes')
    """
    try:
        unit = describe(layer, measure_id).unit
    except KeyError:
        return "classes"  # drawing it tells what is wrong
    return "symbols" if unit == "count" else "classes"


def draw_classes(
    axes: Axes,
    ground: Ground,
    protected: Protected,
    measure_id: str,
    classes: Classes,
    colours: ThemeColours,
    *,
    lang: str,
) -> Key:
    """Fill areas by the class of their value; numbers that are withheld and missing ones are hatched apart."""
    _ = translator(lang)
    signs = value_signs(protected, measure_id, classes=classes)
    polygons = ground.areas.of(protected.frame["area_id"])
    fills = [colours.missing if sign in (WITHHELD, MISSING) else classes.colours[int(sign)] for sign in signs]
    _fill(axes, polygons, signs, fills, colours)
    entries = [Entry(text, fill) for fill, text in zip(classes.colours, classes.labels, strict=True)]
    known = describe(protected.view.layer, measure_id)
    notes = (
        (_("Numbers, not rates: larger and more populous areas have more of everything."),)
        if known.unit == "count"
        else ()
    )
    return Key(
        legend_title(known, lang, view=protected.view), tuple(entries), notes, extra=_apart(signs, colours, lang)
    )


def draw_symbols(
    axes: Axes,
    ground: Ground,
    protected: Protected,
    measure_id: str,
    colours: ThemeColours,
    *,
    lang: str,
    largest: float | None = None,
) -> Key:
    """Draw a circle in each area whose surface is as large as its number, the small ones over the large.

    ``largest`` is the number of the largest circle, to compare several maps; the table's own if not given.
    """
    signs = value_signs(protected, measure_id)
    polygons = ground.areas.of(protected.frame["area_id"])
    _fill(axes, polygons, signs, [colours.paper] * len(signs), colours)
    values = np.nan_to_num(numbers_of(protected, measure_id))
    crowd = values if largest is None else np.array([])
    largest = float(values.max(initial=0.0)) if largest is None else largest
    radius = _largest_radius(ground, polygons, crowd)
    boxes = np.empty((0, 4))
    if largest > 0:
        shown = np.flatnonzero(values > 0)
        shown = shown[np.argsort(-values[shown])]
        places = point_inside(polygons[shown])
        radii = radius * np.sqrt(values[shown] / largest)
        boxes = np.hstack([places - radii[:, None], places + radii[:, None]])
        diameters = 2 * radii / ground.metres_per_mm / MM_PER_POINT
        axes.scatter(
            places[:, 0], places[:, 1], s=diameters**2, color=colours.accent, alpha=0.62, linewidths=0.5,
            edgecolors=colours.paper, zorder=8,
        )  # fmt: skip
    told = dict.fromkeys(round_at_most(largest * share, whole=True) for share in _CIRCLES if largest * share >= 1)
    entries = tuple(
        Entry(
            format_number(value),
            colours.accent,
            diameter_mm=2 * radius * (value / largest) ** 0.5 / ground.metres_per_mm,
        )
        for value in told
    )
    return Key(
        title_in(protected, measure_id, lang),
        entries,
        extra=_apart(signs, colours, lang),
        marks=boxes,
    )


def _largest_radius(ground: Ground, polygons: NDArray[np.object_], values: NDArray[np.float64]) -> float:
    """Return the largest circle's radius in metres: less than usual where all of them would cover the map."""
    west, south, east, north = ground.frame
    radius = _LARGEST * min(east - west, north - south)
    if not values.any():
        return radius
    covered = math.pi * radius**2 * values.clip(0).sum() / values.max() / shapely.area(polygons).sum()
    return float(radius * min(1.0, (_MOST_COVERED / covered) ** 0.5))


def draw_density(axes: Axes, ground: Ground, density: Density, *, lang: str) -> Key:
    """Draw a density in classes, each about twice the one below; what lies below the lowest is left clear.

    Raises
    ------
    ValueError
        When the ground is in another projection than the density.
    """
    _ = translator(lang)
    if ground.crs != density.crs:
        raise ValueError("The density has a projection of its own. Remedy: lay the ground in it.")
    classes = density_classes(density.highest)
    rows, columns = density.values.shape
    if classes.breaks:
        found = classes.index(density.values)
        clear = (found < 0) | (np.nan_to_num(density.values, nan=-1.0) < classes.breaks[0])
        edges_e = density.west_m + np.arange(columns + 1) * density.cell_m
        edges_n = density.north_m - np.arange(rows + 1) * density.cell_m
        axes.imshow(
            np.ma.masked_array(found, clear),
            extent=(edges_e[0], edges_e[-1], edges_n[-1], edges_n[0]),
            cmap=ListedColormap(list(classes.colours)),
            vmin=-0.5,
            vmax=len(classes.colours) - 0.5,
            interpolation="nearest",
            alpha=_HIGHEST_FILL,
            zorder=3,
            aspect="auto",
            rasterized=True,
        )
    entries = tuple(Entry(text, fill) for fill, text in zip(classes.colours, classes.labels, strict=True))
    made_of = _("bandwidth {metres} m, n = {events}").format(
        metres=format_number(density.bandwidth_m), events=format_number(density.events)
    )
    return Key(_("Events per km² and year"), entries, (made_of,))


def draw_states(axes: Axes, ground: Ground, protected: Protected, colours: ThemeColours, *, lang: str) -> Key:
    """Fill grids by who looks after them; outline those over size, and mark with a dot those without a backup."""
    _ = translator(lang)
    frame, fills = protected.frame, STATE_COLOURS["light"]
    polygons = ground.areas.of(frame["area_id"])
    for state in STATES:
        hatch = WITHHELD_HATCH if state == "vacant" else None
        at = (frame["state"] == state).to_numpy(dtype=bool)
        draw_areas(axes, polygons[at], fill=fills[state], edge=colours.halo, width=0.4, hatch=hatch)
    over = frame["over_size"].fillna(value=False).to_numpy(dtype=bool)
    draw_areas(axes, polygons[over], fill="none", edge=colours.text, width=1.0, order=4)
    lone = (frame["no_backup"].fillna(value=False) & (frame["state"] != "vacant")).to_numpy(dtype=bool)
    if lone.any():
        dots = point_inside(polygons[lone])
        axes.scatter(dots[:, 0], dots[:, 1], s=3, color=colours.text, edgecolors=colours.halo, linewidths=0.3, zorder=5)
    counts = frame["state"].value_counts()
    entries = [
        Entry(
            f"{state_word(state, lang)} {format_number(counts.get(state, 0))}",
            fills[state],
            WITHHELD_HATCH if state == "vacant" else None,
        )
        for state in STATES
    ]
    notes = (
        _("Outlined: over-size, {n}").format(n=format_number(int(over.sum()))),
        _("Dot: no backup, {n}").format(n=format_number(int(lone.sum()))),
    )
    return Key(_("Coverage"), tuple(entries), notes)


def draw_both(
    axes: Axes, ground: Ground, protected: Protected, measures: tuple[str, str], colours: ThemeColours, *, lang: str
) -> Key:
    """Fill areas by thirds of two measures at once: dark where both are high."""
    _ = translator(lang)
    thirds = [_thirds(numbers_of(protected, measure_id)) for measure_id in measures]
    signs = [value_signs(protected, measure_id) for measure_id in measures]
    both = [WITHHELD if WITHHELD in pair else MISSING if MISSING in pair else " " for pair in zip(*signs, strict=True)]
    fills = [
        colours.missing if sign != " " else _BIVARIATE[up][across]
        for sign, across, up in zip(both, *(third.tolist() for third in thirds), strict=True)
    ]
    _fill(axes, ground.areas.of(protected.frame["area_id"]), "".join(both), fills, colours)
    names = tuple(title_in(protected, measure_id, lang) for measure_id in measures)
    note = _("Thirds of the areas shown. Two things that are high together need not have to do with each other.")
    return Key(
        f"{names[0]} × {names[1]}", (), (note,), square=_BIVARIATE, sides=(names[0], names[1]),
        extra=_apart("".join(both), colours, lang),
    )  # fmt: skip


def _thirds(values: NDArray[np.float64]) -> NDArray[np.int64]:
    known = values[np.isfinite(values)]
    if not known.size:
        return np.zeros(len(values), dtype=np.int64)
    edges = np.quantile(known, np.arange(1, _THIRDS) / _THIRDS)
    return np.searchsorted(edges, np.nan_to_num(values), side="left").astype(np.int64)


def _fill(
    axes: Axes, polygons: NDArray[np.object_], signs: Sequence[str], fills: Sequence[str], colours: ThemeColours
) -> None:
    width = 0.35 if len(polygons) <= 400 else 0.2
    draw_areas(axes, polygons, fill=fills, edge=colours.border, width=width)
    for sign, hatch in ((WITHHELD, WITHHELD_HATCH), (MISSING, MISSING_HATCH)):
        at = np.array([one == sign for one in signs], dtype=bool)
        draw_areas(axes, polygons[at], fill="none", edge=colours.quiet_text, width=0.0, hatch=hatch, order=2.5)


def _apart(signs: Sequence[str], colours: ThemeColours, lang: str) -> tuple[Entry, ...]:
    _ = translator(lang)
    found = []
    if WITHHELD in signs:
        found.append(Entry(_("withheld, the count is small"), colours.missing, WITHHELD_HATCH))
    if MISSING in signs:
        found.append(Entry(_("no value"), colours.missing, MISSING_HATCH))
    return tuple(found)
