"""Who looks at the page: by the sign-in where it is set up, else by the environment; and what keeps the door shut."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import streamlit as st

from geo.access import PUBLIC, Asker, Claims, Roles, Scope, asker_of, read_roles, scope_from_environment, store_key
from geo.access.roles import ROLES_FILE, roles_path
from geo.errors import GeoError, NotPermitted
from geo.web import store_root
from geo.web.closed import is_loopback
from geo.words import gettext as _
from geo.words import message

__all__ = ["OPEN", "REFUSALS", "SignInNeeded", "faults", "is_set_up", "stranger", "who_asks", "why_closed"]

#: Name of the environment's variable by which other machines are let in without a sign-in, when it is ``1``.
OPEN = "MAPLEGRID_OPEN_TO_NETWORK"

#: Why a sign-in gives nothing, as `geo.access.roles` says it.
REFUSALS = (
    message("Your sign-in has no role in Maple Grid. Remedy: ask whoever keeps the sign-in to give you one."),
    message("Your sign-in names several areas, and a role is for one. Remedy: ask whoever keeps the sign-in."),
)

_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_SHORTEST_SECRET = 32
_PURPOSE = "pseudonyms"
_SESSION = "session_pseudonym"
_SESSION_SIGNS = 12


class SignInNeeded(NotPermitted):
    """Nobody has signed in, or not lately, and without that nothing is shown."""


def is_set_up() -> bool:
    """Tell whether sign-in is set up: the section ``[auth]`` of Streamlit's secrets is there."""
    return _section() is not None


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
    roles = _roles(roles_path())
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


def why_closed(came_to: str | None) -> str | None:
    """Return why nothing may be served now; None when it may.

    Parameters
    ----------
    came_to
        Address of this machine that a request came to; None where it has none.
    """
    if is_set_up():
        wrong = faults()
        return "Maple Grid is closed: its sign-in is not set up as it must be.\n" + "\n".join(wrong) if wrong else None
    if os.environ.get(OPEN) == "1":
        return None
    if is_loopback(st.get_option("server.address")) and (came_to is None or is_loopback(came_to)):
        return None
    return (
        "Maple Grid is closed: it listens to other machines, and nobody would be asked who they are.\n"
        "Remedy: set up sign-in (docs/access.md), listen on 127.0.0.1, or say that everybody may come in: "
        "maplegrid serve --open-to-network."
    )


def faults(roles_file: Path | None = None) -> list[str]:
    """Return what is wrong with the sign-in that is set up, each with its remedy; nothing of it is a secret.

    Parameters
    ----------
    roles_file
        Which claims give which role; the file that the environment names if not given.
    """
    section = _section() or {}
    found = [f"secrets.toml, [auth], key {key}: missing. Remedy: add it." for key in _NEEDED if not section.get(key)]
    found += _weak(section)
    if find_spec("authlib") is None:
        found.append("Sign-in needs the package Authlib. Remedy: pip install 'maplegrid[sign-in]'.")
    if st.get_option("server.trustedUserHeaders"):
        found.append("server.trustedUserHeaders: a header would pass for a sign-in. Remedy: leave it out.")
    try:
        _roles(roles_file or roles_path())
    except GeoError as error:
        found.append(str(error))
    return found


def _weak(section: Mapping[str, Any]) -> list[str]:
    """Return what of the settings would let claims be made up or read on the way."""
    found = []
    if len(str(section.get("cookie_secret") or "")) < _SHORTEST_SECRET:
        found.append(f"secrets.toml, [auth], key cookie_secret: too short. Remedy: {_SHORTEST_SECRET} random signs.")
    for key in ("redirect_uri", "server_metadata_url"):
        address = urlsplit(str(section.get(key) or ""))
        if address.scheme != "https" and not is_loopback(address.hostname):
            found.append(f"secrets.toml, [auth], key {key}: goes over an open line. Remedy: use https://.")
    return found


def _section() -> Mapping[str, Any] | None:
    if not st.secrets.load_if_toml_exists():
        return None
    section = st.secrets.get("auth")
    return section if isinstance(section, Mapping) else None


def _claims() -> Claims | None:
    """Return what the sign-in has said of this session, verified by Streamlit; None for nobody."""
    return st.user.to_dict() if st.user.get("is_logged_in") is True else None


def _roles(path: Path | None) -> Roles:
    if path is None:
        raise GeoError(
            "Sign-in is set up, but not who may see what. "
            f"Remedy: name a file of roles, by {ROLES_FILE} or serve --roles."
        )
    try:
        return _read_once(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise GeoError(f"{path}: {error.strerror}. Remedy: name a file of roles that is there.") from error


@lru_cache(maxsize=2)
def _read_once(path: Path, changed_ns: int) -> Roles:
    return read_roles(path)


def _session() -> str:
    """Return what tells this session from others, of whom nothing else is known."""
    known: str = st.session_state.setdefault(_SESSION, uuid4().hex[:_SESSION_SIGNS])
    return known
