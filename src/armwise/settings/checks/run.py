"""Hold the settings against every rule."""

from collections.abc import Mapping

from armwise.settings.checks import (
    arms,
    data,
    declared,
    definitions,
    estimates,
    follow_up,
    names,
    outcomes,
    report,
    roles,
    severities,
    specifications,
)
from armwise.settings.checks.rule import Broken
from armwise.settings.problems import Problem
from armwise.settings.tree import place_of
from armwise.settings.validate import Understood

MODULES = (
    names,
    arms,
    data,
    definitions,
    declared,
    follow_up,
    outcomes,
    estimates,
    specifications,
    roles,
    severities,
    report,
)


def broken_rules(result: Understood, environment: Mapping[str, str]) -> list[Problem]:
    """Return a problem for every broken rule, but for those that rest on a stand-in."""
    broken: list[Broken] = list(data.unset_variables(result, environment))
    for module in MODULES:
        for rule in module.RULES:
            broken += rule(result)
    return [
        Problem(place_of(result.tree, each.path, each.of_key), each.wrong, each.fix)
        for each in broken
        if not result.is_unsure(each.path)
    ]
