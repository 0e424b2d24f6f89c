"""A process that publishes one layer: ``python publisher.py STORE LAYER FRAME.parquet [TIMES] [--wait]``.

With --wait it says "ready" when its files are written and its manifest is not, and goes on when a line comes in.
"""

from __future__ import annotations

import sys
from datetime import date
from unittest import mock

import pandas as pd

from geo.errors import GeoError
from geo.store import Store
from geo.store.files import Lease


def wait_before_first_manifest() -> None:
    """Hold the next `Lease.create`, and only that one, until a line comes in."""
    create = Lease.create

    def held(lease: Lease, name: str, content: bytes) -> bool:
        patch.stop()
        print("ready", flush=True)
        sys.stdin.readline()
        return create(lease, name, content)

    patch = mock.patch.object(Lease, "create", held)
    patch.start()


def main(root: str, layer: str, path: str, times: str = "1") -> int:
    """Publish and print the number of each release, or the error."""
    frame = pd.read_parquet(path)
    for _ in range(int(times)):
        try:
            release = Store(root).publish(
                {layer: frame}, as_of=date(2025, 12, 31), time_zone="Asia/Shanghai", title="Test County"
            )
        except GeoError as error:
            print(error, flush=True)
            return 1
        print(release.number, flush=True)
    return 0


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--wait"]
    if "--wait" in sys.argv:
        wait_before_first_manifest()
    sys.exit(main(*arguments))
