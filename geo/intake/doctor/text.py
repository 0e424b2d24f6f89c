"""Findings on how the text lies in its file: encoding, delimiter, header, totals, sheets, names that were cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from geo.intake.doctor.case import Case
from geo.intake.doctor.features import shown_name
from geo.intake.doctor.finding import Figure, Finding, make_finding
from geo.intake.doctor.table import RawTable
from geo.intake.match import contains
from geo.intake.readers.encoding_evidence import Evidence

__all__ = ["find_text", "tell_reading"]

_NAMES_SHOWN = 8
# What UTF-8 decoders, GBK decoders and Excel leave where a sign was lost.
_LOST = r"\x{FFFD}|锟斤拷|\?\?\?"
_MOST_MARKS = 200
_GARBLED_SHARE = 0.5


def tell_reading(told: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Finding]:
    """Turn what reading told into findings."""
    for code, figures in told:
        teller = _TELLERS.get(code)
        if teller is not None:
            yield from teller(figures)
        elif code != "text.as_told":
            yield _plain(code, figures)


def find_text(case: Case) -> Iterator[Finding]:
    """Find totals and notes among the rows, empty columns, and signs that were lost before."""
    table = case.table
    if table.layout.total_rows:
        yield make_finding("text.total_rows", count=len(table.layout.total_rows), rows=table.layout.total_rows)
    blank = [name for name in table.columns if len(table.cells) and not table.cells[name].notna().any()]
    if blank:
        yield make_finding("text.blank_columns", count=len(blank), figures={"names": list_names(blank)})
    for name in table.columns:
        yield from _lost_signs(table, name)


def list_names(names: Sequence[str]) -> str:
    """List names of columns or sheets, the first eight.

    Examples
    --------
    >>> list_names(["a", "b"])
    'a, b'
    """
    shown = ", ".join(_short(name) for name in names[:_NAMES_SHOWN])
    return shown if len(names) <= _NAMES_SHOWN else f"{shown} and {len(names) - _NAMES_SHOWN} more"


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"


def _plain(code: str, figures: Mapping[str, Any]) -> Finding:
    """Make a finding of figures as they are; lists of rows and of names become what a finding shows of them."""
    shown = {name: value for name, value in figures.items() if isinstance(value, int | float | str)}
    count, rows = 1, list[int]()
    for name, value in figures.items():
        if isinstance(value, list):
            count = len(value)
            if name == "rows":
                rows = value
            else:
                shown["names"] = list_names(value)
    return make_finding(code, count=count, rows=rows, figures=shown)


def _tell_evidence(figures: Mapping[str, Any]) -> Iterator[Finding]:
    evidence: Evidence = figures["evidence"]
    rows = evidence.rows
    if evidence.verdict in ("mixed", "broken", "unknown"):
        yield make_finding(f"text.encoding_{evidence.verdict}", count=len(rows), rows=rows)
    elif evidence.verdict == "binary":
        yield make_finding("text.binary")
    elif evidence.verdict == "sure" and evidence.encoding != "utf-8":
        yield make_finding("text.bom", figures={"encoding": shown_name(evidence.encoding or "")})
    elif evidence.verdict in ("likely", "unclear"):
        codec = evidence.encoding or ""
        shown: dict[str, Figure] = {
            "encoding": shown_name(codec),
            "codec": codec,
            "share": evidence.scores.get(codec, 0.0),
            "signs": evidence.signs,
        }
        code = "text.encoding_unclear" if evidence.verdict == "unclear" else "text.encoding"
        yield make_finding(code, figures=shown)


def _tell_header_row(figures: Mapping[str, Any]) -> Iterator[Finding]:
    row = int(figures["row"])
    yield make_finding("text.header_row", count=row - 1, rows=range(1, row), figures={"row": row})


def _tell_names_cut(figures: Mapping[str, Any]) -> Iterator[Finding]:
    split = [name for name in figures["columns"] if "�" in name]
    whole = [name for name in figures["columns"] if "�" not in name]
    if split:
        yield make_finding("text.names_split", count=len(split), figures={"names": list_names(split)})
    if whole:
        yield make_finding("text.names_cut", count=len(whole), figures={"names": list_names(whole)})


_TELLERS: Mapping[str, Callable[[Mapping[str, Any]], Iterator[Finding]]] = {
    "text.evidence": _tell_evidence,
    "text.header_row": _tell_header_row,
    "text.names_cut": _tell_names_cut,
}


def _lost_signs(table: RawTable, name: str) -> Iterator[Finding]:
    sample = table.sample(name)
    if not contains(sample, _LOST + r"|[^\x00-\x7f]").any():
        return
    cells = table.column(name)
    lost = cells.index[contains(cells, _LOST)]
    if len(lost):
        yield make_finding("text.lost_signs", column=name, count=len(lost), rows=lost, figures={"example": "�, ???"})
    beyond = sample[contains(sample, r"[^\x00-\x7f]{2}")].head(_MOST_MARKS)
    garbled = [row for row, text in beyond.items() if _is_garbled(str(text))]
    if len(beyond) and len(garbled) > _GARBLED_SHARE * len(beyond):
        yield make_finding("text.mojibake", column=name, count=len(garbled), rows=garbled)


def _is_garbled(text: str) -> bool:
    """Tell whether a text is UTF-8 that was read as GBK: put back into its bytes it reads as Chinese."""
    raw = text.encode("gbk", errors="ignore")
    chinese = [sign for sign in raw.decode("utf-8", errors="ignore") if "\u4e00" <= sign <= "\u9fff"]
    return 3 * len(chinese) > _GARBLED_SHARE * len(raw)
