"""The public lattice: what anybody may read of records, protected together once and never changed."""

from __future__ import annotations

from geo.privacy.public.ledger import keep_public, ledger_of, open_to_public
from geo.privacy.public.places import public_places
from geo.privacy.public.tables import public_columns

__all__ = ["keep_public", "ledger_of", "open_to_public", "public_columns", "public_places"]
