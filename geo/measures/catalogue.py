"""What every figure means: label, definition, unit, formula, the counts it discloses, and which way is good."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from geo.codes import code_list
from geo.measures.definitions import Measure, gather_measures

__all__ = ["CATALOGUE", "NESTED", "SUMS", "Measure", "describe", "mappable"]

#: Every column of `geo.measures.measure`, by its id; as ``layer:id`` where a layer has words of its own for it.
CATALOGUE: Mapping[str, Measure] = gather_measures()


def describe(layer: str, measure_id: str) -> Measure:
    """Return what a column means in a layer; some words differ from layer to layer.

    Raises
    ------
    KeyError
        When no layer has such a column.

    Examples
    --------
    >>> describe("coverage", "n").label, describe("disputes", "n").label
    ('Grids', 'Disputes')
    """
    return CATALOGUE.get(f"{layer}:{measure_id}") or CATALOGUE[measure_id]


def mappable(layer: str) -> list[Measure]:
    """Return the measures of a layer that can colour a map, in the order of the table."""
    own = {measure.id: describe(layer, measure.id) for measure in CATALOGUE.values() if layer in measure.layers}
    return [m for m in own.values() if m.part_of is None and m.unit not in ("flag", "score") and m.id != "n_compare"]


def _sum(layer: str, total: str, prefix: str) -> tuple[str, tuple[str, ...]]:
    parts = (m.id for m in CATALOGUE.values() if layer in m.layers and m.id.startswith(f"{prefix}_") and m.codes)
    return total, tuple(parts)


def _kinds_of(code: str) -> tuple[str, tuple[str, ...]]:
    kinds = (kind.code for kind in code_list("incident_subclass").values() if kind.parent == code)
    return f"class_{code}", tuple(f"subclass_{kind}" for kind in kinds)


#: Layer → count columns with the parts that sum to them: one withheld part alone could be worked out from the others.
SUMS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = MappingProxyType(
    {
        "disputes": (
            ("n", ("reported", "discovered")),
            _sum("disputes", "n", "class"),
            _sum("disputes", "n", "state"),
            _sum("disputes", "n", "channel"),
            _sum("disputes", "settled", "settled"),
        ),
        "hazards": (
            ("n", ("reported", "discovered")),
            _sum("hazards", "n", "class"),
            _sum("hazards", "n", "state"),
            _sum("hazards", "n", "grade"),
        ),
        "incidents": (
            ("n", ("reported", "discovered")),
            _sum("incidents", "n", "class"),
            *(_kinds_of(code) for code in code_list("incident_class") if _kinds_of(code)[1]),
        ),
        "coverage": (("n", ("covered", "vacant")),),
        "service": (),
    }
)
#: Layer → count columns and others that they are part of: the rest could be worked out.
NESTED: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "disputes": (("accepted", "settled"), ("open", "past_month"), ("open", "overdue")),
        "hazards": (
            ("open", "overdue"),
            ("open", "major_open"),
            ("overdue", "major_overdue"),
            ("major_open", "major_overdue"),
            ("n", "removed_on_time_n"),
        ),
        "incidents": (),
        "coverage": (("covered", "shared"), ("covered", "no_backup")),
        "service": (),
    }
)
