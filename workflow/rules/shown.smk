# What is shown of a trial, and what the report steps need of the settings to show it.

from armwise.report.figures.names import figure_names
from armwise.report.tables.names import table_names
from armwise.settings import wanted

TABLES = table_names(
    config["baseline"],
    config["estimates"],
    config["follow_up"],
    config["outcomes"],
    BY_PARTICIPANT,
)
FIGURES = figure_names(
    config["outcomes"],
    config["baseline"],
    config["estimates"]["subgroups"],
    config["roles"],
    config["estimates"]["specification_curve"],
    config["estimates"]["uptake"],
)
FORMATS = ["svg", "pdf", "png", "csv"]
REPORT_OUTPUTS = [
    f"{RESULTS}/ard.csv",
    f"{RESULTS}/disclosure_log.csv",
    *expand(f"{RESULTS}/tables/{{table}}.{{kind}}", table=TABLES, kind=["csv", "html"]),
    *expand(f"{RESULTS}/figures/{{figure}}.{{kind}}", figure=FIGURES, kind=FORMATS),
    f"{RESULTS}/tables.xlsx",
    f"{RESULTS}/report.html",
]

# The keys of each block that a table or a figure shows; the page shows them all.
SHOWN = {
    "trial": ("arms", "reference", "blinded"),
    "follow_up": ("baseline", "windows", "sensitivity"),
    "estimates": (
        "covariates",
        "subgroups",
        "uptake",
        "time_to_event",
        "monthly",
        "losses",
        "specification_curve",
        "censoring_weights",
        "per_person",
        "level",
    ),
    "report": ("style", "small_cell", "data_are_public"),
}
OF_OUTCOMES = (
    "label",
    "measure",
    "date",
    "column",
    "exposure",
    "followed",
    "windows",
)
OF_CHARACTERISTICS = ("label", "type")


def related_outcomes(wildcards):
    """Outcomes that count the same events: one may be a part of the other."""
    by_event = {}
    for name, of in wanted.compared(config).items():
        by_event.setdefault(of["event"], []).append(name)
    return {
        "outcomes": [names for event, names in by_event.items() if event and names[1:]]
    }


def earlier_releases():
    """The datasets of releases that are out already."""
    files = [f"{folder}/ard.csv" for folder in config["report"]["earlier_releases"]]
    missing = [file for file in files if not Path(file).exists()]
    if missing:
        sys.exit(
            f"report.earlier_releases: there is no {missing[0]}; name a folder that holds the results of an "
            "earlier release."
        )
    return files


def importance(wildcards):
    """What matters most to least of the counts: of those that would protect a small one, the last is hidden."""
    roles, whole = roles_of(wildcards), {"analysis_set": ["itt"], "subgroup": ["all"]}
    answers = [
        {"outcome": [outcome], "window": [window]}
        for outcome, window in [
            *((each["outcome"], each["window"]) for each in roles["primary"]),
            *roles["secondary"].items(),
        ]
    ]
    flow = {"analysis_set": ["randomized"], "window": ["flow"]}
    return {
        "order": [
            {**flow, "outcome": ["randomized", "persons"]},
            *({**answer, **whole} for answer in answers),
            {**flow, "contrast": list(config["trial"]["arms"])},
            {"analysis_set": ["randomized"], "window": ["baseline"]},
            {"window": [each["window"] for each in roles["primary"]], **whole},
            {"window": WINDOWS, **whole},
            *({**answer, "analysis_set": ["itt"]} for answer in answers),
            whole,
            {"analysis_set": ["itt", "randomized"]},
            {"analysis_set": [*SENSITIVITY, "censoring_weighted", "per_person"]},
        ]
    }


def shown_settings(wildcards):
    """The settings that tables and figures show: labels, order, roles and style."""
    return {
        **{block: kept(config[block], keys) for block, keys in SHOWN.items()},
        "outcomes": each(config["outcomes"], OF_OUTCOMES),
        "baseline": each(config["baseline"], OF_CHARACTERISTICS),
        "roles": config["roles"],
    }


def kept(block, keys):
    """Some keys of a block."""
    return {key: block[key] for key in keys if key in block}


def each(blocks, keys):
    """Some keys of every block in a block."""
    return {name: kept(block, keys) for name, block in blocks.items()}


def page_settings(wildcards):
    """The settings that the page shows."""
    return {block: config[block] for block in (*SHOWN, "outcomes", "baseline", "roles")}
