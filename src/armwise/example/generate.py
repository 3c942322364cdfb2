"""Makes the example: people, lotteries, their truth, and then the extracts of a plan, chunk after chunk."""

from contextlib import ExitStack
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from armwise.example import tables
from armwise.example.book import Book, Lines
from armwise.example.chunk import Chunk, chunks
from armwise.example.ed_claims import write_ed_visits
from armwise.example.files import Extract
from armwise.example.messy import bill_twice, correct, draw_phantoms, repeat_and_break, write_phantoms
from armwise.example.other_claims import write_filler, write_uncovered
from armwise.example.stay_claims import write_stays
from armwise.example.truth import Truth

SOURCES = ["enrollment", "coverage", "claim_lines", "vaccinations", "contacts", "deaths"]


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


def _write_extracts(extracts: dict[str, Extract], enrollments: int, seed: int, lines: float) -> None:
    first_claim = 0
    as_text = not extracts["claim_lines"].parquet
    for chunk in chunks(enrollments, seed):
        for name, table in _small_tables(chunk).items():
            extracts[name].write(table)
        written = claim_lines(chunk, lines * chunk.lottery.enrolled.sum())
        extracts["claim_lines"].write(tables.claim_lines(written, chunk.person_numbers, first_claim, as_text))
        first_claim += int(written["claim"].max(initial=-1)) + 1


def _small_tables(chunk: Chunk) -> dict[str, pa.Table]:
    people, first = chunk.people, chunk.first_person
    return {
        "enrollment": tables.enrollment(people, chunk.lottery, first, chunk.first_enrollment),
        "coverage": tables.coverage(people, first, chunk.random_for_coverage()),
        "deaths": tables.deaths(people, first),
        "contacts": tables.contacts(chunk.contacts, chunk.offered_enrollment, first),
        "vaccinations": tables.vaccinations(chunk.doses, first),
    }


def claim_lines(chunk: Chunk, wanted: float) -> Lines:
    """About `wanted` service lines of one chunk; people numbered beyond its own are strangers."""
    people = chunk.people.and_also(chunk.strangers)
    events = chunk.events.and_also(chunk.events_of_strangers, len(chunk.people))
    book = Book(chunk.random_for_claims())
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
