"""A rehearsal tells what a real import then does, and leaves the store as it is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo.errors import InputRefused
from geo.intake import import_recipes
from geo.intake.rehearsal import rehearse_import
from geo.store import Store, read_layer
from tests.measures.tiny import AS_OF, tiny_layers


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The tiny county."""
    store = Store(tmp_path / "store")
    store.publish(tiny_layers(), as_of=AS_OF, time_zone="Asia/Shanghai", title="Tiny County")
    return store


def recipe_for(folder: Path, hazards: pd.DataFrame) -> Path:
    """Write hazards as a file with a recipe; one class is not named by it."""
    kept = hazards[["record_id", "class", "grade", "source", "found_at", "lon", "lat"]]
    kept.to_csv(folder / "hazards.csv", index=False)
    path = folder / "hazards.toml"
    columns = "\n".join(f'{name} = "{name}"' for name in kept.columns if name != "class")
    path.write_text(
        f'layer = "hazards"\nfile = "hazards.csv"\n[columns]\n{columns}\n'
        '[values.class]\nfrom = "class"\nmap = { fire = "fire", gas = "gas", road = "road" }\n',
        encoding="utf-8",
    )
    return path


def test_what_was_rehearsed_is_what_is_done(tmp_path: Path, store: Store) -> None:
    before = tiny_layers()["hazards"]
    recipe = recipe_for(tmp_path, before.assign(**{"class": ["fire"] * (len(before) - 1) + ["ufo"]}))
    (tmp_path / "work").mkdir()
    tried = rehearse_import(recipe, store, files=tmp_path, folder=tmp_path / "work")
    current = store.current()
    assert current is not None
    assert current.number == 1
    assert (tried.report.rows_in, tried.report.rows_loaded) == (len(before), len(before) - 1)
    assert tried.rejects["reason"].tolist() == ["a value that the recipe does not name: ufo"]
    assert tried.change is not None
    assert (tried.change.rows_before, tried.change.rows_after, tried.change.gone) == (len(before), len(before) - 1, 1)
    import_recipes([recipe], store, files=tmp_path)
    published = store.current()
    assert published is not None
    assert published.number == 2
    pd.testing.assert_frame_equal(read_layer(published, "hazards"), tried.rows)


def test_a_rehearsal_without_any_store_says_what_is_missing(tmp_path: Path) -> None:
    recipe = recipe_for(tmp_path, tiny_layers()["hazards"])
    text = '[release]\ntitle = "New"\nas_of = 2025-12-31\ntime_zone = "Asia/Shanghai"\n'
    recipe.write_text(recipe.read_text("utf-8") + text, encoding="utf-8")
    with pytest.raises(InputRefused, match="no grids to place the hazards in"):
        rehearse_import(recipe, Store(tmp_path / "none"), files=tmp_path, folder=tmp_path)
