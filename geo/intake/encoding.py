"""Which encoding a text is in: told by a mark or by the user, else UTF-8, else GB18030 where the bytes look Chinese."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from geo.errors import InputRefused

__all__ = ["decode_bytes", "find_codec", "read_pieces"]

#: Gives the bytes from the start, each time it is asked.
Pieces: TypeAlias = Callable[[], Iterable[bytes]]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GB2312 puts both bytes of a character from A1; Latin-1 text with single accents between ASCII letters does not.
_GB_CHARACTER = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9]")
_BEYOND_ASCII = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x80-\xff](?s:.)?")
_GB_SHARE = 0.9
# So many characters beyond ASCII tell what the rest is as well.
_EVIDENCE = 1_000_000
_PIECE_BYTES = 4 << 20


def find_codec(path: Path, *, encoding: str | None = None) -> str:
    """Return the codec that reads a whole file, which is looked through in pieces.

    Parameters
    ----------
    path
        The file.
    encoding
        Name of an encoding, if the user knows it.

    Raises
    ------
    InputRefused
        When no encoding fits, or the one told does not.
    """
    with path.open("rb") as file:
        return _find(lambda: read_pieces(path), file.read(4), path.name, encoding)


def decode_bytes(raw: bytes, *, name: str, encoding: str | None = None) -> str:
    r"""Return the text of a file in UTF-8, UTF-16 with a mark, or GB18030.

    GB18030 is taken only where the bytes look like Chinese: nearly any bytes can be read as GB18030.

    Parameters
    ----------
    raw
        The bytes.
    name
        Name of the file, for the message.
    encoding
        Name of an encoding, if the user knows it.

    Raises
    ------
    InputRefused
        When no encoding fits.

    Examples
    --------
    >>> decode_bytes("网格".encode("gbk"), name="grids.csv")
    '网格'
    """
    return raw.decode(_find(lambda: iter([raw]), raw[:4], name, encoding))


def read_pieces(path: Path) -> Iterator[bytes]:
    """Give the bytes of a file, a few megabytes at a time."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _find(pieces: Pieces, start: bytes, name: str, encoding: str | None) -> str:
    told = encoding or next((codec for mark, codec in _BOMS if start.startswith(mark)), None)
    if told is not None:
        _require_codec(told, name)
        _require_decodes(pieces(), told, name)
        return told
    if any(b"\x00" in piece for piece in pieces()):
        raise _refuse(name, "this is not a text file", "save it as CSV in UTF-8")
    row = _find_undecodable(pieces(), "utf-8")
    if row is None:
        return "utf-8"
    utf8_share, gb_share = _weigh(pieces())
    if utf8_share > 1 / 2:
        raise _refuse(name, f"row {row} holds bytes that are not UTF-8", "export it again; it may be cut off")
    if gb_share < _GB_SHARE:
        problem = f"row {row} is neither UTF-8 nor Chinese GB18030"
        raise _refuse(name, problem, "save the file as UTF-8, or give its encoding")
    _require_decodes(pieces(), "gb18030", name)
    return "gb18030"


def _require_codec(encoding: str, name: str) -> None:
    try:
        b"".decode(encoding)
        codecs.getincrementaldecoder(encoding)
    except LookupError as error:
        raise _refuse(name, f"there is no encoding {encoding!r}", "use UTF-8 or GB18030") from error


def _require_decodes(pieces: Iterable[bytes], codec: str, name: str) -> None:
    row = _find_undecodable(pieces, codec)
    if row is not None:
        raise _refuse(name, f"row {row} is not {codec}", "save the file as UTF-8, or give its encoding")


def _find_undecodable(pieces: Iterable[bytes], codec: str) -> int | None:
    """Return the line, from 1, of the first bytes that a codec can't read; None if it reads all."""
    decoder, lines = codecs.getincrementaldecoder(codec)(), 1
    try:
        for piece in pieces:
            decoder.decode(piece)
            lines += piece.count(b"\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return lines + error.object.count(b"\n", 0, error.start)
    except UnicodeError:  # UTF-16 without its mark
        return lines
    return None


def _weigh(pieces: Iterable[bytes]) -> tuple[float, float]:
    """Return the shares of the characters beyond ASCII that are good UTF-8, and that are Chinese in GB18030.

    Some bytes of GB18030 are good UTF-8 by chance. Chinese are those of GB2312, and those of four bytes.
    """
    as_utf8, torn, as_gb, chinese = 0, 0, 0, 0
    for piece in _cut_at_lines(pieces):
        beyond = [char for char in piece.decode("utf-8", errors="replace") if char > "\x7f"]
        as_utf8, torn = as_utf8 + len(beyond), torn + beyond.count("\ufffd")
        characters = _BEYOND_ASCII.findall(piece)
        as_gb += len(characters)
        chinese += sum(map(bool, map(_GB_CHARACTER.fullmatch, characters)))
        if as_gb > _EVIDENCE:
            break
    return 1 - torn / max(1, as_utf8), chinese / max(1, as_gb)


def _cut_at_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut pieces where lines end: no character of UTF-8 or GB18030 holds such a byte."""
    rest = b""
    for piece in pieces:
        head, end, tail = (rest + piece).rpartition(b"\n")
        if end or len(tail) > _PIECE_BYTES:
            yield head + end or tail
            rest = tail if end else b""
        else:
            rest = tail
    yield rest


def _refuse(name: str, problem: str, remedy: str) -> InputRefused:
    return InputRefused(f"{name}: {problem}. Remedy: {remedy}.")
