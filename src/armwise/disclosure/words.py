"""Small counts inside sentences: warnings and errors that name a number of people or rows."""

import re

PEOPLE = r"(?:rows?|enrollments?|participants?|persons?|people|members?|events?|observations?|clusters?)"
COUNT = re.compile(rf"\b(\d+)(?=\s+(?:of \d+\s+)?(?:\w+\s+)?{PEOPLE}\b)")


def masked(text: str | None, small_cell: int) -> str | None:
    """Return a message with every count from 1 to `small_cell` - 1 of people, rows or events as "few"."""
    if text is None:
        return None
    return COUNT.sub(lambda m: "few" if 0 < int(m[1]) < small_cell else m[1], text)
