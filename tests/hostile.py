"""Names that a page, a map or a spreadsheet might run, and a county whose areas are called so by their files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.intake import import_recipes
from geo.store import Store
from tests.measures.tiny import AS_OF, tiny_layers

__all__ = ["ATTRIBUTION", "HIT", "NAMES", "POST", "TITLE", "hostile_store"]

#: Set where one of the names was run.
HIT = "window.__hit"
_SCRIPT, _IMAGE = f"<script>{HIT}=1</script>", f"<img src=x onerror={HIT}=1>"
#: As they stand in the store; the first ones are of stations.
NAMES = (
    f'{_SCRIPT}"q"',
    f"</script>{_SCRIPT}{_IMAGE}</textarea></style>",
    f"[x](javascript:{HIT}=1) ![i](http://outside.example/i.png) <b>b</b> # h **s**",
    "=HYPERLINK(\"http://outside.example\",'x')",
    "+1 :red[r] :material/home: :smile: :streamlit:",
    "-1 `c` $x^2$ ~~d~~ a -> b -- c",
    "@SUM(A1) http://outside.example www.outside.example me@outside",
    "{{ 7 * 7 }} ${7*7} {%% x %} &lt;b&gt; \\u003cb",
    "a\u2028b \u202edcba\u202c",
    "1. one | two _three_",
    "- dash 'single' \"double\" &amp;",
    f"<svg/onload={HIT}=1>",
)
TITLE = f"{_IMAGE} [t](javascript:{HIT}=1) {{{{ 7 * 7 }}}}"
ATTRIBUTION = f"A & B {_IMAGE}</script>{_SCRIPT} *s*"
POST = f"P1{_IMAGE}"
# Which of the names the areas of a layer begin with.
_FIRST = {"stations": 0, "villages": 3, "grids": 4}


def hostile_store(root: Path) -> Store:
    """Publish the tiny county, then take in files that call its areas and a place so; the second release holds them."""
    store, files = Store(root / "store"), root / "files"
    layers = _with_post(tiny_layers())
    store.publish(layers, as_of=AS_OF, time_zone="Asia/Shanghai", title=TITLE, title_zh=TITLE)
    files.mkdir()
    recipes = [_write_areas(files, layer, layers[layer]) for layer in _FIRST]
    import_recipes([*recipes, _write_places(files)], store)
    return store


def _with_post(layers: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    posts = {name: layers[name].replace({"post_id": {"P1": POST}}) for name in ("officers", "assignments")}
    return {**layers, **posts}


def _write_areas(files: Path, layer: str, areas: pd.DataFrame) -> Path:
    first = _FIRST[layer]
    gpd.GeoDataFrame(areas.assign(name=NAMES[first : first + len(areas)])).to_file(
        files / f"{layer}.geojson", driver="GeoJSON"
    )
    columns = [name for name in areas.columns if name not in ("geometry", "name_en")]
    return _write_recipe(files, layer, f"{layer}.geojson", {name: name for name in columns})


def _write_places(files: Path) -> Path:
    rows = {"place_id": ["p1"], "kind": ["police_post"], "name": [NAMES[1]], "lon": [120.005], "lat": [30.005]}
    pd.DataFrame(rows).to_csv(files / "places.csv", index=False)
    return _write_recipe(files, "places", "places.csv", {name: name for name in rows})


def _write_recipe(files: Path, layer: str, file: str, columns: Mapping[str, str]) -> Path:
    mapped = "".join(f"{name} = {json.dumps(source)}\n" for name, source in columns.items())
    release = f'title = {json.dumps(TITLE)}\nas_of = {AS_OF.isoformat()}\ntime_zone = "Asia/Shanghai"\n'
    text = f'layer = "{layer}"\nfile = "{file}"\nattribution = {json.dumps(ATTRIBUTION)}\n'
    recipe = files / f"{layer}.toml"
    recipe.write_text(f"{text}[columns]\n{mapped}[release]\n{release}", encoding="utf-8")
    return recipe
