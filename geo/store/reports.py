"""Reports of imports: what came in, what was rejected and why; published with the release they made, or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geo.errors import StoreError
from geo.store import disk
from geo.store.files import Files, Lease, fault
from geo.store.manifest import REPAIR, KeptFile, Release, ReportFile, canonical_json
from geo.store.upgrade import REPORTS

__all__ = ["Report", "ReportDraft", "check_names", "list_reports", "read_rejects", "read_report", "write_reports"]

_NAME = r"[A-Za-z0-9_.\-]{1,100}"


@dataclass(frozen=True)
class ReportDraft:
    """What an import has to tell when its release is published.

    Parameters
    ----------
    name
        Name of the import, once per release: letters, digits, ``-``, ``_``, ``.``.
    payload
        What it tells; anything that JSON can hold.
    rejects
        The rows that were not loaded: row number, mapped columns, reason; None or empty if there are none. A path is
        that of a Parquet file that holds them, to be copied.
    """

    name: str
    payload: Mapping[str, Any]
    rejects: pd.DataFrame | Path | None = None


@dataclass(frozen=True)
class Report:
    """What one import told.

    Parameters
    ----------
    release
        Number of the release that the import made.
    name
        Name of the import, such as its layer's.
    payload
        What it told.
    rejects, rejects_sha256
        Parquet file of the rows that were not loaded and its hash; None if there are none.
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


def check_names(reports: Sequence[ReportDraft]) -> None:
    """Raise a `StoreError` when names of reports can't be those of files, or one comes twice."""
    names = [report.name for report in reports]
    for name in names:
        if not re.fullmatch(_NAME, name):
            raise StoreError(f"report {name!r}: no name for a file. Remedy: use letters, digits, - and _")
        if names.count(name) > 1:
            raise StoreError(f"report {name!r}: two of this name. Remedy: give each import a name of its own")


def write_reports(lease: Lease, reports: Sequence[ReportDraft]) -> dict[str, ReportFile]:
    """Write the files of reports for a manifest to name, by the imports' names."""
    return {report.name: _write_report(lease, report) for report in reports}


def list_reports(files: Files, release: Release) -> list[Report]:
    """Return the reports of the imports that made a release, by name.

    Raises
    ------
    StoreError
        When one of them is missing, torn or altered.
    """
    return [read_report(files, release, name) for name in sorted(release.report_files)]


def read_report(files: Files, release: Release, name: str) -> Report:
    """Read one report of a release.

    Raises
    ------
    StoreError
        When it is missing, torn or altered.
    """
    kept = release.report_files[name]
    content = files.read(kept.path)
    try:
        payload = json.loads(content)["payload"]
    except (ValueError, KeyError, TypeError) as error:
        raise fault(files.root / kept.path, "the report is torn", REPAIR) from error
    if disk.hash_once(files.root / kept.path) != kept.sha256:
        raise fault(files.root / kept.path, "the report has been altered", REPAIR)
    rejects = kept.rejects
    return Report(
        release=release.number,
        name=name,
        payload=payload,
        rejects=None if rejects is None else files.root / rejects.path,
        rejects_sha256=None if rejects is None else rejects.sha256,
    )


def _write_report(lease: Lease, report: ReportDraft) -> ReportFile:
    rejects = _write_rejects(lease, report)
    name = lease.new_name(REPORTS, report.name, ending="json")
    content = canonical_json({"name": report.name, "payload": report.payload})
    sealed = lease.seal_bytes(name, content)
    return ReportFile(sealed.name, sealed.bytes, sealed.sha256, rejects)


def _write_rejects(lease: Lease, report: ReportDraft) -> KeptFile | None:
    if report.rejects is None or (isinstance(report.rejects, pd.DataFrame) and report.rejects.empty):
        return None
    name = lease.new_name(REPORTS, report.name)
    if isinstance(report.rejects, Path):
        with report.rejects.open("rb") as rejects:
            disk.copy(rejects, lease.files.root / name)
    else:
        report.rejects.to_parquet(lease.files.root / name, index=False, compression="zstd")
    sealed = lease.seal(name)
    return KeptFile(sealed.name, sealed.bytes, sealed.sha256)
