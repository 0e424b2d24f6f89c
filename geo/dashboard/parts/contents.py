"""What pages show of a layer, as data: its tiles, the columns of its table of areas, the lines of its panel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from geo.codes import code_list
from geo.dashboard.parts.figure_table import Column
from geo.dashboard.parts.tiles import Beside, TileSpec
from geo.measures.catalogue import describe
from geo.words import gettext as _
from geo.words import message
from geo.words.cells import measure_name

__all__ = ["LAYER_TILES", "PANEL_LINES", "TODAY_TILES", "layer_columns", "today_columns"]

_DISCOVERED = Beside("discovered", message("{n} discovered"))
_DISPUTES = TileSpec("disputes", "n", message("Disputes"), message("Disputes reported"), beside=("change", _DISCOVERED))
_SETTLED = TileSpec(
    "disputes",
    "settled_in_month",
    message("Settled in a month"),
    beside=("before", "goal"),
    settled_of="accepted",
    goal="always",
)
_HAZARDS = TileSpec("hazards", "n", message("Hazards"), message("Hazards reported"), beside=("change", _DISCOVERED))
_OVERDUE = TileSpec(
    "hazards",
    "overdue",
    message("Hazards overdue"),
    beside=(Beside("major_overdue", message("{n} major"), strong=True), "before"),
    out_of="open",
)
_INCIDENTS = TileSpec(
    "incidents", "n", message("Incidents"), message("Incidents reported"), beside=("change", _DISCOVERED)
)
_COVERED = TileSpec(
    "coverage",
    "covered_share",
    message("Grids covered"),
    beside=(Beside("vacant", message("{n} vacant"), strong=True), "goal"),
    out_of="n",
    goal="always",
    digits=1,
)
_VISITED = TileSpec(
    "service",
    "visited_share",
    message("Visits, of homes"),
    beside=("before", "goal", Beside("households", message("of {n} households"))),
    # The target is a year's: no single month is measured by it.
    goal="year",
)

#: The tiles of the page Today; those of layers that are not there are left out.
TODAY_TILES = (_DISPUTES, _SETTLED, _OVERDUE, _COVERED, _VISITED, _INCIDENTS)

#: The tiles of each layer's own page.
LAYER_TILES: Mapping[str, tuple[TileSpec, ...]] = MappingProxyType(
    {
        "disputes": (
            _DISPUTES,
            _SETTLED,
            TileSpec(
                "disputes",
                "past_month",
                message("Open past a month"),
                beside=(Beside("open", message("of {n} open")), "before"),
                out_of="open",
            ),
            TileSpec(
                "disputes",
                "return_due",
                message("Return visits due"),
                beside=("before",),
                unknown=message("Return visits are not recorded"),
            ),
            TileSpec("disputes", "median_days", message("Days to settle"), beside=("before",), out_of="accepted"),
        ),
        "hazards": (
            _HAZARDS,
            TileSpec("hazards", "open", message("Open"), beside=(Beside("major_open", message("{n} major")), "before")),
            _OVERDUE,
            TileSpec(
                "hazards",
                "removed_on_time",
                message("Removed on time"),
                beside=("before", "goal"),
                settled_of="n",
                goal="always",
            ),
            TileSpec("hazards", "median_days", message("Days to remove"), beside=("before",), out_of="n"),
        ),
        "incidents": tuple(
            TileSpec("incidents", f"class_{code}", beside=("change", "chance")) for code in code_list("incident_class")
        ),
        "service": (
            _VISITED,
            TileSpec("service", "requests_handled", message("Requests handled"), beside=("before",)),
            TileSpec(
                "service",
                "groups",
                message("Volunteer groups"),
                beside=(Beside("members", message("{n} members")), Beside("shifts", message("{n} shifts"))),
            ),
            *(
                # Asked by the quarter: in other months the last one stands.
                TileSpec(
                    "service",
                    f"survey_{kind}",
                    beside=(Beside(f"survey_{kind}_n", message("{n} respondents")), "before"),
                    settled_of=f"survey_{kind}_n",
                )
                for kind in code_list("survey_kind")
            ),
        ),
    }
)

#: What the panel of a grid says of a layer: measure, English message.
PANEL_LINES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "disputes": (
            ("reported", message("Disputes reported")),
            ("discovered", message("Disputes discovered")),
            ("open", message("Disputes open")),
            ("past_month", message("Open for more than a month")),
            ("settled_share", message("Settled share")),
            ("median_days", message("Median days to settle")),
        ),
        "hazards": (
            ("reported", message("Hazards reported")),
            ("discovered", message("Hazards discovered")),
            ("open", message("Hazards open")),
            ("overdue", message("Hazards overdue")),
            ("major_overdue", message("Major hazards overdue")),
            ("repeats", message("Repeated hazards")),
        ),
        "incidents": (
            ("reported", message("Incidents reported")),
            ("discovered", message("Incidents discovered")),
        ),
        "service": (("n", message("Household visits")), ("visited_share", message("Visits, of homes"))),
    }
)


_TODAY_COLUMNS = (
    ("disputes", "reported", message("Disputes reported")),
    ("disputes", "discovered", message("Discovered")),
    ("disputes", "settled_share", message("Settled share")),
    ("disputes", "past_month", message("Past a month")),
    ("hazards", "overdue", message("Hazards overdue")),
    ("coverage", "covered_share", message("Grids covered")),
    ("incidents", "reported", message("Incidents reported")),
    ("incidents", "change", message("Change")),
)
# Of one source there is a single number, by its layer.
_NUMBERS = {"disputes": message("Disputes"), "hazards": message("Hazards"), "incidents": message("Incidents")}
# Layer → column, English message; a class has its own name.
_LAYER_COLUMNS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "disputes": (
        ("reported", message("Reported")),
        ("discovered", message("Discovered")),
        ("change", message("Change")),
        ("settled_in_month", message("Settled in a month")),
        ("median_days", message("Median days")),
        ("past_month", message("Past a month")),
    ),
    "hazards": (
        ("reported", message("Reported")),
        ("discovered", message("Discovered")),
        ("open", message("Open")),
        ("overdue", message("Overdue")),
        ("major_overdue", message("Major overdue")),
        ("removed_on_time", message("Removed on time")),
        ("median_days", message("Median days")),
    ),
    # Few incidents are discovered, and the page's sentence tells how many: there is no room for a column.
    "incidents": (
        ("reported", message("Reported")),
        ("change", message("Change")),
        *((f"class_{code}", "") for code in code_list("incident_class")),
        ("reported_per_1000", message("Reported ‰")),
    ),
    "service": (
        ("visited_share", message("Visits")),
        ("requests_handled", message("Requests")),
        ("groups", message("Groups")),
        ("survey_security", message("Security")),
        ("survey_satisfaction", message("Satisfaction")),
        ("reach_mediation_room", message("Near mediation")),
        ("reach_service_window", message("Near service")),
    ),
}


def today_columns(source: str | None) -> list[Column]:
    """Return the columns of the page Today, in the reader's language; see `layer_columns`."""
    return _columns(_TODAY_COLUMNS, source)


def layer_columns(layer: str, source: str | None = None) -> list[Column]:
    """Return the columns of a layer's own page, in the reader's language.

    Parameters
    ----------
    source
        The one that is asked for: its records have a single number. Of both, reported and discovered stand apart, and
        what else counts records is of the reported.
    """
    return _columns([(layer, name, title) for name, title in _LAYER_COLUMNS[layer]], source)


def _columns(wanted: Iterable[tuple[str, str, str]], source: str | None) -> list[Column]:
    columns = []
    for layer, name, title in wanted:
        if source is not None and name == "discovered":
            continue
        one = name == "reported" and source is not None
        meaning = describe(layer, name)
        columns.append(
            Column(
                layer,
                "n" if one else name,
                _(_NUMBERS[layer] if one else title) or measure_name(meaning),
                reported=meaning.by_source,
            )
        )
    return columns
