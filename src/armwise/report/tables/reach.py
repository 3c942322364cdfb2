"""Was the program implemented equitably? Reach and engagement of those offered it, in each group."""

from collections.abc import Iterator
from dataclasses import dataclass

from armwise.report.numbers import HIDDEN, NOTHING, fixed, limits, p_phrase, percent, whole
from armwise.report.results import Results, Row
from armwise.report.tables.effects import level_text
from armwise.report.tables.levels import SPLIT, in_order
from armwise.report.tables.model import Cell, Column, Line, Table, cell
from armwise.report.tables.notes import hidden_note
from armwise.report.tables.uptake import NAME, windows
from armwise.report.trial import Trial, in_words, inside

ATTEMPTED, CONTACTS = "attempted", "contacts_mean"
ACROSS = {"risk": "uptake_across_levels_p", CONTACTS: "contacts_across_levels_p"}
NOTE = (
    "Among those who were offered the program, with the design weights. P: whether all levels are alike, not "
    "adjusted for multiplicity. Who belongs to a group is no random choice: differences between levels "
    "describe how the program was carried out (CONSORT-Equity), and other characteristics may explain them."
)


@dataclass(frozen=True)
class View:
    """What is shown of one window: quantities with a test, each (outcome, measure), and kinds of contacts."""

    results: Results
    trial: Trial
    window: str
    tested: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, results: Results, trial: Trial) -> "View":
        """Find what is known of the window."""
        window = window_of(results, trial)
        wanted = ((ATTEMPTED, "risk"), (NAME, "risk"), (NAME, CONTACTS))
        tested = tuple(each for each in wanted if _rows(results, window, *each))
        return cls(results, trial, window, tested, tuple(_kinds(results, window)))

    def row(self, arm: str, subgroup: str, outcome: str, measure: str) -> Row | None:
        """Return the result of a level, or the test of a characteristic."""
        place = {"window": self.window, "contrast": arm, "subgroup": subgroup}
        return self.results.first(outcome=outcome, measure=measure, **place)


def reach(results: Results, trial: Trial) -> Table:
    """Return reach and engagement by group in one window, of every arm but the reference."""
    view = View.of(results, trial)
    lines = tuple(line for arm, _ in trial.contrasts for line in _of_arm(view, arm))
    when = f", {inside(trial.window_label(view.window))}" if view.window else ""
    return Table(
        "reach",
        f"Reach and engagement by group{when}",
        tuple(map(Column, ("Group", "Offered, No.", *_columns(view)))),
        lines,
        (NOTE, *hidden_note(lines, trial)),
    )


def window_of(results: Results, trial: Trial) -> str:
    """Return the window of the primary outcome if reach is known in it, else the last in which it is."""
    known = [name for name in windows(results, trial) if _rows(results, name, NAME, "risk")]
    return trial.primary[1] if trial.primary[1] in known else (known or [""])[-1]


def _rows(results: Results, window: str, outcome: str, measure: str) -> list[Row]:
    found = results.find(outcome=outcome, window=window, measure=measure, analysis_set="itt")
    return [row for row in found if SPLIT in row.subgroup]


def groups(results: Results, trial: Trial, window: str, arm: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the characteristics of which reach is known, and their levels in reading order."""
    found = {row.subgroup for row in _rows(results, window, NAME, "risk") if row.contrast == arm}
    for name in trial.estimates.get("subgroups") or []:
        levels = [each.removeprefix(name + SPLIT) for each in found if each.startswith(name + SPLIT)]
        if levels:
            yield name, in_order(levels)


def _kinds(results: Results, window: str) -> list[str]:
    """Return the kinds of contacts, the most frequent first."""
    known = {row.measure for row in results.rows if row.measure.startswith(CONTACTS + SPLIT)}
    totals = {name: sum(row.estimate or 0 for row in _rows(results, window, NAME, name)) for name in known}
    return sorted((name for name, total in totals.items() if total), key=lambda name: (-totals[name], name))


def _columns(view: View) -> Iterator[str]:
    level = level_text(view.trial)
    heads = {
        (ATTEMPTED, "risk"): f"Attempt or contact, % ({level})",
        (NAME, "risk"): f"{engaged_label(view.trial)}, No. (%; {level})",
        (NAME, CONTACTS): f"Contacts of each engaged, mean ({level})",
    }
    yield from (heads[each] for each in view.tested)
    yield from (f"{in_words(kind.partition(SPLIT)[2])}, mean" for kind in view.kinds)


def engaged_label(trial: Trial) -> str:
    """Return what those who took up the offer are called."""
    return str((trial.estimates.get(NAME) or {}).get("label") or "Engaged")


def _of_arm(view: View, arm: str) -> Iterator[Line]:
    trial = view.trial
    several = f": {inside(trial.arm_label(arm))}" if len(trial.contrasts) > 1 else ""
    for variable, levels in groups(view.results, trial, view.window, arm):
        tests = (_test(view.row(arm, variable, name, ACROSS[what]), trial) for name, what in view.tested)
        blank = [Cell()] * len(view.kinds)
        yield Line(trial.characteristic_label(variable) + several, (Cell(), *tests, *blank), "group")
        for level in levels:
            cells = tuple(_cells(view, arm, f"{variable}{SPLIT}{level}"))
            yield Line(trial.level_label(variable, level), cells, "level")


def _cells(view: View, arm: str, subgroup: str) -> Iterator[Cell]:
    offered = view.row(arm, subgroup, NAME, "risk")
    yield cell(_offered(offered, view.trial), offered)
    for outcome, measure in view.tested:
        row = view.row(arm, subgroup, outcome, measure)
        share = measure == "risk"
        text = share_text(row, view.trial, outcome == NAME) if share else _mean(row, view.trial)
        yield cell(text, row)
    for kind in view.kinds:
        row = view.row(arm, subgroup, NAME, kind)
        yield cell(_mean(row, view.trial, alone=True), row)


def _test(row: Row | None, trial: Trial) -> Cell:
    if row is None or row.p_value is None:
        return cell(HIDDEN if row is not None and row.hides("p_value") else "", row)
    return cell(p_phrase(row.p_value, trial.style), row)


def _offered(row: Row | None, trial: Trial) -> str:
    if row is None:
        return NOTHING
    return HIDDEN if row.hides("n") else whole(row.n, trial.style)


def share_text(row: Row | None, trial: Trial, counted: bool = True) -> str:
    """Return "161 (44.8; 39.6 to 50.2)", without the count unless `counted`."""
    if row is None:
        return NOTHING
    if row.hides("estimate") or row.hides("events"):
        return HIDDEN
    style = trial.style
    texts = [percent(value, style) for value in (row.estimate, row.ci_low, row.ci_high)]
    interval = "" if NOTHING in texts else limits(texts[1], texts[2], style)
    if not counted:
        return f"{texts[0]} ({interval})" if interval else texts[0]
    return f"{whole(row.events, style)} ({'; '.join(filter(None, [texts[0], interval]))})"


def _mean(row: Row | None, trial: Trial, alone: bool = False) -> str:
    if row is None:
        return NOTHING
    if row.hides("estimate"):
        return HIDDEN
    texts = [fixed(value, 1, trial.style) for value in (row.estimate, row.ci_low, row.ci_high)]
    if alone or NOTHING in texts:
        return texts[0]
    return f"{texts[0]} ({limits(texts[1], texts[2], trial.style)})"
