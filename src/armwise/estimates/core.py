"""Weighted M-estimation with one absorbed factor: the engine under every estimator.

The model of row i in stratum s is

    E[y] = exposure x inverse_link(intercept[s] + x . beta)

fitted by the quasi-score equations of the canonical link (least squares, Poisson, logistic), each row with a
weight. The intercepts of the strata are eliminated from every Newton step (an arrowhead system), and for the
linear and log links they have a closed form, so sixty strata cost no more than one. A step reads the columns
twice, the second time block by block, and copies none of them. What comes back holds all that inference
needs: coefficients, intercepts, and the influence of every row on any smooth function of them (van der Vaart
1998, section 5.3; Stefanski and Boos 2002).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from armwise.estimates.errors import EstimationError
from armwise.estimates.strata import Array, Codes, Strata

Link = Literal["linear", "log", "logit"]
Rows = Codes | slice
EVERY = slice(None)

MOST_STEPS = 60
# The relative Newton decrement at which one more step, whose error is its square, ends the search.
CLOSE = 1e-12
# The share of a column's variation below which it counts as explained by the strata and earlier columns.
COLLINEAR = 1e-10
# A fitted rate this small beside the largest, or a fitted risk this close to 0 or 1, is separation.
VANISHING = 1e-9


@dataclass(frozen=True)
class Problem:
    """What is fitted: `columns` (p, n) about their `centre` (p); `outcome`, `weight`, `exposure` (n).

    Columns are centred where they are used, block by block, so that no second copy of them is made.
    """

    outcome: Array
    columns: Array
    centre: Array
    strata: Strata
    weight: Array
    exposure: Array

    def linear_part(self, beta: Array) -> Array:
        """Return x . beta for every row, at centred columns."""
        linear: Array = beta @ self.columns
        linear -= beta @ self.centre
        return linear

    @cached_property
    def weighted(self) -> Array:
        """Return the outcome times the weight (n)."""
        return self.weight * self.outcome

    @cached_property
    def expected(self) -> Array:
        """Return the exposure times the weight (n)."""
        return self.weight * self.exposure


@dataclass(frozen=True)
class Point:
    """A value of the parameters and what the score equations say there (rows: n, strata: S)."""

    beta: Array
    intercepts: Array
    score: Array  # weight x (outcome - expected)
    information: Array  # weight x variance function
    objective: float


class Family(Protocol):
    """How a link evaluates the score equations; intercepts are refreshed where they have a closed form."""

    exact: bool

    def at(self, problem: Problem, beta: Array, intercepts: Array) -> Point:
        """Evaluate the score and the information at the parameters."""

    def start(self, problem: Problem) -> Array:
        """Return intercepts to begin with."""

    def mean(self, predictor: Array) -> tuple[Array, Array]:
        """Return the inverse link and its derivative."""


def _ratio(top: Array, bottom: Array) -> Array:
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom > 0)


class Linear:
    """Weighted least squares; the score is linear, one step is exact."""

    exact = True

    def start(self, problem: Problem) -> Array:
        return np.zeros(problem.strata.count)

    def at(self, problem: Problem, beta: Array, intercepts: Array) -> Point:
        rest = problem.outcome - problem.linear_part(beta)
        total = problem.strata.sums(problem.weight)
        intercepts = _ratio(problem.strata.sums(problem.weight * rest), total)
        residual = np.subtract(rest, problem.strata.each(intercepts), out=rest)
        score = problem.weight * residual
        return Point(beta, intercepts, score, problem.weight, -0.5 * float(score @ residual))

    def mean(self, predictor: Array) -> tuple[Array, Array]:
        return predictor, np.ones_like(predictor)


class Log:
    """Poisson quasi-likelihood with log(exposure) as offset; a stratum without events fits a rate of 0."""

    exact = False

    def start(self, problem: Problem) -> Array:
        return np.zeros(problem.strata.count)

    def at(self, problem: Problem, beta: Array, intercepts: Array) -> Point:
        linear = problem.linear_part(beta)
        likely = float(problem.weighted @ linear)
        relative = np.exp(linear, out=linear)
        relative *= problem.expected
        events, expected = problem.strata.sums(problem.weighted), problem.strata.sums(relative)
        scale = _ratio(events, expected)
        fitted = np.multiply(relative, problem.strata.each(scale), out=relative)
        with np.errstate(divide="ignore"):
            intercepts = np.log(scale)
        known = events > 0
        objective = likely - float(events[known] @ np.log(expected[known]))
        return Point(beta, intercepts, problem.weighted - fitted, fitted, objective)

    def mean(self, predictor: Array) -> tuple[Array, Array]:
        rate = np.exp(predictor)
        return rate, rate


class Logit:
    """Logistic regression; a stratum in which all outcomes agree fits a risk of 0 or 1."""

    exact = False

    def start(self, problem: Problem) -> Array:
        total = problem.strata.sums(problem.weight)
        share = _ratio(problem.strata.sums(problem.weight * problem.outcome), total)
        with np.errstate(divide="ignore"):
            return np.log(share) - np.log1p(-share)

    def at(self, problem: Problem, beta: Array, intercepts: Array) -> Point:
        predictor = problem.linear_part(beta)
        predictor += problem.strata.each(np.clip(intercepts, -1e3, 1e3))
        risk = expit(predictor)
        score = problem.weight * (problem.outcome - risk)
        information = problem.weight * risk * (1 - risk)
        each = problem.outcome * predictor - np.logaddexp(0, predictor)
        return Point(beta, intercepts, score, information, float(problem.weight @ each))

    def mean(self, predictor: Array) -> tuple[Array, Array]:
        risk = expit(predictor)
        return risk, risk * (1 - risk)


FAMILIES: dict[str, Family] = {"linear": Linear(), "log": Log(), "logit": Logit()}


@dataclass(frozen=True)
class Equations:
    """The score equations at a point, strata eliminated."""

    matrix: Array  # (p, p): cross products of the columns about their stratum means
    gradient: Array  # (p)
    total: Array  # (p): cross products of each column about its overall mean
    means: Array  # (p, S): information-weighted stratum means of the columns
    mass: Array  # (S): information in each stratum
    excess: Array  # (S): score left in each stratum; 0 where intercepts have a closed form

    def of(self, kept: NDArray[np.bool_]) -> "Equations":
        """Return the equations of some columns alone, as they are where beta is 0."""
        matrix = self.matrix[np.ix_(kept, kept)]
        means = self.means[kept]
        return Equations(matrix, self.gradient[kept], self.total[kept], means, self.mass, self.excess)


def equations_at(problem: Problem, point: Point) -> Equations:
    """Set up the equations at a point, in one pass over the columns."""
    p, strata = len(problem.columns), problem.strata
    full, gradient, sums = np.zeros((p, p)), np.zeros(p), np.zeros((p, strata.count))
    around, weighted = np.empty((2, p, strata.most))
    for block in strata.blocks:
        part = problem.columns[:, block.rows]
        size = part.shape[1]
        part = np.subtract(part, problem.centre[:, None], out=around[:, :size])
        mine = np.multiply(part, point.information[block.rows], out=weighted[:, :size])
        full += mine @ part.T
        gradient += part @ point.score[block.rows]
        sums[:, block.groups] += block.within.sums(mine)
    mass, excess = strata.sums(point.information), strata.sums(point.score)
    means = _ratio(sums, mass)
    return Equations(
        full - means @ sums.T, gradient - means @ excess, np.diag(full).copy(), means, mass, excess
    )


def independent(matrix: Array, total: Array) -> NDArray[np.bool_]:
    """Tell which columns are not linear in the strata and the columns before them.

    Eliminates columns in order from the cross products `matrix` (p, p); a column is dropped when what is
    left of it is a negligible share of `total`, its variation before elimination.
    """
    rest, kept = matrix.copy(), np.zeros(len(matrix), bool)
    for j in range(len(matrix)):
        if rest[j, j] > COLLINEAR * total[j] > 0:
            kept[j] = True
            rest = rest - np.outer(rest[:, j], rest[j]) / rest[j, j]
    return kept


def inverted(matrix: Array) -> Array:
    """Invert a positive definite matrix after scaling its diagonal to one."""
    scale = 1 / np.sqrt(np.diag(matrix))
    try:
        root = np.linalg.cholesky(matrix * np.outer(scale, scale))
    except np.linalg.LinAlgError:
        raise EstimationError("the design is singular: effects cannot be told apart") from None
    inverse_root = np.linalg.solve(root, np.eye(len(root)))
    return inverse_root.T @ inverse_root * np.outer(scale, scale)


def _advance(problem: Problem, family: Family, point: Point, equations: Equations, step: Array) -> Point:
    """Take a Newton step, halved until the objective does not fall."""
    intercept_step = _ratio(equations.excess, equations.mass) - equations.means.T @ step
    for halving in range(30):
        share = 0.5**halving
        ahead = family.at(problem, point.beta + share * step, point.intercepts + share * intercept_step)
        if family.exact or ahead.objective >= point.objective - 1e-9 * abs(point.objective):
            return ahead
    raise EstimationError("the model did not converge: no step improves the fit")


def begun(problem: Problem, family: Family, beta: Array | None = None) -> tuple[Point, Equations]:
    """Return where a search begins: the coefficients `beta` (0 without them), the family's intercepts."""
    first = np.zeros(len(problem.columns)) if beta is None else beta
    point = family.at(problem, first, family.start(problem))
    return point, equations_at(problem, point)


def search(
    problem: Problem, family: Family, point: Point, equations: Equations
) -> tuple[Point, Equations, Array, int]:
    """Solve the score equations by Newton's method; return the solution and the inverse information.

    The search starts at `point`, where the score equations are `equations`.
    """
    scale = float(problem.weight @ np.abs(problem.outcome)) or 1.0
    for steps in range(1, MOST_STEPS + 1):
        inverse = inverted(equations.matrix)
        step = inverse @ equations.gradient
        left = equations.gradient @ step + _ratio(equations.excess**2, equations.mass).sum()
        point = _advance(problem, family, point, equations, step)
        if family.exact:
            return point, equations, inverse, steps
        equations = equations_at(problem, point)
        if left <= CLOSE * scale:
            return point, equations, inverted(equations.matrix), steps
    raise EstimationError(f"the model did not converge in {MOST_STEPS} steps")


@dataclass(frozen=True)
class Fit:
    """A solved model. p columns, n rows, S strata; a dropped column has coefficient 0 and influence 0."""

    link: Link
    beta: Array  # (p)
    intercepts: Array  # (S); -inf (or +inf) in a stratum whose outcomes are all 0 (or all 1)
    kept: NDArray[np.bool_]  # (p)
    inverse: Array  # (p, p): inverse information, strata eliminated
    means: Array  # (p, S)
    mass: Array  # (S): 0 in a stratum that says nothing about beta
    score: Array  # (n)
    information: Array  # (n): weight x variance function
    weight: Array  # (n)
    strata: Strata
    columns: Array  # (p, n) as given
    steps: int
    separated: bool

    @property
    def parameters(self) -> int:
        """How many parameters were estimated, the intercepts of informative strata among them."""
        return int(self.kept.sum() + (self.mass > 0).sum())

    def influence(self, directions: Array) -> Array:
        """Return the influence of each row (m, n) on `directions` (m, p) applied to beta."""
        return self.followed(np.pad(directions, ((0, 0), (0, self.strata.count))))

    def followed(self, gradient: Array) -> Array:
        """Return the influence of each row (m, n) on what follows the parameters as `gradient` (m, p + S)."""
        directions, through = np.split(gradient, [len(self.beta)], axis=1)
        pull = (directions - through @ self.means.T) @ self.inverse
        shift = _ratio(through, self.mass) - pull @ self.means
        found = np.empty((len(pull), len(self.score)))
        for block in self.strata.blocks:
            mine = found[:, block.rows]
            np.matmul(pull, self.columns[:, block.rows], out=mine)
            mine += block.within.each(shift[:, block.groups])
            mine *= self.score[block.rows]
        return found

    def predicted(self, columns: Array, rows: Rows = EVERY) -> tuple[Array, Array]:
        """Return the mean at unit exposure, and its derivative, for some `rows` with `columns` (p, rows)."""
        predictor = self.intercepts[self.strata.codes[rows]] + self.beta @ columns
        return FAMILIES[self.link].mean(predictor)

    def averaged(self, columns: Array, weight: Array, rows: Rows = EVERY) -> tuple[float, Array, Array]:
        """Average predictions at `columns` (p, rows) over some `rows` with their `weight`.

        Returns the mean, the influence that each of these rows has by being among them, and how the mean
        follows beta and intercepts (p + S). The mean solves stacked estimating equations (Ye et al. 2023).
        """
        mean, slope = self.predicted(columns, rows)
        share = weight / weight.sum()
        average, follows = float(share @ mean), share * slope
        through = np.bincount(self.strata.codes[rows], follows, self.strata.count)
        return average, share * (mean - average), np.concatenate([columns @ follows, through])

    def standardized(self, columns: Array, weight: Array) -> tuple[float, Array]:
        """Average predictions at `columns` (p, n) over all rows with `weight` (n).

        Returns the mean and the influence of each row on it (n), the sampling of the rows included.
        """
        average, own, gradient = self.averaged(columns, weight)
        return average, own + self.followed(gradient[None])[0]


def fit(
    outcome: Array,
    columns: Array,
    stratum: Codes,
    weight: Array,
    exposure: Array | None = None,
    link: Link = "linear",
) -> Fit:
    """Fit one model with the intercepts of `stratum` absorbed.

    `outcome`, `stratum` (codes from 0), `weight` (>= 0) and `exposure` (> 0; log link only) have n entries;
    `columns` is (p, n). Columns that the strata or earlier columns explain are dropped (see `Fit.kept`).
    Raises EstimationError when the outcome does not suit the link or the search fails.
    """
    _check(outcome, weight, exposure, link)
    family = FAMILIES[link]
    problem = posed(outcome, columns, stratum, weight, exposure)
    point, equations = begun(problem, family)
    kept = independent(equations.matrix, equations.total)
    reduced = problem
    if not kept.all():
        reduced = replace(problem, columns=columns[kept], centre=problem.centre[kept])
        point, equations = replace(point, beta=point.beta[kept]), equations.of(kept)
    found = search(reduced, family, point, equations)
    return assembled(problem, columns, link, kept, *found)


def posed(
    outcome: Array, columns: Array, stratum: Codes, weight: Array, exposure: Array | None = None
) -> Problem:
    """Return what is to be fitted."""
    centre = columns @ weight / weight.sum()
    ones = np.ones(len(outcome)) if exposure is None else exposure
    return Problem(outcome, columns, centre, Strata.of(stratum), weight, ones)


def _check(outcome: Array, weight: Array, exposure: Array | None, link: Link) -> None:
    if not weight.sum() > 0:
        raise EstimationError("no rows with weight to analyse")
    if link == "log" and (outcome.min() < 0 or not (outcome @ weight) > 0):
        raise EstimationError("a rate needs at least one event and no negative counts")
    if link == "logit" and not np.isin(outcome, (0, 1)).all():
        raise EstimationError("a risk needs outcomes of 0 or 1")
    if exposure is not None and (link != "log" or not (exposure > 0).all()):
        raise EstimationError("exposure must be positive and belongs to the log link")


def assembled(
    problem: Problem,
    columns: Array,
    link: Link,
    kept: NDArray[np.bool_],
    point: Point,
    equations: Equations,
    inverse: Array,
    steps: int,
) -> Fit:
    """Put a solution back into the columns as given: uncentred, dropped ones with coefficient 0."""
    p, places = len(kept), np.flatnonzero(kept)
    beta, means, full = np.zeros(p), np.zeros((p, problem.strata.count)), np.zeros((p, p))
    beta[places], full[np.ix_(places, places)] = point.beta, inverse
    means[places] = equations.means + problem.centre[places, None]
    intercepts = point.intercepts - problem.centre @ beta
    solved = Fit(
        link, beta, intercepts, kept, full, means, equations.mass, point.score, point.information,
        problem.weight, problem.strata, columns,
        steps, separated=False,
    )  # fmt: skip
    return replace(solved, separated=_separated(solved, problem.weight))


def _separated(solved: Fit, weight: Array) -> bool:
    """Whether covariates drive fitted values to the edge inside strata that do vary."""
    if solved.link == "linear":
        return False
    mean, _ = solved.predicted(solved.columns)
    used = (solved.strata.each(solved.mass) > 0) & (weight > 0)
    low, high = mean.min(where=used, initial=np.inf), mean.max(where=used, initial=0)
    return bool(low < VANISHING * high if solved.link == "log" else min(low, 1 - high) < VANISHING)
