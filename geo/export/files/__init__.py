"""Files that planners hand on: maps for QGIS and other programs, tables for spreadsheets, as the screen shows them."""

from geo.export.files.content import Asked
from geo.export.files.kinds import KINDS, Kind, write_file

__all__ = ["KINDS", "Asked", "Kind", "write_file"]
