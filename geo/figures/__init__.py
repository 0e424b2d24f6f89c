"""The figures of a page, measured and protected for the one who asks; pages and parts show them and count nothing."""

from __future__ import annotations

from geo.figures.asked import MEASURED, Ask, layers_shown, months_up_to, only, seen
from geo.figures.compare import TOLD_TO_ALL, CompareFigures, compare_figures, told_to_public
from geo.figures.coverage import CoverageFigures, coverage_figures
from geo.figures.data import DataFigures, data_figures
from geo.figures.layer import LayerFigures, layer_figures
from geo.figures.months import months_seen
from geo.figures.promises import PromisesFigures, promises_figures, untold_of
from geo.figures.service import ServiceFigures, service_figures
from geo.figures.stations import StationsFigures, stations_figures
from geo.figures.today import TodayFigures, today_figures
from geo.figures.whole import WholeFigures, whole_figures
from geo.maps.densities import USUAL_BANDWIDTH_M, bandwidths_m, event_density, highest_density

__all__ = [
    "MEASURED",
    "TOLD_TO_ALL",
    "USUAL_BANDWIDTH_M",
    "Ask",
    "CompareFigures",
    "CoverageFigures",
    "DataFigures",
    "LayerFigures",
    "PromisesFigures",
    "ServiceFigures",
    "StationsFigures",
    "TodayFigures",
    "WholeFigures",
    "bandwidths_m",
    "compare_figures",
    "coverage_figures",
    "data_figures",
    "event_density",
    "highest_density",
    "layer_figures",
    "layers_shown",
    "months_seen",
    "months_up_to",
    "only",
    "promises_figures",
    "seen",
    "service_figures",
    "stations_figures",
    "today_figures",
    "told_to_public",
    "untold_of",
    "whole_figures",
]
