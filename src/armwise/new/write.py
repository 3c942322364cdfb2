"""Write the guess as settings that a person reads, checks and completes."""

from collections.abc import Iterable
from pathlib import Path

from armwise.extracts.contracts import CONTRACTS
from armwise.new.arms import SHORT, in_name
from armwise.new.characteristics import Characteristic, not_used
from armwise.new.dates import date_columns
from armwise.new.days import Span
from armwise.new.guess import Guess
from armwise.new.outcomes import Outcome, baseline_months, outcomes, windows
from armwise.new.profile import STORED_DATE
from armwise.new.sheet import LOOK, Sheet
from armwise.new.sources import Found, Match
from armwise.new.values import UNKNOWN, rare_values, translated
from armwise.settings.unfilled import TO_FILL_IN

SCHEMA = "workflow/schemas/config.schema.json"
MOST_NAMED = 15  # names of columns on one line


def written(guess: Guess) -> Sheet:
    """Return the settings that the guess makes."""
    sheet, found = Sheet(), outcomes(guess)
    _head(sheet, guess)
    _trial(sheet, guess)
    _data(sheet, guess)
    _baseline(sheet, guess.characteristics)
    _follow_up(sheet, guess)
    _outcomes(sheet, found)
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
    column = guess.enrollment.columns["arm"].theirs[0]  # type: ignore[union-attr]
    rare = f"; {LOOK}further values of few rows are not shown here" if arms.rare else ""
    sheet.put(1, "arms", None, f"the values of {column}, and what readers see{rare}")
    for arm, label in arms.labels.items():
        sheet.put(2, arm, label, LOOK + "in words for readers" if len(label) <= SHORT else "")
    if arms.reference:
        sheet.put(1, "reference", arms.reference, "by its label")
    else:
        sheet.put(1, "reference", TO_FILL_IN, "one of the arms above: no label says control or usual care")


def _data(sheet: Sheet, guess: Guess) -> None:
    sheet.gap()
    sheet.put(0, "data", None, "days as sent are inclusive")
    if guess.enrollment is None:
        sheet.say(
            1, "No file says who was randomized: none has a column for the arm, with labels that rows share."
        )
        sheet.put(1, "enrollment", {"path": TO_FILL_IN}, "one row per randomization of one person")
    for source in CONTRACTS:
        if source in guess.sources:
            _source(sheet, guess, guess.sources[source])
    _others(sheet, guess)


def _source(sheet: Sheet, guess: Guess, found: Found) -> None:
    group = found.group
    part = "" if group.whole else "the first "
    sheet.put(1, found.source, None, f"{part}{group.rows:,} rows of {_files(found)} looked at")
    for doubt in found.doubts:
        sheet.doubt(2, doubt)
    sheet.put(2, "path", group.path)
    for key, value in group.written.settings:
        sheet.put(2, key, value, group.written.evidence if key == "delimiter" else "")
    if group.missing:
        sheet.put(2, "missing", ["", "NA", *group.missing], "stand where there is no value")
    formats = [each for each in found.date_formats if each not in (STORED_DATE, "%Y-%m-%d")]
    if formats:
        every = [each for each in found.date_formats if each != STORED_DATE]
        columns = ", ".join(profile.name for profile in date_columns(found))
        sheet.put(2, "date_format", every[0] if len(every) == 1 else every, f"the values of {columns}")
    _complete_through(sheet, guess, found)
    if found.source == "deaths" and found.columns_of("died_on").filled < group.rows:
        sheet.put(2, "max_rejected_share", 1.0, "rows of the living have no day of death, and are set aside")
    _columns(sheet, found)
    _values(sheet, guess, found)
    _unused(sheet, guess, found)


def _files(found: Found) -> str:
    many = len(found.group.files)
    return found.group.name if many == 1 else f"{many} files"


def _complete_through(sheet: Sheet, guess: Guess, found: Found) -> None:
    if found.source in ("enrollment", "participants"):
        return
    day, span = guess.complete.get(found.source), guess.spans.get(found.source)
    if day is None or span is None:
        if found.source != "deaths":  # needed only of what outcomes come from
            sheet.put(2, "complete_through", TO_FILL_IN, "the last day that the extract holds whole")
    else:
        sheet.put(2, "complete_through", day, LOOK + _said_of(span, found))


def _said_of(span: Span, found: Found) -> str:
    rows = "the rows" if span.whole else "the first rows"
    said = f"{rows} reach {span.last}"
    if span.drop >= 0.15 and found.source == "utilization":
        return f"{said}; the last 3 months have {span.drop:.0%} fewer than those before: are they complete?"
    return f"{said}; ask the plan through which day it is whole"


def _columns(sheet: Sheet, found: Found) -> None:
    """Write the columns under other names and those that could not be guessed; name the others."""
    contract = CONTRACTS[found.source].columns
    as_named = [name for name, match in found.columns.items() if match.theirs == (name,)]
    lacking = [name for name, column in contract.items() if column.needed and name not in found.columns]
    if as_named:
        sheet.say(2, f"as it should be named: {', '.join(as_named)}")
    if len(as_named) == len(found.columns) and not lacking:
        return
    sheet.put(2, "columns")
    for name in contract:
        if name in lacking:
            sheet.put(3, name, TO_FILL_IN, _lacking(found.source, name))
        elif name in found.columns and name not in as_named:
            _column(sheet, name, found.columns[name])


def _column(sheet: Sheet, name: str, match: Match) -> None:
    theirs = match.theirs[0] if len(match.theirs) == 1 else list(match.theirs)
    sheet.put(3, name, theirs, match.evidence)


def _lacking(source: str, name: str) -> str:
    if name == "assignment_probability":
        return "no column has numbers from 0 to 1 under such a name: add the probability of the arm drawn"
    return "no column of the file has such a name and such values"


def _values(sheet: Sheet, guess: Guess, found: Found) -> None:
    values = translated(found)
    if found.source == "enrollment":
        values |= {"arm": guess.arms.values} if guess.arms and guess.arms.values else {}
        values |= {each.name: each.values for each in guess.characteristics if each.values}
    if not values:
        return
    sheet.put(2, "values")
    for name, meanings in values.items():
        unsaid = rare_values(found.profile(name)) if name == "claim_status" else 0
        note = LOOK + "other values of few rows are not shown here" if unsaid else ""
        sheet.put(3, name, None, note)
        for theirs, ours in meanings.items():
            unknown = ours == UNKNOWN
            sheet.put(4, theirs, TO_FILL_IN if unknown else ours, "paid or denied?" if unknown else "")


def _unused(sheet: Sheet, guess: Guess, found: Found) -> None:
    used = {name for match in found.columns.values() for name in match.theirs}
    unused = [name for name in found.group.header if name not in used]
    if found.source == "enrollment":
        unused = not_used(found, guess.characteristics)
    if unused and found.source != "deaths":
        sheet.say(2, f"not used: {_few_of(unused)}")


def _few_of(names: list[str]) -> str:
    """Return names on one line, not all of them where there are many."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _others(sheet: Sheet, guess: Guess) -> None:
    """Name the files that are not used, and why."""
    lines = [
        f"{each.group.name}: looks like {each.source} too; send both in files with one header"
        for each in guess.further
    ]
    lines += [f"{group.name}: not recognized ({_few_of(group.header)})" for group in guess.left]
    lines += [f"{each.name}: {each.why}" for each in guess.unread]
    if lines:
        sheet.say(1, "Files that are not used:")
        for line in lines:
            sheet.say(1, "- " + line)


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
        sheet.put(1, each.name, settings, each.evidence)


def _follow_up(sheet: Sheet, guess: Guess) -> None:
    lengths, covered = windows(guess)
    months = baseline_months(guess)
    sheet.gap()
    sheet.put(0, "follow_up")
    if months:
        sheet.put(1, "baseline", {"months": months}, "claims and coverage reach so far back")
    note = "covered for those randomized last" if covered else ""
    sheet.put(1, "windows", {f"{each}mo": {"months": each} for each in lengths}, note)
    if not covered:
        sheet.put(1, "incomplete", "censor", LOOK + "the data end before six months of those randomized last")


def _outcomes(sheet: Sheet, found: list[Outcome]) -> None:
    sheet.gap()
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
