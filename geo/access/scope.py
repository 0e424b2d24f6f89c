"""Who asks: a role and the area it is for, from the session or the command line's flag alone, never from a URL."""

from __future__ import annotations

import os
from dataclasses import dataclass

from geo.areas import area_table, find_area, levels
from geo.errors import GeoError, NotPermitted
from geo.rules import load_rules
from geo.store import Release

__all__ = ["ADMINISTRATOR", "PUBLIC", "Scope", "require_area", "require_role", "scope_from_environment"]

#: The role of those who have no other: nothing is their own.
PUBLIC = "public"
#: The role that keeps Maple Grid itself, and alone reads who looked at what.
ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Scope:
    """Who asks.

    Parameters
    ----------
    role
        One of the roles that the rules know: ``public``, ``director``, ``planner``, ``administrator``.
    area
        Code of the area the role is for; None for the whole release. A director with a station's code is that
        station's, one without is the county's. Who keeps the system keeps all of it: an administrator has no area.

    Raises
    ------
    GeoError
        When the rules do not know the role, or an administrator has an area.
    """

    role: str
    area: str | None = None

    def __post_init__(self) -> None:
        roles = load_rules().privacy
        if self.role not in roles:
            raise GeoError(f"There is no role {self.role!r}. Remedy: use one of {', '.join(roles)}.")
        if self.role == ADMINISTRATOR and self.area is not None:
            raise GeoError("An administrator has no area. Remedy: leave the area out, or use director or planner.")


def scope_from_environment() -> Scope:
    """Return the scope of ``MAPLEGRID_ROLE`` and ``MAPLEGRID_AREA``; a planner of the whole release by default."""
    return Scope(role=os.environ.get("MAPLEGRID_ROLE") or "planner", area=os.environ.get("MAPLEGRID_AREA") or None)


def require_role(scope: Scope, *roles: str, what: str) -> None:
    """Let only some roles pass.

    Parameters
    ----------
    what
        What they alone may have, as the subject of a sentence.

    Raises
    ------
    NotPermitted
        When the scope has another role.

    Examples
    --------
    >>> require_role(Scope("administrator"), "administrator", what="The audit trail")
    """
    if scope.role not in roles:
        raise NotPermitted(f"{what} is for {' and '.join(roles)} alone. Remedy: ask whoever runs Maple Grid for you.")


def require_area(scope: Scope, release: Release, area: str | None) -> None:
    """Let a scope read an area of a release only if it is its own or lies in it; a scope without an area reads all.

    Called where data are read that have no protection of their own, and for each page before anything of it is read.

    Parameters
    ----------
    area
        Code of the area asked for; None for the whole release.

    Raises
    ------
    NotPermitted
        When the release does not have the scope's area, or the area asked for is not in it.
    ViewError
        When the release does not have the area asked for.
    """
    if scope.area is None:
        return
    if not (area_table(release)["area_id"] == scope.area).any():
        raise NotPermitted(
            f"Release {release.number} has no area {scope.area}, which the role is for. "
            "Remedy: ask whoever gave you the role."
        )
    row = {} if area is None else find_area(release, area)
    if scope.area not in [row.get(f"{level}_id") for level in levels(release)]:
        raise NotPermitted(
            f"The role {scope.role} is for {scope.area}; {area or 'the whole release'} is seen by those who look "
            f"after it. Remedy: ask for {scope.area} or an area in it."
        )
