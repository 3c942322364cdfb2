"""Check every row of an extract against its contract in one scan: keep it, or set it aside with a reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import ibis
import ibis.expr.types as ir

from armwise.extracts import amounts
from armwise.extracts.contracts import Column, Contract
from armwise.extracts.dates import as_day, said
from armwise.extracts.errors import ExtractError
from armwise.extracts.opened import LINE, Opened

STATUS = "__status"  # 0 kept, NOT_INCLUDED, or the number of the rule that the row breaks first
FILE = "__file"
NOT_INCLUDED = -1
TYPED = "__typed_"  # before the names of columns


@ibis.udf.scalar.builtin(name="trim", signature=(("string",), "string"))
def without_spaces(text):  # type: ignore[no-untyped-def]
    """DuckDB's own trim of spaces: five times as fast as one that names other white space too."""


@dataclass(frozen=True)
class Rule:
    """Something that a row may not do: `broken` is true where it does. `check` names it in the catalogue."""

    check: str
    column: str
    reason: str
    broken: ir.BooleanValue
    shows: str = ""  # the column that holds the value as sent, where it is another one

    @property
    def sent(self) -> str:
        """Return the column that holds the value as sent."""
        return self.shows or self.column

    def reason_where(self, date_formats: list[str]) -> str:
        """Return the reason in words for a file that writes its dates in some formats."""
        return f"{NO_DATE} written as {said(date_formats)}" if self.reason == NO_DATE else self.reason


def as_sent(opened: Opened, contract: Contract, number: int) -> ir.Table:
    """Return the columns of the contract as the file has them: text, trimmed, mapped, null where missing.

    A column that is already stored as a date or number keeps its type if nothing has to be mapped. Columns
    that the file lacks are null. Beside them: `__file` (its `number`), `__line`, and `__status` 0 or -1.
    """
    named = theirs(opened, contract)
    sent = {
        name: _sent(opened.table, named.get(name, []), column, opened.layout, name)
        for name, column in contract.columns.items()
    }
    sent |= {name: _stated(value, sent) for name, value in contract.stated.items()}
    included = _included(opened)
    if "participant_id" in sent and "participant_id" not in named:
        sent["participant_id"] = opened.table[LINE].cast("string")
    status = ibis.ifelse(included, 0, NOT_INCLUDED).cast("int16")
    return opened.table.select(
        **sent, **{FILE: ibis.literal(number, "int32"), LINE: opened.table[LINE], STATUS: status}
    )


def _stated(value: str | Mapping[str, str], sent: Mapping[str, ir.Value]) -> ir.Value:
    """Return what the settings say in place of a column: one text, or one for each arm."""
    if isinstance(value, str):
        return ibis.literal(value)
    arm = sent["arm"].cast("string")
    return arm.cases(*value.items(), else_=ibis.null("string"))


def theirs(opened: Opened, contract: Contract) -> dict[str, list[str]]:
    """Return the file's columns behind each column of the contract; several are to be joined.

    Raises ExtractError, naming all columns that are missing at once.
    """
    mapped, found, missing = opened.layout.get("columns", {}), {}, []
    for name, column in contract.columns.items():
        wanted = mapped.get(name) or column.theirs or name
        wanted = [wanted] if isinstance(wanted, str) else list(wanted)
        absent = [one for one in wanted if one not in opened.header]
        if not absent:
            found[name] = wanted
        elif name in mapped or (column.needed and name not in contract.stated):
            missing.append(_missing(name, absent, opened.header))
    if missing:
        raise ExtractError(f"{opened.path}: columns are missing from the header:\n" + "\n".join(missing))
    return found


def _missing(name: str, absent: list[str], header: list[str]) -> str:
    close = get_close_matches(absent[0].lower(), [column.lower() for column in header], n=1)
    near = next((column for column in header if close and column.lower() == close[0]), "THEIR_NAME")
    said = name if absent == [name] else f"{name} ({', '.join(absent)} in the settings)"
    return f"  {said}: map it under `columns` of this source, as {{{name}: {near}}}"


def _sent(
    table: ir.Table, names: list[str], column: Column, layout: Mapping[str, Any], ours: str
) -> ir.Value:
    if not names:
        return ibis.null("string")
    values = layout.get("values", {}).get(ours)
    if len(names) == 1 and not values and _fits(table[names[0]], column):
        return _number_or_missing(table[names[0]])
    texts = [as_text(table[each], layout["missing"]) for each in names]
    text = _listed(texts) if column.several else _joined(texts)
    text = _with_zeros(text, column.digits) if ours in layout.get("fill_zeros", ()) else text
    return _without_missing(text.cases(*values.items(), else_=text), layout["missing"]) if values else text


def _joined(texts: list[ir.StringValue]) -> ir.StringValue:
    """Return texts as one, null where one of them is."""
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + " / " + text
    return joined


def _with_zeros(text: ir.StringValue, digits: int) -> ir.StringValue:
    """Return a code of digits with the leading zeros that it lost."""
    return ibis.ifelse(text.re_search("^[0-9]+$") & (text.length() < digits), text.lpad(digits, "0"), text)


def _listed(texts: list[ir.StringValue]) -> ir.StringValue:
    """Return the texts that are there, separated by semicolons; null where none is."""
    if len(texts) == 1:
        return texts[0]
    listed: ir.StringValue = ibis.literal("")
    for text in texts:
        listed = listed + (";" + text).fill_null("")
    return listed.substr(1).nullif("")


def _number_or_missing(value: ir.Value) -> ir.Value:
    """Return null for nan, which data frames write where a value is missing.

    Compared as text: the engine answers isnan from Parquet's statistics, which leave nan out.
    """
    if not value.type().is_floating():
        return value
    return ibis.ifelse(value.cast("string") == "nan", ibis.null(value.type()), value)


def _fits(value: ir.Value, column: Column) -> bool:
    kind = value.type()
    fitting = {
        "date": kind.is_date(),
        "whole": kind.is_integer(),
        "number": kind.is_numeric(),
        "amount": kind.is_numeric(),
    }
    return fitting.get(column.type, False)


def as_text(value: ir.Value, missing: Iterable[str]) -> ir.StringValue:
    """Return a column as text: trimmed, whole numbers without decimals, null where missing."""
    kind = value.type()
    if kind.is_floating():
        text = ibis.ifelse(_is_whole(value), _as_whole(value).cast("string"), value.cast("string"))
        return _without_missing(text, [*missing, "nan"])
    if not kind.is_string():
        return _without_missing(value.cast("string"), missing)
    # Only the few texts that hold a space are trimmed: that takes longer than to look for one.
    return ibis.cases(
        (value.isin(list(missing)), ibis.null("string")),
        (value.contains(" "), _without_missing(without_spaces(value), missing)),
        else_=value,
    )


def _without_missing(text: ir.StringValue, missing: Iterable[str]) -> ir.StringValue:
    return ibis.ifelse(text.isin(list(missing)), ibis.null("string"), text)


def _included(opened: Opened) -> ir.BooleanValue:
    """Return which rows to read at all: those whose columns have one of the values asked for."""
    included: ir.BooleanValue = ibis.literal(True)
    for name, kept in opened.layout.get("include", {}).items():
        if name not in opened.header:
            raise ExtractError(
                f"{opened.path}: `include` names the column {name}, which the header does not have."
            )
        sent = as_text(opened.table[name], opened.layout["missing"])
        included = included & sent.isin(kept).fill_null(False)
    return included


def with_defaults(sent: ir.Table, contract: Contract) -> ir.Table:
    """Fill what the contract has a default for, and put codes into capitals without dots."""
    changed: dict[str, ir.Value] = {}
    for name, column in contract.columns.items():
        value = sent[name]
        if column.type == "code":
            value = value.upper().replace(".", "")
        if column.default is not None:
            value = value.fill_null(ibis.literal(column.default).cast(value.type()))
        if value is not sent[name]:
            changed[name] = value
    return sent.mutate(**changed)


def with_typed(sent: ir.Table, contract: Contract, date_formats: list[str]) -> ir.Table:
    """Add the values in the types of the contract, where they are not as sent: each is worked out once."""
    as_sent = {name: sent[name] for name in contract.columns}
    values = {name: typed(as_sent[name], column, date_formats) for name, column in contract.columns.items()}
    return sent.mutate(**{TYPED + name: of for name, of in values.items() if of is not as_sent[name]})


def typed_as_sent(table: ir.Table, columns: Iterable[str]) -> dict[str, ir.Value]:
    """Return those of `columns` that are typed ones and that a file lacks: it sent the values as such."""
    lacking = [name for name in columns if name not in table.columns]
    return {name: table[name.removeprefix(TYPED)] for name in lacking}


def values_of(table: ir.Table, contract: Contract) -> dict[str, ir.Value]:
    """Return the values in the types of the contract, null where they cannot be (see `with_typed`)."""
    return {name: table[TYPED + name if TYPED + name in table.columns else name] for name in contract.columns}


def typed(value: ir.Value, column: Column, date_formats: list[str]) -> ir.Value:
    """Return `value` in the type of its column, null where it cannot be."""
    if column.type == "date":
        day = as_day(value, date_formats)
        filled_in = column.default == OPEN_END and value.type().is_string()  # in no format of the file
        return ibis.ifelse(value == OPEN_END, ibis.date(OPEN_END), day) if filled_in else day
    if column.type == "whole":
        if value.type().is_integer():
            return value.cast("int64")
        number = value.try_cast("float64")
        return ibis.ifelse(_is_whole(number), _as_whole(number), ibis.null("int64"))
    if column.type == "number":
        return _finite(value.try_cast("float64") if value.type().is_string() else value.cast("float64"))
    if column.type == "amount":
        return _finite(amounts.as_amount(value))
    if column.type == "binary":
        words = {"0": 0.0, "1": 1.0, "false": 0.0, "true": 1.0}
        return value.cast("string").lower().cases(*words.items(), else_=ibis.null("float64"))
    return value


def _is_whole(number: ir.FloatingValue) -> ir.BooleanValue:
    return (number % 1 == 0) & (number.abs() < 1e15)


def _as_whole(number: ir.FloatingValue) -> ir.IntegerValue:
    """Return whole numbers as such, others as 0: the engine casts before it looks at the condition."""
    return ibis.ifelse(_is_whole(number), number, 0.0).cast("int64")


def _finite(number: ir.FloatingValue) -> ir.FloatingValue:
    return ibis.ifelse(number - number == 0, number, ibis.null("float64"))  # neither nan nor infinite


def rules(table: ir.Table, contract: Contract) -> Iterator[Rule]:
    """Yield what the rows of `table` (see `with_typed`) may not do, in the order of looking at it."""
    values = values_of(table, contract)
    for name, column in contract.columns.items():
        yield from _rules_of(name, column, table[name], values[name])
    for first, second in contract.in_order:
        check = IN_ORDER.get((first, second), "ends_before_start")
        yield Rule(check, second, f"before {first}", values[second] < values[first])
    yield from _repeats(table, contract)
    if {"person_id", "randomized_on", "arm"} <= contract.columns.keys():
        yield _two_arms_on_one_day(table, values["randomized_on"])


IN_ORDER = {
    ("birth_date", "randomized_on"): "birth_after_randomization",
    ("coverage_start", "coverage_end"): "coverage_ends_before_start",
    ("from_date", "through_date"): "through_before_from",
    ("admission_date", "discharge_date"): "discharge_before_admission",
    ("admission_date", "through_date"): "discharge_before_admission",
}


EARLIEST, LATEST = 1890, 2100
NO_DATE = "not a date"
LONGEST = 1000  # characters of what must be there: identifiers, codes
OPEN_END = "9999-12-31"
WORDS = {
    "whole": "not a whole number",
    "number": "not a number",
    "binary": "neither 0 nor 1",
    "date": NO_DATE,
}


def _rules_of(name: str, column: Column, sent: ir.Value, value: ir.Value) -> Iterator[Rule]:
    if column.required:
        yield Rule("value_missing", name, "missing", sent.isnull())
    if column.required and sent.type().is_string():
        swallowed = "a line break in the value (is a quote not closed?)"
        yield Rule("line_unreadable", name, swallowed, sent.contains("\n"))
        too_long = f"longer than {LONGEST:,} characters"
        yield Rule("value_malformed", name, too_long, sent.length() > LONGEST)
    if column.type == "number" or (
        column.type in ("date", "whole", "binary") and sent.type() != value.type()
    ):
        yield Rule("value_untyped", name, WORDS[column.type], sent.notnull() & value.isnull())
    if column.type == "amount":
        yield Rule("amount_unreadable", name, f"not {amounts.MEANING}", sent.notnull() & value.isnull())
    if column.type == "date":
        slip = f"a year before {EARLIEST} or after {LATEST}"
        yield Rule("date_implausible", name, slip, _implausible(value, column))
    if column.allowed:
        yield Rule(
            "value_unknown", name, f"not one of {', '.join(column.allowed)}", sent.notin(column.allowed)
        )
    if column.pattern:
        yield Rule("value_malformed", name, f"not {column.meaning}", ~sent.re_search(column.pattern))
    if column.above is not None:
        yield Rule("probability_outside", name, f"not above {column.above:g}", value <= column.above)
    if column.below is not None:
        yield Rule("probability_outside", name, f"not below {column.below:g}", value >= column.below)


def _implausible(value: ir.DateValue, column: Column) -> ir.BooleanValue:
    """Say whether a date is a slip of the pen: a year of two digits, of five, or "infinity"."""
    outside = (value < ibis.date(EARLIEST, 1, 1)) | (value > ibis.date(LATEST, 12, 31))
    return outside & (value != ibis.date(OPEN_END)) if column.default == OPEN_END else outside


def _repeats(table: ir.Table, contract: Contract) -> Iterator[Rule]:
    """A key may come once: of equal rows the first stays; where rows contradict each other, none does."""
    if not contract.key:
        return
    compared = {name: _compared(table, name) for name in contract.columns}
    key, everything = [compared[name] for name in contract.key], list(compared.values())
    read = table[STATUS] != NOT_INCLUDED
    same_key, same_row = _rows_like(read, key), _rows_like(read, everything)
    earlier = ibis.row_number().over(group_by=[*everything, read], order_by=[table[FILE], table[LINE]])
    last = contract.key[-1]
    if "arm" in contract.columns:
        two_arms = read & (same_key > _rows_like(read, [*key, compared["arm"]]))
        yield Rule("two_arms_for_one_enrollment", last, "repeats with another arm", two_arms)
    yield Rule(contract.when_repeated, last, "repeats with other values", read & (same_key > same_row))
    yield Rule("row_repeated", last, "repeats an earlier row", read & (earlier > 0))


def _compared(table: ir.Table, name: str) -> ir.Value:
    """Return what rows are held against each other by: files may write one day or number in several ways."""
    if TYPED + name not in table.columns:
        return table[name]
    return table[TYPED + name].cast("string").fill_null(table[name].cast("string"))


def _rows_like(read: ir.BooleanColumn, columns: list[ir.Value]) -> ir.IntegerValue:
    """Return the number of rows that are read and agree in `columns`."""
    return read.cast("int64").sum().over(group_by=[*columns, read])


def _two_arms_on_one_day(table: ir.Table, day: ir.DateValue) -> Rule:
    """Nobody can be drawn to two arms at once. Looked at after everything else that a row may break."""
    read = table[STATUS] != NOT_INCLUDED
    at_once = ibis.window(group_by=[table["person_id"], day, read])
    differ = table["arm"].min().over(at_once) < table["arm"].max().over(at_once)
    return Rule("two_arms_on_one_day", "randomized_on", "another arm on the same day", read & differ)


def checked(table: ir.Table, found: list[Rule], severities: Mapping[str, str]) -> ir.Table:
    """Set `__status` to the number, from 1, of the first rule that takes an included row out.

    Rules of which the settings make less (`warn`, `ignore`) take no row out: their columns `__doubt_NUMBER`
    say which of the rows kept break them.
    """
    branches, doubts = [], {}
    for number, rule in enumerate(found, 1):
        if severities[rule.check] in TAKEN_OUT:
            branches.append((rule.broken, number))
        else:
            doubts[doubt(number)] = rule.broken.fill_null(False)
    first = ibis.cases(*branches, else_=0).cast("int16") if branches else ibis.literal(0, "int16")
    status = ibis.ifelse(table[STATUS] == 0, first, table[STATUS]).cast("int16")
    return table.mutate(**{STATUS: status}, **doubts)


TAKEN_OUT = ("set_aside", "stop")


def doubt(number: int) -> str:
    """Return the column that tells which rows break a rule without being taken out for it."""
    return f"__doubt_{number}"
