"""What a page shows on purpose when there is nothing to show: what is missing and what brings it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.dashboard.frame import store_root
from geo.dashboard.plain import plain
from geo.dashboard.words import gettext as _
from geo.errors import NotPermitted
from geo.store import Store

__all__ = ["show_first_start", "show_missing_layer", "show_missing_layers", "show_not_permitted", "show_refusal"]

_DEMO_SEED = 1


def show_first_start() -> None:
    """Show what to do while the store is empty, with a button that loads the made-up county."""
    _left, middle, _right = st.columns([1, 2, 1])
    with middle, st.container(border=True):
        st.markdown(f"## {_('No data yet')}", anchors=False)
        st.markdown(_("Maple Grid reads what other systems keep. Bring your own files with a recipe:"))
        st.code("maplegrid import RECIPE.toml --store " + str(store_root().name), language=None)
        st.markdown(_("Or look around first, in a county that is made up:"))
        if st.button(_("Load the demo county"), type="primary", icon=":material/map:"):
            load_demo()


def load_demo() -> None:
    """Make the demo county with a progress bar, then start over."""
    # It brings compiled code that no other page needs.
    from geo.demo import make_demo

    bar = st.progress(0.0, text=_("Making the demo county"))

    def show_share(share: float, _step: str) -> None:
        bar.progress(min(max(share, 0.0), 1.0))

    make_demo(Store(store_root()), seed=_DEMO_SEED, progress=show_share)
    st.rerun()


def show_missing_layer(layer: str, *, what: str) -> None:
    """Show that a layer is not in the release, and the command that brings it.

    Parameters
    ----------
    layer
        Name of the layer as a recipe calls it.
    what
        What would stand here, in the reader's words.
    """
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"**{_('Nothing to show yet')}**")
        st.caption(
            _("{what} needs the layer {layer}, which these data do not have. It comes with:").format(
                what=what, layer=f"`{layer}`"
            )
        )
        st.code("maplegrid import RECIPE.toml --store " + str(store_root().name), language=None)


def show_missing_layers(present: Sequence[str]) -> None:
    """Say which layers these data do not have, and the command that brings them."""
    names = {
        "disputes": _("disputes"),
        "hazards": _("hazards"),
        "coverage": _("officers and assignments"),
        "service": _("visits"),
    }
    missing = [name for layer, name in names.items() if layer not in present]
    if missing:
        text = _("Not in these data: {layers}. They come with {command}.")
        st.caption(text.format(layers=_(", ").join(missing), command="`maplegrid import`"))


def show_refusal(refusal: NotPermitted) -> None:
    """Show that a view is not for this reader, for whom it is, and the way back to what is."""
    _left, middle, _right = st.columns([1, 2, 1])
    with middle, st.container(border=True):
        st.markdown("## :material/lock: " + _("You can't see this"), anchors=False)
        st.markdown(plain(str(refusal)))
        st.button(_("Go to your own area"), type="primary", on_click=st.query_params.clear)


def show_not_permitted(what: str, *, who: str) -> None:
    """Show that something is not for this reader, and for whom it is."""
    with st.container(border=True):
        st.caption(f":material/lock: {_('{what}: seen by {who} only.').format(what=what, who=who)}")
