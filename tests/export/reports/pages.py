"""Reads a PDF back, by a program that did not write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pypdf import PdfReader

__all__ = ["bare", "fonts_of", "pages_of"]


def pages_of(path: Path) -> list[str]:
    """Return the words of each page, in one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(path).pages]


def bare(text: object) -> str:
    """Return a text without its spaces: a reader puts some between Chinese and Latin."""
    return "".join(str(text).split())


def fonts_of(path: Path) -> set[str]:
    """Return the fonts of the text that is set, without the marks of their subsets."""
    found = set()
    for page in PdfReader(path).pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            found.add(str(font.get_object().get("/BaseFont", "/Type3")).lstrip("/").split("+")[-1])
    return found
