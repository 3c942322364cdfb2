"""The files of the package that a step can reach: what must rerun when a line of code changes."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def closure(script: str | Path) -> list[str]:
    """Return `script` and every file of the package that it imports, directly or not, sorted.

    The imports are read from the source, so a function that imports late counts as well. A module that
    reads data files beside it names them in a list `DATA` of paths relative to the module.
    """
    found: set[Path] = set()
    waiting = [Path(script)]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _needs(path)
    here = Path.cwd()
    return sorted(str(p.relative_to(here) if p.is_relative_to(here) else p) for p in found)


@cache
def _needs(path: Path) -> list[Path]:
    if path.suffix != ".py":
        return []
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    modules = [file for name in _imported(tree) for file in _files_of(name)]
    return modules + [(path.parent / name).resolve() for name in _data(tree)]


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _files_of(name: str) -> list[Path]:
    """Return the file of module `armwise.a.b` and the `__init__` files above it, if it is one of ours."""
    first, *rest = name.split(".")
    if first != "armwise":
        return []
    target = PACKAGE.joinpath(*rest)
    packages = [PACKAGE.joinpath(*rest[:i]) / "__init__.py" for i in range(len(rest) + 1)]
    return [p for p in [*packages, target.with_suffix(".py")] if p.is_file()]


def _data(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "DATA" for t in node.targets
        ):
            return list(ast.literal_eval(node.value))
    return []
