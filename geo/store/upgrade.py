"""Manifests of older forms, made into today's while they are read; the files stay as they were written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.store import disk
from geo.store.files import Files, fault, has_token

__all__ = ["FORMAT", "REPORTS", "old_report_number", "old_reports", "upgrade"]

#: Version of the manifest's own form: 1 found the reports of its imports by their names, 2 names them.
FORMAT = 2
#: Folder of the reports of imports.
REPORTS = "imports"

_OLD_REPORT = r"\d{6,}-.*\.json"


def upgrade(fields: Mapping[str, Any], *, root: Path, path: Path) -> Mapping[str, Any]:
    """Return the fields of a manifest of any form as those of today's.

    Parameters
    ----------
    fields
        All that the manifest says, its form among them.
    root, path
        Folder of the store; file of the manifest, for the error.

    Raises
    ------
    StoreError
        When the form is of a later version, or older than any that can be read.
    """
    form = fields["format"]
    if not isinstance(form, int) or form > FORMAT:
        known = f"this version knows the forms up to {FORMAT}"
        raise fault(path, f"a newer Maple Grid wrote this manifest, in form {form}; {known}", "update Maple Grid")
    if form not in {FORMAT, *_STEPS}:
        remedy = "open the store with the version that wrote it, and export the layers from there"
        raise fault(path, f"form {form} of the manifest is older than any that this version can read", remedy)
    for step in range(form, FORMAT):
        fields = _STEPS[step](fields, root)
    return fields


def old_reports(files: Files) -> list[str]:
    """Return the names, from the store's root, of reports of form 1: a release's by its number."""
    return [f"{REPORTS}/{name}" for name in files.names(REPORTS, _OLD_REPORT) if not has_token(name)]


def old_report_number(name: str) -> int:
    """Return the number of the release that a report of form 1 belongs to."""
    return int(name.removeprefix(f"{REPORTS}/").partition("-")[0])


def _name_reports(fields: Mapping[str, Any], root: Path) -> Mapping[str, Any]:
    """Name the reports that carry the release's number, as form 2 does."""
    files = Files(root)
    own = [name for name in old_reports(files) if old_report_number(name) == fields["number"]]
    reports = {_import_name(name): _report(root, name) for name in own}
    return {**fields, "format": 2, "reports": reports}


def _import_name(name: str) -> str:
    return name.removeprefix(f"{REPORTS}/").partition("-")[2].removesuffix(".json")


def _report(root: Path, name: str) -> dict[str, Any]:
    content = (root / name).read_bytes()
    return {"path": name, "bytes": len(content), "sha256": disk.hash_once(root / name), "rejects": _rejects(content)}


def _rejects(content: bytes) -> dict[str, Any] | None:
    try:
        rejects = json.loads(content)["rejects"]
        return None if rejects is None else {"path": rejects["path"], "bytes": None, "sha256": rejects["sha256"]}
    except (ValueError, KeyError, TypeError):
        # Who reads the report is told that it is torn; the release itself is whole without it.
        return None


_STEPS: Mapping[int, Callable[[Mapping[str, Any], Path], Mapping[str, Any]]] = MappingProxyType({1: _name_reports})
