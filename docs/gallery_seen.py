"""Pictures of files as other programs show them: a browser, an office, QGIS; each only where that program is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from PIL import Image

from geo.access import Scope
from geo.export.files import Asked, write_file
from geo.export.html import write_html
from geo.export.printed import MapAsked
from geo.export.reports import write_slides
from geo.store import Release
from geo.view import Period, View

__all__ = ["SEEN", "MissingTool", "Seen", "seen_as"]

MADE_AT = datetime(2026, 1, 2, tzinfo=UTC)
_WAIT_SECONDS = 300
_PLANNER = Scope("planner")
_YEAR = View(Period("2025"), level="village")
_STATION = View(Period("2025-03"), area="990681003")
_WINDOW = (1240, 860)
_QGIS_PYTHON = "/usr/bin/python3"
_DRAW_PROJECT = Path(__file__).parents[1] / "tests" / "export" / "files" / "draw_project.py"


class MissingTool(Exception):
    """A program that would show a file is not installed; the text says how to get it."""


@dataclass(frozen=True)
class Seen:
    """A picture of a file in another program: what it shows, the command that makes the file, and what draws it."""

    words: str
    command: str
    draw: Callable[[Release, Path], Image.Image]
    width: int = 820


def seen_as(release: Release, seen: Seen, folder: Path) -> Image.Image:
    """Return a file as another program shows it, small.

    Raises
    ------
    MissingTool
        When the program is not installed, or can't read such files.
    """
    drawn = seen.draw(release, folder).convert("RGB")
    return drawn.resize((seen.width, round(seen.width * drawn.height / drawn.width)), Image.Resampling.LANCZOS)


def _in_browser(release: Release, folder: Path) -> Image.Image:
    write_html(release, View(Period("2025")), _PLANNER, folder / "map.html", created_at=MADE_AT)
    out, size = folder / "map.png", ",".join(map(str, _WINDOW))
    browser = _tool(("chromium", "chromium-browser", "google-chrome"), "apt-get install chromium")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={size}"]
    _run([browser, *flags, "--virtual-time-budget=8000", f"--screenshot={out}", (folder / "map.html").as_uri()], out)
    return Image.open(out)


def _in_office(made: Path, folder: Path, pages: Sequence[int]) -> Image.Image:
    """Return pages of a document side by side, two in a row."""
    office = _tool(("soffice", "libreoffice"), "apt-get install libreoffice-calc-nogui libreoffice-impress-nogui")
    out, profile = folder / f"{made.stem}.pdf", (folder / "profile").as_uri()
    words = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    _run([office, *words, str(made)], out)
    document = pypdfium2.PdfDocument(out.read_bytes())
    drawn = [document[page].render(scale=1.2).to_pil().convert("RGB") for page in pages]
    wide, high = drawn[0].size
    columns = min(len(drawn), 2)
    whole = Image.new("RGB", (columns * wide, -(-len(drawn) // columns) * high), "#c9ced4")
    for at, one in enumerate(drawn):
        left, top = (at % columns) * wide, at // columns * high
        whole.paste(one.resize((wide - 4, high - 4)), (left + 2, top + 2))
    return whole


def _workbook(release: Release, folder: Path) -> Image.Image:
    write_file("xlsx", release, _YEAR.replace(level="station"), _PLANNER, folder / "book.xlsx", Asked())
    return _in_office(folder / "book.xlsx", folder, (0,))


def _slides(release: Release, folder: Path) -> Image.Image:
    asked = MapAsked(theme="symbols", measure_id="reported", lang="zh_CN")
    write_slides(release, _STATION, _PLANNER, asked, folder / "deck.pptx", created_at=MADE_AT)
    return _in_office(folder / "deck.pptx", folder, (1, 2, 3, 4))


def _in_qgis(release: Release, folder: Path) -> Image.Image:
    write_file("gpkg", release, View(Period("2025")), _PLANNER, folder / "map.gpkg", Asked())
    out = folder / "qgis.png"
    try:
        _run([_QGIS_PYTHON, str(_DRAW_PROJECT), str(folder / "map.qgz"), str(out)], out)
    except MissingTool as missing:
        raise MissingTool(f"QGIS did not draw ({missing}); if it is missing: apt-get install python3-qgis") from missing
    return Image.open(out)


def _tool(names: Sequence[str], remedy: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise MissingTool(f"{names[0]} is not installed: {remedy}")
    return found


def _run(command: Sequence[str], out: Path) -> None:
    """Run a program that writes a file; without a screen."""
    surroundings = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    try:
        done = subprocess.run(  # noqa: S603  commands of this file alone
            command, capture_output=True, check=False, timeout=_WAIT_SECONDS, env=surroundings
        )
    except FileNotFoundError as error:
        raise MissingTool(f"{command[0]} is not there") from error
    if not out.exists():
        told = done.stderr.decode(sys.getfilesystemencoding(), "replace").strip().splitlines()
        raise MissingTool(f"{Path(command[0]).name} wrote no {out.name}: {told[-1] if told else 'it does not say why'}")


#: File → picture, in the order of the page.
SEEN: Mapping[str, Seen] = {
    "html.png": Seen(
        "The offline map in a browser: layers, months, places, table and search",
        'maplegrid export html --view "level=grid&period=2025&layer=disputes" --out map.html',
        _in_browser,
    ),
    "gpkg.png": Seen(
        "A GeoPackage in QGIS, by the project beside it",
        'maplegrid export gpkg --view "level=grid&period=2025&layer=disputes" --out map.gpkg',
        _in_qgis,
        width=540,
    ),
    "xlsx.png": Seen(
        "A workbook in LibreOffice: its first sheet",
        f'maplegrid export xlsx --view "{_YEAR.replace(level="station").to_query()}" --out book.xlsx',
        _workbook,
    ),
    "slides.png": Seen(
        "Slides in Chinese, in LibreOffice",
        f'maplegrid export slides --view "{_STATION.to_query()}" --lang zh_CN --out deck.pptx',
        _slides,
    ),
}
