"""Text files: their bytes, their characters, and the line and column where these cannot be read."""

import csv
import gzip
import io
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from armwise.extracts.errors import ExtractError

UTF8 = {"utf-8", "utf8", "utf_8", "utf-8-sig", "utf_8_sig"}
DAMAGED = (EOFError, OSError, zlib.error)
ENCODINGS = ("utf-8", "cp1252", "latin-1", "utf-16")  # what extracts are mostly written in
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # the first bytes of a file


def read_bytes(path: str) -> IO[bytes]:
    """Open the bytes of a file, unpacked where its name ends in .gz."""
    return gzip.open(path) if path.endswith(".gz") else Path(path).open("rb")  # type: ignore[return-value]


def read_text(path: str, encoding: str = "utf-8") -> IO[str]:
    """Open the characters of a file, line ends as they are; a mark at the beginning is no character."""
    return io.TextIOWrapper(
        read_bytes(path), encoding="utf-8-sig" if encoding.lower() in UTF8 else encoding, newline=""
    )


def in_utf8(path: str, encoding: str, scratch: Path, called: str) -> str:
    """Return the path of the file in UTF-8: its own, or that of a copy in the folder `scratch`.

    Raises ExtractError, naming the line, where a byte has no meaning in the encoding.
    """
    if encoding.lower() in UTF8:
        return path
    scratch.mkdir(parents=True, exist_ok=True)
    copy = scratch / f"{called}.txt"
    try:
        with read_text(path, encoding) as source, copy.open("w", encoding="utf-8", newline="") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    except UnicodeError as error:
        raise _not_in(path, encoding) from error
    except DAMAGED as error:
        raise damaged(path) from error
    return str(copy)


def _not_in(path: str, encoding: str) -> ExtractError:
    """Return the first line that is not in an encoding."""
    others = ", ".join(each for each in ENCODINGS if each != encoding.lower())
    fix = f"Set `encoding` of this source to what it is written in, such as {others}."
    for number, line in enumerate(_lines(path), 1):
        try:
            line.decode(encoding)
        except UnicodeError:
            return ExtractError(f"{path}: line {number:,} is not {encoding}. {fix}")
    return ExtractError(f"{path}: not all of it is {encoding}. {fix}")


def damaged(path: str) -> ExtractError:
    """Return that a file ends too early, with the last line that can be read."""
    with Path(path).open("rb") as file:
        if path.endswith(".gz") and file.read(2) != b"\x1f\x8b":
            return ExtractError(f"{path}: its name ends in .gz, and it is no gzip file. Send it again.")
    line = sum(1 for line in _lines(path) if line.endswith(b"\n"))
    return ExtractError(
        f"{path}: cannot be read to its end: it is damaged or cut short behind line {line:,}. Send it again."
    )


def unreadable(path: str, text: str) -> ExtractError:
    """Return why the engine could not read a file; `text` is what it read of a text file, else empty."""
    if not text:
        return ExtractError(f"{path}: cannot be read to its end: it is damaged or cut short. Send it again.")
    windows = [line.endswith(b"\r\n") for line in _lines(text)]
    if True in windows and False in windows[:-1]:
        rarer = sum(windows) < len(windows) / 2
        return ExtractError(
            f"{path}: its lines end in two ways, as on Windows (CR LF) and on Unix (LF); line "
            f"{windows.index(rarer) + 1:,} is the first of the rarer kind. Were files joined? Write it "
            "anew."
        )
    return damaged(path)


def not_utf8(path: str, delimiter: str, quote: str) -> ExtractError:
    """Return where a file is not UTF-8, by line and column, and what to set.

    Without a `delimiter` only the line is told.
    """
    with Path(path).open("rb") as file:
        mark = MARKS.get(file.read(2))
    if mark:
        return ExtractError(f"{path}: this is {mark.upper()}. Set `encoding: {mark}` of this source.")
    for number, line in enumerate(_lines(path), 1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            place = _column(path, line[: error.start].decode("utf-8"), delimiter, quote)
            return ExtractError(
                f"{path}: line {number:,}{place} is not UTF-8. Set `encoding: latin-1` of this source, or "
                "cp1252 if it comes from Windows. (Leaving such lines out would leave people out by their "
                "names.)"
            )
    return _not_in(path, "utf-8")


def _column(path: str, before: str, delimiter: str, quote: str) -> str:
    """Return the column in which a line breaks off, in words; none where that cannot be told."""
    if not delimiter:
        return ""
    first = next(_lines(path), b"").decode("utf-8-sig", errors="replace")
    header, begun = (next(csv.reader([line], **dialect(delimiter, quote)), []) for line in (first, before))
    at = max(len(begun), 1) - 1
    return f", column {header[at]}," if at < len(header) and "\ufffd" not in header[at] else ""


def dialect(delimiter: str, quote: str) -> dict[str, Any]:
    """Return how Python's own reader splits lines into columns."""
    if quote == "none":
        return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE}
    return {"delimiter": delimiter, "quotechar": quote}


def _lines(path: str) -> Iterator[bytes]:
    """Yield the lines of a file as far as it can be read."""
    with read_bytes(path) as file:
        try:
            yield from file
        except DAMAGED:
            return
