"""Check every row of an extract against its contract in one scan: keep it, or set it aside with a reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import ibis
import ibis.expr.types as ir

from armwise.extracts.contracts import Column, Contract
from armwise.extracts.dates import as_day, said
from armwise.extracts.errors import ExtractError
from armwise.extracts.opened import LINE, Opened

STATUS = "__status"  # 0 kept, NOT_INCLUDED, or the number of the rule that the row breaks first
FILE = "__file"
NOT_INCLUDED = -1


@ibis.udf.scalar.builtin(name="trim", signature=(("string",), "string"))
def without_spaces(text):  # type: ignore[no-untyped-def]
    """DuckDB's own trim of spaces: five times as fast as one that names other white space too."""


@dataclass(frozen=True)
class Rule:
    """Something that a row may not do: `broken` is true where it does."""

    column: str
    reason: str
    broken: ir.BooleanValue


def as_sent(opened: Opened, contract: Contract, settings: dict[str, Any], number: int) -> ir.Table:
    """Return the columns of the contract as the file has them: text, trimmed, mapped, null where missing.

    A column that is already stored as a date or number keeps its type if nothing has to be mapped. Columns
    that the file lacks are null. Beside them: `__file` (its `number`), `__line`, and `__status` 0 or -1.
    """
    named = theirs(opened, contract, settings)
    sent = {
        name: _sent(opened.table, named.get(name, []), column, settings, name)
        for name, column in contract.columns.items()
    }
    included = _included(opened, contract, settings)
    if "participant_id" in sent and "participant_id" not in named:
        sent["participant_id"] = opened.table[LINE].cast("string")
    status = ibis.ifelse(included, 0, NOT_INCLUDED).cast("int16")
    return opened.table.select(
        **sent, **{FILE: ibis.literal(number, "int32"), LINE: opened.table[LINE], STATUS: status}
    )


def theirs(opened: Opened, contract: Contract, settings: dict[str, Any]) -> dict[str, list[str]]:
    """Return the file's columns behind each column of the contract; several are to be joined.

    Raises ExtractError, naming all columns that are missing at once.
    """
    mapped, found, missing = settings.get("columns", {}), {}, []
    for name, column in contract.columns.items():
        wanted = mapped.get(name) or column.theirs or name
        wanted = [wanted] if isinstance(wanted, str) else list(wanted)
        absent = [one for one in wanted if one not in opened.header]
        if not absent:
            found[name] = wanted
        elif name in mapped or column.needed:
            missing.append(_missing(name, absent, opened.header))
    if missing:
        raise ExtractError(f"{opened.path}: columns are missing from the header:\n" + "\n".join(missing))
    return found


def _missing(name: str, absent: list[str], header: list[str]) -> str:
    close = get_close_matches(absent[0].lower(), [column.lower() for column in header], n=1)
    near = next((column for column in header if close and column.lower() == close[0]), "THEIR_NAME")
    said = name if absent == [name] else f"{name} ({', '.join(absent)} in the settings)"
    return f"  {said}: map it under `columns` of this source, as {{{name}: {near}}}"


def _sent(table: ir.Table, names: list[str], column: Column, settings: dict[str, Any], ours: str) -> ir.Value:
    if not names:
        return ibis.null("string")
    values = settings.get("values", {}).get(ours)
    if len(names) == 1 and not values and _fits(table[names[0]], column):
        return _number_or_missing(table[names[0]])
    texts = [as_text(table[each], settings["missing"]) for each in names]
    text = _listed(texts) if column.several else _joined(texts)
    return _without_missing(text.cases(*values.items(), else_=text), settings["missing"]) if values else text


def _joined(texts: list[ir.StringValue]) -> ir.StringValue:
    """Return texts as one, null where one of them is."""
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + " / " + text
    return joined


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
    fitting = {"date": kind.is_date(), "whole": kind.is_integer(), "number": kind.is_numeric()}
    return fitting.get(column.type, False)


def as_text(value: ir.Value, missing: Iterable[str]) -> ir.StringValue:
    """Return a column as text: trimmed, whole numbers without decimals, null where missing."""
    kind = value.type()
    if kind.is_floating():
        text = ibis.ifelse(_is_whole(value), _as_whole(value).cast("string"), value.cast("string"))
        return _without_missing(text, [*missing, "nan"])
    text = without_spaces(value) if kind.is_string() else value.cast("string")
    return _without_missing(text, missing)


def _without_missing(text: ir.StringValue, missing: Iterable[str]) -> ir.StringValue:
    return ibis.ifelse(text.isin(list(missing)), ibis.null("string"), text)


def _included(opened: Opened, contract: Contract, settings: dict[str, Any]) -> ir.BooleanValue:
    """Return which rows to read at all: those whose columns have one of the values asked for."""
    included: ir.BooleanValue = ibis.literal(True)
    for name, kept in settings.get("include", {}).items():
        if name not in opened.header:
            raise ExtractError(
                f"{opened.path}: `include` names the column {name}, which the header does not have."
            )
        included = included & as_text(opened.table[name], settings["missing"]).isin(kept).fill_null(False)
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


def typed(value: ir.Value, column: Column, date_formats: list[str]) -> ir.Value:
    """Return `value` in the type of its column, null where it cannot be."""
    if column.type == "date":
        return as_day(value, date_formats)
    if column.type == "whole":
        if value.type().is_integer():
            return value.cast("int64")
        number = value.try_cast("float64")
        return ibis.ifelse(_is_whole(number), _as_whole(number), ibis.null("int64"))
    if column.type == "number":
        return _finite(value.try_cast("float64") if value.type().is_string() else value.cast("float64"))
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


def rules(table: ir.Table, contract: Contract, date_formats: list[str]) -> Iterator[Rule]:
    """Yield what the rows of `table` (as sent) may not do, in the order in which it is looked at."""
    values = {name: typed(table[name], column, date_formats) for name, column in contract.columns.items()}
    for name, column in contract.columns.items():
        yield from _rules_of(name, column, table[name], values[name], date_formats)
    for first, second in contract.in_order:
        yield Rule(second, f"before {first}", values[second] < values[first])
    yield from _repeats(table, contract)


EARLIEST, LATEST = 1890, 2100
LONGEST = 1000  # characters of what must be there: identifiers, codes
OPEN_END = "9999-12-31"
WORDS = {"whole": "not a whole number", "number": "not a number", "binary": "neither 0 nor 1"}


def _rules_of(
    name: str, column: Column, sent: ir.Value, value: ir.Value, date_formats: list[str]
) -> Iterator[Rule]:
    if column.required:
        yield Rule(name, "missing", sent.isnull())
    if column.required and sent.type().is_string():
        yield Rule(name, "a line break in the value (is a quote not closed?)", sent.contains("\n"))
        yield Rule(name, f"longer than {LONGEST:,} characters", sent.length() > LONGEST)
    if column.type == "number" or (
        column.type in ("date", "whole", "binary") and sent.type() != value.type()
    ):
        wrong = WORDS.get(column.type, f"not a date written as {said(date_formats)}")
        yield Rule(name, wrong, sent.notnull() & value.isnull())
    if column.type == "date":
        yield Rule(name, f"a year before {EARLIEST} or after {LATEST}", _implausible(value, column))
    if column.allowed:
        yield Rule(name, f"not one of {', '.join(column.allowed)}", sent.notin(column.allowed))
    if column.pattern:
        yield Rule(name, f"not {column.meaning}", ~sent.re_search(column.pattern))
    if column.above is not None:
        yield Rule(name, f"not above {column.above:g}", value <= column.above)
    if column.up_to is not None:
        yield Rule(name, f"above {column.up_to:g}", value > column.up_to)


def _implausible(value: ir.DateValue, column: Column) -> ir.BooleanValue:
    """Say whether a date is a slip of the pen: a year of two digits, of five, or "infinity"."""
    outside = (value < ibis.date(EARLIEST, 1, 1)) | (value > ibis.date(LATEST, 12, 31))
    return outside & (value != ibis.date(OPEN_END)) if column.default == OPEN_END else outside


def _repeats(table: ir.Table, contract: Contract) -> Iterator[Rule]:
    """A key may come once: of equal rows the first stays; where rows contradict each other, none does."""
    if not contract.key:
        return
    key = [table[name] for name in contract.key]
    everything = [table[name] for name in contract.columns]
    read = table[STATUS] != NOT_INCLUDED
    same_key = read.cast("int64").sum().over(group_by=[*key, read])
    same_row = read.cast("int64").sum().over(group_by=[*everything, read])
    earlier = ibis.row_number().over(group_by=[*everything, read], order_by=[table[FILE], table[LINE]])
    yield Rule(contract.key[0], "repeats with other values", read & (same_key > same_row))
    yield Rule(contract.key[0], "repeats an earlier row", read & (earlier > 0))


def checked(table: ir.Table, found: list[Rule]) -> ir.Table:
    """Set `__status` to the number, from 1, of the first rule that an included row breaks."""
    branches = [(rule.broken.fill_null(False), number) for number, rule in enumerate(found, 1)]
    first = ibis.cases(*branches, else_=0).cast("int16")
    return table.mutate(**{STATUS: ibis.ifelse(table[STATUS] == 0, first, table[STATUS]).cast("int16")})
