"""Rules for the block `roles`."""

from collections.abc import Iterator

from armwise.settings.checks.rule import Broken, all_listed, unlisted
from armwise.settings.defaults import windows_of
from armwise.settings.outcomes import DESCRIBED
from armwise.settings.roles import Primary
from armwise.settings.tree import Path
from armwise.settings.validate import Understood


def primary_is_an_outcome(result: Understood) -> Iterator[Broken]:
    """The primary outcomes are declared, each once."""
    outcomes, seen = result.known("outcomes"), set()
    for path, primary in _primaries(result):
        if outcomes is not None and primary.outcome not in outcomes:
            yield unlisted((*path, "outcome"), primary.outcome, "outcome", outcomes)
        elif primary.outcome in seen:
            wrong = f"`{primary.outcome}` is a primary outcome already, and an outcome has one primary window"
            yield Broken((*path, "outcome"), wrong, "keep one")
        seen.add(primary.outcome)


def several_have_a_rule(result: Understood) -> Iterator[Broken]:
    """Several primary outcomes say what it takes to succeed; one alone needs no rule."""
    roles = result.settings.roles
    if len(roles.primaries) > 1 and roles.primary_rule is None:
        wrong = "several primary outcomes, and nothing says what it takes to succeed"
        fix = "add primary_rule: all_must_succeed, or one of holm, hochberg, westfall_young"
        yield Broken(("roles", "primary"), wrong, fix, True)
    if len(roles.primaries) == 1 and roles.primary_rule is not None:
        wrong = "there is one primary outcome, and it needs no rule"
        yield Broken(("roles", "primary_rule"), wrong, "remove it, or list the other primary outcomes", True)


def primary_has_one_window(result: Understood) -> Iterator[Broken]:
    """A primary window is one of those in which the primary outcome is analysed."""
    known = result.known("follow_up", "windows")
    if known is None:
        return
    for path, primary in _primaries(result):
        if primary.outcome not in result.settings.outcomes or _unsure(result, primary.outcome):
            continue
        windows = windows_of(result.settings, primary.outcome)
        if primary.window is not None and primary.window not in windows:
            kind = "window" if primary.window not in known else f"analysis of `{primary.outcome}` in window"
            yield unlisted((*path, "window"), primary.window, kind, windows)
        elif primary.window is None and len(windows) > 1:
            wrong = "the primary outcome has several windows, and none is named primary"
            yield Broken(path, wrong, f"add one: window: {windows[-1]}", True)


def _primaries(result: Understood) -> Iterator[tuple[Path, Primary]]:
    """Yield the primary outcomes with their paths."""
    given = result.settings.roles.primary
    if isinstance(given, list):
        yield from ((("roles", "primary", index), each) for index, each in enumerate(given))
    else:
        yield ("roles", "primary"), given


def _unsure(result: Understood, outcome: str) -> bool:
    return any(result.is_unsure(("outcomes", outcome, key)) for key in ("measure", "date", "windows"))


def secondary_are_outcomes(result: Understood) -> Iterator[Broken]:
    """Secondary outcomes are declared, once, and none is a primary one."""
    path, roles = ("roles", "secondary"), result.settings.roles
    yield from all_listed(path, roles.secondary, "outcome", result.known("outcomes"))
    primary = [each.outcome for each in roles.primaries]
    for index, name in enumerate(roles.secondary):
        if name in primary:
            which = "the primary outcome" if len(primary) == 1 else "a primary outcome"
            yield Broken((*path, index), f"`{name}` is {which} already", "remove it here")


def described_outcomes_have_no_role(result: Understood) -> Iterator[Broken]:
    """What is described and not compared answers no question of the trial."""
    outcomes, roles = result.settings.outcomes, result.settings.roles
    named: dict[Path, str] = {(*path, "outcome"): each.outcome for path, each in _primaries(result)}
    named |= {("roles", "secondary", index): name for index, name in enumerate(roles.secondary)}
    for path, name in named.items():
        if name in outcomes and outcomes[name].measure in DESCRIBED:
            wrong = f"`{name}` is described among those with enough visits, and not compared as randomized"
            yield Broken(path, wrong, "remove it here; the report shows it in a table of its own")


def adjusted_means_covariates(result: Understood) -> Iterator[Broken]:
    """An adjusted analysis has something to adjust for."""
    settings = result.settings
    given = settings.estimates.covariates or any(each.covariates for each in settings.outcomes.values())
    unsure = result.is_unsure(("estimates", "covariates"))
    if settings.roles.analysis == "adjusted" and not given and not unsure:
        fix = "list `estimates.covariates`, or write analysis: unadjusted"
        yield Broken(
            ("roles", "analysis"), "the analysis that counts is adjusted, and there are no covariates", fix
        )


def redraws_are_made(result: Understood) -> Iterator[Broken]:
    """Westfall and Young's method has draws to go by."""
    settings = result.settings
    for key in ("multiplicity", "primary_rule"):
        if getattr(settings.roles, key) == "westfall_young" and settings.estimates.randomization is None:
            yield Broken(
                ("roles", key),
                "westfall_young goes by the draws of randomization inference, and there are none",
                "add under estimates: randomization: {draws: 10000}",
            )


RULES = (
    primary_is_an_outcome,
    several_have_a_rule,
    primary_has_one_window,
    secondary_are_outcomes,
    described_outcomes_have_no_role,
    adjusted_means_covariates,
    redraws_are_made,
)
