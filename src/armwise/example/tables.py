"""The extracts of one chunk as Arrow tables, in the columns and names of the contracts."""

import numpy as np
import pyarrow as pa

from armwise.example import code_tables, codes
from armwise.example.book import NO_DAY, Lines
from armwise.example.calendar import CLAIMS_END, COHORT_DAYS, NEVER, REGISTRIES_END
from armwise.example.codes import VOCABULARY
from armwise.example.contacts import KINDS
from armwise.example.design import ARMS, N_COHORTS, TIERS, stratum_label
from armwise.example.files import dates, dates_as_sent, ids, labels
from armwise.example.lottery import Lottery, offer_probability
from armwise.example.people import LANGUAGES, RACES, SEXES, People

STRATA = [stratum_label(cohort, tier) for cohort in range(N_COHORTS) for tier in range(len(TIERS))]


def person_ids(numbers: np.ndarray) -> pa.Array:
    """Ids of people by number; null where the number is negative."""
    return ids("P", numbers, 7, numbers < 0)


def enrollment(people: People, lottery: Lottery, first_person: int, first_enrollment: int) -> pa.Table:
    """One row per enrollment, by person and lottery."""
    person, entry = np.nonzero(lottery.enrolled)
    cohort, tier = people.lists[person, entry], people.tier[person]
    offered = lottery.offered[person, entry]
    probability = offer_probability(people)[person, entry]
    return pa.table(
        {
            "enrollment_id": ids("E", first_enrollment + np.arange(len(person)), 7),
            "person_id": person_ids(first_person + person),
            "randomized_on": dates(COHORT_DAYS[cohort]),
            "arm": labels(ARMS, offered),
            "stratum": labels(STRATA, cohort * len(TIERS) + tier),
            "assignment_probability": np.round(np.where(offered, probability, 1 - probability), 2),
            "birth_date": dates(people.birth_day[person]),
            "sex": labels(SEXES, people.sex[person]),
            "race_ethnicity": labels(RACES, people.race[person]),
            "language": labels(LANGUAGES, people.language[person]),
            "risk_tier": labels(TIERS, tier),
        }
    )


def coverage(people: People, first_person: int, rng: np.random.Generator) -> pa.Table:
    """Spans as sent: inclusive ends, some cut in two, a few sent twice; blank end = still covered."""
    person, span = np.nonzero(people.span_ends > people.span_starts)
    start, end = people.span_starts[person, span], people.span_ends[person, span]
    seen = start < CLAIMS_END
    person, start, end = person[seen], start[seen], end[seen]
    cut = np.where((start < 153) & (end > 153) & (rng.random(len(start)) < 0.5), 153, end)  # a new plan year
    second = cut < end
    again = rng.random(len(start)) < 0.01
    person = np.concatenate([person, person[second], person[again]])
    begins = np.concatenate([start, cut[second], start[again]])
    ends = np.concatenate([cut, end[second], cut[again]])
    order = np.lexsort((ends, begins, person))
    still_open = ends >= CLAIMS_END
    return pa.table(
        {
            "person_id": person_ids(first_person + person[order]),
            "coverage_start": dates(begins[order]),
            "coverage_end": dates(ends[order] - 1, still_open[order]),
        }
    )


def deaths(people: People, first_person: int) -> pa.Table:
    """One row per person who died by the end of 2021."""
    person = np.flatnonzero(people.died < REGISTRIES_END)
    return pa.table({"person_id": person_ids(first_person + person), "died_on": dates(people.died[person])})


def contacts(drawn: dict[str, np.ndarray], enrollment_number: np.ndarray, first_person: int) -> pa.Table:
    """One row per contact; `enrollment_number` (n,) is the enrollment in which each person was offered."""
    person = drawn["person"]
    return pa.table(
        {
            "person_id": person_ids(first_person + person),
            "enrollment_id": ids("E", enrollment_number[person], 7, ~drawn["identified"]),
            "contacted_on": dates(drawn["day"]),
            "kind": labels(KINDS, drawn["kind"]),
        }
    )


def vaccinations(drawn: dict[str, np.ndarray], first_person: int) -> pa.Table:
    """One row per dose record."""
    return pa.table(
        {
            "person_id": person_ids(first_person + drawn["person"]),
            "given_on": dates(drawn["day"]),
            "cvx": pa.array(drawn["cvx"]).cast(pa.string()),
        }
    )


def claim_lines(lines: Lines, person_numbers: np.ndarray, first_claim: int, as_text: bool) -> pa.Table:
    """One row per service line, in the order of person and first day of service."""
    lines = _numbered_by_person_and_day(lines)
    person = np.where(lines["person"] < 0, -1, person_numbers[lines["person"]])
    return pa.table(
        {
            "claim_id": ids("C", first_claim + lines["number"], 9),
            "claim_version": lines["version"].astype("int8"),
            "line_number": lines["line"].astype("int8"),
            "person_id": person_ids(person),
            "from_date": dates_as_sent(lines["from_day"], as_text),
            "through_date": dates(lines["through_day"]),
            "admission_date": dates(lines["admit_day"], lines["admit_day"] == NO_DAY),
            "discharge_date": dates(lines["discharge_day"], lines["discharge_day"] == NO_DAY),
            **{
                name: labels(VOCABULARY, lines[column], blank_is_null=True)
                for name, column in {
                    "discharge_status": "status",
                    "point_of_origin": "origin",
                    "bill_type": "bill",
                    "revenue_code": "revenue",
                    "procedure_code": "procedure",
                    "place_of_service": "place",
                    "principal_diagnosis": "diagnosis",
                    "other_diagnoses": "also",
                    "facility_id": "facility",
                }.items()
            },
            "original_claim_id": ids("C", first_claim + lines["replaces"], 9, lines["replaces"] < 0),
            "adjudicated_on": dates(lines["adjudicated"]),
            "claim_status": labels(["paid", "denied"], lines["denied"]),
            "paid_amount": _paid(lines),
        }
    )


def _paid(lines: Lines) -> np.ndarray:
    """Dollars: the fee of the procedure, else of the revenue code, rooms by the day; a void takes it back."""
    fee = codes.fees()
    service = np.where(lines["procedure"] == codes.code(""), lines["revenue"], lines["procedure"])
    room = np.isin(lines["revenue"], codes.numbers([row[0] for row in code_tables.ROOM]))
    days = np.where(room & (lines["admit_day"] != NO_DAY), lines["through_day"] - lines["from_day"], 1)
    sign = np.where(np.isin(lines["bill"], codes.VOIDS), -1, 1) * (lines["denied"] == 0)
    return fee[service] * np.clip(days, 1, 90) * sign / 100


def _numbered_by_person_and_day(lines: Lines) -> Lines:
    """Claim numbers in the order of person and day, lines in the order of claim, version and line."""
    claims = int(lines["claim"].max(initial=-1)) + 1
    first = np.zeros((2, claims), dtype=np.int64)
    person = np.where(lines["person"] < 0, ~lines["person"], lines["person"])
    first[:, lines["claim"]] = person, np.minimum(lines["from_day"], NEVER)
    number = np.empty(claims, dtype=np.int64)
    number[np.lexsort((np.arange(claims), first[1], first[0]))] = np.arange(claims)
    lines = {
        **lines,
        "number": number[lines["claim"]],
        "replaces": np.where(lines["original"] < 0, -1, number[lines["original"]]),
    }
    order = np.lexsort((lines["line"], lines["version"], lines["number"]))
    return {name: values[order] for name, values in lines.items()}
