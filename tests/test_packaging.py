"""The wheel, away from the checkout: it holds all it needs, and the dashboard comes up from an empty folder."""

from __future__ import annotations

import ast
import gettext
import importlib.metadata
import json
import re
import socket
import subprocess
import sys
import sysconfig
import tomllib
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.store import Store

ROOT = Path(__file__).parent.parent
INSIDE = "geo/_resources"
TRIES = 300
SECONDS_BETWEEN = 0.2


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, built with the backend that is installed: no network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("maplegrid-*.whl"))


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Programs of a fresh environment that holds the wheel, and sees the packages it stands on but not the checkout."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "stands_on.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    command += ["--disable-pip-version-check", "--no-deps", "--no-index", "--force-reinstall", str(wheel)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "bin"


def test_the_code_imports_only_what_it_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "test" for line in lines]
    declared = {canonical(re.split(r"[^\w.-]", line)[0]) for line in [*project["dependencies"], *extras]}
    brought_by = importlib.metadata.packages_distributions()
    outside = imported_by([*ROOT.glob("geo/**/*.py"), ROOT / "app.py"]) - set(sys.stdlib_module_names) - {"geo"}
    assert {name for name in outside if not declared & set(map(canonical, brought_by.get(name, [])))} == set()


def imported_by(sources: list[Path]) -> set[str]:
    names: set[str] = set()
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module)
    return {name.split(".")[0] for name in names}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names_of(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    return set(names)


def test_the_wheel_holds_what_a_checkout_keeps_beside_the_package(wheel: Path) -> None:
    tracked = subprocess.run(["git", "ls-files", "data"], cwd=ROOT, capture_output=True, text=True, check=True)
    beside = [*tracked.stdout.split(), "app.py", ".streamlit/config.toml"]
    assert {f"{INSIDE}/{name}" for name in beside} <= names_of(wheel)


def test_the_wheel_holds_every_translation_compiled(wheel: Path) -> None:
    sources = {name for name in names_of(wheel) if name.endswith(".po")}
    assert sources
    assert {name.removesuffix(".po") + ".mo" for name in sources} <= names_of(wheel)


def test_the_compiled_chinese_speaks(wheel: Path) -> None:
    name = f"{INSIDE}/data/locale/zh_CN/LC_MESSAGES/maplegrid.mo"
    with zipfile.ZipFile(wheel) as archive, archive.open(name) as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Disputes") == "矛盾纠纷"


def test_the_wheel_holds_the_licence_and_no_tests(wheel: Path) -> None:
    names = names_of(wheel)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"geo", "maplegrid"}


def test_the_installed_package_is_the_wheel_s(installed: Path, tmp_path: Path) -> None:
    program = (
        "import geo, geo.resources as r; print(geo.__file__); print(r.resource('rules.toml')); print(r.app_script())"
    )
    command = [str(installed / "python"), "-c", program]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [Path(line).is_relative_to(installed.parent) for line in shown] == [True, True, True]


@pytest.fixture(scope="module")
def served(installed: Path, demo_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dashboard that the wheel serves from an empty folder."""
    empty = tmp_path_factory.mktemp("empty")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(installed / "maplegrid"), "serve", "--store", str(demo_store.root), "--port", str(port)]
    with subprocess.Popen(command, cwd=empty, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as server:
        try:
            yield wait_until_up(server, f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def wait_until_up(server: subprocess.Popen[str], address: str) -> str:
    for _ in range(TRIES):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health"):
                return address
        except urllib.error.URLError:
            try:
                server.wait(timeout=SECONDS_BETWEEN)
            except subprocess.TimeoutExpired:
                continue
            break
    server.terminate()
    pytest.fail(f"the dashboard did not come up: {server.communicate()[1]}")


def read(address: str) -> str:
    with urllib.request.urlopen(address) as answer:
        return str(answer.read().decode("utf-8"))


def test_the_wheel_serves_the_dashboard_and_its_routes(served: str) -> None:
    assert '<div id="root">' in read(served)
    assert json.loads(read(f"{served}/maplegrid/health"))["status"] == "ok"


def test_the_wheel_serves_leaflet_itself(served: str) -> None:
    assert "Leaflet" in read(f"{served}/maplegrid/assets/leaflet.js")
