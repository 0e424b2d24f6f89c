"""What a value layer carries: a sign per area for its class, values for the tooltip, colours of the signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.codes import label
from geo.errors import GeoError
from geo.maps.classify import Classes, Unit, classify
from geo.maps.geometry import area_ids
from geo.maps.palettes import STATE_COLOURS, Theme, theme_colours
from geo.measures.catalogue import Measure, describe
from geo.words.catalogue import translator

if TYPE_CHECKING:
    from geo.privacy import Protected
    from geo.store import Release
    from geo.view import View

__all__ = [
    "MISSING",
    "STATES",
    "WITHHELD",
    "classes_of",
    "frame_payload",
    "group_label",
    "line_width",
    "map_unit",
    "measure_text",
    "measure_title",
    "numbers_of",
    "packed",
    "shading",
    "state_payload",
    "state_shading",
    "unit_text",
    "value_payload",
    "value_signs",
]

#: Signs beside the numbers of the classes.
MISSING, WITHHELD, OUTLINE = "m", "w", " "
#: Coverage states in the order of the legend, with their signs.
STATES: Mapping[str, str] = {"vacant": "v", "shared": "s", "covered": "c"}

# The more areas, the thinner their borders: in pixels, up to so many areas.
_LINE_WIDTHS = {300: 0.8, 1000: 0.5, 4000: 0.35, float("inf"): 0.2}
_CUT_AS: Mapping[str, Unit] = {"count": "count", "share": "share", "per_1000": "per_1000", "hours": "hours"}
#: What a payload tells of each row.
_OF_ROWS = ("classes", "values", "low", "high", "n")
_DIGITS: Mapping[str, int] = {"count": 0, "share": 1, "per_1000": 2, "days": 1, "hours": 1, "score": 1}


def classes_of(
    protected: Protected, measure_id: str, *, theme: Theme = "light", among: Sequence[Protected] = ()
) -> Classes:
    """Return the classes that the map and its legend use for a measure.

    Parameters
    ----------
    protected, measure_id
        A table and one of its columns.
    theme
        Paper that the colours lie on.
    among
        Tables of the same areas at other times: classes cut from all of them let their maps be compared.

    Raises
    ------
    GeoError
        When the table has no such measure.
    """
    measure = _measure(protected, measure_id)
    tables = [protected, *among]
    return classify(
        np.concatenate([_numbers(table.frame[measure_id]) for table in tables]),
        unit=map_unit(measure),
        diverging=measure.ramp == "diverging",
        good_high=measure.good == "high",
        theme=theme,
    )


def value_payload(
    release: Release,
    protected: Protected,
    measure_id: str | None,
    *,
    lang: str,
    theme: Theme,
    selected: str | None = None,
    classes: Classes | None = None,
    focus: Collection[str] = (),
) -> dict[str, Any]:
    """Return what the browser needs to colour the areas of a protected table by one measure.

    Parameters
    ----------
    release
        The release that the table was measured in; its shapes are fetched apart from this.
    protected
        The table, small counts already withheld.
    measure_id
        Column to show; None for outlines alone, as under a heat map.
    lang, theme
        Language of the words; paper that the colours lie on.
    selected
        Area to outline.
    classes
        Classes to colour by; those of the table's own values if not given.
    focus
        Areas that the map is set on; all of the table's if none is given.
    """
    payload = frame_payload(release, protected, selected=selected, focus=focus)
    if measure_id is None:
        return {**payload, "classes": None, "colours": {OUTLINE: "#000000"}, "hatches": {}}
    return {**payload, **shading(protected, measure_id, lang=lang, theme=theme, classes=classes)}


def packed(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a payload that tells rows once that are alike, and under ``like`` which of them each area has.

    Of many small areas few differ: as few records give few shares, so few intervals. Where more than half differ the
    payload stays as it is.

    Examples
    --------
    >>> packed({"classes": "0110", "values": [0, 3, 3, 0], "n": None})
    {'classes': '01', 'values': [0, 3], 'n': None, 'like': [0, 1, 1, 0]}
    """
    names = [name for name in _OF_ROWS if payload.get(name) is not None]
    rows = list(zip(*(payload[name] for name in names), strict=True))
    different = [row for row, _times in Counter(rows).most_common()]
    if not rows or 2 * len(different) > len(rows):
        return dict(payload)
    place = {row: index for index, row in enumerate(different)}
    columns = dict(zip(names, map(list, zip(*different, strict=True)), strict=True))
    signs = {"classes": "".join(columns["classes"])} if "classes" in columns else {}
    return {**payload, **columns, **signs, "like": [place[row] for row in rows]}


def shading(
    protected: Protected,
    measure_id: str,
    *,
    lang: str,
    theme: Theme,
    classes: Classes | None = None,
    row: int | None = None,
) -> dict[str, Any]:
    """Return signs, colours, values and words of one measure, in the order of the table's rows; or of one row alone."""
    measure = _measure(protected, measure_id)
    frame = protected.frame if row is None else protected.frame.iloc[[row]]
    classes = classes or classes_of(protected, measure_id, theme=theme)
    return {
        **sign_colours(classes, theme=theme),
        "classes": value_signs(protected, measure_id, classes=classes, row=row),
        "values": _plain(_numbers(frame[measure_id]), measure.unit),
        **_beside(frame, measure_id, measure.unit),
        **measure_text(measure, lang=lang, view=protected.view),
    }


def value_signs(
    protected: Protected, measure_id: str, *, classes: Classes | None = None, row: int | None = None
) -> str:
    """Return a sign per row: the number of its class, or the sign of a missing or a withheld value."""
    classes = classes or classes_of(protected, measure_id)
    rows = slice(None) if row is None else slice(row, row + 1)
    values = numbers_of(protected, measure_id)[rows]
    signs = np.array([*map(str, range(len(classes.breaks))), MISSING])
    found = classes.index(values) if classes.breaks else np.full(len(values), -1)
    return "".join(np.where(_withheld(protected, measure_id)[rows], WITHHELD, signs[found]))


def numbers_of(protected: Protected, measure_id: str) -> NDArray[np.float64]:
    """Return the values of a measure that may be seen, NaN where there is none."""
    return _numbers(protected.frame[measure_id])


def state_payload(
    release: Release,
    protected: Protected,
    *,
    lang: str,
    theme: Theme,
    selected: str | None = None,
    focus: Collection[str] = (),
) -> dict[str, Any]:
    """Return what the browser needs to show the coverage state of each grid, with outlines and dots."""
    return {
        **frame_payload(release, protected, selected=selected, focus=focus),
        **state_shading(protected, lang=lang, theme=theme),
    }


def state_shading(protected: Protected, *, lang: str, theme: Theme, row: int | None = None) -> dict[str, Any]:
    """Return signs, colours, marks and words of coverage states, in the order of the rows; or of one row alone."""
    _ = translator(lang)
    frame = protected.frame if row is None else protected.frame.iloc[[row]]
    marks = [
        {"label": _("over-size"), "at": _places(frame["over_size"])},
        {"label": _("no backup"), "at": _places(frame["no_backup"] & (frame["state"] != "vacant"))},
    ]
    return {
        "classes": "".join(STATES.get(state, MISSING) for state in frame["state"]),
        "colours": {sign: STATE_COLOURS[theme][state] for state, sign in STATES.items()},
        "hatches": {STATES["vacant"]: "alarm"},
        "states": {sign: state_word(state, lang) for state, sign in STATES.items()},
        "marks": marks,
        "outlined": marks[0]["at"],
        "dots": marks[1]["at"],
    }


def state_word(state: str, lang: str) -> str:
    """Return the word for a coverage state."""
    _ = translator(lang)
    return {"covered": _("covered"), "shared": _("shared"), "vacant": _("vacant")}[state]


def sign_colours(classes: Classes, *, theme: Theme) -> dict[str, Any]:
    """Return the colour of each sign, and the hatch of those that have one."""
    grey = theme_colours(theme).missing
    colours = {str(index): colour for index, colour in enumerate(classes.colours)}
    return {
        "colours": {**colours, MISSING: theme_colours(theme).paper, WITHHELD: grey},
        "hatches": {MISSING: "missing", WITHHELD: "withheld"},
    }


def measure_text(measure: Measure, *, lang: str, view: View | None = None) -> dict[str, Any]:
    """Return a measure's words and digits for the browser."""
    _ = translator(lang)
    return {
        "label": measure_title(measure, lang=lang, view=view),
        "unit": measure.unit,
        "unit_text": unit_text(measure, lang=lang),
        "digits": _DIGITS[measure.unit],
        "scale": 10 ** _kept_digits(measure.unit),
        "signed": measure.ramp == "diverging",
    }


def measure_title(measure: Measure, *, lang: str, view: View | None = None) -> str:
    """Return the name of a measure; for a class or a state the word of its code list, such as ``Class: Fire``.

    Parameters
    ----------
    view
        The view that it is told of, so that a count of records says which: reported, discovered, or both together.
    """
    _ = translator(lang)
    if measure.codes is None:
        name = _(measure.label)
    else:
        word, group = label(*measure.codes, lang), group_label(measure, lang=lang)
        name = word if group is None else _("{group}: {word}").format(group=group, word=word)
    if view is None or not measure.by_source:
        return name
    parted = {"reported": _("{name}, reported"), "discovered": _("{name}, discovered")}
    return parted.get(view.source or "", _("{name}, reported and discovered together")).format(name=name)


def group_label(measure: Measure, *, lang: str) -> str | None:
    """Return what a measure's code is a code of; None where it is words of its own."""
    _ = translator(lang)
    groups = {
        "class": _("Class"),
        "subclass": _("Kind"),
        "state": _("State"),
        "grade": _("Grade"),
        "channel": _("Channel"),
        "part": _("Time of day"),
        "reach": _("Within reach of"),
        "settled": _("Settled at"),
        "transferred": _("Transferred"),
    }
    return groups.get(measure.id.partition("_")[0]) if measure.codes is not None else None


def unit_text(measure: Measure, *, lang: str) -> str:
    """Return what is written behind a value: per cent, days, hours or nothing."""
    _ = translator(lang)
    texts = {"count": "", "share": " %", "per_1000": _(" per 1,000"), "days": _(" days"), "hours": _(" hours")}
    return texts.get(measure.unit, "")


def frame_payload(
    release: Release, protected: Protected, *, selected: str | None = None, focus: Collection[str] = ()
) -> dict[str, Any]:
    """Return which shapes the rows of a table are, and how the map is set on them: on a few if they are in focus.

    Raises
    ------
    GeoError
        When the release has no such areas.
    """
    view = protected.view
    ids = protected.frame["area_id"].tolist()
    order = area_ids(release, view.level)
    place = {area_id: index for index, area_id in enumerate(order)}
    unknown = [area_id for area_id in ids if area_id not in place]
    if unknown:
        missing = ", ".join(unknown[:5])
        raise GeoError(f"Release {release.number} has no {view.level} {missing}. Remedy: draw the release measured.")
    at = [place[area_id] for area_id in ids]
    wanted = set(focus)
    focused = [row for row, area_id in enumerate(ids) if area_id in wanted]
    return {
        "at": None if at == list(range(len(order))) else at,
        "level": view.level,
        # The map is set anew when this text changes, and at no other time.
        "fit": " ".join([view.area or "", *(ids[row] for row in focused)]).strip(),
        "focus": focused or None,
        "selected": selected,
        "line": line_width(len(at)),
        "names": True,
    }


def line_width(areas: int) -> float:
    """Return the width of borders in pixels on a map of so many areas.

    Examples
    --------
    >>> line_width(12), line_width(1500)
    (0.8, 0.35)
    """
    return next(width for most, width in _LINE_WIDTHS.items() if areas <= most)


def _measure(protected: Protected, measure_id: str) -> Measure:
    if measure_id in protected.frame.columns:
        with suppress(KeyError):
            measure = describe(protected.view.layer, measure_id)
            if measure.unit in _DIGITS:
                return measure
    raise GeoError(f"There is no measure {measure_id!r} to draw in this table. Remedy: use one of its numbers.")


def map_unit(measure: Measure) -> Unit:
    """Return the unit that classes are cut by: a score is a plain number as days are."""
    return _CUT_AS.get(measure.unit, "days")


def _numbers(column: pd.Series[Any]) -> NDArray[np.float64]:
    return pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)


def _withheld(protected: Protected, column: str) -> NDArray[np.bool_]:
    if column not in protected.protected.columns:
        return np.zeros(len(protected.frame), dtype=np.bool_)
    return np.asarray(protected.protected[column], dtype=np.bool_)


def _beside(frame: pd.DataFrame, measure_id: str, unit: str) -> dict[str, Any]:
    """Return the interval and the n of a measure where the table has them."""
    beside: dict[str, Any] = {}
    low, high = f"{measure_id}_low", f"{measure_id}_high"
    if low in frame.columns and high in frame.columns:
        beside |= {"low": _plain(_numbers(frame[low]), unit), "high": _plain(_numbers(frame[high]), unit)}
    count = next((name for name in (f"{measure_id}_n", "n") if name in frame.columns), None)
    if count is not None and unit != "count":
        beside["n"] = _plain(_numbers(frame[count]), "count")
    return beside


def _plain(values: NDArray[np.float64], unit: str) -> list[int | None]:
    """Return values as whole numbers of their last digit shown, None where missing."""
    missing = np.isnan(values)
    whole = np.rint(np.where(missing, 0.0, values) * 10 ** _kept_digits(unit)).astype(np.int64)
    return [None if gone else number for gone, number in zip(missing.tolist(), whole.tolist(), strict=True)]


def _kept_digits(unit: str) -> int:
    return _DIGITS[unit] + (2 if unit == "share" else 0)


def _places(flags: pd.Series[Any]) -> Sequence[int]:
    return np.flatnonzero(flags.fillna(value=False).to_numpy(dtype=bool)).tolist()
