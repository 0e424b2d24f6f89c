"""The audit trail: who looked at, took out, brought in or changed what; lines are only added, each tied to the last.

One line of JSON for each deed, in a file for each month. A line holds the SHA-256 of the line before it and of itself,
so that a line changed, taken out or moved is found. What a killed writer left of a line stands there and is told.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from geo.access.scope import ADMINISTRATOR, Scope, require_role
from geo.access.who import Asker
from geo.errors import StoreError
from geo.store import disk

__all__ = ["WHAT", "Deed", "Place", "Trail", "TrailState", "What"]

What = Literal["view", "export", "import", "release", "rules", "roles", "key", "sign-in", "sign-out", "refused"]
#: What is told.
WHAT: tuple[str, ...] = get_args(What)

#: Where a trail ends: name of its newest file and bytes of it.
Place: TypeAlias = tuple[str, int]

_FOLDER = "audit"
_LOCK = "lock"
_NAME = re.compile(r"\d{4}-\d{2}\.jsonl")
_FIRST = "0" * 64
_TAIL = 2**16
_FEWEST_SIGNS = 12
# Details name what was asked; longer ones would hold something else.
_MOST_DETAIL = 2_000
_MISSED = "line {n} of the trail should stand here; it was taken out or moved"
_FIELDS = {"n", "at", "what", "who", "role", "area", "detail", "before", "hash"}


@dataclass(frozen=True)
class Deed:
    """One line of the trail.

    Parameters
    ----------
    n
        Number of the line, from 1 on, through all files.
    at
        Moment, in UTC, to the second.
    what
        One of `WHAT`.
    who, role, area
        Pseudonym and scope.
    detail
        What was asked, by name: a page, a view as the address has it, a release; never what was seen.
    before, hash
        SHA-256 of the line before, and of this one.
    """

    n: int
    at: datetime
    what: str
    who: str
    role: str
    area: str | None
    detail: Mapping[str, str]
    before: str
    hash: str


@dataclass(frozen=True)
class TrailState:
    """What a look at the whole trail found.

    Parameters
    ----------
    lines
        How many whole lines there are.
    first, last
        Their numbers; None without lines. A trail that does not begin with 1 has lost what was before, or somebody has
        put it away.
    head
        The last line's hash: written down elsewhere, it tells later whether the end is still there.
    bad
        The first line at which the chain is broken, as file, line and what is wrong; None if it holds.
    torn
        Where a writer that was killed left a piece of a line: file and line. The chain goes on around it.
    """

    lines: int
    first: int | None
    last: int | None
    head: str | None
    bad: str | None
    torn: tuple[str, ...]


class Trail:
    """The audit trail of a store. Any number of processes may write to it at the same time.

    Parameters
    ----------
    root
        Folder of the store.
    """

    def __init__(self, root: Path | str) -> None:
        self._folder = Path(root) / _FOLDER

    def append(
        self,
        asker: Asker,
        what: What,
        detail: Mapping[str, str | int | None] | None = None,
        *,
        at: datetime | None = None,
    ) -> Deed:
        """Add a line, and bring it to the disk unless it tells of a mere look.

        Parameters
        ----------
        asker
            Who did it.
        what
            One of `WHAT`.
        detail
            What was asked, by name; what is None is left out.
        at
            When; now if not given.

        Raises
        ------
        StoreError
            When the trail can't be written: what is not told should not be done.
        """
        moment = (at or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
        with self._writing():
            return self._add(moment, what, asker, _told(detail or {}))

    def append_change(
        self, asker: Asker, what: What, detail: Mapping[str, str], *, after: Place | None = None
    ) -> Place:
        """Add a line unless the newest of its kind tells the same; nobody writes between the look and the line.

        Parameters
        ----------
        asker, what, detail
            As in `append`.
        after
            Where the trail ended when it was known to tell the same: only what came after that is looked at.

        Returns
        -------
        tuple
            Where the trail ends now.

        Raises
        ------
        StoreError
            When the trail can't be written.
        """
        with self._writing():
            if after is None or self._has_after(what, after):
                last = self.last_of(what)
                if last is None or last.detail != _told(detail):
                    self._add(datetime.now(UTC).replace(microsecond=0), what, asker, _told(detail))
            files = self._files()
            return (files[-1].name, files[-1].stat().st_size) if files else ("", 0)

    def read(self, scope: Scope, *, most: int | None = None) -> list[Deed]:
        """Return the newest whole lines, the newest first, to those who may read them.

        Parameters
        ----------
        most
            How many; all of them if not given.

        Raises
        ------
        NotPermitted
            When the scope is no administrator's.
        """
        require_role(scope, ADMINISTRATOR, what="The audit trail")
        return list(islice(self._newest(), most))

    def check(self) -> TrailState:
        """Look at each line and at what ties it to the one before.

        Raises
        ------
        StoreError
            When a file can't be read.
        """
        first: Deed | None = None
        before: Deed | None = None
        lines, torn, piece = 0, list[str](), ""
        for where, deed in (line for path in self._files() for line in _read(path)):
            if deed is None:
                piece = piece or where
                torn.append(where)
                continue
            wrong = _wrong(deed, before, after_piece=bool(piece))
            if wrong is not None:
                # Where the chain misses a line and something stands that can't be read, that was the line.
                return _state(lines, first, before, f"{piece or where}: {wrong}", ())
            first, before, lines, piece = first or deed, deed, lines + 1, ""
        return _state(lines, first, before, None, tuple(torn))

    def last_of(self, what: What) -> Deed | None:
        """Return the newest line of a kind; None if there is none."""
        # Only lines that may be of the kind are parsed: the one looked for is often the oldest of a long trail.
        sign = _sign(what)
        for path in reversed(self._files()):
            for line in reversed(_content(path).split(b"\n")):
                deed = _parse(line) if sign in line else None
                if deed is not None and deed.what == what:
                    return deed
        return None

    def _has_after(self, what: What, place: Place) -> bool:
        """Tell whether a line of a kind came after a place, or the place is there no more."""
        name, size = place
        files = {path.name: path for path in self._files() if path.name >= name}
        if name and (name not in files or files[name].stat().st_size < size):
            return True
        return any(_sign(what) in _content(path, after=size if path.name == name else 0) for path in files.values())

    def holds(self, sign: str) -> bool:
        """Tell whether the line is still there whose hash begins so; fewer than twelve signs are any line's."""
        return len(sign) >= _FEWEST_SIGNS and any(deed.hash.startswith(sign) for deed in self._newest())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            disk.make_folder(self._folder)
            with (self._folder / _LOCK).open("ab") as file:
                disk.lock(file)
                yield
        except OSError as error:
            raise StoreError(
                f"{self._folder}: the audit trail can't be written ({error.strerror}). "
                "Remedy: make room there, and let the server's account write"
            ) from error

    def _add(self, moment: datetime, what: What, asker: Asker, detail: Mapping[str, str]) -> Deed:
        deed = _make(self._last(), moment, what, asker, detail)
        self._write(self._file(moment), deed, sync=what != "view")
        return deed

    def _files(self) -> list[Path]:
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror}. Remedy: let this account read it") from error
        return [self._folder / name for name in sorted(names) if _NAME.fullmatch(name)]

    def _file(self, moment: datetime) -> Path:
        """Return the file to write to: that of the month, or a later one if a clock has gone back since."""
        name = f"{moment:%Y-%m}.jsonl"
        return self._folder / max([name, *(path.name for path in self._files())])

    def _last(self) -> Deed | None:
        for path in reversed(self._files()):
            for line in reversed(_tail(path)):
                deed = _parse(line)
                if deed is not None:
                    return deed
        return None

    def _newest(self) -> Iterator[Deed]:
        for path in reversed(self._files()):
            yield from (deed for _, deed in reversed(_read(path)) if deed is not None)

    def _write(self, path: Path, deed: Deed, *, sync: bool) -> None:
        content = _canonical(_fields(deed)) + b"\n"
        handle = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        try:
            size = os.fstat(handle).st_size
            # What a killed writer left ends here: it stays, on a line of its own.
            if size and not _ends_whole(path):
                content = b"\n" + content
            while content:
                content = content[os.write(handle, content) :]
            if sync:
                os.fsync(handle)
        finally:
            os.close(handle)


def _told(detail: Mapping[str, str | int | None]) -> dict[str, str]:
    return {name: str(value)[:_MOST_DETAIL] for name, value in detail.items() if value is not None}


def _sign(what: What) -> bytes:
    """Return what stands in each line of a kind, and nowhere else: quotes within a text are written otherwise."""
    return f'"what":"{what}"'.encode()


def _read(path: Path) -> list[tuple[str, Deed | None]]:
    """Return where each line of a file stands, and the line; None for one that can't be read."""
    lines = enumerate(_content(path).split(b"\n"), 1)
    return [(f"{path.name}, line {number}", _parse(line)) for number, line in lines if line]


def _content(path: Path, *, after: int = 0) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(after)
            return file.read()
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}. Remedy: let this account read it") from error


def _make(before: Deed | None, at: datetime, what: str, asker: Asker, detail: Mapping[str, str]) -> Deed:
    scope = asker.scope
    fields = {
        "n": 1 if before is None else before.n + 1,
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "what": what,
        "who": asker.pseudonym,
        "role": scope.role,
        "area": scope.area,
        "detail": dict(detail),
        "before": _FIRST if before is None else before.hash,
    }
    return _deed({**fields, "hash": _digest(fields)})


def _wrong(deed: Deed, before: Deed | None, *, after_piece: bool) -> str | None:
    fields = _fields(deed)
    if fields.pop("hash") != _digest(fields):
        return "the line has been changed"
    if before is None:
        # A trail may begin later, but not with a line that can't be read.
        begins = deed.before == _FIRST if deed.n == 1 else not after_piece
        return None if begins else _MISSED.format(n=max(deed.n - 1, 1))
    return None if (deed.before, deed.n) == (before.hash, before.n + 1) else _MISSED.format(n=before.n + 1)


def _state(lines: int, first: Deed | None, last: Deed | None, bad: str | None, torn: tuple[str, ...]) -> TrailState:
    numbers = (None if first is None else first.n, None if last is None else last.n)
    return TrailState(lines, *numbers, None if last is None else last.hash, bad, torn)


def _tail(path: Path) -> list[bytes]:
    """Return the last lines of a file, without reading all of a long one; all of it where no line ends so near."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        lines = file.read().split(b"\n")
        if size > _TAIL and not any(_parse(line) for line in lines[1:]):
            file.seek(0)
            lines = file.read().split(b"\n")
    return lines


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"


def _parse(line: bytes) -> Deed | None:
    try:
        fields = json.loads(line)
        if not isinstance(fields, dict) or set(fields) != _FIELDS or type(fields["n"]) is not int:
            return None
        return _deed(fields)
    except (ValueError, TypeError):
        return None


def _deed(fields: Mapping[str, Any]) -> Deed:
    at = datetime.strptime(fields["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return Deed(**{**fields, "at": at, "detail": MappingProxyType(dict(fields["detail"]))})


def _fields(deed: Deed) -> dict[str, Any]:
    return {**vars(deed), "at": f"{deed.at:%Y-%m-%dT%H:%M:%SZ}", "detail": dict(deed.detail)}


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(fields)).hexdigest()


def _canonical(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
