"""Codes as numbers: the arrays of claim lines hold positions in one vocabulary."""

import numpy as np

from armwise.example import code_tables


def _shares(table: list[tuple]) -> np.ndarray:
    weights = np.array([row[-1] for row in table], dtype=float)
    return weights / weights.sum()


# Codes that claims.py and messy.py name themselves.
_SINGLE = {"", "02", "1", "20", "21", "23", "30", "4", "99223", "99238", "99285"}


def _texts(value: object) -> set[str]:
    """Every text inside a table of codes."""
    if isinstance(value, str):
        return {value}
    return {text for part in value for text in _texts(part)} if isinstance(value, list | tuple) else set()


def _every_code() -> list[str]:
    tables = [table for name, table in vars(code_tables).items() if name.isupper()]
    bills = {f"{kind}{frequency}" for kind in code_tables.BILLS for frequency in "1234578"}
    return sorted(_texts(tables) | bills | _SINGLE)


VOCABULARY = _every_code()
_INDEX = {text: index for index, text in enumerate(VOCABULARY)}
VOIDS = [_INDEX[f"{kind}8"] for kind in code_tables.BILLS]


def code(text: str) -> int:
    """The number that stands for a code in the line arrays."""
    return _INDEX[text]


def numbers(texts: list[str]) -> np.ndarray:
    """The numbers of several codes, as int16."""
    return np.array([_INDEX[text] for text in texts], dtype=np.int16)


def draw(table: list[tuple], n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` codes from the first column of a table, by share."""
    return numbers([row[0] for row in table])[draw_rows(table, n, rng)]


def draw_rows(table: list[tuple], n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` row numbers of a table, by share."""
    return np.searchsorted(np.cumsum(_shares(table))[:-1], rng.random(n), side="right")


def draw_avoidable_admission(ages: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Principal diagnoses of avoidable admissions, which depend on the age (n,) in years."""
    youngest, oldest = (np.array([row[place] for row in code_tables.AVOIDABLE_ADMISSION]) for place in (2, 3))
    weight = np.array([row[1] for row in code_tables.AVOIDABLE_ADMISSION], dtype=float)
    shares = weight * (youngest <= ages[:, None]) * (ages[:, None] < oldest)
    cumulative = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    rows = (rng.random((len(ages), 1)) > cumulative[:, :-1]).sum(axis=1)
    return numbers([row[0] for row in code_tables.AVOIDABLE_ADMISSION])[rows]


def draw_excluded_admission(ages: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Principal and other diagnosis and point of origin of admissions that an indicator excludes."""
    row = rng.integers(0, len(code_tables.EXCLUDED_ADMISSION), len(ages))
    youngest, oldest = (
        np.array([row[place] for row in code_tables.EXCLUDED_ADMISSION])[row] for place in (3, 4)
    )
    row = np.where((youngest <= ages) & (ages < oldest), row, 0)
    columns = (
        numbers([str(row[place]) for row in code_tables.EXCLUDED_ADMISSION])[row] for place in range(3)
    )
    return tuple(columns)


def fees() -> np.ndarray:
    """The fee of each code of the vocabulary, in cents."""
    return np.array(
        [100 * code_tables.FEES.get(text, 6 + index * 37 % 83) for index, text in enumerate(VOCABULARY)]
    )


def with_frequency(bill: np.ndarray, frequency: str) -> np.ndarray:
    """The same types of bill with another last digit; blank stays blank."""
    changed = [
        _INDEX.get(text[:3] + frequency, index) if text else index for index, text in enumerate(VOCABULARY)
    ]
    return np.array(changed, dtype=np.int16)[bill]
