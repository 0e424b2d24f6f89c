"""The command releases: what the store holds, put an old release back, give one up, clear leftovers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.audit import note
from geo.cli.console import emit, show_rows
from geo.cli.options import AsJson, StoreFolder

if TYPE_CHECKING:
    from geo.store import Release

__all__ = ["register"]

_DEFAULT_STORE = Path("store")
_GivenStore = Annotated[
    Path | None, typer.Option("--store", file_okay=False, metavar="DIR", help="The store, if not named before.")
]

_releases = typer.Typer(help="List releases, restore one, give one up, clear leftovers.")


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.add_typer(_releases, name="releases")


@_releases.callback(invoke_without_command=True)
def list_releases(context: typer.Context, *, store: StoreFolder = _DEFAULT_STORE, as_json: AsJson = False) -> None:
    """List the releases of the store, newest first."""
    context.obj = store
    if context.invoked_subcommand is not None:
        return
    from geo.store import Store

    found = sorted(Store(store).releases(), key=lambda release: release.number, reverse=True)
    rows = [_row(release) for release in found]
    lines = show_rows(["release", "data to", "published", "rows", "title"], rows) if rows else [f"{store}: none yet."]
    emit({"store": store, "releases": [_describe(release) for release in found]}, lines, as_json=as_json)


def _row(release: Release) -> list[object]:
    rows = sum(file.rows for file in release.layers.values())
    return [release.number, release.as_of, release.created_at, f"{rows:,}", release.title]


def _describe(release: Release) -> dict[str, object]:
    return {
        "number": release.number,
        "as_of": release.as_of,
        "time_zone": release.time_zone,
        "title": release.title,
        "made_up": release.made_up,
        "parent": release.parent,
        "created_at": release.created_at,
        "note": release.note,
        "rules_hash": release.rules_hash,
        "rows": {name: file.rows for name, file in release.layers.items()},
    }


@_releases.command("restore")
def restore(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="The release to put back.")],
    *,
    store: _GivenStore = None,
) -> None:
    """Publish an old release again, as the newest."""
    from geo.store import Store

    release = Store(store or context.obj).restore(number)
    note(store or context.obj, "release", command="restore", release=number)
    typer.echo(f"Release {release.number} is release {number} again.")


@_releases.command("drop")
def drop(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="The release to give up.")],
    *,
    store: _GivenStore = None,
) -> None:
    """Give up an old release; its files can be collected after the grace period."""
    from geo.store import Store

    Store(store or context.obj).drop(number)
    note(store or context.obj, "release", command="drop", release=number)
    typer.echo(f"Release {number} is given up.")


@_releases.command("collect")
def collect(
    context: typer.Context,
    *,
    store: _GivenStore = None,
    grace_hours: Annotated[float, typer.Option(min=0, help="Leave alone what is younger.")] = 24,
) -> None:
    """Remove files that no release names."""
    from geo.store import Store

    opened = Store(store or context.obj)
    removed, younger = opened.collect(grace_seconds=grace_hours * 3_600), len(opened.leftovers())
    left = f" {younger} younger than {grace_hours:g} hours stay (--grace-hours 0 removes them too)." if younger else ""
    typer.echo(f"{len(removed)} leftover {'file' if len(removed) == 1 else 'files'} removed.{left}")
