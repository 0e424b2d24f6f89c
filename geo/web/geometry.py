"""Shapes by the hash of their content: made once from a release's layer, packed once, kept in memory."""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict
from pathlib import Path

from geo.access import Scope
from geo.maps.geometry import geometry_key, geometry_layers, geometry_text
from geo.store import Release, Store

__all__ = ["GeometryCache"]

# A level of 10,000 grids is half a megabyte packed.
_KEPT = 24
# Level 4 is five times as fast as 6 and four per cent larger.
_PACKING = 4


class GeometryCache:
    """Packed shapes of the releases of one store, as one scope may see them; the last ones asked for are kept.

    Parameters
    ----------
    root
        Folder of the store.
    scope
        Who asks; a key that was made for another scope is unknown here.
    """

    def __init__(self, root: Path, scope: Scope) -> None:
        self._store = Store(root)
        self._scope = scope
        self._packed: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def packed(self, key: str) -> bytes | None:
        """Return the JSON text of the shapes under a key, packed by gzip; None when no release has them."""
        with self._lock:
            if key in self._packed:
                self._packed.move_to_end(key)
                return self._packed[key]
            found = self._find(key)
            if found is None:
                return None
            text = geometry_text(*found, self._scope)
            # The time is left out, so that the same shapes are the same bytes.
            self._packed[key] = gzip.compress(text.encode("utf-8"), _PACKING, mtime=0)
            while len(self._packed) > _KEPT:
                self._packed.popitem(last=False)
            return self._packed[key]

    def _find(self, key: str) -> tuple[Release, str] | None:
        for release in reversed(self._store.releases()):
            for level in geometry_layers(release, self._scope):
                if geometry_key(release, level, self._scope) == key:
                    return release, level
        return None
