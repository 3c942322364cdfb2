"""Claims of ED visits that ended in no admission."""

import numpy as np

from armwise.example import code_tables
from armwise.example.book import Book, home_facility, rows, write_extras
from armwise.example.codes import code, draw
from armwise.example.happenings import Events
from armwise.example.people import People

ONLY_PROFESSIONAL, ONLY_FACILITY = 0.07, 0.13  # shares of visits that have one claim alone


def write_ed_visits(book: Book, visits: Events, people: People) -> None:
    """Facility claim (0131, revenue 045x) and professional claim (place 23); some visits have only one."""
    n, rng = len(visits), book.rng
    avoidable, other = draw(code_tables.AVOIDABLE_ED, n, rng), draw(code_tables.OTHER_ED, n, rng)
    diagnosis = np.where(visits.avoidable, avoidable, other)
    level, kind = draw(code_tables.ED_LEVEL, n, rng), rng.random(n)
    day = {"person": visits.person, "from_day": visits.day, "through_day": visits.day}
    by_facility, by_physician = kind > ONLY_PROFESSIONAL, kind < 1 - ONLY_FACILITY
    place = {"facility": home_facility(visits.person, rng), "also": draw(code_tables.ALSO, n, rng)}
    claim = rows(book.claim(**day, **place, diagnosis=diagnosis, bill=code("0131")), by_facility)
    room = draw(code_tables.ED_ROOM, by_facility.sum(), rng)
    book.line(claim, 1, revenue=room, procedure=level[by_facility])
    write_extras(book, claim, 3, code_tables.ED_EXTRA)
    # The physician often codes the symptom where the hospital codes the disease; the hospital's code decides.
    symptom = by_facility & (rng.random(n) < 0.15)
    claim = book.claim(**day, diagnosis=np.where(symptom, code("R079"), diagnosis), place=code("23"))
    book.line(rows(claim, by_physician), 1, procedure=level[by_physician])
