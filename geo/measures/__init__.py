"""Measures: from a release and a view to figures. All pages, maps, files and reports call these, so they agree."""

from __future__ import annotations

from geo.measures import coverage
from geo.measures.attention import attention
from geo.measures.by_area import measure, summary
from geo.measures.by_code import by_class, by_grade
from geo.measures.catalogue import CATALOGUE, Measure, describe, mappable
from geo.measures.compare import compare
from geo.measures.exemplary import assessment, designations
from geo.measures.points import records
from geo.measures.questions import questions
from geo.measures.reach import reach
from geo.measures.scorecard import scorecard, scorecard_whole
from geo.measures.series import by_hour, flow, monthly
from geo.measures.table import Table
from geo.measures.waiting import waiting

__all__ = [
    "CATALOGUE",
    "Measure",
    "Table",
    "assessment",
    "attention",
    "by_class",
    "by_grade",
    "by_hour",
    "compare",
    "coverage",
    "describe",
    "designations",
    "flow",
    "mappable",
    "measure",
    "monthly",
    "questions",
    "reach",
    "records",
    "scorecard",
    "scorecard_whole",
    "summary",
    "waiting",
]
