"""KML: read as other maps are; what is no plain map is refused before it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import InputRefused
from geo.intake import list_columns, read_table

PLACEMARK = """<Placemark id="a"><name>Grid</name>
<ExtendedData><Data name="code"><value>001</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>120,30 120.01,30 120.01,30.01 120,30</coordinates></LinearRing>
</outerBoundaryIs></Polygon></Placemark>"""


def page(content: str, *, head: str = "") -> str:
    root = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{content}</Document></kml>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}{root}'


def test_a_map_is_read_with_its_data_as_text(tmp_path: Path) -> None:
    out = tmp_path / "a.kml"
    out.write_text(page(PLACEMARK), encoding="utf-8")
    table = read_table(out)
    assert (table["code"].tolist(), table["Name"].tolist()) == (["001"], ["Grid"])
    assert table.geometry.iloc[0].bounds == (120.0, 30.0, 120.01, 30.01)
    # What the reader would tell of every feature is no column of the file.
    assert {"tessellate", "visibility"} & {*table.columns, *list_columns(out)} == set()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (page(PLACEMARK, head='<!DOCTYPE kml [<!ENTITY a "b">]>'), "type of document of its own"),
        (page("<NetworkLink><Link><href>http://127.0.0.1/a.kml</href></Link></NetworkLink>"), "leads to other files"),
        (page("<Folder>" * 120 + "</Folder>" * 120), "elements within elements"),
        (page(f"<description>{'x' * 200_000}</description>"), "a text of more than"),
        (page(PLACEMARK)[:-20], "can't be read"),
        ("no map", "can't be read"),
    ],
)
def test_what_is_no_plain_map_is_refused(tmp_path: Path, text: str, words: str) -> None:
    out = tmp_path / "a.kml"
    out.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused, match=words):
        read_table(out)
