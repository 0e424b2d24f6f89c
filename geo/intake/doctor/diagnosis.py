"""The diagnosis of a file: read it however bad it is, guess what it is, let every finder look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from geo.errors import InputRefused
from geo.intake.doctor.case import Case
from geo.intake.doctor.columns import Guess, guess_layer, rank_columns
from geo.intake.doctor.finding import SEVERITIES, Finding, in_order, make_finding
from geo.intake.doctor.nameless import without_persons
from geo.intake.doctor.persons import find_persons
from geo.intake.doctor.reading import read_raw
from geo.intake.doctor.registry import FINDERS
from geo.intake.doctor.table import RawTable, Reading
from geo.intake.doctor.text import tell_reading
from geo.intake.recipes.recipe import Recipe
from geo.intake.serials import counts_from_1904
from geo.layers import LAYERS
from geo.store import Release, Store

__all__ = ["Diagnosis", "diagnose"]

# What a library says of a broken file may repeat much of it.
_REASON = 200
_IN_WORDS = {"refuse": "refused", "ask": "to be chosen", "warn": "warning", "note": "note"}


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What the doctor found in a file.

    Parameters
    ----------
    file
        Name of the file.
    findings
        The gravest first.
    layer
        Layer that it is for, told or guessed; None if nothing fits.
    layers
        Layers that it may be for, with their scores.
    columns
        What the columns mean, as far as it could be guessed.
    table
        The table; None if the file could not be read.
    """

    file: str
    findings: tuple[Finding, ...]
    layer: str | None = None
    layers: tuple[tuple[str, float], ...] = ()
    columns: tuple[Guess, ...] = ()
    table: RawTable | None = None

    @property
    def refused(self) -> bool:
        """Tell whether the file can't be taken in as it is."""
        return any(found.severity == "refuse" for found in self.findings)

    @property
    def meaning(self) -> Mapping[str, str]:
        """Column of the layer → column of the file."""
        return {guess.target: guess.source for guess in self.columns}

    def to_dict(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return {
            "file": self.file,
            "refused": self.refused,
            "layer": self.layer,
            "layers": [{"layer": name, "score": round(score, 3)} for name, score in self.layers],
            "table": self._shape(),
            "columns": [
                {"column": guess.source, "meaning": guess.target, "score": round(guess.score, 3)}
                for guess in self.columns
            ],
            "findings": [found.to_dict() for found in self.findings],
        }

    def lines(self) -> list[str]:
        """Return the diagnosis in lines to read."""
        lines = [self._head()]
        if self.columns:
            meanings = ", ".join(f"{guess.source} → {guess.target}" for guess in self.columns)
            lines.append(f"Columns taken for what they are called and hold: {meanings}.")
        for found in self.findings:
            lines += ["", *_finding_lines(found)]
        counts = [sum(found.severity == one for found in self.findings) for one in SEVERITIES]
        told = ", ".join(f"{count} {_IN_WORDS[one]}" for count, one in zip(counts, SEVERITIES, strict=True) if count)
        if any(found.repair for found in self.findings):
            lines += ["", f"Repairs are chosen by name: maplegrid recipe {self.file} --repair NAME … --out RECIPE.toml"]
        return [*lines, "", f"{told}." if told else "Nothing was found wrong."]

    def _head(self) -> str:
        if self.table is None:
            return f"{self.file}:"
        for_layer = f", looked at as {self.layer}" if self.layer else ""
        cells = self.table.cells
        return f"{self.file}: {len(cells):,} rows, {cells.shape[1]:,} columns{for_layer}."

    def _shape(self) -> dict[str, Any] | None:
        if self.table is None:
            return None
        layout = self.table.layout
        return {
            "kind": layout.kind,
            "rows": len(self.table.cells),
            "columns": list(self.table.columns),
            "encoding": layout.encoding,
            "delimiter": layout.delimiter,
            "header_row": layout.header_row,
            "part": layout.part,
            "complete": layout.complete,
        }


def diagnose(
    path: Path | str,
    *,
    layer: str | None = None,
    store: Store | None = None,
    recipe: Recipe | None = None,
    part: str | None = None,
    today: date | None = None,
) -> Diagnosis:
    """Look a file over and tell all that is wrong with it; a bad file is a finding, never an error.

    Parameters
    ----------
    path
        The file; it is not changed.
    layer
        Layer that it is for; guessed if None.
    store
        Store whose current release codes and areas are compared with.
    recipe
        Recipe that it is to be read by: its layer, columns, encoding and what it leaves out are taken from it.
    part
        Sheet, layer or member to look at.
    today
        Day after which dates lie in the future, where neither recipe nor release says; the file's own last change if
        None.

    Returns
    -------
    Diagnosis
        Findings in order of their severity.
    """
    path = Path(path)
    findings = list[Finding]()
    reading = Reading(None)
    with _refusals(findings):
        reading = read_raw(path, part=part, recipe=recipe)
    reading = without_persons(reading, recipe.sources() if recipe else ())
    findings += tell_reading(reading.told)
    if reading.table is None:
        return Diagnosis(path.name, in_order(findings))
    table = reading.table
    layers = guess_layer(table, file=path.stem)
    chosen = layer or (recipe.layer if recipe else None) or (layers[0][0] if layers else None)
    if chosen is None:
        findings.append(make_finding("columns.no_layer"))
    release = store.current() if store is not None else None
    columns = _columns(table, chosen, recipe, release)
    case = Case(
        file=path.name,
        table=table,
        layer=chosen,
        meaning={guess.target: guess.source for guess in columns},
        as_of=_as_of(path, recipe, today),
        release=release,
        recipe=recipe,
        from_1904=counts_from_1904(path),
    )
    findings += _examine(case)
    return Diagnosis(path.name, in_order(findings), chosen, layers, columns, table)


def _examine(case: Case) -> Iterator[Finding]:
    """Let the finders look, those of persons first: what stands in such columns is shown by nobody after them."""
    found = list(find_persons(case))
    yield from found
    columns = frozenset(one.column for one in found if one.column is not None)
    left_out = frozenset(case.recipe.leave_out) if case.recipe else frozenset()
    rest = replace(case, persons=columns | left_out)
    # Most of the time goes into Arrow's kernels, which let another thread work.
    with ThreadPoolExecutor(len(FINDERS)) as pool:
        for findings in pool.map(lambda line: [one for finder in line for one in finder(rest)], FINDERS):
            yield from findings


def _columns(table: RawTable, layer: str | None, recipe: Recipe | None, release: Release | None) -> tuple[Guess, ...]:
    if recipe is not None:
        told = {**recipe.columns, **{name: made.sources[0] for name, made in recipe.values.items() if made.sources}}
        return tuple(Guess(name, source, 1.0) for name, source in told.items() if source in table.columns)
    if layer is None or layer not in LAYERS:
        return ()
    # A county's file may name its city: it is asked for where the release has cities, and else left alone.
    about = LAYERS[layer]
    away = {name for name in about.sparse if release is None or not release.has(about.parents[name])}
    return tuple(guess for guess in rank_columns(table, layer) if guess.target not in away)


def _as_of(path: Path, recipe: Recipe | None, today: date | None) -> date:
    told = recipe.release.as_of if recipe else None
    if isinstance(told, date):
        return told
    return today or datetime.fromtimestamp(path.stat().st_mtime).date()


@contextmanager
def _refusals(findings: list[Finding]) -> Iterator[None]:
    """Make a finding of what reading refuses."""
    try:
        yield
    except InputRefused as error:
        problem, _, remedy = str(error).partition(" Remedy: ")
        reason = problem.partition(": ")[2].removesuffix(".") or problem
        findings.append(
            make_finding(
                "file.unreadable", figures={"reason": reason[:_REASON], "remedy": remedy or "Export it again."}
            )
        )
    except OSError as error:
        figures = {"reason": error.strerror or "the disk did not give it", "remedy": "Check the file and its folder."}
        findings.append(make_finding("file.unreadable", figures=figures))


def _finding_lines(found: Finding) -> Iterable[str]:
    where = f" in column {found.column}" if found.column else ""
    yield f"[{_IN_WORDS[found.severity]}] {found.code}{where}: {found.problem}"
    if found.rows:
        more = ", …" if found.count > len(found.rows) else ""
        yield f"    rows {', '.join(str(row) for row in found.rows)}{more}"
    yield f"    {found.remedy}{f' (repair: {found.repair})' if found.repair else ''}"
