"""Noise that belongs to a set of records: wherever the same records are counted, they are off by the same."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from geo.rules import PublicNoise

__all__ = ["Keys", "cell_noise", "make_keys"]

Keys = npt.NDArray[np.uint64]
_KEY_BYTES = 8


def make_keys(names: Iterable[str], *, secret: bytes) -> Keys:
    """Return a key for each name, which nobody can work out without the secret.

    Parameters
    ----------
    names
        What is counted, named in a way that never comes twice.
    secret
        The store's own, up to 64 bytes.
    """
    digests = b"".join(blake2b(name.encode(), digest_size=_KEY_BYTES, key=secret).digest() for name in names)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def cell_noise(keys: Keys, noise: PublicNoise) -> npt.NDArray[np.int64]:
    """Return the noise of cells by the sum of the keys of what they hold, modulo 2**64.

    Whole numbers from a normal distribution cut at ``noise.most``, the same for the same key.

    Notes
    -----
    Fraser, B. and Wooton, J. (2005), A proposed method for confidentialising tabular output to protect against
    differencing: the cell-key method, as used for the censuses of Australia and of England and Wales in 2021.
    """
    steps = np.arange(-noise.most, noise.most + 1)
    weights = np.exp(-(steps**2) / (2 * noise.sd**2))
    ends = np.cumsum(weights / weights.sum())[:-1]
    return np.searchsorted(ends, _uniform(keys), side="right") - noise.most


def _uniform(keys: Keys) -> npt.NDArray[np.float64]:
    """Return keys as numbers from 0 to below 1, stirred so that neighbours are far apart (splitmix64)."""
    stirred = keys.copy()
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        stirred = (stirred ^ (stirred >> np.uint64(shift))) * np.uint64(factor)
    return (stirred ^ (stirred >> np.uint64(31))) / 2.0**64
