"""Rules for the block `roles`."""

from collections.abc import Iterator

from armwise.settings.checks.rule import Broken, all_listed, unlisted
from armwise.settings.defaults import windows_of
from armwise.settings.outcomes import DESCRIBED
from armwise.settings.validate import Understood


def primary_is_an_outcome(result: Understood) -> Iterator[Broken]:
    """The primary outcome is declared."""
    outcomes, primary = result.known("outcomes"), result.settings.roles.primary
    if outcomes is not None and primary.outcome not in outcomes:
        yield unlisted(("roles", "primary", "outcome"), primary.outcome, "outcome", outcomes)


def primary_has_one_window(result: Understood) -> Iterator[Broken]:
    """The primary window is one of those in which the primary outcome is analysed."""
    primary, known = result.settings.roles.primary, result.known("follow_up", "windows")
    if known is None or primary.outcome not in result.settings.outcomes or _unsure(result, primary.outcome):
        return
    windows = windows_of(result.settings, primary.outcome)
    if primary.window is not None and primary.window not in windows:
        kind = "window" if primary.window not in known else f"analysis of `{primary.outcome}` in window"
        yield unlisted(("roles", "primary", "window"), primary.window, kind, windows)
    elif primary.window is None and len(windows) > 1:
        wrong = "the primary outcome has several windows, and none is named primary"
        yield Broken(("roles", "primary"), wrong, f"add one: window: {windows[-1]}", True)


def _unsure(result: Understood, outcome: str) -> bool:
    return any(result.is_unsure(("outcomes", outcome, key)) for key in ("measure", "date", "windows"))


def secondary_are_outcomes(result: Understood) -> Iterator[Broken]:
    """Secondary outcomes are declared, once, and none is the primary one."""
    path, roles = ("roles", "secondary"), result.settings.roles
    yield from all_listed(path, roles.secondary, "outcome", result.known("outcomes"))
    for index, name in enumerate(roles.secondary):
        if name == roles.primary.outcome:
            yield Broken((*path, index), f"`{name}` is the primary outcome already", "remove it here")


def described_outcomes_have_no_role(result: Understood) -> Iterator[Broken]:
    """What is described and not compared answers no question of the trial."""
    outcomes, roles = result.settings.outcomes, result.settings.roles
    named = {("roles", "primary", "outcome"): roles.primary.outcome}
    named |= {("roles", "secondary", str(index)): name for index, name in enumerate(roles.secondary)}
    for path, name in named.items():
        if name in outcomes and outcomes[name].measure in DESCRIBED:
            wrong = f"`{name}` is described among those with enough visits, and not compared as randomized"
            where = path if path[1] == "primary" else (*path[:2], int(path[2]))
            yield Broken(where, wrong, "remove it here; the report shows it in a table of its own")


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
    if settings.roles.multiplicity == "westfall_young" and settings.estimates.randomization is None:
        yield Broken(
            ("roles", "multiplicity"),
            "westfall_young goes by the draws of randomization inference, and there are none",
            "add under estimates: randomization: {draws: 10000}",
        )


RULES = (
    primary_is_an_outcome,
    primary_has_one_window,
    secondary_are_outcomes,
    described_outcomes_have_no_role,
    adjusted_means_covariates,
    redraws_are_made,
)
