"""Claims of stays, ED visits and everything else, as a plan's warehouse holds them: service lines."""

from dataclasses import dataclass, field

import numpy as np

from armwise.example import code_tables, codes
from armwise.example.calendar import CLAIMS_END
from armwise.example.codes import code, draw
from armwise.example.happenings import Events
from armwise.example.people import People

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


def write_ed_visits(book: Book, visits: Events, people: People) -> Lines:
    """Facility claim (0131, revenue 045x) and professional claim (place 23); some visits have only one.

    Returns the facility claims.
    """
    n, rng = len(visits), book.rng
    diagnosis = np.where(
        visits.avoidable, draw(code_tables.AVOIDABLE_ED, n, rng), draw(code_tables.OTHER_ED, n, rng)
    )
    level, kind = draw(code_tables.ED_LEVEL, n, rng), rng.random(n)
    common = {
        "person": visits.person,
        "from_day": visits.day,
        "through_day": visits.day,
        "diagnosis": diagnosis,
    }
    facility = {"facility": home_facility(visits.person, rng), "also": draw(code_tables.ALSO, n, rng)}
    claim = rows(book.claim(**common, **facility, bill=code("0131")), kind > 0.07)
    book.line(
        claim, 1, revenue=draw(code_tables.ED_ROOM, len(claim["claim"]), rng), procedure=level[kind > 0.07]
    )
    write_extras(book, claim, 3, code_tables.ED_EXTRA)
    # The physician often codes the symptom where the hospital codes the disease; the hospital's code decides.
    symptom = (kind > 0.07) & (rng.random(n) < 0.15)
    professional = {**common, "diagnosis": np.where(symptom, code("R079"), diagnosis)}
    book.line(
        rows(book.claim(**professional, place=code("23")), kind < 0.87), 1, procedure=level[kind < 0.87]
    )
    return claim


def write_stays(book: Book, stays: Events, people: People) -> Lines:
    """Hospital claims of each stay, one or several, and the physicians'. Returns the hospital claims."""
    n, rng = len(stays), book.rng
    age = (stays.day - people.birth_day[stays.person]) / 365.25
    avoidable = codes.draw_avoidable_admission(age, rng)
    diagnosis = np.where(stays.avoidable, avoidable, draw(code_tables.OTHER_ADMISSION, n, rng))
    also, origin = draw(code_tables.ALSO, n, rng), np.full(n, code("1"))
    excluded = ~stays.avoidable & (rng.random(n) < code_tables.EXCLUDED_SHARE)
    diagnosis, also, origin = (
        np.where(excluded, instead, usual)
        for instead, usual in zip(
            codes.draw_excluded_admission(age, rng), (diagnosis, also, origin), strict=True
        )
    )
    status = np.where(stays.died_there, code("20"), draw(code_tables.DISCHARGE, n, rng))
    end = stays.day + stays.nights
    stay = {
        "person": stays.person,
        "from_day": stays.day,
        "through_day": end,
        "admit_day": stays.day,
        "discharge_day": end,
        "status": status,
        "diagnosis": diagnosis,
        "also": also,
        "facility": home_facility(stays.person, rng),
        "origin": origin,
        "bill": np.full(n, code("0111")),
    }
    legs = _legs(stay, stays.nights, rng)
    claim = book.claim(**{name: legs[name] for name in stay})
    room = draw(code_tables.ROOM, len(claim["claim"]), rng)
    book.line(claim, 1, revenue=room)
    write_extras(book, claim, 4, code_tables.ANCILLARY)
    through_ed = legs["first"] & stays.via_ed[legs["stay"]]
    book.line(rows(claim, through_ed), 9, revenue=code("0450"), procedure=code("99285"))
    _write_physicians(book, stay, stays)
    return claim


def _legs(stay: Lines, nights: np.ndarray, rng: np.random.Generator) -> Lines:
    """Cut stays into the claims that were sent: interim claims, transfers, and a few in overlapping parts."""
    kind = rng.random(len(nights))
    cut = 1 + (rng.random(len(nights)) * np.maximum(nights - 2, 1)).astype(int)
    interim = (nights >= 6) & (kind < 0.30)
    transfer = (nights >= 3) & (kind > 0.90)
    overlap = (nights >= 3) & (kind > 0.86) & (kind <= 0.90)
    whole = {**stay, "stay": np.arange(len(nights)), "first": np.ones(len(nights), dtype=bool)}
    pieces = [rows(whole, ~(interim | transfer | overlap))]
    pieces += _interim_claims(rows(whole, interim), cut[interim])
    pieces += _transfers(rows(whole, transfer), cut[transfer], rng)
    pieces += _overlapping_claims(rows(whole, overlap), cut[overlap])
    joined = {name: np.concatenate([piece[name] for piece in pieces]) for name in whole}
    return rows(joined, np.lexsort((joined["from_day"], joined["stay"])))


def _interim_claims(stay: Lines, cut: np.ndarray) -> list[Lines]:
    """First claim (0112), sometimes a continuing one (0113), last claim (0114); each begins a day later."""
    n = len(cut)
    first_end = stay["from_day"] + cut
    days_left = stay["through_day"] - first_end - 1
    middle_end = first_end + 1 + days_left // 2
    three = days_left >= 4
    still = {"status": np.full(n, code("30")), "discharge_day": np.full(n, NO_DAY)}
    later = np.zeros(n, dtype=bool)
    first = {**stay, **still, "through_day": first_end, "bill": np.full(n, code("0112"))}
    middle = {
        **stay,
        **still,
        "from_day": first_end + 1,
        "through_day": middle_end,
        "bill": np.full(n, code("0113")),
    }
    last_start = np.where(three, middle_end, first_end) + 1
    last = {**stay, "from_day": last_start, "bill": np.full(n, code("0114")), "first": later}
    return [first, rows({**middle, "first": later}, three), last]


def _transfers(stay: Lines, cut: np.ndarray, rng: np.random.Generator) -> list[Lines]:
    """Two hospitals, the second from the same day or the next, with its own diagnosis: still one stay."""
    n = len(cut)
    moved = stay["from_day"] + cut
    arrived = np.minimum(moved + (rng.random(n) < 0.35), stay["through_day"])
    other = codes.numbers(code_tables.FACILITIES)[rng.integers(0, len(code_tables.FACILITIES), n)]
    first = {**stay, "through_day": moved, "discharge_day": moved, "status": np.full(n, code("02"))}
    second = {
        **stay,
        "from_day": arrived,
        "admit_day": arrived,
        "facility": other,
        "origin": np.full(n, code("4")),
        "first": np.zeros(n, dtype=bool),
        "diagnosis": np.where(rng.random(n) < 0.3, code("J189"), draw(code_tables.OTHER_ADMISSION, n, rng)),
    }
    return [first, second]


def _overlapping_claims(stay: Lines, cut: np.ndarray) -> list[Lines]:
    """The second part of a stay, billed again on a claim of its own that overlaps the first."""
    second = {**stay, "from_day": stay["from_day"] + cut, "first": np.zeros(len(cut), dtype=bool)}
    return [stay, second]


def _write_physicians(book: Book, stay: Lines, stays: Events) -> None:
    """ED physician on the day of admission, hospital care at admission and at discharge."""
    common = {"person": stay["person"], "diagnosis": stay["diagnosis"]}
    first_day = {**common, "from_day": stay["from_day"], "through_day": stay["from_day"]}
    last_day = {**common, "from_day": stay["through_day"], "through_day": stay["through_day"]}
    seen = stays.via_ed & (book.rng.random(len(stays)) < 0.9)
    book.line(rows(book.claim(**first_day, place=code("23")), seen), 1, procedure=code("99285"))
    book.line(book.claim(**first_day, place=code("21")), 1, procedure=code("99223"))
    alive = ~stays.died_there & (stays.nights > 0)
    book.line(rows(book.claim(**last_day, place=code("21")), alive), 1, procedure=code("99238"))


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
