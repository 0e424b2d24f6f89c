"""Manifests: the text that says what a release is, and the frozen values read from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.errors import StoreError
from geo.store import disk
from geo.store.files import fault
from geo.store.upgrade import FORMAT, upgrade

__all__ = [
    "REPAIR",
    "KeptFile",
    "LayerFile",
    "Release",
    "ReportFile",
    "canonical_json",
    "parse_manifest",
    "write_manifest",
]

#: What to do about a file of the store that is not as it was written.
REPAIR = "bring the file back from a backup, or restore an earlier release"


@dataclass(frozen=True)
class LayerFile:
    """One layer's file in a release.

    Parameters
    ----------
    path
        From the store's root, with forward slashes.
    rows, bytes, sha256
        What the file must hold, be long, and hash to.
    schema
        Columns and their types, in order; types as in `geo.layers.Layer.dtypes`.
    """

    path: str
    rows: int
    bytes: int
    sha256: str
    schema: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(name for name, _ in self.schema)

    @property
    def dtypes(self) -> Mapping[str, str]:
        """Type of each column."""
        return dict(self.schema)


@dataclass(frozen=True)
class KeptFile:
    """A file beside the layers: where it lies from the store's root, how long it must be (None: not told), its hash."""

    path: str
    bytes: int | None
    sha256: str


@dataclass(frozen=True)
class ReportFile(KeptFile):
    """The report of an import, and the rows that it did not load; None if there are none."""

    rejects: KeptFile | None = None


@dataclass(frozen=True, eq=False)
class Release:
    """One consistent version of all layers; immutable, and equal to another if the manifest is the same.

    Parameters
    ----------
    number
        1 for the first; the highest is current.
    as_of
        Day up to which the records tell.
    time_zone
        IANA name; all moments and days of the layers are wall time there.
    title, title_zh
        What the data are called, in English and in Chinese.
    made_up
        Whether any of it is invented.
    parent
        Number of the release it was made from; None for the first.
    rules_hash
        SHA-256 of the rules it was checked by.
    created_at
        UTC moment, ISO 8601.
    note
        Free words of the publisher about the release.
    sources
        Layer → where it comes from.
    layers
        Layer → its file.
    root
        Folder of the store, absolute.
    restored_from
        Number of the release that this one puts back; None if it is a new one.
    report_files
        Name of the import → its report; they come with the release, or there is no release.
    manifest_sha256
        SHA-256 over everything above but the root.
    """

    number: int
    as_of: date
    time_zone: str
    title: str
    title_zh: str
    made_up: bool
    parent: int | None
    rules_hash: str
    created_at: str
    note: str
    sources: Mapping[str, str]
    layers: Mapping[str, LayerFile]
    root: Path
    restored_from: int | None = None
    report_files: Mapping[str, ReportFile] = field(default_factory=dict)
    manifest_sha256: str = ""

    @cached_property
    def key(self) -> str:
        """Key for caches: two releases with the same key hold the same data."""
        return f"{self.root.as_posix()}#{self.number}#{self.manifest_sha256[:16]}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Release) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def has(self, layer: str) -> bool:
        """Tell whether the release holds a layer."""
        return layer in self.layers

    def path(self, layer: str) -> Path:
        """Return the path of a layer's file, which is there and holds what was published.

        The content is read once in a process to tell; after that, the file's size and moment of change are looked at.

        Raises
        ------
        StoreError
            When the release has no such layer, or the file is missing, torn or altered.
        """
        if layer not in self.layers:
            there = ", ".join(self.layers) or "no layer at all"
            raise StoreError(
                f"release {self.number} has no layer {layer!r}; it has {there}. Remedy: import {layer}, then ask again"
            )
        file = self.layers[layer]
        path = self.root / file.path
        _verify_size(path, file.bytes)
        if disk.hash_once(path) != file.sha256:
            raise fault(path, "the layer's file has been altered", REPAIR)
        return path

    def files(self) -> Iterator[tuple[str, LayerFile | KeptFile]]:
        """Give every file that the release names, with what it is to a reader."""
        for layer, file in self.layers.items():
            yield f"layer {layer}", file
        for name, report in self.report_files.items():
            yield f"report {name}", report
            if report.rejects is not None:
                yield f"rejected rows of {name}", report.rejects

    def verify(self) -> None:
        """Raise the `StoreError` of the first layer file that is missing or torn, by its size alone."""
        for file in self.layers.values():
            _verify_size(self.root / file.path, file.bytes)


def write_manifest(release: Release) -> tuple[bytes, Release]:
    """Return a release's manifest, and the release with the manifest's hash."""
    fields = _to_fields(release)
    digest = _digest(fields)
    return canonical_json({**fields, "sha256": digest}), replace(release, manifest_sha256=digest)


def parse_manifest(content: bytes, *, number: int, root: Path, path: Path) -> Release:
    """Read a release from its manifest.

    Parameters
    ----------
    content
        Text of the manifest.
    number
        Number that its name gives it.
    root, path
        Folder of the store; file of the manifest, for the error.

    Raises
    ------
    StoreError
        When it is torn, altered, or of a form that this version does not know.
    """
    try:
        fields = json.loads(content)
        digest = fields.pop("sha256")
        form = fields["format"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise fault(path, "the manifest is torn", REPAIR) from error
    # A later form may be hashed in another way: what it says of itself comes first.
    later = isinstance(form, int) and form > FORMAT
    if not later and (digest != _digest(fields) or fields["number"] != number):
        raise fault(path, "the manifest has been altered", REPAIR)
    upgraded = upgrade(fields, root=root, path=path)
    try:
        return _from_fields(upgraded, root=root, digest=digest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise fault(path, "the manifest says less than it must", REPAIR) from error


def canonical_json(fields: Mapping[str, Any]) -> bytes:
    """Return JSON that is the same for the same content: keys sorted, no spaces, UTF-8."""
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _digest(fields: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical_json(fields)).hexdigest()


def _to_fields(release: Release) -> dict[str, Any]:
    layers = {
        name: {"path": file.path, "rows": file.rows, "bytes": file.bytes, "sha256": file.sha256, "schema": file.schema}
        for name, file in release.layers.items()
    }
    # Left out where it says nothing, so that the manifests of all other releases stay what they were.
    restored = {} if release.restored_from is None else {"restored_from": release.restored_from}
    return {
        "format": FORMAT,
        "number": release.number,
        "as_of": release.as_of.isoformat(),
        "time_zone": release.time_zone,
        "title": release.title,
        "title_zh": release.title_zh,
        "made_up": release.made_up,
        "parent": release.parent,
        "rules_hash": release.rules_hash,
        "created_at": release.created_at,
        "note": release.note,
        "sources": dict(release.sources),
        "layers": layers,
        "reports": {name: asdict(report) for name, report in release.report_files.items()},
        **restored,
    }


def _from_fields(fields: Mapping[str, Any], *, root: Path, digest: str) -> Release:
    values = {name: value for name, value in fields.items() if name != "format"}
    reports = {name: _report_file(raw) for name, raw in values.pop("reports").items()}
    layers = {name: _layer_file(raw) for name, raw in values.pop("layers").items()}
    return Release(
        **{
            **values,
            "as_of": date.fromisoformat(values["as_of"]),
            "layers": layers,
            "report_files": reports,
            "root": root,
            "manifest_sha256": digest,
        }
    )


def _layer_file(raw: Mapping[str, Any]) -> LayerFile:
    return LayerFile(**{**raw, "schema": tuple((name, dtype) for name, dtype in raw["schema"])})


def _report_file(raw: Mapping[str, Any]) -> ReportFile:
    rejects = raw["rejects"]
    return ReportFile(**{**raw, "rejects": None if rejects is None else KeptFile(**rejects)})


def _verify_size(path: Path, expected: int) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise fault(path, "the layer's file is missing", REPAIR) from error
    if size != expected:
        raise fault(path, f"the layer's file is torn: {size:,} bytes where {expected:,} must be", REPAIR)
