"""The page's address and the state of the page say the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from geo.codes import code_list
from geo.dashboard.state import PageState, drill_into, fit_to_tree, read_state, with_live_map
from geo.figures.months import months_on_map
from geo.figures.tree import Area, Tree
from geo.maps.densities import BANDWIDTHS_M
from geo.measures.catalogue import HEAT
from geo.view import CLASS_LISTS, Period, View

MARCH = Period("2025-03")
SHOWS = ("n", "settled_share", HEAT)
LISTS = ("vacant", "past_month")

TREE = Tree(
    ("station", "village", "grid"),
    {
        "S": Area("S", "station", "上溪", "Shangxi"),
        "V": Area("V", "village", "李村", "Licun", "S"),
        "G": Area("G", "grid", "一格", None, "V"),
        "T": Area("T", "station", "北门", "Beimen"),
    },
    {None: ("S", "T"), "S": ("V",), "V": ("G",)},
)


def _classes(layer: str) -> st.SearchStrategy[tuple[str, ...]]:
    name = CLASS_LISTS[layer]
    codes = list(code_list(name)) if name else []
    chosen = st.lists(st.sampled_from(codes), unique=True).map(tuple) if codes else st.just(())
    return chosen


@st.composite
def states(draw: st.DrawFn) -> PageState:
    layer = draw(st.sampled_from(sorted(CLASS_LISTS)))
    months = draw(st.tuples(st.integers(2000 * 12, 2030 * 12), st.integers(1, 40)))
    view = View(
        period=Period.from_months(months[0], sum(months)),
        layer=layer,
        level=draw(st.sampled_from(list(code_list("level")))),
        area=draw(
            st.none() | st.from_regex(r"[A-Z0-9 &=%+#]{0,8}[A-Z0-9]", fullmatch=True).filter(lambda t: t == t.strip())
        ),
        compare=draw(st.sampled_from(["previous", "last-year", "none"])),
        classes=draw(_classes(layer)),
        source=draw(st.none() | st.sampled_from(list(code_list("source")))),
        release=draw(st.none() | st.integers(1, 99999)),
    )
    show, listed = draw(st.none() | st.sampled_from(SHOWS)), draw(st.none() | st.sampled_from(LISTS))
    month = draw(st.none() | st.sampled_from(months_on_map(view.period)))
    bandwidth = draw(st.none() | st.sampled_from(BANDWIDTHS_M))
    return PageState(view, draw(st.sampled_from(["en", "zh_CN"])), show, listed, month, bandwidth)


def _as_browser_sends(state: PageState) -> dict[str, list[str]]:
    return {key: [value] if isinstance(value, str) else value for key, value in state.to_query().items()}


@given(states())
def test_a_state_survives_the_address(state: PageState) -> None:
    reading = read_state(_as_browser_sends(state), period=MARCH, language="en", shows=SHOWS, lists=LISTS)
    assert reading.state == state
    assert reading.bad == ()


@given(
    st.dictionaries(
        st.sampled_from(
            ["layer", "level", "period", "area", "class", "source", "lang", "x", "month", "bandwidth", "show", "list"]
        ),
        st.lists(st.text(max_size=12), min_size=1, max_size=2),
    )
)
def test_no_address_can_break_the_page(query: dict[str, list[str]]) -> None:
    reading = read_state(query, period=MARCH, language="en")
    assert isinstance(reading.state.view, View)


def test_a_bad_value_falls_back_alone_and_is_told() -> None:
    query = {"period": ["2025-13"], "layer": ["hazards"], "class": ["fire"], "level": ["street"]}
    reading = read_state(query, period=MARCH, language="en")
    assert reading.state.view == View(MARCH, layer="hazards", classes=("fire",))
    assert set(reading.bad) == {("period", "2025-13"), ("level", "street")}


def test_a_class_of_another_layer_is_told() -> None:
    reading = read_state({"class": ["gas"], "layer": ["disputes"]}, period=MARCH, language="en")
    assert reading.bad == (("class", "gas"),)


def test_an_unknown_parameter_is_told() -> None:
    reading = read_state({"colour": ["red"]}, period=MARCH, language="en")
    assert reading.bad == (("colour", "red"),)


def test_an_unknown_area_falls_back_to_ones_own() -> None:
    reading = read_state({"area": ["X"], "level": ["station"]}, period=MARCH, language="en")
    fitted = fit_to_tree(reading, TREE, home="S")
    assert (fitted.state.view.area, fitted.state.view.level) == ("S", "grid")
    assert fitted.bad == (("area", "X"),)


def test_drilling_keeps_the_level_while_it_lies_below() -> None:
    top = PageState(View(MARCH, level="village"), listed="vacant")
    station = drill_into(top, "S", TREE)
    assert (station.view.area, station.view.level, station.listed) == ("S", "village", None)
    assert drill_into(station, "V", TREE).view.level == "grid"
    assert drill_into(station, None, TREE).view.area is None


def test_another_layer_forgets_what_the_map_showed_of_the_old_one() -> None:
    state = PageState(View(MARCH), show="settled_share", listed="past_month")
    assert state.replace(layer="hazards").show is None
    assert state.replace(layer="hazards", listed="overdue").listed == "overdue"
    assert state.replace(source="reported").show == "settled_share"


def test_a_month_outside_the_period_and_an_odd_bandwidth_are_told() -> None:
    query = {"period": ["2024"], "month": ["2025-03"], "bandwidth": ["512"]}
    reading = read_state(query, period=MARCH, language="en")
    assert (reading.state.month, reading.state.bandwidth) == (None, None)
    assert set(reading.bad) == {("month", "2025-03"), ("bandwidth", "512")}


def test_another_period_keeps_the_month_that_it_has_and_forgets_others() -> None:
    state = PageState(View(Period("2025")), month="2025-02", bandwidth=300)
    assert state.replace(period=Period("2025-Q1")).month == "2025-02"
    assert state.replace(period=Period("2024")) == PageState(View(Period("2024")), bandwidth=300)


def test_what_the_map_set_by_itself_is_read_anew() -> None:
    state = PageState(View(Period("2025")), show="n", month="2025-02", bandwidth=300)
    live = with_live_map(state, {"month": ["2025-07"], "show": ["settled_share"]})
    assert live == PageState(View(Period("2025")), show="n", month="2025-07")
    assert with_live_map(state, {"month": ["2024-07"]}).month is None
