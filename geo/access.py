"""Who asks: a role and the area it is for, from the session or the command line's flag alone, never from a URL."""

from __future__ import annotations

import os
from dataclasses import dataclass

from geo.errors import GeoError
from geo.rules import load_rules

__all__ = ["Scope", "scope_from_environment"]


@dataclass(frozen=True)
class Scope:
    """Who asks.

    Parameters
    ----------
    role
        One of the roles that the rules know: ``public``, ``director``, ``planner``.
    area
        Code of the area the role is for; None for the whole release.

    Raises
    ------
    GeoError
        When the rules do not know the role.
    """

    role: str
    area: str | None = None

    def __post_init__(self) -> None:
        roles = load_rules().privacy
        if self.role not in roles:
            raise GeoError(f"There is no role {self.role!r}. Remedy: use one of {', '.join(roles)}.")


def scope_from_environment() -> Scope:
    """Return the scope of ``MAPLEGRID_ROLE`` and ``MAPLEGRID_AREA``; a planner of the whole release by default."""
    return Scope(role=os.environ.get("MAPLEGRID_ROLE") or "planner", area=os.environ.get("MAPLEGRID_AREA") or None)
