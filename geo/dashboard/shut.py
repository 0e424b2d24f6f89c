"""What keeps the door shut: other machines where nobody signs in, and a sign-in that is not set up as it must be."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from geo.errors import GeoError
from geo.web.closed import is_loopback

__all__ = ["OPEN", "faults", "is_set_up", "why_closed"]

#: Name of the environment's variable by which other machines are let in without a sign-in, when it is ``1``.
OPEN = "MAPLEGRID_OPEN_TO_NETWORK"

_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_SHORTEST_SECRET = 32


def is_set_up() -> bool:
    """Tell whether sign-in is set up: the section ``[auth]`` of Streamlit's secrets is there."""
    return _section() is not None


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
    # The roles are loaded with all that areas are told by: only where people sign in.
    from geo.access.roles import roles_in_force, roles_path

    try:
        roles_in_force(roles_file or roles_path())
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
