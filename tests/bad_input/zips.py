"""Zips that lie: written by hand where the usual writer would not."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

__all__ = ["lying_zip", "overlapping_zip", "quick_bomb", "write_bomb", "write_link", "write_zip"]

_ZEROS = bytes(1 << 20)


def write_zip(path: Path, members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip as it should be, whatever the names."""
    with zipfile.ZipFile(path, "w", method) as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)
    return path


def write_bomb(path: Path, name: str, *, megabytes: int, head: bytes = b"", method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write one member that is a thousand times as long as it is packed."""
    with zipfile.ZipFile(path, "w", method) as bundle, bundle.open(name, "w", force_zip64=True) as member:
        member.write(head)
        for _ in range(megabytes):
            member.write(_ZEROS)
    return path


def write_link(path: Path, name: str, target: str) -> Path:
    """Write a symbolic link as a member."""
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(member, target)
    return path


def lying_zip(path: Path, name: str, content: bytes, *, told: int) -> Path:
    """Write a member whose headers tell fewer bytes than it unpacks to, and the checksum of those few."""
    crc = zlib.crc32(content[:told])
    return _by_hand(path, {name: content}, told={name: (told, crc)})


def quick_bomb(path: Path, name: str, *, megabytes: int) -> Path:
    """Write a bomb without packing it: the same packed megabyte over and over, with no right checksum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(_ZEROS) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = block * megabytes + packer.flush()
    size = megabytes << 20
    body = _local(name, packed, size, 0)
    listed = _central(name, packed, size, 0, 0)
    path.write_bytes(body + listed + _end(1, len(listed), len(body)))
    return path


def overlapping_zip(path: Path, names: list[str], content: bytes) -> Path:
    """Write many members that are all the same bytes of the file."""
    packed = _deflate(content)
    crc = zlib.crc32(content)
    body = _local(names[0], packed, len(content), crc)
    listed = b"".join(_central(name, packed, len(content), crc, 0) for name in names)
    path.write_bytes(body + listed + _end(len(names), len(listed), len(body)))
    return path


def _by_hand(path: Path, members: Mapping[str, bytes], *, told: Mapping[str, tuple[int, int]]) -> Path:
    body, listed = b"", b""
    for name, content in members.items():
        size, crc = told[name]
        packed = _deflate(content)
        listed += _central(name, packed, size, crc, len(body))
        body += _local(name, packed, size, crc)
    path.write_bytes(body + listed + _end(len(members), len(listed), len(body)))
    return path


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def _local(name: str, packed: bytes, size: int, crc: int) -> bytes:
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0x21, crc, len(packed), size, len(name), 0)
    return head + name.encode("ascii") + packed


def _central(name: str, packed: bytes, size: int, crc: int, start: int) -> bytes:
    head = struct.pack(
        "<IHHHHHHIIIHHHHHII",
        *(0x02014B50, 20, 20, 0, 8, 0, 0x21, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, start),
    )
    return head + name.encode("ascii")


def _end(count: int, size: int, start: int) -> bytes:
    return struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, start, 0)
