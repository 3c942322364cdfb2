"""What happens to claims on their way: corrected, cancelled, denied, repeated, or simply broken.

None of it changes what truly happened; a sound analysis resolves it. Phantom events (billed by mistake and
cancelled or denied) must not count; lines that break the contract must be set aside.
"""

import numpy as np

from armwise.example import codes
from armwise.example.book import IMPOSSIBLE_DAY, NO_DAY, Book, Lines, rows
from armwise.example.calendar import CLAIMS_END
from armwise.example.codes import code
from armwise.example.ed_claims import write_ed_visits
from armwise.example.happenings import Events
from armwise.example.people import People
from armwise.example.stay_claims import write_stays

CORRECTED, ADJUSTED, BILLED_TWICE = 0.020, 0.010, 0.006  # shares of institutional claims; the last of all
PHANTOMS = 0.012  # cancelled or denied, relative to true events
REPEATED_LINES = 0.0008
BROKEN_LINES = 0.0006


def draw_phantoms(events: Events, rng: np.random.Generator) -> Events:
    """Events that never were, of people who have real ones, on other days."""
    chosen = rng.choice(len(events), rng.binomial(len(events), PHANTOMS)) if len(events) else np.arange(0)
    phantom = events.take(chosen)
    day = np.clip(phantom.day + rng.integers(-120, 120, len(chosen)), 0, CLAIMS_END - 40)
    return Events(
        **{
            **vars(phantom),
            "day": day,
            "nights": np.minimum(phantom.nights, 9),
            "died_there": np.zeros(len(chosen), dtype=bool),
        }
    )


def write_phantoms(book: Book, phantoms: Events, people: People) -> None:
    """Claims of phantoms: a third cancelled by a void (frequency 8), the others denied."""
    cancelled = book.rng.random(len(phantoms)) < 1 / 3
    for write, chosen in [(write_ed_visits, ~phantoms.is_stay), (write_stays, phantoms.is_stay)]:
        draft = Book(book.rng)
        write(draft, phantoms.take(chosen & ~cancelled), people)
        _copy(book, draft, denied=1)
        draft = Book(book.rng)
        write(draft, phantoms.take(chosen & cancelled), people)
        _cancel(book, draft)


def _copy(book: Book, draft: Book, **columns: int) -> Lines:
    lines = draft.lines()
    lines = {**lines, "claim": lines["claim"] + book.claims}
    book.claims += draft.claims
    book.line(lines, lines["line"], **columns)
    return lines


def _cancel(book: Book, draft: Book) -> None:
    lines = draft.lines()
    institutional = {**rows(lines, lines["bill"] != code(""))}
    kept = Book(book.rng, blocks=[institutional], claims=draft.claims)
    original = _copy(book, kept)
    _send_again(book, original, "8", np.arange(len(original["claim"])))


def _send_again(book: Book, lines: Lines, frequency: str, chosen: np.ndarray) -> None:
    """A replacement (7) or a void (8): a claim of its own that names the claim it replaces."""
    again = rows(lines, chosen)
    originals, position = np.unique(again["claim"], return_inverse=True)
    days = book.rng.integers(3, 26, len(originals)) * 7
    claim = book.claims + position
    book.claims += len(originals)
    book.line(
        {**again, "claim": claim},
        again["line"],
        original=again["claim"],
        bill=codes.with_frequency(again["bill"], frequency),
        adjudicated=again["adjudicated"] + days[position],
        version=2,
    )


def correct(book: Book) -> None:
    """Replace some claims (frequency 7), adjust some in place (same id, next version); spoil the old ones."""
    lines = book.lines()
    fate = book.rng.random(book.claims)[lines["claim"]]
    clean = (lines["bill"] != code("")) & (lines["original"] < 0) & (lines["denied"] == 0)
    clean &= ~np.isin(lines["claim"], lines["original"])
    single = np.isin(lines["bill"], codes.numbers(["0111", "0131"]))
    replaced, adjusted = clean & single & (fate < CORRECTED), clean & (fate > 1 - ADJUSTED)
    spoiled = (replaced | adjusted) & (fate % 0.001 < 0.0005)  # half of them
    book.blocks = [_with_wrong_diagnosis(lines, spoiled)]
    _send_again(book, lines, "7", replaced)
    again = rows(lines, adjusted)
    book.line(again, again["line"], version=2, adjudicated=again["adjudicated"] + 63)


def _with_wrong_diagnosis(lines: Lines, spoiled: np.ndarray) -> Lines:
    """A diagnosis that would count as avoidable."""
    wrong = np.where(lines["bill"] == code("0111"), code("I509"), code("M545"))
    return {**lines, "diagnosis": np.where(spoiled, wrong, lines["diagnosis"])}


def bill_twice(book: Book) -> None:
    """The same service on a second claim that was paid as well."""
    lines = book.lines()
    twice = (book.rng.random(book.claims) < BILLED_TWICE)[lines["claim"]]
    twice &= (lines["original"] < 0) & (lines["denied"] == 0) & (lines["version"] == 1)
    twice &= ~np.isin(lines["claim"], lines["claim"][lines["version"] > 1])
    twice &= ~np.isin(lines["claim"], lines["original"])
    again = rows(lines, twice)
    originals, position = np.unique(again["claim"], return_inverse=True)
    book.line(
        {**again, "claim": book.claims + position}, again["line"], adjudicated=again["adjudicated"] + 14
    )
    book.claims += len(originals)


def repeat_and_break(lines: Lines, rng: np.random.Generator) -> Lines:
    """Repeat a few lines to the letter, and add a few that no contract accepts."""
    repeated = rows(lines, np.flatnonzero(rng.random(len(lines["claim"])) < REPEATED_LINES))
    broken = _broken(lines, rng)
    return {name: np.concatenate([lines[name], repeated[name], broken[name]]) for name in lines}


def _broken(lines: Lines, rng: np.random.Generator) -> Lines:
    """Copies of office visits under claim ids of their own, each broken in one of four ways."""
    visit = (lines["bill"] == code("")) & (lines["place"] == code("11")) & (lines["line"] == 1)
    visits = np.flatnonzero(visit)
    number = rng.binomial(len(visit), BROKEN_LINES) if len(visits) else 0
    bad = rows(lines, rng.choice(visits, number) if len(visits) else visits)
    how = rng.integers(0, 4, number)
    bad["claim"] = lines["claim"].max(initial=0) + 1 + np.arange(number)
    bad["from_day"] = np.where(how == 0, IMPOSSIBLE_DAY, bad["from_day"])
    bad["person"] = np.where(how == 1, ~bad["person"], bad["person"])  # negative: written blank
    bad["through_day"] = np.where(how == 2, bad["from_day"] - 30, bad["through_day"])
    backwards = how == 3  # a hospital claim that is discharged before it is admitted
    bad["bill"] = np.where(backwards, code("0111"), bad["bill"])
    bad["revenue"] = np.where(backwards, code("0120"), bad["revenue"])
    bad["admit_day"] = np.where(backwards, bad["from_day"], NO_DAY)
    bad["discharge_day"] = np.where(backwards, bad["from_day"] - 4, NO_DAY)
    return bad
