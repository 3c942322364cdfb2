"""What each extract must look like: columns, types, keys and allowed values, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Type = Literal["text", "code", "date", "whole", "number", "amount", "binary"]


@dataclass(frozen=True)
class Column:
    """One column. `code` is text without dots, in capitals; `binary` is 0 or 1 as a number.

    `amount` is money, which takes no row out where it cannot be read.
    """

    type: Type = "text"
    required: bool = False  # the file must have the column, and every row a value
    pattern: str = ""  # regular expression that a value must match
    meaning: str = ""  # what the pattern asks, in words, for the reason
    allowed: tuple[str, ...] = ()
    above: float | None = None  # numbers must be greater
    below: float | None = None
    default: str | None = None  # for rows without a value
    theirs: str | None = None  # name in the file when the settings map none
    digits: int = 0  # of a code whose leading zeros can be filled in again, where the settings say so
    several: bool = False  # holds several values: columns that are mapped to it make a list
    asked: bool = False  # the file must have the column, because the settings ask for it

    @property
    def needed(self) -> bool:
        """Return whether a file without the column is refused."""
        return self.asked or (self.required and self.default is None)


@dataclass(frozen=True)
class Contract:
    """The columns of one source, its key, and pairs of dates of which the second may not come first."""

    columns: dict[str, Column]
    key: tuple[str, ...] = ()
    in_order: tuple[tuple[str, str], ...] = ()
    when_repeated: str = "key_repeated"  # the check that rows with one key and other values break
    numbered: bool = False  # keep the order of arrival in `received`
    order_by: tuple[str, ...] = field(default=())
    # What the settings say in place of a column: one value for all rows, or one for each arm.
    stated: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)


LOST = "(was a leading zero lost? See fill_zeros)"
EVERY = "every"  # a row of the crosswalk that names no source
ID = Column(required=True)
DATE = Column("date", required=True)
PROBABILITY = Column("number", above=0, below=1)

CONTRACTS = {
    "enrollment": Contract(
        {
            "enrollment_id": ID,
            "person_id": ID,
            "randomized_on": DATE,
            "arm": ID,
            "stratum": ID,
            "assignment_probability": replace(PROBABILITY, required=True),
            "birth_date": Column("date"),
            "birth_date_source": Column(),
            "snapshot_on": Column("date"),
            "cluster": Column(),
        },
        key=("enrollment_id",),
        when_repeated="randomized_twice",
        in_order=(("birth_date", "randomized_on"),),
        order_by=("enrollment_id",),
    ),
    "coverage": Contract(
        {
            "person_id": ID,
            "coverage_start": DATE,
            "coverage_end": Column("date", default="9999-12-31"),
            "partial_benefits": Column("binary"),
            "other_payer": Column("binary"),
        },
        in_order=(("coverage_start", "coverage_end"),),
        order_by=("person_id", "coverage_start", "coverage_end"),
    ),
    "utilization": Contract(
        {
            "claim_id": ID,
            "claim_version": Column("whole", default="1"),
            "line_number": Column("whole"),
            "person_id": ID,
            "from_date": DATE,
            "through_date": DATE,
            "admission_date": Column("date"),
            "discharge_date": Column("date"),
            "discharge_status": Column(
                pattern=r"^[0-9]{2}$",
                meaning="two digits (was a leading zero lost? See fill_zeros)",
                digits=2,
            ),
            "bill_type": Column(
                "code", pattern=r"^0?[0-9]{2}[0-9A-Z]$", meaning="a type of bill such as 0111 or 111"
            ),
            "revenue_code": Column(
                pattern=r"^[0-9]{4}$",
                meaning="four digits (was a leading zero lost? See fill_zeros)",
                digits=4,
            ),
            "procedure_code": Column("code"),
            "procedure_modifiers": Column("code"),
            "place_of_service": Column(
                pattern=r"^[0-9]{2}$",
                meaning="two digits (was a leading zero lost? See fill_zeros)",
                digits=2,
            ),
            "principal_diagnosis": Column("code"),
            "other_diagnoses": Column("code", several=True),
            "procedures": Column("code", several=True),
            "facility_id": Column(),
            "provider_id": Column(),
            "provider_specialty": Column("code"),
            "original_claim_id": Column(),
            "adjudicated_on": Column("date"),
            "claim_status": Column(allowed=("paid", "denied", "reversed"), default="paid"),
            "paid_amount": Column("amount"),
            "point_of_origin": Column("code"),
            "admission_type": Column("code"),
        },
        in_order=(
            ("from_date", "through_date"),
            ("admission_date", "discharge_date"),
            ("admission_date", "through_date"),
        ),
        numbered=True,
    ),
    "vaccinations": Contract(
        {
            "person_id": ID,
            "given_on": DATE,
            "cvx": Column(required=True, pattern=r"^[0-9]{1,3}$", meaning="a CVX code of up to three digits"),
        },
        order_by=("person_id", "given_on", "cvx"),
    ),
    "contacts": Contract(
        {"person_id": ID, "enrollment_id": Column(), "contacted_on": DATE, "kind": Column(default="contact")},
        order_by=("person_id", "contacted_on", "kind", "enrollment_id"),
    ),
    "deaths": Contract(
        {"person_id": ID, "died_on": DATE, "death_date_source": Column()}, order_by=("person_id", "died_on")
    ),
    "records": Contract(
        {"person_id": ID, "occurred_on": DATE, "ended_on": Column("date"), "record_id": Column()},
        in_order=(("occurred_on", "ended_on"),),
        order_by=("person_id", "occurred_on", "ended_on", "record_id"),
    ),
    "eligible": Contract(
        {"person_id": ID, "eligible_on": DATE, "reason": Column(default="not stated")},
        key=("person_id", "eligible_on"),
        order_by=("person_id", "eligible_on"),
    ),
    "crosswalk": Contract(
        {"source": Column(default=EVERY), "source_person_id": ID, "person_id": ID},
        key=("source", "source_person_id"),
        when_repeated="two_matches_in_crosswalk",
        order_by=("source", "source_person_id"),
    ),
    "participants": Contract(
        {
            "participant_id": Column(),
            "arm": ID,
            "stratum": Column(),
            "cluster": Column(),
            "assignment_probability": PROBABILITY,
            "people": Column("whole", pattern=r"^[0-9]+$", meaning="a number of people, 0 or more"),
        },
        key=("participant_id",),
        when_repeated="randomized_twice",
        order_by=("participant_id",),
    ),
}


def may_miss(name: str) -> list[str]:
    """Return the columns of a contract that may be without a value."""
    columns = CONTRACTS[name].columns.items()
    return [each for each, column in columns if not column.required and column.default is None]


TYPES: dict[str, Type] = {"number": "number", "category": "text", "binary": "binary", "date": "date"}


def contract_of(
    name: str,
    arms: list[str],
    extra: dict[str, dict],
    stated: Mapping[str, str | Mapping[str, str]] | None = None,
) -> Contract:
    """Return the contract `name` as one trial asks for it.

    `arms` are the values allowed in `arm`; `extra` are the columns that the settings ask for beyond the
    contract, as {name: {"type": number | category | binary | date, "column": name in the file, "required":
    bool}}; `stated` is what they say in place of a column of the contract, see `Contract`.
    """
    contract = CONTRACTS[name]
    columns = dict(contract.columns)
    if "arm" in columns:
        columns["arm"] = replace(columns["arm"], allowed=tuple(arms))
    for name, wanted in extra.items():
        asked = Column(TYPES[wanted["type"]], theirs=wanted.get("column"), asked=wanted.get("required", True))
        columns[name] = columns.get(name, asked)
    return replace(contract, columns=columns, stated=dict(stated or {}))
