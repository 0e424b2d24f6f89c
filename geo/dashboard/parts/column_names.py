"""What the columns of the layers are called on the screens."""

from __future__ import annotations

from geo.codes import code_list
from geo.layers import UPPER_LEVELS
from geo.words import gettext as _
from geo.words import language

__all__ = ["column_name"]


def column_name(column: str) -> str:
    """Return the name of a layer's column in the language of this run; its own where it has no other.

    Examples
    --------
    >>> column_name("found_at")
    'Found at'
    """
    level = column.removesuffix("_id")
    if level in UPPER_LEVELS:
        return _("Code of the {level}").format(level=code_list("level")[level].label(language()))
    return _names().get(column, column)


def _names() -> dict[str, str]:
    return {
        "record_id": _("Number of the record"),
        "class": _("Class"),
        "subclass": _("Kind"),
        "grade": _("Grade"),
        "source": _("Source"),
        "channel": _("Who mediates"),
        "settled_at": _("Settled at"),
        "transfer": _("Kind of transfer"),
        "repeat_of": _("Repeat of"),
        "found_at": _("Found at"),
        "accepted_on": _("Day accepted"),
        "mediating_on": _("Mediation begun"),
        "settled_on": _("Day settled"),
        "transferred_on": _("Day transferred"),
        "failed_on": _("Day given up"),
        "returned_on": _("Return visit"),
        "notified_on": _("Notified"),
        "rectifying_on": _("Removal begun"),
        "rectified_on": _("Day removed"),
        "verified_on": _("Verified"),
        "due_on": _("Due"),
        "paused_on": _("Term paused"),
        "resumed_on": _("Term runs again"),
        "extended_until_on": _("Extended until"),
        "lon": _("Longitude"),
        "lat": _("Latitude"),
        "placed": _("How placed"),
        "county_id": _("County's code"),
        "station_id": _("Station's code"),
        "village_id": _("Village's code"),
        "grid_id": _("Grid's code"),
        "name": _("Name of the area or place"),
        "name_en": _("Its English name"),
        "kind": _("Kind"),
        "residents": _("Residents"),
        "floating": _("Floating population"),
        "households": _("Households"),
        "post_id": _("Number of the post"),
        "role": _("Role"),
        "hours_per_week": _("Hours a week"),
        "from_on": _("From"),
        "until_on": _("Until"),
        "share": _("Share of time"),
        "month": _("Month"),
        "households_visited": _("Households visited"),
        "requests_handled": _("Requests handled"),
        "place_id": _("Number of the place"),
        "group_id": _("Number of the group"),
        "members": _("Members"),
        "shifts": _("Shifts"),
        "respondents": _("Respondents"),
        "level": _("Named by"),
        "year": _("Year named"),
        "batch": _("Batch"),
        "withdrawn_on": _("Withdrawn on"),
        "score": _("Score"),
        "rank": _("Rank"),
    }
