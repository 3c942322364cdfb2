"""Rules for the block `trial`."""

from collections.abc import Iterator

from armwise.settings.checks.events import known_events
from armwise.settings.checks.rule import Broken, unlisted
from armwise.settings.validate import Understood

NEAR_ONE = 1e-6


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


def probabilities_are_those_of_a_draw(result: Understood) -> Iterator[Broken]:
    """The probabilities of all arms are given, and sum to 1."""
    path = ("trial", "assignment", "probability")
    arms, given = result.known("trial", "arms"), result.settings.trial.assignment.probability
    if not arms or isinstance(given, str):
        return
    if isinstance(given, dict):
        yield from (unlisted((*path, name), name, "arm", arms) for name in given if name not in arms)
        yield from (
            Broken(path, f"arm `{arm}` has no probability", "", True) for arm in arms if arm not in given
        )
    total = sum(given.values()) if isinstance(given, dict) else given * len(arms)
    if abs(total - 1) > NEAR_ONE and (not isinstance(given, dict) or set(given) == set(arms)):
        fix = "give the probability of each arm, as {control: 0.75, offer: 0.25}"
        yield Broken(path, f"the probabilities of the {len(arms)} arms sum to {total:.4g}, not to 1", fix)


def a_reason_opens_a_blinded_trial(result: Understood) -> Iterator[Broken]:
    """A reason for unblinding belongs to a trial that is being opened."""
    trial = result.settings.trial
    if trial.blinding.unblinded_because and trial.blinded is not False:
        wrong = "a reason for unblinding stands here, and the trial is not being unblinded"
        yield Broken(
            ("trial", "blinding", "unblinded_because"), wrong, "add `blinded: false`, or leave it out"
        )


def nothing_blinded_is_analysed(result: Understood) -> Iterator[Broken]:
    """While a trial is blinded, no outcome comes from a source that tells the arm."""
    settings = result.settings
    hidden = set(settings.trial.blinding.reveals) if settings.trial.blinded else set()
    for name, outcome in settings.outcomes.items():
        event = known_events(result).get(outcome.event or "")
        if event is not None and event.source in hidden:
            wrong = (
                f"outcome `{name}` comes from `{event.source}`, which is not read while the trial is blinded"
            )
            fix = "leave it out until then, or take the source out of `reveals`"
            yield Broken(("outcomes", name), wrong, fix)
    for source in hidden & {"enrollment", "participants"}:
        wrong = f"`{source}` says who is in the trial, and cannot be left unread"
        fix = "its assignments are shuffled; leave it out of `reveals`"
        yield Broken(("trial", "blinding", "reveals"), wrong, fix)


RULES = (
    two_arms_or_more,
    reference_is_an_arm,
    probabilities_are_those_of_a_draw,
    a_reason_opens_a_blinded_trial,
    nothing_blinded_is_analysed,
)
