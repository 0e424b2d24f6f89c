"""Find the messages that the screens show and keep the catalogues in step: ``python -m geo.dashboard.messages``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from geo.intake.doctor.finding import all_words
from geo.measures.catalogue import CATALOGUE, COLUMNS
from geo.measures.formulas import formula_terms
from geo.measures.indicators import PROMISES
from geo.resources import resource

__all__ = ["Message", "find_messages", "read_catalogue", "update_catalogue"]

#: A message, or its forms for one and for many.
Message = str | tuple[str, str]

_PACKAGE = Path(__file__).resolve().parents[1]
_ROOMS = ("dashboard", "export", "figures", "maps", "web", "words")
_CALLS = {"_": 1, "gettext": 1, "message": 1, "ngettext": 2}
_WIDTH = 120
_CATALOGUE = "geo/measures/catalogue.py"


def find_messages() -> dict[Message, list[str]]:
    """Return every message with the sources that show it, in the order of the sources.

    Messages are the texts given to ``_``, ``gettext``, ``ngettext`` and ``message`` (which only marks them), and the
    labels and definitions of all measures, the promises, and the words of the doctor's findings.
    """
    found: dict[Message, list[str]] = {}
    for room in _ROOMS:
        for path in sorted((_PACKAGE / room).rglob("*.py")):
            for text in _messages_in(ast.parse(path.read_text("utf-8"))):
                _note(found, text, path.relative_to(_PACKAGE.parent).as_posix())
    for text, source in _words_of_data():
        _note(found, text, source)
    return found


def _words_of_data() -> Iterator[tuple[str, str]]:
    """Return the texts that stand in data, each with its source."""
    for measure in (*CATALOGUE.values(), *COLUMNS.values()):
        # Ends of intervals are not shown by themselves; codes have their words in the code lists.
        if not measure.part_of:
            yield from ((text, _CATALOGUE) for text in (measure.label, measure.definition)[bool(measure.codes) :])
    for key, measure in (*CATALOGUE.items(), *COLUMNS.items()):
        terms = () if measure.part_of else formula_terms(measure, table=key.rpartition(":")[0])
        yield from ((text, _CATALOGUE) for text in terms)
    yield from ((text, "data/promises.toml") for text in PROMISES.values())
    for words in all_words().values():
        yield from ((text, "data/findings.toml") for text in (words.problem, words.remedy))


def _note(found: dict[Message, list[str]], text: Message, source: str) -> None:
    sources = found.setdefault(text, [])
    if source not in sources:
        sources.append(source)


def _messages_in(tree: ast.AST) -> Iterator[Message]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _called(node) in _CALLS]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        wanted = _CALLS[_called(call)]
        texts = [
            arg.value for arg in call.args[:wanted] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        if len(texts) == wanted and texts[0]:
            yield texts[0] if wanted == 1 else (texts[0], texts[1])


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def read_catalogue(language: str) -> Catalog:
    """Read the source catalogue of a language."""
    with _source(language).open("rb") as file:
        return read_po(file, locale=language)


def update_catalogue(language: str) -> list[Message]:
    """Write a language's catalogue with exactly the messages there are, and return those without a translation."""
    known = read_catalogue(language)
    fresh = Catalog(locale=language, fuzzy=False, header_comment=known.header_comment)
    fresh.mime_headers = known.mime_headers
    for text, sources in find_messages().items():
        fresh.add(text, _entry(known, text) or "", locations=[(source, 1) for source in sources])
    with _source(language).open("wb") as file:
        write_po(file, fresh, width=_WIDTH, include_lineno=False)
    return [text for text in find_messages() if not _is_translated(_entry(fresh, text))]


def _entry(catalogue: Catalog, text: Message) -> str | tuple[str, ...] | list[str] | None:
    entry = catalogue.get(text if isinstance(text, str) else text[0])
    return entry.string if entry else None


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def _source(language: str) -> Path:
    return resource("locale", language, "LC_MESSAGES", "maplegrid.po")


if __name__ == "__main__":
    for untranslated in update_catalogue("zh_CN"):
        print(untranslated)
