"""The flow of the trial as boxes: what the flow diagram and its text version both show.

The dataset holds one count per stage and arm (window `flow`); this module knows which stages go into which
box, in which order, and in what words.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from armwise.report.numbers import HIDDEN, NOTHING, whole
from armwise.report.results import Results, Row
from armwise.report.trial import Trial, inside


@dataclass(frozen=True)
class Entry:
    """One line of a box: the finished count, the words, and the key of the count."""

    count: str
    words: str
    key: str


@dataclass(frozen=True)
class Box:
    """One box: a heading and the lines under it."""

    head: Entry
    lines: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Band:
    """One stage of the trial: one box for everybody, or one per arm in printing order."""

    name: str
    boxes: tuple[Box, ...]


# Stages of the dataset by the box in which they stand: (stage, words). Only those counted are shown.
PERSONS = [("persons", "different persons")]
ALLOCATION = [("uptake", "took up what was offered")]
NOT_IN_COHORT = [
    ("later_enrollment", "left out: a later enrollment of the same person"),
    ("baseline_not_covered", "left out: not covered before randomization as asked"),
]
FOLLOW_UP = [
    ("died_before", "died before randomization: no person-time"),
    ("not_covered", "not covered at randomization: no person-time"),
    ("after_the_data", "randomized after the data end: no person-time"),
    ("after_the_window", "randomized after the window: no person-time"),
    ("ended_by_coverage", "coverage ended early"),
    ("ended_by_death", "died"),
    ("ended_by_later_lottery", "ended at a later lottery"),
    ("ended_by_data", "data ended early"),
    ("complete", "followed to the end"),
]
LEFT_OUT = {
    "no_person_time": "left out: no person-time",
    "missing_outcome": "left out: outcome missing",
    "no_weight": "left out: no analysis weight",
}


def bands(results: Results, trial: Trial) -> list[Band]:
    """Return the flow from the database to the analysis, one band per stage that was counted."""
    reader = _Reader(results, trial)
    return [
        *reader.assessment(),
        *reader.enrollment(),
        *reader.allocation(),
        *reader.follow_up(),
        *reader.analysis(),
    ]


@dataclass(frozen=True)
class _Reader:
    results: Results
    trial: Trial

    def entry(self, stage: str, contrast: str, words: str) -> Entry | None:
        row = self.results.first(outcome=stage, window="flow", contrast=contrast, measure="count")
        return None if row is None else Entry(self.count(row), words, row.key)

    def count(self, row: Row | None, column: str = "estimate") -> str:
        if row is None:
            return NOTHING
        return HIDDEN if row.hides(column) else whole(getattr(row, column), self.trial.style)

    def entries(self, stages: list[tuple[str, str]], contrast: str) -> tuple[Entry, ...]:
        found = (self.entry(stage, contrast, words) for stage, words in stages)
        return tuple(entry for entry in found if entry is not None)

    def assessment(self) -> list[Band]:
        """Return those assessed for the trial, and why some were not randomized, where there is a list."""
        head = self.entry("assessed", "all", "persons assessed for eligibility")
        if head is None:
            return []
        reasons = [
            row for row in self.results.find(window="flow") if row.outcome.startswith("not_randomized=")
        ]
        listed = [("not_randomized", "not randomized")]
        listed += [
            (row.outcome, f"  {row.outcome.partition('=')[2]}") for row in reasons if row.contrast == "all"
        ]
        if self.anyone("not_assessed"):
            listed.append(("not_assessed", "randomized without being in the list"))
        return [Band("Assessment", (Box(head, self.entries(listed, "all")),))]

    def anyone(self, stage: str) -> bool:
        """Say whether anybody was counted at a stage over all arms."""
        row = self.results.first(outcome=stage, window="flow", contrast="all", measure="count")
        return bool(row and (row.estimate or row.hides("estimate")))

    def enrollment(self) -> list[Band]:
        head = self.entry("randomized", "all", f"{self.trial.unit} randomized")
        if head is None:
            return []
        people = self.entries(PERSONS, "all")
        repeated = people if people and people[0].count != head.count else ()
        return [Band("Enrollment", (Box(head, repeated),))]

    def allocation(self) -> list[Band]:
        above = self.enrollment()
        repeated = PERSONS if above and above[0].boxes[0].lines else []
        boxes = []
        for arm, label in self.trial.arms.items():
            head = self.entry("randomized", arm, f"randomized to {inside(label)}")
            if head is None:
                return []
            stages = [*repeated, *ALLOCATION, *self.counted(NOT_IN_COHORT)]
            boxes.append(Box(head, self.entries(stages, arm)))
        return [Band("Allocation", tuple(boxes))]

    def follow_up(self) -> list[Band]:
        stages = self.counted(FOLLOW_UP)
        boxes = tuple(
            Box(Entry("", "Follow-up for claims", ""), self.entries(stages, arm)) for arm in self.trial.arms
        )
        return [Band("Follow-up", boxes)] if stages else []

    def counted(self, stages: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return the stages in which anybody is."""
        return [(stage, words) for stage, words in stages if self.anybody(outcome=stage, window="flow")]

    def anybody(self, **place: str) -> bool:
        """Say whether anybody was counted there in any arm: a line of zeros in every box says nothing."""
        rows = [self.results.first(contrast=arm, **place) for arm in self.trial.arms]
        return any(row and (row.estimate or row.hides("estimate")) for row in rows)

    def analysis(self) -> list[Band]:
        boxes = []
        for arm in self.trial.arms:
            row = self.results.first(contrast=arm, measure="count", **self.primary)
            if row is None:
                return []
            head = Entry(self.count(row, "n"), "in the primary analysis", row.key)
            boxes.append(Box(head, tuple(self.left_out(arm))))
        return [Band("Analysis", tuple(boxes))]

    @property
    def primary(self) -> dict[str, str]:
        """The parts of the key of the primary outcome in everybody."""
        outcome, window = self.trial.primary
        return {"analysis_set": "itt", "outcome": outcome, "window": window, "subgroup": "all"}

    def left_out(self, arm: str) -> Iterator[Entry]:
        """Yield those of an arm who are not in the primary analysis, by reason."""
        for measure, words in LEFT_OUT.items():
            row = self.results.first(contrast=arm, measure=measure, **self.primary)
            if row is not None and self.anybody(measure=measure, **self.primary):
                yield Entry(self.count(row), words, row.key)
