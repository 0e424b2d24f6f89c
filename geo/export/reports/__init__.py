"""Reports: several pages about places, set in type; every figure comes through the door that the screens use."""

from geo.export.reports.atlas import write_atlas
from geo.export.reports.briefing import write_briefing
from geo.export.reports.schedule import Due, Planned, find_due, read_schedule, write_due
from geo.export.reports.slides import write_slides
from geo.export.reports.wall import TILES, Cut, cut_sheet, write_tiled

__all__ = [
    "TILES",
    "Cut",
    "Due",
    "Planned",
    "cut_sheet",
    "find_due",
    "read_schedule",
    "write_atlas",
    "write_briefing",
    "write_due",
    "write_slides",
    "write_tiled",
]
