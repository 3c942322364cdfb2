"""Hold the settings against every rule."""

from collections.abc import Mapping

from armwise.settings.problems import Problem
from armwise.settings.validate import Understood


def broken_rules(result: Understood, environment: Mapping[str, str]) -> list[Problem]:
    return []
