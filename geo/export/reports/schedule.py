"""Which reports are due: a schedule in TOML, the periods that are over, and what a folder holds already."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from geo.access import Scope
from geo.areas import area_table, find_area, levels
from geo.errors import GeoError, ViewError
from geo.export.printed import MapAsked, usual_theme
from geo.export.reports.atlas import write_atlas
from geo.export.reports.briefing import write_briefing
from geo.export.reports.slides import write_slides
from geo.layers import AREA_LEVELS
from geo.measures.catalogue import usual_measure
from geo.privacy import nearest_allowed
from geo.rules import load_rules
from geo.store import Release
from geo.view import Every, Period, View, last_closed
from geo.words.catalogue import LANGUAGES

__all__ = ["Due", "Planned", "find_due", "read_schedule", "write_due"]

_ALL = "all"
# What a report may tell of; the first that the data have, where a schedule names none.
_TOLD = ("disputes", "hazards", "incidents")
_ENDINGS = MappingProxyType({"briefing": ".pdf", "slides": ".pptx", "atlas": ".pdf"})
_WRITERS: dict[str, Callable[..., None]] = {"briefing": write_briefing, "slides": write_slides, "atlas": write_atlas}
_FIELDS = {"kind", "every", "of", "lang", "role", "layer"}


@dataclass(frozen=True)
class Planned:
    """One line of a schedule.

    Parameters
    ----------
    kind
        ``briefing``, ``slides`` or ``atlas``.
    every
        ``week``, ``month``, ``quarter`` or ``year``.
    of
        ``all``, a layer of areas such as ``stations``, or codes.
    lang
        ``en`` or ``zh_CN``.
    role
        Who reads it; a director of the area that it is about.
    layer
        What its map and its months show; None for the first of disputes, hazards and incidents that the data have.
    """

    kind: str
    every: Every
    of: str | tuple[str, ...]
    lang: str
    role: str
    layer: str | None = None


@dataclass(frozen=True)
class Due:
    """A report that is due: what is planned, of which layer, area and period, and the file it is to become."""

    planned: Planned
    layer: str
    area: str | None
    period: Period
    path: Path


def read_schedule(path: Path) -> tuple[Planned, ...]:
    """Read a schedule.

    Raises
    ------
    GeoError
        When it can't be read, or a line says what nobody knows; the line and the remedy are named.
    """
    try:
        lines = tomllib.loads(path.read_text(encoding="utf-8")).get("reports", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GeoError(
            f"{path.name}: the schedule can't be read ({error}). Remedy: write it as data/reports.toml is."
        ) from error
    if not isinstance(lines, list) or not lines:
        raise GeoError(f"{path.name}: there is nothing to report. Remedy: write a [[reports]] as in data/reports.toml.")
    return tuple(_read_line(path, number, line) for number, line in enumerate(lines, start=1))


def _read_line(path: Path, number: int, line: Any) -> Planned:  # noqa: ANN401  as TOML has it
    where = f"{path.name}: report {number}"
    if not isinstance(line, dict) or not set(line) <= _FIELDS:
        named = ", ".join(sorted(set(line) - _FIELDS)) if isinstance(line, dict) else line
        raise GeoError(f"{where}: {named} is unknown. Remedy: use {', '.join(sorted(_FIELDS))}.")
    asked = {"layer": None, "of": _ALL, "lang": "zh_CN", "role": "director", **line}
    known = {
        "kind": tuple(_WRITERS),
        "every": get_args(Every),
        "lang": LANGUAGES,
        "role": tuple(load_rules().privacy),
        "layer": (None, *_TOLD),
    }
    for field, values in known.items():
        if asked.get(field) not in values:
            named = ", ".join(filter(None, values))
            raise GeoError(f"{where}: {field} is {asked.get(field)!r}. Remedy: use one of {named}.")
    of = asked["of"]
    if isinstance(of, list) and of and all(isinstance(code, str) for code in of):
        asked["of"] = tuple(of)
    elif of not in (_ALL, *AREA_LEVELS.values()):
        raise GeoError(
            f"{where}: of is {of!r}. Remedy: use all, {', '.join(AREA_LEVELS.values())}, or a list of codes."
        )
    return Planned(**asked)


def find_due(release: Release, planned: Sequence[Planned], folder: Path) -> list[Due]:
    """Return the reports of the last periods that are over in the data, without those that the folder holds.

    Raises
    ------
    ViewError
        When the release has no such area, or nothing to report.
    """
    return [due for one in planned for due in _reports(release, one, folder) if not due.path.exists()]


def _reports(release: Release, one: Planned, folder: Path) -> Iterator[Due]:
    period, layer = last_closed(release.as_of, one.every), one.layer or _first_layer(release)
    for area in _areas(release, one.of):
        name = f"{one.kind}-{layer}-{area or _ALL}-{period.text}-{one.role}-{one.lang}{_ENDINGS[one.kind]}"
        yield Due(one, layer, area, period, folder / name)


def _first_layer(release: Release) -> str:
    found = next((layer for layer in _TOLD if release.has(layer)), None)
    if found is None:
        raise ViewError(f"Release {release.number} has none of {', '.join(_TOLD)}. Remedy: import a file of one.")
    return found


def _areas(release: Release, of: str | tuple[str, ...]) -> list[str | None]:
    if of == _ALL:
        return [None]
    if isinstance(of, tuple):
        return [str(find_area(release, code)["area_id"]) for code in of]
    table, level = area_table(release), next(level for level, layer in AREA_LEVELS.items() if layer == of)
    return [str(code) for code in table.loc[table["level"] == level, "area_id"]]


def write_due(release: Release, due: Due) -> None:
    """Write a report that is due; its file is there when it is whole.

    Raises
    ------
    NotPermitted
        When its reader may not see what it is about.
    """
    one = due.planned
    scope = Scope(one.role, due.area if one.role == "director" else None)
    view = View(due.period, layer=due.layer, level=levels(release)[-1], area=due.area)
    view = nearest_allowed(view, scope, release).view
    measure_id = usual_measure(view.layer, view.source)
    asked = MapAsked(theme=usual_theme(view.layer, measure_id), measure_id=measure_id, lang=one.lang)
    due.path.parent.mkdir(parents=True, exist_ok=True)
    part = due.path.with_name(f".{due.path.name}")
    try:
        _WRITERS[one.kind](release, view, scope, asked, part)
        part.replace(due.path)
    finally:
        part.unlink(missing_ok=True)
