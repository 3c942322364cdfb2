"""Problems that the user can fix: said in plain words, without a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class DataError(Exception):
    """The data cannot be analysed as declared. The message names place and fix, never a person's value."""


class ExtractError(DataError):
    """An extract cannot be read, or breaks its contract too often."""


@contextmanager
def said_plainly(log: str) -> Iterator[None]:
    """Print a `DataError` raised inside to the log and to standard error, then exit with status 1."""
    try:
        yield
    except DataError as error:
        with Path(log).open("a", encoding="utf-8") as file:
            print(error, file=file)
        sys.exit(str(error))
