# What the estimates need of the settings: plain values, so that a step reruns when they change and only then.

from armwise.settings import wanted

WINDOWS = list(
    dict.fromkeys(
        window for name in config["outcomes"] for window in wanted.windows(config, name)
    )
)
REWEIGHTED = (
    config["estimates"]["censoring_weights"] is not None
    or config["estimates"]["per_person"]
)
FAMILIES = [
    "effects",
    *(["subgroups"] if config["estimates"]["subgroups"] else []),
    *(["other_models"] if config["estimates"]["other_models"] else []),
    *(["losses"] if config["estimates"]["losses"] else []),
    *(["uptake", "compliers"] if config["estimates"]["uptake"] else []),
    *(["reweighted"] if REWEIGHTED else []),
]
SENSITIVITY_PIECES = [
    f"{INTERIM}/sensitivity/{analysis}/effects/{window}.parquet"
    for analysis in SENSITIVITY
    for window in WINDOWS
    if touched_by(analysis, window)
]
OVER_TIME = ["curves", *(f"time_at_risk/{window}" for window in WINDOWS)]
ACCOUNTS = {} if BY_PARTICIPANT else accounts()
RANDOMIZATION = [
    f"{INTERIM}/randomization/{name}.parquet"
    for name in ("tests", "draws")
    if config["estimates"]["randomization"]
]
CURVE = config["estimates"]["specification_curve"]
SPECIFICATIONS = (
    expand(f"{INTERIM}/specifications/{{outcome}}.parquet", outcome=CURVE["outcomes"])
    if CURVE
    else []
)
DESCRIBED = [
    "baseline",
    "flow",
    "checks",
    "monitored",
    *(["unblinding"] if BLINDED is False else []),
    *(["assessed"] if "eligible" in config["data"] else []),
    *([] if BY_PARTICIPANT else OVER_TIME),
    *(["accounts"] if ACCOUNTS else []),
    *(["curves"] if TIMED else []),
    *(f"selected/{window}" for window in WINDOWS if selected_in(window)),
    *(["time_to_event"] if config["estimates"]["time_to_event"] else []),
    *(["monthly"] if config["estimates"]["monthly"] else []),
]


def design_of(wildcards):
    """The arms and the one that the others are compared with; their labels change no estimate."""
    return {
        "arms": list(config["trial"]["arms"]),
        "reference": config["trial"]["reference"],
    }


def precision_of(wildcards):
    """How uncertainty is stated."""
    return {
        key: config["estimates"][key] for key in ("standard_error", "level", "limits")
    }


def analyses_in(wildcards):
    """What is estimated in a window and what it is adjusted for."""
    return analyses_of(analysed_in(wildcards.window))


def analyses_of(outcomes):
    """What is estimated of some outcomes and what it is adjusted for."""
    kept = {
        name: {key: of[key] for key in ("measure", "covariates")}
        for name, of in outcomes.items()
        if name in wanted.compared(config)
    }
    return {"outcomes": kept} | adjusted_for(kept)


def measures_of(wildcards):
    """What is described of the outcomes that only those with enough visits have."""
    return selected_in(wildcards.window)


def sensitivity_analyses_in(wildcards):
    """What a sensitivity analysis estimates in a window."""
    return analyses_of(touched_by(wildcards.analysis, wildcards.window))


def analysis_set_of(wildcards):
    """What a sensitivity analysis is called in results, and what it changes about follow-up."""
    return {
        "name": wildcards.analysis,
        "said": SENSITIVITY[wildcards.analysis]["label"],
    }


def analyses_by_window(wildcards):
    """What is estimated in every window."""
    return {window: analyses_of(analysed_in(window)) for window in WINDOWS}


def redraw_of(wildcards):
    """How arms are drawn again, and in which analysis."""
    return config["estimates"]["randomization"] | {
        "unit": config["trial"]["assignment"]["unit"],
        "analysis": config["roles"]["analysis"],
    }


def adjusted_for(outcomes):
    """The covariates in common, and the kind of every characteristic that a model holds."""
    common = config["estimates"]["covariates"]
    own = [name for of in outcomes.values() for name in of["covariates"] or []]
    return {
        "covariates": common,
        "missing_baseline": config["estimates"]["missing_baseline"],
        "baseline": kinds_of([*common, *own]),
    }


def kinds_of(names):
    """The type of some characteristics, and whether they enter as splines."""
    return {
        name: {key: config["baseline"][name][key] for key in ("type", "spline")}
        for name in names
        if name in config["baseline"]
    }


def sources_in(wildcards):
    """One outcome of each source of a window: those of one source are observed alike."""
    found = {}
    for name, of in analysed_in(wildcards.window).items():
        found.setdefault(wanted.source_of(config, of["event"]), name)
    return found


def characteristics_of(wildcards):
    """The kind of every characteristic of the baseline table."""
    return kinds_of(config["baseline"])


def subgroups_in(wildcards):
    """What is estimated in subgroups in a window."""
    subgroups = config["estimates"]["subgroups"]
    analyses = analyses_in(wildcards)
    kinds = analyses["baseline"] | kinds_of(subgroups)
    return analyses | {"subgroups": subgroups, "baseline": kinds}


def other_models_in(wildcards):
    """What is estimated in a window by which other models."""
    return analyses_in(wildcards) | {
        "other_models": config["estimates"]["other_models"]
    }


def uptake_in(wildcards):
    """What uptake is adjusted for, and the groups by which it is described."""
    subgroups = config["estimates"]["subgroups"]
    analyses = adjusted_for({})
    kinds = analyses["baseline"] | kinds_of(subgroups)
    return analyses | {"subgroups": subgroups, "baseline": kinds}


def reweighted_in(wildcards):
    """What is estimated in a window with other weights, and what explains who stays."""
    analyses, weights = analyses_in(wildcards), config["estimates"]["censoring_weights"]
    if weights is not None and weights["covariates"] is None:
        weights = weights | {"covariates": config["estimates"]["covariates"]}
    names = weights["covariates"] if weights is not None else []
    return analyses | {
        "baseline": analyses["baseline"] | kinds_of(names),
        "censoring_weights": weights,
        "per_person": config["estimates"]["per_person"],
    }


def curves_of(wildcards):
    """The outcomes that have a curve: counts over follow-up, and events by a date."""
    return {
        name: {key: of[key] for key in ("measure", "date")}
        for name, of in config["outcomes"].items()
        if of["measure"] in ("count", "by_date") and (of["event"] or of["followed"])
    }


def times_of(wildcards):
    """The outcomes whose first event is analysed over time, with the length of their windows in months."""
    names = config["estimates"]["time_to_event"]
    found = {name: months_of(name) | whole_follow_up(name) for name in names}
    return {"outcomes": found} | adjusted_for({})


def whole_follow_up(name):
    """The windows of an outcome in columns that have no length: they last as long as anyone is followed."""
    windows = wanted.windows(config, name) if name in TIMED else []
    return {window: None for window in windows if not months_in(window)}


def months_of(name):
    """The length of each window of an outcome that begins at randomization and has one in months."""
    lengths = {window: months_in(window) for window in wanted.windows(config, name)}
    return {window: months for window, months in lengths.items() if months}


def monthly_of(wildcards):
    """The outcomes that are shown month by month, with the number of months of their longest window."""
    names = config["estimates"]["monthly"]
    months = {name: max(months_of(name).values(), default=0) for name in names}
    return {"outcomes": months} | adjusted_for({})


def outcome_of_flow(wildcards):
    """The outcome whose follow-up the flow diagram shows: the first that is counted over person-time."""
    counted = [
        name for name, of in config["outcomes"].items() if of["measure"] == "count"
    ]
    return counted[0] if counted and not BY_PARTICIPANT else None


def places_of(wildcards):
    """The analyses and windows of a specification curve, as pairs; the primary analysis is `itt`."""
    windows = [
        window
        for window in wanted.windows(config, wildcards.outcome)
        if window in CURVE["windows"]
    ]
    analyses = [
        (analysis, window)
        for analysis in ([] if BY_PARTICIPANT else CURVE["follow_up"])
        for window in windows
        if wildcards.outcome in touched_by(analysis, window)
    ]
    return [*(("itt", window) for window in windows), *analyses]


def outcomes_of_curve(wildcards):
    """The outcomes of each place of a specification curve."""
    return [
        (
            f"{INTERIM}/outcomes/{window}.parquet"
            if analysis == "itt"
            else f"{INTERIM}/sensitivity/{analysis}/outcomes/{window}.parquet"
        )
        for analysis, window in places_of(wildcards)
    ]


def fitted_for_curve(wildcards):
    """The effects in each place of a specification curve, and those by other models in the primary one."""
    beside = ["other_models"] if "other_models" in FAMILIES else []
    return [
        (
            f"{INTERIM}/sensitivity/{analysis}/effects/{window}.parquet"
            if analysis != "itt"
            else f"{INTERIM}/estimates/{family}/{window}.parquet"
        )
        for analysis, window in places_of(wildcards)
        for family in ("effects", *(beside if analysis == "itt" else []))
    ]


def grid_of(wildcards):
    """The choices of a specification curve."""
    outcome = config["outcomes"][wildcards.outcome]
    analyses = analyses_of({wildcards.outcome: outcome})
    own = outcome["covariates"] or analyses["covariates"]
    sets = {"unadjusted": []} | ({"adjusted": own} if own else {}) | CURVE["covariates"]
    planned = config["estimates"]["standard_error"]
    touched = {analysis for analysis, _ in places_of(wildcards)}
    return {
        "outcome": wildcards.outcome,
        "measure": outcome["measure"],
        "scale": CURVE["scale"],
        "places": [
            {"window": window} | analysis_named(analysis)
            for analysis, window in places_of(wildcards)
        ],
        "untouched": [
            SENSITIVITY[name]["label"]
            for name in CURVE["follow_up"]
            if name in SENSITIVITY and name not in touched
        ],
        "covariates": sets,
        "missing_baseline": analyses["missing_baseline"],
        "baseline": kinds_of([name for names in sets.values() for name in names]),
        "models": ["planned", *CURVE["models"]],
        "standard_errors": list(dict.fromkeys([planned, *CURVE["standard_errors"]])),
    }


def analysis_named(analysis):
    """An analysis set as results name it, and what it changes about follow-up."""
    label = SENSITIVITY[analysis]["label"] if analysis in SENSITIVITY else None
    return {"analysis_set": analysis, "said": label}


def roles_of(wildcards):
    """The planned results, each an outcome in its window, and how their tests are adjusted."""
    roles, (primary, *others) = config["roles"], wanted.primaries(config)
    windows = {name: wanted.windows(config, name) for name in roles["secondary"]}
    return {
        "primary": [primary, *others],
        "secondary": {
            name: primary["window"] if primary["window"] in found else found[0]
            for name, found in windows.items()
        },
        **{
            key: roles[key]
            for key in ("analysis", "primary_rule", "multiplicity", "interactions")
        },
    }
