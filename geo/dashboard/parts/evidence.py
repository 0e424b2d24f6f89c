"""The evidence behind a criterion of a station's sheet: area by area and month by month, on the page and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from geo.dashboard import cache
from geo.dashboard.frame import Frame
from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.lacking import lacking_words
from geo.dashboard.parts.table import show_table, text_width
from geo.export.sheet import Evidence, EvidenceTable
from geo.figures.asked import months_up_to
from geo.figures.sentences import join_sentences
from geo.privacy import Protected
from geo.view import Period
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import MISSING, WITHHELD, count_text, month_text
from geo.words.indicators import Line, indicator_name, indicator_words, lines_of, value_text

__all__ = ["Behind", "behind", "evidence_card", "evidence_of", "figure_columns", "show_evidence"]

_MOST_NAME_WIDTH = 182
_MOST_ROWS = 16
_MOST_NAMED = 8


@dataclass(frozen=True)
class Behind:
    """What stands behind one criterion of a station.

    Parameters
    ----------
    line
        The station's own line of the sheet.
    told, untold
        Lines of the areas inside it: those with a figure, shown or withheld, what needs somebody first; the others.
    """

    line: Line
    told: tuple[Line, ...]
    untold: tuple[Line, ...]

    @property
    def months(self) -> list[tuple[str, str]]:
        """The twelve months up to the end of the period that the line is told of, each with the station's figure.

        None of what is measured of things without a date, as the reach of places.
        """
        period = Period(str(self.line.table.frame["period"].iloc[self.line.row]))
        values = self.line.table.frame["trend"].iloc[self.line.row]
        undated = self.line.indicator.kind == "whole"
        if undated or not isinstance(values, list) or all(value is None for value in values):
            return []
        return [
            (month_text(month.start, short=True), value_text(self.line.indicator, value))
            for month, value in zip(months_up_to(period), values, strict=True)
        ]

    @property
    def n_withheld(self) -> int:
        """Number of areas whose figure is withheld."""
        return sum(line.cell("value").withheld for line in self.told)


def evidence_card(frame: Frame, station: str) -> Protected:
    """Return the scorecard of the areas right below a station, as the reader may see it."""
    asked = frame.view.replace(area=station, level=frame.tree.levels_below(station)[0])
    return cache.scorecard(frame.release, asked, frame.scope)


def behind(line: Line, card: Protected) -> Behind:
    """Return what stands behind a line of the sheet.

    Parameters
    ----------
    card
        Of `evidence_card`.
    """
    lines = [one for one in lines_of(card) if one.indicator == line.indicator]
    told = [one for one in lines if one.cell("value").value is not None or one.cell("value").withheld]
    worst_is_high = line.indicator.meaning.good != "high"
    told.sort(key=lambda one: one.cell("value").value or 0.0, reverse=worst_is_high)
    told.sort(key=lambda one: one.cell("value").withheld)
    return Behind(line, tuple(told), tuple(one for one in lines if one not in told))


def show_evidence(frame: Frame, line: Line) -> None:
    """Show the criterion that is looked at: what it lacks, and its figure area by area and month by month."""
    found = behind(line, evidence_card(frame, line.area_id))
    name = indicator_name(line.indicator.id)
    with st.container(border=True, gap="xsmall"):
        head = _("{topic}: {name}").format(topic=_("Evidence"), name=name)
        st.markdown(f"### {head}", anchors=False)
        st.caption(indicator_words(line.indicator.id))
        st.caption(join_sentences(lacking_words(frame, line), _untold_words(frame, found)))
        if found.told:
            _show_areas(frame, found, alt=name)
        if found.months:
            rows = pd.DataFrame(found.months, columns=["month", "value"])
            config: dict[str, Any] = {
                "month": st.column_config.TextColumn(_("Month")),
                "value": st.column_config.TextColumn(_("Value"), alignment="right"),
            }
            show_table(rows, key="evidence-months", alt=_("Twelve months"), config=config)


def _show_areas(frame: Frame, found: Behind, *, alt: str) -> None:
    rows = pd.DataFrame(
        {
            "area": [frame.name(line.area_id) for line in found.told],
            "value": [line.value for line in found.told],
            "interval": [line.interval for line in found.told],
            "n": [line.cell("denominator").text() for line in found.told],
        }
    )
    config: dict[str, Any] = {
        "area": st.column_config.TextColumn(
            level_title(_level(found)), width=text_width(rows["area"], most=_MOST_NAME_WIDTH)
        ),
        **figure_columns(narrow=True),
    }
    show_table(rows, key="evidence", alt=alt, config=config, most=_MOST_ROWS)


def figure_columns(*, narrow: bool = False) -> dict[str, Any]:
    """Return how the columns of a value, its interval and what it is out of are shown."""
    titles = {"value": _("Value"), "interval": _("Interval"), "n": _("Out of")}
    widths = (56, 76, 54) if narrow else (62, 76, 64)
    return {
        name: st.column_config.TextColumn(title, alignment="right", width=width)
        for (name, title), width in zip(titles.items(), widths, strict=True)
    }


def evidence_of(frame: Frame, line: Line, card: Protected, *, more: str = "") -> Evidence:
    """Return what stands behind a line of the sheet as it is printed: what the page shows, all rows of it.

    Parameters
    ----------
    card
        Of `evidence_card`.
    more
        A sentence to put behind what is missing.
    """
    found = behind(line, card)
    tables = []
    if found.months:
        heads, values = zip(*found.months, strict=True)
        tables.append(EvidenceTable(heads=heads, rows=(values,), is_strip=True))
    if found.told:
        heads = (level_title(_level(found)), _("Count"), _("Out of"), _("Value"), _("Interval"))
        tables.append(_filled(heads, [_cells(frame, one) for one in found.told]))
    return Evidence(
        title=indicator_name(line.indicator.id),
        figure=_figure(line),
        state=line.state,
        words=indicator_words(line.indicator.id),
        missing=join_sentences(lacking_words(frame, line), _untold_words(frame, found), more),
        tables=tuple(tables),
    )


def _filled(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> EvidenceTable:
    """Return a table without the columns that tell nothing in any row, as intervals of what is measured whole."""
    kept = [at for at in range(len(heads)) if any(row[at] != MISSING for row in rows)]
    return EvidenceTable(tuple(heads[at] for at in kept), tuple(tuple(row[at] for at in kept) for row in rows))


def _figure(line: Line) -> str:
    """Write the station's own figure and how it stands to the goal, as the head of its evidence has it."""
    interval = f"({line.interval})" if line.interval else ""
    return " ".join(part for part in (line.value, interval, line.goal) if part)


def _level(found: Behind) -> str:
    line = found.told[0]
    return str(line.table.frame["level"].iloc[line.row])


def _cells(frame: Frame, line: Line) -> tuple[str, ...]:
    """Return the cells of a row on paper, where what is withheld has another sign than what is missing."""
    parts = [_count(line, "numerator"), _count(line, "denominator")]
    value = line.cell("value")
    figures = (WITHHELD, WITHHELD) if value.withheld else (line.value, line.interval or MISSING)
    return (frame.name(line.area_id), *parts, *figures)


def _count(line: Line, column: str) -> str:
    cell = line.cell(column)
    return WITHHELD if cell.withheld else count_text(cell.value)


def _untold_words(frame: Frame, found: Behind) -> str:
    """Say of which areas nothing is told, and of how many it is withheld."""
    if not found.told:
        return "" if found.line.state == "missing" else _("The data do not tell of it by area.")
    names = [frame.name(line.area_id) for line in found.untold]
    texts = []
    if names:
        more = len(names) - _MOST_NAMED
        text = _("Nothing to tell of: {names}.") if more <= 0 else _("Nothing to tell of: {names} and {n} more.")
        texts.append(text.format(names=_(", ").join(names[:_MOST_NAMED]), n=count_text(max(more, 0))))
    if found.n_withheld:
        words = ngettext("Withheld of {n} area.", "Withheld of {n} areas.", found.n_withheld)
        texts.append(words.format(n=count_text(found.n_withheld)))
    return join_sentences(*texts)
