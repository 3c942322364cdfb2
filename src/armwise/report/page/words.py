"""The sentences of the report: written from the results, never by hand."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, interval, p_phrase, percent, ratio, whole
from armwise.report.results import Results, Row
from armwise.report.tables.effects import DIFFERENCES, MEANS, RATIOS, Effect, triple
from armwise.report.trial import ALL, Trial, inside

RATIO_WORDS = {"rate_ratio": "rate ratio", "risk_ratio": "risk ratio"}
NULL = {"rate_ratio": 1.0, "risk_ratio": 1.0}


def key_sentences(results: Results, trial: Trial) -> Iterator[tuple[str, str]]:
    """Yield the primary results of each contrast: a finding in words, and its numbers."""
    if trial.blinded:
        yield "Nothing is known yet: the trial is blinded.", ""
        return
    for arm, contrast in trial.contrasts:
        for outcome, window in trial.primaries:
            effect = Effect(results, trial, outcome, window)
            relative, absolute = effect.row(RATIOS, contrast), effect.row(DIFFERENCES, contrast)
            row = relative or absolute
            if row is None or not row.stands:
                yield _no_result(effect, arm, row), ""
            else:
                yield _finding(effect, arm, row), _numbers(effect, arm, relative, absolute)
        if trial.roles.get("primary_rule") == ALL:
            yield _together(results, trial, arm, contrast), ""


def _together(results: Results, trial: Trial, arm: str, contrast: str) -> str:
    """Say how many of the primary outcomes show an effect, where all of them must."""
    rows = [
        Effect(results, trial, outcome, window).row((*RATIOS, *DIFFERENCES), contrast)
        for outcome, window in trial.primaries
    ]
    clear = sum(row is not None and row.stands and bool(_direction(row)) for row in rows)
    several = f" with {inside(trial.arm_label(arm))}" if len(trial.contrasts) > 1 else ""
    return (
        f"The trial succeeds{several} only if all {len(rows)} primary outcomes show an effect: "
        f"{clear or 'none'} of them {'does' if clear < 2 else 'do'}."
    )


def _no_result(effect: Effect, arm: str, row: Row | None) -> str:
    trial = effect.trial
    subject = f"{trial.outcome_label(effect.outcome)}, {_over(trial, effect.window)}"
    versus = f"{inside(trial.arm_label(arm))} against {inside(trial.arm_label(trial.reference))}"
    why = "was not part of the results"
    if row is not None:
        why = f"could not be estimated: {row.error}" if row.error else "is hidden to protect small cells"
    return f"{subject}: the effect of {versus} {why}."


def _finding(effect: Effect, arm: str, row: Row) -> str:
    trial = effect.trial
    subject = trial.outcome_label(effect.outcome)
    versus = f"{inside(trial.arm_label(arm))} than with {inside(trial.arm_label(trial.reference))}"
    direction = _direction(row)
    if direction:
        measure = trial.measure_of(effect.outcome)
        if measure in ("binary", "by_date"):
            more = "more" if direction == "higher" else "less"
            return f"{subject} was {more} frequent with {versus} {_over(trial, effect.window)}:"
        kind = "Rates of {} were" if measure in ("count", "sum") else "Mean {} was"
        return f"{kind.format(inside(subject))} {direction} with {versus} {_over(trial, effect.window)}:"
    pair = f"{inside(trial.arm_label(arm))} and {inside(trial.arm_label(trial.reference))}"
    return f"{subject}: no clear difference between {pair} {_over(trial, effect.window)}:"


def _direction(row: Row) -> str:
    null = NULL.get(row.measure, 0.0)
    if row.ci_high is not None and row.ci_high < null:
        return "lower"
    return "higher" if row.ci_low is not None and row.ci_low > null else ""


def _over(trial: Trial, window: str) -> str:
    label = inside(trial.window_label(window))
    if label[:1].isdigit():
        return f"over {label}"
    return label if label.startswith(("by", "until")) else f"({label})"


def _numbers(effect: Effect, arm: str, relative: Row | None, absolute: Row | None) -> str:
    parts = [_means(effect, arm)]
    if relative is not None:
        parts.append(ratio_phrase(relative, effect))
    if absolute is not None:
        parts.append(difference_phrase(effect, absolute))
    return "; ".join(part for part in parts if part)


def _means(effect: Effect, arm: str) -> str:
    rows = [effect.mean(arm), effect.mean(effect.trial.reference)]
    texts = [effect.mean_text(row) for row in rows]
    if any(row is None or not row.stands for row in rows):
        return ""
    timed = {"rate": " per 100 person-years"} if effect.is_timed else {}
    unit = timed.get(rows[0].measure if rows[0] else "", "")
    sign = "%" if MEANS.get(effect.difference_measure or "") == "risk" else ""
    return f"{texts[0]}{sign} vs {texts[1]}{sign}{unit}"


def ratio_phrase(row: Row, effect: Effect) -> str:
    """Return "rate ratio 0.89 (95% CI, 0.81 to 0.98)"."""
    trial = effect.trial
    estimate, low, high = (ratio(x, trial.style) for x in triple(row))
    measure = RATIO_WORDS.get(row.measure, row.measure) if effect.is_timed else "ratio of means"
    return f"{measure} {estimate} ({interval(low, high, trial.level, trial.style)})"


def difference_phrase(effect: Effect, row: Row) -> str:
    """Return "difference −4.0 (95% CI, −5.6 to −2.4) per 100 person-years"."""
    if not row.stands:
        return ""
    estimate, low, high = (effect.scaled(x, row.measure) for x in triple(row))
    unit = f" {effect.unit}" if effect.unit else ""
    limits = interval(low, high, effect.trial.level, effect.trial.style)
    shown = estimate if NOTHING in (low, high) else f"{estimate} ({limits})"
    return f"difference {shown}{unit}"


def estimand_sentence(results: Results, trial: Trial) -> str:
    """Return what the primary result estimates, in one sentence."""
    effect = Effect(results, trial, *trial.primary)
    rows = (effect.row((*RATIOS, *DIFFERENCES), contrast) for _, contrast in trial.contrasts)
    row = next((row for row in rows if row is not None), None)
    what = row.estimand if row and row.estimand else "the effect of the arm assigned"
    analysed = "adjusted for baseline covariates" if trial.analysis == "adjusted" else "without covariates"
    return f"Estimand: {what}, in everyone randomized (intention to treat, treatment policy); {analysed}."


def unblinding(results: Results, trial: Trial) -> str:
    """Return how the gate of a trial that was blinded opened; "" for one that never was."""
    if trial.trial.get("blinded") is not False:
        return ""
    test = results.first(analysis_set="unblinding", measure="p_value")
    found = "no joint test of the baseline characteristics could be made"
    if test is not None and test.stands:
        found = f"joint test of all baseline characteristics, {p_phrase(test.estimate, trial.style)}"
    reason = (trial.trial.get("blinding") or {}).get("unblinded_because")
    if not reason:
        return f"The gate was open: {found}, and no check that stops the run was broken."
    against = f" against these objections: {test.warning}" if test is not None and test.warning else ""
    return f"A reason was given{against} ({found}). The reason: {reason}"


def cards(results: Results, trial: Trial) -> Iterator[tuple[str, str]]:
    """Yield the counts of the first screen: the number and what it counts."""
    style = trial.style
    outcome, window = trial.primary
    effect = Effect(results, trial, outcome, window)
    counts = [row for row in (effect.count(arm) or effect.mean(arm) for arm in trial.arms) if row is not None]
    randomized = results.first(outcome="randomized", window="flow", contrast="all", measure="count")
    if randomized is not None:
        yield _shown(randomized, "estimate", trial), f"{trial.unit} randomized"
    elif counts:
        yield _total(counts, "n", trial), f"{trial.unit} randomized"
    if any(row.person_years is not None or row.hides("person_years") for row in counts):
        yield _total(counts, "person_years", trial), "person-years observed"
    if trial.measure_of(outcome) != "continuous" and counts:
        yield _total(counts, "events", trial), inside(trial.outcome_label(outcome))
    if randomized is not None and randomized.estimate and counts:
        yield _analysed(counts, randomized.estimate, style, trial), "in the primary analysis"


def _shown(row: Row, column: str, trial: Trial) -> str:
    return HIDDEN if row.hides(column) else whole(getattr(row, column), trial.style)


def _total(rows: list[Row], column: str, trial: Trial) -> str:
    values = [getattr(row, column) for row in rows]
    return HIDDEN if None in values else whole(sum(values), trial.style)


def _analysed(rows: list[Row], randomized: float, style: object, trial: Trial) -> str:
    sizes = [row.n for row in rows]
    if None in sizes:
        return HIDDEN
    share = sum(n for n in sizes if n is not None) / randomized
    return f"{percent(share, trial.style)}%"


def disclosure_statement(results: Results, trial: Trial) -> str:
    """Say what was hidden, or why nothing was."""
    if trial.small_cell is None:
        citation = trial.report.get("data_citation")
        where = f": {str(citation).rstrip('.')}" if citation else ""
        return f"No cell was hidden, because the data are published{where}."
    hidden = sum(row.hidden for row in results.rows)
    rule = (
        f"Counts from 1 to {trial.small_cell - 1} are hidden, with the numbers from which they could "
        "be computed: "
        "the other part of a sum, percentages, rates, person-years and effects."
    )
    if not hidden:
        return f"{rule} No result had to be hidden."
    return (
        f"{rule} {whole(hidden, trial.style)} of {whole(len(results.rows), trial.style)} results have "
        "hidden parts, "
        f"shown as {HIDDEN} whatever the reason; disclosure_log.csv lists each of them."
    )
