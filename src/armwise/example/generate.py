"""Makes the example: people, lotteries, their truth, and then the extracts of a plan, chunk after chunk."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from armwise.example import tables
from armwise.example.book import Book, Lines
from armwise.example.calendar import NEVER
from armwise.example.contacts import draw_contacts
from armwise.example.design import VACCINE_HAZARD_RATIO, stream
from armwise.example.ed_claims import write_ed_visits
from armwise.example.files import Extract
from armwise.example.happenings import Events, draw_events
from armwise.example.lottery import Lottery, draw_lottery, first_contacts, lottery_days, observed_until
from armwise.example.messy import bill_twice, correct, draw_phantoms, repeat_and_break, write_phantoms
from armwise.example.other_claims import write_filler, write_uncovered
from armwise.example.people import People, draw_people
from armwise.example.stay_claims import write_stays
from armwise.example.truth import Truth
from armwise.example.vaccination import write_doses

CHUNK = 4096  # people drawn at a time; a part of the recipe: another size gives other people
STRANGERS = 0.012  # people with claims who were on no list, per randomized person
_FIRST_STRANGER = 6_000_000
SOURCES = ["enrollment", "coverage", "claim_lines", "vaccinations", "contacts", "deaths"]
_PEOPLE, _LOTTERY, _EVENTS, _CLAIMS, _DOSES, _CONTACTS, _COVERAGE, _STRANGERS = range(8)


@dataclass(frozen=True)
class Chunk:
    """Some people with their lotteries, and where their numbers start."""

    seed: int
    index: int
    people: People
    lottery: Lottery
    first_person: int
    first_enrollment: int

    @property
    def strangers(self) -> People:
        """People who were never on a list; the plan sends their claims all the same."""
        return draw_people(round(STRANGERS * len(self.people)), self.random(_STRANGERS + 1))

    @property
    def person_numbers(self) -> np.ndarray:
        """Numbers of the chunk's people, then of its strangers."""
        strangers = round(STRANGERS * len(self.people))
        theirs = _FIRST_STRANGER + self.index * CHUNK + np.arange(strangers)
        return np.concatenate([self.first_person + np.arange(len(self.people)), theirs])

    def random(self, stage: int) -> np.random.Generator:
        """The random numbers of one stage of this chunk."""
        return stream(self.seed, self.index, stage)


def generate(enrollments: int, seed: int, out: Path, file_format: str = "csv.gz", lines: float = 33) -> Path:
    """Write truth.csv and then the extracts of a trial to the folder `out`.

    Parameters: number of enrollments (exact); seed; folder (made if absent); "csv.gz" or "parquet"; claim
    lines per enrollment (about; not fewer than events need). The same arguments give the same bytes.
    Returns `out`.
    """
    out.mkdir(parents=True, exist_ok=True)
    truth = Truth()
    for chunk in chunks(enrollments, seed):
        truth.add(chunk.people, chunk.lottery)
    _write_truth(truth.table(), out / "truth.csv")
    _write_truth(truth.subgroup_table(), out / "truth_subgroups.csv")
    with ExitStack() as stack:
        extracts = {name: stack.enter_context(Extract(out, name, file_format)) for name in SOURCES}
        _write_extracts(extracts, enrollments, seed, lines)
    return out


def chunks(enrollments: int, seed: int) -> Iterator[Chunk]:
    """Chunks of people with exactly so many enrollments in all."""
    index, people_so_far, enrollments_so_far = 0, 0, 0
    while enrollments_so_far < enrollments:
        people = draw_people(CHUNK, stream(seed, index, _PEOPLE))
        lottery = draw_lottery(people, stream(seed, index, _LOTTERY))
        kept = _as_many_as(enrollments - enrollments_so_far, people, lottery)
        people = people.take(kept)
        lottery = Lottery(lottery.enrolled[kept], lottery.offered[kept])
        yield Chunk(seed, index, people, lottery, people_so_far, enrollments_so_far)
        people_so_far += len(people)
        enrollments_so_far += int(lottery.enrolled.sum())
        index += 1


def _as_many_as(wanted: int, people: People, lottery: Lottery) -> np.ndarray:
    """The first people with at most `wanted` enrollments, then some with one list entry to make it exact."""
    total = np.cumsum(lottery.enrolled.sum(axis=1))
    kept = np.flatnonzero(total <= wanted)
    missing = wanted - int(total[len(kept) - 1]) if len(kept) else wanted
    once = np.flatnonzero((people.lists >= 0).sum(axis=1) == 1)
    if len(kept) == len(people):
        return kept
    return np.concatenate([kept, once[once >= len(kept)][:missing]])


def _write_extracts(extracts: dict[str, Extract], enrollments: int, seed: int, lines: float) -> None:
    first_claim = 0
    for chunk in chunks(enrollments, seed):
        people, lottery, first = chunk.people, chunk.lottery, chunk.first_person
        entry, everyone = lottery.offered_at, np.arange(len(people))
        contact = first_contacts(people)[everyone, entry]
        extracts["enrollment"].write(tables.enrollment(people, lottery, first, chunk.first_enrollment))
        extracts["coverage"].write(tables.coverage(people, first, chunk.random(_COVERAGE)))
        extracts["deaths"].write(tables.deaths(people, first))
        extracts["contacts"].write(_contacts(chunk, entry, contact))
        hazard = people.vaccine_hazard * np.where(contact < NEVER, VACCINE_HAZARD_RATIO, 1.0)
        doses = write_doses(hazard, people.died, chunk.random(_DOSES))
        extracts["vaccinations"].write(tables.vaccinations(doses, first))
        written = claim_lines(chunk, contact, lines * lottery.enrolled.sum())
        as_text = not extracts["claim_lines"].parquet
        extracts["claim_lines"].write(tables.claim_lines(written, chunk.person_numbers, first_claim, as_text))
        first_claim += int(written["claim"].max(initial=-1)) + 1


def _contacts(chunk: Chunk, entry: np.ndarray, contact: np.ndarray) -> pa.Table:
    everyone, never = np.arange(len(entry)), np.full((len(entry), 1), NEVER)
    offered = np.hstack([lottery_days(chunk.people), never])[everyone, entry]
    until = np.hstack([observed_until(chunk.people), never])[everyone, entry]
    number = np.cumsum(chunk.lottery.enrolled) - 1
    last = np.minimum(entry, chunk.lottery.enrolled.shape[1] - 1)
    number = number.reshape(chunk.lottery.enrolled.shape)[everyone, last] + chunk.first_enrollment
    drawn = draw_contacts(offered, contact, until, chunk.random(_CONTACTS))
    return tables.contacts(drawn, number, chunk.first_person)


def true_events(chunk: Chunk, contact: np.ndarray) -> Events:
    """What happened to the people of a chunk, given their actual first contacts."""
    return draw_events(chunk.people, contact, chunk.random(_EVENTS))


def claim_lines(chunk: Chunk, contact: np.ndarray, wanted: float) -> Lines:
    """About `wanted` service lines of one chunk; people numbered beyond its own are strangers."""
    strangers, random = chunk.strangers, chunk.random(_STRANGERS)
    theirs = draw_events(strangers, np.full(len(strangers), NEVER), random)
    events = true_events(chunk, contact).and_also(theirs, len(chunk.people))
    people, book = chunk.people.and_also(strangers), Book(chunk.random(_CLAIMS))
    write_stays(book, events.take(events.is_stay), people)
    write_ed_visits(book, events.take(~events.is_stay), people)
    write_phantoms(book, draw_phantoms(events, book.rng), people)
    so_far = sum(len(block["claim"]) for block in book.blocks)
    write_filler(book, people, wanted - so_far)
    write_uncovered(book, chunk.people)
    correct(book)
    bill_twice(book)
    return repeat_and_break(book.lines(), book.rng)


def _write_truth(table: pa.Table, path: Path) -> None:
    pyarrow.csv.write_csv(table, path, pyarrow.csv.WriteOptions(quoting_style="none"))
