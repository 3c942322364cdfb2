"""The best guess at a whole trial from a folder of extracts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from armwise.new.arms import Arms, arms_of
from armwise.new.characteristics import Characteristic, characteristics
from armwise.new.crosswalks import crosswalk_in
from armwise.new.dates import open_ends, settle_dates
from armwise.new.days import Span, last_end, span_of
from armwise.new.folder import Group, Unread
from armwise.new.further import LeftOut, parted
from armwise.new.mending import mend
from armwise.new.persons import person_columns, share_found, written_as
from armwise.new.profile import Profile
from armwise.new.records import records_in, with_characteristics
from armwise.new.sample import groups_of
from armwise.new.shares import FEW
from armwise.new.sources import Found, found_sources, one_table

# The column that says when something happened, by source.
HAPPENED = {
    "enrollment": "randomized_on",
    "coverage": "coverage_start",
    "utilization": "from_date",
    "vaccinations": "given_on",
    "contacts": "contacted_on",
    "deaths": "died_on",
    "records": "occurred_on",
}


@dataclass
class Guess:
    """What was seen in a folder, and what it means."""

    folder: Path
    rows: int  # rows of each file that were looked at
    sources: dict[str, Found]
    records: dict[str, Found]  # files that say what else happened to a person on a day, by name
    also: dict[str, list[Found]]  # further layouts of a source, by its name
    further: list[
        LeftOut
    ]  # files that look like a source that another file is already, and are no part of it
    left: list[Group]  # tables that are no source
    unread: list[Unread]
    translates: list[str] = field(default_factory=list)  # the sources whose persons the crosswalk translates
    spans: dict[str, Span] = field(default_factory=dict)
    complete: dict[str, date] = field(default_factory=dict)
    arms: Arms | None = None
    characteristics: list[Characteristic] = field(default_factory=list)

    @property
    def enrollment(self) -> Found | None:
        """Return the file that says who was randomized."""
        return self.sources.get("enrollment")

    @property
    def randomized(self) -> Found | None:
        """Return the file with the arms: the enrollments, or the one table of a trial."""
        return self.enrollment or self.sources.get("participants")

    @property
    def more(self) -> list[Found]:
        """Return the further layouts of all sources."""
        return [each for layouts in self.also.values() for each in layouts]

    @property
    def elsewhere(self) -> list[tuple[Group, list[str]]]:
        """Return the files beside the enrollments that have characteristics of persons, and which columns."""
        if "participants" in self.sources:
            return []
        others = [each.group for each in [*self.sources.values(), *self.more, *self.records.values()]]
        mine = self.enrollment.group if self.enrollment else None
        return with_characteristics([each for each in [*others, *self.left] if each is not mine])


def guessed(folder: Path, rows: int, today: date) -> Guess:
    """Return the best guess at the trial in a folder of extracts, from the first `rows` of each file."""
    guess = _taken_apart(folder, rows)
    _look_at_days(guess, today)
    _look_at_persons(guess)
    if guess.randomized:
        guess.arms = arms_of(guess.randomized.columns_of("arm"))
    if guess.enrollment:
        guess.characteristics = characteristics(guess.enrollment)
    return guess


def _taken_apart(folder: Path, rows: int) -> Guess:
    """Return which files of a folder are which source, with their columns."""
    groups, unread = groups_of(folder, rows)
    persons = person_columns(groups)
    sources, further = found_sources(groups, persons)
    if table := one_table(groups, sources):
        sources, further, persons = {"participants": table}, [], {}
    left = _without(groups, [*sources.values(), *further])
    translates: list[str] = []
    if crosswalk := crosswalk_in(left, sources):
        sources["crosswalk"], translates = crosswalk
    left = _without(left, sources.values())
    records = records_in(left, persons) if sources else {}
    settle_dates([*sources.values(), *further, *records.values()])
    left = _without(left, records.values())
    for each in [*sources.values(), *further]:
        mend(each)
    also, left_out = parted(sources, further)
    return Guess(folder, rows, sources, records, also, left_out, left, unread, translates)


def _without(groups: list[Group], used: Iterable[Found]) -> list[Group]:
    taken = [each.group for each in used]
    return [group for group in groups if not any(group is each for each in taken)]


def _look_at_days(guess: Guess, today: date) -> None:
    """Note between which days each source has rows, and through which it seems complete."""
    dated = {**guess.sources, **guess.records}
    for source, found in dated.items():
        if spans := list(_spans([found, *guess.also.get(source, [])], today)):
            span = min(spans, key=lambda each: each.complete_through(source == "coverage"))
            guess.spans[source] = span
            guess.complete[source] = span.complete_through(source == "coverage")
    if "coverage" in guess.sources:
        _look_at_coverage(guess, guess.sources["coverage"], today)


def _spans(layouts: list[Found], today: date) -> Iterator[Span]:
    for found in layouts:
        span = span_of(found, HAPPENED[found.source], today) if found.source in HAPPENED else None
        if span:
            yield span


def _look_at_coverage(guess: Guess, coverage: Found, today: date) -> None:
    """Take coverage as complete to the last month in which spans start or end, or to the claims' where some
    are open: those say nothing of the day of the extract.
    """
    days = [last_end(coverage, today), guess.complete.get("coverage")]
    if _some_are_open(coverage):
        days.append(guess.complete.get("utilization"))
    known = [day for day in days if day]
    if known:
        guess.complete["coverage"] = max(known)


def _some_are_open(coverage: Found) -> bool:
    ends = coverage.columns_of("coverage_end")
    return (
        ends.filled < ends.rows or any("9999" in value for value in ends.counts) or bool(open_ends(coverage))
    )


def _look_at_persons(guess: Guess) -> None:
    """Doubt a source that knows nobody of those who were randomized."""
    if guess.enrollment is None:
        return
    randomized = guess.enrollment.persons
    for found in _to_be_known(guess):
        persons = found.persons
        if len(persons.counts) > FEW and not share_found(persons, randomized):
            found.doubts.append(
                f"{persons.name} has nobody of {guess.enrollment.group.name}: ids are written with "
                f"{_shapes(persons)} here and with {_shapes(randomized)} there (a crosswalk?)"
            )


def _to_be_known(guess: Guess) -> list[Found]:
    """Return the sources whose persons should be those of the enrollments under the same number."""
    named = [*guess.sources.items(), *guess.records.items(), *((each.source, each) for each in guess.more)]
    return [each for name, each in named if name not in ("enrollment", "crosswalk", *guess.translates)]


def _shapes(profile: Profile) -> str:
    return " or ".join(written_as(profile)) or "mixed signs"
