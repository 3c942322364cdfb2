"""Trouble is said: every family of estimates, given data that it cannot digest, answers with rows.

For each family and each trouble there is no exception, no silent division by zero, and no effect without a
warning or an error beside it. `UNTOUCHED` lists the pairs that are no trouble, and why.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from armwise.estimates import core, cox
from armwise.estimates.ard import Result
from armwise.estimates.compliers import complier_results
from armwise.estimates.design import Design, Outcome, aligned, declare
from armwise.estimates.effects import ITT, outcome_results
from armwise.estimates.inference import Precision
from armwise.estimates.losses import loss_results
from armwise.estimates.monthly import monthly_results
from armwise.estimates.other_models import MODELS, other_results
from armwise.estimates.randomization import prepared, redraw_tests
from armwise.estimates.specifications import Curve
from armwise.estimates.subgroups import subgroup_results
from armwise.estimates.time_to_event import Frame, History, time_results
from armwise.estimates.uptake import uptake_results

SETTINGS = {"covariates": ["age"], "missing_baseline": "impute", "outcomes": {}}
PRECISION = Precision("CR1S")
Columns = dict[str, np.ndarray]


def sound() -> Columns:
    """Two enrollments of 120 persons each, half of them offered, in two strata; every fourth has events."""
    place, draw = np.arange(240), np.random.default_rng(11)
    return {
        "arm": np.where(place // 2 % 2 == 1, "offer", "usual"),
        "stratum": np.where(place < 120, "a", "b"),
        "cluster": np.array([f"c{i // 2:03d}" for i in place]),
        "weight": np.ones(240),
        "age": draw.normal(50, 10, 240),
        "sex": np.where(draw.integers(0, 2, 240) == 1, "F", "M"),
        "value": draw.negative_binomial(0.5, 0.4, 240).astype(float),
        "days": np.full(240, 180.0),
        "uptake": np.where((place // 2 % 2 == 1) & (draw.uniform(size=240) < 0.6), 1.0, 0.0),
        "early": draw.uniform(size=240) < 0.1,
    }


# -- troubles -------------------------------------------------------------------------------------


def offered(columns: Columns) -> np.ndarray:
    return columns["arm"] == "offer"


def separation(columns: Columns) -> Columns:
    return columns | {"age": np.where(columns["value"] > 0, 60.0, 40.0)}


def no_events_in_an_arm(columns: Columns) -> Columns:
    return columns | {"value": np.where(offered(columns), 0.0, columns["value"])}


def no_events(columns: Columns) -> Columns:
    return columns | {"value": np.zeros(240)}


def singular(columns: Columns) -> Columns:
    return columns | {"age": np.where(offered(columns), 60.0, 40.0)}


def arms_apart_in_strata(columns: Columns) -> Columns:
    return columns | {"stratum": columns["arm"]}


def one_cluster_in_an_arm(columns: Columns) -> Columns:
    return columns | {"cluster": np.where(offered(columns), "one", columns["cluster"])}


def a_stratum_with_one_arm(columns: Columns) -> Columns:
    return columns | {"stratum": np.where(np.arange(240) % 4 == 0, "alone", columns["stratum"])}


def no_time_in_an_arm(columns: Columns) -> Columns:
    return columns | {"days": np.where(offered(columns), 0.0, 180.0)}


def missing_covariates(columns: Columns) -> Columns:
    return columns | {"age": np.where(np.arange(240) % 7 == 0, np.nan, columns["age"])}


def exploding_weights(columns: Columns) -> Columns:
    return columns | {"weight": np.where(np.arange(240) % 50 == 3, 1e5, 1.0)}


@dataclass(frozen=True)
class Trouble:
    """What is done to the data, and which analyses it concerns: all, or the adjusted ones."""

    make: Callable[[Columns], Columns]
    of: str = ""


ADJUSTED = ".adjusted."
TROUBLES = {
    "separation": Trouble(separation, ADJUSTED),
    "no events in an arm": Trouble(no_events_in_an_arm),
    "no events": Trouble(no_events),
    "no convergence": Trouble(lambda columns: columns),
    "a singular design": Trouble(singular, ADJUSTED),
    "arms apart in strata": Trouble(arms_apart_in_strata),
    "one cluster in an arm": Trouble(one_cluster_in_an_arm),
    "a stratum with one arm": Trouble(a_stratum_with_one_arm),
    "no time in an arm": Trouble(no_time_in_an_arm),
    "missing covariates": Trouble(missing_covariates, ADJUSTED),
    "weights that explode": Trouble(exploding_weights),
}

# -- families -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """What a family starts from."""

    columns: Columns
    design: Design

    def outcome(self, measure: str) -> Outcome:
        value, ids = self.columns["value"], [f"e{i:04d}" for i in range(240)]
        table = pa.table(
            {"enrollment_id": ids, "outcome": ["y"] * 240, "ended_by": ["end"] * 240}
            | {"value": np.minimum(value, 1) if measure == "binary" else value}
            | {"days_observed": self.columns["days"] if measure == "count" else pa.nulls(240, pa.float64())}
            | {"analysis_weight": np.ones(240)}
        )
        return aligned(self.design, table, "y", "w", {"measure": measure})

    @property
    def order(self) -> np.ndarray:
        return np.array([int(name[1:]) for name in self.design.ids.to_pylist()])

    @property
    def uptake(self) -> Outcome:
        return replace(self.outcome("binary"), name="uptake", value=self.columns["uptake"][self.order])

    @property
    def history(self) -> History:
        count = self.columns["value"][self.order].astype(np.int64)
        until = self.columns["days"][self.order].astype(np.int64)
        row = np.repeat(np.arange(240), count)
        day = np.concatenate([1 + (i + np.arange(c) * 31) % 150 for i, c in enumerate(count)]).astype(
            np.int64
        )
        inside = day <= until[row]
        return History(until, np.zeros(240, bool), row[inside], day[inside])


def given(columns: Columns) -> Given:
    ids = {"enrollment_id": [f"e{i:04d}" for i in range(240)]}
    people = pa.table(ids | {name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    kinds = {"age": {"type": "number"}, "sex": {"type": "category"}}
    return Given(columns, declare(people, ["usual", "offer"], "usual", ["age"], kinds, ["sex"]))


def effects(measure: str) -> Callable[[Given], Iterable[Result]]:
    return lambda g: outcome_results(g.design, g.outcome(measure), SETTINGS, PRECISION)


def other(model: str) -> Callable[[Given], Iterable[Result]]:
    measure = MODELS[model].suits[0]
    return lambda g: other_results(g.design, g.outcome(measure), [model], SETTINGS, PRECISION)


def losses(g: Given) -> Iterable[Result]:
    outcome = replace(g.outcome("count"), ended_early=g.columns["early"][g.order])
    return loss_results(g.design, outcome, PRECISION)


def randomization(g: Given) -> Iterable[Result]:
    redraw = {"draws": 99, "seed": 1, "unit": "enrollment", "analysis": "adjusted"}
    tested = prepared(g.design, g.outcome("count"), SETTINGS, "adjusted")
    return redraw_tests(g.design, [tested], redraw)[0]


def curve(g: Given) -> Iterable[Result]:
    grid = {
        "scale": "ratio",
        "covariates": {"unadjusted": [], "adjusted": ["age"]},
        "missing_baseline": "impute",
        "models": ["planned", "negative_binomial", "gee"],
        "standard_errors": ["CR1S"],
    }
    return Curve(ITT, grid, PRECISION, {}).results(g.design, g.outcome("count"))


FAMILIES: dict[str, Callable[[Given], Iterable[Result]]] = {
    "effects on a count": effects("count"),
    "effects on a share": effects("binary"),
    "effects on a mean": effects("continuous"),
    "subgroups": lambda g: subgroup_results(g.design, g.outcome("count"), ["sex"], SETTINGS, PRECISION),
    "compliers": lambda g: complier_results(g.design, g.outcome("count"), g.uptake, SETTINGS, PRECISION),
    "uptake": lambda g: uptake_results(g.design, g.uptake, SETTINGS, PRECISION),
    "losses": losses,
    "months": lambda g: monthly_results(g.design, "y", g.history, 3, SETTINGS, PRECISION),
    "time to event": lambda g: time_results(Frame(g.design, "y", "w", PRECISION, SETTINGS), g.history, 180),
    "randomization": randomization,
    "specification curve": curve,
    **{model: other(model) for model in MODELS},
}

LINEAR = ("effects on a mean", "uptake", "losses", "least_squares", "interacted", "over_control_mean")
WITHOUT_TIME = ("effects on a share", "effects on a mean", "uptake", "logistic", "modified_poisson")
UNTOUCHED = {
    "no convergence": LINEAR,  # least squares is exact in one step
    "separation": (*LINEAR, "randomization"),  # nothing to separate on this scale
    "no events in an arm": ("effects on a mean", "uptake", "losses", "randomization"),
    "no events": ("effects on a mean", "uptake", "losses"),
    "no time in an arm": (*WITHOUT_TIME, "losses"),  # without time an arm is lost: that is the finding
    "one cluster in an arm": ("randomization",),  # draws enrollments, and says so in its unit
    "a singular design": ("randomization",),  # its model holds no arms
    "weights that explode": ("randomization",),  # assignment weights play no part in it
}


def test_sound_data_give_numbers_without_complaint() -> None:
    for name, family in FAMILIES.items():
        rows = list(family(given(sound())))
        assert rows, name
        assert not [row.error for row in rows if row.error and name != "logistic"], name


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_is_said(trouble: str, family: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if trouble == "no convergence":
        monkeypatch.setattr(core, "MOST_STEPS", 0)
        monkeypatch.setattr(cox, "MOST_STEPS", 0)
    rows = list(FAMILIES[family](given(TROUBLES[trouble].make(sound()))))
    assert rows
    for row in rows:
        assert all(value is None or np.isfinite(value) for value in vars(row).values() if _is_number(value))
        touched = TROUBLES[trouble].of in row.method and family not in UNTOUCHED.get(trouble, ())
        if touched and _is_effect(row) and not _is_exempt(row, trouble):
            assert row.error or row.warning, row.key


def _is_number(value: Any) -> bool:
    return isinstance(value, float | int)


def _is_effect(row: Result) -> bool:
    """Whether a row compares arms with an interval; tests and bounds have none."""
    return " vs " in row.contrast and row.ci_low is not None


def _is_exempt(row: Result, trouble: str) -> bool:
    """Curves are not searched for, and uptake is by least squares, which nothing separates."""
    curve = row.method.startswith(("aalen_johansen", "ghosh_lin")) and trouble == "no convergence"
    return curve or (row.measure == "complier_share" and trouble in ("separation", "no convergence"))
