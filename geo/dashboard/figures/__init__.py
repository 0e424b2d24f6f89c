"""The figures of a page, measured and protected for the one who asks; pages and parts show them and count nothing."""

from __future__ import annotations

from geo.dashboard.figures.asked import MEASURED, Ask, layers_shown, months_up_to, seen
from geo.dashboard.figures.coverage import CoverageFigures, coverage_figures
from geo.dashboard.figures.heat import event_density
from geo.dashboard.figures.today import TodayFigures, today_figures

__all__ = [
    "MEASURED",
    "Ask",
    "CoverageFigures",
    "TodayFigures",
    "coverage_figures",
    "event_density",
    "layers_shown",
    "months_up_to",
    "seen",
    "today_figures",
]
