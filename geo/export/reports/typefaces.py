"""Typefaces of slides: one for Latin and one for Chinese letters, named everywhere a program looks for one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation as Deck

__all__ = ["CHINESE", "set_typefaces"]

#: What Windows and the Mac's office have; an office without it takes a Chinese one that it has.
CHINESE = "Microsoft YaHei"
_LATIN = {"en": "Calibri", "zh_CN": CHINESE}
# Latin letters, Chinese ones, and the rest, in the order that the format wants.
_LETTERS = ("latin", "ea", "cs")


def set_typefaces(deck: Deck, lang: str) -> None:
    """Name the typefaces of a deck in its theme, and in every run of its texts, tables and charts.

    A deck without a name for Chinese letters is shown with boxes by programs that look in the run alone.
    """
    theme: Any = deck.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root: Any = parse_xml(theme.blob)
    for fonts in (*root.iter(qn("a:majorFont")), *root.iter(qn("a:minorFont"))):
        for letters, name in (("latin", _LATIN[lang]), ("ea", CHINESE)):
            fonts.find(qn(f"a:{letters}")).set("typeface", name)
    theme._blob = serialize_part_xml(root)
    for properties in _run_properties(deck):
        _name_typefaces(properties, lang)


def _run_properties(deck: Deck) -> Iterator[Any]:
    """Return what holds the look of letters: of runs in texts and tables, and of all words of a chart."""
    for slide in deck.slides:
        yield from slide.element.iter(qn("a:rPr"))
        for shape in slide.shapes:
            if shape.has_chart:
                chart: Any = getattr(shape, "chart")  # noqa: B009  only graphic frames have it
                yield from chart._chartSpace.iter(qn("a:defRPr"))


def _name_typefaces(properties: Any, lang: str) -> None:  # noqa: ANN401  pptx's own
    properties.set("lang", lang.replace("_", "-") if lang != "en" else "en-US")
    for letters in _LETTERS:
        for old in properties.findall(qn(f"a:{letters}")):
            properties.remove(old)
    latin = properties.get_or_add_latin()
    latin.set("typeface", _LATIN[lang])
    latin.addnext(parse_xml(f'<a:ea {nsdecls("a")} typeface="{CHINESE}"/>'))
