"""Every file tells how far it is while it is made, and who stops it finds what was there before."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from geo.access import Scope
from geo.export.files import KINDS, Asked, write_file
from geo.export.html import write_html
from geo.export.printed import MapAsked, write_map
from geo.export.reports import write_atlas, write_briefing, write_slides, write_tiled
from geo.export.steps import Progress
from geo.store import Release, Store
from geo.view import Period, View
from geo.words import language
from tests.measures.tiny import AS_OF, tiny_layers

MARCH, PLANNER = View(Period("2025-03"), level="grid"), Scope("planner")
ENDINGS = {"html": ".html", "map": ".pdf", "wall": ".pdf", "slides": ".pptx", "atlas": ".pdf", "briefing": ".pdf"}
ALL = (*ENDINGS, *KINDS)


class Stopped(Exception):
    """The reader has pressed the button."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Release:
    store = Store(tmp_path_factory.mktemp("steps"))
    return store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny", title_zh="小县")


def make(kind: str, release: Release, folder: Path, *, lang: str, progress: Progress) -> Path:
    look = MapAsked(theme="symbols", lang=lang)
    out = folder / f"file{ENDINGS.get(kind) or KINDS[kind].endings[0]}"
    writers: dict[str, Callable[..., object]] = {
        "html": lambda release, view, scope, _look, out, progress: write_html(
            release, view, scope, out, lang=lang, progress=progress
        ),
        "map": write_map,
        "wall": partial(write_tiled, tile="A4"),
        "briefing": write_briefing,
        "slides": write_slides,
        "atlas": write_atlas,
    }
    if kind in writers:
        writers[kind](release, MARCH, PLANNER, look, out, progress=progress)
    else:
        write_file(kind, release, MARCH, PLANNER, out, Asked(lang=lang), progress=progress)
    return out


@pytest.mark.parametrize("kind", ALL)
def test_steps_go_from_nothing_towards_all_in_the_files_language(tiny: Release, tmp_path: Path, kind: str) -> None:
    told: list[tuple[float, str]] = []
    before = language()
    out = make(kind, tiny, tmp_path, lang="zh_CN", progress=lambda share, step: told.append((share, step)))
    shares = [share for share, _step in told]
    assert out.stat().st_size
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert len(set(shares)) > 1
    assert shares[-1] < 1
    # Names of stations are Latin in this county.
    assert kind == "atlas" or all(any("一" <= sign <= "鿿" for sign in step) for _share, step in told)
    assert language() == before


@pytest.mark.parametrize("kind", ALL)
def test_a_file_that_is_stopped_leaves_what_was_there(tiny: Release, tmp_path: Path, kind: str) -> None:
    def stop(share: float, _step: str) -> None:
        if share:
            raise Stopped

    out = tmp_path / f"file{ENDINGS.get(kind) or KINDS[kind].endings[0]}"
    out.write_bytes(b"the one of yesterday")
    with pytest.raises(Stopped):
        make(kind, tiny, tmp_path, lang="en", progress=stop)
    assert out.read_bytes() == b"the one of yesterday"
    assert list(tmp_path.iterdir()) == [out]
