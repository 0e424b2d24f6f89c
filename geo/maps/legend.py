"""Legends as HTML that needs no style sheet: the same text on a page and in a file."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from geo.codes import code_list, label
from geo.maps.classify import Classes
from geo.maps.figures import format_number
from geo.maps.heat import Heat
from geo.maps.palettes import STATE_COLOURS, Theme, theme_colours
from geo.maps.symbols import place_symbol
from geo.maps.values import MISSING, STATES, WITHHELD, classes_of, measure_title, state_word, value_signs
from geo.measures.catalogue import Measure, describe
from geo.words.catalogue import translator

if TYPE_CHECKING:
    from geo.privacy import Protected
    from geo.view import View

__all__ = ["heat_legend_html", "legend_html", "legend_title", "places_legend_html", "state_legend_html", "title_in"]

_WIDTH, _HEIGHT = 22, 14
# Lines and dots of the hatches, as data/web/canvas.js draws them.
_FALLING = "M-2-2l18 18M5-2l18 18M12-2l18 18M-9-2l18 18"
_RISING = "M-2 16l18-18M5 16l18-18M12 16l18-18M-9 16l18-18"
_DOTS = "M3 4h.1M9 4h.1M15 4h.1M6 9h.1M12 9h.1M18 9h.1"


def legend_html(
    protected: Protected,
    measure_id: str,
    *,
    lang: str,
    theme: Theme = "light",
    classes: Classes | None = None,
    when: str = "",
    note: str = "",
) -> str:
    """Return the legend of a value layer: what is shown, its unit, a colour per class, hatches where they occur.

    Parameters
    ----------
    protected, measure_id, classes
        As given to `geo.maps.value_layer`.
    lang, theme
        Language; paper that the legend lies on.
    when
        Period to name in the title, where it is not that of all around.
    note
        What a reader has to know beside the classes.
    """
    classes = classes or classes_of(protected, measure_id, theme=theme)
    pairs = zip(classes.colours, classes.labels, strict=True)
    rows = [_row(_swatch(colour, theme), text) for colour, text in pairs]
    signs = value_signs(protected, measure_id, classes=classes)
    title = title_in(protected, measure_id, lang)
    return _box(_dated(title, when), [*rows, *_hatched_rows(signs, lang=lang, theme=theme)], note=note)


def state_legend_html(protected: Protected, *, lang: str, theme: Theme = "light", when: str = "") -> str:
    """Return the legend of a state layer, with the number of grids in each state; ``when`` as in `legend_html`."""
    _ = translator(lang)
    frame = protected.frame
    counts = frame["state"].value_counts()
    rows = [
        _row(
            _swatch(STATE_COLOURS[theme][state], theme, hatch=_RISING if state == "vacant" else None),
            f"{state_word(state, lang)} {format_number(counts.get(state, 0))}",
        )
        for state in STATES
    ]
    colours = theme_colours(theme)
    outline = f'<rect x="1.5" y="1.5" width="19" height="11" fill="none" stroke="{colours.text}" stroke-width="2.4"/>'
    dot = f'<circle cx="11" cy="7" r="3" fill="{colours.text}" stroke="{colours.halo}"/>'
    lone = frame["no_backup"] & (frame["state"] != "vacant")
    rows.append(_row(_svg(outline), f"{_('over-size')} {format_number(int(frame['over_size'].sum()))}"))
    rows.append(_row(_svg(dot), f"{_('no backup')} {format_number(int(lone.sum()))}"))
    return _box(_dated(_("Coverage"), when), rows)


def heat_legend_html(heat: Heat, *, lang: str, theme: Theme = "light", when: str = "", note: str = "") -> str:
    """Return the legend of a density: events per km² and year, the bandwidth in metres, the number of events.

    ``when`` and ``note`` as in `legend_html`.
    """
    _ = translator(lang)
    classes = heat.classes
    pairs = zip(classes.colours, classes.labels, strict=True)
    rows = [_row(_swatch(colour, theme), text) for colour, text in pairs]
    made_of = _("bandwidth {metres} m, n = {events}").format(
        metres=format_number(heat.bandwidth_m), events=format_number(heat.events)
    )
    return _box(_dated(_("Events per km² and year"), when), rows, note=" · ".join(filter(None, (made_of, note))))


def places_legend_html(kinds: Iterable[str], *, lang: str, theme: Theme = "light") -> str:
    """Return the legend of places: the symbol and the name of each kind."""
    _ = translator(lang)
    present = set(kinds)
    known = [kind for kind in code_list("place_kind") if kind in present]
    return _box(
        _("Places"), [_row(_image(place_symbol(kind, theme=theme)), label("place_kind", kind, lang)) for kind in known]
    )


def title_in(protected: Protected, measure_id: str, lang: str) -> str:
    """Return what a legend of a measure of a table tells of, as `legend_title` does.

    Raises
    ------
    KeyError
        When the table's layer has no such measure.
    """
    return legend_title(describe(protected.view.layer, measure_id), lang, view=protected.view)


def legend_title(measure: Measure, lang: str, *, view: View) -> str:
    """Return what a legend tells of, with its unit, and of a count of records of a view which of them."""
    _ = translator(lang)
    # A larger area has more of everything: a reader has to see that these are no rates.
    units = {"count": _("number"), "share": "%", "days": _("days"), "hours": _("hours")}
    unit = units.get(measure.unit)
    name = measure_title(measure, lang=lang, view=view)
    # A rate says in its name what it is per.
    if unit is None or measure.unit == "per_1000":
        return name
    return _("{measure}, {unit}").format(measure=name, unit=unit)


def _dated(title: str, when: str) -> str:
    return f"{title} · {when}" if when else title


def _hatched_rows(signs: str, *, lang: str, theme: Theme) -> list[str]:
    _ = translator(lang)
    colours = theme_colours(theme)
    rows = []
    if WITHHELD in signs:
        rows.append(_row(_swatch(colours.missing, theme, hatch=_FALLING), _("withheld, the count is small")))
    if MISSING in signs:
        rows.append(_row(_swatch(colours.paper, theme, hatch=_DOTS), _("no value")))
    return rows


def _box(title: str, rows: Sequence[str], *, note: str = "") -> str:
    small = f'<div style="opacity:.72;font-size:.92em">{escape(note)}</div>' if note else ""
    list_style = "display:flex;flex-wrap:wrap;gap:.15em .9em;margin:.2em 0"
    return (
        '<div class="maple-legend" style="font-size:.87rem;line-height:1.5;font-variant-numeric:tabular-nums">'
        f'<div style="font-weight:600">{escape(title)}</div>'
        f'<div style="{list_style}">{"".join(rows)}</div>{small}</div>'
    )


def _row(symbol: str, text: str) -> str:
    style = "display:inline-flex;align-items:center;gap:.4em;white-space:nowrap"
    return f'<span style="{style}">{symbol}<span>{escape(text)}</span></span>'


def _swatch(colour: str, theme: Theme, *, hatch: str | None = None) -> str:
    colours = theme_colours(theme)
    shape = f'<rect x=".5" y=".5" width="21" height="13" fill="{colour}" stroke="{colours.quiet_text}"/>'
    if hatch is None:
        return _svg(shape)
    stroke = colours.halo if hatch is _RISING else colours.quiet_text
    lines = f'<path d="{hatch}" stroke="{stroke}" stroke-width="1.4" stroke-linecap="round" fill="none"/>'
    return _svg(shape + lines)


def _svg(content: str) -> str:
    return _image(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f"{content}</svg>"
    )


def _image(svg: str) -> str:
    """Return a drawing as an image: pages that clean what they are given leave images alone, but not drawings."""
    return f'<img alt="" style="flex:none" src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'
