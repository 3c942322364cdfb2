"""Rules for the block `trial`."""

from collections.abc import Iterator

from armwise.settings.checks.rule import Broken, unlisted
from armwise.settings.validate import Understood


def two_arms_or_more(result: Understood) -> Iterator[Broken]:
    """A trial compares arms."""
    arms = result.known("trial", "arms")
    if arms is not None and len(arms) < 2:
        wrong = f"a trial has two arms or more, and here {'is one' if arms else 'are none'}"
        yield Broken(("trial", "arms"), wrong, "write {name: label, name: label}", True)


def reference_is_an_arm(result: Understood) -> Iterator[Broken]:
    """The reference is one of the arms."""
    arms, reference = result.known("trial", "arms"), result.settings.trial.reference
    if arms and reference not in arms:
        yield unlisted(("trial", "reference"), reference, "arm", arms)


RULES = (two_arms_or_more, reference_is_an_arm)
