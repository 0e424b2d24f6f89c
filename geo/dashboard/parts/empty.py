"""What a page shows on purpose when there is nothing to show: what is missing and what brings it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from geo.access import Asker, Scope
from geo.dashboard.parts.door import show_door
from geo.dashboard.plain import plain
from geo.dashboard.sign_in import SignInNeeded
from geo.errors import NotPermitted
from geo.privacy import provenance_for
from geo.store import Store
from geo.web import store_root
from geo.words import gettext as _

__all__ = [
    "show_first_start",
    "show_left_out",
    "show_missing_layer",
    "show_missing_layers",
    "show_not_permitted",
    "show_refusal",
]

_DEMO_SEED = 1


def show_first_start(scope: Scope) -> None:
    """Show what to do while the store is empty; to those who may bring data in, the ways to do it."""
    _left, middle, _right = st.columns([1, 2, 1])
    with middle, st.container(border=True):
        st.markdown(f"## {_('No data yet')}", anchors=False)
        if provenance_for(scope) != "rows":
            st.markdown(_("Whoever runs Maple Grid for you has to bring them in first."))
            return
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


def show_refusal(refusal: NotPermitted, asker: Asker | None) -> None:
    """Show that a view is not for this reader, for whom it is, and the way back to what is.

    Parameters
    ----------
    asker
        Who asks; None for somebody who was not let in at all.
    """
    _left, middle, _right = st.columns([1, 2, 1])
    with middle, st.container(border=True):
        st.markdown("## :material/lock: " + _("You can't see this"), anchors=False)
        # The reasons of the access room are English messages; those of the dashboard stand in the language already.
        st.markdown(plain(_(str(refusal))))
        with st.container(horizontal=True):
            if asker is not None and st.button(_("Go to your own area"), type="primary"):
                st.switch_page("screens/today.py", query_params={})
            show_door(asker, again=isinstance(refusal, SignInNeeded))


def show_left_out(names: Sequence[str]) -> None:
    """Say in one line what of a page is not for this reader at all, which has left no box there."""
    if names:
        text = _("Seen by directors and planners only: {names}.").format(names=_(", ").join(dict.fromkeys(names)))
        st.caption(f":material/lock: {text}")


def show_not_permitted(what: str, *, who: str) -> None:
    """Show that something is not for this reader, and for whom it is."""
    with st.container(border=True):
        st.caption(f":material/lock: {_('{what}: seen by {who} only.').format(what=what, who=who)}")
