"""Releases: consistent, numbered versions of all layers; the only writer of data."""

from __future__ import annotations

from geo.store.manifest import LayerFile, Release
from geo.store.parquet import read_layer
from geo.store.query import connect
from geo.store.releases import Store
from geo.store.reports import Report, read_rejects

__all__ = ["LayerFile", "Release", "Report", "Store", "connect", "read_layer", "read_rejects"]
