"""Make the pictures of the README and the tour from the demo county: ``python docs/pictures.py``."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from geo.demo import make_demo
from geo.resources import app_script
from geo.store import Store

FOLDER = Path(__file__).parent / "pictures"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
WIDTH, HEIGHT = 1280, 900
WAIT_SECONDS, SETTLE_MS = 90, 8000
COLOURS = 200
_AUDIT = "/audit?lang=en"
#: File name → address of the picture and the browser's colour scheme.
PICTURES = {
    "today.png": ("/?lang=en&period=2025", "light"),
    "today-zh.png": ("/?lang=zh_CN&period=2025", "light"),
    "disputes.png": ("/disputes?lang=en&period=2025", "light"),
    "hazards-zh.png": ("/hazards?lang=zh_CN&period=2025-06", "light"),
    "incidents-dark.png": ("/incidents?lang=en&period=2025&show=heat", "dark"),
    "promises.png": ("/promises?lang=en&period=2025-12", "light"),
    "stations.png": ("/stations?lang=en&period=2025", "light"),
    "compare.png": ("/compare?lang=en&period=2025&area=990681105", "light"),
    "coverage.png": ("/coverage?lang=en&period=2025", "light"),
    "service.png": ("/service?lang=en&period=2025", "light"),
    "export.png": ("/export?lang=en&period=2025&level=village&show=per_1000_residents", "light"),
    "data.png": ("/data?lang=en", "light"),
    "definitions.png": ("/definitions?lang=en", "light"),
    "audit.png": (_AUDIT, "light"),
    "station-dark.png": ("/?lang=en&period=2025&area=990681003&show=per_1000_residents", "dark"),
}


def main() -> None:
    """Make every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="folder of a store with the demo; made for the moment if not given")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(parser.parse_args().store or Path(folder) / "store")
        if store.current() is None:
            make_demo(store, seed=1)
        take_all(store)


def take_all(store: Store) -> None:
    """Serve a store and take every picture."""
    FOLDER.mkdir(exist_ok=True)
    # The trail is for administrators, and tells what was looked at for the other pictures.
    others = {name: picture for name, picture in PICTURES.items() if picture[0] != _AUDIT}
    take_some(store, others, role="planner")
    take_some(store, dict(PICTURES.items() - others.items()), role="administrator")


def take_some(store: Store, pictures: Mapping[str, tuple[str, str]], *, role: str) -> None:
    """Serve a store to a role and take some pictures."""
    with serve(store, role=role) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        for name, (path, scheme) in pictures.items():
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme)  # type: ignore[arg-type]  # light or dark, from above
            take(page, url + path, FOLDER / name)
            page.close()
        browser.close()


def take(page: Page, url: str, out: Path) -> None:
    """Open an address, wait until the page and its map stand, and save what is seen."""
    page.goto(url)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=WAIT_SECONDS * 1000)
    page.wait_for_timeout(SETTLE_MS)
    # Flat colours need no more than these; the file is a third of its size.
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, optimize=True)


@contextmanager
def serve(store: Store, *, role: str) -> Iterator[str]:
    """Serve a store's dashboard on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(app_script()), "--server.port", str(port)]
    environment = {**os.environ, "MAPLEGRID_STORE": str(store.root), "MAPLEGRID_ROLE": role}
    server = subprocess.Popen(command, env=environment, cwd=app_script().parent)  # noqa: S603  our own command
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/_stcore/health")
        yield url
    finally:
        server.terminate()
        server.wait()


def wait_for(url: str) -> None:
    """Wait until a server answers."""
    for _ in range(2 * WAIT_SECONDS):
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310  our own server
                return
        except (URLError, TimeoutError, ConnectionError):
            time.sleep(0.5)
    sys.exit("The dashboard did not begin.")


def find_browser() -> str:
    """Return the path of a browser."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("The pictures need chromium. Remedy: apt-get install chromium.")
    return found


if __name__ == "__main__":
    main()
