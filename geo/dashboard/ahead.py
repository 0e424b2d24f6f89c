"""What the server reads and works out while nobody waits for it."""

from __future__ import annotations

import gc
import inspect
import logging
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from geo.errors import GeoError
from geo.web import store_root

if TYPE_CHECKING:
    from geo.store import Release

__all__ = ["count_ahead", "ready_from_start", "spare_collector"]

_LOG = logging.getLogger(__name__)
_RELEASES_KEPT = 4
# A second for each second of counting is left to those who ask.
_REST = 1.0
# What the first page is made of, in the order in which it is asked for. Not the map's own part: the component in it
# has to be declared in the run of a page.
_UNTIL_THE_MAP = (
    "folium.plugins",
    "geo.web.answers",
    "geo.dashboard.navigation",
    "geo.dashboard.record",
    "geo.dashboard.parts.sidebar",
    "geo.dashboard.parts.shown_controls",
    "geo.dashboard.parts.downloads",
)
_COMPONENT = "streamlit_folium"
_AFTER_THE_MAP = (
    "geo.dashboard.parts.area_table",
    "geo.dashboard.parts.class_chart",
    "geo.dashboard.parts.tiles",
)


@asynccontextmanager
async def ready_from_start(_app: object) -> AsyncIterator[None]:
    """Load pages and records when the server starts, while the first reader's browser loads the dashboard itself."""
    Thread(target=_get_ready, args=(store_root(),), name="get-ready", daemon=True).start()
    yield


def _get_ready(root: Path) -> None:
    # Imported here: the server answers the browser, which loads the dashboard meanwhile.
    from geo.measures.beforehand import read_beforehand
    from geo.store import Store

    _name_component()
    _load(_UNTIL_THE_MAP)
    try:
        release = Store(root).current()
        if release is not None:
            read_beforehand(release)
    except GeoError as error:
        # Who opens a page is told what is wrong with the store.
        _LOG.warning("the store was not read beforehand: %s", error)
    _load(_AFTER_THE_MAP)
    spare_collector()


def _name_component() -> None:
    """Tell `inspect` which module the map's component is in.

    Streamlit asks it when that is declared, and it would look at the files of two thousand modules: half a second.
    """
    found = find_spec(_COMPONENT)
    if found is not None and found.origin is not None:
        inspect.modulesbyfile[os.path.normcase(os.path.abspath(found.origin))] = _COMPONENT


def _load(names: Sequence[str]) -> None:
    for name in names:
        import_module(name)


@lru_cache(maxsize=_RELEASES_KEPT)
def count_ahead(release: Release) -> Thread | None:
    """Begin to count the months of a release with many records, once; None where there are few."""
    from geo.measures.beforehand import holds_many

    if not holds_many(release):
        return None
    thread = Thread(target=_count, args=(release,), name="count-ahead", daemon=True)
    thread.start()
    return thread


def _count(release: Release) -> None:
    from geo.measures.beforehand import count_beforehand

    try:
        count_beforehand(release, rest=_REST)
    except GeoError as error:
        # Who asks for these months is told what is wrong with them.
        _LOG.warning("months were not counted beforehand: %s", error)
    spare_collector()


def spare_collector() -> None:
    """Leave what is loaded by now out of the search for garbage.

    Streamlit has all objects searched after every run, and nobody is answered meanwhile: libraries and areas are nearly
    all of them, and stay. What was garbage already is taken away first, that of the last release too.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
