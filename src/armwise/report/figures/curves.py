"""The numbers behind a curve: one line per arm with its band and the counts below the axis."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from armwise.report.numbers import HIDDEN, fixed, percent, whole
from armwise.report.results import Results, Row
from armwise.report.trial import Trial, inside, long_date, short_date

DAYS_PER_MONTH = 30.4375
SHOWN = 100


@dataclass(frozen=True)
class Point:
    """One point: `x` in months or days, `y` and its limits per 100; None where it is hidden."""

    x: float
    y: float | None
    low: float | None
    high: float | None
    row: Row


@dataclass(frozen=True)
class Curve:
    """The line of one arm, its label and the finished value at its end."""

    arm: str
    label: str
    points: tuple[Point, ...]
    last: str

    def counts_at(self, xs: list[float], column: str, trial: Trial) -> list[str]:
        """Return the finished count of a column at some x, blank where the curve has no point."""
        by_x = {point.x: point.row for point in self.points}
        return [_count(by_x.get(x), column, trial) for x in xs]


def _count(row: Row | None, column: str, trial: Trial) -> str:
    if row is None:
        return ""
    return HIDDEN if row.hides(column) else whole(getattr(row, column), trial.style)


@dataclass(frozen=True)
class Curves:
    """A figure of curves: axis labels, ticks with their texts, and what is counted below the axis."""

    curves: tuple[Curve, ...]
    y_label: str
    x_label: str
    ticks: tuple[tuple[float, str], ...]
    below: str
    column: str
    share: bool


def cumulative(results: Results, trial: Trial, outcome: str) -> Curves:
    """Return the mean cumulative count of an outcome per 100 enrollments by months since randomization."""
    curves = tuple(
        _curve(arm, _cumulative_points(results, outcome, arm), trial, share=False) for arm in trial.arms
    )
    last = max((point.x for curve in curves for point in curve.points), default=0)
    step = next(step for step in (1, 3, 6, 12) if last / step <= 6 or step == 12)
    ticks = tuple((float(x), str(x)) for x in range(0, int(last) + 1, step))
    label = f"Cumulative {inside(trial.outcome_label(outcome))}\nper 100 {trial.unit}"
    return Curves(curves, label, "Months since randomization", ticks, "No. at risk", "n", share=False)


def _cumulative_points(results: Results, outcome: str, arm: str) -> Iterator[Point]:
    rows = results.find(outcome=outcome, contrast=arm, measure="mean_cumulative_count", subgroup="all")
    for row in sorted(rows, key=lambda row: int(row.window[1:])):
        yield _point(round(int(row.window[1:]) / DAYS_PER_MONTH, 1), row)


def by_date(results: Results, trial: Trial, outcome: str) -> Curves:
    """Return the share with an outcome, in percent, at the ends of calendar months."""
    curves = tuple(_curve(arm, _dated_points(results, outcome, arm), trial, share=True) for arm in trial.arms)
    days = sorted({point.x for curve in curves for point in curve.points})
    step = max(1, -(-(len(days) - 1) // 6))
    ticks = tuple((x, short_date(date.fromordinal(int(x)).isoformat())) for x in days[::-1][::step][::-1])
    label = f"{trial.outcome_label(outcome)},\n% of {trial.unit}"
    return Curves(curves, label, "End of month", ticks, "Cumulative No.", "events", share=True)


def _dated_points(results: Results, outcome: str, arm: str) -> Iterator[Point]:
    rows = results.find(outcome=outcome, contrast=arm, measure="cumulative_risk", subgroup="all")
    for row in sorted(rows, key=lambda row: row.window):
        yield _point(float(date.fromisoformat(row.window).toordinal()), row)


def _point(x: float, row: Row) -> Point:
    y, low, high = (None if v is None else SHOWN * v for v in (row.estimate, row.ci_low, row.ci_high))
    return Point(x, y, low, high, row)


def _curve(arm: str, points: Iterator[Point], trial: Trial, share: bool) -> Curve:
    known = tuple(points)
    ends = [point.row for point in known if point.y is not None]
    value = ends[-1].estimate if ends else None
    last = (
        ""
        if value is None
        else f"{percent(value, trial.style)}%"
        if share
        else fixed(SHOWN * value, 1, trial.style)
    )
    return Curve(arm, trial.arm_label(arm), known, last)


def finding(curves: Curves, trial: Trial, outcome: str) -> str:
    """Say in a sentence where the curves end: the alt text."""
    label = trial.outcome_label(outcome)
    known = [curve for curve in curves.curves if curve.last]
    if not known:
        return f"{label} over time: nothing to draw."
    end = known[0].points[-1].row.window
    when = f"after {known[0].points[-1].x:.0f} months" if not curves.share else f"by {long_date(end)}"
    values = " and ".join(f"{curve.last} with {inside(curve.label)}" for curve in known)
    per = f" per 100 {trial.unit}" if not curves.share else f" of {trial.unit}"
    return f"{label} by arm {when}: {values}{per}."
