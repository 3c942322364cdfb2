"""Read settings files into one plain dict, or say everything that is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from os import environ
from typing import Any

from armwise.settings.checks.run import broken_rules
from armwise.settings.defaults import filled
from armwise.settings.problems import Problem, SettingsError
from armwise.settings.reading import SourceFile, Unreadable
from armwise.settings.tree import BlockNode, Path, merged, place_of
from armwise.settings.unfilled import without_unfilled
from armwise.settings.validate import understood


@dataclass(frozen=True)
class Placed:
    """Settings with all defaults filled in (`config`), and where each of them stands."""

    config: dict[str, Any]
    tree: BlockNode

    def problem(self, path: Path, wrong: str, fix: str = "") -> Problem:
        """Return a problem at the setting at `path`, or at the nearest one around it."""
        return Problem(place_of(self.tree, path), wrong, fix)


def load(files: Sequence[str], environment: Mapping[str, str] = environ) -> dict[str, Any]:
    """Return the settings of `files`, each laid over the ones before it, with all defaults filled in.

    The result holds nothing but dicts, lists, texts, numbers and None; days are texts YYYY-MM-DD. A
    ${NAME} in a path stays as it is written, so that the settings are the same on every machine; the check
    that the variable is set is made against `environment`.

    Raises SettingsError with every problem of every file.
    """
    return load_placed(files, environment).config


def load_placed(files: Sequence[str], environment: Mapping[str, str] = environ) -> Placed:
    """Return what `load` returns, together with where each setting stands. Raises SettingsError."""
    tree, problems = _read(files)
    if tree is None:
        raise SettingsError(problems)
    result = understood(tree)
    problems += result.problems
    problems += broken_rules(result, environment)
    problems = without_unfilled(tree, problems)
    if problems:
        raise SettingsError(problems)
    return Placed(filled(result.settings), tree)


def _read(files: Sequence[str]) -> tuple[BlockNode | None, list[Problem]]:
    """Return the files as one tree (None when one of them cannot be read) and the problems met."""
    trees: list[BlockNode] = []
    problems: list[Problem] = []
    for rank, name in enumerate(files):
        try:
            source = SourceFile(str(name), rank)
            trees.append(source.tree())
        except Unreadable as error:
            problems.append(error.problem)
        else:
            problems += source.problems
    return (reduce(merged, trees) if len(trees) == len(files) else None), problems
