"""Every finder of the doctor, in the order in which they look."""

from __future__ import annotations

from geo.intake.doctor.case import Finder
from geo.intake.doctor.codes import find_codes
from geo.intake.doctor.coordinates import find_coordinates
from geo.intake.doctor.divisions import find_divisions
from geo.intake.doctor.outlines import find_outlines
from geo.intake.doctor.records import find_records
from geo.intake.doctor.text import find_text
from geo.intake.doctor.time import find_times
from geo.intake.doctor.unfilled import find_unfilled

__all__ = ["FINDERS"]

#: Lines of finders that look side by side, each line in its order: records by dates, borders by the system found. Who
#: finds persons looks before all of them: what stands in their columns is shown by nobody after.
FINDERS: tuple[tuple[Finder, ...], ...] = (
    (find_text, find_unfilled, find_codes, find_divisions, find_times, find_records),
    (find_coordinates, find_outlines),
)
