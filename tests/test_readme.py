"""What the README says is so: its recipes import, its commands run, its links lead somewhere."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo.cli import DONE, main

if TYPE_CHECKING:
    from geo.store import Store

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

GRIDS = (("001", "一号网格", 320, 120.00), ("002", "二号网格", 280, 120.01))
DISPUTES = """编号,纠纷类型,来源,登记时间,受理日期,化解日期,姓名,联系电话,经度,纬度
D1,邻里纠纷,110,2025-03-02 09:30,2025-03-02,2025-03-20,某某,0,120.005,30.005
D2,婚姻家庭纠纷,网格巡查,2025-04-02 19:30,2025-04-03,,某某,0,120.015,30.005
D3,宠物纠纷,群众来访,2025-05-02 10:00,2025-05-02,,某某,0,120.015,30.005
D4,邻里纠纷,电话,2025-06-02 10:00,2025-06-02,,某某,0,120.015,30.005
TEST1,邻里纠纷,110,2025-03-02 09:30,2025-03-02,,某某,0,120.005,30.005
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def recipes() -> list[str]:
    return [block for block in blocks("toml") if block.startswith("layer = ")]


def commands() -> list[list[str]]:
    lines = [line.partition(" #")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("maplegrid ")]


@pytest.fixture
def own_files(tmp_path: Path) -> Path:
    """A folder with the README's recipes and the files they are for."""
    for name, recipe in zip(("grids", "disputes"), recipes(), strict=True):
        (tmp_path / f"{name}.toml").write_text(recipe, encoding="utf-8")
    (tmp_path / "纠纷台账.csv").write_text(DISPUTES, encoding="gbk")
    features = []
    for code, name, households, west in GRIDS:
        ring = [[west, 30], [west + 0.01, 30], [west + 0.01, 30.01], [west, 30.01], [west, 30]]
        square = {"type": "Polygon", "coordinates": [ring]}
        properties = {"网格编码": code, "网格名称": name, "户数": households}
        features.append({"type": "Feature", "properties": properties, "geometry": square})
    (tmp_path / "网格.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return tmp_path


def test_the_recipes_import_as_told(
    own_files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(own_files)
    (command,) = [words for words in commands() if words[0] == "import" and "--dry-run" not in words]
    assert main([*command, "--json"]) == DONE
    disputes = json.loads(capsys.readouterr().out)["layers"][1]
    assert (disputes["rows_in"], disputes["rows_loaded"], disputes["rows_rejected"]) == (5, 3, 2)
    assert disputes["left_out"] == {"a test entry": 1}


@pytest.mark.parametrize("words", [words for words in commands() if words[0] in {"measures", "export"}], ids=" ".join)
def test_the_commands_run_on_the_demo(
    demo_store: Store, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "store").symlink_to(demo_store.root, target_is_directory=True)
    assert main(words) == DONE
    assert Path(words[words.index("--out") + 1]).stat().st_size > 0


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_to_a_file(link: str) -> None:
    assert (ROOT / link).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", README, re.MULTILINE))))
def test_every_make_target_is_there(target: tuple[str, str]) -> None:
    assert re.search(rf"^{''.join(target)}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
