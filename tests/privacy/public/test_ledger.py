"""What has been shown stays as it was, whatever later releases hold, and whoever opens it first."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import geo.rules
from geo.cli import app
from geo.errors import StoreError
from geo.privacy.public import ledger as ledgers
from geo.privacy.public.blocks import Terms
from geo.privacy.public.joint import WITHHELD
from geo.privacy.public.ledger import Ledger, ledger_of, open_to_public, read_ledger
from geo.rules import Rules, load_rules
from geo.store import Store
from geo.store.public import PublicStep, publish_public_step
from tests.privacy.public.county import incidents, publish, year_of

AREAS = [f"village:v{number}" for number in range(6)] + [f"station:s{number}" for number in range(3)] + ["all"]
FIRST, LATER = date(2024, 5, 31), date(2024, 12, 31)


def told(ledger: Ledger, periods: list[str]) -> np.ndarray:
    nodes = [(code, source) for code in ("all", "theft") for source in ("all", "reported", "discovered")]
    return np.array([ledger.counts("incidents", AREAS, period, *at) for period in periods for at in nodes])


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a store whose release tells of five months, opened to the public; to be copied."""
    root = tmp_path_factory.mktemp("opened") / "store"
    open_to_public(publish(root, incidents(year_of(1, 2024, months=5)), FIRST))
    return root


@pytest.fixture
def root(opened: Path, tmp_path: Path) -> Path:
    """The opened store, to be changed."""
    shutil.copytree(opened, tmp_path / "store")
    return tmp_path / "store"


def test_later_releases_change_nothing_that_was_told(root: Path) -> None:
    months = [f"2024-{month:02d}" for month in range(1, 6)]
    before = told(read_ledger(root), [*months, "2024-Q1"])
    assert np.isfinite(before).any()
    assert np.isnan(before).any()
    counts = year_of(1, 2024, months=5) | {key: of for key, of in year_of(2, 2024).items() if key > "2024-05"}
    counts["2024-01"][0] += 7  # late records
    counts["2024-02"] = {}  # deleted
    after = open_to_public(publish(root, incidents(counts), LATER))
    assert after.number == 2
    assert np.array_equal(told(after, [*months, "2024-Q1"]), before, equal_nan=True)
    assert np.isfinite(told(after, ["2024", "2024-12"])).any()
    assert np.isnan(told(read_ledger(root), ["2025-01"])).all()


def test_a_year_is_of_its_months_as_they_were_told(root: Path) -> None:
    counts = year_of(1, 2024, months=5) | {key: of for key, of in year_of(2, 2024).items() if key > "2024-05"}
    counts["2024-01"] = dict.fromkeys(range(6), 60)  # far more than there were when January was told
    after = open_to_public(publish(root, incidents(counts), LATER))
    block = next(block for block in after.blocks if block.cube == "incidents")
    own = year_of(1, 2024, months=5) | {key: of for key, of in year_of(2, 2024).items() if key > "2024-05"}
    assert block.base.sum() == sum(sum(of.values()) for of in own.values())
    year = after.counts("incidents", ["all"], "2024", "all", "all")[0]
    assert abs(year - block.base.sum()) <= 6


def test_a_release_that_brings_no_closed_month_adds_no_step(root: Path) -> None:
    release = publish(root, incidents(year_of(9, 2024, months=5)), date(2024, 6, 15))
    assert open_to_public(release).number == 1


def test_an_older_release_is_answered_with_what_was_told(root: Path) -> None:
    first = Store(root).releases()[-1]
    newer = publish(root, incidents(year_of(3, 2024)), LATER)
    now = ledger_of(newer)
    assert now.number == 2
    assert ledger_of(first).number == 2
    assert len(list((root / "public").glob("*.json"))) == 2


def test_no_quarter_and_no_year_goes_across_a_change_of_areas(root: Path) -> None:
    records = incidents({f"2024-{month:02d}": dict.fromkeys(range(6), 20) for month in range(1, 13)})
    after = open_to_public(publish(root, records, LATER, moved=True))
    assert np.isnan(told(after, ["2024", "2024-Q2"])).all()
    assert np.isfinite(told(after, ["2024-Q3"])).any()
    assert np.isfinite(told(after, ["2024-Q1"])).any()  # of the areas before
    assert len({block.months for block in after.blocks if block.cube == "incidents"}) == 2


def test_nor_across_a_grid_that_went_to_another_village(root: Path) -> None:
    records = incidents({f"2024-{month:02d}": dict.fromkeys(range(6), 20) for month in range(1, 13)})
    after = open_to_public(publish(root, records, LATER, grid_moved=True))
    assert np.isnan(told(after, ["2024", "2024-Q2"])).all()
    assert np.isfinite(told(after, ["2024-Q1"])).any()
    assert np.isfinite(told(after, ["2024-Q3"])).any()


def test_another_store_has_other_noise(opened: Path, tmp_path: Path) -> None:
    other = open_to_public(publish(tmp_path / "other", incidents(year_of(1, 2024, months=5)), FIRST))
    mine = read_ledger(opened)
    both = [next(b for b in one.blocks if b.cube == "incidents") for one in (mine, other)]
    assert np.array_equal(both[0].base, both[1].base)
    assert (both[0].shown != both[1].shown).any()


_OPEN = """
import sys
from pathlib import Path
from geo.privacy.public.ledger import open_to_public
from geo.rules import Rules, load_rules
from geo.store import Store
from geo.store.public import PublicStep, publish_public_step
print(open_to_public(Store(Path(sys.argv[1])).current()).number)
"""


@pytest.mark.slow
def test_of_two_that_open_at_once_one_writes_and_both_read_the_same(tmp_path: Path) -> None:
    publish(tmp_path, incidents(year_of(4, 2024, months=2)), date(2024, 2, 29))
    command = [sys.executable, "-c", _OPEN, str(tmp_path)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0].strip() for process in both] == ["1", "1"]
    assert len(list((tmp_path / "public").glob("*.json"))) == 1


def test_whoever_comes_second_takes_what_the_first_has_told(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = publish(root, incidents(year_of(1, 2024)), LATER)
    calls: list[PublicStep] = []

    def after_another(folder: Path, step: PublicStep) -> bool:
        if not calls:
            calls.append(step)
            publish_public_step(folder, step)
        return publish_public_step(folder, step)

    monkeypatch.setattr(ledgers, "publish_public_step", after_another)
    assert open_to_public(release).number == 2


def stricter(threshold: int) -> Rules:
    rules = load_rules()
    public = replace(rules.privacy["public"], threshold=threshold)
    return replace(rules, privacy={**rules.privacy, "public": public})


def test_stricter_rules_hold_for_months_to_come_and_leave_what_was_shown(root: Path) -> None:
    before = told(read_ledger(root), ["2024-03", "2024-Q1"])
    after = open_to_public(publish(root, incidents(year_of(1, 2024)), LATER), rules=stricter(12))
    assert np.array_equal(told(after, ["2024-03", "2024-Q1"]), before, equal_nan=True)
    later = told(after, ["2024-06", "2024-12", "2024-Q3"])
    assert np.nanmin(later) >= 12
    # No quarter and no year is by two rules.
    assert np.isnan(told(after, ["2024-Q2", "2024"])).all()
    now = Terms.of(stricter(12))
    assert after.under_other_terms(now) == {Terms.of(load_rules()): (648, 652)}
    assert read_ledger(root).under_other_terms(now) == after.under_other_terms(now)


def test_commands_tell_which_months_are_by_other_rules(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "other rules" not in CliRunner().invoke(app, ["check", "--store", str(root)]).stdout
    monkeypatch.setattr(geo.rules, "load_rules", lambda: stricter(12))
    said = CliRunner().invoke(app, ["check", "--store", str(root)]).stdout
    assert "from 2024-01 to 2024-05 were shown by other rules (threshold 5, " in " ".join(said.split())


def test_torn_cells_are_no_figures(root: Path) -> None:
    cells = next((root / "public").glob("cells-*"))
    cells.chmod(0o644)
    cells.write_bytes(cells.read_bytes()[:100])
    with pytest.raises(StoreError, match="nothing is shown to the public"):
        read_ledger(root)


def test_without_a_release_there_is_nothing_to_tell() -> None:
    assert ledger_of(None).blocks == ()


def test_withheld_is_not_a_count(opened: Path) -> None:
    block = next(block for block in read_ledger(opened).blocks if block.cube == "incidents")
    assert set(np.unique(block.shown[block.shown < 5])) == {WITHHELD}
