"""Tells the audit trail of rules and roles that are others than those it last told of."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from geo.access.scope import ADMINISTRATOR, Scope
from geo.access.trail import Place, Trail, What
from geo.access.who import Asker
from geo.rules import rules_digest
from geo.store.disk import hash_file

__all__ = ["note_changes"]

# What this process last told of, or found told, and where the trail ended then: without it each page would look for
# that line in the whole trail.
_told: dict[tuple[Path, What], tuple[str, Place]] = {}
_telling = Lock()


def note_changes(root: Path, *, pseudonym: str, roles: Path | None = None) -> None:
    """Add a line to the trail for rules, and for roles, whose files are others than those it last told of.

    Parameters
    ----------
    root
        Folder of the store.
    pseudonym
        Who finds them: `geo.access.who.SERVER` or `geo.access.who.COMMAND`.
    roles
        File of roles; none where nobody signs in.

    Raises
    ------
    StoreError
        When the trail can't be written.
    GeoError
        When a file of rules can't be read.
    """
    asker = Asker(Scope(ADMINISTRATOR), pseudonym)
    with _telling:
        _note(root, asker, "rules", rules_digest())
        if roles is not None:
            _note(root, asker, "roles", hash_file(roles))


def _note(root: Path, asker: Asker, what: What, digest: str) -> None:
    told, place = _told.get((root, what), ("", None))
    # Another process may have told of other rules since: what it added is looked at each time.
    after = place if told == digest else None
    _told[root, what] = digest, Trail(root).append_change(asker, what, {"sha256": digest}, after=after)
