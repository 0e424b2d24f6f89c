"""What each layer is, and whether a frame is one."""

from geo.layers.checks import ANY_CODE, are_lost, check_keys, check_layer, find_faults
from geo.layers.schemas import AREA_LEVELS, EVENT_LAYERS, LAYERS, STORE_CRS, UPPER_LEVELS, Layer
from geo.layers.seen import SeenKeys

__all__ = [
    "ANY_CODE",
    "AREA_LEVELS",
    "EVENT_LAYERS",
    "LAYERS",
    "STORE_CRS",
    "UPPER_LEVELS",
    "Layer",
    "SeenKeys",
    "are_lost",
    "check_keys",
    "check_layer",
    "find_faults",
]
