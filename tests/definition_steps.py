"""What the steps make of the tables of a case: the same functions as the adapters call.

A step is a function (engine, sources, config) -> {event: table}. `sources` gives a typed table for every
source of the contracts, without rows where the case has none; `config` holds the settings with all defaults.
Whoever adds an event adds its step to STEPS.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend
from tables import rows

from armwise.cohort.cohort import cohort, left_out
from armwise.cohort.coverage import seen_by_plan, stretches
from armwise.cohort.lotteries import stayed_control
from armwise.cohort.member_months import member_months
from armwise.events.contacts import contact_step
from armwise.events.deaths import deaths
from armwise.events.declared import declared
from armwise.events.doses import Doses, covid_step, influenza_step
from armwise.events.encounters import encounters
from armwise.events.outpatient import outpatient_visits
from armwise.extracts.contracts import CONTRACTS, Contract, contract_of
from armwise.extracts.engine import hold
from armwise.outcomes.at_risk import known
from armwise.outcomes.counted import outcomes
from armwise.outcomes.windows import FollowUp, observed
from armwise.settings import wanted

Sources = dict[str, ir.Table]
Made = dict[str, ir.Table]

ARROW = {"date": pa.date32(), "whole": pa.int64(), "number": pa.float64(), "binary": pa.int8()}
READ: dict[str, Callable[[str], Any]] = defaultdict(
    lambda: str, date=date.fromisoformat, whole=int, number=float, binary=int
)
# What a case need not say of a row: {source: {column: value, or the column whose value it has}}.
UNSAID: dict[str, dict[str, Any]] = {
    "utilization": {"claim_id": "#", "through_date": "=from_date"},
    "enrollment": {
        "enrollment_id": "=person_id",
        "randomized_on": "2018-01-01",
        "arm": "control",
        "stratum": "one",
        "assignment_probability": "0.5",
        "birth_date": "1970-01-01",
    },
}


def encounters_step(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """Stays and visits of the claim lines."""
    found = encounters(engine, sources["utilization"], sources["enrollment"], config["events"])
    return {
        "inpatient_stay": found.inpatient_stays,
        "ed_visit": found.ed_visits,
        "observation_stay": found.observation_stays,
        "account of claims": account_of(engine, found.account),
    }


def outpatient_step(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """Outpatient visits of the claim lines."""
    how = config["events"]["outpatient_visit"]
    found = outpatient_visits(engine, sources["utilization"], sources["enrollment"], how)
    return {"outpatient_visit": found.events, "account of visits": account_of(engine, found.account)}


def vaccine_step(
    step: Callable[..., Doses], event: str
) -> Callable[[Backend, Sources, dict[str, Any]], Made]:
    """Return the step that makes doses of the registry's records."""

    def made(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
        found = step(engine, sources["vaccinations"], sources["enrollment"], config["events"][event])
        return {event: found.events, f"account of {event}": account_of(engine, found.account)}

    return made


def contact_of(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """Contacts of the program."""
    found = contact_step(engine, sources["contacts"], sources["enrollment"])
    return {"contact": found.events, "account of contacts": account_of(engine, found.account)}


def continuity_step(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """The outcomes that rest on outpatient visits, of people who are covered throughout."""
    visits = outpatient_step(engine, sources, config)["outpatient_visit"]
    enrolled = sources["enrollment"].select("enrollment_id", "person_id", "randomized_on")
    nothing = {name: ibis.null("date") for name in ("died_on", "treated_later_on")}
    cohort = hold(engine, enrolled.mutate(covered_until=ibis.date("9999-12-31"), **nothing), "case_cohort")
    seen = {"observed_while": "covered", "incomplete": "refuse", "complete_through": None}
    wanted_of = {
        name: {key: of[key] for key in ("event", "where", "measure")} | seen
        for name, of in config["outcomes"].items()
        if of["event"] == "outpatient_visit"
    }
    found = [
        outcomes(engine, cohort, {"outpatient_visit": visits}, window, length, {name: of})
        for name, of in wanted_of.items()
        for window, length in config["follow_up"]["windows"].items()
        if window in wanted.windows(config, name)
    ]
    return {"continuity": reduce(ir.Table.union, found)}


def covered_step(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """Stretches of coverage."""
    counts = seen_by_plan(sources["coverage"], config["follow_up"]["partial_benefits"])
    return {"stretches": stretches(counts, config["follow_up"]["gap_days"])}


def cohort_step(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """The cohort, and who of those randomized is not in it."""
    events = {"death": deaths(sources["deaths"])}
    made = cohort(engine, sources["enrollment"], sources["coverage"], events, cohort_settings(config))
    people = hold(engine, made, "people")
    gone = left_out(sources["enrollment"], people, config["follow_up"]["later_lottery"])
    return {"cohort": people, "left out": gone}


def weights_step(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """The weights of days after later lotteries."""
    return {"weights": stayed_control(sources["enrollment"], config["trial"]["reference"])}


def months_step(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """Member-months by arm in the first window of a case."""
    people = cohort_step(engine, sources, config)["cohort"]
    seen = observed(people, next(iter(windows_of(config).values())), claims(config))
    arms = people.select("enrollment_id", "arm")
    return {"member-months": member_months(seen.left_join(arms, "enrollment_id"))}


def time_step(engine: Backend, sources: Sources, config: dict[str, Any]) -> Made:
    """ED visits and days in each window, in the primary and each sensitivity analysis."""
    visits = hold(engine, encounters_step(engine, sources, config)["ed_visit"], "visits")
    people = cohort_step(engine, sources, config)["cohort"]
    found = visits_of(engine, people, {"ed_visit": visits}, sources, config)
    return {"time at risk": reduce(ir.Table.union, list(found))}


def cohort_settings(config: dict[str, Any]) -> dict[str, Any]:
    """What the cohort is made of, without baseline counts and uptake."""
    follow_up, period = config["follow_up"], config["follow_up"]["baseline"]
    return {
        "reference": config["trial"]["reference"],
        "arms": len(config["trial"]["arms"]),
        "baseline": [],
        "months": period["months"],
        "asks": {key: period[key] for key in ("covered", "min_days")},
        "outside": period["outside"],
        "counts": {},
        "uptake": None,
        **{key: follow_up[key] for key in ("gap_days", "partial_benefits", "later_lottery")},
    }


def windows_of(config: dict[str, Any]) -> dict[str, Any]:
    """The windows of a case, as `bounds` takes them; `12mo` only if it declares none of its own."""
    windows = config["follow_up"]["windows"]
    own = {name: window for name, window in windows.items() if name != "12mo"} or windows
    return {name: {k: v for k, v in window.items() if k != "label"} for name, window in own.items()}


def claims(config: dict[str, Any]) -> dict[str, Any]:
    """What sees ED visits."""
    through = config["data"]["utilization"]["complete_through"]
    return {"observed_while": "covered", "complete_through": through}


def visits_of(
    engine: Backend, people: ir.Table, events: Made, sources: Sources, config: dict[str, Any]
) -> Iterator[ir.Table]:
    """ED visits of every window in the primary and each sensitivity analysis."""
    follow_up = config["follow_up"]
    choices = ("coverage", "gap_days", "partial_benefits", "death", "later_lottery")
    primary = {key: follow_up[key] for key in choices}
    counted = {"event": "ed_visit", "where": {}, "measure": "count", "incomplete": follow_up["incomplete"]}
    for name, changed in {"primary": {}, **follow_up["sensitivity"]}.items():
        chosen = FollowUp(**(primary | {key: value for key, value in changed.items() if key != "label"}))
        known_of = known(engine, sources, chosen, config["trial"]["reference"])
        for window, length in windows_of(config).items():
            settings = {"ed_visits": counted | claims(config)}
            found = outcomes(engine, people, events, window, length, settings, chosen, known_of)
            named = found.rename(visits="value", days="days_observed").mutate(analysis=ibis.literal(name))
            yield hold(engine, named, f"of_{name}_{window}")


STEPS: dict[str, Callable[[Backend, Sources, dict[str, Any]], Made]] = {
    **dict.fromkeys(["inpatient_stay", "ed_visit", "observation_stay", "account of claims"], encounters_step),
    **dict.fromkeys(["outpatient_visit", "account of visits"], outpatient_step),
    **dict.fromkeys(["covid_dose", "account of covid_dose"], vaccine_step(covid_step, "covid_dose")),
    **dict.fromkeys(
        ["influenza_dose", "account of influenza_dose"], vaccine_step(influenza_step, "influenza_dose")
    ),
    **dict.fromkeys(["contact", "account of contacts"], contact_of),
    "continuity": continuity_step,
    "stretches": covered_step,
    **dict.fromkeys(["cohort", "left out"], cohort_step),
    "weights": weights_step,
    "member-months": months_step,
    "time at risk": time_step,
    "death": lambda engine, sources, config: {"death": deaths(sources["deaths"])},
}


def makes(event: str, config: dict[str, Any]) -> Callable[[Backend, Sources, dict[str, Any]], Made]:
    """Return the step that makes an event, or the account of one that the settings declare."""
    own = event.removeprefix("account of ")
    if own in config["events"]["declared"]:
        return lambda engine, sources, config: declared_step(engine, own, sources, config)
    return STEPS[event]


def declared_step(engine: Backend, event: str, sources: Sources, config: dict[str, Any]) -> Made:
    """An event that the settings declare."""
    given = config["events"]["declared"][event]
    found = declared(engine, event, sources[given["source"]], sources["enrollment"], given)
    return {event: found.events, f"account of {event}": account_of(engine, found.account)}


def account_of(engine: Backend, account: list[tuple[str, int]]) -> ir.Table:
    """Return an account as a table."""
    rows_of_it = [{"what": what, "rows": count} for what, count in account]
    engine.con.register("account_of_case", pa.Table.from_pylist(rows_of_it))
    return engine.table("account_of_case")


def sources_of(engine: Backend, written: dict[str, str], config: dict[str, Any]) -> Sources:
    """Return the typed tables of a case; without `enrollment` everyone in them is enrolled once."""
    read = {source: rows(text) for source, text in written.items()}
    people = sorted({row.get("person_id") or "P1" for of in read.values() for row in of})
    read.setdefault("enrollment", [{"person_id": person} for person in people])
    contracts = CONTRACTS | {
        source: contract_of(given["contract"], list(config["trial"]["arms"]), wanted.columns(config, source))
        for source, given in config["data"].items()
    }
    return {
        source: typed(engine, source, contract, read.get(source, []))
        for source, contract in contracts.items()
    }


def typed(engine: Backend, source: str, contract: Contract, read: list[dict[str, str | None]]) -> ir.Table:
    """Return rows of texts as the contract of `source` types them, missing columns with what goes unsaid."""
    unknown = {name for row in read for name in row} - set(contract.columns)
    assert not unknown, f"columns that `{source}` does not have: {unknown}"
    said = [_whole_row(source, contract, number, row) for number, row in enumerate(read)]
    columns = {
        name: pa.array(
            [None if row[name] is None else READ[column.type](row[name]) for row in said],
            ARROW.get(column.type, pa.string()),
        )
        for name, column in contract.columns.items()
    }
    if contract.numbered:
        columns["received"] = pa.array(range(len(said)), pa.int64())
    called = f"case_{source}"
    engine.con.register(called, pa.table(columns))
    return engine.table(called)


def _whole_row(
    source: str, contract: Contract, number: int, row: dict[str, str | None]
) -> dict[str, str | None]:
    whole = {name: column.default for name, column in contract.columns.items()}
    whole |= {"person_id": "P1"} if "person_id" in whole else {}
    unsaid = UNSAID.get(source, {})
    whole |= {name: f"{number + 1}" if value == "#" else value for name, value in unsaid.items()}
    whole |= row
    for name, value in unsaid.items():
        if value.startswith("=") and name not in row:
            whole[name] = whole[value[1:]]
    return whole
