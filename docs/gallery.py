"""Make the gallery's page and its pictures, one of each kind of sheet and report: ``python -m docs.gallery``.

Tests draw the sheets again and compare them with those that are kept here. What other programs show is kept as it was
where such a program is missing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from docs.gallery_seen import SEEN, MissingTool, Seen, seen_as
from geo.access import Scope
from geo.demo import make_demo
from geo.export.printed import MapAsked, write_map
from geo.export.reports import write_atlas, write_briefing, write_tiled
from geo.measures.catalogue import HEAT, source_told, usual_measure
from geo.store import Release, Store
from geo.view import Period, View

__all__ = ["FOLDER", "PICTURES", "Picture", "picture_of"]

FOLDER = Path(__file__).parent / "sheets"
PAGE = Path(__file__).with_name("gallery.md")
MADE_AT = datetime(2026, 1, 2, tzinfo=UTC)
WIDTH, COLOURS = 620, 48
# A screen has more on it than a sheet.
SEEN_COLOURS = 96
_PLANNER = Scope("planner")
_YEAR = View(Period("2025"), level="village")
_STATION = "990681003"
# What a command maps where no measure is named.
_NUMBER = usual_measure("disputes")


@dataclass(frozen=True)
class Picture:
    """A picture of a page: what it shows, the command that makes its file, and the page's number."""

    words: str
    command: str
    write: Callable[[Release, Path], object]
    page: int = 0


def _map(words: str, options: str, *, view: View = _YEAR, **asked: Any) -> Picture:  # noqa: ANN401  what MapAsked takes
    def write(release: Release, out: Path) -> None:
        look = MapAsked(**{"measure_id": usual_measure(view.layer, view.source), **asked})
        # As the command has it: nothing adds up reported and discovered records unless it is asked to.
        source = source_told(view.layer, HEAT if look.theme == "density" else look.measure_id, view.source)
        write_map(release, view.replace(source=source), _PLANNER, look, out, created_at=MADE_AT)

    command = f'maplegrid export map --view "{view.to_query()}" {options}'.strip()
    return Picture(words, f"{command} --out map.pdf", write)


def _report(words: str, kind: str, write: Callable[..., object], view: View, *, page: int, **asked: Any) -> Picture:  # noqa: ANN401  what MapAsked takes
    def make(release: Release, out: Path) -> None:
        write(release, view, _PLANNER, MapAsked(theme="symbols", measure_id=_NUMBER, **asked), out, created_at=MADE_AT)

    lang = " --lang zh_CN" if asked.get("lang") == "zh_CN" else ""
    return Picture(words, f'maplegrid export {kind} --view "{view.to_query()}"{lang} --out {kind}.pdf', make, page)


def _tiles(release: Release, out: Path) -> None:
    write_tiled(
        release,
        _YEAR,
        _PLANNER,
        MapAsked(theme="symbols", measure_id=_NUMBER, paper="A0"),
        out,
        tile="A3",
        created_at=MADE_AT,
    )


_GRIDS = View(Period("2025"), area=_STATION)
#: File → picture, in the order of the page.
PICTURES: Mapping[str, Picture] = {
    "classes.png": _map(
        "Coloured areas: a rate in round classes", "--measure reported_per_1000", measure_id="reported_per_1000"
    ),
    "symbols.png": _map("Numbers as circles, never as filled areas", "", theme="symbols"),
    "natural.png": _map(
        "Natural breaks, standing, in Chinese, with degrees",
        "--measure settled_share --scheme natural --portrait --graticule --lang zh_CN",
        measure_id="settled_share", scheme="natural", landscape=False, graticule=True, lang="zh_CN",
    ),
    "change.png": _map(
        "Change on the year before, centred on none", "--measure change",
        view=_YEAR.replace(level="station"), measure_id="change",
    ),
    "two.png": _map(
        "Two measures in one map", "--theme two --measure reported_per_1000 --second settled_share",
        theme="two", measure_id="reported_per_1000", second_id="settled_share",
    ),
    "density.png": _map(
        "Density of records, in metres", "--measure heat --bandwidth 800", theme="density", bandwidth_m=800
    ),
    "states.png": _map(
        "Grids without an officer, and those that share one", "--theme states",
        view=_GRIDS.replace(layer="coverage"), theme="states",
    ),
    "months.png": _map(
        "Small maps by month, with the same circles", "--multiples month",
        view=View(Period("2025-Q2"), level="village"), theme="symbols", split="month",
    ),
    "wall.png": Picture(
        "A wall map in sheets of A3: the plan",
        f'maplegrid export map --view "{_YEAR.to_query()}" --paper A0 --tiles A3 --out wall.pdf',
        _tiles,
    ),
    "atlas.png": _report("An atlas: a station's page", "atlas", write_atlas, _GRIDS, page=2),
    "briefing.png": _report(
        "A briefing, its first page", "briefing", write_briefing, View(Period("2025-03"), area=_STATION), page=0
    ),
    "briefing-zh.png": _report(
        "A briefing of the county in Chinese, its second page", "briefing", write_briefing,
        View(Period("2025-W12")), page=1, lang="zh_CN",
    ),
}  # fmt: skip


def picture_of(release: Release, picture: Picture) -> Image.Image:
    """Draw a page, read it with another program, and return it as small as it is kept."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "page.pdf"
        picture.write(release, out)
        page = pypdfium2.PdfDocument(out.read_bytes())[picture.page]
        drawn: Image.Image = page.render(scale=WIDTH / page.get_width()).to_pil().convert("RGB")
    return drawn


def main() -> None:
    """Make every picture, and the page that shows them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="folder of a store with the demo; made for the moment if not given")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(parser.parse_args().store or Path(folder) / "store")
        release = store.current() or make_demo(store, seed=1)
        FOLDER.mkdir(exist_ok=True)
        for name, picture in PICTURES.items():
            _keep(name, picture_of(release, picture))
        for name, seen in SEEN.items():
            with tempfile.TemporaryDirectory() as room:
                try:
                    _keep(name, seen_as(release, seen, Path(room)), colours=SEEN_COLOURS)
                except MissingTool as missing:
                    sys.stderr.write(f"{name} stays as it was. {missing}\n")
    PAGE.write_text(page_text(), encoding="utf-8")


def _keep(name: str, drawn: Image.Image, *, colours: int = COLOURS) -> None:
    kept = BytesIO()
    drawn.quantize(colours, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
    (FOLDER / name).write_bytes(kept.getvalue())


def page_text() -> str:
    """Return the gallery's page."""
    parts = [
        "# Gallery\n\nOne of each kind of sheet, report and file, of the made-up county; `python -m docs.gallery` "
        "makes\nthem, and shows files in other programs as far as those are installed.\n"
    ]
    shown: list[tuple[str, Picture | Seen]] = [*PICTURES.items(), *SEEN.items()]
    parts += [
        f"## {picture.words}\n\n```sh\n{picture.command}\n```\n\n![{picture.words}](sheets/{name})\n"
        for name, picture in shown
        if (FOLDER / name).exists()
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    main()
