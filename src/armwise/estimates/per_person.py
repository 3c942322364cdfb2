"""Effects with each person counted once: their enrollments share a weight of 1, times the design weight.

How often someone is enrolled can depend on assignment (a control may return to a later lottery), so this is
no comparison of what was randomized, and stands beside the primary analysis as a sensitivity analysis.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from armwise.estimates.ard import Result
from armwise.estimates.core import Codes
from armwise.estimates.design import Design, Outcome, losses
from armwise.estimates.effects import AnalysisSet, outcome_results
from armwise.estimates.inference import Precision

PERSONS = AnalysisSet("per_person")
ONCE = "; averaged over persons: each person analysed counts once, whatever the number of their enrollments"
CAUTION = "how often someone is enrolled may depend on the arm: not a comparison of what was randomized"
FEW_EVENTS = ("score.", "exact.")


def person_results(
    design: Design, person: Codes, outcome: Outcome, settings: dict[str, Any], precision: Precision
) -> Iterator[Result]:
    """Give the effects on one outcome per person; `person` is a code from 0 of each enrollment (n)."""
    shared = replace(outcome, weight=outcome.weight * shares(design, person, outcome))
    again = bool((shared.weight != outcome.weight).any())
    for result in outcome_results(design, shared, settings, precision):
        if not result.method.startswith(FEW_EVENTS):
            yield _said(PERSONS.named(result), again)


def shares(design: Design, person: Codes, outcome: Outcome) -> np.ndarray:
    """Return 1 / how many enrollments of the person are analysed, 1 for those that are not (n)."""
    kept = losses(design, outcome).kept
    times = np.bincount(person, kept, int(person.max(initial=-1)) + 1)[person]
    return np.where(kept, 1 / np.maximum(times, 1), 1.0)


def _said(result: Result, again: bool) -> Result:
    warning = "; ".join(filter(None, [result.warning, CAUTION if again and result.error is None else None]))
    estimand = f"{result.estimand}{ONCE}" if result.estimand else None
    return replace(result, estimand=estimand, warning=warning or None)
