"""What a family of estimates starts from: the design, the outcomes of a window, and plain settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from armwise.estimates import tables
from armwise.estimates.design import Design, Outcome, aligned, declare
from armwise.estimates.inference import Precision
from armwise.estimates.standardize import suited
from armwise.estimates.variance import ROW_LEVEL

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Inputs:
    """The tables of a trial in one window and what was declared about their analysis."""

    design: Design
    people: pa.Table  # the cohort
    table: pa.Table  # outcomes of the window
    window: str
    outcomes: dict[str, dict[str, Any]]  # name to measure, covariates, missing_baseline
    common: dict[str, Any]  # covariates and missing_baseline of whatever has none of its own
    analyses: Plain  # whatever else a family of estimates was declared with
    precision: Precision

    @classmethod
    def read(
        cls,
        cohort: str | Path,
        outcomes: str | Path,
        window: str,
        design: Plain,
        analyses: Plain,
        precision: Plain,
        some: bool = False,
    ) -> "Inputs":
        """Read the Parquet files `cohort` and `outcomes` of a `window`.

        `design` holds `arms` and `reference`; `analyses` the `outcomes` of the window (name to measure and
        covariates), kinds of `baseline` characteristics, `covariates`, `missing_baseline`, `subgroups` and
        `censoring_weights` (covariates, truncate);
        `precision` the `standard_error`, `level` and `limits`. With `some`, the analysis is about those of
        the cohort whom `outcomes` names.
        """
        people, table = tables.read(cohort), tables.read(outcomes)
        if some:
            people = people.filter(pc.is_in(people["enrollment_id"], table["enrollment_id"].combine_chunks()))
        stated = precision_of(precision)
        common = {
            "covariates": analyses.get("covariates") or [],
            "missing_baseline": analyses.get("missing_baseline") or "impute",
        }
        each = {name: common | _own(outcome) for name, outcome in (analyses.get("outcomes") or {}).items()}
        staying = analyses.get("censoring_weights") or {"covariates": []}
        names = dict.fromkeys(
            name for settings in [common, staying, *each.values()] for name in settings["covariates"]
        )
        declared = declare(
            people,
            list(design["arms"]),
            design["reference"],
            list(names),
            analyses.get("baseline") or {},
            analyses.get("subgroups") or [],
            clustered=stated.correction not in ROW_LEVEL,
        )
        return cls(declared, people, table, window, each, common, analyses, suited(declared, stated))

    def each(self) -> Iterator[tuple[Outcome, dict[str, Any]]]:
        """Give every outcome of the window, in the order of the cohort, with its own settings."""
        for name, settings in self.outcomes.items():
            yield self.outcome(name, settings), settings

    def outcome(self, name: str, settings: Plain) -> Outcome:
        """Return one outcome of the window, in the order of the cohort; `settings` name its measure."""
        return aligned(self.design, self.table, name, self.window, settings)


def _own(outcome: Plain) -> dict[str, Any]:
    """Return what an outcome declares for itself."""
    return {key: value for key, value in outcome.items() if value is not None}


def precision_of(settings: Plain) -> Precision:
    """Return how uncertainty is stated: the `standard_error`, `level` and `limits` of the settings."""
    return Precision(settings["standard_error"], settings["level"], settings["limits"])


def declared_in(cohort: str | Path, design: Plain, analyses: Plain, precision: Precision) -> Design:
    """Declare the design of a cohort for analyses that read no outcomes by window, as those over time.

    `analyses` may hold covariates and kinds of `baseline` characteristics, as in `Inputs`.
    """
    return declare(
        tables.read(cohort),
        list(design["arms"]),
        design["reference"],
        analyses.get("covariates") or [],
        analyses.get("baseline") or {},
        clustered=precision.correction not in ROW_LEVEL,
    )
