"""Claims of everything else: office, laboratory, clinic, transport; some dated where no coverage is."""

import numpy as np

from armwise.example import code_tables, codes
from armwise.example.book import Book, home_facility, rows
from armwise.example.calendar import CLAIMS_END
from armwise.example.codes import code, draw
from armwise.example.people import People


def write_filler(book: Book, people: People, lines: float) -> None:
    """About `lines` lines of other care on covered days: office, laboratory, clinic, transport and so on."""
    end = np.minimum(np.minimum(people.span_ends, people.died[:, None] + 1), CLAIMS_END)
    start = np.minimum(np.maximum(people.span_starts, 0), end)
    days = (end - start).sum(axis=1)
    use = days * (0.4 + 0.6 * np.minimum(people.frailty, 4))
    count = book.rng.poisson(max(lines, 0) / 1.75 * use / use.sum())
    person = np.repeat(np.arange(len(people)), count)
    day = _nth_covered_day(
        start[person], end[person], (book.rng.random(len(person)) * days[person]).astype(int)
    )
    kind = codes.draw_rows(code_tables.FILLER, len(person), book.rng)
    column = [codes.numbers([str(row[place]) for row in code_tables.FILLER])[kind] for place in range(4)]
    header = {"bill": column[0], "place": np.where(column[0] == code(""), column[3], code(""))}
    diagnosis = draw(code_tables.OFFICE, len(person), book.rng)
    header["facility"] = np.where(column[0] == code(""), code(""), home_facility(person, book.rng))
    claim = book.claim(person=person, from_day=day, through_day=day, diagnosis=diagnosis, **header)
    book.line(claim, 1, revenue=column[1], procedure=column[2])
    again = rows(claim, (column[0] == code("")) & (book.rng.random(len(person)) < 0.6))
    book.line(again, 2, procedure=draw(code_tables.FILLER_EXTRA, len(again["claim"]), book.rng))
    again = rows(again, book.rng.random(len(again["claim"])) < 0.5)
    book.line(again, 3, procedure=draw(code_tables.FILLER_EXTRA, len(again["claim"]), book.rng))


def write_uncovered(book: Book, people: People) -> None:
    """A few office visits dated where no coverage is: after its end, or shortly after death."""
    late = np.flatnonzero((book.rng.random(len(people)) < 0.02) & (people.span_ends[:, 1] < CLAIMS_END - 40))
    ended = np.minimum(people.span_ends[late, 1], people.died[late] + 1)
    day = ended + book.rng.integers(0, 20, len(late))
    diagnosis = draw(code_tables.OFFICE, len(late), book.rng)
    claim = book.claim(person=late, from_day=day, through_day=day, diagnosis=diagnosis, place=code("11"))
    book.line(claim, 1, procedure=code("99213"))


def _nth_covered_day(start: np.ndarray, end: np.ndarray, nth: np.ndarray) -> np.ndarray:
    """The nth (from 0) of the days in a row's spans (n, 3)."""
    lengths = end - start
    skipped = np.cumsum(lengths, axis=1) - lengths
    span = (nth[:, None] >= skipped).sum(axis=1) - 1
    chosen = np.arange(len(nth))
    return start[chosen, span] + nth - skipped[chosen, span]
