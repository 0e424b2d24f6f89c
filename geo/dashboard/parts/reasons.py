"""Why an import did not load a row, in the reader's language as far as the words are the product's own."""

from __future__ import annotations

import re

from geo.dashboard.parts.layer_names import layer_name
from geo.dashboard.parts.told import told_words
from geo.words import gettext as _
from geo.words import message

__all__ = ["reason_words"]

# A fault is one of a column of the layer, whose name stands first; a recipe's own reasons are words of who wrote it.
_FAULT = re.compile(r"(?:(?P<column>[a-z_]+): )?(?P<words>.+)", re.DOTALL)
_ORPHAN = re.compile(r"it points to (?P<layer>[a-z]+) that are not there")
# What is said before a value.
_BEGINNINGS = (
    message("left out by name: "),
    message("a value that the recipe does not name: "),
    message("after the release's as_of, "),
    message("not a date as "),
)
_SENTENCES = frozenset(
    {
        message("not a whole number"),
        message("not a number"),
        message("not a date in ISO form; give its format in the recipe"),
        message("an empty cell where a value must stand"),
        message("the same key a second time"),
        message("before the record was found"),
        message("empty, or longer than 200 characters"),
        message("a count below zero"),
        message("unknown code"),
        message("not the first of a month"),
        message("a time of day where only a day may stand"),
        message("empty"),
        message("stands for no coordinates"),
        message("not on earth"),
        message("the cell holds an identity number"),
        message("the cell holds a phone number"),
        message("the cell holds a plate of a vehicle"),
        message("the cell holds an account or an e-mail address"),
        message("the cell holds an address"),
        message("the cell holds the name of a person"),
        message("a value that the recipe does not name, not shown as it may be of a person"),
    }
)


def reason_words(reason: str) -> str:
    """Return a reason in the language of this run; the column, a value and a recipe's own words stay as they are.

    Examples
    --------
    >>> reason_words("due_on: before the record was found")
    'due_on: before the record was found'
    """
    found = _FAULT.fullmatch(reason)
    if found is None:
        return reason
    words = _translated(found["words"])
    if words is None:
        return _translated(reason) or reason
    return words if found["column"] is None else _("{what}: {words}").format(what=found["column"], words=words)


def _translated(words: str) -> str | None:
    """Return words of the product in the language of this run; None for anybody else's."""
    orphan = _ORPHAN.fullmatch(words)
    if orphan is not None:
        return _("it points to {layer} that are not there").format(layer=layer_name(orphan["layer"]))
    for begin in _BEGINNINGS:
        if words.startswith(begin):
            return _(begin) + words.removeprefix(begin)
    return _(words) if words in _SENTENCES else told_words(words)
