"""The files of a source and how each is written: a source may come in several layouts."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from armwise.extracts.errors import ExtractError
from armwise.extracts.files import PACKAGE


class Laid(NamedTuple):
    """One file, or data set of a package, and the layout in which it is written."""

    path: str
    layout: Mapping[str, Any]


def laid_out(layouts: Sequence[Mapping[str, Any]], found: Sequence[str]) -> list[Laid]:
    """Return the files that were `found`, those of each layout behind those of the one before it.

    Each layout says how many of the files are its own, as `files`; a data set of a package goes by the name
    in the `path` of its layout. Raises ExtractError where a file is in two layouts.
    """
    rest = iter(found)
    files = [Laid(_named(path, of), of) for of in layouts for path in islice(rest, of["files"])]
    for path in _twice([file.path for file in files]):
        raise ExtractError(
            f"{path}: two layouts of this source hold this file. Let each `path` (of the source itself, and "
            "those under `also`) match other files."
        )
    return files


def _named(path: str, layout: Mapping[str, Any]) -> str:
    declared: str | None = layout["path"]
    return declared if declared and declared.startswith(PACKAGE) else path


def _twice(paths: Sequence[str]) -> Iterator[str]:
    yield from (path for number, path in enumerate(paths) if path in paths[:number])
