"""Each kind of sheet looks as the one that is kept in the gallery, by a measure of what an eye compares."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy.ndimage import gaussian_filter

from docs import gallery, gallery_seen
from geo.store import Release

DOCS = Path(__file__).parents[2] / "docs"
#: The same as a processor without AVX-512 was seen to make them: other last bits move a few records, so natural breaks.
OTHER_PROCESSORS = Path(__file__).parent / "without_avx512"
MOST_BYTES = 120_000
# Of the structural similarity (Wang and others 2004) around the place that differs most; 1 for the same picture.
LEAST_ALIKE = 0.9
_SIGMA, _BLUR, _AROUND, _DARK, _LIGHT = 1.5, 0.7, 12.0, (0.01 * 255) ** 2, (0.03 * 255) ** 2


def alike(one: Image.Image, two: Image.Image) -> float:
    """Return the structural similarity of two pictures where they differ most, as far around as an eye takes in."""
    if one.size != two.size:
        return 0.0
    found = []
    for a, b in zip(one.convert("RGB").split(), two.convert("RGB").split(), strict=True):
        x, y = (gaussian_filter(np.asarray(band, dtype=np.float64), _BLUR) for band in (a, b))
        mean_x, mean_y = gaussian_filter(x, _SIGMA), gaussian_filter(y, _SIGMA)
        var_x, var_y = (gaussian_filter(z * z, _SIGMA) - m * m for z, m in ((x, mean_x), (y, mean_y)))
        both = gaussian_filter(x * y, _SIGMA) - mean_x * mean_y
        light = (2 * mean_x * mean_y + _DARK) / (mean_x**2 + mean_y**2 + _DARK)
        found.append(float(gaussian_filter(light * (2 * both + _LIGHT) / (var_x + var_y + _LIGHT), _AROUND).min()))
    return min(found)


def as_kept(picture: Image.Image) -> Image.Image:
    """Return a picture in as many colours as are kept."""
    return picture.quantize(gallery.COLOURS, dither=Image.Dither.NONE).convert("RGB")


@pytest.mark.slow
@pytest.mark.parametrize("name", list(gallery.PICTURES))
def test_a_page_looks_as_it_is_kept(name: str, demo_release: Release) -> None:
    drawn = as_kept(gallery.picture_of(demo_release, gallery.PICTURES[name]))
    found = []
    for path in filter(Path.exists, (gallery.FOLDER / name, OTHER_PROCESSORS / name)):
        with Image.open(path) as kept:
            found.append(alike(drawn, kept.convert("RGB")))
    assert max(found) >= LEAST_ALIKE, "if it is meant so: python -m docs.gallery"


def test_a_missing_program_is_told_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def draw(_release: object, _folder: Path) -> Image.Image:
        return gallery_seen._in_office(tmp_path / "a.pptx", tmp_path, (0,))

    monkeypatch.setenv("PATH", str(tmp_path))
    seen = gallery_seen.Seen("Slides", "", draw)
    with pytest.raises(gallery_seen.MissingTool, match="soffice is not installed: apt-get install"):
        gallery_seen.seen_as(None, seen, tmp_path)  # type: ignore[arg-type]  # nothing is drawn of it


@pytest.mark.parametrize("name", list(gallery.PICTURES))
def test_a_page_that_lost_a_part_is_found(name: str) -> None:
    with Image.open(gallery.FOLDER / name) as opened:
        kept = opened.convert("RGB")
    assert alike(kept, kept) == pytest.approx(1)
    without = kept.copy()
    width, height = kept.size
    ImageDraw.Draw(without).rectangle((width // 3, height // 4, width // 2, height // 2), fill="white")
    assert alike(without, kept) < LEAST_ALIKE


def test_the_page_shows_what_is_kept_and_all_of_it_is_small() -> None:
    page = (DOCS / "gallery.md").read_text("utf-8")
    assert page == gallery.page_text()
    assert {path.name for path in gallery.FOLDER.iterdir()} <= {*gallery.PICTURES, *gallery_seen.SEEN}
    assert set(re.findall(r"\]\(sheets/([a-z-]+\.png)\)", page)) == {path.name for path in gallery.FOLDER.iterdir()}
    assert [path.name for path in gallery.FOLDER.iterdir() if path.stat().st_size > MOST_BYTES] == []
