"""The command public: opens a store to the public, and tells what it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from geo.cli.audit import note
from geo.cli.console import emit
from geo.cli.options import AsJson, StoreFolder

if TYPE_CHECKING:
    from geo.privacy.public.blocks import Terms
    from geo.privacy.public.ledger import Ledger

__all__ = ["other_terms_told", "register"]

_DEFAULT_STORE = Path("store")


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command("public")(public)


def public(*, store: StoreFolder = _DEFAULT_STORE, as_json: AsJson = False) -> None:
    """Show the public the months that are over, and tell how much of them it sees.

    Their counts are protected together, once; what has been shown stays as it is, whatever later releases hold. The
    first look of a public viewer does the same; from then on every import does it.
    """
    from geo.errors import StoreError
    from geo.privacy import open_to_public
    from geo.privacy.public.ledger import read_ledger
    from geo.store import Store

    release = Store(store).current()
    if release is None:
        raise StoreError(f"{store} holds no release. Remedy: maplegrid demo --store {store}, or maplegrid import.")
    before = read_ledger(release.root).number
    ledger = open_to_public(release)
    if ledger.number != before:
        note(store, "release", command="public", release=release.number, step=ledger.number)
    told = list(_told(ledger))
    lines = [
        "{counts}: {first} to {last}, {shown:,} numbers shown, {withheld:,} withheld".format(**fields)
        for fields in told
    ]
    other = other_terms_told(ledger)
    report = {"release": release.number, "step": ledger.number, "counts": told, "other_rules": other}
    emit(report, lines + other, as_json=as_json)


def other_terms_told(ledger: Ledger) -> list[str]:
    """Return a sentence for each earlier version of the rules by which some months were shown."""
    from geo.privacy.public.blocks import Terms
    from geo.privacy.public.cubes import month_text
    from geo.rules import load_rules

    now = Terms.of(load_rules())
    return [
        f"Months from {month_text(first)} to {month_text(last)} were shown by other rules ({_terms_in_words(terms)}) "
        f"and stay as they are; by the rules now ({_terms_in_words(now)}) are those added since, and to come."
        for terms, (first, last) in ledger.under_other_terms(now).items()
    ]


def _terms_in_words(terms: Terms) -> str:
    noise = terms.noise
    return f"threshold {terms.threshold}, noise {noise.sd:g} and at most {noise.most}, {noise.values_left} values left"


def _told(ledger: Ledger) -> Iterator[dict[str, str | int]]:
    """Yield for each kind of counts the first and last month and how many numbers are shown and withheld."""
    from geo.privacy.public.cubes import CUBES

    for cube in CUBES:
        blocks = sorted((block for block in ledger.blocks if block.cube == cube), key=lambda block: block.months)
        if blocks:
            shown = sum(int((block.shown >= 0).sum()) for block in blocks)
            cells = sum(block.shown.size for block in blocks)
            first, last = blocks[0].axes[-1].labels[0], blocks[-1].axes[-1].labels[len(blocks[-1].months) - 1]
            yield {"counts": cube, "first": first, "last": last, "shown": shown, "withheld": cells - shown}
