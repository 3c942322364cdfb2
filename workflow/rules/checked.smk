# What is made of the checks of the data, as the settings say.

from armwise.extracts.catalogue import severities
from armwise.extracts.contracts import may_miss
from armwise.extracts.held import DAYS, checks_of


def contract_name(source):
    """The contract of a source."""
    return config["data"][source].get("contract", source)


def severities_across(wildcards):
    """What is made of the rows of a source that other sources contradict."""
    known = severities("across", config["checks"])
    names = checks_of(contract_name(wildcards.source), config["data"])
    return {name: known[name] for name in names}


def kind_of_source(wildcards):
    """What is known of a source before it is read."""
    source = config["data"][wildcards.source]
    return {
        "contract": contract_name(wildcards.source),
        "complete_through": source["complete_through"],
    }


HELD_AGAINST = [
    source
    for source in config["data"]
    if checks_of(contract_name(source), config["data"])
]
QUARANTINED = [
    source
    for source in HELD_AGAINST
    for known in [severities("across", config["checks"])]
    if "set_aside"
    in {known[name] for name in checks_of(contract_name(source), config["data"])}
]


def deaths_as_sent(wildcards):
    """The typed extract of deaths, where there is one."""
    return f"{INTERIM}/extracts/deaths.parquet" if "deaths" in config["data"] else []


def typed_tables():
    """The typed extracts, that of the enrollments with its assignments."""
    return [
        assigned(source) if source == "enrollment" else extract(source)
        for source in config["data"]
    ]


def crosswalk_of(wildcards):
    """The typed crosswalk, for the sources that it translates."""
    translated = config["data"].get("crosswalk", {}).get("translates", [])
    return (
        f"{INTERIM}/extracts/crosswalk.parquet"
        if wildcards.source in translated
        else []
    )


# What is looked at by arm and over time: in trials that come as extracts.
LINKED = (
    []
    if BY_PARTICIPANT
    else [source for source in config["data"] if contract_name(source) in DAYS]
)
WITH_CLAIMS = {"utilization", "coverage"} <= config["data"].keys()
ENCOUNTERS = ["inpatient_stay", "ed_visit"] if WITH_CLAIMS else []


def columns_that_may_miss(wildcards):
    """The columns of each source that may be without a value."""
    return {source: may_miss(contract_name(source)) for source in LINKED}


def monitored_files(wildcards):
    """The tables of the steps that look at the data by arm and over time."""
    folder = f"{INTERIM}/monitored"
    claims = {
        "monthly": [f"{folder}/monthly_rates.csv"],
        "uncovered": [f"{folder}/without_coverage.csv"],
    }
    linked = {"shares": [f"{folder}/shares.csv"], "delays": [f"{folder}/delays.csv"]}
    return {
        **(claims if WITH_CLAIMS else dict.fromkeys(claims, [])),
        **(linked if LINKED else dict.fromkeys(linked, [])),
    }
