"""Maps on paper: sheets of PDF, PNG and SVG that hold what the screen shows, and say so on themselves."""

from geo.export.printed.asked import MapAsked
from geo.export.printed.logo import logo_png
from geo.export.printed.paper import PAPERS, Paper
from geo.export.printed.sheet import draw_map, picture_of, plate_of, write_map
from geo.export.printed.themes import THEMES, usual_theme

__all__ = [
    "PAPERS",
    "THEMES",
    "MapAsked",
    "Paper",
    "draw_map",
    "logo_png",
    "picture_of",
    "plate_of",
    "usual_theme",
    "write_map",
]
