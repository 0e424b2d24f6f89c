"""The register of exemplary stations: who named which, and when."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd
import streamlit as st

from geo.codes import code_list, label
from geo.dashboard.frame import Frame
from geo.dashboard.plain import plain
from geo.privacy import Protected
from geo.words import gettext as _
from geo.words import language
from geo.words.formats import day_text, is_missing

__all__ = ["designation_words", "designations_of", "show_register"]


def show_register(frame: Frame, register: Protected | None) -> None:
    """Show the stations of the area that have been named, the newest first."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"### {_('Exemplary stations')}", anchors=False)
        if register is None or register.frame.empty:
            st.caption(_("No station of this area has been named, or no register has been taken in."))
            return
        table, said = register.frame, _("{topic}: {name}")
        lines = [
            "- " + said.format(topic=plain(frame.name(row["area_id"])), name=f":gray[{plain(_words(row))}]")
            for row in table.to_dict("records")
        ]
        st.markdown("\n".join(lines))


def designation_words(register: Protected | None, station: str) -> str:
    """Say the highest designation that a station holds; empty if none."""
    if register is None:
        return ""
    own = register.frame[(register.frame["area_id"] == station) & register.frame["withdrawn_on"].isna()]
    order = list(code_list("designation_level"))
    held = sorted(zip(own["named_by"], own["year"], strict=True), key=lambda one: order.index(one[0]))
    if not held:
        return ""
    level, year = held[0]
    return _("{level} exemplary station since {year}").format(
        level=label("designation_level", level, language()), year=year
    )


def designations_of(register: Protected | None, station: str) -> list[str]:
    """Say every designation of a station, the newest first: who named it, when, in which batch, and what ended."""
    if register is None:
        return []
    own = register.frame[register.frame["area_id"] == station]
    return [_words(row) for row in own.to_dict("records")]


def _words(row: Mapping[Hashable, object]) -> str:
    """Say who named a station, when, in which batch, and that it was withdrawn."""
    level = label("designation_level", str(row["named_by"]), language())
    parts = [_("{level} {year}").format(level=level, year=row["year"])]
    if not is_missing(row["batch"]):
        parts.append(_("batch {n}").format(n=row["batch"]))
    if isinstance(row["withdrawn_on"], pd.Timestamp):
        parts.append(_("withdrawn {day}").format(day=day_text(row["withdrawn_on"].date())))
    return _(", ").join(parts)
