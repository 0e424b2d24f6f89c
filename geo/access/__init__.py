"""Who asks and what they did: scopes, roles from sign-in claims, the store's secret, the audit trail."""

from __future__ import annotations

from geo.access.changes import note_changes
from geo.access.key import rotate_key, store_key
from geo.access.roles import Claims, Grant, Roles, read_roles
from geo.access.scope import ADMINISTRATOR, PUBLIC, Scope, require_area, require_role, scope_from_environment
from geo.access.trail import Deed, Trail, TrailState
from geo.access.who import Asker, asker_of

__all__ = [
    "ADMINISTRATOR",
    "PUBLIC",
    "Asker",
    "Claims",
    "Deed",
    "Grant",
    "Roles",
    "Scope",
    "Trail",
    "TrailState",
    "asker_of",
    "note_changes",
    "read_roles",
    "require_area",
    "require_role",
    "rotate_key",
    "scope_from_environment",
    "store_key",
]
