"""Rules for the blocks `estimates` and `baseline`."""

from collections.abc import Iterator

from armwise.settings.checks.events import event_is_known
from armwise.settings.checks.rule import Broken, all_listed, one_row_per_person
from armwise.settings.outcomes import DESCRIBED
from armwise.settings.validate import Understood

CHARACTERISTIC = "baseline characteristic"
DECLARE = "declare it under `baseline`"


def covariates_are_carried(result: Understood) -> Iterator[Broken]:
    """Every covariate is a baseline characteristic or a count of earlier events."""
    known = known_covariates(result)
    yield from all_listed(
        ("estimates", "covariates"), result.settings.estimates.covariates, CHARACTERISTIC, known, DECLARE
    )
    for name, outcome in result.settings.outcomes.items():
        yield from all_listed(
            ("outcomes", name, "covariates"), outcome.covariates or (), CHARACTERISTIC, known, DECLARE
        )


def staying_is_explained(result: Understood) -> Iterator[Broken]:
    """Weights for those who were lost need something that explains who stays."""
    weights = result.settings.estimates.censoring_weights
    if weights is None:
        return
    path, names = ("estimates", "censoring_weights"), weights.covariates
    if names is not None:
        yield from all_listed((*path, "covariates"), names, CHARACTERISTIC, known_covariates(result), DECLARE)
    if not (result.settings.estimates.covariates if names is None else names):
        wrong = "nothing explains who stays: the weights would be those of everyone"
        yield Broken(
            path, wrong, "name characteristics, as censoring_weights: {covariates: [age, sex]}", True
        )


def persons_are_enrolled_again(result: Understood) -> Iterator[Broken]:
    """Counting each person once says something only where persons can have several enrollments."""
    if result.settings.estimates.per_person and one_row_per_person(result):
        wrong = "one row per participant counts each person once already"
        yield Broken(("estimates", "per_person"), wrong, "remove it", True)


def subgroups_are_carried(result: Understood) -> Iterator[Broken]:
    """Every subgroup is a baseline characteristic with levels."""
    path, subgroups = ("estimates", "subgroups"), result.settings.estimates.subgroups
    yield from all_listed(path, subgroups, CHARACTERISTIC, result.known("baseline"), DECLARE)
    for index, name in enumerate(subgroups):
        characteristic = result.settings.baseline.get(name)
        if (
            characteristic
            and characteristic.type == "number"
            and not result.is_unsure(("baseline", name, "type"))
        ):
            wrong = f"`{name}` is a number and has no levels to make subgroups of"
            yield Broken((*path, index), wrong, "add a characteristic with its classes to the extract")


def splines_bend_numbers(result: Understood) -> Iterator[Broken]:
    """Only a number can be a spline."""
    for name, each in result.settings.baseline.items():
        if each.spline and each.type != "number":
            yield Broken(
                ("baseline", name, "spline"),
                f"`{name}` is no number: a {each.type} has no spline",
                "remove it",
            )


def times_are_known(result: Understood) -> Iterator[Broken]:
    """Only outcomes that are counted over follow-up have times of events: in columns, with `followed`."""
    outcomes, by_person = result.settings.outcomes, one_row_per_person(result)
    for key in ("time_to_event", "monthly"):
        named = getattr(result.settings.estimates, key)
        if named and by_person and (key == "monthly" or not any(of.followed for of in outcomes.values())):
            wrong = "one row per participant has no times of events"
            fix = "remove it" if key == "monthly" else "remove it, or give the outcome its `followed`"
            yield Broken(("estimates", key), wrong, fix, True)
        elif by_person is not None:
            counted = [
                n for n, of in outcomes.items() if (of.followed if by_person else of.measure == "count")
            ]
            kind = "outcome with `followed`" if by_person else "outcome of measure `count`"
            yield from all_listed(("estimates", key), named, kind, counted)


def uptake_fits_the_data(result: Understood) -> Iterator[Broken]:
    """Uptake is an event of the extracts, or a column of the participants."""
    uptake, by_person, path = (
        result.settings.estimates.uptake,
        one_row_per_person(result),
        ("estimates", "uptake"),
    )
    if uptake is None or by_person is None:
        return
    needed, other = ("column", "event") if by_person else ("event", "column")
    if getattr(uptake, needed) is None:
        yield Broken(path, f"`{needed}` is missing in `estimates.uptake`", _example(needed), True)
    if getattr(uptake, other) is not None:
        yield Broken((*path, other), f"`{other}` has no meaning with these data", _example(needed), True)
    elif not by_person:
        yield from event_is_known(result, path, uptake)


def _example(key: str) -> str:
    return "as uptake: {event: contact}" if key == "event" else "as uptake: {column: engaged}"


def known_covariates(result: Understood) -> list[str] | None:
    """Return the names that can be covariates; None when they cannot be told."""
    characteristics, outcomes = result.known("baseline"), result.known("outcomes")
    if characteristics is None or outcomes is None:
        return None
    uncounted = ("by_date", "sum", *DESCRIBED)
    by_date = [name for name, each in result.settings.outcomes.items() if each.measure in uncounted]
    counted = [name for name in outcomes if name not in by_date]
    return [*characteristics, *(f"baseline_{name}" for name in counted if not one_row_per_person(result))]


RULES = (
    covariates_are_carried,
    staying_is_explained,
    persons_are_enrolled_again,
    subgroups_are_carried,
    splines_bend_numbers,
    times_are_known,
    uptake_fits_the_data,
)
