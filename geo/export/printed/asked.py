"""How a printed map is to look."""

from __future__ import annotations

from dataclasses import dataclass

from geo.errors import GeoError
from geo.export.printed.multiples import SPLITS
from geo.export.printed.themes import THEMES
from geo.maps.densities import USUAL_BANDWIDTH_M
from geo.maps.schemes import SCHEMES
from geo.view import Period

__all__ = ["MapAsked"]


@dataclass(frozen=True)
class MapAsked:
    """How a map is to look.

    Parameters
    ----------
    theme
        One of `THEMES`.
    measure_id
        Column of the table that is shown; of ``two`` the one that grows to the right.
    second_id
        Of ``two``, the one that grows upwards.
    paper, landscape
        Size of the sheet, and whether it lies.
    scheme, classes, breaks
        How values are cut into classes, as in `geo.maps.cut_classes`; ``round`` as on the screen.
    breaks_from
        A period such as ``2025`` whose values the classes are cut from, so that maps of its parts compare.
    bandwidth_m
        Of ``density``.
    graticule, names
        Whether degrees, and names of the table's areas, are drawn.
    notes
        A text of one's own below the legend.
    logo
        A picture for the corner of the title, and of a report's first page: what a PNG or JPEG holds.
    split
        ``month`` or ``class``: small maps beside each other, one for each; of classes and symbols alone.
    lang
        ``en`` or ``zh_CN``.
    """

    theme: str = "classes"
    measure_id: str = "n"
    second_id: str | None = None
    paper: str = "A4"
    landscape: bool = True
    scheme: str = "round"
    classes: int = 5
    breaks: tuple[float, ...] = ()
    breaks_from: str | None = None
    bandwidth_m: int = USUAL_BANDWIDTH_M
    graticule: bool = False
    names: bool = True
    notes: str = ""
    logo: bytes | None = None
    split: str | None = None
    lang: str = "en"

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise GeoError(f"There is no theme {self.theme!r}. Remedy: use one of {', '.join(THEMES)}.")
        if self.scheme not in SCHEMES:
            raise GeoError(f"There is no scheme {self.scheme!r}. Remedy: use one of {', '.join(SCHEMES)}.")
        if (self.theme == "two") != (self.second_id is not None):
            raise GeoError("A map of two measures needs a second one, and no other does. Remedy: --second ID.")
        if self.breaks_from is not None:
            Period(self.breaks_from)
            if self.theme != "classes" or self.scheme == "own":
                raise GeoError(
                    "Classes of another period are for coloured areas, and not for own breaks. Remedy: --theme classes."
                )
        if self.split is not None and (self.split not in SPLITS or self.theme not in ("classes", "symbols")):
            raise GeoError(
                f"There are no small maps by {self.split!r} of the theme {self.theme}. "
                f"Remedy: split classes or symbols by {' or '.join(SPLITS)}."
            )
