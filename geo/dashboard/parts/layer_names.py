"""What the layers of the store are called on the screens."""

from __future__ import annotations

from geo.words import gettext as _

__all__ = ["join_layers", "layer_name"]


def layer_name(layer: str) -> str:
    """Return the name of a layer of the store in the language of this run.

    Examples
    --------
    >>> layer_name("groups")
    'Volunteer groups'
    """
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
    return names.get(layer, layer)


def join_layers(layers: list[str]) -> str:
    """Return the names of layers in one line."""
    return _(", ").join(layer_name(layer) for layer in layers)
