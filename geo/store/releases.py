"""The store: lists releases, publishes and restores them, collects what nobody names, checks all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from geo.errors import StoreError
from geo.layers import LAYERS
from geo.rules import Rules, load_rules
from geo.store import disk
from geo.store.backup import Backup, restore_backup, write_backup
from geo.store.files import Files
from geo.store.issued import forget_number, issued_numbers
from geo.store.keep import check_store, collect_files, list_leftovers
from geo.store.manifest import Release
from geo.store.publish import (
    Header,
    OnTopOf,
    claim_copy,
    manifest_name,
    publish_layers,
    read_manifest,
    release_numbers,
)
from geo.store.reports import Report, ReportDraft, list_reports
from geo.store.staged import StagedRows

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
        while numbers:
            try:
                return self.release(numbers[-1])
            except StoreError:
                # Given up for a newer one since the look at the list, or else truly broken.
                again = release_numbers(self._files)
                if again[-1:] == numbers[-1:]:
                    raise
                numbers = again
        return None

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

    def numbers(self) -> list[int]:
        """Return the numbers of all releases, lowest first, without a look into them."""
        return release_numbers(self._files)

    def releases(self) -> list[Release]:
        """Return all releases by number, without a look at their layers' files.

        Raises
        ------
        StoreError
            When a manifest is torn or altered.
        """
        return list(_there(self._files))

    def count_releases(self) -> int:
        """Return how many releases there are, readable or not."""
        return len(release_numbers(self._files))

    def publish(
        self,
        layers: Mapping[str, pd.DataFrame | StagedRows],
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
        reports: Sequence[ReportDraft] = (),
        on_top_of: OnTopOf = "current",
        only_changes: bool = False,
    ) -> Release:
        """Check layers and publish them as the next release, whole or not at all.

        If another process publishes at the same time, this release is put on top of that one as long as they touch
        different layers (the later ``as_of`` stands); points and the grids they are placed in count as one layer.
        The store places no point: new borders are refused while points placed in the old ones would be carried over.

        Parameters
        ----------
        layers
            Layer → its rows; areas and background as GeoDataFrames in EPSG:4326. Rows that are staged in a file are
            checked, sorted and written in parts.
        as_of, time_zone, title, title_zh, made_up, note, sources
            As in `Release`; the Chinese title is the English one if not given. A release that carries over layers of
            a made-up one is made up.
        replace_all
            Leave out the layers that are not given, rather than carry them over from the current release.
        rules
            Rules to check by; those delivered if None.
        codes
            Set of code patterns that areas must follow: a key of ``rules.codes``.
        reports
            What the imports tell that gave the layers: they come with the release, or neither does.
        on_top_of
            The release that the layers were made from, such as the one whose grids their points were placed in; what
            was published since then counts as published at the same time.
        only_changes
            Publish nothing where the layers and all that is said of them are those of the current release.

        Returns
        -------
        Release
            The new release; the current one where nothing was to be published.

        Raises
        ------
        LayerError
            With all faults of the layers, or of the keys between them.
        StoreError
            When another publisher was first with the same layers, the zone is unknown or not that of the layers carried
            over, the grids are new and points placed in the old ones are carried over, or the disk refuses.

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
        return publish_layers(
            self._files,
            layers,
            header=header,
            rules=rules,
            codes=codes,
            replace_all=replace_all,
            reports=reports,
            on_top_of=on_top_of,
            only_changes=only_changes,
        )

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

        A release whose manifest is broken or has vanished can be given up too; nobody reads it any more.

        Raises
        ------
        StoreError
            When it is the current release, or not there.
        """
        numbers = release_numbers(self._files)
        if numbers and number == numbers[-1]:
            raise StoreError(f"release {number} is the current one. Remedy: publish or restore another one first")
        try:
            named = [self.root / file.path for _, file in read_manifest(self._files, number).files()]
        except StoreError:
            if number not in numbers and number not in issued_numbers(self._files):
                raise
            named = []
        for path in named:
            # Readers may hold the release: the grace period of its files begins now.
            if path.exists():
                disk.touch(path)
        forget_number(self._files, number)
        self._files.remove(manifest_name(number))

    def collect(self, *, grace_seconds: float) -> list[str]:
        """Remove what no release names: leftovers of killed publishers, files of dropped releases.

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
        return collect_files(self._files, grace_seconds=grace_seconds)

    def leftovers(self) -> list[str]:
        """Return the names of what `collect` would remove were it old enough, from the store's root, sorted.

        Raises
        ------
        StoreError
            When a manifest or a report can't be read, so that nobody knows what it names.
        """
        return list_leftovers(self._files)

    def backup(self, out: Path | str) -> Backup:
        """Write all releases, their layers and reports into one file; every byte is checked on the way.

        Parameters
        ----------
        out
            The file to make, a plain tar; nothing may have its name.

        Raises
        ------
        StoreError
            When there is no release, a file of one is missing or altered, the name is taken, or the disk refuses.
        """
        return write_backup(self._files, Path(out).expanduser())

    def restore_backup(self, path: Path | str, *, overwrite: bool = False) -> Backup:
        """Make this store what a backup holds; every byte is checked before a reader can see it.

        Parameters
        ----------
        path
            The file that `backup` made.
        overwrite
            Whether to put its releases in the place of those that the store holds. The files of these are then
            leftovers: `collect` removes them after the grace period.

        Raises
        ------
        StoreError
            When the store holds releases that are not to be overwritten, the backup is torn or of a later version, or
            the disk refuses. The store is as it was then.
        """
        return restore_backup(self._files, Path(path).expanduser(), overwrite=overwrite)

    def check(self) -> list[str]:
        """Return everything that is wrong with the store, each with file, release and remedy; read every byte of it."""
        return check_store(self._files)

    def reports(self, release: Release) -> list[Report]:
        """Return the reports of the imports that made a release, by name.

        Raises
        ------
        StoreError
            When one of them is torn.
        """
        return list_reports(self._files, release)

    def reports_behind(self, release: Release) -> list[Report]:
        """Return for each layer of a release the report of the import that made it, whichever release that was for.

        Raises
        ------
        StoreError
            When a report or a manifest is torn.
        """
        earlier = [one for one in self.releases() if one.number <= release.number and one.report_files]
        return [report for layer in release.layers if (report := self._report_behind(release, layer, earlier))]

    def _report_behind(self, release: Release, layer: str, earlier: Sequence[Release]) -> Report | None:
        path = release.layers[layer].path
        same = [one for one in earlier if one.has(layer) and one.layers[layer].path == path]
        # The latest import that gave these very rows: an earlier one may have been of another file.
        for one in reversed(same):
            found = [report for report in self.reports(one) if report.payload.get("layer") == layer]
            if found:
                return found[-1]
        return None


def _there(files: Files) -> Iterator[Release]:
    for number in release_numbers(files):
        try:
            yield read_manifest(files, number)
        except StoreError:
            # Given up since the look at the list, or else truly broken.
            if number in release_numbers(files):
                raise


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
