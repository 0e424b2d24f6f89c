"""The class chart: what is drawn, what is said behind a bar, what a click does."""

from __future__ import annotations

import pytest
from altair.utils.schemapi import SchemaValidationError

from geo.access import Scope
from geo.dashboard.parts.class_chart import class_chart, class_words, picked_class
from geo.dashboard.parts.drawing import bare_look, look_of
from geo.figures import seen
from geo.privacy import Protected
from geo.store import Store
from geo.view import Period, View


def _classes(store: Store, *, role: str = "planner", period: str = "2025-03", source: str | None = None) -> Protected:
    release = store.current()
    assert release is not None
    return seen("by_class", release, View(Period(period), level="station", source=source), Scope(role))


@pytest.mark.parametrize(
    ("picked", "now", "then"),
    [
        ([{"class": "labour"}], (), ("labour",)),
        ([{"class": "labour"}], ("labour",), ()),
        ([{"class": "labour"}], ("contract", "labour"), ("labour",)),
        ([], (), None),
        ([], ("labour",), ()),
    ],
)
def test_a_click_counts_one_class_and_a_second_all(
    picked: list[dict[str, str]], now: tuple[str, ...], then: tuple[str, ...] | None
) -> None:
    assert picked_class({"selection": {"pick": picked}}, now) == then


def test_bars_are_reported_and_discovered_largest_first(tiny_store: Store) -> None:
    rows = class_chart(_classes(tiny_store), most=3).rows["bars"].to_dict("records")
    # D01, D02, D09 and D11 are quarrels of neighbours; D02 alone of these was discovered.
    found = {(row["class"], row["source"]): row["records"] for row in rows}
    assert found["neighbours", "Reported"] == 3
    assert found["neighbours", "Discovered"] == 1
    assert len(found) == 6
    assert rows[0]["class"] == "neighbours"


def test_bars_lie_beside_each_other_so_that_no_end_tells_their_sum(tiny_store: Store) -> None:
    encoding = class_chart(_classes(tiny_store)).look["layer"][0]["encoding"]
    assert encoding["x"]["stack"] is None
    assert encoding["yOffset"]["field"] == "source"


def test_shares_are_of_the_reported_alone(tiny_store: Store) -> None:
    both, reported = _classes(tiny_store), _classes(tiny_store, source="reported")
    rows = class_chart(both, reported=reported).rows["classes"]
    words = dict(zip(rows["class"], rows["words"], strict=True))
    # Three of the six that were reported are quarrels of neighbours; of all eight it were four.
    assert reported.frame["n"].sum() == 6
    assert words["neighbours"].startswith("50")


def test_reported_and_discovered_differ_in_more_than_colour(tiny_store: Store) -> None:
    fill = class_chart(_classes(tiny_store)).look["layer"][0]["encoding"]["fill"]
    # Filled, and hollow with the colour of the paper.
    assert fill["scale"]["range"] == ["#2a7f79", "#fbfbfa"]


def test_a_class_that_is_not_chosen_steps_back(tiny_store: Store) -> None:
    rows = class_chart(_classes(tiny_store), chosen=("labour",)).rows["bars"]
    assert set(rows.loc[~rows["dim"], "class"]) == {"labour"}


def test_a_bar_says_its_share_and_what_is_withheld(tiny_store: Store) -> None:
    classes = _classes(tiny_store)
    row = list(classes.frame["class"]).index("neighbours")
    assert class_words(classes, row) == "50\N{NARROW NO-BREAK SPACE}%"
    assert class_words(_classes(tiny_store, role="public"), row) == "withheld"


def test_a_chart_that_is_wrong_is_refused_where_it_is_drawn() -> None:
    wrong = bare_look("rows").mark_bar(size="tall").encode(x="a:Q")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(SchemaValidationError):
        look_of(wrong, height=20)


def test_other_records_change_the_rows_and_not_the_look(tiny_store: Store) -> None:
    """A browser makes a chart anew whose look has changed."""
    one, other = (class_chart(_classes(tiny_store, period=period)) for period in ("2025-03", "2025-Q1"))
    assert one.look is other.look
    assert not one.rows["classes"].equals(other.rows["classes"])
