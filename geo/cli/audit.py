"""Commands of whoever keeps a store: the audit trail and the secret; and the lines that other commands add to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.cli.console import emit, say, show_rows
from geo.cli.options import AsJson, StoreFolder

if TYPE_CHECKING:
    from geo.access import Deed, Scope
    from geo.access.trail import What

__all__ = ["note", "note_refusal", "register"]

_DEFAULT_STORE = Path("store")


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command("audit")(audit)
    app.command("rotate-key")(rotate)


def audit(
    *,
    store: StoreFolder = _DEFAULT_STORE,
    check: Annotated[
        bool, typer.Option("--check", help="Verify the chain of lines; exit status 1 names the first bad line.")
    ] = False,
    holds: Annotated[
        str | None,
        typer.Option("--holds", metavar="SIGN", help="Tell whether the line is still there that had this sign."),
    ] = None,
    what: Annotated[
        str | None, typer.Option("--what", metavar="KIND", help="Only these lines, such as export.")
    ] = None,
    last: Annotated[int, typer.Option("--last", min=1, help="How many lines, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List who looked at, took out, brought in or changed what, the newest first."""
    from geo.access import ADMINISTRATOR, Scope, Trail
    from geo.access.trail import WHAT

    if what is not None and what not in WHAT:
        raise typer.BadParameter(f"{what!r} is none of {', '.join(WHAT)}.", param_hint="--what")
    trail = Trail(store)
    if check or holds is not None:
        _check(trail.check(), sign=holds, is_there=holds is not None and trail.holds(holds), as_json=as_json)
        return
    # Whoever works at the store's own machine may read the files themselves.
    deeds = [deed for deed in trail.read(Scope(ADMINISTRATOR)) if what in (None, deed.what)][:last]
    header = ["line", "when (UTC)", "what", "role", "area", "session", "of what"]
    lines = show_rows(header, [_row(deed) for deed in deeds]) if deeds else [f"{store}: nothing in the trail."]
    emit({"store": store, "lines": [_fields(deed) for deed in deeds]}, lines, as_json=as_json)


def rotate(*, store: StoreFolder = _DEFAULT_STORE) -> None:
    """Make a new secret for the store: signed addresses end at once, pseudonyms of the trail begin anew."""
    from geo.access import rotate_key

    rotate_key(store)
    note(store, "key")
    typer.echo(f"{store} has a new secret. Open pages ask for their maps again once they are reloaded.")


def note(store: Path, what: What, *, scope: Scope | None = None, **detail: str | int | None) -> None:
    """Add a line to the trail for whoever works at the command line; a store that can't be written to is told.

    Before it comes one for rules that have changed since the trail last told of them.

    Parameters
    ----------
    scope
        For whose eyes something was taken out; an administrator's if not given.
    """
    from geo.access import ADMINISTRATOR, Asker, Scope, Trail, note_changes
    from geo.access.who import COMMAND
    from geo.errors import StoreError

    try:
        note_changes(store.resolve(), pseudonym=COMMAND)
        Trail(store).append(Asker(scope or Scope(ADMINISTRATOR), COMMAND), what, detail)
    except StoreError as error:
        say(f"Not told in the audit trail: {error}")


@contextmanager
def note_refusal(store: Path, scope: Scope, **detail: str | int | None) -> Iterator[None]:
    """Tell the trail when what is done inside is refused to the one who asks; the refusal goes on to the caller.

    Parameters
    ----------
    scope
        For whose eyes it was asked.
    detail
        What was asked, by name.
    """
    from geo.errors import NotPermitted

    try:
        yield
    except NotPermitted:
        note(store, "refused", scope=scope, **detail)
        raise


def _check(state: Any, *, sign: str | None, is_there: bool, as_json: bool) -> None:  # noqa: ANN401  a TrailState, not loaded for each command
    lines = [f"{state.lines:,} lines, {state.first or 0} to {state.last or 0}; sign of the last: {state.head or '-'}"]
    lines += [f"A piece of a line, left by a writer that was stopped: {where}" for where in state.torn]
    wrong = [] if state.bad is None else [f"The trail has been changed: {state.bad}"]
    if sign is not None and not is_there:
        wrong.append(f"No line has the sign {sign}: the trail has lost it.")
    emit({**vars(state), "sign": sign, "holds": is_there}, [*lines, *wrong], as_json=as_json)
    if wrong:
        raise typer.Exit(1)


def _row(deed: Deed) -> list[object]:
    asked = ", ".join(f"{name} {value}" for name, value in deed.detail.items())
    return [deed.n, f"{deed.at:%Y-%m-%d %H:%M:%S}", deed.what, deed.role, deed.area or "", deed.who, asked]


def _fields(deed: Deed) -> dict[str, object]:
    return {**vars(deed), "at": deed.at.isoformat(), "detail": dict(deed.detail)}
