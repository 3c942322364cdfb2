"""Lines longer than the engine's buffer: it would lose them without a word, so that they are looked for.

DuckDB 2.0 reads a text file in buffers. A line that spans a whole buffer is neither a row nor among the lines
that it sets aside. One of BUFFER bytes or less always comes through.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from armwise.extracts.errors import ExtractError
from armwise.extracts.formats.text import DAMAGED, read_bytes

BUFFER = 128_000_000  # bytes of a text file that the engine holds at a time; by default 32 MB
BLOCK = 1 << 20
MOST_PACKED = 1032  # bytes that one byte of gzip can stand for: the limit of deflate (RFC 1951)


@contextmanager
def looked_for(texts: Sequence[tuple[str, str]]) -> Iterator[None]:
    """Look for lines longer than BUFFER beside what is done meanwhile.

    `texts` are files as they are called, and as the engine reads them. One that is not packed is only probed
    here and there; a packed one is unpacked once more, in a thread of its own. Raises ExtractError, with the
    line, when what is done is done.
    """
    with ThreadPoolExecutor(1) as beside:
        found = beside.submit(_too_long, texts)
        yield
        for path, line in found.result():
            raise ExtractError(
                f"{path}: line {line:,} is longer than {BUFFER // 1_000_000:,} MB, so that rows cannot be "
                "told apart there. Are line breaks missing, or is the file damaged? Send it again."
            )


def _too_long(texts: Sequence[tuple[str, str]]) -> list[tuple[str, int]]:
    lines = [(path, _first_too_long(text)) for path, text in texts if _may_have_one(text)]
    return [(path, line) for path, line in lines if line]


def _may_have_one(path: str) -> bool:
    """Say whether a file can have a line longer than BUFFER: where it has, no line ends in half a buffer."""
    size = Path(path).stat().st_size
    if path.endswith(".gz"):
        return size * MOST_PACKED > BUFFER
    with Path(path).open("rb", buffering=0) as file:
        return any(not _ends_a_line(file, start) for start in range(0, size - BUFFER // 2, BUFFER // 2))


def _ends_a_line(file: IO[bytes], start: int) -> bool:
    file.seek(start)
    blocks = (file.read(min(BLOCK, BUFFER // 2 - at)) for at in range(0, BUFFER // 2, BLOCK))
    return any(b"\n" in block for block in blocks)


def _first_too_long(path: str) -> int:
    """Return the first line that is longer than BUFFER; 0 if there is none as far as the file can be read."""
    before, length = 0, 0  # the lines that have ended, and the bytes of the one that has not
    with read_bytes(path) as file:
        for block in _blocks(file):
            first = block.find(b"\n")
            if length + (first if first >= 0 else len(block)) > BUFFER:
                return before + 1
            before += block.count(b"\n")
            length = length + len(block) if first < 0 else len(block) - 1 - block.rfind(b"\n")
    return 0


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    try:
        while block := file.read(BLOCK):
            yield block
    except DAMAGED:  # said by the engine
        return
