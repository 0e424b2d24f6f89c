"""Figures in the reader's words: the language that is spoken, and numbers, days and indicators as it writes them."""

from __future__ import annotations

from geo.words.spoken import LANGUAGES, best_language, gettext, language, message, ngettext, speak, speaking

__all__ = ["LANGUAGES", "best_language", "gettext", "language", "message", "ngettext", "speak", "speaking"]
