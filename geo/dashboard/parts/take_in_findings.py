"""What the doctor found in a file, and which of the repairs it offers are to be done."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.dashboard.parts.take_in_borders import show_border_faults
from geo.dashboard.parts.told import figure_words
from geo.dashboard.plain import plain, quoted
from geo.intake.doctor import Diagnosis, Finding
from geo.intake.doctor.finding import all_words
from geo.words import gettext as _
from geo.words import ngettext
from geo.words.formats import count_text

__all__ = ["choose_repairs", "finding_words"]

_SIGNS = {
    "refuse": ":red[:material/block:]",
    "ask": ":orange[:material/help:]",
    "warn": ":orange[:material/warning:]",
    "note": ":gray[:material/info:]",
}
#: Findings whose places are worth a map.
_BORDERS = ("areas.overlaps", "areas.gaps", "areas.holes")
#: Repairs that are right whenever they are offered; the others wait for a yes.
_SAFE = ("make_valid", "coordinates:written", "coordinates:placeholders")


#: Columns of persons are left out by every recipe that is drafted: there is nothing to choose.
_ALWAYS = "persons:leave_out"


def choose_repairs(diagnosis: Diagnosis, *, key: str) -> tuple[str, ...]:
    """Show the findings, the gravest first, and return the names of the repairs that were chosen."""
    findings = diagnosis.findings
    if not findings:
        st.success(_("Nothing was found wrong."), icon=":material/check_circle:")
        return ()
    grave = [found for found in findings if found.severity != "note"]
    title = ngettext("{n} finding", "{n} findings", len(findings)).format(n=count_text(len(findings)))
    chosen: list[str] = []
    with st.expander(title, expanded=bool(grave), icon=":material/stethoscope:"):
        for place, found in enumerate(findings):
            _show_finding(found)
            offered = found.repair != _ALWAYS and found.repair not in chosen
            if found.repair and offered and _wants(found, key=f"{key}-{place}"):
                chosen.append(found.repair)
    if any(found.code in _BORDERS for found in findings):
        show_border_faults(diagnosis)
    return tuple(chosen)


def finding_words(found: Finding) -> tuple[str, str]:
    """Return the problem and the remedy of a finding in the language of this run."""
    words = all_words()[found.code]
    figures = {name: figure_words(value) if isinstance(value, str) else value for name, value in found.figures.items()}
    spoken = replace(found, figures=figures)
    return spoken.fill(_(words.problem)), spoken.fill(_(words.remedy))


def _show_finding(found: Finding) -> None:
    problem, remedy = finding_words(found)
    column = f"{quoted(found.column)} " if found.column else ""
    with st.container(gap=None):
        st.markdown(f"{_SIGNS[found.severity]} {column}{plain(problem)}")
        more = ["…"] if found.count > len(found.rows) else []
        rows = _(", ").join([*(str(row) for row in found.rows), *more])
        told = _("Rows {rows}.").format(rows=rows) if found.rows else ""
        st.caption(plain(f"{remedy} {told}".strip()))


def _wants(found: Finding, *, key: str) -> bool:
    safe = found.repair in _SAFE
    return st.checkbox(_("Repair it"), value=safe, key=f"take-in-repair-{key}", help=found.repair)
