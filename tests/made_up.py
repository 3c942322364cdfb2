"""A made-up trial for the report: settings and results with plausible numbers, no model behind them."""

import math
from itertools import product
from typing import Any

from armwise.disclosure.publish import disclose
from armwise.report.results import Results, Row
from armwise.report.trial import Trial

Record = dict[str, Any]
COLUMNS = [
    "key",
    "analysis_set",
    "outcome",
    "window",
    "subgroup",
    "contrast",
    "measure",
    "method",
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "p_value",
    "df",
    "n",
    "n_informative",
    "clusters",
    "events",
    "person_years",
    "estimand",
    "warning",
    "error",
]
ARMS = {"control": "Usual care", "case_management": "Case management"}
SIZE = {"control": 3120, "case_management": 2880}
CONTRAST = "case_management vs control"

SETTINGS: dict[str, Any] = {
    "trial": {
        "id": "made-up",
        "title": "Social needs case management for adults at high risk (made-up numbers)",
        "registration": "NCT00000000",
        "synthetic": True,
        "arms": ARMS,
        "reference": "control",
    },
    "follow_up": {
        "baseline": {"months": 12},
        "windows": {"6mo": {"months": 6}, "12mo": {"months": 12}},
        "later_lottery": "as_randomized",
        "gap_days": 0,
        "sensitivity": {
            "all_covered": {"label": "All covered days", "coverage": "all_covered_days"},
            "first_only": {"label": "First enrollments only", "later_lottery": "first_enrollment"},
        },
    },
    "outcomes": {
        "admissions": {"label": "Hospital admissions", "event": "inpatient_stay", "measure": "count"},
        "avoidable_admissions": {"event": "inpatient_stay", "measure": "count"},
        "ed_visits": {"label": "ED visits", "event": "ed_visit", "measure": "count"},
        "covid_vaccine": {
            "label": "COVID-19 vaccination",
            "event": "covid_dose",
            "measure": "by_date",
            "date": "2021-09-30",
        },
        "continuity": {
            "label": "Continuity of care",
            "event": "outpatient_visit",
            "measure": "continuity",
            "windows": ["12mo"],
        },
    },
    "baseline": {
        "age": {"label": "Age, y", "type": "number"},
        "sex": {"label": "Sex", "type": "category"},
        "race_ethnicity": {"label": "Race and ethnicity", "type": "category"},
        "language": {"label": "Preferred language", "type": "category"},
        "diabetes": {"label": "Diabetes", "type": "binary"},
    },
    "estimates": {
        "covariates": ["age", "sex", "baseline_admissions"],
        "subgroups": ["race_ethnicity", "language"],
        "uptake": {"event": "contact"},
        "time_to_event": ["admissions"],
        "monthly": ["admissions"],
        "losses": True,
        "censoring_weights": {"covariates": None, "truncate": None},
        "per_person": True,
        "other_models": ["negative_binomial", "over_control_mean"],
        "specification_curve": {"outcomes": ["admissions"], "windows": ["6mo", "12mo"]},
        "standard_error": "CR1S",
        "level": 0.95,
        "limits": "t",
    },
    "roles": {
        "primary": {"outcome": "admissions", "window": "12mo"},
        "secondary": ["avoidable_admissions", "ed_visits", "covid_vaccine"],
        "analysis": None,
    },
    "report": {"style": "annals", "small_cell": 11, "data_are_public": False, "data_citation": None},
}

LEVELS = {
    "sex": {"Female": 0.58, "Male": 0.42},
    "race_ethnicity": {
        "Asian": 0.09,
        "Black": 0.13,
        "Hispanic": 0.45,
        "Pacific Islander": 0.0022,
        "White": 0.22,
        "Other or unknown": 0.1078,
    },
    "language": {"English": 0.66, "Spanish": 0.28, "Other": 0.06},
    "diabetes": {"0": 0.82, "1": 0.18},
}
RATES = {"admissions": (0.28, 0.89), "avoidable_admissions": (0.05, 0.72), "ed_visits": (1.1, 0.96)}


def record(outcome: str, window: str, contrast: str, measure: str, method: str, **more: Any) -> Record:
    """Make one row of the dataset."""
    row = dict.fromkeys(COLUMNS) | {"analysis_set": "itt", "subgroup": "all"} | more
    row |= {
        "outcome": outcome,
        "window": window,
        "contrast": contrast,
        "measure": measure,
        "method": method,
    }
    row["key"] = "/".join(str(row[name]) for name in COLUMNS[1:8])
    return row


def count_results(
    outcome: str, window: str, years: float, subgroup: str = "all", share: float = 1.0
) -> list[Record]:
    """Make the rows of a count outcome: per arm, and the contrast."""
    control, ratio = RATES[outcome]
    rates = {"control": control, "case_management": control * ratio}
    rows, totals = [], {"n": 0, "events": 0, "person_years": 0.0}
    for arm, size in SIZE.items():
        n = round(size * share)
        person_years = n * years * 0.93
        events = float(round(rates[arm] * person_years))
        counts = {"n": n, "clusters": round(n * 0.8), "events": events, "person_years": person_years}
        totals = {name: totals[name] + counts[name] for name in totals}
        crude = {"subgroup": subgroup, **counts}
        rows.append(record(outcome, window, arm, "count", "count", estimate=events, **crude))
        rows += [
            record(
                outcome,
                window,
                arm,
                "rate",
                f"standardized.{analysis}.CR1S",
                estimate=rates[arm],
                std_error=0.01,
                ci_low=rates[arm] * 0.93,
                ci_high=rates[arm] * 1.07,
                **crude,
            )
            for analysis in ("adjusted", "unadjusted")
        ]
    for analysis in ("adjusted", "unadjusted"):
        planned = (outcome, window, subgroup, analysis) == ("admissions", "12mo", "all", "adjusted")
        p = 0.0213 if planned else None
        error = math.sqrt(2.2 / max(totals["events"], 1) * 2)
        shared = {"subgroup": subgroup, "p_value": p, "df": 4799.0, **totals}
        rows.append(
            record(
                outcome,
                window,
                CONTRAST,
                "rate_ratio",
                f"poisson.{analysis}.CR1S",
                estimate=ratio,
                std_error=error,
                ci_low=ratio * math.exp(-1.96 * error),
                ci_high=ratio * math.exp(1.96 * error),
                estimand="ratio of event rates while alive and observed, as randomized",
                n_informative=round(totals["n"] * 0.98),
                **shared,
            )
        )
        gap = control * (ratio - 1)
        rows.append(
            record(
                outcome,
                window,
                CONTRAST,
                "rate_difference",
                f"standardized.{analysis}.CR1S",
                estimate=gap,
                std_error=abs(error * control),
                ci_low=gap - 1.96 * error * control,
                ci_high=gap + 1.96 * error * control,
                estimand="difference of event rates per person-year while alive and observed, as randomized",
                **shared,
            )
        )
    return rows


def risk_results(
    outcome: str, window: str, risks: dict[str, float], reference: str = "control"
) -> list[Record]:
    """Make the rows of a binary outcome; arms without a size have 1,000 participants."""
    rows = []
    for arm, risk in risks.items():
        n = SIZE.get(arm, 1000)
        counts = {"n": n, "clusters": n, "events": float(round(n * risk))}
        rows.append(record(outcome, window, arm, "count", "count", estimate=counts["events"], **counts))
        rows += [
            record(
                outcome,
                window,
                arm,
                "risk",
                f"standardized.{analysis}.CR1S",
                estimate=risk,
                std_error=0.009,
                ci_low=risk - 0.018,
                ci_high=risk + 0.018,
                **counts,
            )
            for analysis in ("adjusted", "unadjusted")
        ]
    for arm, risk in risks.items():
        if arm == reference:
            continue
        gap, ratio = risk - risks[reference], risk / risks[reference]
        for analysis in ("adjusted", "unadjusted"):
            shared = {"n": SIZE.get(arm, 1000) + SIZE.get(reference, 1000), "p_value": None, "df": 4799.0}
            rows += [
                record(
                    outcome,
                    window,
                    f"{arm} vs {reference}",
                    "risk_difference",
                    f"standardized.{analysis}.CR1S",
                    estimate=gap,
                    std_error=0.012,
                    ci_low=gap - 0.024,
                    ci_high=gap + 0.024,
                    estimand="difference of shares with the outcome, as randomized",
                    **shared,
                ),
                record(
                    outcome,
                    window,
                    f"{arm} vs {reference}",
                    "risk_ratio",
                    f"standardized.{analysis}.CR1S",
                    estimate=ratio,
                    std_error=0.03,
                    ci_low=ratio * 0.94,
                    ci_high=ratio * 1.06,
                    estimand="ratio of shares with the outcome, as randomized",
                    **shared,
                ),
            ]
    return rows


def holm_results(rows: list[Record]) -> list[Record]:
    """Make the rows with adjusted P values of the secondary outcomes."""
    p_values = {"avoidable_admissions": 0.041, "ed_visits": 0.38, "covid_vaccine": 0.00004}
    return [
        row
        | {
            "p_value": p_values[row["outcome"]],
            "method": f"{row['method']}.Holm",
            "key": f"{row['key']}.Holm",
        }
        for row in rows
        if row["outcome"] in p_values
        and row["window"] in ("12mo", "by_2021-09-30")
        and " vs " in row["contrast"]
        and ".adjusted." in row["method"]
    ]


def uptake_results() -> list[Record]:
    """Make the rows of engagement by window."""
    rows = []
    for window, engaged in (("6mo", 905), ("12mo", 1152)):
        for arm, events in (("control", 0), ("case_management", engaged)):
            counts = {"n": SIZE[arm], "events": float(events), "clusters": round(SIZE[arm] * 0.8)}
            rows.append(
                record("uptake", window, arm, "risk", "weighted.CR1S", estimate=events / SIZE[arm], **counts)
            )
        gap = engaged / SIZE["case_management"]
        rows += [
            record(
                "uptake",
                window,
                CONTRAST,
                "risk_difference",
                f"linear.{analysis}.CR1S",
                estimate=gap,
                std_error=0.009,
                ci_low=gap - 0.018,
                ci_high=gap + 0.018,
                n=6000,
                events=float(engaged),
                estimand="share that took up the offer in the window",
            )
            for analysis in ("adjusted", "unadjusted")
        ]
    return rows


def engagement_results() -> list[Record]:
    """Make the rows of what the engaged got in the longer window, and of attempts."""
    place = ("uptake", "12mo", "case_management")
    found = {"contacts_mean": 13.6, "contacts_sd": 4.5}
    found |= {"first_day_q1": 20.0, "first_day_median": 34.0, "first_day_q3": 54.0}
    rows = [
        record(*place, measure, "weighted", estimate=value, events=1152.0) for measure, value in found.items()
    ]
    for kind, contacts, share in (("direct_help", 3918.0, 0.42), ("listening", 5500.0, 0.58)):
        at = (f"uptake={kind}", "12mo", "case_management")
        rows.append(record(*at, "count", "count", estimate=contacts, n=9418))
        rows.append(record(*at, "percent", "weighted", estimate=share, n=9418))
    attempts = {"estimate": 1.8, "n": 2880, "events": 5184.0}
    return [*rows, record("attempts", "12mo", "case_management", "contacts_mean", "weighted", **attempts)]


def continuity_results() -> list[Record]:
    """Make the rows of an index that only those with enough visits have."""
    rows = []
    for arm, enough in (("control", 1151), ("case_management", 1058)):
        described = {"analysis_set": "described"}
        counts = {"n": SIZE[arm], "events": float(enough), "estimate": enough / SIZE[arm]}
        place = ("continuity", "12mo", arm)
        rows.append(record(*place, "percent", "weighted", **described, **counts))
        rows += [
            record(*place, measure, "weighted", estimate=value, **described)
            for measure, value in (("mean", 0.54), ("sd", 0.42))
        ]
    return rows


def complier_results() -> list[Record]:
    """Make the rows of the effect in compliers on the primary outcome."""
    place, n = ("admissions", "12mo", CONTRAST), {"n": 6000}
    rows = []
    for analysis in ("adjusted", "unadjusted"):
        ending = f".{analysis}.CR1S"
        effect = {"measure": "complier_rate_difference", "estimate": -0.077, **n}
        found = [
            effect | {"method": f"ratio{ending}", "std_error": 0.0255, "ci_low": -0.127, "ci_high": -0.027},
            effect | {"method": f"anderson_rubin{ending}", "ci_low": -0.129, "ci_high": -0.026},
            {"measure": "complier_share", "method": f"linear{ending}", "estimate": 0.4, **n},
            {"measure": "first_stage_f", "method": f"linear{ending}", "estimate": 2116.0, **n},
        ]
        rows += [record(*place, **row) for row in found]
    return rows


def time_to_event_results() -> list[Record]:
    """Make the rows of the first admission over time."""
    parts, limits = ("admissions", "12mo"), {"ci_low": 0.8, "ci_high": 1.0125}
    days = {"estimate": 5.25, "ci_low": 0.44, "ci_high": 10.06}
    gap = {"estimate": -0.02, "ci_low": -0.035, "ci_high": -0.005}
    arms = {arm: {"estimate": share, "n": SIZE[arm]} for arm, share in zip(ARMS, (0.15, 0.13), strict=True)}
    rows = [
        *((arm, "cumulative_incidence", "aalen_johansen.unadjusted", values) for arm, values in arms.items()),
        (CONTRAST, "cumulative_incidence_difference", "aalen_johansen.unadjusted", gap),
        (CONTRAST, "restricted_mean_difference", "aalen_johansen.unadjusted", days),
        (CONTRAST, "hazard_ratio", "cox.adjusted", {"estimate": 0.9, **limits}),
        (CONTRAST, "recurrent_rate_ratio", "lwyy.adjusted", {"estimate": 0.9, **limits}),
    ]
    fewer = {"estimate": -0.044, "ci_low": -0.075, "ci_high": -0.012}
    counts = ("mean_count_difference", "ghosh_lin.unadjusted.CR1S")
    return [
        *(
            record(*parts, contrast, measure, f"{model}.CR1S", analysis_set="first_event", **values)
            for contrast, measure, model, values in rows
        ),
        record(*parts, CONTRAST, *counts, analysis_set="all_events", **fewer),
    ]


def monthly_results() -> list[Record]:
    """Make the rows of the effect on admissions in two months, and the joint tests."""
    limits = {"ci_low": 0.8, "ci_high": 1.0125}
    rows = [(f"month_{m}", "rate_ratio", {"estimate": 0.9 - m / 100, **limits}) for m in (1, 2)]
    rows += [
        ("months", "any_month_p", {"p_value": 0.031}),
        ("months", "month_interaction_p", {"p_value": 0.62}),
    ]
    return [
        record(
            "admissions",
            window,
            CONTRAST,
            measure,
            "poisson.adjusted.CR1S",
            analysis_set="by_month",
            **values,
        )
        for window, measure, values in rows
    ]


def loss_results() -> list[Record]:
    """Make the rows of losses and the detectable difference of admissions."""
    lost = {"estimate": 0.012, "ci_low": -0.008, "ci_high": 0.032, "p_value": 0.24}
    rows = [
        ("loss_difference", "least_squares.unadjusted.CR1S", lost),
        ("detectable_difference", "pooled.unadjusted.none", {"estimate": 0.045}),
    ]
    return [
        record("admissions", "12mo", CONTRAST, measure, method, analysis_set="losses", **values)
        for measure, method, values in rows
    ]


def other_model_results() -> list[Record]:
    """Make the rows of two models beside the planned one, of the primary outcome."""
    ratio = {"measure": "rate_ratio", "estimate": 0.9, "ci_low": 0.8, "ci_high": 1.0125}
    over = {"measure": "relative_difference", "estimate": -0.1, "ci_low": -0.2, "ci_high": 0.0}
    return [
        record("admissions", "12mo", CONTRAST, method=f"{model}.adjusted.CR1S", **values)
        for model, values in (("negative_binomial", ratio), ("over_control_mean", over))
    ]


def specification_results() -> list[Record]:
    """Make 12 specifications, 0.80 to 0.91; the one at 12 months, adjusted, by Poisson was planned."""
    places = product(("itt", "all_covered"), ("6mo", "12mo"), ("poisson", "negative_binomial"))
    made: list[Record] = []
    for name, window, model in places:
        for covariates in ("unadjusted", "adjusted")[: 1 + (window == "12mo")]:
            planned = (name, window, model, covariates) == ("itt", "12mo", "poisson", "adjusted")
            method = f"{model}.{covariates}.CR1S" + ".prespecified" * planned
            estimate = 0.80 + 0.01 * len(made)
            numbers = {"estimate": estimate, "ci_low": estimate - 0.1, "ci_high": estimate + 0.14}
            place = {"analysis_set": f"curve.{name}"} | numbers
            made.append(record("admissions", window, CONTRAST, "rate_ratio", method, **place))
    left_out = record("admissions", "all", "all", "specifications_left_out", "grid", analysis_set="curve")
    left_out["warning"] = "over_control_mean: not for this outcome, or not on this scale"
    return [*made, left_out]


def losses_by_group_results() -> list[Record]:
    """Make the rows of who was lost of the primary outcome and of one that loses the same, in 12 months."""
    rows = []
    for outcome in ("admissions", "ed_visits"):
        for arm, gone in (("control", 340), ("case_management", 352)):
            rows.append(_lost(outcome, arm, "all", SIZE[arm], gone))
    for level, share in LEVELS["language"].items():
        place = {"analysis_set": "losses", "subgroup": f"language={level}"}
        for arm in SIZE:
            n = round(share * SIZE[arm])
            rows.append(_lost("admissions", arm, place["subgroup"], n, round(0.115 * n)))
        gap = {"estimate": 0.01, "ci_low": -0.012, "ci_high": 0.032}
        rows.append(record("admissions", "12mo", CONTRAST, "loss_difference", LEAST_SQUARES, **place, **gap))
    test = {"analysis_set": "losses", "subgroup": "language", "estimate": 0.9, "p_value": 0.42}
    rows.append(record("admissions", "12mo", CONTRAST, "loss_interaction_p", LEAST_SQUARES, **test))
    for measure, delta in (("tipping_point_below", None), ("tipping_point_above", 0.0123)):
        model = "delta_adjusted.adjusted.CR1S"
        rows.append(
            record("admissions", "12mo", CONTRAST, measure, model, analysis_set="losses", estimate=delta)
        )
    correlation = {"analysis_set": "losses", "estimate": 0.0213}
    measure, method = "intracluster_correlation", "anova.unadjusted.none"
    return [*rows, record("admissions", "12mo", "all", measure, method, **correlation)]


LEAST_SQUARES = "least_squares.unadjusted.CR1S"


def _lost(outcome: str, arm: str, subgroup: str, n: int, gone: int) -> Record:
    return record(
        outcome, "12mo", arm, "share_lost", "weighted.unadjusted.CR1S", analysis_set="losses",
        subgroup=subgroup, n=n, events=float(gone), estimate=gone / n,
    )  # fmt: skip


def reweighted_results(rows: list[Record]) -> list[Record]:
    """Make the rows of the primary outcome with other weights: the primary ones, and the weights."""
    primary = [
        row
        for row in rows
        if (row["outcome"], row["window"], row["subgroup"]) == ("admissions", "12mo", "all")
        and row["analysis_set"] == "itt" and row["method"].endswith(".adjusted.CR1S")
        and row["contrast"] == CONTRAST and row["measure"] in ("rate_ratio", "rate_difference")
    ]  # fmt: skip
    plain = {"p_value": None, "n": None, "events": None, "person_years": None, "n_informative": None}
    found = [
        row | plain | {"analysis_set": name, "key": row["key"].replace("itt/", f"{name}/", 1)}
        for name in ("censoring_weighted", "per_person")
        for row in primary
    ]
    for arm in SIZE:
        for measure, value in (("effective_sample_size", 2500.4), ("largest_weight", 12.34)):
            warning = "weights explode: the largest is above 10 times the mean"
            more = {"analysis_set": "censoring_weighted", "estimate": value, "warning": warning}
            found.append(record("admissions", "12mo", arm, measure, "stabilized.not_truncated", **more))
    return found


def reach_results() -> list[Record]:
    """Make the rows of reach and engagement by language in 12 months."""
    rows, place = [], ("12mo", "case_management")
    for level, share in LEVELS["language"].items():
        n = round(share * SIZE["case_management"])
        for outcome, part in (("uptake", 0.4), ("attempted", 0.8)):
            shown = {"subgroup": f"language={level}", "n": n, "events": float(round(part * n))}
            shown |= {"estimate": part, "ci_low": part - 0.05, "ci_high": part + 0.05}
            rows.append(record(outcome, *place, "risk", "weighted.unadjusted.CR1S", **shown))
        contacts = {"subgroup": f"language={level}", "events": float(round(0.4 * n))}
        contacts |= {"estimate": 13.64, "ci_low": 12.1, "ci_high": 15.2}
        rows += [
            record("uptake", *place, measure, "weighted.unadjusted.CR1S", **contacts)
            for measure in ("contacts_mean", "contacts_mean=direct_help")
        ]
    for outcome, measure, p in (
        ("uptake", "uptake_across_levels_p", 0.034),
        ("attempted", "uptake_across_levels_p", 0.5),
        ("uptake", "contacts_across_levels_p", 0.7),
    ):
        test = {"subgroup": "language", "estimate": 2.2, "p_value": p}
        rows.append(record(outcome, *place, measure, "score_test.unadjusted.CR1S", **test))
    return rows


def baseline_results() -> list[Record]:
    """Make the rows of the baseline table."""
    rows = []
    whole = {"analysis_set": "randomized"}
    for arm, size in SIZE.items():
        for name, levels in LEVELS.items():
            shares = list(levels.items())
            counts = [round(share * size) for _, share in shares[:-1]]
            counts.append(size - sum(counts))
            for (level, share), count in zip(shares, counts, strict=True):
                place = (f"{name}={level}", "baseline", arm)
                rows.append(record(*place, "count", "count", estimate=float(count), n=size, **whole))
                rows.append(record(*place, "percent", "weighted", estimate=share, n=size, **whole))
        for name, mean, sd in (("age", 47.3, 14.2), ("baseline_admissions", 0.34, 0.91)):
            rows.append(record(name, "baseline", arm, "mean", "weighted", estimate=mean, n=size, **whole))
            rows.append(record(name, "baseline", arm, "sd", "weighted", estimate=sd, n=size, **whole))
    differences = {"age": 0.012, "baseline_admissions": -0.021}
    differences |= {
        f"{name}={level}": 0.03 * math.sin(7 * len(level) + len(name))
        for name in LEVELS
        for level in LEVELS[name]
    }
    for name, difference in differences.items():
        rows.append(
            record(
                name,
                "baseline",
                CONTRAST,
                "standardized_difference",
                "weighted",
                estimate=difference,
                n=6000,
                **whole,
            )
        )
    return rows


def time_results() -> list[Record]:
    """Make the rows of time at risk: member-months, and who was observed without a gap."""
    rows = []
    for window, months in (("6mo", 6), ("12mo", 12)):
        for arm, size in SIZE.items():
            whole = ("covered_throughout", size - 70 * months)
            for measure, count in (("member_months", 0.95 * months * size), whole):
                n = {} if measure == "member_months" else {"n": count}
                rows.append(
                    record(
                        "utilization", window, arm, measure, "count", estimate=float(count),
                        analysis_set="randomized", **n,
                    )
                )  # fmt: skip
    return rows


def sensitivity_results(rows: list[Record]) -> list[Record]:
    """Make the rows of two sensitivity analyses: 3 events more in each arm, and half of everything."""
    found = []
    for row in rows:
        if row["analysis_set"] == "itt" and row["outcome"] == "admissions" and row["window"] == "12mo":
            more = {
                name: row[name] and row[name] + 3 * (1 + (" vs " in row["contrast"])) for name in ["events"]
            }
            more |= {"estimate": more["events"]} if row["measure"] == "count" else {}
            few = {
                name: row[name] and round(row[name] / 2)
                for name in ("n", "n_informative", "clusters", "events")
            }
            few |= {"estimate": few["events"]} if row["measure"] == "count" else {}
            found += [of_analysis(row | more, "all_covered"), of_analysis(row | few, "first_only")]
    return found


def of_analysis(row: Record, name: str) -> Record:
    """Return a row as one of another analysis."""
    moved = row | {"analysis_set": name, "p_value": None}
    return moved | {"key": "/".join(moved[part] for part in COLUMNS[1:8])}


def flow_results() -> list[Record]:
    """Make the rows of the flow diagram."""
    by_arm = {
        "randomized": (3120, 2880),
        "persons": (2480, 2544),
        "uptake": (0, 1152),
        "not_covered": (31, 27),
        "covered": (3089, 2853),
        "complete": (2610, 2427),
        "ended_by_coverage": (401, 352),
        "ended_by_death": (78, 74),
    }
    rows = []
    for stage, counts in by_arm.items():
        for arm, count in zip(SIZE, counts, strict=True):
            rows.append(
                record(
                    stage,
                    "flow",
                    arm,
                    "count",
                    "count",
                    estimate=float(count),
                    n=count,
                    analysis_set="randomized",
                )
            )
        total = sum(counts)
        rows.append(
            record(
                stage,
                "flow",
                "all",
                "count",
                "count",
                estimate=float(total),
                n=total,
                analysis_set="randomized",
            )
        )
    return rows


def curve_results() -> list[Record]:
    """Make cumulative counts by day since randomization, and vaccination by calendar day."""
    rows = []
    for outcome in ("admissions", "ed_visits"):
        for month in range(13):
            for arm, size in SIZE.items():
                rate = RATES[outcome][0] * (RATES[outcome][1] if arm != "control" else 1)
                mean = rate * month / 12 * (1.08 - 0.08 * month / 12)
                at_risk = round(size * (1 - 0.012 * month))
                rows.append(
                    record(
                        outcome,
                        f"d{round(month * 30.4375)}",
                        arm,
                        "mean_cumulative_count",
                        "weighted",
                        estimate=mean,
                        std_error=0.05 * mean,
                        ci_low=0.92 * mean,
                        ci_high=1.08 * mean,
                        n=at_risk,
                    )
                )
    days = [
        f"{year}-{month:02d}-01" for year, months in ((2020, [12]), (2021, range(1, 11))) for month in months
    ]
    for index, day in enumerate(days):
        for arm, top in (("control", 0.52), ("case_management", 0.57)):
            risk = top * (1 - math.exp(-0.09 * index**1.5)) / 0.95
            rows.append(
                record(
                    "covid_vaccine",
                    day,
                    arm,
                    "cumulative_risk",
                    "weighted",
                    estimate=risk,
                    std_error=0.009,
                    ci_low=max(risk - 0.018, 0.0),
                    ci_high=risk + 0.018,
                    n=SIZE[arm],
                    events=float(round(SIZE[arm] * risk)),
                )
            )
    return rows


def check_results() -> list[Record]:
    """Make the rows about what was read."""
    read = {
        "coverage": (19400, 19391, 9, 0),
        "enrollment": (6000, 6000, 0, 0),
        "utilization": (201344, 193210, 214, 7920),
    }
    rows = []
    for source, counts in read.items():
        for measure, count in zip(
            ("rows_read", "rows_kept", "rows_set_aside", "rows_not_included"), counts, strict=True
        ):
            rows.append(
                record(
                    source, "extract", "all", measure, "count", estimate=float(count), analysis_set="extract"
                )
            )
    rows += [
        *made("utilization=value_untyped", "set_aside", 124, from_date=120, through_date=4),
        *made("utilization=discharge_before_admission", "set_aside", 90, discharge_date=90),
        *made("utilization=events_after_death", "warn", 0),
        *made("utilization=never_randomized", "ignore", 2735),
        *made("coverage=value_untyped", "set_aside", 9, coverage_end=9),
        *made("enrollment=value_untyped", "set_aside", 0),
    ]
    return rows


def account_results() -> list[Record]:
    """What became of the records of one source on the way to its events; 4 records were rejected."""
    lines = {
        "records of vaccinations": 5481,
        "of these dated before the product was authorized, rejected": 4,
        "COVID-19 doses": 5406,
    }
    return [
        record(
            f"covid_dose={what}", "events", "all", "rows_counted", f"line_{number:02d}",
            analysis_set="extract", subgroup="source=vaccinations", estimate=float(rows),
        )
        for number, (what, rows) in enumerate(lines.items(), start=1)
    ]  # fmt: skip


def monitored_results() -> list[Record]:
    """Make the rows about arm sizes, linkage, completeness, lag and rates by month."""
    arms = {"control": 0.6, "case_management": 0.4}
    rows = []
    for place, sizes in {"all": (3600, 2400), "stratum=2017-08 high": (60, 8)}.items():
        counts = zip((*arms, "all"), (*sizes, sum(sizes)), strict=True)
        rows += [looked("arm_shares", "randomization", arm, "count", n, subgroup=place) for arm, n in counts]
        rows.append(
            looked("arm_shares", "randomization", " vs ".join(arms), "p_value", 0.0004, subgroup=place)
        )
    for number, arm in enumerate(arms):
        for topic, source, place in (
            ("linkage", "coverage", "all"),
            ("completeness", "utilization", "column=discharge_status"),
            ("classified", "ed_visit", "all"),
        ):
            n, found = 2000, (1900, 1995)[number]
            rows.append(
                looked(source, topic, arm, "percent", found / n, subgroup=place, n=n, events=float(found))
            )
        rows.append(looked("utilization", "lag", arm, "volume_ratio", 0.9))
        for month, events in (("2018-01", 40), ("2018-02", 4)):
            rows.append(
                looked("ed_visit", month, arm, "monthly_rate", events / 2, n=2000, events=float(events))
            )
    return rows


def looked(outcome: str, window: str, arm: str, measure: str, estimate: float, **more: Any) -> Record:
    """Make one row about what the data look like."""
    return record(
        outcome, window, arm, measure, "weighted", estimate=float(estimate), analysis_set="checks", **more
    )


def made(check: str, severity: str, rows: int, **columns: int) -> list[Record]:
    """Make the rows of one check of one source, and those of the columns where it is broken."""
    measure = {"set_aside": "rows_set_aside", "warn": "rows_warned", "ignore": "rows_ignored"}[severity]
    counts = {"all": rows, **{f"column={column}": count for column, count in columns.items()}}
    return [
        record(
            check,
            "extract",
            "all",
            measure,
            severity,
            estimate=float(count),
            analysis_set="extract",
            subgroup=place,
        )
        for place, count in counts.items()
    ]


def ard() -> list[Record]:
    """Make the whole dataset, at full precision, in the order of its keys."""
    rows = [*baseline_results(), *flow_results(), *curve_results(), *check_results(), *monitored_results()]
    for outcome in RATES:
        rows += [*count_results(outcome, "6mo", 0.5), *count_results(outcome, "12mo", 1.0)]
    rows += risk_results("covid_vaccine", "by_2021-09-30", {"control": 0.52, "case_management": 0.57})
    rows += sensitivity_results(rows)
    rows += time_results()
    rows += [
        *holm_results(rows),
        *uptake_results(),
        *complier_results(),
        *other_model_results(),
        *specification_results(),
        *time_to_event_results(),
        *monthly_results(),
        *loss_results(),
        *losses_by_group_results(),
        *reweighted_results(rows),
        *reach_results(),
    ]
    rows += [*engagement_results(), *continuity_results(), *account_results()]
    for name in ("race_ethnicity", "language"):
        for level, share in LEVELS[name].items():
            rows += count_results("admissions", "12mo", 1.0, f"{name}={level}", share)
        rows.append(
            record(
                "admissions",
                "12mo",
                CONTRAST,
                "interaction_p",
                "poisson.adjusted.CR1S",
                subgroup=name,
                p_value=0.41,
            )
        )
    return sorted(rows, key=lambda row: row["key"])


def published(rows: list[Record] | None = None, small_cell: int = 11, public: bool = False) -> Results:
    """Return the dataset after disclosure, as the report reads it."""
    shown, _ = disclose(rows if rows is not None else ard(), small_cell, public)
    return Results(Row(**row) for row in shown)


def trial(**blocks: Any) -> Trial:
    """Return the settings, with some blocks replaced."""
    return Trial(**(SETTINGS | blocks))


THREE_ARMS = {"none": "No offer", "letter": "Letter", "call": "Phone call & letter"}


def three_arms() -> tuple[list[Record], dict[str, Any]]:
    """Return the results and settings of a trial of participants: three arms, one share, one mean."""
    windows = {"study": {"label": "Whole study"}}
    blocks = SETTINGS | {
        "trial": SETTINGS["trial"] | {"arms": THREE_ARMS, "reference": "none", "synthetic": False},
        "follow_up": {"baseline": {"months": 12}, "windows": windows, "later_lottery": "as_randomized"},
        "outcomes": {
            "shot": {"label": "Flu shot", "column": "shot", "measure": "binary"},
            "spend": {"label": "Spending, $", "column": "spend", "measure": "continuous"},
        },
        "baseline": {"age": {"label": "Age, y", "type": "number"}},
        "estimates": {"covariates": [], "subgroups": [], "uptake": None, "level": 0.95},
        "roles": {"primary": {"outcome": "shot", "window": "study"}, "secondary": ["spend"]},
        "report": SETTINGS["report"] | {"data_are_public": True, "data_citation": "Somebody 2020."},
    }
    rows = risk_results("shot", "study", {"none": 0.31, "letter": 0.34, "call": 0.39}, reference="none")
    for arm, mean in (("none", 1523.4), ("letter", 1498.2), ("call", 1610.9)):
        for measure, method, value in (
            ("mean", "weighted", mean),
            ("sd", "weighted", 2400.0),
            ("mean", "standardized.unadjusted.CR1S", mean),
        ):
            rows.append(record("spend", "study", arm, measure, method, estimate=value, n=1000))
        if arm != "none":
            gap = mean - 1523.4
            interval = {"ci_low": gap - 210.0, "ci_high": gap + 210.0}
            rows.append(
                record(
                    "spend", "study", f"{arm} vs none", "mean_difference", "linear.unadjusted.CR1S",
                    estimate=gap, std_error=107.0, **interval,
                )
            )  # fmt: skip
            rows.append(
                record(
                    "age", "baseline", f"{arm} vs none", "standardized_difference", "weighted", estimate=0.04
                )
            )
        for measure, value in (("mean", 45.2), ("sd", 13.3)):
            rows.append(record("age", "baseline", arm, measure, "weighted", estimate=value, n=1000))
        rows.append(record("randomized", "flow", arm, "count", "count", estimate=1000.0, n=1000))
    rows.append(record("randomized", "flow", "all", "count", "count", estimate=3000.0, n=3000))
    return sorted(rows, key=lambda row: row["key"]), blocks


def failed_primary() -> list[Record]:
    """Return the dataset of a trial whose primary model failed: rows with an error and no numbers."""
    blank = dict.fromkeys(("estimate", "std_error", "ci_low", "ci_high", "p_value", "df"))
    error = {"error": "no stratum tells case_management vs control apart: arm and strata coincide"}
    failed = ("rate", "rate_ratio", "rate_difference")
    return [
        row | blank | error if row["outcome"] == "admissions" and row["measure"] in failed else row
        for row in ard()
    ]
