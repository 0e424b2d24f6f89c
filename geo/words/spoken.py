"""The words of the screens in the reader's language, by gettext."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from geo.errors import GeoError
from geo.words.catalogue import catalogue

__all__ = ["LANGUAGES", "best_language", "gettext", "language", "message", "ngettext", "speak", "speaking"]

#: The languages that the screens speak, each under its own name.
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "zh_CN": "中文"})

# A run of the script has its own thread and its own context, so that two readers never change each other's language.
_spoken: ContextVar[str] = ContextVar("spoken", default="en")


def speak(code: str) -> None:
    """Set the language of this run of the script.

    Raises
    ------
    GeoError
        When the screens do not speak it.
    """
    if code not in LANGUAGES:
        raise GeoError(f"There is no language {code!r}. Remedy: use one of {', '.join(LANGUAGES)}.")
    _spoken.set(code)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language inside, and afterwards the one from before.

    Raises
    ------
    GeoError
        As `speak` does.

    Examples
    --------
    >>> with speaking("zh_CN"):
    ...     gettext("Disputes")
    '矛盾纠纷'
    """
    before = language()
    speak(code)
    try:
        yield
    finally:
        _spoken.set(before)


def language() -> str:
    """Return the language of this run: ``en`` or ``zh_CN``."""
    return _spoken.get()


def gettext(message: str) -> str:
    """Return the message in the language of this run.

    Examples
    --------
    >>> speak("zh_CN"); gettext("Disputes")
    '矛盾纠纷'
    >>> speak("en"); gettext("Disputes")
    'Disputes'
    """
    return catalogue(language()).gettext(message) if message else ""


def message(text: str) -> str:
    """Mark a text for translation that is translated where it is shown."""
    return text


def ngettext(singular: str, plural: str, n: int) -> str:
    """Return the message for ``n`` things in the language of this run."""
    return catalogue(language()).ngettext(singular, plural, n)


def best_language(locale: str | None) -> str:
    """Return the language nearest to what a browser asks for.

    Examples
    --------
    >>> best_language("zh-Hans-CN"), best_language("de-DE"), best_language(None)
    ('zh_CN', 'en', 'en')
    """
    return "zh_CN" if locale is not None and locale.lower().startswith("zh") else "en"
