"""Publishing: check the layers, write their files, and claim the next number or make way for who was faster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import pandas as pd

from geo.errors import Fault, LayerError, StoreError
from geo.layers import AREA_LEVELS, LAYERS, UPPER_LEVELS, SeenKeys, check_keys, check_layer
from geo.rules import Rules
from geo.store.files import Files, Lease, is_whole
from geo.store.issued import note_number
from geo.store.manifest import LayerFile, Release, ReportFile, parse_manifest, write_manifest
from geo.store.parquet import read_layer, write_frame
from geo.store.reports import ReportDraft, check_names, write_reports
from geo.store.staged import Checked, StagedRows

__all__ = [
    "LAYER_FILES",
    "MANIFESTS",
    "Header",
    "OnTopOf",
    "claim_copy",
    "manifest_name",
    "publish_layers",
    "read_manifest",
    "release_numbers",
]

LAYER_FILES = "layers"
MANIFESTS = "releases"
_MANIFEST = r"\d{6,}\.json"
#: What a publisher worked from: a release, the empty store, or the current release whichever it is.
OnTopOf = Release | None | Literal["current"]
#: What a reader of two releases would see no difference in.
_SAME = ("as_of", "time_zone", "title", "title_zh", "made_up", "note", "sources", "rules_hash", "layers")


@dataclass(frozen=True)
class Header:
    """What a publisher says of a release; the fields are those of `Release`."""

    as_of: date
    time_zone: str
    title: str
    title_zh: str
    made_up: bool
    note: str
    sources: Mapping[str, str]
    rules_hash: str


def release_numbers(files: Files) -> list[int]:
    """Return the numbers of all releases, ascending."""
    return sorted(int(name.removesuffix(".json")) for name in files.names(MANIFESTS, _MANIFEST))


def read_manifest(files: Files, number: int) -> Release:
    """Read a release without a look at its layers' files.

    Raises
    ------
    StoreError
        When there is no such release, or its manifest is torn or altered.
    """
    name = manifest_name(number)
    if not (files.root / name).exists():
        there = ", ".join(map(str, release_numbers(files))) or "none"
        raise StoreError(f"{files.root}: there is no release {number}. Remedy: ask for one that is there: {there}")
    return parse_manifest(files.read(name), number=number, root=files.root, path=files.root / name)


def publish_layers(
    files: Files,
    layers: Mapping[str, pd.DataFrame | StagedRows],
    *,
    header: Header,
    rules: Rules,
    codes: str,
    replace_all: bool,
    reports: Sequence[ReportDraft],
    on_top_of: OnTopOf,
    only_changes: bool,
) -> Release:
    """Publish layers as the next release; those not given are carried over, unless all are to be replaced.

    Raises
    ------
    LayerError
        With all faults of the layers, or of the keys between them.
    StoreError
        When another publisher came first with layers that these touch.
    """
    check_names(reports)
    with files.lease() as lease:
        base = _latest(files) if on_top_of == "current" else on_top_of
        checked = _check_layers(layers, rules=rules, codes=codes)
        kept = {} if replace_all or base is None else _carried(base, checked)
        _check_release(checked, base, kept, header)
        written = {name: _write_layer(lease, name, frame, base) for name, frame in checked.items()}
        told: dict[str, ReportFile] | None = None
        while True:
            draft = _draft(lease.files, base, written, kept, header)
            if only_changes and base is not None and _is_same(base, draft):
                lease.discard()
                return base
            told = write_reports(lease, reports) if told is None else told
            release = _claim(lease, replace(draft, report_files=told))
            if release is not None:
                return release
            header, base, kept = _rebase(_latest(files), base, checked, header, replace_all=replace_all)
            _check_release(checked, base, kept, header)


def claim_copy(files: Files, number: int) -> Release:
    """Publish the layers of an old release again under the next number.

    Raises
    ------
    StoreError
        When the old release is not there or not whole.
    """
    # The old release may be given up meanwhile: nobody collects its files before they are named again.
    with files.lease() as lease, files.keeping():
        old = read_manifest(files, number)
        for layer in old.layers:
            old.path(layer)
        while True:
            parent = max(release_numbers(files))
            draft = replace(
                old,
                number=parent + 1,
                parent=parent,
                created_at=_now(),
                note=f"release {number} restored",
                restored_from=number,
                report_files={},
            )
            release = _claim(lease, draft)
            if release is not None:
                return release


def _latest(files: Files) -> Release | None:
    numbers = release_numbers(files)
    return read_manifest(files, numbers[-1]) if numbers else None


def _check_layers(
    layers: Mapping[str, pd.DataFrame | StagedRows], *, rules: Rules, codes: str
) -> dict[str, pd.DataFrame | StagedRows]:
    checked, faults = dict[str, "pd.DataFrame | StagedRows"](), list[Fault]()
    for name, frame in layers.items():
        if name not in LAYERS:
            faults.append(Fault(name, None, (), "there is no such layer", f"use one of {', '.join(LAYERS)}"))
            continue
        try:
            if isinstance(frame, StagedRows):
                checked[name] = _check_staged(frame, rules=rules, codes=codes)
            else:
                checked[name] = check_layer(name, frame, rules=rules, codes=codes)
        except LayerError as error:
            faults += error.faults
    if faults:
        raise LayerError(faults)
    return checked


def _check_staged(staged: StagedRows, *, rules: Rules, codes: str) -> StagedRows:
    """Check rows batch by batch, and that no key comes a second time; those that were checked so are taken as good."""
    if staged.checked == Checked(rules.hash, codes):
        return staged
    seen = SeenKeys.of(LAYERS[staged.layer].key)
    for batch in staged.batches():
        check_layer(staged.layer, batch, rules=rules, codes=codes)
        twice, seen = seen.add(batch)
        if twice.any():
            rows = tuple(int(row) for row in batch.index[twice])
            problem, remedy = "the same key a second time", "keep one row for each key"
            raise LayerError([Fault(staged.layer, seen.columns[0], rows, problem, remedy)])
    return staged


def _carried(base: Release, checked: Mapping[str, pd.DataFrame | StagedRows]) -> dict[str, LayerFile]:
    return {name: file for name, file in base.layers.items() if name not in checked}


def _check_release(
    checked: Mapping[str, pd.DataFrame | StagedRows],
    base: Release | None,
    kept: Mapping[str, LayerFile],
    header: Header,
) -> None:
    if not checked and not kept:
        raise StoreError("there is no layer to publish. Remedy: give at least one")
    if base is not None and kept:
        for name in kept:
            base.path(name)
        if base.time_zone != header.time_zone:
            raise StoreError(
                f"release {base.number} tells wall time of {base.time_zone}, these layers that of {header.time_zone}. "
                "Remedy: give the layers in the zone of the release, or replace all of them"
            )
    held = {name: rows for name, rows in checked.items() if not isinstance(rows, StagedRows)}
    staged = {name: rows for name, rows in checked.items() if isinstance(rows, StagedRows)}
    keys = {name: rows.read([LAYERS[name].key[0]]) for name, rows in staged.items() if _is_parent(name)}
    together = {**_related(checked, base, kept), **held, **keys}
    faults = check_keys(together)
    faults += tuple(fault for name, rows in staged.items() for fault in _check_staged_keys(name, rows, together))
    if faults:
        raise LayerError(faults)
    _refuse_new_borders(checked, base, kept)


def _is_parent(name: str) -> bool:
    return any(name in layer.parents.values() for layer in LAYERS.values())


def _check_staged_keys(name: str, staged: StagedRows, together: Mapping[str, pd.DataFrame]) -> tuple[Fault, ...]:
    """Return the faults of the first batch that points to rows that are not there."""
    parents = {parent: together[parent] for parent in LAYERS[name].parents.values() if parent in together}
    for batch in staged.batches(list(LAYERS[name].parents)):
        faults = check_keys({**parents, name: batch})
        told = tuple(fault for fault in faults if fault.layer == name)
        if told:
            return told
    return ()


def _refuse_new_borders(
    checked: Mapping[str, pd.DataFrame | StagedRows], base: Release | None, kept: Mapping[str, LayerFile]
) -> None:
    """Refuse new borders under points that were placed in the old ones: placing them again is the intake's work."""
    placed = [name for name in kept if "placed" in LAYERS[name].columns]
    grids = checked.get("grids")
    if isinstance(grids, pd.DataFrame) and base is not None and base.has("grids") and placed:
        old = read_layer(base, "grids", columns=["grid_id", "geometry"]).set_index("grid_id").geometry
        new = grids.set_index("grid_id")["geometry"]
        if set(old.index) != set(new.index) or (old.to_wkb() != new.reindex(old.index).to_wkb()).any():
            raise StoreError(
                f"the borders of the grids are new, and {', '.join(placed)} were placed in the old ones. Remedy: "
                "publish those layers as well, placed in the new grids; an import of the grids does that by itself"
            )


def _related(
    checked: Mapping[str, pd.DataFrame | StagedRows], base: Release | None, kept: Mapping[str, LayerFile]
) -> dict[str, pd.DataFrame]:
    """Return of the carried layers the key columns that new layers point to, or that point to new layers."""
    if base is None:
        return {}
    needed: dict[str, set[str]] = defaultdict(set)
    for name in checked:
        for parent in LAYERS[name].parents.values():
            needed[parent].add(LAYERS[parent].key[0])
    for name in kept:
        there = base.layers[name].columns
        pointing = (column for column, parent in LAYERS[name].parents.items() if parent in checked)
        needed[name].update(column for column in pointing if column in there)
    if any(AREA_LEVELS[level] in (*checked, *kept) for level in UPPER_LEVELS):
        for level, name in AREA_LEVELS.items():
            needed[name].add(f"{level}_id")
    return {name: read_layer(base, name, columns=sorted(needed[name])) for name in kept if needed[name]}


def _write_layer(lease: Lease, name: str, frame: pd.DataFrame | StagedRows, base: Release | None) -> LayerFile:
    layer = LAYERS[name]
    path = lease.new_name(LAYER_FILES, name)
    write_frame(frame, lease.files.root / path, layer=layer)
    sealed = lease.seal(path)
    same = base.layers.get(name) if base is not None else None
    # The parent's own file may be gone or torn, and publishing the layer again be what mends it.
    if same is not None and same.sha256 == sealed.sha256 and is_whole(lease.files.root / same.path, same.sha256):
        lease.drop(path)
        return same
    there = layer.dtypes if isinstance(frame, StagedRows) else frame.columns
    schema = tuple((column, dtype) for column, dtype in layer.dtypes.items() if column in there)
    return LayerFile(path, len(frame), sealed.bytes, sealed.sha256, schema)


def _draft(
    files: Files,
    base: Release | None,
    written: Mapping[str, LayerFile],
    kept: Mapping[str, LayerFile],
    header: Header,
) -> Release:
    sources = {name: source for name, source in base.sources.items() if name in kept} if base is not None else {}
    # What is invented stays so as long as any of it is carried on.
    made_up = header.made_up or (base is not None and base.made_up and bool(kept))
    layers = {**kept, **written}
    return Release(
        number=1 if base is None else base.number + 1,
        parent=None if base is None else base.number,
        as_of=header.as_of,
        time_zone=header.time_zone,
        title=header.title,
        title_zh=header.title_zh,
        made_up=made_up,
        rules_hash=header.rules_hash,
        created_at=_now(),
        note=header.note,
        sources={**sources, **header.sources},
        layers={name: layers[name] for name in LAYERS if name in layers},
        root=files.root,
    )


def _is_same(base: Release, draft: Release) -> bool:
    return all(getattr(base, name) == getattr(draft, name) for name in _SAME)


def _claim(lease: Lease, draft: Release) -> Release | None:
    content, release = write_manifest(draft)
    if not lease.create(manifest_name(release.number), content):
        return None
    note_number(lease.files, release.number)
    return release


def _rebase(
    winner: Release | None,
    base: Release | None,
    checked: Mapping[str, Any],
    header: Header,
    *,
    replace_all: bool,
) -> tuple[Header, Release, dict[str, LayerFile]]:
    if winner is None:
        raise StoreError("the release that came first has vanished. Remedy: check the store, then publish again")
    changed = _changed(base, winner)
    if replace_all or _entangled(set(checked), changed):
        raise StoreError(
            f"release {winner.number} was published meanwhile and changes {', '.join(sorted(changed)) or 'its title'}; "
            f"nothing of {', '.join(checked)} was published. Remedy: look at it, then publish again"
        )
    # Published one after the other, the later day would stand as well.
    return replace(header, as_of=max(header.as_of, winner.as_of)), winner, _carried(winner, checked)


def _changed(base: Release | None, winner: Release) -> set[str]:
    before = {} if base is None else {name: file.sha256 for name, file in base.layers.items()}
    after = {name: file.sha256 for name, file in winner.layers.items()}
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}


def _entangled(ours: set[str], theirs: set[str]) -> bool:
    # Points were placed in the grids that were there: new points and new grids don't fit unseen.
    placed = {name for name, layer in LAYERS.items() if "placed" in layer.columns}
    return bool(ours & theirs or ("grids" in ours and placed & theirs) or ("grids" in theirs and placed & ours))


def manifest_name(number: int) -> str:
    """Return the name of a release's manifest from the store's root."""
    return f"{MANIFESTS}/{number:06d}.json"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
