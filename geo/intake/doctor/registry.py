"""Every finder of the doctor, in the order in which they look."""

from __future__ import annotations

from geo.intake.doctor.case import Finder
from geo.intake.doctor.codes import find_codes
from geo.intake.doctor.coordinates import find_coordinates
from geo.intake.doctor.divisions import find_divisions
from geo.intake.doctor.outlines import find_outlines
from geo.intake.doctor.persons import find_persons
from geo.intake.doctor.records import find_records
from geo.intake.doctor.text import find_text
from geo.intake.doctor.time import find_times
from geo.intake.doctor.unfilled import find_unfilled

__all__ = ["FINDERS"]

#: Persons first: what stands in their columns is shown by nobody after. Records last: they wait for the dates.
FINDERS: tuple[Finder, ...] = (
    find_persons,
    find_text,
    find_unfilled,
    find_codes,
    find_divisions,
    find_times,
    find_coordinates,
    find_outlines,
    find_records,
)
