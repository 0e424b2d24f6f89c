"""The command that writes reports by a schedule: what is due goes into a folder, and nowhere else."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geo.cli.audit import note, note_refusal
from geo.cli.console import emit, progress_bar, show_rows
from geo.cli.options import AsJson, StoreFolder

__all__ = ["register"]

_DEFAULT_STORE, _DEFAULT_OUT = Path("store"), Path("reports")


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command("report")(report)


def report(
    *,
    due: Annotated[bool, typer.Option("--due", help="Write what is due; without it, it is listed alone.")] = False,
    store: StoreFolder = _DEFAULT_STORE,
    out: Annotated[
        Path, typer.Option("--out", file_okay=False, metavar="FOLDER", help="Where the reports are kept.")
    ] = _DEFAULT_OUT,
    schedule: Annotated[
        Path | None,
        typer.Option(
            "--schedule", exists=True, dir_okay=False, metavar="FILE", help="A TOML file; one is delivered as a model."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the briefings, slides and atlases whose week, month, quarter or year is over in the data.

    A report that the folder holds is not written again: cron may call this as often as it likes. Nothing is sent.
    """
    from geo.access import Scope
    from geo.errors import StoreError
    from geo.export.extra import export_extra
    from geo.resources import resource
    from geo.store import Store

    with export_extra():
        from geo.export.reports import find_due, read_schedule, write_due
    release = Store(store).current()
    if release is None:
        raise StoreError(f"{store} holds no release. Remedy: maplegrid demo --store {store}, or maplegrid import.")
    waiting = find_due(release, read_schedule(schedule or resource("reports.toml")), out)
    if due:
        with progress_bar("Writing") as progress:
            for done, one in enumerate(waiting):
                if progress is not None:
                    progress(done / len(waiting), one.path.name)
                role = one.planned.role
                scope = Scope(role, one.area if role == "director" else None)
                view = f"period={one.period.text}&area={one.area or ''}"
                note(store, "export", scope=scope, kind=one.planned.kind, release=release.number, view=view)
                with note_refusal(store, scope, kind=one.planned.kind, release=release.number, view=view):
                    write_due(release, one)
    rows = [[one.planned.kind, one.period.text, one.area or "all", one.path] for one in waiting]
    said = f"{len(waiting)} {'written' if due else 'due'} in {out}, release {release.number}."
    lines = [*(show_rows(["kind", "period", "area", "file"], rows) if rows else []), said]
    told = [{"kind": kind, "period": period, "area": area, "file": str(path)} for kind, period, area, path in rows]
    emit({"release": release.number, "written": due, "reports": told}, lines, as_json=as_json)
