"""Who took up what was offered, by arm: the first stage of every complier effect."""

from collections.abc import Iterator

from armwise.report.numbers import HIDDEN, NOTHING, fixed, percent, whole
from armwise.report.results import Results, Row
from armwise.report.tables.effects import Effect, level_text
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.trial import Trial

NAME = "uptake"


def uptake(results: Results, trial: Trial) -> Table:
    """Return the table of engagement by arm and window."""
    lines = tuple(_lines(results, trial))
    arms = tuple(Column(f"{label}, No./n (%)") for label in trial.arms.values())
    several = len(trial.contrasts) > 1
    differences = tuple(
        Column(
            f"Difference, percentage points ({level_text(trial)})"
            + (f": {trial.arm_label(arm)}" if several else "")
        )
        for arm, _ in trial.contrasts
    )
    return Table(
        "uptake",
        f"Uptake of what was offered, by arm and window{_source(trial)}",
        (Column("Window"), *arms, *differences),
        lines,
        (*_notes(lines), *hidden_note(lines, trial)),
    )


def _notes(lines: tuple[Line, ...]) -> Iterator[str]:
    yield (
        "Percentages carry the design weights. Analyses by arm as randomized include everyone, engaged "
        "or not."
    )
    if any(line.kind == "level" for line in lines):
        yield (
            "Contacts are described among those engaged, with the design weights: who engages is no random "
            "choice, so differences between arms in them are no effects. Counts of contacts are as counted."
        )


def _source(trial: Trial) -> str:
    event = (trial.estimates.get(NAME) or {}).get("event")
    return " (at least one two-way contact)" if event == "contact" else ""


def windows(results: Results, trial: Trial) -> list[str]:
    """Return the windows in which uptake is known, in the order of the settings."""
    found = {row.window for row in results.rows if row.outcome == NAME and row.analysis_set == "itt"}
    known = [*(trial.follow_up.get("windows") or {}), *sorted(found)]
    return [window for window in dict.fromkeys(known) if window in found]


def _lines(results: Results, trial: Trial) -> Iterator[Line]:
    for window in windows(results, trial):
        yield Line(trial.window_label(window), tuple(_cells(results, trial, window)))
        yield from _contacts(results, trial, window)


def _contacts(results: Results, trial: Trial, window: str) -> Iterator[Line]:
    """Yield what those who took up the offer got, beneath the shares of a window."""
    if results.find(outcome=NAME, window=window, measure="contacts_mean"):
        cells = tuple(_spread(results, trial, window, arm) for arm in trial.arms)
        yield Line("Contacts of each engaged, mean (SD)", _padded(cells, trial), "level")
        cells = tuple(_first_day(results, trial, window, arm) for arm in trial.arms)
        yield Line("Days to the first contact, median (IQR)", _padded(cells, trial), "level")
    for kind in levels_in(results, window):
        cells = tuple(_share_of_kind(results, trial, window, arm, kind) for arm in trial.arms)
        yield Line(f"Contacts, {kind.replace('_', ' ')}: No. (%)", _padded(cells, trial), "level")
    if results.find(outcome="attempts", window=window):
        cells = tuple(_attempts(results, trial, window, arm) for arm in trial.arms)
        yield Line("Outreach attempts for each randomized, mean", _padded(cells, trial), "level")


def levels_in(results: Results, window: str) -> list[str]:
    """Return the kinds of contacts that a window has, the most frequent first as far as that is shown."""
    rows = [row for row in results.find(window=window, measure="count") if row.outcome.startswith(f"{NAME}=")]
    totals: dict[str, float] = {}
    for row in rows:
        kind = row.outcome.removeprefix(f"{NAME}=")
        totals[kind] = totals.get(kind, 0) + (row.estimate or 0)
    return sorted(totals, key=lambda kind: (-totals[kind], kind))


def _padded(cells: tuple[Cell, ...], trial: Trial) -> tuple[Cell, ...]:
    return (*cells, *[Cell()] * len(trial.contrasts))


def _described(results: Results, window: str, arm: str, outcome: str, measure: str) -> Row | None:
    return results.first(outcome=outcome, window=window, contrast=arm, measure=measure, subgroup="all")


def _spread(results: Results, trial: Trial, window: str, arm: str) -> Cell:
    mean, sd = (_described(results, window, arm, NAME, name) for name in ("contacts_mean", "contacts_sd"))
    if mean is None:
        return Cell(NOTHING)
    text = f"{fixed(mean.estimate, 1, trial.style)} ({fixed(sd.estimate if sd else None, 1, trial.style)})"
    return cell(HIDDEN if mean.hides("estimate") else text, mean, sd)


def _first_day(results: Results, trial: Trial, window: str, arm: str) -> Cell:
    names = ("first_day_median", "first_day_q1", "first_day_q3")
    middle, low, high = (_described(results, window, arm, NAME, name) for name in names)
    if middle is None or low is None or high is None:
        return Cell(NOTHING)
    days = [whole(row.estimate, trial.style) for row in (middle, low, high)]
    text = f"{days[0]} ({days[1]} to {days[2]})"
    return cell(HIDDEN if middle.hides("estimate") else text, middle, low, high)


def _share_of_kind(results: Results, trial: Trial, window: str, arm: str, kind: str) -> Cell:
    count, share = (_described(results, window, arm, f"{NAME}={kind}", name) for name in ("count", "percent"))
    if count is None or share is None:
        return Cell(NOTHING)
    if count.hides("estimate") or share.hides("estimate"):
        return cell(HIDDEN, count, share)
    text = f"{whole(count.estimate, trial.style)} ({percent(share.estimate, trial.style)})"
    return cell(text, count, share)


def _attempts(results: Results, trial: Trial, window: str, arm: str) -> Cell:
    row = _described(results, window, arm, "attempts", "contacts_mean")
    if row is None:
        return Cell(NOTHING)
    return cell(HIDDEN if row.hides("estimate") else fixed(row.estimate, 1, trial.style), row)


def _cells(results: Results, trial: Trial, window: str) -> Iterator[Cell]:
    effect = Effect(results, trial, NAME, window)
    for arm in trial.arms:
        row = results.first(outcome=NAME, window=window, contrast=arm, measure="risk", subgroup="all")
        yield cell(_share(row, trial), row)
    for _, contrast in trial.contrasts:
        yield effect.difference_cell(contrast)


def _share(row: Row | None, trial: Trial) -> str:
    if row is None:
        return NOTHING
    if row.hides("estimate") or row.hides("events") or row.hides("n"):
        return HIDDEN
    style = trial.style
    return f"{whole(row.events, style)}/{whole(row.n, style)} ({percent(row.estimate, style)})"
