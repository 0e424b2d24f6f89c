"""What every file says of itself: title, what is shown, source, date, release, rules, when it was made, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from babel.dates import format_date, format_datetime, format_skeleton

from geo.areas import find_area
from geo.codes import label
from geo.maps.base import attribution
from geo.privacy import Protected
from geo.store import Release
from geo.view import CLASS_LISTS, Period, View
from geo.words.catalogue import translator

__all__ = [
    "area_name",
    "audience",
    "day_text",
    "fact_words",
    "facts_of",
    "mark_of",
    "period_text",
    "projection_of",
    "shown_parts",
    "title_of",
    "unplaced_text",
]


def title_of(release: Release, lang: str) -> str:
    """Return the name of what the release holds."""
    return str(release.title_zh if lang == "zh_CN" else release.title)


def facts_of(release: Release, protected: Protected, *, lang: str, created_at: datetime) -> list[tuple[str, str]]:
    """Return names and values of where the figures come from, and for whom they are."""
    _ = translator(lang)
    return [
        (_("Source"), attribution(release, lang=lang)),
        (_("Data of"), day_text(release.as_of, lang)),
        (_("Release"), str(release.number)),
        (_("Rules"), protected.rules_hash[:12]),
        (_("Made on"), _moment_text(created_at, lang)),
        (_("Seen by"), audience(protected, lang)),
    ]


def projection_of(lang: str) -> tuple[str, str]:
    """Return name and value of the coordinate system that every printed map is drawn in."""
    _ = translator(lang)
    return _("Coordinates"), _("Equal-area projection, WGS84")


def fact_words(facts: Sequence[tuple[str, str]], lang: str) -> list[str]:
    """Write each fact as its name and its value; those without a value are left out."""
    _ = translator(lang)
    return [_("{name}: {value}").format(name=name, value=value) for name, value in facts if value]


def mark_of(protected: Protected, lang: str) -> str:
    """Return whether what is written is public or for internal use."""
    _ = translator(lang)
    return _("Public") if protected.scope.role == "public" else _("For internal use")


def audience(protected: Protected, lang: str) -> str:
    """Return for whom the figures are."""
    _ = translator(lang)
    role = {
        "public": _("for everybody"),
        "director": _("for directors"),
        "planner": _("for planners"),
        "administrator": _("for administrators"),
    }
    return role.get(protected.scope.role, protected.scope.role)


def shown_parts(release: Release, view: View, lang: str) -> list[str]:
    """Return what is shown, part by part: area, layer, period, level, classes, source, comparison."""
    _ = translator(lang)
    layers = {
        "disputes": _("Disputes"),
        "hazards": _("Hazards"),
        "incidents": _("Incidents"),
        "coverage": _("Coverage"),
        "service": _("Service"),
    }
    level = _("by {level}").format(level=label("level", view.level, lang).lower())
    parts = [layers[view.layer], period_text(view.period, lang), level]
    if view.area is not None:
        parts.insert(0, area_name(release, view.area, lang))
    class_list = CLASS_LISTS[view.layer]
    if view.classes and class_list:
        parts.append(", ".join(label(class_list, code, lang) for code in view.classes))
    if view.source is not None:
        parts.append(label("source", view.source, lang))
    if view.comparison is not None and class_list:
        parts.append(_("change on {period}").format(period=period_text(view.comparison, lang)))
    return parts


def area_name(release: Release, area_id: str, lang: str) -> str:
    """Return an area's name in a language."""
    row = find_area(release, area_id)
    english = row["name_en"]
    return english if lang == "en" and isinstance(english, str) else str(row["name"])


def unplaced_text(protected: Protected, lang: str) -> str:
    """Return how many records of the view are not on the map; empty if none, or if it may not be told."""
    if not protected.unplaced:
        return ""
    _ = translator(lang)
    return _("{n} records of this view lie in no area and are not on the map.").format(n=f"{protected.unplaced:,}")


def period_text(period: Period, lang: str) -> str:
    """Write a period as the language does.

    Examples
    --------
    >>> [period_text(Period(text), "en") for text in ("2025", "2025-Q1", "2025-03", "2017..2019")]
    ['2025', '1st quarter 2025', 'March 2025', '2017–2019']
    """
    first, _to, last = period.text.partition("..")
    if last:
        return f"{period_text(Period(first), lang)}–{period_text(Period(last), lang)}"
    if period.is_week:
        _ = translator(lang)
        return _("{first} to {last}").format(first=day_text(period.start, lang), last=day_text(period.last_day, lang))
    skeleton = "yQQQQ" if "Q" in first else "yMMMM" if "-" in first else "y"
    return str(format_skeleton(skeleton, period.start, locale=lang))


def day_text(day: date, lang: str) -> str:
    """Write a day as the language does."""
    return str(format_date(day, "long" if lang == "zh_CN" else "d MMMM y", locale=lang))


def _moment_text(moment: datetime, lang: str) -> str:
    return str(format_datetime(moment, "yyyy-MM-dd HH:mm 'UTC'", locale=lang))
