"""Try an import out: the same as a real one, into a store of its own, so that its rows can be looked at before."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from geo.intake.pipeline import Progress, import_recipes
from geo.intake.recipes.file import load_recipe
from geo.intake.report import LayerReport
from geo.layers import AREA_LEVELS, LAYERS
from geo.store import LayerChange, Store, compare_releases, read_layer, read_rejects

__all__ = ["Rehearsal", "rehearse_import"]

_FOLDER = "rehearsal"


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """What an import would do.

    Parameters
    ----------
    report
        What it would tell.
    rows
        The rows that it would load, as the layer has them; a GeoDataFrame of areas.
    rejects
        The rows that it would not load: row, fate, column, reason, and the mapped columns of rejected rows.
    change
        What would become of the layer; None if nothing would change.
    """

    report: LayerReport
    rows: pd.DataFrame = field(repr=False)
    rejects: pd.DataFrame = field(repr=False)
    change: LayerChange | None = None


def rehearse_import(
    recipe: Path, store: Store, *, files: Path, folder: Path, progress: Progress | None = None
) -> Rehearsal:
    """Do an import beside the store, which stays as it is.

    Parameters
    ----------
    recipe
        The recipe; its layer is what is looked at.
    store
        The areas and posts of its current release are what the rows are placed in and point to.
    files
        Folder that the recipe's file lies in.
    folder
        An empty folder to work in; whoever gives it removes it.
    progress
        Told how far it is.

    Raises
    ------
    InputRefused
        As a real import.
    """
    layer = load_recipe(recipe).layer
    beside = Store(folder / _FOLDER)
    current = store.current()
    if current is not None:
        needed = [*AREA_LEVELS.values(), *LAYERS[layer].parents.values()]
        kept = {name: read_layer(current, name) for name in dict.fromkeys(needed) if current.has(name)}
        if kept:
            beside.publish(kept, as_of=current.as_of, time_zone=current.time_zone, title=current.title)
    (report,) = import_recipes([recipe], beside, files=files, progress=progress).layers
    release = beside.current()
    if release is None:
        return Rehearsal(report, pd.DataFrame(), pd.DataFrame())
    told = next((one for one in beside.reports(release) if one.payload.get("layer") == layer), None)
    rejects = pd.DataFrame() if told is None else read_rejects(told)
    changes = compare_releases(current, release) if current is not None else ()
    change = next((one for one in changes if one.layer == layer and one.change != "carried_over"), None)
    return Rehearsal(report, read_layer(release, layer), rejects, change)
