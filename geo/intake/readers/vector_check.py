"""A look at a map file's own bytes before GDAL reads it: its kind, how deep it nests, what it becomes in memory."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputRefused
from geo.intake.readers.encoding import read_pieces
from geo.intake.readers.limits import Limits, in_words, load_limits

__all__ = ["check_size", "check_vector"]

_JSON = (".geojson", ".json")
# GDAL goes by content, not by name: a file that only leads to other files, or to a server, is a map to it as well.
_GOES_ELSEWHERE = b"gdal_streamed_alg"
_SQLITE = b"SQLite format 3\x00"
# Of the standards' own; nobody reads them here.
_USUAL_VIEWS = {"st_spatial_ref_sys", "spatial_ref_sys", "st_geometry_columns", "geometry_columns"}
_RTREE = re.compile(r"\busing\s+[\"'`\[]?rtree", re.IGNORECASE)
_HIDDEN_COLUMN = 0
_STEPS = 1_000_000
_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_NAME = re.compile(rb'"([^"]{0,200})"\s*:')
_NEW_LINE = b"\n"
_QUOTE = ord('"')
# +1 opens, -1 closes a bracket.
_BRACKETS = np.zeros(256, dtype=np.int8)
_BRACKETS[list(b"[{")] = 1
_BRACKETS[list(b"]}")] = -1


def check_size(path: Path) -> None:
    """Refuse a file that is held in memory as a whole and would not fit.

    Raises
    ------
    InputRefused
        When it is longer than the limits allow.
    """
    most = load_limits().file_whole_bytes
    if path.stat().st_size > most:
        raise _refuse(path, f"the file is longer than {in_words(most)}", "cut it into parts, or save it as CSV")


def check_vector(path: Path) -> None:
    """Refuse a GeoJSON, GeoPackage, KML or Shapefile that is none, or that would cost time or memory without end.

    Parameters
    ----------
    path
        The file; of a shapefile the ``.shp``.

    Raises
    ------
    InputRefused
        When it is of another kind than its name says, nests too deep, holds a text of many megabytes, works out its
        rows by itself, or says that it holds more than it does.
    """
    check_size(path)
    kind, limits = path.suffix.lower(), load_limits()
    if kind in _JSON:
        _check_json(path, limits)
    elif kind == ".gpkg":
        _check_geopackage(path, limits)
    elif kind == ".kml":
        _check_kml(path, limits)
    elif kind == ".shp":
        _check_shapes(path)


def _check_json(path: Path, limits: Limits) -> None:
    """Go through brackets and texts, piece by piece."""
    with path.open("rb") as file:
        head = file.read(4096)
        if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
            raise _refuse(path, "the file can't be read: this is no JSON", "export it again as GeoJSON")
    depth, line, length = 0, 1, 0
    inside, before, names = False, b"", set[bytes]()
    for piece in _whole_escapes(read_pieces(path)):
        # A word may lie across the end of a piece.
        if _GOES_ELSEWHERE in before + piece:
            raise _refuse(path, "it leads to other files instead of holding a map", "export the map itself as GeoJSON")
        before = piece[-len(_GOES_ELSEWHERE) :]
        signs = np.frombuffer(_ESCAPED.sub(b"__", piece), np.uint8)
        quotes = np.flatnonzero(signs == _QUOTE)
        longest, length = _longest_text(quotes, len(signs), length, inside=inside)
        if longest > 4 * limits.table_cell_characters:
            where = line + piece.count(b"\n")
            problem = f"a text of more than {limits.table_cell_characters:,} characters, before the end of line {where}"
            raise _refuse(path, problem, "look for a quotation mark that is missing, or take the text out")
        names.update(_NAME.findall(signs.tobytes()))
        if len(names) > limits.table_columns:
            problem = f"more than {limits.table_columns:,} attributes, in line {line + piece.count(_NEW_LINE)}"
            raise _refuse(path, problem, "export only those that are needed")
        steps = _BRACKETS[signs]
        steps[_between(quotes, len(signs), inside=inside)] = 0
        depths = depth + np.cumsum(steps, dtype=np.int64)
        too_deep = np.flatnonzero(depths > limits.json_depth)
        if len(too_deep):
            where = line + piece[: too_deep[0]].count(b"\n")
            problem = f"more than {limits.json_depth} brackets within brackets, in line {where}"
            raise _refuse(path, problem, "export it again as plain GeoJSON")
        depth = int(depths[-1]) if len(depths) else depth
        inside ^= bool(len(quotes) % 2)
        line += piece.count(b"\n")


def _whole_escapes(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Move a backslash at the end of a piece to the next, with what it escapes."""
    rest = b""
    for piece in pieces:
        whole = rest + piece
        odd = (len(whole) - len(whole.rstrip(b"\\"))) % 2
        rest = whole[len(whole) - odd :]
        yield whole[: len(whole) - odd]


def _longest_text(quotes: NDArray[np.intp], size: int, length: int, *, inside: bool) -> tuple[int, int]:
    """Return the length of the longest text in a piece, and of the one that is not closed in it."""
    if not len(quotes):
        length = length + size if inside else 0
        return length, length
    edges = np.concatenate([[-length - 1], quotes, [size]]) if inside else np.concatenate([quotes, [size]])
    lengths = np.diff(edges)[::2] - 1
    still_open = len(edges) % 2 == 0
    return int(lengths.max(initial=0)), int(lengths[-1]) if still_open else 0


def _between(quotes: NDArray[np.intp], size: int, *, inside: bool) -> NDArray[np.bool_]:
    """Tell which signs stand in a text."""
    turns = np.zeros(size, dtype=np.int8)
    turns[quotes] = 1
    texts: NDArray[np.bool_] = (np.cumsum(turns, dtype=np.int64) + inside) % 2 == 1
    return texts


def _check_geopackage(path: Path, limits: Limits) -> None:
    """See that all that can be asked for are tables, whose cells are in the file and of sensible size."""
    with path.open("rb") as file:
        if not file.read(len(_SQLITE)) == _SQLITE:
            raise _refuse(path, "the file can't be read: this is no GeoPackage", "export it again; it may be cut off")
    with _asking(path) as base:
        for kind, name, made in base.execute("SELECT type, name, sql FROM sqlite_master ORDER BY rowid").fetchall():
            if kind == "view" and str(name).lower() not in _USUAL_VIEWS:
                problem = f"{_short(name)} is worked out each time that it is read (a view)"
                raise _refuse(path, problem, "export the layers into a new GeoPackage")
            if kind == "table" and str(made).lower().startswith("create virtual") and not _RTREE.search(str(made)):
                raise _refuse(path, f"{_short(name)} is no plain table", "export the layers into a new GeoPackage")
            if kind == "table" and not str(made).lower().startswith("create virtual"):
                _check_table(path, base, str(name), limits)


def _check_table(path: Path, base: sqlite3.Connection, name: str, limits: Limits) -> None:
    columns = base.execute("SELECT name, type, hidden FROM pragma_table_xinfo(?)", [name]).fetchall()
    worked_out = [column for column, _, hidden in columns if hidden != _HIDDEN_COLUMN]
    if worked_out:
        problem = f"column {_short(worked_out[0])} of {_short(name)} is worked out each time that it is read"
        raise _refuse(path, problem, "export the layer into a new GeoPackage")
    if len(columns) > limits.table_columns:
        problem = f"{_short(name)} has {len(columns):,} columns; at most {limits.table_columns:,} can be read"
        raise _refuse(path, problem, "export only those that are needed")
    held = 0
    for column, kind, _ in columns:
        cell = f"length(CAST({_quoted(column)} AS BLOB))"
        total, longest = base.execute(f"SELECT sum({cell}), max({cell}) FROM {_quoted(name)}").fetchone()  # noqa: S608
        if str(kind).upper().startswith("TEXT") and (longest or 0) > 4 * limits.table_cell_characters:
            problem = f"column {_short(column)} of {_short(name)} has a text of more than "
            raise _refuse(path, f"{problem}{limits.table_cell_characters:,} characters", "take it out")
        held += total or 0
    if held > limits.file_held_bytes:
        problem = f"{_short(name)} becomes more than {in_words(limits.file_held_bytes)}"
        raise _refuse(path, problem, "export only what is needed into a new GeoPackage")


def _check_kml(path: Path, limits: Limits) -> None:
    """Go through its elements: it may hold no entities of its own, lead nowhere else, and nest no deeper than a map."""
    parser, open_elements, length = expat.ParserCreate(), list[str](), 0

    def begin(name: str, _: dict[str, str]) -> None:
        nonlocal length
        length = 0
        open_elements.append(name.rpartition(":")[2])
        if open_elements[-1] == "NetworkLink":
            raise _refuse(path, "it leads to other files instead of holding a map", "export the map itself as KML")
        if len(open_elements) > limits.json_depth:
            problem = f"more than {limits.json_depth} elements within elements, in line {parser.CurrentLineNumber}"
            raise _refuse(path, problem, "export it again as plain KML")

    def end(_: str) -> None:
        open_elements.pop()

    def text(signs: str) -> None:
        nonlocal length
        length += len(signs)
        if length > limits.table_cell_characters and open_elements[-1] != "coordinates":
            where = f"in line {parser.CurrentLineNumber}"
            problem = f"a text of more than {limits.table_cell_characters:,} characters, {where}"
            raise _refuse(path, problem, "take the text out")

    def declare(*_: object) -> None:
        raise _refuse(path, "it declares a type of document of its own", "export it again as plain KML")

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, declare
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise _refuse(path, f"the file can't be read ({error})", "export it again; it may be cut off") from error


@contextmanager
def _asking(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that is not trusted and not changed; what takes too many steps is broken off."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            most = max(1_000, path.stat().st_size // 1_000)
            left = iter(range(most))
            base.set_progress_handler(lambda: int(next(left, None) is None), _STEPS)
            yield base
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        problem = f"the file can't be read ({error})"
        raise _refuse(path, problem, "export it again; it may be cut off or damaged") from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _check_shapes(path: Path) -> None:
    """See that the index names no more bytes than there are: shapes may not be the same bytes over and over."""
    index = next((one for one in path.parent.iterdir() if one.name.lower() == f"{path.stem}.shx".lower()), None)
    if index is None:
        return
    raw = index.read_bytes()[100:]
    lengths = np.frombuffer(raw[: len(raw) // 8 * 8], dtype=">i4")[1::2].astype(np.int64)
    if 2 * int(np.clip(lengths, 0, None).sum()) > path.stat().st_size:
        problem = f"{index.name} tells of more shapes than the file holds"
        raise _refuse(path, problem, "export the shapefile again; it may be cut off or damaged")


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= 60 else text[:59] + "…"


def _refuse(path: Path, problem: str, remedy: str) -> InputRefused:
    return InputRefused(f"{path.name}: {problem}. Remedy: {remedy}.")
