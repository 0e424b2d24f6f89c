"""The tiles: one figure each with its change or its goal, and the last twelve months.

A tile is described by data, a `TileSpec`; every page's tiles are made and shown here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from geo.codes import label
from geo.dashboard.cache import WholeFigures
from geo.dashboard.frame import Frame
from geo.dashboard.navigation import open_on_click, page_of
from geo.dashboard.parts.charts import spark_chart
from geo.dashboard.parts.drawing import show_drawing
from geo.measures.catalogue import describe
from geo.privacy import Protected
from geo.rules import Target, load_rules
from geo.words import gettext as _
from geo.words import language
from geo.words.cells import Cell, definition, is_never_told, measure_name, read_cell, row_of, series, unit_of
from geo.words.formats import change_text, month_text, share_text

__all__ = ["Beside", "Tile", "TileSpec", "make_tile", "make_tiles", "show_tiles"]

_SPARK_HEIGHT = 40
_YEAR_MONTHS = 12
# A single tile across the whole page would look like a heading.
_FEWEST_COLUMNS = 4
_MOST_BESIDE = 2
_DOT = " \N{MIDDLE DOT} "
_CLASS = "class_"
_SOURCES = ("reported", "discovered")


@dataclass(frozen=True)
class Beside:
    """Another figure that stands in small print under a tile's own.

    Parameters
    ----------
    column
        Where it is, in the table of the tile's measure.
    words
        What it is, an English message with ``{n}``.
    strong
        Whether its number stands out.
    """

    column: str
    words: str
    strong: bool = False


@dataclass(frozen=True)
class TileSpec:
    """What a tile shows.

    Parameters
    ----------
    layer, measure
        The figure; its unit and definition are the measure's own. Where reported records can be parted from the
        discovered, ``n`` and classes are of the reported.
    title
        What it is, an English message; the measure's own name if empty.
    title_parted
        What it is where it is of the reported records alone; without one that is said beside it.
    beside
        What stands under it, in this order, the first two that there are: ``change`` (of the count, with the number
        it comes from), ``chance`` (whether that is more than chance), ``before`` (the value in the period compared
        with), ``goal``, or another figure.
    out_of
        The column with the n of the figure, if it is not named as the measure with ``_n``.
    settled_of
        A count of records. The figure is told of those whose term is over; where these are less than half of the
        count, it is told of the last month in which they are not.
    goal
        Whether the rules' target is named: ``year`` for one that no shorter period is measured by.
    unknown
        What stands under it where the data do not tell of it at all, an English message.
    """

    layer: str
    measure: str
    title: str = ""
    title_parted: str = ""
    beside: tuple[Literal["change", "chance", "before", "goal"] | Beside, ...] = ()
    out_of: str | None = None
    settled_of: str | None = None
    goal: Literal["always", "year"] | None = None
    digits: int = 0
    unknown: str = ""


@dataclass(frozen=True)
class Tile:
    """One figure ready to be shown.

    Parameters
    ----------
    layer, measure_id
        What a click shows on the map of the layer's page.
    title
        What it is.
    value
        The figure, written.
    beside
        What stands under it in small print, as Markdown: change, n, goal.
    definition
        What it means, with n and interval.
    months, month_names, month_texts
        The last twelve months, the latest last: the value, what the month is called, and the value written.
    goal
        The value to reach, in the unit of the months.
    """

    layer: str
    measure_id: str
    title: str
    value: str
    beside: str
    definition: str
    months: Sequence[float | None] = ()
    month_names: Sequence[str] = ()
    month_texts: Sequence[str] = ()
    goal: float | None = None

    @property
    def scale(self) -> str:
        """The least and the greatest value of the months, in words, so that their line has a scale."""
        valued = [(value, at) for at, value in enumerate(self.months) if value is not None]
        if not valued:
            return ""
        least, greatest = (self.month_texts[at] for _value, at in (min(valued), max(valued)))
        return _("{first} to {last}: least {least}, greatest {greatest}").format(
            first=self.month_names[0], last=self.month_names[-1], least=least, greatest=greatest
        )


@dataclass(frozen=True)
class _Source:
    """The table and row that a tile is read from, what it is compared with, and its months."""

    table: Protected
    measure_id: str
    before: Protected | None
    months: tuple[Protected, ...]
    change: tuple[Protected, int] | None
    cohort: str = ""
    parted: bool = False


def show_tiles(frame: Frame, tiles: Sequence[Tile]) -> None:
    """Show tiles in one row; the title of each opens the page of its layer with its measure on the map."""
    if not tiles:
        return
    with st.container(key="tiles"):
        columns = st.columns(max(len(tiles), _FEWEST_COLUMNS), gap="small")
    for column, tile in zip(columns, tiles, strict=False):
        with column, st.container(border=True, height="stretch", gap="xxsmall"):
            state = frame.state.replace(layer=tile.layer, show=tile.measure_id, listed=None)
            open_on_click(
                page_of(tile.layer),
                state,
                label=tile.title,
                key=f"tile-{tile.layer}-{tile.measure_id}",
                hint=tile.definition,
                arrow=True,
            )
            st.metric(tile.title, tile.value, label_visibility="collapsed")
            st.caption(tile.beside)
            if sum(value is not None for value in tile.months) > 1:
                show_drawing(
                    spark_chart(
                        tile.months,
                        names=tile.month_names,
                        told=tile.month_texts,
                        scale=tile.scale,
                        goal=tile.goal,
                        from_zero=unit_of(tile.measure_id) == "count",
                    ),
                    height=_SPARK_HEIGHT,
                    key=f"spark-{tile.layer}-{tile.measure_id}",
                    # Its points tell months and scale; words that change would make the line anew each time.
                    alt=tile.title,
                )


def make_tiles(
    specs: Sequence[TileSpec], wholes: Mapping[str, WholeFigures], *, classes: Protected | None = None
) -> list[Tile]:
    """Make the tiles of a page; a layer that is not there has none, nor has what is withheld now and ever.

    Parameters
    ----------
    wholes
        Figures of the whole area, by layer.
    classes
        Classes of the layer side by side, for tiles of a class: of the reported records alone where these are parted.
    """
    shown = [spec for spec in specs if spec.layer in wholes and not _is_never_told(spec, wholes[spec.layer])]
    return [make_tile(spec, wholes[spec.layer], classes=classes) for spec in shown]


def _is_never_told(spec: TileSpec, whole: WholeFigures) -> bool:
    """Tell whether a figure beside the counts is withheld in the period, in the one compared with and in each month."""
    if spec.measure == "n" or spec.measure.startswith(_CLASS):
        return False
    return is_never_told(whole.periods, (spec.measure,))


def make_tile(spec: TileSpec, whole: WholeFigures, *, classes: Protected | None = None) -> Tile:
    """Make one tile of a layer's figures."""
    source = _source(spec, whole, classes)
    cell = read_cell(source.table, "n" if source.measure_id == "reported" else source.measure_id)
    target = load_rules().targets.get(spec.measure) if spec.goal else None
    is_measured_by = spec.goal == "always" or len(whole.view.period.months) == _YEAR_MONTHS
    parts = [_beside_text(part, source, whole, cell, target if is_measured_by else None) for part in spec.beside]
    told = [part for part in (source.cohort, *parts) if part][:_MOST_BESIDE]
    if source.parted and not spec.title_parted:
        told.insert(0, label("source", "reported", language()))
    is_unknown = bool(spec.unknown) and cell.value is None and not cell.withheld
    return Tile(
        layer=spec.layer,
        measure_id=source.measure_id,
        title=_title(spec, source),
        value=cell.text(unit_of(spec.measure), digits=spec.digits),
        beside=_(spec.unknown) if is_unknown else _DOT.join(told),
        definition=_definition(spec, source),
        months=series(source.months, source.measure_id),
        month_names=[month_text(month.view.period.start, short=True) for month in source.months],
        month_texts=[
            read_cell(month, source.measure_id).text(unit_of(spec.measure), digits=spec.digits)
            for month in source.months
        ],
        goal=target.value if target and spec.goal == "always" else None,
    )


def _title(spec: TileSpec, source: _Source) -> str:
    if source.parted and spec.title_parted:
        return _(spec.title_parted)
    return _(spec.title) or measure_name(describe(spec.layer, spec.measure))


def _source(spec: TileSpec, whole: WholeFigures, classes: Protected | None) -> _Source:
    if spec.measure == "n" and whole.reported is not None:
        return _Source(whole.reported, "reported", whole.before, whole.months, change=(whole.reported, 0), parted=True)
    if spec.measure.startswith(_CLASS):
        row = row_of(classes, spec.measure.removeprefix(_CLASS), column="class")
        change = None if classes is None or row is None else (classes, row)
        parted = whole.reported is not None
        table = whole.now if whole.reported is None else whole.reported
        return _Source(table, spec.measure, whole.before, whole.months, change=change, parted=parted)
    if spec.settled_of is not None:
        return _last_settled(spec.measure, spec.settled_of, whole)
    return _Source(whole.now, spec.measure, whole.before, whole.months, change=(whole.now, 0))


def _last_settled(measure_id: str, count: str, whole: WholeFigures) -> _Source:
    """Return the period, or the last month in which the term of most records is over."""

    def is_settled(table: Protected) -> bool:
        over, all_of_them = read_cell(table, f"{measure_id}_n").value, read_cell(table, count)
        if all_of_them.withheld:
            # The public is told of a month once the terms of all of it are over, and of nothing before.
            return over is not None
        return over is not None and all_of_them.value is not None and 2 * over >= all_of_them.value > 0

    told = tuple(month for month in whole.months if is_settled(month))
    if is_settled(whole.now) or not told:
        return _Source(whole.now, measure_id, whole.before, told, change=None)
    cohort = month_text(told[-1].view.period.start, short=True)
    return _Source(told[-1], measure_id, None, told, change=None, cohort=cohort)


def _beside_text(part: str | Beside, source: _Source, whole: WholeFigures, cell: Cell, target: Target | None) -> str:
    if isinstance(part, Beside):
        if part.column in _SOURCES and whole.view.source is not None:
            return ""
        # The reported records alone have no discovered ones beside them.
        other = read_cell(whole.now if source.parted else source.table, part.column)
        # What is withheld has no words beside a figure; the page says below that something is.
        number = f"**{other.text()}**" if part.strong else other.text()
        return "" if other.value is None else _(part.words).format(n=number)
    if part == "goal":
        return _goal_text(cell, target)
    if part == "before":
        before = read_cell(source.before, source.measure_id)
        return "" if before.value is None else _("from {value}").format(value=before.text(unit_of(source.measure_id)))
    if whole.view.comparison is None or source.change is None:
        return ""
    return _chance_text(*source.change) if part == "chance" else _change_words(*source.change)


def _change_words(table: Protected, row: int) -> str:
    before, change = read_cell(table, "n_compare", row), read_cell(table, "change", row)
    if before.value is None:
        return ""
    if change.value is None:
        return _("from {value}").format(value=before.text())
    return _("{change} from {n}").format(change=f"**{change_text(change.value)}**", n=before.text())


def _chance_text(table: Protected, row: int) -> str:
    beyond = read_cell(table, "beyond_chance", row).value
    if beyond is None:
        return ""
    return f"**{_('more than chance')}**" if beyond else _("within chance")


def _definition(spec: TileSpec, source: _Source) -> str:
    ends = (f"{source.measure_id}_low", f"{source.measure_id}_high")
    table, row = source.table, 0
    if unit_of(spec.measure) == "count" and source.change is not None:
        # The interval of a count is that of its change.
        ends, (table, row) = ("change_low", "change_high"), source.change
    text = definition(
        spec.layer,
        source.measure_id,
        n=read_cell(source.table, spec.out_of or f"{source.measure_id}_n"),
        interval=(read_cell(table, ends[0], row), read_cell(table, ends[1], row)),
    )
    # Of several classes looked at together the interval is another than of one.
    return (
        text
        if table.kind != "by_class"
        else f"{text}  \n{_(describe(spec.layer, 'change', table=table.kind).definition)}"
    )


def _goal_text(cell: Cell, target: Target | None) -> str:
    if target is None or cell.value is None:
        return ""
    reached = cell.value >= target.value if target.good == "high" else cell.value <= target.value
    text = _("goal {value}").format(value=share_text(target.value))
    return f":green[{text}]" if reached else f":red[{text}]"
