"""What the public reads beside the ledger: figures of areas, posts and places, of which no record is any part."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["OPEN", "is_told_of_no_records", "open_columns", "open_rows"]

_AREAS = "borders, grids and households, which the statistical office publishes"
_DUTY = "which posts look after which grids: a duty that is announced at the door"
_PLACES = "places that everybody may go to, and households around them"
_GROUPS = "how many volunteer groups there are, which are registered; not their members"
_REGISTER = "the register of designations, which is published"

#: Kind of table and layer of the view (any if empty) → column → why it is of no records. What is neither here nor in
#: the ledger is not for the public: members and shifts of groups and answers of surveys are counts of persons.
OPEN: Mapping[tuple[str, str], Mapping[str, str]] = MappingProxyType(
    {
        **{
            (kind, "coverage"): {
                "n": _AREAS,
                "households": _AREAS,
                "over_size": _AREAS,
                "under_size": _AREAS,
                **dict.fromkeys(("covered", "shared", "vacant", "no_backup", "posts"), _DUTY),
                **dict.fromkeys(("covered_share", "covered_share_low", "covered_share_high"), _DUTY),
                **dict.fromkeys(("covered_share_days", "covered_share_households"), _DUTY),
            }
            for kind in ("measure", "summary")
        },
        **{
            (kind, "service"): {
                "households": _AREAS,
                "groups": _GROUPS,
                **{
                    f"reach_{place}": _PLACES
                    for place in ("mediation_room", "police_post", "service_window", "fire_point", "patrol_point")
                },
            }
            for kind in ("measure", "summary")
        },
        ("coverage_shares", ""): {"covered_share": _DUTY, "n": _AREAS},
        ("reach", ""): dict.fromkeys(("places", "households", "households_share", "households_share_n"), _PLACES),
        ("peers", ""): {"distance": _AREAS},
        ("designations", ""): {"named_by": _REGISTER},
    }
)
#: Rows of such tables that are of records all the same: kind of table → column that names them, and their names.
_ROWS_OF_RECORDS: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {"coverage_shares": ("of", frozenset({"events"}))}
)


def is_told_of_no_records(kind: str, layer: str) -> bool:
    """Tell whether a table has figures of no records."""
    return (kind, layer) in OPEN or (kind, "") in OPEN


def open_columns(kind: str, layer: str) -> frozenset[str]:
    """Return the columns of a table that are of no records."""
    return frozenset(OPEN.get((kind, layer), OPEN.get((kind, ""), {})))


def open_rows(kind: str, frame: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which rows of a table are of no records."""
    column, names = _ROWS_OF_RECORDS.get(kind, ("", frozenset()))
    return ~frame[column].isin(names).to_numpy(dtype=bool) if names else np.ones(len(frame), dtype=bool)
