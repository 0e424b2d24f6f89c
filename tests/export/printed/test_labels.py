"""Names do not run into each other, and the important ones stay."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.export.printed.drawing import set_type
from geo.export.printed.labels import Label, _size_mm, place_labels, point_inside
from geo.export.printed.setting import fit_line, width_mm_of, wrap_words

FRAME = (0.0, 0.0, 1000.0, 600.0)
NAMES = st.lists(
    st.tuples(st.floats(0, 1000), st.floats(0, 600), st.sampled_from(["桂岩派出所", "Xiaping", "A", "石塘村第一网格"])),
    max_size=25,
)


def _boxes(labels: list[Label]) -> list[tuple[float, ...]]:
    """Place labels at 10 m a millimetre; return centres and sizes in metres."""
    with set_type(points=8, colour="#000000"):
        placed = place_labels(labels, FRAME, 10.0)
        return [(east, north, *(side * 10 for side in _size_mm(label))) for label, east, north in placed]


@settings(deadline=None, max_examples=40)
@given(names=NAMES)
def test_names_lie_inside_the_map_and_apart(names: list[tuple[float, float, str]]) -> None:
    boxes = _boxes([Label(east, north, text, 8.0, "#000") for east, north, text in names])
    for east, north, width, height in boxes:
        assert east - width / 2 >= 0
        assert east + width / 2 <= 1000
        assert 0 <= north - height / 2 <= north + height / 2 <= 600
    for one, two in combinations(boxes, 2):
        apart_e = abs(one[0] - two[0]) >= (one[2] + two[2]) / 2 - 1e-6
        assert apart_e or abs(one[1] - two[1]) >= (one[3] + two[3]) / 2 - 1e-6


def test_the_first_of_two_on_one_place_keeps_it_and_the_next_gives_way() -> None:
    with set_type(points=8, colour="#000000"):
        first, second = place_labels([Label(500, 300, name, 8.0, "#000") for name in ("A", "B")], FRAME, 10.0)
    assert first[1:] == (500, 300)
    assert second[1:] != (500, 300)


def test_names_stand_beside_marks_where_there_is_room() -> None:
    mark = np.array([[470.0, 270.0, 530.0, 330.0]])
    with set_type(points=8, colour="#000000"):
        for room in (None, 300.0):
            [(label, east, north)] = place_labels([Label(500, 300, "A", 8.0, "#000", room)], FRAME, 10.0, marks=mark)
            width, height = (side * 10 for side in _size_mm(label))
            box = shapely.box(east - width / 2, north - height / 2, east + width / 2, north + height / 2)
            assert not box.intersects(shapely.box(*mark[0]))


def test_where_marks_are_all_around_only_what_must_stand_stands() -> None:
    mark = np.array([[0.0, 0.0, 1000.0, 600.0]])
    with set_type(points=8, colour="#000000"):
        labels = [Label(500, 300, "Station", 8.0, "#000"), Label(200, 100, "Grid", 8.0, "#000", 300.0)]
        [(label, east, north)] = place_labels(labels, FRAME, 10.0, marks=mark)
    assert (label.text, east, north) == ("Station", 500, 300)


def test_a_name_much_wider_than_its_area_is_left_out() -> None:
    with set_type(points=8, colour="#000000"):
        assert place_labels([Label(500, 300, "Long name", 8.0, "#000", room_m=20.0)], FRAME, 10.0) == []


def test_a_point_of_a_ring_lies_in_the_ring() -> None:
    ring = shapely.Point(0, 0).buffer(100).difference(shapely.Point(0, 0).buffer(60))
    inside = point_inside(np.array([ring], dtype=object))
    assert ring.contains(shapely.Point(*inside[0]))


def test_lines_break_between_chinese_characters_but_never_before_a_comma() -> None:
    with set_type(points=8, colour="#000000"):
        lines = wrap_words("各村数量，并非比率：人口较多的区域各类数量都较多。", 20.0, 8.0)
        narrow = wrap_words("Numbers are not rates", 18.0, 8.0)
    assert len(lines) > 1
    assert "".join(lines) == "各村数量，并非比率：人口较多的区域各类数量都较多。"
    assert not any(line.startswith(("，", "。", "：")) for line in lines)
    assert " ".join(narrow) == "Numbers are not rates"
    assert len(narrow) > 1


@settings(deadline=None, max_examples=40)
@given(text=st.text(alphabet="枫林县 Aabc·%", min_size=1, max_size=80), room=st.floats(30, 200))
def test_a_line_fits_and_loses_nothing_before_it_must(text: str, room: float) -> None:
    with set_type(points=8, colour="#000000"):
        words, size = fit_line(text, room, 14.0)
        assert width_mm_of(words, size) <= room * 1.001
        assert words == text or size == pytest.approx(14.0 * 0.6)
