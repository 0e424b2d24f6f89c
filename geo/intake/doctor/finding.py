"""A finding: one thing that is wrong with a file, how much of it, and what to do; data/findings.toml has the words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, cast

import numpy as np

from geo.errors import GeoError
from geo.resources import resource

__all__ = [
    "SEVERITIES",
    "Figure",
    "Finding",
    "Severity",
    "Words",
    "all_words",
    "in_order",
    "make_finding",
    "sample_rows",
]

#: refuse: the file can't be taken in as it is; ask: the user must choose; warn; note: told, nothing to do.
Severity = Literal["refuse", "ask", "warn", "note"]
SEVERITIES: tuple[Severity, ...] = ("refuse", "ask", "warn", "note")

#: A number or a word of the evidence.
Figure = int | float | str
_ROWS_KEPT = 10


@dataclass(frozen=True)
class Words:
    """What is said of a code: how grave it is, problem and remedy as templates, and the repair that mends it."""

    severity: Severity
    problem: str
    remedy: str
    repair: str | None = None


@dataclass(frozen=True)
class Finding:
    """One thing that was found in a file.

    Parameters
    ----------
    code
        What it is: ``text.encoding``, ``codes.scientific``, ``areas.overlap``; a key of data/findings.toml.
    severity
        How grave it is.
    count
        Rows, cells or areas concerned.
    rows
        Some of the rows, as a reader counts them in the file (the header of a table is row 1).
    column
        Column of the file; None if it is about the whole.
    figures
        Numbers of the evidence, for the templates; never a value of a person.
    repair
        Name of the repair that mends it; None if none is safe.

    Examples
    --------
    >>> found = make_finding("codes.scientific", column="grid_id", count=3, rows=[2, 5, 9])
    >>> found.severity, found.repair
    ('refuse', None)
    """

    code: str
    severity: Severity
    count: int
    rows: tuple[int, ...] = ()
    column: str | None = None
    figures: Mapping[str, Figure] = field(default_factory=dict)
    repair: str | None = None

    @property
    def problem(self) -> str:
        """What is wrong, in English; `Words.problem` is the template to translate."""
        return self._fill(all_words()[self.code].problem)

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return self._fill(all_words()[self.code].remedy)

    def fill(self, template: str) -> str:
        """Fill a translated template with the figures."""
        return self._fill(template)

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "code": self.code,
            "severity": self.severity,
            "column": self.column,
            "count": self.count,
            "rows": list(self.rows),
            "figures": dict(self.figures),
            "problem": self.problem,
            "remedy": self.remedy,
            "repair": self.repair,
        }

    def _fill(self, template: str) -> str:
        return template.format_map({"count": self.count, "column": self.column or "", **self.figures})


def make_finding(
    code: str,
    *,
    count: int = 1,
    rows: Iterable[Any] = (),
    column: str | None = None,
    figures: Mapping[str, Figure] | None = None,
    severity: Severity | None = None,
    repairable: bool = True,
) -> Finding:
    """Return a finding with the severity and the repair that data/findings.toml gives its code.

    Parameters
    ----------
    code, count, column, figures
        As in `Finding`.
    rows
        All rows concerned or some; the first ten are kept.
    severity
        In place of the usual one.
    repairable
        False where the usual repair would not be safe here.

    Raises
    ------
    GeoError
        When no words are there for the code.
    """
    words = all_words().get(code)
    if words is None:
        raise GeoError(f"data/findings.toml has no words for {code!r}. Remedy: install maplegrid again.")
    return Finding(
        code=code,
        severity=severity or words.severity,
        count=int(count),
        rows=sample_rows(rows),
        column=column,
        figures=MappingProxyType(dict(figures or {})),
        repair=words.repair if repairable else None,
    )


def sample_rows(rows: Iterable[Any]) -> tuple[int, ...]:
    """Return the first ten of some row numbers."""
    array = rows if isinstance(rows, np.ndarray | tuple | list) else np.asarray(cast("Any", rows))
    return tuple(int(row) for row in array[:_ROWS_KEPT])


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings, the gravest first; of one severity as they were found."""
    return tuple(sorted(findings, key=lambda found: SEVERITIES.index(found.severity)))


@cache
def all_words() -> Mapping[str, Words]:
    """Return the words for every code."""
    with resource("findings.toml").open("rb") as file:
        raw = tomllib.load(file)
    return MappingProxyType({code: Words(**entry) for code, entry in raw.items()})
