"""What the layers of the store are called on the screens."""

from __future__ import annotations

from geo.codes import code_list
from geo.layers import AREA_LEVELS, UPPER_LEVELS
from geo.words import gettext as _
from geo.words import language

__all__ = ["join_layers", "layer_name"]


def layer_name(layer: str) -> str:
    """Return the name of a layer of the store in the language of this run.

    Examples
    --------
    >>> layer_name("groups"), layer_name("provinces")
    ('Volunteer groups', 'Provinces')
    """
    upper = {AREA_LEVELS[level]: code_list("level")[level].several(language()) for level in UPPER_LEVELS}
    names = {
        "counties": _("Counties"),
        "stations": _("Stations"),
        "villages": _("Villages"),
        "grids": _("Grids"),
        "disputes": _("Disputes"),
        "hazards": _("Hazards"),
        "incidents": _("Incidents"),
        "officers": _("Officers"),
        "assignments": _("Assignments"),
        "visits": _("Visits"),
        "places": _("Places"),
        "groups": _("Volunteer groups"),
        "surveys": _("Surveys"),
        "designations": _("Designations"),
        "background": _("Map background"),
    }
    return names.get(layer) or upper.get(layer, layer)


def join_layers(layers: list[str]) -> str:
    """Return the names of layers in one line."""
    return _(", ").join(layer_name(layer) for layer in layers)
