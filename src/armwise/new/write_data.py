"""Write the block `data` of the guess: the sources, and the files that are not used."""

from armwise.extracts.contracts import CONTRACTS
from armwise.new.characteristics import not_used
from armwise.new.dates import date_columns
from armwise.new.days import Span
from armwise.new.guess import Guess
from armwise.new.mending import lost_zeros
from armwise.new.outcomes import end_of_windows
from armwise.new.profile import STORED_DATE
from armwise.new.shares import count_said
from armwise.new.sheet import LOOK, Sheet
from armwise.new.sources import Found, Match
from armwise.new.values import UNKNOWN, rare_values, translated
from armwise.settings.unfilled import TO_FILL_IN

MOST_NAMED = 15  # names of columns on one line


def write_data(sheet: Sheet, guess: Guess) -> None:
    sheet.gap()
    sheet.put(0, "data", None, "days as sent are inclusive")
    if guess.randomized is None:
        sheet.say(
            1, "No file says who was randomized: none has a column for the arm, with labels that rows share."
        )
        sheet.put(1, "enrollment", {"path": TO_FILL_IN}, "one row per randomization of one person")
    if "utilization" in guess.sources and "coverage" not in guess.sources:
        note = "spans of eligibility; if there are none: `observed_while: always` under utilization"
        sheet.put(1, "coverage", {"path": TO_FILL_IN}, note)
    for source in CONTRACTS:
        if source in guess.sources:
            _source(sheet, guess, source, guess.sources[source])
    if guess.records:
        sheet.put(1, "records", None, "what else happened to a person on a day; see `events` below")
    for name, found in guess.records.items():
        _source(sheet, guess, name, found)
    _others(sheet, guess)


def _source(sheet: Sheet, guess: Guess, name: str, found: Found) -> None:
    deep = int(found.source == "records")
    sheet.put(1 + deep, name, None, _looked_at(found))
    with sheet.deeper(deep):
        _settings_of(sheet, guess, name, found)


def _looked_at(found: Found) -> str:
    part = "" if found.group.whole else "the first "
    return f"{part}{count_said(found.group.rows)} rows of {_files(found)} looked at"


def _settings_of(sheet: Sheet, guess: Guess, name: str, found: Found) -> None:
    _layout(sheet, found)
    _complete_through(sheet, guess, name, found)
    if found.source == "deaths" and found.columns_of("died_on").filled < found.group.rows:
        sheet.put(2, "max_rejected_share", 1.0, "rows of the living have no day of death, and are set aside")
    if found.source == "crosswalk":
        sheet.put(2, "translates", guess.translates, "their own numbers are nobody's of the enrollments")
    _mapping(sheet, guess, found)
    _further(sheet, guess, guess.also.get(name, []))


def _further(sheet: Sheet, guess: Guess, layouts: list[Found]) -> None:
    """Write the other layouts of a source."""
    if not layouts:
        return
    sheet.put(
        2, "also", None, LOOK + "further files of the source by their columns; do they repeat its rows?"
    )
    for number, found in enumerate(layouts):
        with sheet.item(number):
            sheet.say(2, _looked_at(found))
            _layout(sheet, found)
            _mapping(sheet, guess, found)


def _layout(sheet: Sheet, found: Found) -> None:
    group = found.group
    for doubt in found.doubts:
        sheet.doubt(2, doubt)
    sheet.put(2, "path", group.path)
    for key, value in group.written.keys().items():
        sheet.put(
            2, key, "tab" if value == "\t" else value, group.written.evidence if key == "delimiter" else ""
        )
    if group.missing:
        sheet.put(2, "missing", ["", "NA", *group.missing], "stand where there is no value")
    formats = [each for each in found.date_formats if each not in (STORED_DATE, "%Y-%m-%d")]
    if formats:
        every = [each for each in found.date_formats if each != STORED_DATE]
        columns = ", ".join(dict.fromkeys(profile.name for profile in date_columns(found)))
        sheet.put(2, "date_format", every[0] if len(every) == 1 else every, f"the values of {columns}")
    if found.source == "utilization" and (lost := lost_zeros(found)):
        sheet.put(2, "fill_zeros", lost, "some of these codes have lost their leading zero")


def _mapping(sheet: Sheet, guess: Guess, found: Found) -> None:
    _columns(sheet, found)
    _values(sheet, guess, found)
    _unused(sheet, guess, found)


def _files(found: Found) -> str:
    many = len(found.group.files)
    return found.group.name if many == 1 else f"{many} files"


def _complete_through(sheet: Sheet, guess: Guess, name: str, found: Found) -> None:
    if found.source in ("enrollment", "participants", "crosswalk", "eligible"):
        return
    day, span = guess.complete.get(name), guess.spans.get(name)
    if day is None or span is None:
        if found.source not in ("deaths", "records"):  # needed only of what outcomes come from
            sheet.put(2, "complete_through", TO_FILL_IN, "the last day that the extract holds whole")
    elif found.source == "contacts" and day < (end_of_windows(guess) or day):
        note = f"the last contacts are of {span.last}, and windows go on: through which day is the log whole?"
        sheet.put(2, "complete_through", TO_FILL_IN, note)
    else:
        sheet.put(2, "complete_through", day, LOOK + _said_of(span, found))


def _said_of(span: Span, found: Found) -> str:
    if found.source == "coverage":
        return f"spans start until {span.last}; those that are open are taken to reach as far as the claims"
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
            sheet.put(
                4, theirs, TO_FILL_IN if unknown else ours, "paid, denied or reversed?" if unknown else ""
            )


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
    lines = [f"{each.found.group.name}: {each.why}" for each in guess.further]
    lines += [f"{group.name}: not recognized ({_few_of(group.header)})" for group in guess.left]
    lines += [f"{each.name}: {each.why}" for each in guess.unread]
    for group, names in guess.elsewhere:
        sheet.doubt(
            1,
            f"{group.name} has characteristics of persons ({_few_of(names)}): they are read "
            "from the file of the enrollments alone, so join them to it",
        )
    if lines:
        sheet.say(1, "Files that are not used:")
        for line in lines:
            sheet.say(1, "- " + line)
