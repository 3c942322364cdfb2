"""Write the guess as settings that a person reads, checks and completes."""

from collections.abc import Iterable
from pathlib import Path

from armwise.new.arms import SHORT, in_name
from armwise.new.characteristics import Characteristic
from armwise.new.guess import Guess
from armwise.new.outcomes import Outcome, baseline_months, measured, outcomes, windows
from armwise.new.records import attributes
from armwise.new.sheet import LOOK, Sheet
from armwise.new.write_data import write_data
from armwise.settings.unfilled import TO_FILL_IN

SCHEMA = "workflow/schemas/config.schema.json"


def written(guess: Guess) -> Sheet:
    """Return the settings that the guess makes."""
    sheet, found = Sheet(), outcomes(guess)
    _head(sheet, guess)
    _trial(sheet, guess)
    write_data(sheet, guess)
    _baseline(sheet, guess.characteristics)
    _follow_up(sheet, guess)
    _events(sheet, guess)
    _outcomes(sheet, guess, found)
    _estimates(sheet, guess, found)
    _roles(sheet, guess, found)
    sheet.gap()
    sheet.put(0, "report", {"style": "annals", "small_cell": 11}, "counts from 1 to 10 are hidden")
    return sheet


def _head(sheet: Sheet, guess: Guess) -> None:
    if Path(SCHEMA).is_file():
        sheet.say(0, f"yaml-language-server: $schema={SCHEMA}")
    sheet.say(
        0,
        f"A guess at the trial in {guess.folder}, written by `armwise new` from the names of columns and the "
        f"first {guess.rows:,} rows of each file. Comments say what speaks for a line.",
    )
    sheet.say(
        0, f"{TO_FILL_IN}: could not be guessed; `armwise check` refuses it. LOOK: a guess that may be wrong."
    )


def _trial(sheet: Sheet, guess: Guess) -> None:
    name = in_name(guess.folder.resolve().name)
    sheet.gap()
    sheet.put(0, "trial")
    sheet.put(1, "id", name, "from the name of the folder; results go to results/ID")
    sheet.put(1, "title", f"Trial of {name.replace('_', ' ')}", LOOK + "heads the report")
    sheet.put(1, "registration", "none", LOOK + "registry and number, as NCT04000074")
    arms = guess.arms
    if arms is None:
        sheet.put(1, "arms", TO_FILL_IN, "as {control: Usual care, offered: Case management}")
        sheet.put(1, "reference", TO_FILL_IN, "the arm that the others are compared with")
        return
    column = guess.randomized.columns["arm"].theirs[0]  # type: ignore[union-attr]
    rare = f"; {LOOK}further values of few rows are not shown here" if arms.rare else ""
    sheet.put(1, "arms", None, f"the values of {column}, and what readers see{rare}")
    for arm, label in arms.labels.items():
        sheet.put(2, arm, label, LOOK + "in words for readers" if len(label) <= SHORT else "")
    if arms.reference:
        sheet.put(1, "reference", arms.reference, "by its label")
    else:
        sheet.put(1, "reference", TO_FILL_IN, "one of the arms above: no label says control or usual care")


def _baseline(sheet: Sheet, found: Iterable[Characteristic]) -> None:
    found = list(found)
    if not found:
        return
    sheet.gap()
    sheet.put(0, "baseline", None, "in the order of table 1")
    for each in found:
        settings: dict[str, object] = {"label": each.label} if each.label else {}
        settings["type"] = each.type
        if each.column != each.name:
            settings["column"] = each.column
        codes = f"; {LOOK}codes: put words under data.enrollment.values.{each.name}" if each.coded else ""
        sheet.put(1, each.name, settings, each.evidence + codes)


def _follow_up(sheet: Sheet, guess: Guess) -> None:
    if "participants" in guess.sources:
        return  # the whole study is one window
    lengths, covered = windows(guess)
    months = baseline_months(guess)
    sheet.gap()
    sheet.put(0, "follow_up")
    if months:
        sheet.put(1, "baseline", {"months": months}, "claims and coverage reach so far back")
    known = covered and guess.enrollment is not None
    note = "claims and coverage reach so far for those randomized last" if known else ""
    sheet.put(1, "windows", {f"{each}mo": {"months": each} for each in lengths}, note)
    if not covered:
        sheet.put(1, "incomplete", "censor", LOOK + "the data end before six months of those randomized last")


def _events(sheet: Sheet, guess: Guess) -> None:
    """Declare an event for each file of records, so that an outcome can count it."""
    if not guess.records:
        return
    sheet.gap()
    sheet.put(0, "events")
    sheet.put(1, "declared", None, LOOK + "to count one, add an outcome: {event: NAME, measure: count}")
    for name, found in guess.records.items():
        settings: dict[str, object] = {"source": name}
        if kept := attributes(found):
            settings["attributes"] = kept
        sheet.put(2, f"{name}_event", settings)


def _outcomes(sheet: Sheet, guess: Guess, found: list[Outcome]) -> None:
    sheet.gap()
    if "participants" in guess.sources:
        yes_no, numbers = measured(guess.sources["participants"])
        sheet.say(0, f"columns of 0 and 1: {', '.join(yes_no) or 'none'}")
        sheet.say(0, f"columns of numbers: {', '.join(numbers) or 'none'}")
        sheet.put(0, "outcomes", TO_FILL_IN, "as {got: {column: got, measure: binary}}")
        return
    if not found:
        sheet.put(0, "outcomes", TO_FILL_IN, "as {admissions: {event: inpatient_stay, measure: count}}")
        return
    sheet.put(0, "outcomes", None, LOOK + "what the sources make possible; the protocol says which")
    for each in found:
        sheet.put(1, each.name, {"label": each.label, **each.settings}, each.note)


def _estimates(sheet: Sheet, guess: Guess, found: list[Outcome]) -> None:
    carried = [each.name for each in guess.characteristics if each.name in ("age", "sex")]
    earlier = [f"baseline_{each.name}" for each in found if each.name in ("admissions", "ed_visits")]
    covariates = [*carried, *(earlier if baseline_months(guess) else [])]
    subgroups = [each.name for each in guess.characteristics if each.type == "category" and each.label][:4]
    subgroups = [name for name in subgroups if name != "sex"]
    if not covariates and not subgroups and "contacts" not in guess.sources:
        return
    sheet.gap()
    sheet.put(0, "estimates", None, LOOK + "as the analysis plan has it")
    if covariates:
        sheet.put(1, "covariates", covariates)
    if subgroups:
        sheet.put(1, "subgroups", subgroups)
    if "contacts" in guess.sources:
        sheet.put(1, "uptake", {"event": "contact"}, "for the complier effect")


def _roles(sheet: Sheet, guess: Guess, found: list[Outcome]) -> None:
    sheet.gap()
    if not found:
        sheet.put(0, "roles", {"primary": {"outcome": TO_FILL_IN}}, "the primary outcome")
        return
    primary: dict[str, object] = {"outcome": found[0].name}
    if found[0].settings["measure"] != "by_date":
        lengths, _ = windows(guess)
        primary["window"] = f"{max(each for each in lengths if each <= 12 or each == min(lengths))}mo"
    sheet.put(0, "roles")
    sheet.put(1, "primary", primary, LOOK + "the protocol names it")
    if found[1:]:
        sheet.put(1, "secondary", [each.name for each in found[1:]])
