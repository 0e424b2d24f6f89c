"""What reading a file tells in English, in the reader's language: sentences and figures with something of the file."""

from __future__ import annotations

import re
from functools import cache

from geo.dashboard.parts.area_table import level_title
from geo.dashboard.parts.layer_names import layer_name
from geo.layers import AREA_LEVELS, LAYERS, UPPER_LEVELS
from geo.words import gettext as _
from geo.words import message

__all__ = ["error_words", "figure_words", "told_words"]

# In the order in which they are tried; what stands in braces is the file's own.
_SENTENCES = (
    message("the file is empty"),
    message("this is not a text file"),
    message("this kind of file can't be read"),
    message("row {row} can't be read ({why})"),
    message("line {row} is longer than {n} characters"),
    message("row {row} holds bytes that are not UTF-8"),
    message("row {row} is neither UTF-8 nor Chinese GB18030 or Big5"),
    message("row {row} is not {encoding}"),
    message("some rows are UTF-8, and others such as row {row} are not"),
    message("the few signs beyond ASCII, first in row {row}, fit GB18030 as well as Big5"),
    message("columns with the same name: {names}"),
    message("row {row} holds no header"),
    message("{n} rows don't have the {cells} cells of the header"),
    message("the workbook can't be read ({why})"),
    message("the workbook would unpack to too much"),
    message("no sheet holds a cell"),
    message("several sheets hold cells"),
    message("there is no sheet {name}"),
    message("the zip can't be read ({why})"),
    message("it unpacks to more than {n}"),
    message("it holds more than {n} files"),
    message("it holds several files"),
    message("it holds a zip in a zip"),
    message("no such file in it"),
    message("it holds a name that leads out of its folder, {name}"),
    message("{name} is protected by a password"),
    message("{name} unpacks to more than {n} times its size"),
    message("{name} is a link, not a file"),
    message("the file is longer than {n}"),
    message("the file can't be read: this is no JSON"),
    message("the file can't be read ({why})"),
    message("the file can't be read"),
    message("{names} of the shapefile is missing"),
    message("{name} is cut off"),
    message("it holds several layers"),
    message("it holds no geometry"),
    message("the file does not say its coordinate system"),
    message("coordinates lie outside {name}"),
    message("there are no grids to place the {layer} in"),
    message("not one row can be loaded: {why}"),
    message("a total, a note or the header again, not a record"),
    message("unknown code; remedy: use one of {names}"),
    message("outside {low} to {high}"),
    message("no geometry, or an empty one"),
    message("not a polygon"),
    message("not a point"),
    message("an invalid polygon; remedy: repair it (make_valid)"),
)
_REMEDIES = (
    message("export it again"),
    message("export it again; it may be cut off"),
    message("export it again; it may be cut off or damaged"),
    message("export the file again; it may be cut off or have stray delimiters"),
    message("save it as CSV in UTF-8"),
    message("save the file as UTF-8, or give its encoding"),
    message('save the file as UTF-8, or give its encoding: encoding = "…" in the recipe'),
    message("save the parts as UTF-8, then put them together"),
    message('write encoding = "gb18030" or encoding = "big5" into the recipe, or save the file as UTF-8'),
    message("look for a quotation mark that is not closed; the file may be cut off"),
    message("look for line ends that are missing; this is not a table"),
    message("give each column its own name"),
    message("give the row of the header as header_row"),
    message("open it in Excel, take off a password, and save it again as .xlsx"),
    message("zip the files again, without a password"),
    message("zip the files again; ask where this one comes from"),
    message("zip the files without a password"),
    message("zip only what is to be read"),
    message("unpack it, and name the zip that is in it"),
    message("this is no file of records; ask where it comes from"),
    message("cut it into parts, or save it as CSV"),
    message("export it again as GeoJSON"),
    message("copy all files of the same name together, or zip them"),
    message("copy or export the shapefile again"),
    message("give its crs in the recipe"),
    message("give a file with polygons"),
    message("give a file of points"),
    message("import the grids before, or in the same call"),
    message("correct the recipe or the file"),
    message("use one of {names}"),
    message("name one of {names} as the recipe's part"),
    message("name one of {names} as the part"),
    message("name one that can be read as the part ({names})"),
    message("name one of {names}"),
)
# Figures that are words of the product.
_WORDS = frozenset(
    {
        message("a tab"),
        message("iso"),
        message("year first"),
        message("year last"),
        message("chinese"),
        message("two digit year"),
        message("digits"),
        message("serial"),
        message("county"),
        message("station"),
        message("village"),
        message("town"),
        message("grid"),
        message("province"),
        message("city"),
        message("Self-intersection"),
        message("Ring Self-intersection"),
        message("Too few points in geometry component"),
        message("Hole lies outside shell"),
        message("Nested holes"),
        message("Nested shells"),
        message("Interior is disconnected"),
        message("Duplicate Rings"),
        message("Invalid Coordinate"),
    }
)
_MORE = re.compile(r"(?P<names>.+) and (?P<n>\d+) more", re.DOTALL)
_COUNTED = re.compile(r"(?P<word>[A-Za-z][A-Za-z -]*?) (?P<n>\(?[\d,]+\)?)")
_FIELD = re.compile(r"\{(\w+)\}")


def told_words(text: str) -> str | None:
    """Return a sentence in the language of this run, what it holds of the file unchanged; None if it is not known.

    Examples
    --------
    >>> told_words("row 3 is not gb18030"), told_words("anything else")
    ('row 3 is not gb18030', None)
    """
    for template in (*_SENTENCES, *_REMEDIES):
        found = _pattern(template).fullmatch(text)
        if found is not None:
            parts = {name: told_words(part) or part for name, part in found.groupdict().items()}
            return _(template).format(**{name: _named(part) for name, part in parts.items()})
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = _FIELD.split(template)
    texts = [re.escape(piece) if place % 2 == 0 else f"(?P<{piece}>.+)" for place, piece in enumerate(pieces)]
    return re.compile("".join(texts), re.DOTALL)


def error_words(text: str) -> str:
    """Return an error of ours in the language of this run as far as its words are known: file, problem, remedy."""
    lines = []
    for line in text.splitlines():
        head, _mark, remedy = line.partition(" Remedy: ")
        where, mark, problem = head.partition(": ")
        problem = problem.removesuffix(".")
        known = told_words(problem)
        if known is None:
            lines.append(line)
            continue
        lines.append(_("{what}: {words}").format(what=where, words=known) if mark else known)
        if remedy:
            cure = remedy.removesuffix(".")
            lines[-1] += _(". Remedy: {remedy}.").format(remedy=told_words(cure) or cure)
    return "\n".join(lines)


def figure_words(text: str) -> str:
    """Return a figure of a finding in the language of this run: names of levels and layers, ways, reasons, lists.

    Examples
    --------
    >>> figure_words("a, b and 3 more"), figure_words("iso 5, year first 3")
    ('a, b and 3 more', 'iso 5, year first 3')
    """
    sentence = told_words(text) or told_words(_lower(text).removesuffix("."))
    if sentence is not None:
        return sentence
    listed = _MORE.fullmatch(text)
    if listed is not None:
        return _("{names} and {n} more").format(**listed.groupdict())
    counted = [_COUNTED.fullmatch(part) for part in text.split(", ")]
    if all(part is not None and part["word"] in _WORDS for part in counted):
        return _(", ").join(f"{_(part['word'])} {part['n']}" for part in counted if part is not None)
    if re.fullmatch(r"\d+:00 and \d+:00", text):
        return _("{one} and {other}").format(one=text.partition(" ")[0], other=text.rpartition(" ")[2])
    return _named(text)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _named(text: str) -> str:
    if text in LAYERS:
        return layer_name(text)
    if text in AREA_LEVELS and (text not in UPPER_LEVELS or text not in _WORDS):
        return level_title(text)
    return _(text) if text in _WORDS else text
