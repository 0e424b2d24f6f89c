"""Words on maps in the reader's language, from the catalogue that all screens share."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from gettext import GNUTranslations, NullTranslations

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from geo.errors import GeoError
from geo.resources import resource

__all__ = ["LANGUAGES", "catalogue", "translator"]

#: Codes of the languages that maps and files speak.
LANGUAGES = ("en", "zh_CN")
_DOMAIN = "maplegrid"


def translator(lang: str) -> Callable[[str], str]:
    """Return the function that says a message in a language.

    Raises
    ------
    GeoError
        When there is no such language.

    Examples
    --------
    >>> translator("en")("no value")
    'no value'
    """
    return catalogue(lang).gettext


@cache
def catalogue(lang: str) -> NullTranslations:
    """Return a language's catalogue: compiled in a wheel, compiled from its source in a checkout."""
    if lang not in LANGUAGES:
        raise GeoError(f"There is no language {lang!r}. Remedy: use one of {', '.join(LANGUAGES)}.")
    if lang == "en":
        return NullTranslations()
    folder = resource("locale", lang, "LC_MESSAGES")
    compiled = folder / f"{_DOMAIN}.mo"
    if compiled.exists():
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    buffer = io.BytesIO()
    with (folder / f"{_DOMAIN}.po").open("rb") as file:
        write_mo(buffer, read_po(file, locale=lang))
    buffer.seek(0)
    return GNUTranslations(buffer)
