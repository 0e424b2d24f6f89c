"""Releases: consistent, numbered versions of all layers; the only writer of data."""

from __future__ import annotations

from geo.store.backup import Backup
from geo.store.compare import LayerChange, compare_releases, first_with
from geo.store.dates import LayerState, describe_layers, last_days
from geo.store.derived import Arrays, derived_arrays
from geo.store.manifest import LayerFile, Release
from geo.store.parquet import read_layer
from geo.store.query import connect
from geo.store.releases import Store
from geo.store.reports import Report, ReportDraft, read_rejects
from geo.store.sources import source_in
from geo.store.staged import Checked, StagedRows, StagedTable, layer_schema, repeated_columns

__all__ = [
    "Arrays",
    "Backup",
    "Checked",
    "LayerChange",
    "LayerFile",
    "LayerState",
    "Release",
    "Report",
    "ReportDraft",
    "StagedRows",
    "StagedTable",
    "Store",
    "compare_releases",
    "connect",
    "derived_arrays",
    "describe_layers",
    "first_with",
    "last_days",
    "layer_schema",
    "read_layer",
    "read_rejects",
    "repeated_columns",
    "source_in",
]
