"""Short sentences made from the figures, that say whether a change is more than chance."""

from __future__ import annotations

from collections.abc import Mapping

from geo.codes import label
from geo.figures.layer import LayerFigures
from geo.figures.whole import WholeFigures
from geo.privacy import Protected
from geo.view import CLASS_LISTS, View
from geo.words import gettext as _
from geo.words import language, ngettext
from geo.words.cells import read_cell
from geo.words.formats import change_text, count_text, decimal_text, period_text, share_text

__all__ = [
    "class_sentence",
    "count_sentence",
    "join_sentences",
    "layer_sentence",
    "major_sentence",
    "past_month_sentence",
    "today_sentence",
    "vacant_sentence",
    "without_marks",
]


def today_sentence(wholes: Mapping[str, WholeFigures]) -> str:
    """Say how things stand on the page Today: Markdown, the numbers in bold.

    Parameters
    ----------
    wholes
        Figures of the whole area, by layer.
    """
    counted = wholes.get("disputes") or wholes.get("incidents")
    now = {layer: whole.now for layer, whole in wholes.items()}
    return join_sentences(
        count_sentence(counted) if counted else "",
        past_month_sentence(now.get("disputes")),
        major_sentence(now.get("hazards")),
        vacant_sentence(now.get("coverage")),
    )


def layer_sentence(figures: LayerFigures) -> str:
    """Say how things stand on a layer's own page: Markdown, the numbers in bold."""
    now, classes = figures.whole.now, figures.classes_reported or figures.classes
    if now.view.layer == "disputes":
        more = (past_month_sentence(now), _median_sentence(now), _shift_sentence(classes))
    elif now.view.layer == "hazards":
        more = (_open_sentence(now), major_sentence(now), _on_time_sentence(now))
    else:
        more = (class_sentence(classes), "", "")
    return join_sentences(count_sentence(figures.whole), *more)


def join_sentences(*sentences: str) -> str:
    """Put sentences behind each other; empty ones are left out."""
    return ("" if language() == "zh_CN" else " ").join(sentence for sentence in sentences if sentence)


def without_marks(sentence: str) -> str:
    """Return a sentence without the marks of its bold letters, for paper."""
    return sentence.replace("**", "")


def count_sentence(whole: WholeFigures) -> str:
    """Say how many records there are, reported and discovered apart where they can be, and how that has changed."""
    n, discovered = read_cell(whole.reported, "n").value, read_cell(whole.now, "discovered").value
    named = _class_words(whole.view)
    if whole.reported is not None and n is not None and discovered is not None:
        text = _parted_text(whole.view.layer, int(n))
        change = _change_words(whole.reported, whole.view)
        return named + text.format(n=count_text(n), change=change, discovered=count_text(discovered))
    # Where a part is withheld, the whole may not be.
    whole_n = read_cell(whole.now, "n")
    if whole_n.value is None:
        return "" if whole_n.withheld else _("The data do not tell of this period.")
    n = whole_n.value
    text = _count_text(whole.view.layer, int(n))
    return named + text.format(n=count_text(n), change=_change_words(whole.now, whole.view))


def _class_words(view: View) -> str:
    """Name the classes that alone are counted."""
    list_name = CLASS_LISTS[view.layer]
    names = [label(list_name, code, language()) for code in view.classes if list_name is not None]
    return _("{classes}: ").format(classes=_(", ").join(names)) if names else ""


def _count_text(layer: str, n: int) -> str:
    if layer == "disputes":
        return ngettext("**{n}** dispute{change}.", "**{n}** disputes{change}.", n)
    if layer == "hazards":
        return ngettext("**{n}** hazard{change}.", "**{n}** hazards{change}.", n)
    return ngettext("**{n}** incident{change}.", "**{n}** incidents{change}.", n)


def _parted_text(layer: str, n: int) -> str:
    if layer == "disputes":
        return ngettext(
            "**{n}** dispute reported{change}, **{discovered}** discovered.",
            "**{n}** disputes reported{change}, **{discovered}** discovered.",
            n,
        )
    if layer == "hazards":
        return ngettext(
            "**{n}** hazard reported{change}, **{discovered}** discovered.",
            "**{n}** hazards reported{change}, **{discovered}** discovered.",
            n,
        )
    return ngettext(
        "**{n}** incident reported{change}, **{discovered}** discovered.",
        "**{n}** incidents reported{change}, **{discovered}** discovered.",
        n,
    )


def _change_words(table: Protected, view: View) -> str:
    change = read_cell(table, "change")
    if change.value is None or view.comparison is None:
        return ""
    beyond = read_cell(table, "beyond_chance").value
    if beyond is None:
        text = _(" ({change} on {compared})")
    elif beyond:
        text = _(" ({change} on {compared}, more than chance)")
    else:
        text = _(" ({change} on {compared}, within chance)")
    return text.format(change=change_text(change.value), compared=period_text(view.comparison))


def past_month_sentence(disputes: Protected | None) -> str:
    """Say how many disputes have been open for more than a month; nothing if none."""
    n = read_cell(disputes, "past_month").value
    if not n:
        return ""
    text = ngettext(
        "**{n}** has been open for more than a month.", "**{n}** have been open for more than a month.", int(n)
    )
    return text.format(n=count_text(n))


def _median_sentence(disputes: Protected) -> str:
    days = read_cell(disputes, "median_days").value
    if days is None:
        return ""
    return _("Half of those accepted are settled within **{days}** days.").format(days=decimal_text(days))


def _shift_sentence(classes: Protected | None) -> str:
    """Name the class whose share has shifted most, of those whose shift is more than chance."""
    shifts = _beyond_chance(classes, "shift", low="shift_low", high="shift_high")
    if not shifts:
        return ""
    name, shift = max(shifts, key=lambda item: abs(item[1]))
    text = (
        _("The share of {name} rose by **{points}** points, more than chance.")
        if shift > 0
        else _("The share of {name} fell by **{points}** points, more than chance.")
    )
    return text.format(name=name, points=decimal_text(100 * abs(shift)))


def class_sentence(classes: Protected | None) -> str:
    """Name the classes that have changed by more than chance."""
    if classes is None or "change_low" not in classes.frame.columns or not classes.frame["change_low"].notna().any():
        return ""
    changed = sorted(_beyond_chance(classes, "change", low="change_low", high="change_high"), key=lambda item: item[1])
    if not changed:
        return _("No class has changed by more than chance.")
    named = [f"{name} **{change_text(change)}**" for name, change in reversed(changed)]
    return _("More than chance: {classes}.").format(classes=_(", ").join(named))


def _beyond_chance(classes: Protected | None, column: str, *, low: str, high: str) -> list[tuple[str, float]]:
    """Return the names and values of the classes whose interval leaves out zero."""
    if classes is None:
        return []
    list_name = CLASS_LISTS[classes.view.layer] or ""
    found = []
    for row, code in enumerate(classes.frame["class"]):
        value, ends = read_cell(classes, column, row).value, [read_cell(classes, end, row).value for end in (low, high)]
        if value is not None and ((ends[0] or 0) > 0 or (ends[1] or 0) < 0):
            found.append((label(list_name, code, language()), value))
    return found


def _open_sentence(hazards: Protected) -> str:
    n, overdue = read_cell(hazards, "open").value, read_cell(hazards, "overdue").value
    if n is None or overdue is None:
        return ""
    text = ngettext(
        "**{n}** is open, **{overdue}** of them past the date.",
        "**{n}** are open, **{overdue}** of them past the date.",
        int(n),
    )
    return text.format(n=count_text(n), overdue=count_text(overdue))


def major_sentence(hazards: Protected | None) -> str:
    """Say how many major hazards are past their dates; nothing if none."""
    n = read_cell(hazards, "major_overdue").value
    if not n:
        return ""
    text = ngettext("**{n}** major hazard is past its date.", "**{n}** major hazards are past their dates.", int(n))
    return text.format(n=count_text(n))


def _on_time_sentence(hazards: Protected) -> str:
    share, n = read_cell(hazards, "removed_on_time").value, read_cell(hazards, "removed_on_time_n").value
    if share is None or n is None:
        return ""
    return _("Of the **{n}** whose date is over, **{share}** were removed on time.").format(
        n=count_text(n), share=share_text(share)
    )


def vacant_sentence(coverage: Protected | None) -> str:
    """Say how many grids have no officer."""
    grids, vacant = read_cell(coverage, "n").value, read_cell(coverage, "vacant").value
    if grids is None or vacant is None:
        return ""
    if grids == 1:
        return _("This grid has no officer.") if vacant else _("This grid has an officer.")
    if vacant == 0:
        return _("Every grid has an officer.")
    text = ngettext(
        "**{vacant}** of {grids} grids has no officer.", "**{vacant}** of {grids} grids have no officer.", int(vacant)
    )
    return text.format(vacant=count_text(vacant), grids=count_text(grids))
