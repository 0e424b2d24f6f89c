"""What every file says of itself, in words and for programs: what it shows, whence, since when, for whom."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from geo.export.facts import fact_words, facts_of, mark_of, shown_parts, title_of, unplaced_text
from geo.export.files.systems import System
from geo.maps.base import attribution
from geo.privacy import Protected
from geo.store import Release
from geo.words.catalogue import translator

__all__ = ["about", "about_text", "origin", "readable", "title_line"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def title_line(release: Release, protected: Protected, lang: str) -> str:
    """Return place, what is shown and period in one line."""
    return readable(" · ".join([title_of(release, lang), *shown_parts(release, protected.view, lang)]))


def about(
    release: Release, protected: Protected, *, lang: str, created_at: datetime, system: System | None = None
) -> list[tuple[str, str]]:
    """Return names and values of all that a file says of itself, in the order in which they are read.

    ``system`` is that of its coordinates; a file of tables has none, and says so.
    """
    _ = translator(lang)
    facts = [
        (_("Title"), title_of(release, lang)),
        (_("Shown"), " · ".join(shown_parts(release, protected.view, lang))),
        (_("Mark"), mark_of(protected, lang)),
        *facts_of(release, protected, lang=lang, created_at=created_at),
    ]
    facts.append((_("Coordinates"), _("None: areas by their codes") if system is None else system.words))
    if release.made_up:
        facts.append((_("Data"), _("Made-up data")))
    unplaced = unplaced_text(protected, lang)
    return [*facts, *([(_("Not on the map"), unplaced)] if unplaced else []), (_("View"), protected.view.to_query())]


def about_text(facts: list[tuple[str, str]], lang: str) -> str:
    """Return what a file says of itself as lines of text."""
    return "\n".join(map(readable, fact_words(facts, lang)))


def readable(text: str) -> str:
    r"""Return a text without the signs that XML can't hold; names come from files.

    Examples
    --------
    >>> readable("Grid\x0b 7")
    'Grid 7'
    """
    return _NOT_XML.sub("", text)


def origin(
    release: Release, protected: Protected, *, lang: str, created_at: datetime, system: System | None = None
) -> dict[str, Any]:
    """Return the same for programs, with names that no language changes."""
    told = {
        "title": title_line(release, protected, lang),
        "mark": "public" if protected.scope.role == "public" else "internal",
        "view": protected.view.to_query(),
        "role": protected.scope.role,
        "release": release.number,
        "as_of": release.as_of.isoformat(),
        "rules": protected.rules_hash,
        "made_up": release.made_up,
        "made_at": created_at.isoformat(timespec="seconds"),
        "source": attribution(release, lang=lang),
        "sources": dict(release.sources),
    }
    return told | {"coordinates": None if system is None else system.words}
