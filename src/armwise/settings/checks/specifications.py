"""Rules for `estimates.specification_curve`."""

from collections.abc import Iterator

from armwise.settings.checks.estimates import CHARACTERISTIC, DECLARE, known_covariates
from armwise.settings.checks.rule import Broken, all_listed
from armwise.settings.defaults import windows_of
from armwise.settings.estimates import SpecificationCurve
from armwise.settings.outcomes import DESCRIBED
from armwise.settings.tree import Path
from armwise.settings.validate import Understood

PATH: Path = ("estimates", "specification_curve")
TAKEN = ("unadjusted", "adjusted")


def curve_is_of_what_is_declared(result: Understood) -> Iterator[Broken]:
    """A curve names outcomes that are compared, their windows and sensitivity analyses."""
    curve = result.settings.estimates.specification_curve
    if curve is None:
        return
    outcomes = result.known("outcomes")
    described = [name for name, each in result.settings.outcomes.items() if each.measure in DESCRIBED]
    compared = None if outcomes is None else [name for name in outcomes if name not in described]
    yield from all_listed((*PATH, "outcomes"), curve.outcomes, "outcome that is compared", compared)
    yield from all_listed(
        (*PATH, "windows"), curve.windows, "window of these outcomes", _windows(result, curve)
    )
    analyses = result.known("follow_up", "sensitivity")
    yield from all_listed(
        (*PATH, "follow_up"), curve.follow_up or (), "sensitivity analysis", analyses,
        "declare it under `follow_up.sensitivity`",
    )  # fmt: skip


def _windows(result: Understood, curve: SpecificationCurve) -> list[str] | None:
    """Return the windows of the outcomes of a curve; None when they cannot be told."""
    settings = result.settings
    names = curve.outcomes or [each.outcome for each in settings.roles.primaries]
    if result.known("follow_up", "windows") is None or not all(name in settings.outcomes for name in names):
        return None
    return list(dict.fromkeys(window for name in names for window in windows_of(settings, name)))


def curve_holds_the_plan(result: Understood) -> Iterator[Broken]:
    """The planned window of an outcome is in its curve: without it there is nothing to compare with."""
    curve, roles = result.settings.estimates.specification_curve, result.settings.roles
    for each in roles.primaries if curve and curve.windows else ():
        in_curve = curve is not None and each.outcome in (curve.outcomes or [each.outcome])
        if curve and in_curve and each.window and each.window not in curve.windows:
            wrong = (
                f"the planned window of `{each.outcome}`, {each.window}, is not in its specification curve"
            )
            yield Broken((*PATH, "windows"), wrong, f"add {each.window}", True)


def sets_of_covariates_are_carried(result: Understood) -> Iterator[Broken]:
    """A set of covariates has a name of its own, and members that the data carry."""
    curve = result.settings.estimates.specification_curve
    for name, members in (curve.covariates if curve else {}).items():
        path = (*PATH, "covariates", name)
        if name in TAKEN:
            wrong = f"`{name}` is in every curve already"
            yield Broken(path, wrong, "give a further set another name", True)
        if not members:
            yield Broken(
                path, f"`{name}` has no covariates, and `unadjusted` is in every curve", "remove it", True
            )
        yield from all_listed(path, members, CHARACTERISTIC, known_covariates(result), DECLARE)


RULES = (curve_is_of_what_is_declared, curve_holds_the_plan, sets_of_covariates_are_carried)
