"""Which encoding a file's bytes are in, by what the bytes themselves show: UTF-8, UTF-16, GB18030 or Big5."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeAlias

__all__ = ["Evidence", "judge_bytes", "judge_file", "judge_lines", "judge_pieces"]

#: Gives the bytes from the start, each time it is asked.
Pieces: TypeAlias = Callable[[], Iterable[bytes]]
Verdict = Literal["ascii", "sure", "likely", "mixed", "broken", "unclear", "unknown", "binary"]

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK = 4 << 20
_SAMPLE_LINES = 20_000
_SAMPLE_BYTES = 4 << 20
# A pair of bytes, or what is left over: GB18030 also has signs of four bytes.
_GB_TOKEN = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x81-\xfe][\x40-\x7e\x80-\xfe]|[\x80-\xff]")
_BIG5_TOKEN = re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]|[\x80-\xff]")
# The signs in daily use: GB2312's signs and first level (to D7), Big5's signs and first level (to C6).
_GB_COMMON = re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]|[\x81-\xfe][0-9][\x81-\xfe][0-9]")
_BIG5_COMMON = re.compile(rb"[\xa1-\xc6][\x40-\x7e\xa1-\xfe]")
_GOOD_SHARE = 0.85
_CLEAR_LEAD = 0.15
_BROKEN_SHARE = 0.05
_FEW_TOKENS = 12
# Two in five signs of Big5 end in such a byte, and next to none that are in daily use in GB18030.
_LOW_END = re.compile(rb"[\x81-\xfe][\x40-\x7e]")
# So many signs without such a byte are Big5 by a chance of one in sixty.
_TELLING_TOKENS = 8


@dataclass(frozen=True)
class Evidence:
    """What the bytes show.

    Parameters
    ----------
    encoding
        Name for Python's codecs; None where nothing fits.
    verdict
        ``ascii`` (nothing but ASCII), ``sure`` (UTF-8 throughout, or a mark), ``likely`` (GB18030 or Big5 by the signs
        in daily use), ``mixed`` (some lines UTF-8, some not), ``broken`` (UTF-8 with a few bad lines), ``unclear``
        (GB18030 and Big5 both fit), ``unknown``, ``binary``.
    scores
        Share of the signs beyond ASCII that are in daily use, by encoding.
    rows
        Lines of the file that are not in the encoding.
    signs
        Signs beyond ASCII that were looked at.
    """

    encoding: str | None
    verdict: Verdict
    scores: Mapping[str, float] = field(default_factory=dict)
    rows: tuple[int, ...] = ()
    signs: int = 0


def judge_file(path: Path) -> Evidence:
    """Judge a whole text file, chunk by chunk.

    Raises
    ------
    OSError
        When it can't be read.
    """
    return judge_pieces(lambda: _read_chunks(path))


def judge_pieces(pieces: Pieces) -> Evidence:
    """Judge bytes that can be asked for twice: UTF-8, which nearly every file is in, is then told in half of the time.

    Parameters
    ----------
    pieces
        Gives the bytes from the start.

    Returns
    -------
    Evidence
        As `judge_bytes`.
    """
    return _judge_utf8(pieces()) or judge_bytes(pieces())


def judge_bytes(chunks: Iterable[bytes]) -> Evidence:
    r"""Judge bytes that come in chunks; no more than a sample of them is kept.

    Examples
    --------
    >>> judge_bytes(["网格编码,名称\n枫源村,第一网格\n".encode("gbk")]).encoding
    'gb18030'
    >>> judge_bytes(["網格編碼,名稱\n楓源村,第一網格與調解室\n".encode("big5")]).encoding
    'big5'
    """
    stream = iter(chunks)
    first = next(stream, b"")
    for mark, codec in _BOMS:
        if first.startswith(mark):
            return Evidence(codec, "sure")
    sample = _Sample()
    strict = codecs.getincrementaldecoder("utf-8")()
    good = True
    for chunk in _chain(first, stream):
        if b"\x00" in chunk:
            return Evidence(None, "binary")
        good = good and _decodes(strict, chunk)
        sample.add(chunk)
    sample.end()
    if good and _decodes(strict, b"", final=True):
        return Evidence("utf-8", "sure" if sample.beyond else "ascii")
    return judge_lines(sample.lines)


def _read_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_CHUNK), b"")


def _judge_utf8(chunks: Iterable[bytes]) -> Evidence | None:
    """Tell UTF-8 throughout, without a mark; None of everything else."""
    strict, beyond = codecs.getincrementaldecoder("utf-8")(), False
    for place, chunk in enumerate(chunks):
        marked = place == 0 and chunk.startswith(tuple(mark for mark, _ in _BOMS))
        if marked or b"\x00" in chunk or not _decodes(strict, chunk):
            return None
        beyond = beyond or not chunk.isascii()
    return Evidence("utf-8", "sure" if beyond else "ascii") if _decodes(strict, b"", final=True) else None


def judge_lines(lines: Iterable[tuple[int, bytes]]) -> Evidence:
    """Judge numbered lines with bytes beyond ASCII, of which not all are UTF-8."""
    utf8, others = list[int](), list[tuple[int, bytes]]()
    for number, line in lines:
        if _is_utf8(line):
            utf8.append(number)
        else:
            others.append((number, line))
    rows = tuple(number for number, _ in others)
    share = len(others) / max(1, len(utf8) + len(others))
    if len(utf8) > 2 and share <= _BROKEN_SHARE:
        return Evidence("utf-8", "broken", {"utf-8": 1 - share}, rows)
    found = _judge_chinese(b"\n".join(line for _, line in others), rows)
    if _BROKEN_SHARE < share < 1 - _BROKEN_SHARE and len(utf8) > 2 and found.encoding is not None:
        return Evidence(None, "mixed", found.scores, rows)
    if share <= 1 / 2 and found.encoding is None:
        return Evidence("utf-8", "broken", {"utf-8": 1 - share}, rows)
    return found


def _judge_chinese(raw: bytes, rows: tuple[int, ...]) -> Evidence:
    gb, big5 = _GB_TOKEN.findall(raw), _BIG5_TOKEN.findall(raw)
    scores = MappingProxyType({"gb18030": _share(_GB_COMMON, gb), "big5": _share(_BIG5_COMMON, big5)})
    best, other = sorted(scores, key=lambda name: scores[name], reverse=True)
    if scores[best] < _GOOD_SHARE or not _fits(raw, best):
        return Evidence(None, "unknown", scores, rows, len(gb))
    if scores[best] - scores[other] >= _CLEAR_LEAD:
        return Evidence(best, "likely", scores, (), len(gb))
    if len(gb) >= _TELLING_TOKENS and not _share(_LOW_END, big5) and _fits(raw, "gb18030"):
        return Evidence("gb18030", "likely", scores, (), len(gb))
    # Of a handful of signs both may be in daily use by chance; in mainland files it is GB18030 then.
    encoding = "gb18030" if scores["gb18030"] >= scores["big5"] or len(gb) < _FEW_TOKENS else best
    return Evidence(encoding if _fits(raw, encoding) else best, "unclear", scores, rows, len(gb))


def _share(common: re.Pattern[bytes], tokens: Sequence[bytes]) -> float:
    return sum(map(bool, map(common.fullmatch, tokens))) / max(1, len(tokens))


def _fits(raw: bytes, encoding: str) -> bool:
    # A line may end within a sign where a field was cut; a file in the wrong encoding fails all over.
    text = raw.decode(encoding, errors="replace")
    return text.count("�") <= len(text) / 100


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final=final)
    except UnicodeDecodeError:
        return False
    return True


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


class _Sample:
    """Numbered lines with bytes beyond ASCII, up to a bound."""

    def __init__(self) -> None:
        self.lines = list[tuple[int, bytes]]()
        self.beyond = False
        self._row, self._bytes, self._open = 1, 0, b""

    def add(self, chunk: bytes) -> None:
        if chunk.isascii() and self._open.isascii():
            self._row += chunk.count(b"\n")
            self._open = chunk.rpartition(b"\n")[2][-_CHUNK:] if b"\n" in chunk else (self._open + chunk)[-_CHUNK:]
            return
        self.beyond = True
        if self._bytes >= _SAMPLE_BYTES or len(self.lines) >= _SAMPLE_LINES:
            self._row += chunk.count(b"\n")
            return
        *whole, rest = (self._open + chunk).split(b"\n")
        # A line without end is cut: what it begins with tells enough.
        self._open = rest[:_CHUNK]
        for line in whole:
            self._keep(line)
            self._row += 1

    def end(self) -> None:
        self._keep(self._open)

    def _keep(self, line: bytes) -> None:
        if not line.isascii() and self._bytes < _SAMPLE_BYTES and len(self.lines) < _SAMPLE_LINES:
            self.beyond = True
            self.lines.append((self._row, line[:_CHUNK]))
            self._bytes += len(line)
