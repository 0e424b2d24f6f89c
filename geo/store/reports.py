"""Reports of imports: what came in, what was rejected and why, kept beside the release they made."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import StoreError
from geo.store.files import Files, Lease, fault
from geo.store.manifest import REPAIR, canonical_json

__all__ = ["FOLDER", "Report", "list_reports", "read_rejects", "read_report", "report_names", "write_report"]

FOLDER = "imports"
_NAME = r"[A-Za-z0-9_.\-]{1,100}"
_REPORT = r"\d{6,}-.*\.json"


@dataclass(frozen=True)
class Report:
    """What one import told.

    Parameters
    ----------
    release
        Number of the release that the import made.
    name
        Name of the import, such as its recipe's.
    payload
        What it told.
    rejects, rejects_sha256
        Parquet file of the rejected rows and its hash; None if there are none.
    """

    release: int
    name: str
    payload: Mapping[str, Any]
    rejects: Path | None
    rejects_sha256: str | None = None


def read_rejects(report: Report) -> pd.DataFrame:
    """Return the rejected rows of an import; an empty frame if there are none.

    Raises
    ------
    StoreError
        When their file is missing or torn.
    """
    if report.rejects is None:
        return pd.DataFrame()
    try:
        return pd.read_parquet(report.rejects)
    except (OSError, ValueError) as error:
        raise fault(report.rejects, "the rejected rows can't be read", REPAIR) from error


def write_report(
    lease: Lease, *, release: int, name: str, payload: Mapping[str, Any], rejects: pd.DataFrame | None
) -> Report:
    """Write a report, its rejected rows first.

    Raises
    ------
    StoreError
        When the release has a report of that name, or the name can't be one of a file.
    """
    if not re.fullmatch(_NAME, name):
        raise StoreError(f"report {name!r}: no name for a file. Remedy: use letters, digits, - and _")
    stem = f"{release:06d}-{name}"
    kept = _write_rejects(lease, stem, rejects)
    content = {"release": release, "name": name, "payload": payload, "rejects": kept}
    path = lease.files.root / FOLDER / f"{stem}.json"
    if not lease.create(f"{FOLDER}/{stem}.json", canonical_json(content)):
        raise fault(path, "there is a report of this name", "give the import another name")
    return _to_report(content, lease.files)


def list_reports(files: Files, *, release: int) -> list[Report]:
    """Return the reports of the imports that made a release, by name."""
    return [read_report(files, name) for name in report_names(files) if name.startswith(f"{FOLDER}/{release:06d}-")]


def report_names(files: Files) -> list[str]:
    """Return the names of all reports from the store's root."""
    return [f"{FOLDER}/{name}" for name in files.names(FOLDER, _REPORT)]


def read_report(files: Files, name: str) -> Report:
    """Read one report by its name from the store's root.

    Raises
    ------
    StoreError
        When it is missing or torn.
    """
    try:
        return _to_report(json.loads(files.read(name)), files)
    except (ValueError, KeyError, TypeError) as error:
        raise fault(files.root / name, "the report is torn", REPAIR) from error


def _write_rejects(lease: Lease, stem: str, rejects: pd.DataFrame | None) -> dict[str, Any] | None:
    if rejects is None or rejects.empty:
        return None
    name = lease.new_name(FOLDER, stem)
    rejects.to_parquet(lease.files.root / name, index=False, compression="zstd")
    sealed = lease.seal(name)
    return {"path": sealed.name, "sha256": sealed.sha256}


def _to_report(content: Mapping[str, Any], files: Files) -> Report:
    rejects = content["rejects"]
    return Report(
        release=content["release"],
        name=content["name"],
        payload=content["payload"],
        rejects=None if rejects is None else files.root / rejects["path"],
        rejects_sha256=None if rejects is None else rejects["sha256"],
    )
