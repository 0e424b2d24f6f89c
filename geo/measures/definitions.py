"""The words of the catalogue: every figure with its definition, formula and what it discloses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from geo.codes import code_list

__all__ = ["Measure", "gather_measures"]

Unit = Literal["count", "share", "per_1000", "days", "hours", "score", "flag"]
_EVENTS = ("disputes", "hazards", "incidents")


@dataclass(frozen=True)
class Measure:
    """What a column of figures means.

    Parameters
    ----------
    id
        Name of the column.
    layers
        Layers of a view that have it.
    unit
        ``count``, ``share`` (of 1), ``per_1000``, ``days``, ``hours``, ``score`` (0 to 100) or ``flag``.
    label, definition
        In English, to be translated as they stand.
    formula
        How it is worked out, in names of columns.
    based_on
        Count columns that the value discloses: it is withheld with any of them.
    whole
        For a share, the count column that it is a share of: with it the share discloses its numerator and the rest.
    good
        Whether more or less of it is good; None where neither is, as for all reported counts.
    ramp
        How a map colours it.
    part_of
        For the end of an interval, its n or its test, the measure that it belongs to.
    codes
        List and code that the label is the word for; None if it is words of its own.
    """

    id: str
    layers: tuple[str, ...]
    unit: Unit
    label: str
    definition: str
    formula: str = ""
    based_on: tuple[str, ...] = ()
    whole: str | None = None
    good: Literal["high", "low"] | None = None
    ramp: Literal["sequential", "diverging"] = "sequential"
    part_of: str | None = None
    codes: tuple[str, str] | None = None


def _with_interval(measure: Measure, *, with_n: bool) -> Iterable[Measure]:
    yield measure
    for end, word in (("low", "Lower end"), ("high", "Upper end")):
        yield replace(
            measure,
            id=f"{measure.id}_{end}",
            label=word,
            definition=f"{word} of the interval, two-sided at 95 %.",
            formula="",
            good=None,
            part_of=measure.id,
        )
    if with_n:
        yield Measure(
            f"{measure.id}_n",
            measure.layers,
            "count",
            "Out of",
            "Number of records that the share is of.",
            part_of=measure.id,
        )


def _codes(prefix: str, list_name: str, layers: tuple[str, ...], definition: str) -> Iterable[Measure]:
    for code in code_list(list_name).values():
        yield Measure(f"{prefix}_{code.code}", layers, "count", code.en, definition, codes=(list_name, code.code))


_COUNTS = (
    Measure(
        "n",
        (*_EVENTS, "coverage", "service"),
        "count",
        "Number",
        "Records found in the period; for coverage the grids, for service the households visited.",
    ),
    Measure("disputes:n", ("disputes",), "count", "Disputes", "Disputes that came to be known in the period."),
    Measure("hazards:n", ("hazards",), "count", "Hazards", "Hazards that came to be known in the period."),
    Measure("incidents:n", ("incidents",), "count", "Incidents", "Incidents that came to be known in the period."),
    Measure("coverage:n", ("coverage",), "count", "Grids", "Grids in the area."),
    Measure(
        "service:n",
        ("service",),
        "count",
        "Households visited",
        "Households visited, summed over the months of the period: a household visited in two months counts twice.",
    ),
    Measure(
        "n_compare",
        _EVENTS,
        "count",
        "Number compared with",
        "Records found in the period compared with. Missing where the data do not reach back to all of it. For a "
        "period that is not over, the same part of the other: up to the same day of the month.",
    ),
    *_with_interval(
        Measure(
            "change",
            _EVENTS,
            "share",
            "Change",
            "Change of the number per day on the period compared with. The interval is exact, for the ratio of two "
            "Poisson counts.",
            "(n / days) / (n_compare / days compared with) - 1",
            based_on=("n", "n_compare"),
            ramp="diverging",
        ),
        with_n=False,
    ),
    Measure(
        "beyond_chance",
        _EVENTS,
        "flag",
        "More than chance",
        "Whether the interval of the change leaves out no change.",
        "change_low > 0 or change_high < 0",
        based_on=("n", "n_compare"),
        part_of="change",
    ),
    Measure(
        "reported",
        _EVENTS,
        "count",
        "Reported",
        "Records of the period that people reported: 110, 12345, walk-in, transfer.",
    ),
    Measure(
        "discovered",
        _EVENTS,
        "count",
        "Discovered",
        "Records of the period that a visit, a patrol or an inspection found.",
    ),
    Measure(
        "per_1000_residents",
        _EVENTS,
        "per_1000",
        "Per 1,000 residents",
        "Records found in the period for every 1,000 residents. Not scaled to a year. Missing where residents are not"
        " known.",
        "1000 * n / residents",
        based_on=("n",),
    ),
    Measure(
        "per_1000_households",
        _EVENTS,
        "per_1000",
        "Per 1,000 households",
        "Records found in the period for every 1,000 households. Not scaled to a year. Missing where households are "
        "not known.",
        "1000 * n / households",
        based_on=("n",),
    ),
)

_DISPUTES = (
    Measure(
        "accepted", ("disputes",), "count", "Accepted", "Disputes accepted for mediation in the period: the cohort."
    ),
    Measure("settled", ("disputes",), "count", "Settled", "Disputes of the cohort settled by the period's last day."),
    *_with_interval(
        Measure(
            "settled_share",
            ("disputes",),
            "share",
            "Settled share",
            "Share of the disputes accepted in the period that were settled by its last day.",
            "settled / accepted",
            based_on=("settled", "accepted"),
            whole="accepted",
            good="high",
        ),
        with_n=False,
    ),
    *_with_interval(
        Measure(
            "settled_in_month",
            ("disputes",),
            "share",
            "Settled within a month",
            "Share of the disputes accepted in the period that were settled within 30 days, told only of those whose "
            "30 days are over.",
            "settled within 30 days / settled_in_month_n",
            based_on=("settled_in_month_n",),
            whole="settled_in_month_n",
            good="high",
        ),
        with_n=True,
    ),
    Measure(
        "median_days",
        ("disputes", "hazards"),
        "days",
        "Median days to close",
        "Days after which half were closed (Kaplan-Meier). Those still open on the period's last day count as "
        "censored. Missing where less than half were closed.",
        based_on=("n", "accepted", "settled"),
        good="low",
    ),
    Measure(
        "disputes:median_days",
        ("disputes",),
        "days",
        "Median days to settle",
        "Days from acceptance after which half of the disputes accepted in the period were settled (Kaplan-Meier). "
        "Those open on its last day, transferred or failed count as censored then. Missing where less than half were "
        "settled.",
        based_on=("accepted", "settled"),
        good="low",
    ),
    *_codes(
        "settled", "settled_at", ("disputes",), "Disputes of the cohort settled at this level by the period's last day."
    ),
    *_codes(
        "transferred",
        "transfer",
        ("disputes",),
        "Disputes of the cohort transferred by the period's last day. A rightful transfer is a party's choice, a "
        "legal duty or a court's; a lapse is one that nobody settled in time.",
    ),
    Measure(
        "closed",
        ("disputes",),
        "count",
        "Closed",
        "Disputes settled, transferred or failed in the period, found whenever.",
    ),
    Measure(
        "open",
        ("disputes", "hazards"),
        "count",
        "Open",
        "Found by the period's last day, or the data's if that is earlier, and not closed by it.",
    ),
    Measure(
        "past_month",
        ("disputes",),
        "count",
        "Open past a month",
        "Disputes open on the period's last day that were accepted more than 30 days before.",
        good="low",
    ),
    Measure(
        "overdue",
        ("disputes", "hazards"),
        "count",
        "Overdue",
        "Open on the period's last day, with a due date before it: the record's own, or that of the rules.",
        good="low",
    ),
    Measure(
        "return_due",
        ("disputes",),
        "count",
        "Return visits due",
        "Settled disputes whose return visit, 30 days after the settlement, is due in the seven days from the "
        "period's last and has not been made.",
    ),
)

_HAZARDS = (
    Measure("major_open", ("hazards",), "count", "Major hazards open", "Open hazards of the major grade."),
    Measure(
        "major_overdue",
        ("hazards",),
        "count",
        "Major hazards overdue",
        "Overdue hazards of the major grade.",
        good="low",
    ),
    Measure("removed", ("hazards",), "count", "Removed", "Hazards rectified in the period, found whenever."),
    *_with_interval(
        Measure(
            "removed_on_time",
            ("hazards",),
            "share",
            "Removed on time",
            "Share of the hazards found in the period that were rectified by their due date, told only of those whose"
            " date is over.",
            "rectified by the due date / removed_on_time_n",
            based_on=("removed_on_time_n",),
            whole="removed_on_time_n",
            good="high",
        ),
        with_n=True,
    ),
    Measure(
        "hazards:median_days",
        ("hazards",),
        "days",
        "Median days to remove",
        "Days after which half of the hazards found in the period were rectified (Kaplan-Meier). Those open on its "
        "last day count as censored. Missing where less than half were rectified.",
        based_on=("n", "removed"),
        good="low",
    ),
    *_codes("grade", "hazard_grade", ("hazards",), "Hazards of the period of this grade."),
)

_COVERAGE = (
    Measure(
        "covered",
        ("coverage",),
        "count",
        "Covered grids",
        "Grids that a post of a counting role looks after on the period's last day, shared or not.",
        "n - vacant",
    ),
    Measure(
        "shared",
        ("coverage",),
        "count",
        "Shared grids",
        "Covered grids all of whose counting posts look after more grids than the rules allow their role.",
        good="low",
    ),
    Measure(
        "vacant",
        ("coverage",),
        "count",
        "Vacant grids",
        "Grids without a post of a counting role on the period's last day.",
        good="low",
    ),
    Measure(
        "over_size",
        ("coverage",),
        "count",
        "Over-size grids",
        "Grids with more households than the rules of their kind.",
        good="low",
    ),
    Measure(
        "under_size",
        ("coverage",),
        "count",
        "Under-size grids",
        "Grids with fewer households than the rules of their kind.",
    ),
    Measure(
        "no_backup",
        ("coverage",),
        "count",
        "Grids without backup",
        "Covered grids with a single post of any role.",
        good="low",
    ),
    Measure(
        "covered_share",
        ("coverage",),
        "share",
        "Covered",
        "Share of grids that a post of a counting role looks after on the period's last day.",
        "covered / n",
        based_on=("covered", "vacant", "n"),
        whole="n",
        good="high",
    ),
    Measure(
        "covered_share_days",
        ("coverage",),
        "share",
        "Covered grid-days",
        "Share of grids and days of the period on which a post of a counting role looked after the grid.",
        "covered grid-days / (n * days)",
        based_on=("n", "covered", "vacant"),
        good="high",
    ),
    Measure(
        "covered_share_households",
        ("coverage",),
        "share",
        "Covered households",
        "Share of households that live in covered grids, of grids whose households are known.",
        "households of covered grids / households",
        based_on=("households", "covered", "vacant", "n"),
        whole="households",
        good="high",
    ),
    Measure(
        "covered_share_events",
        ("coverage",),
        "share",
        "Covered events",
        "Share of the disputes and hazards reported in the period that lie in grids covered on its last day.",
        "events in covered grids / events",
        based_on=("events", "covered", "vacant", "n"),
        whole="events",
        good="high",
    ),
    Measure(
        "posts",
        ("coverage",),
        "count",
        "Posts",
        "Posts of any role assigned to a grid of the area on the period's last day.",
    ),
    Measure("households", ("coverage", "service"), "count", "Households", "Households that live in the area."),
    Measure("events", ("coverage",), "count", "Reported events", "Disputes and hazards reported in the period."),
)

_SERVICE = (
    Measure("requests_handled", ("service",), "count", "Requests handled", "Requests handled on visits in the period."),
    Measure(
        "visited_share",
        ("service",),
        "share",
        "Visited households",
        "Households visited, summed over the months of the period, for every household. A household visited in two "
        "months counts twice, so it can pass 100 %.",
        "n / households",
        based_on=("n", "households"),
        good="high",
    ),
    Measure(
        "members",
        ("service",),
        "count",
        "Volunteers",
        "Members of volunteer groups, in each group's last month of the period.",
    ),
    Measure("shifts", ("service",), "count", "Volunteer shifts", "Shifts of volunteer groups in the period."),
    *(
        entry
        for kind in code_list("survey_kind").values()
        for entry in (
            Measure(
                f"survey_{kind.code}",
                ("service",),
                "score",
                kind.en,
                "Mean score of the surveys that ended in the period, 0 to 100, weighted by respondents. For stations "
                "and above.",
                based_on=(f"survey_{kind.code}_n",),
                good="high",
            ),
            Measure(
                f"survey_{kind.code}_n",
                ("service",),
                "count",
                "Respondents",
                "Respondents of the surveys that ended in the period.",
                part_of=f"survey_{kind.code}",
            ),
        )
    ),
)


def gather_measures() -> Mapping[str, Measure]:
    """Return all measures by their id, or as ``layer:id`` where a layer has words of its own."""
    codes: dict[str, Measure] = {}
    for layer, prefix, name, words in (
        ("disputes", "class", "dispute_class", "Records of the period of this class."),
        ("hazards", "class", "hazard_class", "Records of the period of this class."),
        ("incidents", "class", "incident_class", "Records of the period of this class."),
        ("incidents", "subclass", "incident_subclass", "Incidents of the period of this kind."),
        ("disputes", "state", "dispute_state", "Records of the period in this state on its last day."),
        ("hazards", "state", "hazard_state", "Records of the period in this state on its last day."),
        ("disputes", "channel", "channel", "Disputes of the period by who mediates."),
    ):
        for measure in _codes(prefix, name, (layer,), words):
            both = codes.get(measure.id)
            codes[measure.id] = measure if both is None else replace(both, layers=(*both.layers, layer))
    entries = {entry.id: entry for entry in (*_COUNTS, *_DISPUTES, *_HAZARDS, *codes.values(), *_COVERAGE, *_SERVICE)}
    # A key with a layer in front stands for the same column, in that layer's own words.
    return MappingProxyType({key: replace(entry, id=key.rpartition(":")[2]) for key, entry in entries.items()})
