"""The only door from measures to eyes and files: what a role may not see is withheld, and what is left is sealed."""

from __future__ import annotations

from geo.privacy.gate import Protected, protect
from geo.privacy.lattice import Allowed, nearest_allowed
from geo.privacy.points import density_bandwidth_m, density_points, protect_points
from geo.privacy.provenance import (
    ImportSeen,
    protect_changes,
    protect_imports,
    protect_layers,
    protect_rejects,
    provenance_for,
)
from geo.privacy.public import keep_public, open_to_public

__all__ = [
    "Allowed",
    "ImportSeen",
    "Protected",
    "density_bandwidth_m",
    "density_points",
    "keep_public",
    "nearest_allowed",
    "open_to_public",
    "protect",
    "protect_changes",
    "protect_imports",
    "protect_layers",
    "protect_points",
    "protect_rejects",
    "provenance_for",
]
