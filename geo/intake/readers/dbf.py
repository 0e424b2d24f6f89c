"""Words of a dBase file, a shapefile's attributes: what shows their encoding, and names and cells that were cut."""

from __future__ import annotations

import codecs
from itertools import pairwise
from pathlib import Path

import numpy as np

__all__ = ["FIELD_NAME_BYTES", "cell_text", "field_name", "words_of"]

#: Bytes that the name of a field can have; a longer one was cut, be it within a sign.
FIELD_NAME_BYTES = 10
_READ_BYTES = 8 << 20


def words_of(dbf: Path) -> bytes:
    """Return field names and cells of a .dbf that hold more than ASCII, a line each; of its first 8 MiB.

    Names and cells that fill their field are left out where others are there: they may be cut within a sign.
    """
    with dbf.open("rb") as file:
        raw = file.read(_READ_BYTES)
    header, width = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    starts = range(32, max(32, min(header, len(raw)) - 1), 32)
    names = [(raw[at : at + 11].split(b"\0")[0], FIELD_NAME_BYTES) for at in starts]
    sizes = [raw[at + 16] if at + 16 < len(raw) else 0 for at in starts]
    places = list(pairwise(int(cut) for cut in np.cumsum([1, *sizes])))
    records = raw[header:]
    cells = [
        (records[at + first : at + last].strip(b" \0"), last - first)
        for at in range(0, len(records), width or len(records) + 1)
        if not records[at : at + width].isascii()
        for first, last in places
    ]
    beyond = [
        (text.replace(b"\n", b" ").replace(b"\0", b" "), size) for text, size in (*names, *cells) if not text.isascii()
    ]
    short = [text for text, size in beyond if len(text) < size]
    return b"\n".join(short or [text for text, _ in beyond])


def field_name(raw: bytes, codec: str) -> str:
    """Return the name of a field; what is left of a sign that was cut is shown as a sign that is lost.

    Examples
    --------
    >>> field_name("隐患类型".encode("utf-8")[:10], "utf-8")
    '隐患类�'
    """
    return raw.decode(codec, errors="replace")


def cell_text(raw: bytes, codec: str) -> str:
    """Return the text of a cell without what is left of a sign that was cut at its end.

    Raises
    ------
    UnicodeDecodeError
        When it is of another encoding.

    Examples
    --------
    >>> cell_text("枫源村".encode("gb18030")[:5], "gb18030")
    '枫源'
    """
    return codecs.getincrementaldecoder(codec)().decode(raw, final=False)
