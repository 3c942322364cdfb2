"""Read settings files into one plain dict, or say everything that is wrong with them."""

from collections.abc import Mapping, Sequence
from functools import reduce
from os import environ
from typing import Any

from armwise.settings.checks.run import broken_rules
from armwise.settings.defaults import filled
from armwise.settings.problems import Problem, SettingsError
from armwise.settings.reading import SourceFile, Unreadable
from armwise.settings.tree import BlockNode, merged
from armwise.settings.validate import understood


def load(files: Sequence[str], environment: Mapping[str, str] = environ) -> dict[str, Any]:
    """Return the settings of `files`, each laid over the ones before it, with all defaults filled in.

    The result holds nothing but dicts, lists, texts, numbers and None; days are texts YYYY-MM-DD. A
    ${NAME} in a path stays as it is written, so that the settings are the same on every machine; the check
    that the variable is set is made against `environment`.

    Raises SettingsError with every problem of every file.
    """
    tree, problems = _read(files)
    if tree is None:
        raise SettingsError(problems)
    result = understood(tree)
    problems += result.problems
    problems += broken_rules(result, environment)
    if problems:
        raise SettingsError(problems)
    return filled(result.settings)


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
