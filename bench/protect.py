"""How long protection takes: areas and classes at once, a county's year, and a store opened to the public."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from geo.demo import make_demo
from geo.privacy.public import open_to_public
from geo.privacy.public.axes import Axis, sum_cells
from geo.privacy.public.joint import WITHHELD, show_jointly
from geo.privacy.public.noise import make_keys
from geo.rules import load_rules
from geo.store import Store

_SEED = 1


def main(arguments: Sequence[str]) -> int:
    """Print a JSON line for each; 1 if 300 areas × 15 classes take a second or longer."""
    del arguments
    _protect((2, 2))  # compiled before anything is measured
    _protect((2, 2, 2, 2))
    small = _protect((300, 15))
    print(json.dumps({"bench": "protect", "case": "300 areas x 15 classes", **small}), flush=True)
    year = _protect((480, 15, 2, 12))
    print(
        json.dumps({"bench": "protect", "case": "480 villages x 15 classes x 2 sources x 12 months", **year}),
        flush=True,
    )
    print(json.dumps({"bench": "protect", "case": "the demo opened", **_open_demo()}), flush=True)
    return int(float(small["seconds"]) >= 1)


def _protect(shape: tuple[int, ...]) -> dict[str, float]:
    rules, rng = load_rules(), np.random.default_rng(_SEED)
    axes = [_axis(n) for n in shape]
    base = rng.poisson(13_400 / np.prod(shape) if len(shape) == 4 else 6, shape)
    keys = make_keys(map(str, range(base.size)), secret=b"bench").reshape(shape)
    start = time.perf_counter()
    shown = show_jointly(base, axes, keys=keys, threshold=5, noise=rules.public_noise)
    seconds = time.perf_counter() - start
    for_others = (shown == WITHHELD) & (sum_cells(base, axes) >= 5)
    return {
        "seconds": round(seconds, 2),
        "cells": shown.size,
        "shown": int((shown >= 0).sum()),
        "withheld_for_others": int(for_others.sum()),
    }


def _axis(n: int) -> Axis:
    leaves = [str(leaf) for leaf in range(n)]
    groups = {"all": leaves}
    if n >= 12:
        length = 3 if n == 12 else 40
        groups |= {f"group {first}": leaves[first : first + length] for first in range(0, n, length)}
    return Axis.of(leaves, groups)


def _open_demo() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Store(Path(folder)), seed=_SEED)
        current = Store(Path(folder)).current()
        if current is None:
            raise ValueError("the demo published no release")
        start = time.perf_counter()
        ledger = open_to_public(current)
        return {"seconds": round(time.perf_counter() - start, 2), "blocks": len(ledger.blocks)}


if __name__ == "__main__":
    raise SystemExit(main([]))
