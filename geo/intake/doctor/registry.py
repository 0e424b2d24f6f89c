"""Every finder of the doctor, in the order in which they look."""

from __future__ import annotations

from geo.intake.doctor.case import Finder
from geo.intake.doctor.codes import find_codes
from geo.intake.doctor.text import find_text

__all__ = ["FINDERS"]

#: Persons first: what stands in their columns is shown by nobody after.
FINDERS: tuple[Finder, ...] = (find_text, find_codes)
