"""Negative binomial regression with stratum intercepts: counts whose variance is mean + mean squared / theta.

Coefficients given theta and theta given coefficients are maximized in turn until neither moves, as R's MASS
does; the two are orthogonal in the expected information, so few rounds suffice. Standard errors take theta
for known and the expected information for the bread: the convention of vcov() and of sandwich on a fit of
glm.nb (the observed information gives others, by several percent).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma

from armwise.estimates import core
from armwise.estimates.core import Array, Codes, Fit, Point, Problem
from armwise.estimates.errors import EstimationError

MOST_ROUNDS = 200
# Theta is searched for between these, on the log scale; beyond, counts are no more variable than Poisson's.
LOG_THETA = (-12.0, 10.0)
# Rounds end when the logarithm of theta moves by less.
STILL = 1e-11
# What may be left of the score, in units of its own standard error.
CLOSE = 1e-6


@dataclass(frozen=True)
class NegativeBinomial:
    """The score equations at a given theta; `intercepts` (S) are where the search begins."""

    theta: float
    intercepts: Array
    exact = False

    def start(self, problem: Problem) -> Array:
        """Return the intercepts to begin with."""
        return self.intercepts

    def at(self, problem: Problem, beta: Array, intercepts: Array) -> Point:
        """Evaluate the score and the expected information of the mean parameters."""
        predictor = problem.strata.each(np.clip(intercepts, -1e3, 1e3)) + problem.linear_part(beta)
        mean = problem.exposure * np.exp(predictor)
        shrunk = problem.weight / (1 + mean / self.theta)
        each = problem.outcome * predictor - (problem.outcome + self.theta) * np.log(self.theta + mean)
        score, information = shrunk * (problem.outcome - mean), shrunk * mean
        return Point(beta, intercepts, score, information, float(problem.weight @ each))

    def mean(self, predictor: Array) -> tuple[Array, Array]:
        """Return the inverse link and its derivative."""
        rate = np.exp(predictor)
        return rate, rate


@dataclass(frozen=True)
class Dispersed:
    """A solved model with its theta."""

    model: Fit
    theta: float


def fit(
    outcome: Array, columns: Array, stratum: Codes, weight: Array, exposure: Array | None = None
) -> Dispersed:
    """Fit one model, arguments as those of `core.fit` with the log link.

    Raises EstimationError when counts are no more variable than Poisson's, or the search does not settle.
    """
    poisson = core.fit(outcome, columns, stratum, weight, exposure, "log")
    kept, problem = poisson.kept, core.posed(outcome, columns[poisson.kept], stratum, weight, exposure)
    beta, intercepts = poisson.beta[kept], poisson.intercepts + problem.centre @ poisson.beta[kept]
    tally = Tally.of(problem)
    log_theta = _log_theta(tally, _means(problem, beta, intercepts))
    for _ in range(MOST_ROUNDS):
        family = NegativeBinomial(float(np.exp(log_theta)), intercepts)
        point, equations, inverse, steps = core.search(problem, family, *core.begun(problem, family, beta))
        beta, intercepts = point.beta, point.intercepts
        before, log_theta = log_theta, _log_theta(tally, _means(problem, beta, intercepts))
        if abs(log_theta - before) < STILL * max(1.0, abs(log_theta)):
            _require_solution(equations, inverse)
            whole = core.posed(outcome, columns, stratum, weight, exposure)
            model = core.assembled(whole, columns, "log", kept, point, equations, inverse, steps)
            return Dispersed(model, float(np.exp(log_theta)))
    raise EstimationError(f"the negative binomial model did not converge in {MOST_ROUNDS} rounds")


def _means(problem: Problem, beta: Array, intercepts: Array) -> Array:
    known = problem.strata.each(np.clip(intercepts, -1e3, 1e3))
    return problem.exposure * np.exp(known + problem.linear_part(beta))


@dataclass(frozen=True)
class Tally:
    """What is fitted, and its different counts with the weight of each: there are few of them."""

    problem: Problem
    counts: Array
    weight: Array

    @classmethod
    def of(cls, problem: Problem) -> "Tally":
        counts, place = np.unique(problem.outcome, return_inverse=True)
        return cls(problem, counts, np.bincount(place, problem.weight).astype(float))


def _log_theta(tally: Tally, mean: Array) -> float:
    """Return the logarithm of theta that maximizes the likelihood at given means."""
    low, high = LOG_THETA
    if _slope(high, tally, mean) > 0:
        raise EstimationError("counts are no more variable than Poisson counts: no negative binomial model")
    if _slope(low, tally, mean) < 0:
        raise EstimationError("the negative binomial model did not converge: its dispersion has no bound")
    from scipy.optimize import brentq  # slow to import, and few jobs come here

    return float(brentq(_slope, low, high, (tally, mean), xtol=1e-13, rtol=1e-14))


def _slope(log_theta: float, tally: Tally, mean: Array) -> float:
    """Return the derivative of the log likelihood by the logarithm of theta."""
    theta, problem = np.exp(log_theta), tally.problem
    of_counts = tally.weight @ (digamma(tally.counts + theta) - digamma(theta))
    of_means = (mean - problem.outcome) / (theta + mean) - np.log1p(mean / theta)
    return float(theta * (of_counts + problem.weight @ of_means))


def _require_solution(equations: core.Equations, inverse: Array) -> None:
    left = equations.gradient @ inverse @ equations.gradient
    if not left <= CLOSE**2:
        raise EstimationError("the negative binomial model did not converge: its score is not 0")
