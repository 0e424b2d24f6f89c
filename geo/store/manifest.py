"""Manifests: the text that says what a release is, and the frozen values read from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.errors import StoreError
from geo.store.files import fault

__all__ = ["FORMAT", "REPAIR", "LayerFile", "Release", "canonical_json", "parse_manifest", "write_manifest"]

#: Version of the manifest's own form.
FORMAT = 1
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
        """Return the path of a layer's file, which is there and as long as it must be.

        Raises
        ------
        StoreError
            When the release has no such layer, or the file is missing or torn.
        """
        if layer not in self.layers:
            there = ", ".join(self.layers) or "no layer at all"
            raise StoreError(
                f"release {self.number} has no layer {layer!r}; it has {there}. Remedy: import {layer}, then ask again"
            )
        file = self.layers[layer]
        path = self.root / file.path
        _verify_size(path, file.bytes)
        return path

    def verify(self) -> None:
        """Raise the `StoreError` of the first layer file that is missing or torn."""
        for layer in self.layers:
            self.path(layer)


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
    if form != FORMAT:
        raise fault(path, f"form {form} of the manifest is not known here", "update Maple Grid")
    if digest != _digest(fields) or fields["number"] != number:
        raise fault(path, "the manifest has been altered", REPAIR)
    return _from_fields(fields, root=root, digest=digest)


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
        **restored,
    }


def _from_fields(fields: Mapping[str, Any], *, root: Path, digest: str) -> Release:
    values = {name: value for name, value in fields.items() if name != "format"}
    layers = {name: _layer_file(raw) for name, raw in values.pop("layers").items()}
    return Release(
        **{
            **values,
            "as_of": date.fromisoformat(values["as_of"]),
            "layers": layers,
            "root": root,
            "manifest_sha256": digest,
        }
    )


def _layer_file(raw: Mapping[str, Any]) -> LayerFile:
    return LayerFile(**{**raw, "schema": tuple((name, dtype) for name, dtype in raw["schema"])})


def _verify_size(path: Path, expected: int) -> None:
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise fault(path, "the layer's file is missing", REPAIR) from error
    if size != expected:
        raise fault(path, f"the layer's file is torn: {size:,} bytes where {expected:,} must be", REPAIR)
