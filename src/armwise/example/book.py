"""A book of claims: service lines as columns of numbers, collected block by block."""

from dataclasses import dataclass, field

import numpy as np

from armwise.example import code_tables, codes
from armwise.example.codes import code

NO_DAY = -1_000_000
IMPOSSIBLE_DAY = 1_000_000  # written as a date that no calendar has

DEFAULTS: dict[str, int] = {
    "version": 1,
    "admit_day": NO_DAY,
    "discharge_day": NO_DAY,
    "status": code(""),
    "bill": code(""),
    "revenue": code(""),
    "procedure": code(""),
    "place": code(""),
    "also": code(""),
    "facility": code(""),
    "original": -1,
    "origin": code(""),
    "denied": 0,
}
Lines = dict[str, np.ndarray]


@dataclass
class Book:
    """Collects claims and their lines; every column an array, one element per line."""

    rng: np.random.Generator
    blocks: list[Lines] = field(default_factory=list)
    claims: int = 0

    def claim(self, **header: np.ndarray | int) -> Lines:
        """Open one claim per element of `person`: columns of the claim, repeated on each of its lines."""
        n = len(np.asarray(header["person"]))
        claim = np.arange(self.claims, self.claims + n)
        self.claims += n
        paid_after = self.rng.choice(
            [14, 21, 28, 42, 70, 140, 300], n, p=[0.3, 0.25, 0.2, 0.12, 0.08, 0.04, 0.01]
        )
        adjudicated = _next_friday(np.asarray(header["through_day"]) + paid_after)
        columns = {**DEFAULTS, "adjudicated": adjudicated, "claim": claim, **header}
        return {name: np.broadcast_to(np.asarray(value), n) for name, value in columns.items()}

    def line(self, claim: Lines, line: np.ndarray | int, **columns: np.ndarray | int) -> None:
        """Write one line on each of these claims."""
        n = len(claim["claim"])
        block = {**claim, "line": line, **columns}
        self.blocks.append({name: np.broadcast_to(np.asarray(value), n) for name, value in block.items()})

    def lines(self) -> Lines:
        """All lines so far."""
        return {name: np.concatenate([block[name] for block in self.blocks]) for name in self.blocks[0]}


def rows(claim: Lines, chosen: np.ndarray) -> Lines:
    """Some claims, or some lines."""
    return {name: values[chosen] for name, values in claim.items()}


def _next_friday(days: np.ndarray) -> np.ndarray:
    return days + (4 - days) % 7  # day 0 was a Monday


def write_extras(book: Book, claim: Lines, most: int, table: list[tuple]) -> None:
    """0 to `most` further lines per claim, numbered from 2, from a table of (revenue, [procedure,] share)."""
    count = book.rng.integers(0, most + 1, len(claim["claim"]))
    repeated = rows(claim, np.repeat(np.arange(len(count)), count))
    number = 2 + np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    drawn = codes.draw_rows(table, len(number), book.rng)
    extra = {"revenue": codes.numbers([row[0] for row in table])[drawn]}
    if len(table[0]) == 3:
        extra["procedure"] = codes.numbers([row[1] for row in table])[drawn]
    book.line(repeated, number, **extra)


def home_facility(person: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Three times in four the hospital that the person always goes to."""
    facilities = codes.numbers(code_tables.FACILITIES)
    usual = (person * 7 + 3) % len(facilities)
    return facilities[
        np.where(rng.random(len(person)) < 0.75, usual, rng.integers(0, len(facilities), len(person)))
    ]
