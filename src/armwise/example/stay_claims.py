"""Claims of hospital stays: whole, interim, after a transfer, in overlapping parts; and the physicians'."""

import numpy as np

from armwise.example import code_tables, codes
from armwise.example.book import NO_DAY, Book, Lines, home_facility, rows, write_extras
from armwise.example.codes import code, draw
from armwise.example.happenings import Events
from armwise.example.people import People


def write_stays(book: Book, stays: Events, people: People) -> None:
    """Hospital claims of each stay, one or several, and the physicians'."""
    stay = _headers(stays, people, book.rng)
    legs = _legs(stay, stays.nights, book.rng)
    claim = book.claim(**{name: legs[name] for name in stay})
    book.line(claim, 1, revenue=draw(code_tables.ROOM, len(claim["claim"]), book.rng))
    write_extras(book, claim, 4, code_tables.ANCILLARY)
    through_ed = legs["first"] & stays.via_ed[legs["stay"]]
    book.line(rows(claim, through_ed), 9, revenue=code("0450"), procedure=code("99285"))
    _write_physicians(book, stay, stays)


def _headers(stays: Events, people: People, rng: np.random.Generator) -> Lines:
    """What a stay's claims say of it as a whole."""
    n, end = len(stays), stays.day + stays.nights
    diagnosis, also, origin = _diagnoses(stays, people, rng)
    status = np.where(stays.died_there, code("20"), draw(code_tables.DISCHARGE, n, rng))
    return {
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


def _diagnoses(stays: Events, people: People, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Principal and other diagnosis, and point of origin, which decide whether an admission was avoidable."""
    n, age = len(stays), (stays.day - people.birth_day[stays.person]) / 365.25
    avoidable = codes.draw_avoidable_admission(age, rng)
    diagnosis = np.where(stays.avoidable, avoidable, draw(code_tables.OTHER_ADMISSION, n, rng))
    usual = (diagnosis, draw(code_tables.ALSO, n, rng), np.full(n, code("1")))
    excluded = ~stays.avoidable & (rng.random(n) < code_tables.EXCLUDED_SHARE)
    instead = codes.draw_excluded_admission(age, rng)
    return tuple(np.where(excluded, *both) for both in zip(instead, usual, strict=True))


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
