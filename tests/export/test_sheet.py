"""The sheet of a station: its words are there and escaped, its font is in it, and it asks nobody for anything."""

from __future__ import annotations

import re
from dataclasses import replace

from geo.export.sheet import Evidence, EvidenceTable, Sheet, SheetLine, sheet_html


def sheet(title: str = "枫溪派出所") -> Sheet:
    line = SheetLine(("Settled", "84.4 %", "82–86", "1,260", "≥ 85 %", "within chance"), "unclear", "What it means.")
    heads = ("Criterion", "Value", "Interval", "Out of", "Goal", "State")
    sections = [("First promise", [line]), ("Promise without lines", [])]
    return Sheet(title, "2025", "National", sections, heads, ["No total."], "release 3", "zh_CN")


def test_every_word_is_on_the_page_and_an_empty_section_is_not() -> None:
    page = sheet_html(sheet())
    for word in (
        "枫溪派出所",
        "First promise",
        "84.4 %",
        "82–86",
        "1,260",
        "≥ 85 %",
        "What it means.",
        "No total.",
        "release 3",
    ):
        assert word in page
    assert "Promise without lines" not in page
    assert '<html lang="zh-CN">' in page


def evidence(n_rows: int, name: str = "Village") -> Evidence:
    months = EvidenceTable(("January", "February"), (("81 %", "–"),), is_strip=True)
    areas = EvidenceTable(("Area", "Value"), tuple((f"{name} {row}", "×") for row in range(n_rows)))
    return Evidence("Settled", "84.4 %", "unclear", "What it means.", "3 more of 20.", (months, areas))


def test_the_evidence_stands_behind_the_sheet_with_its_signs() -> None:
    signs, parts = ("×: withheld.", "–: nothing."), (("First promise", (evidence(3),)), ("Second", ()))
    page = sheet_html(replace(sheet(), evidence=parts, evidence_title="Evidence", signs=signs))
    assert "<h2>枫溪派出所 · Evidence</h2>" in page
    assert "×: withheld. –: nothing." in page
    assert '<p class="small lacks">3 more of 20.</p>' in page
    assert page.count("<td>×</td>") == 3
    assert "<h3>Second</h3>" not in page


def test_a_long_table_may_go_on_over_the_page_and_stands_in_two_columns() -> None:
    def section(n_rows: int) -> str:
        page = sheet_html(replace(sheet(), evidence=(("First promise", (evidence(n_rows),)),)))
        return page[page.index("<section") : page.index("</section>")]

    assert 'class="behind whole"' in section(60)
    assert 'class="behind"' in section(61)
    assert 'class="halves"' in section(9)
    assert 'class="halves"' not in section(8)


def test_names_in_the_evidence_do_not_run() -> None:
    page = sheet_html(replace(sheet(), evidence=(("First promise", (evidence(1, "<img src=x>"),)),)))
    assert "<img" not in page


def test_what_comes_from_files_does_not_run() -> None:
    page = sheet_html(sheet("<script>alert(1)</script>"))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_font_is_inside_and_nothing_is_fetched() -> None:
    page = sheet_html(sheet())
    assert "@font-face" in page
    without_font = re.sub(r"url\(data:[^)]*\)", "", page)
    assert re.findall(r"https?:|url\(|@import|<link|src=", without_font) == []
