"""Which encoding a text is in: told by the user, or by what the bytes show; refused where that is unclear."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path

from geo.errors import InputRefused
from geo.intake.readers.encoding_evidence import Evidence, Pieces, judge_pieces

__all__ = ["codec_of", "decode_bytes", "find_codec", "read_pieces"]

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
    return _find(lambda: read_pieces(path), path.name, encoding)


def decode_bytes(raw: bytes, *, name: str, encoding: str | None = None) -> str:
    r"""Return the text of a file in UTF-8, UTF-16 with a mark, GB18030 or Big5.

    GB18030 and Big5 are taken only where the bytes show that it is this one: nearly any bytes can be read as either.

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
    return raw.decode(codec_of(raw, name=name, encoding=encoding))


def codec_of(raw: bytes, *, name: str, encoding: str | None = None) -> str:
    """Return the codec that reads some bytes; see `decode_bytes`."""
    return _find(lambda: iter([raw]), name, encoding)


def read_pieces(path: Path) -> Iterator[bytes]:
    """Give the bytes of a file, a few megabytes at a time."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _find(pieces: Pieces, name: str, encoding: str | None) -> str:
    if encoding is None:
        encoding = _encoding_of(judge_pieces(pieces), name)
        if encoding == "utf-8":  # seen to be good from end to end
            return encoding
    _require_codec(encoding, name)
    _require_decodes(pieces(), encoding, name)
    return encoding


def _encoding_of(evidence: Evidence, name: str) -> str:
    """Return the encoding that the bytes show beyond doubt; refuse a file that leaves one."""
    row = next(iter(evidence.rows), 1)
    if evidence.verdict in ("ascii", "sure", "likely") and evidence.encoding is not None:
        return evidence.encoding
    problem, remedy = {
        "binary": ("this is not a text file", "save it as CSV in UTF-8"),
        "broken": (f"row {row} holds bytes that are not UTF-8", "export it again; it may be cut off"),
        "mixed": (
            f"some rows are UTF-8, and others such as row {row} are not",
            "save the parts as UTF-8, then put them together",
        ),
        "unclear": (
            f"the few signs beyond ASCII, first in row {row}, fit GB18030 as well as Big5",
            'write encoding = "gb18030" or encoding = "big5" into the recipe, or save the file as UTF-8',
        ),
    }.get(
        evidence.verdict,
        (
            f"row {row} is neither UTF-8 nor Chinese GB18030 or Big5",
            'save the file as UTF-8, or give its encoding: encoding = "…" in the recipe',
        ),
    )
    raise _refuse(name, problem, remedy)


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


def _refuse(name: str, problem: str, remedy: str) -> InputRefused:
    return InputRefused(f"{name}: {problem}. Remedy: {remedy}.")
