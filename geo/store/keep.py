"""Keeping a store: whether every byte is as it was written, and what nobody names any more is taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from geo.errors import StoreError
from geo.store.derived import DERIVED, unused_derived
from geo.store.files import Entry, Files, fault, is_whole
from geo.store.issued import issued_numbers
from geo.store.manifest import REPAIR, Release
from geo.store.public import PUBLIC, check_public, public_files
from geo.store.publish import LAYER_FILES, MANIFESTS, manifest_name, read_manifest, release_numbers
from geo.store.reports import read_report
from geo.store.upgrade import REPORTS, old_report_number, old_reports

__all__ = ["check_store", "collect_files", "list_leftovers"]

_FOLDERS = (LAYER_FILES, MANIFESTS, REPORTS, PUBLIC, DERIVED)
_BRING_BACK = "bring the file back from a backup, or give the release up (maplegrid releases drop)"


def collect_files(files: Files, *, grace_seconds: float) -> list[str]:
    """Remove what no release names and no living publisher may still name, and return its names, sorted.

    Parameters
    ----------
    files
        The files of the store.
    grace_seconds
        Age from which a file is removed.

    Raises
    ------
    StoreError
        When a manifest or a report can't be read or has vanished, so that nobody knows what it names: nothing is
        removed then.
    """
    if not files.root.exists():
        return []
    vanished = next(_vanished(files), None)
    if vanished is not None:
        raise StoreError(vanished)
    with files.keeping():
        left, leases = _look(files)
        removed = [entry.name for entry in left if entry.age_seconds >= grace_seconds]
        for name in removed:
            files.remove(name)
        dead = [lease.name for lease in leases if lease.age_seconds >= grace_seconds and files.bury(lease)]
    return sorted(removed + dead)


def list_leftovers(files: Files) -> list[str]:
    """Return the names of what `collect_files` would remove, were it old enough.

    Raises
    ------
    StoreError
        When a manifest or a report can't be read, so that nobody knows what it names.
    """
    return sorted(entry.name for part in _look(files) for entry in part)


def check_store(files: Files) -> list[str]:
    """Return everything that is wrong with a store, each with file, release and remedy; read every byte of it."""
    problems, releases = _read_releases(files)
    problems += _vanished(files)
    for path, (sha256, named_by) in _named_files(releases).items():
        problem = None if is_whole(files.root / path, sha256) else _problem(files, path)
        # A release may be given up, and its files collected, while the others are read.
        still = {number: what for number, what in named_by.items() if number in release_numbers(files)}
        if problem and still:
            problems.append(str(fault(files.root / path, f"{problem}: {_who(still)}", REPAIR)))
    return problems + check_public(files)


def _look(files: Files) -> tuple[list[Entry], list[Entry]]:
    """Return files that nobody names and nobody will, and leases of dead publishers."""
    # The order matters: a file seen here whose lease is gone below is named by now, or never will be.
    found = files.written(*_FOLDERS)
    leases = files.leases()
    alive = {lease.token for lease in leases if files.is_alive(lease)}
    named = set(_names(files))
    left = [entry for entry in found if entry.name not in named and entry.token not in alive]
    left += _orphans(files) + unused_derived(files, lambda: _layer_hashes(files))
    return left, [lease for lease in leases if lease.token not in alive]


def _names(files: Files) -> Iterator[str]:
    for number in release_numbers(files):
        release = read_manifest(files, number)
        for name in release.report_files:
            # What a torn report of form 1 names is known to nobody.
            read_report(files, release, name)
        yield from (file.path for _, file in release.files())
    yield from (file.path for _, file in public_files(files))


def _layer_hashes(files: Files) -> Iterator[str]:
    for number in release_numbers(files):
        yield from (layer.sha256 for layer in read_manifest(files, number).layers.values())


def _orphans(files: Files) -> list[Entry]:
    """Return reports of form 1 whose release is gone; their names carry its number, and no lease's token."""
    numbers = release_numbers(files)
    orphans = [files.entry(name) for name in old_reports(files) if old_report_number(name) not in numbers]
    return [entry for entry in orphans if entry is not None]


def _read_releases(files: Files) -> tuple[list[str], list[Release]]:
    problems, releases = [], []
    for number in release_numbers(files):
        try:
            releases.append(read_manifest(files, number))
        except StoreError as error:
            if number in release_numbers(files):
                problems.append(str(error))
    return problems, releases


def _vanished(files: Files) -> Iterator[str]:
    # The numbers first: a release that is published meanwhile is there when it is looked for.
    issued = issued_numbers(files)
    there = set(release_numbers(files))
    for number in issued:
        if number not in there and number in issued_numbers(files):
            path = files.root / manifest_name(number)
            yield str(fault(path, f"release {number} has vanished: its list of files is gone", _BRING_BACK))


def _named_files(releases: list[Release]) -> Mapping[str, tuple[str, Mapping[int, str]]]:
    """Return path → hash that it must have, and what it is to which release."""
    named: dict[str, tuple[str, dict[int, str]]] = {}
    for release in releases:
        for what, file in release.files():
            named.setdefault(file.path, (file.sha256, {}))[1][release.number] = what
    return named


def _problem(files: Files, path: str) -> str:
    there = (files.root / path).exists()
    return "the file is torn or has been altered" if there else "the file is missing"


def _who(named_by: Mapping[int, str]) -> str:
    by_what: dict[str, list[int]] = defaultdict(list)
    for number, what in named_by.items():
        by_what[what].append(number)
    return "; ".join(
        f"{what} of release{'s' if len(numbers) > 1 else ''} {_in_rows(numbers)}" for what, numbers in by_what.items()
    )


def _in_rows(numbers: list[int]) -> str:
    """Write 1, 2, 3, 7 as 1–3, 7."""
    rows: list[list[int]] = []
    for number in sorted(numbers):
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    return ", ".join(str(row[0]) if len(row) == 1 else f"{row[0]}–{row[-1]}" for row in rows)
