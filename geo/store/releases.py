"""The store: lists releases, publishes and restores them, collects what nobody names, checks all of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from geo.errors import StoreError
from geo.layers import LAYERS
from geo.rules import Rules, load_rules
from geo.store.files import Files, fault, is_whole
from geo.store.manifest import REPAIR, Release
from geo.store.publish import (
    LAYER_FILES,
    MANIFESTS,
    Header,
    claim_copy,
    publish_layers,
    read_manifest,
    release_numbers,
)
from geo.store.reports import FOLDER as REPORTS
from geo.store.reports import Report, list_reports, read_report, report_names, write_report

__all__ = ["Store"]


class Store:
    """A folder of releases. Any number of processes may read and write it at the same time.

    Parameters
    ----------
    root
        The folder; made with the first release.

    Examples
    --------
    >>> Store("nothing-here-yet").current() is None
    True
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root).expanduser().resolve()
        self._files = Files(self.root)

    def __repr__(self) -> str:
        return f"Store({str(self.root)!r})"

    def current(self) -> Release | None:
        """Return the release with the highest number; None if there is none yet.

        Raises
        ------
        StoreError
            When it is not whole: a manifest torn or altered, a layer's file missing or torn.
        """
        numbers = release_numbers(self._files)
        return self.release(numbers[-1]) if numbers else None

    def release(self, number: int) -> Release:
        """Return a release by its number.

        Raises
        ------
        StoreError
            When it is not there or not whole.
        """
        release = read_manifest(self._files, number)
        release.verify()
        return release

    def releases(self) -> list[Release]:
        """Return all releases by number, without a look at their layers' files.

        Raises
        ------
        StoreError
            When a manifest is torn or altered.
        """
        return [read_manifest(self._files, number) for number in release_numbers(self._files)]

    def publish(
        self,
        layers: Mapping[str, pd.DataFrame],
        *,
        as_of: date,
        time_zone: str,
        title: str,
        title_zh: str | None = None,
        made_up: bool = False,
        note: str = "",
        sources: Mapping[str, str] | None = None,
        replace_all: bool = False,
        rules: Rules | None = None,
        codes: str = "any",
    ) -> Release:
        """Check layers and publish them as the next release, whole or not at all.

        If another process publishes at the same time, this release is put on top of that one as long as they touch
        different layers (the later ``as_of`` stands); points and the grids they are placed in count as one layer.

        Parameters
        ----------
        layers
            Layer → its rows; areas and background as GeoDataFrames in EPSG:4326.
        as_of, time_zone, title, title_zh, made_up, note, sources
            As in `Release`; the Chinese title is the English one if not given. A release that carries over layers of
            a made-up one is made up.
        replace_all
            Leave out the layers that are not given, rather than carry them over from the current release.
        rules
            Rules to check by; those delivered if None.
        codes
            Set of code patterns that areas must follow: a key of ``rules.codes``.

        Returns
        -------
        Release
            The new release.

        Raises
        ------
        LayerError
            With all faults of the layers, or of the keys between them.
        StoreError
            When another publisher was first with the same layers, the zone is unknown or not that of the layers carried
            over, or the disk refuses.

        Examples
        --------
        >>> Store("store").publish(
        ...     {"stations": stations}, as_of=date(2025, 12, 31), time_zone="Asia/Shanghai", title="Fenglin County"
        ... )  # doctest: +SKIP
        """
        rules = rules or load_rules()
        header = Header(
            as_of=as_of.date() if isinstance(as_of, datetime) else as_of,
            time_zone=_known_zone(time_zone),
            title=title,
            title_zh=title_zh or title,
            made_up=made_up,
            note=note,
            sources=_known_layers(sources or {}),
            rules_hash=rules.hash,
        )
        return publish_layers(self._files, layers, header=header, rules=rules, codes=codes, replace_all=replace_all)

    def restore(self, number: int) -> Release:
        """Publish the layers of an old release again, as the next release.

        Raises
        ------
        StoreError
            When the old release is not there or not whole.
        """
        return claim_copy(self._files, number)

    def drop(self, number: int) -> None:
        """Give up an old release; `collect` removes what it alone names once the grace period is over.

        Raises
        ------
        StoreError
            When it is the current release, or not there.
        """
        numbers = release_numbers(self._files)
        if numbers and number == numbers[-1]:
            raise StoreError(f"release {number} is the current one. Remedy: publish or restore another one first")
        for file in read_manifest(self._files, number).layers.values():
            # Readers may hold the release: the grace period of its files begins now.
            if (self.root / file.path).exists():
                os.utime(self.root / file.path)
        self._files.remove(f"{MANIFESTS}/{number:06d}.json")

    def collect(self, *, grace_seconds: float) -> list[str]:
        """Remove what no release and no report names: leftovers of killed publishers, files of dropped releases.

        Parameters
        ----------
        grace_seconds
            Age from which a file is removed. Files of a publisher that still runs stay, however old.

        Returns
        -------
        list of str
            Names of the removed files from the store's root, sorted.

        Raises
        ------
        StoreError
            When a manifest or a report can't be read, so that nobody knows what it names: nothing is removed then.
        """
        # The order matters: a file seen here whose lease is gone below is named by now, or never will be.
        found = self._files.written(LAYER_FILES, MANIFESTS, REPORTS)
        leases = self._files.leases()
        alive = {lease.token for lease in leases if self._files.is_alive(lease)}
        named = set(self._named())
        left = [entry for entry in found if entry.name not in named and entry.token not in alive]
        removed = [entry.name for entry in left if entry.age_seconds >= grace_seconds]
        for name in removed:
            self._files.remove(name)
        dead = [lease for lease in leases if lease.token not in alive and lease.age_seconds >= grace_seconds]
        return sorted(removed + [lease.name for lease in dead if self._files.bury(lease)])

    def check(self) -> list[str]:
        """Return everything that is wrong with the store, each with file and remedy; read every byte of it."""
        return list(self._problems())

    def save_report(
        self, release_number: int, name: str, payload: Mapping[str, Any], rejects: pd.DataFrame | None = None
    ) -> Report:
        """Keep the report of an import beside the release it made.

        Parameters
        ----------
        release_number
            The release.
        name
            Name of the import, once per release: letters, digits, ``-``, ``_``, ``.``.
        payload
            What the import told; anything that JSON can hold.
        rejects
            The rejected rows: row number, mapped columns, reason.

        Raises
        ------
        StoreError
            When there is no such release, or it has a report of that name.
        """
        read_manifest(self._files, release_number)
        with self._files.lease() as lease:
            return write_report(lease, release=release_number, name=name, payload=payload, rejects=rejects)

    def reports(self, release: Release) -> list[Report]:
        """Return the reports of the imports that made a release, by name.

        Raises
        ------
        StoreError
            When one of them is torn.
        """
        return list_reports(self._files, release=release.number)

    def _named(self) -> Iterator[str]:
        for release in self.releases():
            yield from (file.path for file in release.layers.values())
        for name in report_names(self._files):
            rejects = read_report(self._files, name).rejects
            if rejects is not None:
                yield rejects.relative_to(self.root).as_posix()

    def _problems(self) -> Iterator[str]:
        hashes: dict[Path, str] = {}
        for number in release_numbers(self._files):
            try:
                release = read_manifest(self._files, number)
            except StoreError as error:
                yield str(error)
                continue
            hashes |= {self.root / file.path: file.sha256 for file in release.layers.values()}
        for name in report_names(self._files):
            try:
                report = read_report(self._files, name)
            except StoreError as error:
                yield str(error)
                continue
            if report.rejects is not None and report.rejects_sha256 is not None:
                hashes[report.rejects] = report.rejects_sha256
        for path, expected in hashes.items():
            if not path.exists():
                yield str(fault(path, "the file is missing", REPAIR))
            elif not is_whole(path, expected):
                yield str(fault(path, "the file is torn or has been altered", REPAIR))


def _known_zone(time_zone: str) -> str:
    try:
        return ZoneInfo(time_zone).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise StoreError(f"{time_zone!r} is no time zone. Remedy: use an IANA name such as Asia/Shanghai") from error


def _known_layers(sources: Mapping[str, str]) -> Mapping[str, str]:
    unknown = [name for name in sources if name not in LAYERS]
    if unknown:
        raise StoreError(f"sources of unknown layers: {', '.join(unknown)}. Remedy: use one of {', '.join(LAYERS)}")
    return sources
