"""What is wrong with a file, in the words of whoever has it."""

from __future__ import annotations

from geo.intake.doctor.columns import guess_layer, guess_mapping
from geo.intake.doctor.diagnosis import Diagnosis, diagnose
from geo.intake.doctor.finding import Finding

__all__ = ["Diagnosis", "Finding", "diagnose", "guess_layer", "guess_mapping"]
