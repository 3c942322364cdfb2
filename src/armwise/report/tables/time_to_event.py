"""First events over time: incidence with death competing, restricted means, hazard and rate ratios."""

from collections.abc import Iterator

from armwise.report.numbers import NOTHING, fixed, percent
from armwise.report.results import Results, Row
from armwise.report.tables.effects import Effect, level_text, triple, with_limits
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial, inside

ANALYSIS_SETS = ("first_event", "all_events")
PER = 100  # enrollments
INCIDENCE = "Incidence, %"
NOTE = (
    "Incidence: share with a first event by the end of the window, death competing (Aalen and Johansen), "
    "weighted by design; its difference in percentage points. Event-free days: mean days alive without the "
    "event within the window. Hazard ratio of the first event: Cox. Rate ratio: Lin, Wei, Yang and Ying. "
    "Difference per 100: of the mean number of events per enrollment by the end of the window, which death "
    "ends (Ghosh and Lin), weighted by design. Loss of observation is taken for uninformative."
)


def time_to_event(results: Results, trial: Trial) -> Table:
    """Return the table of analyses over time: two arms side by side, more with a line each."""
    several = len(trial.arms) > 2
    of_window = _by_line if several else _side_by_side
    lines = tuple(line for rows, label in _shown(results, trial) for line in of_window(rows, trial, label))
    incidence = [Column(INCIDENCE)] if several else [Column(arm, INCIDENCE) for arm in trial.arms.values()]
    first = "Outcome, window and arm" if several else "Outcome and window"
    return Table(
        "time_to_event",
        "First and all events over time",
        (Column(first), *incidence, *_effect_columns(trial)),
        lines,
        (NOTE, *hidden_note(lines, trial)),
    )


def _effect_columns(trial: Trial) -> Iterator[Column]:
    first, every = (f"{events} ({level_text(trial)})" for events in ("First event", "All events"))
    yield Column("Incidence, difference", first)
    yield Column("Event-free days, difference", first)
    yield Column("Hazard ratio", first)
    yield Column("Rate ratio", every)
    yield Column(f"Difference per {PER}", every)


def _shown(results: Results, trial: Trial) -> Iterator[tuple[list[Row], str]]:
    """Yield the results of each outcome and window that has any, and what it is called."""
    for name in trial.estimates.get("time_to_event") or []:
        for window in trial.windows_of(name):
            found = results.find(outcome=name, window=window)
            rows = [row for row in found if row.analysis_set in ANALYSIS_SETS]
            if rows:
                yield rows, f"{trial.outcome_label(name)}, {inside(trial.window_label(window))}"


def _side_by_side(rows: list[Row], trial: Trial, label: str) -> Iterator[Line]:
    ((_, contrast),) = trial.contrasts
    incidence = [_incidence(rows, trial, arm) for arm in trial.arms]
    yield Line(label, (*incidence, *_effects(rows, trial, contrast)))


def _by_line(rows: list[Row], trial: Trial, label: str) -> Iterator[Line]:
    yield Line(label, (), "group")
    contrasts = dict(trial.contrasts)
    for arm, name in trial.arms.items():
        effects = _effects(rows, trial, contrasts[arm]) if arm in contrasts else [Cell("Reference")] * 5
        yield Line(name, (_incidence(rows, trial, arm), *effects), "level")


def _incidence(rows: list[Row], trial: Trial, arm: str) -> Cell:
    row = _find(rows, trial, arm, "cumulative_incidence")
    return _cell(row, percent(row.estimate, trial.style) if row else NOTHING)


def _effects(rows: list[Row], trial: Trial, contrast: str) -> Iterator[Cell]:
    effect = Effect(Results(rows), trial, "", "")
    for measure in ("cumulative_incidence", "restricted_mean"):
        row = _find(rows, trial, contrast, f"{measure}_difference")
        yield _cell(row, _difference(row, trial))
    for measure in ("hazard_ratio", "recurrent_rate_ratio"):
        row = _find(rows, trial, contrast, measure)
        yield _cell(row, effect.ratio_text(row))
    row = _find(rows, trial, contrast, "mean_count_difference")
    yield _cell(row, _difference(row, trial))


def _difference(row: Row | None, trial: Trial) -> str:
    if row is None:
        return NOTHING
    return with_limits([_scaled(row.measure, value, trial) for value in triple(row)], trial)


def _scaled(measure: str, value: float | None, trial: Trial) -> str:
    """Return a difference of shares in percentage points, of counts per 100 enrollments, of days in days."""
    if measure.startswith("cumulative"):
        return percent(value, trial.style)
    per = PER if measure.startswith("mean_count") else 1
    return fixed(None if value is None else per * value, 1, trial.style)


def _cell(row: Row | None, text: str) -> Cell:
    return Cell(NOTHING) if row is None else cell(Effect.said(row) or text, row)


def _find(rows: list[Row], trial: Trial, contrast: str, measure: str) -> Row | None:
    found = [row for row in rows if row.contrast == contrast and row.measure == measure]
    chosen = [row for row in found if f".{trial.analysis}." in row.method]
    return next(iter([*chosen, *found]), None)
