"""Who calls whom in the package, by reading its source: what a function refers to, through any module in between."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

__all__ = ["Package", "read_package"]

#: A definition: its module, and its name there; of what a module does when it is imported, no name.
Place = tuple[str, str]


@dataclass(frozen=True)
class Package:
    """Modules by their dotted names. Names that a module imports with a star are not followed but told.

    Parameters
    ----------
    trees
        What each holds.
    folders
        Those of them that hold others.
    """

    trees: Mapping[str, ast.Module]
    folders: frozenset[str] = frozenset()

    @cached_property
    def imports(self) -> Mapping[str, Mapping[str, Place]]:
        """For each module what its imported names stand for, wherever in it they are imported."""
        return {module: dict(self._imported(module, tree)) for module, tree in self.trees.items()}

    @cached_property
    def defined(self) -> Mapping[str, Mapping[str, list[ast.stmt]]]:
        """For each module its statements by the names that they define; those that define none under the empty name."""
        return {module: _by_name(tree) for module, tree in self.trees.items()}

    @cached_property
    def references(self) -> Mapping[Place, set[Place]]:
        """What each definition refers to, where that is defined; names outside of the package as they are."""
        found = {
            (module, name): {place for statement in body for place in self._referred(module, statement)}
            for module, names in self.defined.items()
            for name, body in names.items()
        }
        for module, names in self.imports.items():
            found.setdefault((module, ""), set()).update(place for place in names.values() if place[1] == "*")
        return found

    def reaching(self, seeds: set[Place], *, through: Mapping[str, str]) -> set[Place]:
        """Return all definitions that refer to a seed, or to one that does.

        Parameters
        ----------
        through
            Where the way ends: modules (``geo.areas``), folders of them (``geo.privacy.*``) or definitions
            (``geo.areas:levels``), and why.
        """
        callers: dict[Place, set[Place]] = {}
        for place, referred in self.references.items():
            for other in referred:
                callers.setdefault(other, set()).add(place)
        found, left = set[Place](), list(seeds)
        while left:
            for caller in callers.get(left.pop(), set()) - found - seeds:
                if not ends_at(caller, through):
                    found.add(caller)
                    left.append(caller)
        return found

    def _imported(self, module: str, tree: ast.Module) -> Iterator[tuple[str, Place]]:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                source = self._source(module, node)
                for alias in node.names:
                    whole = f"{source}.{alias.name}"
                    yield alias.asname or alias.name, (whole, "") if whole in self.trees else (source, alias.name)
            if isinstance(node, ast.Import):
                for alias in node.names:
                    name = alias.name if alias.asname else alias.name.partition(".")[0]
                    yield alias.asname or name, (name, "")

    def _source(self, module: str, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        above = module.split(".")[: len(module.split(".")) - node.level + (module in self.folders)]
        return ".".join([*above, *([node.module] if node.module else [])])

    def _referred(self, module: str, statement: ast.stmt) -> Iterator[Place]:
        for chain in _chains(statement):
            yield from self._resolved(module, list(chain))

    def _resolved(self, module: str, chain: list[str]) -> Iterator[Place]:
        """Yield what a dotted name stands for."""
        if chain[0] in self.defined[module]:
            yield module, chain[0]
            return
        if chain[0] not in self.imports[module]:
            return
        place, rest = self.imports[module][chain[0]], chain[1:]
        while rest and not place[1]:
            whole = f"{place[0]}.{rest[0]}"
            place, rest = ((whole, "") if whole in self.trees else (place[0], rest[0])), rest[1:]
        if not place[1]:
            # A package may have a function of the name of one of its modules.
            above, _, last = place[0].rpartition(".")
            yield self._origin((above, last))
        yield self._origin(place)

    def _origin(self, place: Place) -> Place:
        """Return where a name is defined that a module only hands on."""
        for _ in range(len(self.trees)):
            module, name = place
            if module not in self.trees or name in self.defined[module] or name not in self.imports[module]:
                break
            place = self.imports[module][name]
        return place


def ends_at(place: Place, through: Mapping[str, str]) -> bool:
    """Tell whether a way ends at a definition."""
    module, name = place
    parts = module.split(".")
    folders = {".".join([*parts[:n], "*"]) for n in range(1, len(parts) + 1)}
    return bool(({module, f"{module}:{name}"} | folders) & set(through))


def read_package(folder: Path) -> Package:
    """Return the modules of a package's folder."""
    trees, folders = {}, set()
    for path in sorted(folder.rglob("*.py")):
        parts = [folder.name, *path.relative_to(folder).with_suffix("").parts]
        is_folder = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_folder else parts)
        folders |= {name} if is_folder else set()
        trees[name] = ast.parse(path.read_text("utf-8"))
    return Package(trees, frozenset(folders))


def _by_name(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    found: dict[str, list[ast.stmt]] = {}
    for statement in _statements(tree.body):
        for name in _names(statement):
            found.setdefault(name, []).append(statement)
    return found


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If | ast.Try | ast.With):
            parts = [getattr(statement, part, []) for part in ("body", "orelse", "finalbody")]
            yield from _statements([one for part in parts for one in part])
        elif not isinstance(statement, ast.Import | ast.ImportFrom):
            yield statement


def _names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)] or [""]


@cache
def _chains(statement: ast.stmt) -> frozenset[tuple[str, ...]]:
    """Return the dotted names in a statement, each as long as it is, without those of a function's arguments."""
    inner = {id(node.value) for node in ast.walk(statement) if isinstance(node, ast.Attribute)}
    own = set[str]()
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        given = statement.args
        own = {argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    chains = {tuple(_chain(node)) for node in ast.walk(statement) if id(node) not in inner}
    return frozenset(chain for chain in chains if chain and chain[0] not in own)


def _chain(node: ast.AST) -> list[str]:
    """Return the parts of a dotted name; none for anything else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        before = _chain(node.value)
        return [*before, node.attr] if before else []
    return []
