"""What pages, maps, routes, files and commands read: nothing of a release's records but through what protects them.

The source is followed through every module of the package: whoever refers to a function that reads a layer, or to one
that does, and so on, has to be named here with the reason why that tells of no record.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

import geo
from geo.layers import EVENT_LAYERS
from tests.privacy.imports import Package, Place, ends_at, read_package

GEO = Path(geo.__file__).parent
#: Rooms that show, draw, write or answer.
ROOMS = ("dashboard", "web", "export", "cli", "figures", "words", "maps")
#: What reads layers of a release, or counts or compares their rows.
READERS: set[Place] = {
    ("geo.store.query", "connect"),
    ("geo.store.query", "open_files"),
    ("geo.store.parquet", "read_layer"),
    ("geo.store.reports", "read_rejects"),
    ("geo.store.compare", "compare_releases"),
    ("geo.store.dates", "describe_layers"),
}
#: What reads files by itself, past the store, or imports what cannot be followed; packages of which any use does.
FILE_READERS = {
    "read_parquet",
    "read_table",
    "ParquetFile",
    "ParquetDataset",
    "read_feather",
    "read_file",
    "read_dataframe",
    "import_module",
    "__import__",
}
FILE_MODULES = {"duckdb"}

_AREAS = "borders, names and households of areas, which everybody knows"
_DOOR = "measures and protects at once: test_gate looks at each call"
#: Where a way may end: folders, modules or definitions, and why.
ALLOWED: Mapping[str, str] = {
    "geo.store.*": "keeps the layers",
    "geo.privacy.*": "protects them",
    "geo.intake.*": "reads files that are brought by whoever may import, and what they replace",
    "geo.demo.*": "makes data up",
    "geo.areas": _AREAS,
    "geo.measures.rows": _AREAS,
    "geo.measures.peers": _AREAS,
    "geo.measures.beforehand": "reads and counts ahead of who asks, and returns no number",
    "geo.maps.geometry": _AREAS,
    "geo.maps.tiles:_shapes": _AREAS,
    "geo.maps.tiles_raster:tile_ground": _AREAS,
    "geo.maps.densities:_region": _AREAS,
    "geo.export.files.layers:_borders": _AREAS,
    "geo.export.files.layers:_grids_in": _AREAS,
    "geo.export.files.layers:_jurisdictions": _AREAS,
    "geo.export.files.layers:places_in": "places that everybody may go to",
    "geo.export.files.layers:_background": "roads and waters",
    "geo.export.files.layers:area_frame": _AREAS,
    "geo.export.files.geopackage": "writes a file of its own, reads none",
    "geo.export.files.shapefile": "writes a file of its own, reads none",
    "geo.export.files.geoparquet": "writes a file of its own, reads none",
    "geo.export.printed.ground": "borders of areas, roads and waters",
    "geo.dashboard.cache:span": "the first day of the data, to the month",
    "geo.dashboard.cache:places": "places that everybody may go to",
    "geo.dashboard.cache:_changes": "geo.figures.data protects what becomes of it",
    "geo.dashboard.cache:_layers": "geo.figures.data protects what becomes of it",
    "geo.dashboard.ahead:_load": "parts of pages, by a list of their names",
    "geo.figures.data:_touched": "names of layers that changed, without their rows",
    "geo.figures.promises:untold_of": "names of duties that the data do not tell of, without a figure",
    "geo.figures.asked": _DOOR,
    "geo.cli.figures:export": _DOOR,
    "geo.export.files.geoparquet:write_geoparquet": "reads back the file that it has written",
    "geo.export.files.kinds:_writer": "modules of this package, by a list of kinds",
    "geo.maps.tiles_told:_tell": _DOOR,
    "geo.maps.densities:_places": "hands records to density_points alone",
    "geo.maps.clusters:_find": "hands records to protect_points alone",
}


@cache
def package() -> Package:
    return read_package(GEO)


def ways_around(source: Package) -> set[Place]:
    """Return definitions of the rooms that reach what reads layers, past all that is allowed."""
    seeds = READERS | {place for places in source.references.values() for place in places if reads_files(source, place)}
    rooms = tuple(f"geo.{room}." for room in ROOMS)
    return {place for place in source.reaching(seeds, through=ALLOWED) if f"{place[0]}.".startswith(rooms)}


def reads_files(source: Package, place: Place) -> bool:
    """Tell whether a name is of another package, and reads files or what nobody can follow."""
    module, name = place
    return name == "*" or (
        module not in source.trees and (module.partition(".")[0] in FILE_MODULES or name in FILE_READERS)
    )


@pytest.mark.slow
def test_nobody_reads_records_past_protection() -> None:
    assert ways_around(package()) == set()


def test_readers_are_there() -> None:
    assert set(package().references) >= READERS
    # Nothing of the store reads layers but these and what is built on them, for those outside of it.
    assert ends_at(("geo.store.query", "connect"), ALLOWED)


def test_why_is_told_of_all_that_is_allowed() -> None:
    assert all(len(why) > 10 for why in ALLOWED.values())


#: Ways around, as somebody might write them.
WAYS = (
    "from geo.store import connect\ndef peek(release):\n    return connect(release)\n",
    "from geo.store.query import connect as ask\ndef peek(release):\n    return ask(release)\n",
    "from geo.measures.events import read_events\npeek = read_events\n",
    "from geo import store\ndef peek(release):\n    return store.read_layer(release, 'disputes')\n",
    "import geo.store\ndef peek(release):\n    return geo.store.parquet.read_layer(release, 'disputes')\n",
    "def peek(release):\n    from geo.measures import records\n    return records(release, None)\n",
    "from geo.measures import measure\ndef peek(release, view):\n    return measure(release, view).frame\n",
    "from geo.measures import coverage\ndef peek(release, view):\n    return coverage.workload(release, view)\n",
    "from geo.measures.by_area import in_months as peek\nx = peek\n",
    "from geo.measures import scorecard\nMADE = {'card': scorecard}\n",
    "from geo.store import describe_layers\ndef peek(release):\n    return describe_layers(release, [])[0].rows\n",
    "import duckdb\ndef peek(path):\n    return duckdb.sql(f'SELECT * FROM {path}')\n",
    "import pandas as pd\ndef peek(path):\n    return pd.read_parquet(path)\n",
    "import pyarrow.parquet as pq\ndef peek(path):\n    return pq.read_table(path)\n",
    "import importlib\ndef peek():\n    return importlib.import_module('geo.measures').records\n",
    "from geo.measures.hot_spots import *\n",
    "class Peek:\n    def of(self):\n        from geo.measures.events import read_events\n        return read_events\n",
    "from geo.planted_middle import helper\ndef show(release):\n    return helper(release)\n",
    "from geo.planted_middle import helper as label\ndef show(release):\n    return [label(release)]\n",
)
#: Modules in between, of which one reads, and what of them may be used.
MIDDLE = {
    "geo.planted_middle": """
from geo.planted_reader import shortcut
def helper(release):
    return shortcut(release)
def label(code):
    return code
""",
    "geo.planted_reader": """
from geo.store import read_layer
def shortcut(release):
    return read_layer(release, 'incidents')
""",
}
HARMLESS = (
    "from geo.planted_middle import label\ndef show(code):\n    return label(code)\n",
    "from geo.privacy import protect\ndef show(table, view, scope):\n    return protect(table, view, scope)\n",
    "from geo.areas import area_table\ndef show(release):\n    return area_table(release)\n",
    "from geo.measures.catalogue import describe\nWORDS = describe('disputes', 'n')\n",
)


def with_planted(**texts: str) -> Package:
    return Package({**package().trees, **{name: ast.parse(text) for name, text in texts.items()}}, package().folders)


@pytest.mark.parametrize("room", ROOMS)
def test_ways_around_are_found(room: str) -> None:
    modules = {f"geo.{room}.planted_{n}": text for n, text in enumerate((*WAYS, *HARMLESS))}
    found = {module for module, _ in ways_around(with_planted(**modules, **MIDDLE))}
    assert found == set(list(modules)[: len(WAYS)])


def test_way_beside_what_is_allowed_in_a_module_is_found() -> None:
    # The module of densities is allowed for the one function that hands records to what protects them.
    text = "from geo.measures import records\ndef raw(release, view):\n    return records(release, view)['lon']\n"
    module = "geo.maps.densities"
    tree = ast.Module([*package().trees[module].body, *ast.parse(text).body], [])
    assert ways_around(Package({**package().trees, module: tree}, package().folders)) == {(module, "raw")}


def calls_of(name: str, tree: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(
    ("module", "protector"),
    [("geo.maps.densities", "density_points"), ("geo.maps.clusters", "protect_points")],
)
def test_records_are_handed_to_what_protects_them(module: str, protector: str) -> None:
    readers = [one for one in functions(package().trees[module]) if calls_of("records", one)]
    assert len(readers) == 1
    given = [inner for call in calls_of(protector, readers[0]) for arg in call.args for inner in ast.walk(arg)]
    names = {node.id for node in given if isinstance(node, ast.Name)}
    for call in calls_of("records", readers[0]):
        bound = [
            target.id
            for node in ast.walk(readers[0])
            if isinstance(node, ast.Assign) and node.value is call
            for target in node.targets
            if isinstance(target, ast.Name)
        ]
        assert call in given or set(bound) & names


def test_who_may_reads_no_layer_of_events_by_name() -> None:
    ends = [name for name in ALLOWED if not name.endswith("*") and ALLOWED[name] != _DOOR]
    for name in ends:
        module, _, definition = name.partition(":")
        defined = package().defined.get(module, {})
        bodies = defined.get(definition, []) if definition else [one for body in defined.values() for one in body]
        read = [call.args[1] for body in bodies for call in calls_of("read_layer", body) if len(call.args) > 1]
        assert not [layer for layer in read if isinstance(layer, ast.Constant) and layer.value in EVENT_LAYERS], name
