"""Read a page of definitions: each heading is a case with tables in, settings, and tables out.

## A case
```utilization          a table of a source, as tests/tables.py writes them
```yaml                 settings that the case changes
```expect ed_visit      what the definition makes of it, in the columns that matter
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[1] / "docs/definitions"
BLOCK = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN_ONLY = {"text", "sql", "console", "csv"}  # blocks that are there to be read


class Case(NamedTuple):
    """One case of a page."""

    page: str
    title: str
    sources: dict[str, str]
    settings: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.page}: {self.title}"


def cases() -> list[Case]:
    """Return every case of every page."""
    return [case for path in sorted(FOLDER.glob("*.md")) for case in of_page(path)]


def of_page(path: Path) -> Iterator[Case]:
    """Yield the cases of one page: the sections that have blocks."""
    for section in re.split(r"^#+ ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        blocks = [(match["info"].strip(), match["text"]) for match in BLOCK.finditer(section)]
        blocks = [(info, text) for info, text in blocks if info.split()[0] not in SHOWN_ONLY]
        if blocks:
            yield _case(path.stem, section.partition("\n")[0].strip(), blocks)


def _case(page: str, title: str, blocks: list[tuple[str, str]]) -> Case:
    infos = [info for info, _ in blocks]
    assert len(set(infos)) == len(infos), f"{page}: {title}: two blocks have one name"
    expected = {i.removeprefix("expect "): text for i, text in blocks if i.startswith("expect ")}
    assert expected, f"{page}: {title}: nothing is expected"
    sources = {i: text for i, text in blocks if i != "yaml" and not i.startswith("expect ")}
    return Case(page, title, sources, dict(blocks).get("yaml", ""), expected)
