"""Places on a sheet lie on it and apart."""

from __future__ import annotations

from itertools import combinations

import pytest

from geo.errors import GeoError
from geo.export.printed.paper import PAPERS, lay_out, make_paper


@pytest.mark.parametrize("landscape", [True, False])
@pytest.mark.parametrize("name", PAPERS)
def test_places_lie_on_the_sheet_and_apart(name: str, landscape: bool) -> None:
    paper = make_paper(name, landscape=landscape)
    layout = lay_out(paper)
    boxes = [layout.title, layout.map, layout.panel, layout.foot]
    assert all(box.left > 0 and box.left + box.width < paper.width_mm for box in boxes)
    assert all(box.bottom > 0 and box.bottom + box.height < paper.height_mm for box in boxes)
    for one, two in combinations(boxes, 2):
        beside = one.left + one.width <= two.left or two.left + two.width <= one.left
        assert beside or one.bottom + one.height <= two.bottom or two.bottom + two.height <= one.bottom
    assert layout.map.width * layout.map.height > 0.4 * paper.width_mm * paper.height_mm


def test_unknown_paper_is_refused() -> None:
    with pytest.raises(GeoError, match="no paper 'Letter'"):
        make_paper("Letter", landscape=True)
