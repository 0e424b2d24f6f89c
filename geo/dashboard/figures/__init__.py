"""The figures of a page, measured and protected for the one who asks; pages and parts show them and count nothing."""

from __future__ import annotations

from geo.dashboard.figures.asked import MEASURED, Ask, layers_shown, months_up_to, seen
from geo.dashboard.figures.coverage import CoverageFigures, coverage_figures
from geo.dashboard.figures.data import DataFigures, data_figures
from geo.dashboard.figures.heat import USUAL_BANDWIDTH_M, bandwidths_m, event_density, highest_density
from geo.dashboard.figures.layer import LayerFigures, layer_figures
from geo.dashboard.figures.months import months_seen
from geo.dashboard.figures.service import ServiceFigures, service_figures
from geo.dashboard.figures.today import TodayFigures, today_figures
from geo.dashboard.figures.whole import WholeFigures, whole_figures

__all__ = [
    "MEASURED",
    "USUAL_BANDWIDTH_M",
    "Ask",
    "CoverageFigures",
    "DataFigures",
    "LayerFigures",
    "ServiceFigures",
    "TodayFigures",
    "WholeFigures",
    "bandwidths_m",
    "coverage_figures",
    "data_figures",
    "event_density",
    "highest_density",
    "layer_figures",
    "layers_shown",
    "months_seen",
    "months_up_to",
    "seen",
    "service_figures",
    "today_figures",
    "whole_figures",
]
