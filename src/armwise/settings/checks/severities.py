"""Rules for the block `checks`."""

from collections.abc import Iterator

from armwise.settings.checks.rule import Broken, unlisted
from armwise.settings.known import CHECKS
from armwise.settings.validate import Understood


def checks_are_known(result: Understood) -> Iterator[Broken]:
    """The block names checks that armwise makes."""
    for name in result.settings.checks:
        if name not in CHECKS:
            yield unlisted(("checks", name), name, "check", CHECKS)._replace(of_key=True)


def severities_are_possible(result: Understood) -> Iterator[Broken]:
    """A row that cannot be typed cannot be kept, and a result cannot be set aside."""
    for name, severity in result.settings.checks.items():
        if severity not in (possible := CHECKS.get(name, (severity,))):
            wrong = f"`{name}` cannot be `{severity}`"
            yield Broken(("checks", name), wrong, f"it may be {', '.join(possible)}")


RULES = (checks_are_known, severities_are_possible)
