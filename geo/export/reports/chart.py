"""The chart of a report: twelve months with their interval, beside the year before."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from babel.dates import format_date
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from geo.export.printed.drawing import set_type
from geo.export.printed.paper import MM_PER_INCH
from geo.maps.palettes import theme_colours
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import language

__all__ = ["draw_months"]

_POINTS = 7.5
_LEAST_TOP = 1.0


def draw_months(months: Protected, *, width_mm: float, height_mm: float) -> bytes:
    """Return a PDF of the numbers of twelve months: a line with its interval at 95 %, and that of the year before.

    A month that is withheld, or not known, leaves a gap.
    """
    colours, frame = theme_colours("light"), months.frame
    figures = {name: _numbers(months, name) for name in ("n", "low", "high", "n_compare")}
    at = np.arange(len(frame))
    with set_type(points=_POINTS, colour=colours.text):
        figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH), layout="constrained")
        axes = figure.add_subplot()
        axes.fill_between(at, figures["low"], figures["high"], color=colours.accent, alpha=0.14, linewidth=0)
        axes.plot(
            at, figures["n_compare"], color=colours.quiet_text, linewidth=1, dashes=(3, 2), label=_("a year before")
        )
        axes.plot(
            at, figures["n"], color=colours.accent, linewidth=1.6, marker="o", markersize=2.6, label=_("these months")
        )
        # Of nothing but zeros, and of nothing at all, an axis would count in thousandths.
        axes.set_ylim(bottom=0, top=max(axes.get_ylim()[1], _LEAST_TOP))
        if not np.isfinite([figures["n"], figures["n_compare"]]).any():
            axes.text(0.5, 0.5, _("not known"), transform=axes.transAxes, ha="center", color=colours.quiet_text)
        axes.set_xticks(at, [str(format_date(month, "MMM", locale=language())) for month in frame["month"]])
        axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
        axes.tick_params(length=0, labelsize=_POINTS, labelcolor=colours.text)
        axes.grid(axis="y", color=colours.border, linewidth=0.4)
        axes.legend(frameon=False, fontsize=_POINTS, loc="lower left", ncols=2)
        for side in axes.spines.values():
            side.set_visible(False)
        drawn = BytesIO()
        figure.savefig(drawn, format="pdf", metadata={"CreationDate": None})
    return drawn.getvalue()


def _numbers(months: Protected, name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    if name not in months.frame:
        return np.full(len(months.frame), np.nan)
    return np.asarray(months.frame[name].to_numpy(dtype=np.float64, na_value=np.nan))
