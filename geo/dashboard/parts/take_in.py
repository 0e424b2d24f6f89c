"""Take a file in, step by step: upload, findings, columns, a rehearsal on map and table, a release."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.dashboard.frame import Frame
from geo.dashboard.parts.layer_names import layer_name
from geo.dashboard.parts.take_in_columns import choose_columns
from geo.dashboard.parts.take_in_findings import choose_repairs
from geo.dashboard.parts.take_in_preview import show_rehearsal
from geo.dashboard.parts.told import error_words
from geo.dashboard.parts.upload import refuse_upload
from geo.dashboard.plain import plain
from geo.dashboard.record import record
from geo.errors import GeoError
from geo.intake import import_recipes
from geo.intake.doctor import Diagnosis, diagnose
from geo.intake.pipeline import Progress
from geo.intake.recipes.draft import write_recipe
from geo.intake.recipes.earlier import find_earlier
from geo.intake.recipes.recipe import Recipe
from geo.intake.rehearsal import Rehearsal, rehearse_import
from geo.layers import LAYERS
from geo.privacy import keep_public, provenance_for
from geo.store import Store
from geo.web import store_root
from geo.words import gettext as _
from geo.words import speak

__all__ = ["show_take_in"]

_KEPT, _DONE, _ROUND = "take_in", "take_in_done", "take_in_round"
_RECIPE = "recipe.toml"
#: Kinds of files that are read; a shapefile comes as a zip of its parts.
_KINDS = ("csv", "tsv", "txt", "xlsx", "xls", "geojson", "json", "zip", "gpkg", "parquet")


@dataclass(frozen=True, eq=False)
class _TakeIn:
    """A file on its way in: where it lies, what the doctor said, the recipe of the last such, what a rehearsal gave.

    The folder goes with the last of these that holds it, so when the session ends too.
    """

    file_id: str
    home: TemporaryDirectory[str]
    path: Path
    diagnosis: Diagnosis = field(default_factory=lambda: Diagnosis("", ()))
    like: Recipe | None = None
    recipe: str = ""
    rehearsal: Rehearsal | None = None
    refusal: str = ""

    @property
    def folder(self) -> Path:
        """Folder of the file and of all that is made of it."""
        return Path(self.home.name)


@st.fragment
def show_take_in(frame: Frame) -> None:
    """Show the steps to those who may see what becomes of a file's rows; to others nothing."""
    if provenance_for(frame.scope) != "rows":
        return
    # A fragment that runs alone runs in a thread that has no language yet.
    speak(frame.language)
    with st.container(border=True, gap="small"):
        st.markdown(f"### {_('Take a file in')}", anchors=False)
        done = st.session_state.pop(_DONE, None)
        if done:
            st.success(done, icon=":material/check_circle:")
        uploaded = st.file_uploader(
            _("A table or a map: CSV, Excel, GeoJSON, GeoPackage, GeoParquet, or a shapefile as a zip"),
            type=list(_KINDS),
            key=f"take-in-file-{st.session_state.get(_ROUND, 0)}",
        )
        if uploaded is None:
            _forget()
            _show_ways()
            return
        refusal = refuse_upload(uploaded.name, uploaded.size)
        if refusal is not None:
            _forget()
            st.error(plain(refusal), icon=":material/block:")
            return
        taken = _kept(uploaded.file_id) or _examine(uploaded.file_id, uploaded.name, uploaded.getbuffer())
        _show_steps(frame, taken)


def _show_ways() -> None:
    """Say what will happen, and how the same is done without a page."""
    st.caption(_("Nothing is published before you have seen what becomes of every row. The file is not kept."))
    store = store_root().name
    with st.expander(_("From the command line"), icon=":material/terminal:"):
        st.code(
            f"maplegrid doctor FILE --store {store}\n"
            f"maplegrid recipe FILE --store {store} --repair NAME --out RECIPE.toml\n"
            f"maplegrid import RECIPE.toml --store {store} --dry-run --rejects .\n"
            f"maplegrid import RECIPE.toml --store {store}",
            language=None,
        )


def _show_steps(frame: Frame, taken: _TakeIn) -> None:
    taken = _choose_layer(taken)
    repairs = choose_repairs(taken.diagnosis, key=taken.file_id)
    layer = taken.diagnosis.layer
    if layer is None or taken.diagnosis.table is None:
        return
    draft = choose_columns(
        taken.diagnosis, layer, repairs, key=f"{taken.file_id}-{layer}", like=taken.like, release=frame.release
    )
    recipe = write_recipe(draft)
    with st.container(horizontal=True, vertical_alignment="center"):
        tried = st.button(
            _("See what would happen"), type="primary", icon=":material/preview:", disabled=bool(draft.missing)
        )
        st.download_button(
            _("Save the recipe"),
            recipe,
            file_name=f"{Path(taken.path.name).stem}.toml",
            mime="application/toml",
            on_click="ignore",
            key="take-in-recipe",
            icon=":material/save:",
            help=_("It takes in the next file of this kind too: maplegrid import RECIPE.toml"),
        )
    if tried:
        taken = _rehearse(taken, recipe)
    if taken.refusal:
        st.error(plain(error_words(taken.refusal)), icon=":material/block:")
    if taken.rehearsal is None:
        return
    if taken.recipe != recipe:
        st.info(_("The choices above have changed: look again at what would happen."), icon=":material/refresh:")
        return
    show_rehearsal(frame, taken.rehearsal, stem=Path(taken.path.name).stem)
    if st.button(_("Publish a release"), type="primary", icon=":material/publish:", key="take-in-publish"):
        _publish(frame, taken)


def _choose_layer(taken: _TakeIn) -> _TakeIn:
    """Let the reader say what the file is; the doctor looks again when it is something else."""
    guessed = [name for name, _score in taken.diagnosis.layers]
    options = [*guessed, *(name for name in LAYERS if name not in guessed)]
    chosen = st.selectbox(
        _("What the file is"),
        options,
        index=options.index(taken.diagnosis.layer) if taken.diagnosis.layer in options else None,
        format_func=layer_name,
        key=f"take-in-layer-{taken.file_id}",
        width=320,
    )
    if chosen is None or chosen == taken.diagnosis.layer:
        return taken
    return _keep(_look_over(_TakeIn(taken.file_id, taken.home, taken.path), chosen))


def _examine(file_id: str, name: str, content: bytes | memoryview) -> _TakeIn:
    _forget()
    home = TemporaryDirectory(prefix="maplegrid-", ignore_cleanup_errors=True)
    path = Path(home.name) / Path(name).name
    path.write_bytes(content)
    return _keep(_look_over(_TakeIn(file_id, home, path), None))


def _look_over(taken: _TakeIn, layer: str | None) -> _TakeIn:
    """Let the doctor look, and look for the recipe by which the last such file was taken in."""
    store = Store(store_root())
    with st.spinner(_("Looking the file over")):
        found = diagnose(taken.path, layer=layer, store=store)
    if found.layer is None or found.table is None:
        return replace(taken, diagnosis=found)
    return replace(taken, diagnosis=found, like=find_earlier(store, found.layer, found.table.columns))


def _rehearse(taken: _TakeIn, recipe: str) -> _TakeIn:
    shutil.rmtree(taken.folder / "work", ignore_errors=True)
    (taken.folder / "work").mkdir()
    written = taken.folder / _RECIPE
    written.write_text(recipe, encoding="utf-8")
    _show_cancel("try")
    bar = st.progress(0.0, text=_("Trying it out"))
    try:
        rehearsal = rehearse_import(
            written,
            Store(store_root()),
            files=taken.folder,
            folder=taken.folder / "work",
            progress=_telling(bar, _("Trying it out")),
        )
    except GeoError as error:
        return _keep(replace(taken, recipe=recipe, rehearsal=None, refusal=str(error)))
    finally:
        bar.empty()
    return _keep(replace(taken, recipe=recipe, rehearsal=rehearsal, refusal=""))


def _publish(frame: Frame, taken: _TakeIn) -> None:
    """Import for real; a click on cancel ends it at the next step, and then nothing has been published."""
    _show_cancel("publish")
    bar = st.progress(0.0, text=_("Publishing"))
    try:
        report = import_recipes(
            [taken.folder / _RECIPE],
            Store(store_root()),
            files=taken.folder,
            progress=_telling(bar, _("Publishing")),
        )
        keep_public(Store(store_root()).current())
    except GeoError as error:
        st.error(plain(error_words(str(error))), icon=":material/block:")
        return
    finally:
        bar.empty()
    record(frame.asker, "import", release=report.release)
    st.session_state[_DONE] = _("Release {n} is published.").format(n=report.release)
    _forget()
    # An upload is emptied by another key alone.
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.rerun()


def _show_cancel(step: str) -> None:
    # Any click starts the page again, which ends this run where it tells its progress next.
    st.button(_("Cancel"), key=f"take-in-cancel-{step}", icon=":material/cancel:")


def _telling(bar: DeltaGenerator, words: str) -> Progress:
    def tell(share: float, _step: str) -> None:
        bar.progress(min(max(share, 0.0), 1.0), text=words)

    return tell


def _kept(file_id: str) -> _TakeIn | None:
    taken: _TakeIn | None = st.session_state.get(_KEPT)
    return taken if taken is not None and taken.file_id == file_id else None


def _keep(taken: _TakeIn) -> _TakeIn:
    st.session_state[_KEPT] = taken
    return taken


def _forget() -> None:
    """Remove the file and all that was made of it."""
    taken: _TakeIn | None = st.session_state.pop(_KEPT, None)
    if taken is not None:
        taken.home.cleanup()
