"""Who looks at the page: by the sign-in where it is set up, else by the environment."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import streamlit as st

from geo.access import PUBLIC, Asker, Claims, Scope, asker_of, scope_from_environment, store_key
from geo.access.roles import roles_in_force, roles_path
from geo.dashboard.shut import is_set_up
from geo.errors import NotPermitted
from geo.web import store_root
from geo.words import gettext as _
from geo.words import message

__all__ = ["REFUSALS", "SignInNeeded", "stranger", "who_asks"]

#: Why a sign-in gives nothing, as `geo.access.roles` says it.
REFUSALS = (
    message("Your sign-in has no role in Maple Grid. Remedy: ask whoever keeps the sign-in to give you one."),
    message("Your sign-in names several areas, and a role is for one. Remedy: ask whoever keeps the sign-in."),
)

_PURPOSE = "pseudonyms"
_SESSION = "session_pseudonym"
_SESSION_SIGNS = 12


class SignInNeeded(NotPermitted):
    """Nobody has signed in, or not lately, and without that nothing is shown."""


def who_asks() -> Asker:
    """Return who looks at the page that runs.

    Raises
    ------
    SignInNeeded
        When the roles refuse who has not signed in.
    NotPermitted
        When the sign-in gives no role, or several areas.
    """
    if not is_set_up():
        return Asker(scope_from_environment(), _session())
    roles = roles_in_force(roles_path())
    now = datetime.now(UTC)
    claims = _claims()
    if claims is None or not roles.is_fresh(claims, now=now):
        if roles.anonymous != PUBLIC:
            raise SignInNeeded(_("What Maple Grid shows here is for those who sign in."))
        return stranger()
    identity = (str(claims.get("iss")), str(claims.get("sub")))
    scope = roles.scope_of(claims)
    return asker_of(scope, *identity, key=store_key(store_root(), _PURPOSE), at=now, signed_in=True)


def stranger() -> Asker:
    """Return somebody of whom nothing is known but the session: who was not let in."""
    return Asker(Scope(PUBLIC), _session())


def _claims() -> Claims | None:
    """Return what the sign-in has said of this session, verified by Streamlit; None for nobody."""
    return st.user.to_dict() if st.user.get("is_logged_in") is True else None


def _session() -> str:
    """Return what tells this session from others, of whom nothing else is known."""
    known: str = st.session_state.setdefault(_SESSION, uuid4().hex[:_SESSION_SIGNS])
    return known
