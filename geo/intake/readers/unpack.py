"""Take files out of a zip, which may lie about all it says: names, sizes, links, how many files it holds."""

from __future__ import annotations

import errno
import io
import re
import stat
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geo.errors import InputRefused
from geo.intake.readers.limits import Limits, in_words, load_limits

__all__ = ["copy_members", "open_zip", "unpack_part"]

_CHUNK = 1 << 20
# The list of its members is read at once, as long as a zip says it is; a member takes about a hundred bytes.
_LIST_BYTES = 4 << 20
# What a shapefile is made of, so far as it is read.
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# Other ways of packing give all that a piece unpacks to at once, without a bound.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OUTSIDE = re.compile(r"(^|/)\.\.(/|$)|^/|^[A-Za-z]:|\x00")
_ENCRYPTED = 0x1
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# A place that it names may lie before the file's begin or behind what a number can hold.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
)
_NAME_SHOWN = 80

Member = zipfile.ZipInfo


@contextmanager
def unpack_part(path: Path, part: str | None, *, readable: Sequence[str]) -> Iterator[Path]:
    """Give a copy of the one file of a zip that can be read, with what belongs to it, in a folder for the time.

    Parameters
    ----------
    path
        The zip.
    part
        Name of the file, with or without ending and folder; may be left out when one alone can be read.
    readable
        Endings of names that can be read.

    Raises
    ------
    InputRefused
        When the zip is broken, protected, holds links, the same name twice or names outside of itself, unpacks to more
        than the limits allow, or the file can't be told.
    """
    limits = load_limits()
    with tempfile.TemporaryDirectory(prefix="maplegrid-") as folder:
        with open_zip(path, limits) as bundle:
            members = _list_members(path, bundle)
            chosen = _pick(path, members, part, readable)
            copies = {member: Path(folder, _name(member).name) for member in _belonging(members, chosen)}
            copy_members(
                path,
                bundle,
                copies,
                most_bytes=limits.zip_unpacked_bytes,
                ratio=limits.zip_ratio,
                remedy="unpack it, and name the file",
            )
        yield copies[chosen]


@contextmanager
def open_zip(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open a zip whose list of members is of sensible length; tell what is broken in a user's words.

    Raises
    ------
    InputRefused
        When it can't be read, here or where it is used.
    """
    try:
        with _Frugal(path) as file, zipfile.ZipFile(file) as bundle:
            if len(bundle.infolist()) > limits.zip_members:
                raise _refuse(path, f"it holds more than {limits.zip_members:,} files", "zip only what is to be read")
            yield bundle
    except _BROKEN as error:
        raise _refuse(path, f"the zip can't be read ({error})", "zip the files again, without a password") from error


def copy_members(
    path: Path, bundle: zipfile.ZipFile, copies: Mapping[Member, Path], *, most_bytes: int, ratio: int, remedy: str
) -> None:
    """Unpack members chunk by chunk; stop where they become more than they may.

    Parameters
    ----------
    path
        The zip, for messages.
    bundle
        The same, opened.
    copies
        Where each member goes.
    most_bytes
        What they may unpack to, together.
    ratio
        How many bytes each byte may unpack to, beyond what the limits allow at any ratio.
    remedy
        What to do where it is too much.

    Raises
    ------
    InputRefused
        When it is too much, by what the zip says or by what comes out; or when there is no room for it.
    """
    # What the zip says of itself is a reason to refuse it, never one to trust it.
    if sum(member.file_size for member in copies) > most_bytes:
        raise _refuse(path, f"it unpacks to more than {in_words(most_bytes)}", remedy)
    written = 0
    for member, target in copies.items():
        try:
            with target.open("xb") as copy:
                for chunk in _unpack(path, bundle, member, ratio):
                    written += len(chunk)
                    if written > most_bytes:
                        raise _refuse(path, f"it unpacks to more than {in_words(most_bytes)}", remedy)
                    copy.write(chunk)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            problem = f"there is no room to unpack {_shown(member)}"
            raise _refuse(path, problem, "make room in the folder for temporary files, or unpack it") from error


class _Frugal(io.FileIO):
    """A file that gives a few megabytes at most, however many it is asked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = _LIST_BYTES + 1 if size is None or size < 0 else min(size, _LIST_BYTES + 1)
        found: bytes = super().read(wanted) or b""
        if len(found) > _LIST_BYTES:
            raise zipfile.BadZipFile("the list of its files is too long")
        return found


def _unpack(path: Path, bundle: zipfile.ZipFile, member: Member, ratio: int) -> Iterator[bytes]:
    if member.flag_bits & _ENCRYPTED:
        raise _refuse(path, f"{_shown(member)} is protected by a password", "zip the files without a password")
    if member.compress_type not in _METHODS:
        raise _refuse(path, f"{_shown(member)} is packed in an unusual way", "zip the files again, in the usual way")
    most = max(load_limits().zip_ratio_from_bytes, ratio * min(member.compress_size, path.stat().st_size))
    written = 0
    with bundle.open(member) as file:
        while chunk := file.read(_CHUNK):
            written += len(chunk)
            if written > most:
                problem = f"{_shown(member)} unpacks to more than {ratio} times its size"
                raise _refuse(path, problem, "this is no file of records; ask where it comes from")
            yield chunk


def _list_members(path: Path, bundle: zipfile.ZipFile) -> list[Member]:
    """Return the files of a zip; refuse names and links that lead out of it."""
    # `is_dir` asks for the last letter, and a spoilt name may have none.
    files = [member for member in bundle.infolist() if not member.filename.endswith("/")]
    for member in files:
        if _OUTSIDE.search(_plain(member)):
            problem = f"it holds a name that leads out of its folder, {_shown(member)}"
            raise _refuse(path, problem, "zip the files again; ask where this one comes from")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _refuse(path, f"{_shown(member)} is a link, not a file", "zip the file that it leads to")
    twice = [name for name, count in Counter(_plain(member).casefold() for member in files).items() if count > 1]
    if twice:
        raise _refuse(path, f"it holds two files of the name {twice[0][:_NAME_SHOWN]}", "give each its own name")
    return [member for member in files if not _name(member).name.startswith(".") and "__MACOSX" not in member.filename]


def _pick(path: Path, members: Sequence[Member], part: str | None, readable: Sequence[str]) -> Member:
    files = sorted((one for one in members if _ending(one) in readable), key=lambda one: one.filename)
    plain = [one for one in files if _ending(one) != ".zip"]
    matching = [one for one in plain if _is_meant(one, part)]
    if len(matching) == 1:
        return matching[0]
    if not matching and any(_is_meant(one, part) for one in files):
        raise _refuse(path, "it holds a zip in a zip", "unpack it, and name the zip that is in it")
    names = ", ".join(_shown(one) for one in plain[:8]) + (", …" if len(plain) > 8 else "")
    problem = "no such file in it" if not matching else "it holds several files"
    raise _refuse(path, problem, f"name one that can be read as the part ({names or 'none'})")


def _is_meant(member: Member, part: str | None) -> bool:
    name = _name(member)
    return part is None or part in (member.filename, str(name), name.name, name.stem)


def _belonging(members: Sequence[Member], chosen: Member) -> list[Member]:
    """Return a file and, of a shapefile, those that lie beside it."""
    if _ending(chosen) != ".shp":
        return [chosen]
    stem = _name(chosen).with_suffix("").as_posix().casefold()
    return [
        one
        for one in members
        if _ending(one) in _SHAPEFILE and _name(one).with_suffix("").as_posix().casefold() == stem
    ]


def _plain(member: Member) -> str:
    # Some programs on Windows write their own separator.
    return member.filename.replace("\\", "/")


def _name(member: Member) -> PurePosixPath:
    return PurePosixPath(_plain(member))


def _ending(member: Member) -> str:
    return _name(member).suffix.lower()


def _shown(member: Member) -> str:
    name = member.filename
    return name if len(name) <= _NAME_SHOWN else name[: _NAME_SHOWN - 1] + "…"


def _refuse(path: Path, problem: str, remedy: str) -> InputRefused:
    return InputRefused(f"{path.name}: {problem}. Remedy: {remedy}.")
