"""Coverage: which grids have an officer, which have none and why, and how evenly the work falls on posts."""

from __future__ import annotations

from geo.dashboard import cache
from geo.dashboard.frame import Frame, current_frame
from geo.dashboard.parts.area_table import level_title, show_area_table, table_frame
from geo.dashboard.parts.coverage import (
    coverage_sentence,
    shares_sentence,
    show_grid_lists,
    show_shares,
    show_workload,
)
from geo.dashboard.parts.empty import show_left_out, show_missing_layer, show_not_permitted
from geo.dashboard.parts.figure_table import Column
from geo.dashboard.parts.headline import show_headline
from geo.dashboard.parts.opening import open_with_map
from geo.figures.sentences import join_sentences
from geo.words import gettext as _


def show(frame: Frame) -> None:
    """Show the page."""
    opened = open_with_map(frame, cache.coverage_page)
    if opened is None:
        show_missing_layer("assignments", what=_("Coverage"))
        return
    figures = opened.figures
    with opened.head:
        sentence = join_sentences(coverage_sentence(figures.now), shares_sentence(figures.shares))
        show_headline(frame, sentence, page_id="coverage")
        show_shares(figures.shares)
    if figures.states is not None:
        for place in opened.beside:
            with place:
                show_grid_lists(frame, figures.states)
    _show_areas(frame, figures)
    if figures.states is None:
        show_left_out([_("single grids"), _("what grids ask of posts")])
    elif figures.workload is not None and figures.spread is not None:
        show_workload(figures.workload, figures.spread)
    else:
        show_not_permitted(_("What grids ask of posts"), who=_("planners and the station's own director"))


def _show_areas(frame: Frame, figures: cache.CoverageFigures) -> None:
    level = frame.tree.levels_below(frame.view.area)[0]
    columns = [
        Column("coverage", "n", _("Grids")),
        Column("coverage", "covered_share", _("Covered")),
        Column("coverage", "vacant", _("Vacant")),
        Column("coverage", "shared", _("Shared")),
        Column("coverage", "over_size", _("Over-size")),
        Column("coverage", "no_backup", _("No backup")),
        Column("coverage", "posts", _("Posts")),
        Column("coverage", "covered_share_households", _("Covered households")),
    ]
    rows = table_frame(frame, {"coverage": figures.rows}, columns)
    show_area_table(frame, rows, columns, key=f"coverage-{frame.view.area}", title=level_title(level))


show(current_frame())
