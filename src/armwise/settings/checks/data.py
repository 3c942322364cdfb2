"""Rules for the block `data`."""

import re
from collections.abc import Iterable, Iterator, Mapping

from armwise.settings.checks.rule import Broken, given_sources, unlisted
from armwise.settings.known import COLUMNS, EVENTS
from armwise.settings.outcomes import Outcome
from armwise.settings.validate import Understood


def one_kind_of_data(result: Understood) -> Iterator[Broken]:
    """A trial comes as one row per person, or as extracts of which one says who was randomized."""
    given = given_sources(result)
    if not given:
        yield Broken(
            ("data",), "no data are declared", "give `participants`, or `enrollment` and other extracts", True
        )
    elif "participants" in given and len(given) > 1:
        others = ", ".join(f"`{name}`" for name in COLUMNS if name in given - {"participants"})
        wrong = f"`participants` (one row per person) cannot stand beside {others}"
        yield Broken(
            ("data", "participants"), wrong, "keep the one kind of data that the trial comes as", True
        )
    elif given.isdisjoint({"participants", "enrollment"}):
        yield Broken(("data",), "`enrollment` is missing: nothing says who was randomized", of_key=True)


def claims_have_coverage(result: Understood) -> Iterator[Broken]:
    """A source that sees people only while covered needs the spans of coverage."""
    for name, source in result.settings.data.sources().items():
        if source.observed_while == "covered" and "coverage" not in given_sources(result):
            wrong = f"`{name}` is observed while covered, and `coverage` is not declared"
            yield Broken(("data", name), wrong, "declare `coverage`, or set `observed_while: always`", True)


def events_are_complete_through_a_day(result: Understood) -> Iterator[Broken]:
    """A source whose events count says through which day it is complete."""
    sources = result.settings.data.sources()
    for name in sorted(_counted_sources(result) & set(sources)):
        if sources[name].complete_through is None:
            wrong = f"`complete_through` is missing in `data.{name}`: a window could end after the data do"
            fix = 'give the last day that the extract holds whole, as complete_through: "2020-03-31"'
            if not result.is_unsure(("data", name, "complete_through")):
                yield Broken(("data", name), wrong, fix, True)


def columns_are_in_the_contract(result: Understood) -> Iterator[Broken]:
    """`columns` and `values` name columns of the contract, or those that other blocks name."""
    for name, source in result.settings.data.sources().items():
        known = [*COLUMNS[name], *_columns_named_elsewhere(result, name)]
        for key in ("columns", "values"):
            for column in getattr(source, key):
                if column not in known:
                    kind = f"column in the contract of `{name}`:"
                    yield unlisted(("data", name, key, column), column, kind, known)._replace(of_key=True)


def values_of_arm_are_arms(result: Understood) -> Iterator[Broken]:
    """Values of the arm column become names of arms."""
    arms = result.known("trial", "arms")
    for name, source in result.settings.data.sources().items():
        for theirs, ours in source.values.get("arm", {}).items():
            if arms and ours not in arms:
                yield unlisted(("data", name, "values", "arm", theirs), ours, "arm", arms)


def unset_variables(result: Understood, environment: Mapping[str, str]) -> Iterator[Broken]:
    """Every ${NAME} in a path is set in the environment."""
    for name, source in result.settings.data.sources().items():
        for variable in dict.fromkeys(re.findall(r"\$\{(\w+)\}", source.path)):
            if not environment.get(variable):
                wrong = f"the environment variable {variable} is not set"
                yield Broken(
                    ("data", name, "path"), wrong, f"set it first: export {variable}=/path/to/the/data"
                )


def _counted_sources(result: Understood) -> set[str]:
    """Return the sources whose events are outcomes or uptake."""
    uptake = result.settings.estimates.uptake
    events = [each.event for each in result.settings.outcomes.values()] + [uptake.event if uptake else None]
    return {EVENTS[event].source for event in events if event in EVENTS}


def _columns_named_elsewhere(result: Understood, source: str) -> Iterable[str]:
    """Return the columns that characteristics, outcomes and uptake take from a source."""
    settings = result.settings
    if source in ("participants", "enrollment"):
        yield from settings.baseline
        yield from (each.column for each in settings.baseline.values() if each.column)
    if source == "participants":
        for outcome in settings.outcomes.values():
            yield from _outcome_columns(outcome)
        if settings.estimates.uptake and settings.estimates.uptake.column:
            yield settings.estimates.uptake.column


def _outcome_columns(outcome: Outcome) -> Iterator[str]:
    """Yield the columns of the participants that an outcome takes."""
    for column in (outcome.column, outcome.exposure, outcome.weight):
        if isinstance(column, dict):
            yield from column.values()
        elif column:
            yield column


RULES = (
    one_kind_of_data,
    claims_have_coverage,
    events_are_complete_through_a_day,
    columns_are_in_the_contract,
    values_of_arm_are_arms,
)
