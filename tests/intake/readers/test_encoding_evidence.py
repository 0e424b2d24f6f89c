from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.readers.encoding_evidence import judge_bytes, judge_pieces

SIMPLIFIED = "网格编码,名称,村社\n330681109290001,枫源村第一网格,枫源村\n330681109290002,枫源村第二网格,枫源村\n"
TRADITIONAL = "網格編碼,名稱,村社\n1,楓源村第一網格,楓源村\n2,調解室與警務室,鄰里糾紛與婚姻家庭\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found", "verdict"),
    [
        (SIMPLIFIED, "utf-8", "utf-8", "sure"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig", "sure"),
        (SIMPLIFIED, "utf-16", "utf-16", "sure"),
        (SIMPLIFIED, "gbk", "gb18030", "likely"),
        (SIMPLIFIED + "㐀𠀀\n", "gb18030", "gb18030", "likely"),
        (TRADITIONAL, "big5", "big5", "likely"),
        ("id,name\n1,a\n", "ascii", "utf-8", "ascii"),
        ("id,name\n1,Café Müller\n2,Orléans\n3,Straße\n", "latin-1", None, "unknown"),
    ],
)
def test_encodings_are_told_by_their_signs(text: str, encoding: str, found: str | None, verdict: str) -> None:
    evidence = judge_bytes([text.encode(encoding)])
    assert (evidence.encoding, evidence.verdict) == (found, verdict)


def test_gbk_and_big5_lie_far_apart_in_a_page_of_text() -> None:
    gbk, big5 = judge_bytes([SIMPLIFIED.encode("gbk")]), judge_bytes([TRADITIONAL.encode("big5")])
    assert gbk.scores["gb18030"] == 1.0
    assert gbk.scores["big5"] < 0.8
    assert big5.scores["big5"] == 1.0
    assert big5.scores["gb18030"] < 0.8


def test_two_signs_that_fit_both_are_asked_about() -> None:
    evidence = judge_bytes(["分类\n".encode("gbk")])
    assert (evidence.encoding, evidence.verdict) == ("gb18030", "unclear")


def test_signs_that_are_in_daily_use_in_both_are_told_apart_by_their_second_bytes() -> None:
    text = "安全分工村办公点"
    verdicts = [judge_bytes([text[:signs].encode("gbk")]) for signs in (7, 8)]
    assert min(min(one.scores.values()) for one in verdicts) > 0.85
    assert [(one.encoding, one.verdict) for one in verdicts] == [("gb18030", "unclear"), ("gb18030", "likely")]


def test_a_cut_utf8_file_is_broken_utf8_and_no_chinese_of_another_kind() -> None:
    raw = (SIMPLIFIED * 30).encode()
    evidence = judge_bytes([raw[:-2] + b"\xe6\n"])
    assert (evidence.encoding, evidence.verdict, evidence.rows) == ("utf-8", "broken", (90,))


def test_two_files_put_together_are_told_with_the_rows_of_the_other() -> None:
    raw = "网格,名称\n1,枫源\n2,枫桥\n".encode() + "3,枫源村\n4,枫桥镇\n5,杜黄新村\n".encode("gbk")
    evidence = judge_bytes([raw])
    assert (evidence.encoding, evidence.verdict, evidence.rows) == (None, "mixed", (4, 5, 6))


def test_a_picture_is_no_text() -> None:
    assert judge_bytes([b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"]).verdict == "binary"


@given(st.lists(st.binary(max_size=200), max_size=8))
def test_any_bytes_in_any_chunks_get_a_verdict(chunks: list[bytes]) -> None:
    evidence = judge_bytes(chunks)
    if evidence.verdict == "sure":
        assert evidence.encoding is not None
        assert evidence.encoding != "utf-8" or b"".join(chunks).decode("utf-8") is not None


@given(st.text(alphabet="网格编码名称村社枫源杜黄楼家化解纠纷,\n", min_size=30), st.integers(1, 40))
def test_the_chunks_of_a_file_do_not_change_the_verdict(text: str, size: int) -> None:
    for encoding in ("utf-8", "gbk"):
        raw = text.encode(encoding)
        chunks = [raw[at : at + size] for at in range(0, len(raw), size)]
        assert judge_bytes(chunks) == judge_bytes([raw])


@given(st.lists(st.one_of(st.binary(max_size=9), st.text(max_size=9).map(str.encode)), max_size=8))
def test_bytes_that_can_be_asked_for_twice_get_the_same_verdict(chunks: list[bytes]) -> None:
    chunks = [chunk for chunk in chunks if chunk]
    assert judge_pieces(lambda: chunks) == judge_bytes(chunks)
