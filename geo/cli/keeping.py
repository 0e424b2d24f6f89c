"""Commands that keep a store: check it, back it up, restore it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.cli.audit import note
from geo.cli.console import emit
from geo.cli.options import AsJson, StoreFolder

if TYPE_CHECKING:
    from geo.store import Backup

__all__ = ["register"]

_DEFAULT_STORE = Path("store")


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command("check")(check)
    app.command("backup")(backup)
    app.command("restore")(restore)


def check(*, store: StoreFolder = _DEFAULT_STORE, as_json: AsJson = False) -> None:
    """Read every byte of the store and name what is not as it was written; exit status 1 if anything is."""
    from geo.errors import StoreError
    from geo.store import Store

    opened = Store(store)
    problems = opened.check()
    try:
        leftovers = opened.leftovers()
    except StoreError:
        # What can't be read stands among the problems.
        leftovers = []
    count = opened.count_releases()
    lines = problems or [f"{store}: {_count(count, 'release')}, nothing wrong.", *_shown_by_other_rules(store)]
    if leftovers:
        lines.append(
            f"{_count(len(leftovers), 'leftover file')} of stopped imports and of releases given up; "
            "maplegrid releases collect removes them once they are a day old."
        )
    emit({"store": store, "releases": count, "problems": problems, "leftovers": leftovers}, lines, as_json=as_json)
    if problems:
        raise typer.Exit(1)


def _shown_by_other_rules(store: Path) -> list[str]:
    from geo.store.public import is_open_to_public

    if not is_open_to_public(store):
        return []
    from geo.cli.public import other_terms_told
    from geo.privacy.public.ledger import read_ledger

    return other_terms_told(read_ledger(store.resolve()))


def backup(
    out: Annotated[Path, typer.Argument(dir_okay=False, metavar="OUT", help="The file to make, such as store.tar.")],
    *,
    store: StoreFolder = _DEFAULT_STORE,
    as_json: AsJson = False,
) -> None:
    """Write the whole store into one file, a plain tar; every byte is checked on the way."""
    from geo.store import Store

    opened = Store(store)
    current = opened.current()
    if current is not None:
        note(store, "export", kind="backup", release=current.number)
    made = opened.backup(out)
    emit(_describe(made), [f"{out}: {_in_words(made)}."], as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="The backup.")],
    *,
    store: StoreFolder = _DEFAULT_STORE,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Put the backup's releases in the place of those that are there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the store what a backup holds; every byte is checked before it can be seen."""
    from geo.store import Store

    restored = Store(store).restore_backup(file, overwrite=overwrite)
    note(store, "release", command="restore backup")
    emit({**_describe(restored), "store": store}, [f"{store}: {_in_words(restored)}."], as_json=as_json)


def _describe(made: Backup) -> dict[str, object]:
    return {"file": made.path, "releases": list(made.releases), "files": made.files, "bytes": made.bytes}


def _in_words(made: Backup) -> str:
    return f"{_count(len(made.releases), 'release')}, {_count(made.files, 'file')}, {made.bytes:,} bytes"


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
