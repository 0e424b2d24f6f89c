"""What tests of the sign-in share: settings that are whole, and claims of somebody who has just signed in."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["SECTION", "claims_of"]

#: The section ``[auth]`` of secrets, nothing wrong with it.
SECTION: Mapping[str, Any] = MappingProxyType(
    {
        "redirect_uri": "https://maple.example/oauth2callback",
        "cookie_secret": "0123456789abcdef0123456789abcdef",
        "client_id": "maplegrid",
        "client_secret": "secret",
        "server_metadata_url": "https://id.example/.well-known/openid-configuration",
    }
)


def claims_of(*groups: str, subject: str = "somebody", age_hours: float = 0.0) -> dict[str, Any]:
    """Return the claims of a sign-in some hours ago."""
    issued = int(time.time() - 3600 * age_hours)
    return {"iss": "https://id.example", "sub": subject, "iat": issued, "groups": list(groups), "name": "Zhang San"}
