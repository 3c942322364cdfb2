"""The methods section, written from the models that stand behind the results."""

from collections.abc import Iterator

from armwise.report.results import Results
from armwise.report.tables.effects import DIFFERENCES, RATIOS, Effect, level_text
from armwise.report.tables.uptake import windows as uptake_windows
from armwise.report.trial import ALL, MULTIPLICITY, Trial, inside

MODELS = {
    "count": "counts by Poisson quasi-likelihood with the logarithm of person-time as offset",
    "mean_count": "counts by Poisson quasi-likelihood",
    "sum": "sums over events by the same quasi-likelihood, which asks for no whole numbers",
    "binary": "binary outcomes by logistic regression",
    "continuous": "continuous outcomes by least squares",
}
UPTAKE = (
    " Uptake differences are by least squares. Effects in compliers are effects of assignment over them, "
    "with the same enrollments and weights: two-stage least squares, and for rates the ratio of standardized "
    "differences."
)
# Tests besides those of effects in one window, by how their measures end.
FURTHER = {
    "losses": ("loss_difference", "loss_interaction_p"),
    "reach and engagement by group": ("_across_levels_p",),
    "all months together": ("any_month_p", "month_interaction_p"),
}
LATER = {
    "as_randomized": "Someone randomized again later stayed in the arm of each enrollment (treatment "
    "policy).",
    "first_enrollment": "Only the first enrollment of each person was analysed.",
    "end_at_treatment": "Follow-up of a control ended when a later lottery assigned another arm; days after "
    "a lottery that did not were weighted by the inverse of the known probability of that.",
}
COVERAGE = {
    "first_gap": "until coverage ended{bridged}",
    "all_covered_days": "on all covered days{bridged}",
    "ignore": "whether covered or not",
}
DEATH = {"ends": "until death", "ignore": "with time going on after a death under coverage"}


def paragraphs(results: Results, trial: Trial) -> Iterator[str]:
    """Yield the paragraphs of the methods section."""
    yield _design(trial)
    yield _models(results, trial)
    yield _uncertainty(results, trial)
    if not trial.is_participants:
        yield _time(trial)


def _design(trial: Trial) -> str:
    arms = [inside(label) for label in trial.arms.values()]
    listed = f"{', '.join(arms[:-1])} and {arms[-1]}"
    return (
        f"Everyone was analysed in the arm to which they were randomized ({listed}; reference: "
        f"{inside(trial.arm_label(trial.reference))}), whether or not they took up what was offered. "
        "Each of the "
        f"{trial.unit} was weighted by the inverse of the probability of the arm assigned, where the trial "
        "gives one; strata of the randomization, if it had any, were fixed effects."
    )


def _models(results: Results, trial: Trial) -> str:
    kinds = {trial.measure_of(name) for name in trial.ordered_outcomes}
    counts = [kind for kind in ("count", "mean_count") if kind in kinds]
    used = [MODELS[kind] for kind in counts[:1]]
    used += [MODELS["sum"]] if "sum" in kinds else []
    used += [MODELS["binary"]] if kinds & {"binary", "by_date"} else []
    used += [MODELS["continuous"]] if "continuous" in kinds else []
    covariates = [
        inside(trial.characteristic_label(name)) for name in trial.estimates.get("covariates") or []
    ]
    adjusted = (
        f" The adjusted analysis added {'; '.join(covariates)}. {_which(trial)}."
        if covariates
        else " No covariates were used."
    )
    text = ", ".join(used).replace(" by ", " were modelled by ", 1)
    return (
        f"{text[:1].upper()}{text[1:]}. Rates, risks and means of each arm are the model's predictions "
        "for everyone analysed under that arm, averaged with the weights; absolute effects are differences "
        "between them." + adjusted
    )


def _which(trial: Trial) -> str:
    return f"The {trial.analysis} analysis is the one that counts here"


def _uncertainty(results: Results, trial: Trial) -> str:
    methods = {
        row.method.split(".")[-1]
        for name in trial.ordered_outcomes
        for window in trial.windows_of(name)
        for _, contrast in trial.contrasts
        for kind in (RATIOS, DIFFERENCES)
        if (row := Effect(results, trial, name, window).row(kind, contrast)) is not None
    }
    errors = f" ({', '.join(sorted(methods))})" if methods else ""
    uptake = UPTAKE if uptake_windows(results, trial) else ""
    limits = "normal" if trial.estimates.get("limits") == "normal" else "t"
    kind = "clustered" if any(m.startswith("CR") for m in methods) else "robust"
    return (
        f"Intervals ({level_text(trial)}) rest on {kind} standard errors{errors} from influence "
        "functions, with "
        f"{limits} limits. P values are two-sided: {_of_primary(trial)}, "
        "those of secondary outcomes (if any) are adjusted together "
        f"by {trial.multiplicity}, "
        f"those of tests of interaction are {trial.interactions}{_further(results)}, "
        "and other effects have none."
        f"{uptake}"
    )


def _further(results: Results) -> str:
    """Name the further tests that stand in the report, none of them adjusted."""
    tested = {row.measure for row in results.rows if row.p_value is not None}
    kinds = [words for words, ends in FURTHER.items() if any(each.endswith(ends) for each in tested)]
    return f", those of {', of '.join(kinds)} are not adjusted" if kinds else ""


def _of_primary(trial: Trial) -> str:
    if len(trial.primaries) == 1:
        return "the primary result keeps its own"
    rule = str(trial.roles.get("primary_rule"))
    if rule == ALL:
        return "primary results keep theirs, and the trial succeeds only if all of them do"
    return f"those of primary results are adjusted together by {MULTIPLICITY[rule]}"


def _time(trial: Trial) -> str:
    follow_up = trial.follow_up
    gap = int(follow_up.get("gap_days") or 0)
    bridged = f" (gaps of up to {gap} days bridged)" if gap else ""
    covered = COVERAGE[str(follow_up.get("coverage") or "first_gap")].format(bridged=bridged)
    died = DEATH[str(follow_up.get("death") or "ends")]
    return (
        "Windows are calendar months from the day of randomization, which belongs to follow-up. "
        f"Outcomes from claims were observed {covered}, {died}, and to the end of the data; an event belongs "
        f"to the window in which it starts. {LATER.get(str(follow_up.get('later_lottery')), '')}"
    ).strip()
