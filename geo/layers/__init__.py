"""What each layer is, and whether a frame is one."""

from geo.layers.checks import are_lost, check_keys, check_layer, find_faults
from geo.layers.schemas import AREA_LEVELS, EVENT_LAYERS, LAYERS, STORE_CRS, Layer
from geo.layers.seen import SeenKeys

__all__ = [
    "AREA_LEVELS",
    "EVENT_LAYERS",
    "LAYERS",
    "STORE_CRS",
    "Layer",
    "SeenKeys",
    "are_lost",
    "check_keys",
    "check_layer",
    "find_faults",
]
