"""Write the page about extracts from the contracts: `python -m armwise.extracts.document`."""

from collections.abc import Iterator
from pathlib import Path

import jinja2

from armwise.extracts.catalogue import CATALOGUE, Check
from armwise.extracts.contracts import CONTRACTS, Column, Contract
from armwise.extracts.descriptions import SOURCES

DATA = ["data_page.md.j2"]
PAGE = Path("docs/data.md")
KINDS = {
    "text": "text",
    "code": "code",
    "date": "day",
    "whole": "whole number",
    "number": "number",
    "amount": "amount",
    "binary": "0 or 1",
}


def main() -> None:
    """Write the page below the working folder."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")


def page() -> str:
    """Return the page in Markdown: one section per source."""
    template = Path(__file__).with_name(DATA[0]).read_text(encoding="utf-8")
    environment = jinja2.Environment(keep_trailing_newline=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(template).render(
        sections="\n\n".join(map(section, CONTRACTS)), checks=checks()
    )


def section(source: str) -> str:
    """Return the section of one source: its row, its columns, what else holds."""
    contract, said = CONTRACTS[source], SOURCES[source]
    head = ["| column | kind | needed | meaning |", "|---|---|---|---|"]
    rows = [_row(name, column, said.columns[name]) for name, column in contract.columns.items()]
    parts = [f"### `{source}`", f"One row is {said.row}.", "\n".join([*head, *rows])]
    return "\n\n".join([*parts, *_rules(contract), *said.notes])


def checks() -> str:
    """Return the catalogue of checks as a table."""
    head = ["| check | level | what is wrong | severity | it endangers |", "|---|---|---|---|---|"]
    rows = [
        f"| `{name}` | {each.level} | {each.words} | **{each.severity}**{_other_severities(each)} "
        f"| {each.endangers} |"
        for name, each in CATALOGUE.items()
    ]
    return "\n".join([*head, *rows])


def _other_severities(check: Check) -> str:
    return "".join(f", {severity}" for severity in check.may_be if severity != check.severity)


def _row(name: str, column: Column, meaning: str) -> str:
    needed = "yes" if column.needed else f"else `{column.default}`" if column.default else ""
    told = " ".join([meaning, *_values(name, column)])
    return f"| `{name}` | {KINDS[column.type]} | {needed} | {told} |"


def _values(name: str, column: Column) -> Iterator[str]:
    """Say which values a column may have."""
    if name == "arm":
        yield "One of the names under `trial.arms`."
    if column.allowed:
        yield f"One of {', '.join(f'`{value}`' for value in column.allowed)}."
    if column.pattern:
        yield f"Must be {column.meaning.partition(' (')[0]}."
    if column.above is not None and column.below is not None:
        yield f"Above {column.above:g} and below {column.below:g}."


def _rules(contract: Contract) -> Iterator[str]:
    """Say what rows must keep beside their columns."""
    if contract.key:
        key = ", ".join(f"`{name}`" for name in contract.key)
        yield (
            f"{key} may come once: of rows that agree in everything the first stays; where rows with one key "
            "differ, none does."
        )
    if contract.in_order:
        told = ", and ".join(
            f"`{second}` not before `{first}`" for first, second in sorted(contract.in_order)
        )
        yield f"In every row: {told}."


if __name__ == "__main__":
    main()
