"""Who is told in the audit trail: a role, its area, and a pseudonym that names nobody."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from geo.access.scope import Scope

__all__ = ["COMMAND", "SERVER", "Asker", "asker_of"]

#: The pseudonym of whoever works at the command line of the store's own machine.
COMMAND = "command"
#: The server itself, that finds other rules than those it told of.
SERVER = "server"
_SHOWN = 12


@dataclass(frozen=True)
class Asker:
    """Who asks, as a page and the trail know them.

    Parameters
    ----------
    scope
        Role and area.
    pseudonym
        Tells a person's sessions from another's within a month; nothing else is known of who they are.
    signed_in
        Whether somebody has signed in.
    """

    scope: Scope
    pseudonym: str
    signed_in: bool = False


def asker_of(scope: Scope, *identity: str, key: bytes, at: datetime, signed_in: bool = False) -> Asker:
    """Return who asks, with the pseudonym of an identity.

    Parameters
    ----------
    identity
        What is one person's alone: issuer and subject of a sign-in, or a session's id. It is not kept.
    key
        The store's key for pseudonyms: without it nobody can try out who a pseudonym is.
    at
        Moment of the sign-in: each month has pseudonyms of its own, so that the trail tells misuse that goes on for
        days from two people, and yet is no record of what one person has read in years.

    Examples
    --------
    >>> moment = datetime(2025, 3, 31)
    >>> asker_of(Scope("public"), "issuer", "one", key=b"k", at=moment).pseudonym
    '0006c417ed4d'
    """
    told = json.dumps([*identity, f"{at:%Y-%m}"], ensure_ascii=True).encode()
    return Asker(scope, hmac.new(key, told, hashlib.sha256).hexdigest()[:_SHOWN], signed_in)
