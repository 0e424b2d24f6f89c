"""What reading a file tells is said in Chinese on the Chinese page, what it holds of the file unchanged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from geo.dashboard.parts.reasons import reason_words
from geo.dashboard.parts.take_in_findings import finding_words
from geo.dashboard.parts.told import error_words, figure_words, told_words
from geo.errors import InputRefused
from geo.intake.doctor import diagnose
from geo.intake.readers.read import read_table
from geo.words import speak

# Names of formats, programs and keys stay; so do those of the files here.
_OURS = re.compile(
    r"(?ai)\b(csv|utf-8|gb18030|big5|excel|zip|xlsx|part|doctor|sheet|header_row|ascii|encoding|iso)\b|a\.\w+"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a tab", "制表符"),
        ("iso 5, year first 3", "ISO格式 5、年在前 3"),
        ("Self-intersection (2), Nested holes (1)", "自相交 (2)、孔洞重叠 (1)"),
        ("空1, 空2 and 4 more", "空1, 空2等（另有4个）"),
        ("4:00 and 5:00", "4:00和5:00"),
        ("village 3", "村 3"),
        ("grids", "网格"),
        ("a tab or two", "a tab or two"),
        ("枫源村", "枫源村"),
        (";", ";"),
    ],
)
def test_figures_are_said_in_the_reader_s_language(text: str, said: str) -> None:
    speak("zh_CN")
    assert figure_words(text) == said


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.csv", b""),
        ("a.csv", b"\x00\x01"),
        ("a.csv", "id,place\n1,caf\xe9 na\xefve\n".encode("latin-1")),
        ("a.csv", b"id,id\n1,2\n"),
        ("a.csv", "id,分类\n1,a\n".encode("gbk")),
        ("a.zip", b"PK\x03\x04"),
        ("a.jpg", b"x"),
    ],
)
def test_a_refusal_of_a_file_has_no_english_left(tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(InputRefused) as refused:
        read_table(tmp_path / name)
    speak("zh_CN")
    said = re.sub(r"（[^）]*）|：[.a-z, ]+。$", "", error_words(str(refused.value)))
    assert re.findall(r"[a-z]{3,}", _OURS.sub("", said)) == []
    for found in diagnose(tmp_path / name, layer="grids").findings:
        for words in finding_words(found):
            bare = re.sub(r"（[^）]*）|[（：][.a-z,_/ ]+[）。]?", "", words)
            assert re.findall(r"[a-z]{4,}", _OURS.sub("", bare)) == [], found.code


def test_what_is_in_braces_stays_whatever_it_holds() -> None:
    speak("zh_CN")
    assert told_words("columns with the same name: {x}, 名") == "列名重复：{x}, 名"
    assert told_words("a word of somebody's own") is None
    own = "a.csv: somebody's own words. Remedy: theirs."
    assert error_words(own) == own


def test_reasons_of_rejected_rows_are_said_too() -> None:
    speak("zh_CN")
    assert reason_words("class: unknown code; remedy: use one of fire, gas") == "class：未知代码；可用：fire, gas"
    assert reason_words("a total, a note or the header again, not a record") == "是合计、备注或重复的表头，不是记录"
    speak("en")
    assert reason_words("lon: outside -180 to 180") == "lon: outside -180 to 180"
