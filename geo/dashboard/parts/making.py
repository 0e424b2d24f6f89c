"""Making a file: a button, how far the file is with a button that stops it, and once it is made one that saves it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.dashboard.parts.told import error_words
from geo.dashboard.plain import plain
from geo.errors import GeoError
from geo.export.steps import Progress
from geo.words import gettext as _

__all__ = ["Making", "Work", "show_making"]

#: What is to be made, once all of the page is shown.
Work = list[Callable[[], None]]
# Key → what a file was made of, and the file; those that were made last.
_MADE = "files_made"
_MOST_KEPT = 4


@dataclass(frozen=True)
class Making:
    """A file that can be made.

    Parameters
    ----------
    key
        Of its buttons.
    label, hint, icon
        What the button says.
    name, mime
        What the file is called, and what a browser is told.
    about
        All that it is made of; another one is another file.
    make
        Returns the file, and tells how far it is.
    """

    key: str
    label: str
    name: str
    mime: str
    about: tuple[object, ...]
    make: Callable[[Progress], bytes]
    hint: str | None = None
    icon: str = ":material/note_add:"


def show_making(making: Making, work: Work, *, stretch: bool = False, disabled: bool = False) -> None:
    """Show the button that makes a file or, once it is made, the one that saves it.

    Parameters
    ----------
    work
        Gets what is to be done when the button is pressed: all of the page is shown first.
    stretch
        Whether the button is as wide as its column.
    disabled
        Whether such a file can't be.
    """
    width, made = "stretch" if stretch else "content", _made(making)
    if made is not None:
        st.download_button(
            _("Save: {what}").format(what=making.label),
            made,
            file_name=making.name,
            mime=making.mime,
            on_click="ignore",
            key=f"{making.key}-save",
            type="primary",
            icon=":material/download:",
            width=width,  # type: ignore[arg-type]  # one of its words
        )
    elif st.button(
        making.label,
        key=making.key,
        icon=making.icon,
        help=making.hint,
        disabled=disabled,
        width=width,  # type: ignore[arg-type]  # one of its words
    ):
        with st.container():
            bar = st.progress(0.0, text=making.label)
            # Pressed, it begins a new run; this one ends where it next tells how far it is.
            st.button(_("Stop"), key=f"{making.key}-stop", icon=":material/stop_circle:")
            told = st.empty()
        work.append(lambda: _make(making, bar, told))


def _make(making: Making, bar: DeltaGenerator, told: DeltaGenerator) -> None:
    def tell(share: float, step: str) -> None:
        bar.progress(share, text=plain(step))

    try:
        file = making.make(tell)
    except GeoError as error:
        told.error(plain(error_words(str(error))), icon=":material/block:")
        return
    # Who has stopped it meanwhile is not given it.
    tell(1.0, making.label)
    kept = {**st.session_state.get(_MADE, {})}
    kept.pop(making.key, None)
    newest = list(kept.items())[1 - _MOST_KEPT :]
    st.session_state[_MADE] = {**dict(newest), making.key: (making.about, file)}
    st.rerun()


def _made(making: Making) -> bytes | None:
    about, file = st.session_state.get(_MADE, {}).get(making.key, (None, None))
    return file if about == making.about else None
