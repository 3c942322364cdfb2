"""The flow of the trial as boxes: what the flow diagram and its text version both show.

The dataset holds one count per stage and arm (window `flow`); this module knows which stages go into which
box, in which order, and in what words.
"""

from dataclasses import dataclass

from armwise.report.numbers import HIDDEN, NOTHING, whole
from armwise.report.results import Results, Row
from armwise.report.trial import Trial, in_words, inside


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
    """One stage of the trial: one box for everybody, or one per arm in printing order.

    `aside` stands to the right of the way down: those who go no further.
    """

    name: str
    boxes: tuple[Box, ...]
    aside: Box | None = None


# Stages of the dataset by the box in which they stand: (stage, words). Only those counted are shown.
PERSONS = [("persons", "different persons")]
ALLOCATION = [
    *PERSONS,
    ("uptake", "engaged with the program"),
    ("not_engaged", "not engaged"),
]
FOLLOW_UP = [
    ("never_covered", "never covered: no person-time"),
    ("ended_by_coverage", "coverage ended early"),
    ("ended_by_death", "died"),
    ("ended_by_later_lottery", "ended at a later lottery"),
    ("ended_by_data", "data ended early"),
    ("complete", "followed to the end"),
]
WORDS = dict(ALLOCATION + FOLLOW_UP)


def bands(results: Results, trial: Trial) -> list[Band]:
    """Return the flow from the database to the analysis, one band per stage that was counted."""
    reader = _Reader(results, trial)
    return [*reader.enrollment(), *reader.allocation(), *reader.follow_up(), *reader.analysis()]


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

    def enrollment(self) -> list[Band]:
        head = self.entry("randomized", "all", f"{self.trial.unit} randomized")
        if head is None:
            return []
        return [Band("Enrollment", (Box(head, self.different(PERSONS, "all", head)),))]

    def different(self, stages: list[tuple[str, str]], contrast: str, head: Entry) -> tuple[Entry, ...]:
        """Return the entries under a heading, without persons when there is one enrollment each."""
        found = self.entries(stages, contrast)
        return tuple(e for e in found if e.words != PERSONS[0][1] or e.count != head.count)

    def allocation(self) -> list[Band]:
        boxes = []
        for arm, label in self.trial.arms.items():
            head = self.entry("randomized", arm, f"randomized to {inside(label)}")
            if head is None:
                return []
            boxes.append(Box(head, self.different(ALLOCATION, arm, head)))
        return [Band("Allocation", tuple(boxes))]

    def follow_up(self) -> list[Band]:
        boxes = tuple(
            Box(Entry("", "Follow-up for claims", ""), self.entries(FOLLOW_UP, arm))
            for arm in self.trial.arms
        )
        return [Band("Follow-up", boxes)] if any(box.lines for box in boxes) else []

    def analysis(self) -> list[Band]:
        outcome, window = self.trial.primary
        boxes = []
        for arm in self.trial.arms:
            row = self.results.first(
                outcome=outcome,
                window=window,
                subgroup="all",
                contrast=arm,
                measure="count",
                analysis_set="itt",
            )
            if row is None:
                return []
            boxes.append(
                Box(Entry(self.count(row, "n"), "in the primary analysis", row.key), self.left_out(arm))
            )
        return [Band("Analysis", tuple(boxes))]

    def left_out(self, arm: str) -> tuple[Entry, ...]:
        outcome, window = self.trial.primary
        entries = []
        for measure, words in LEFT_OUT.items():
            row = self.results.first(
                outcome=outcome, window=window, contrast=arm, measure=measure, subgroup="all"
            )
            if row is not None:
                entries.append(Entry(self.count(row), words, row.key))
        return tuple(entries)


LEFT_OUT = {
    "no_person_time": "left out: no person-time",
    "missing_outcome": "left out: outcome missing",
    "no_weight": "left out: no analysis weight",
}


def words_of(stage: str) -> str:
    """Return a stage in words."""
    return WORDS.get(stage) or in_words(stage)
