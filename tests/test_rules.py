"""Rules and code lists: read, frozen, and clear about what is wrong."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest

from geo.access import Scope, scope_from_environment
from geo.codes import code_list, label
from geo.errors import Fault, GeoError
from geo.resources import resource
from geo.rules import load_rules


def test_the_hash_is_that_of_the_text() -> None:
    assert load_rules().hash == hashlib.sha256(resource("rules.toml").read_bytes()).hexdigest()


def test_rules_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_rules().alpha = 0.1  # type: ignore[misc]
    with pytest.raises(TypeError):
        load_rules().grid_sizes["urban"] = (1, 2)  # type: ignore[index]


def test_every_rule_has_a_comment_on_where_it_comes_from() -> None:
    text = resource("rules.toml").read_text(encoding="utf-8")
    sections = [
        part for part in text.split("\n\n") if "=" in part and "[privacy." not in part and "[codes." not in part
    ]
    assert [part for part in sections if "#" not in part and "version" not in part] == []


@pytest.mark.parametrize(
    ("old", "new"), [("alpha = 0.05", ""), ('version = "2026.1"', "version ="), ("[300, 500]", "[300]")]
)
def test_broken_rules_name_the_file_and_the_remedy(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(resource("rules.toml").read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(GeoError, match=r"ours\.toml: .* Remedy"):
        load_rules(path)


def test_no_rule_tells_repeats_of_fewer_than_eight_households(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    text = resource("rules.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("min_households = 8", "min_households = 12"), encoding="utf-8")
    assert load_rules(path).repeat_min_households == 12
    other = tmp_path / "theirs.toml"
    other.write_text(text.replace("min_households = 8", "min_households = 7"), encoding="utf-8")
    with pytest.raises(GeoError, match=r"min_households is 7, and never below 8.* Remedy"):
        load_rules(other)


@pytest.mark.parametrize("rule", ["least_records = 10", "peers = 5"])
def test_a_standing_rests_on_at_least_one(tmp_path: Path, rule: str) -> None:
    path = tmp_path / "ours.toml"
    text = resource("rules.toml").read_text(encoding="utf-8")
    path.write_text(text.replace(rule, f"{rule.partition(' ')[0]} = 0"), encoding="utf-8")
    with pytest.raises(GeoError, match=r"\[standing\] holds numbers below 1.* Remedy"):
        load_rules(path)


def test_grid_kinds_all_have_sizes() -> None:
    assert set(load_rules().grid_sizes) == set(code_list("grid_kind"))


def test_counting_roles_and_limits_are_roles() -> None:
    coverage = load_rules().coverage
    assert set(coverage.counting_roles) < set(code_list("role"))
    assert set(coverage.max_grids_per_post) == set(code_list("role"))


def test_parts_of_the_day_hold_every_hour_once() -> None:
    parts = code_list("day_part").values()
    assert sorted(hour for part in parts for hour in part.all_hours) == list(range(24))
    assert code_list("day_part")["night"].all_hours == (22, 23, 0, 1, 2, 3, 4)
    assert code_list("source")["reported"].all_hours == ()


def test_every_kind_of_place_has_a_distance() -> None:
    assert set(load_rules().reach_m) == set(code_list("place_kind"))


def test_labels() -> None:
    assert label("hazard_grade", "major", "zh_CN") == "重大"
    assert label("hazard_grade", "major", "en") == "Major"
    assert label("hazard_grade", "minor", "en") == "minor"
    with pytest.raises(GeoError, match="no code list"):
        code_list("colours")


def test_scope_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEGRID_ROLE", "public")
    monkeypatch.setenv("MAPLEGRID_AREA", "12")
    assert scope_from_environment() == Scope("public", "12")
    monkeypatch.setenv("MAPLEGRID_ROLE", "king")
    with pytest.raises(GeoError, match="Remedy"):
        scope_from_environment()


def test_a_fault_reads_as_a_sentence() -> None:
    fault = Fault("grids", "kind", tuple(range(7)), "unknown code", "use another")
    assert str(fault) == "grids, column kind, rows 0, 1, 2, 3, 4 and 2 more: unknown code. Remedy: use another"


@pytest.mark.parametrize(
    ("name", "value"),
    [("return_on_time", "0.0"), ("return_on_time", "1.0"), ("survey_security", "100"), ("reported_per_1000", "0.5")],
)
def test_no_target_is_zero_or_full_or_on_what_is_merely_counted(name: str, value: str, tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    text = resource("rules.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(f"{name} = ")]
    lines.insert(lines.index("[targets]") + 1, f'{name} = {{ value = {value}, good = "high" }}')
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(GeoError, match=rf"\[targets\] {name}"):
        load_rules(path)
