"""Events that the settings declare: which rows of a source make one, and what is kept of it."""

from collections.abc import Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events.account import Account, counted
from armwise.events.claims import LINE, lines_in_force
from armwise.events.islands import numbered
from armwise.extracts.engine import count_of, hold

NAMED_BY = {"utilization": "claim_id"}  # {source: the column that names what makes an event}
SEVERAL = ("other_diagnoses",)  # columns that hold several codes, separated by semicolons
Settings = Mapping[str, Any]


class Made(NamedTuple):
    """Events, and how many rows each step took in or left out."""

    events: ir.Table
    account: Account


def declared(engine: Backend, name: str, records: ir.Table, enrollment: ir.Table, settings: Settings) -> Made:
    """Return the events `name`, with the attributes that the settings keep, of people who were randomized.

    `records` is the typed extract. `settings`: source; where and unless (lists of blocks {column: values}, of
    which a row must fit one, and none); one_per (record, person_day or span); starts_on and ends_on (columns,
    the latter may be None); attributes {name: column}. Of `utilization` the lines in force make events. A day
    of an end is kept as it was sent: [started_on, ended_on) of a stay of some nights.
    """
    ours = records.semi_join(enrollment, "person_id")
    chosen = hold(engine, ours.filter(fitting(ours, settings)).select(read_of(records, settings)), "chosen")
    in_force = chosen
    if settings["source"] == "utilization":
        in_force = hold(engine, lines_in_force(engine, records, chosen), "chosen_in_force")
    rows = as_records(in_force, settings)
    dated = rows.filter(rows.starts_on.notnull())
    events = hold(engine, as_events(once(dated, settings), name, settings), "declared")
    source = settings["source"]
    steps = {
        f"rows that make {name}": chosen,
        "of these claim lines that are not in force, left out": chosen.anti_join(in_force, ["received"])
        if source == "utilization"
        else None,
        f"of these without a day in {settings['starts_on']}, left out": rows.filter(rows.starts_on.isnull()),
        f"events {name}": events,
    }
    made = counted(engine, {what: table for what, table in steps.items() if table is not None})
    return Made(events, _account_of_source(engine, source, records, ours) + made)


def _account_of_source(engine: Backend, source: str, records: ir.Table, ours: ir.Table) -> Account:
    """Count rows and strangers: by those who were randomized, as to look for the others takes longer."""
    rows, kept = count_of(engine, records), count_of(engine, ours)
    strangers = f"rows of {source} of people who were never randomized, not kept"
    return [(f"rows of {source}", rows), (strangers, rows - kept)]


def read_of(records: ir.Table, settings: Settings) -> list[str]:
    """Return the columns that an event is made of, once its rows are chosen: each column costs time."""
    wanted = {"person_id", settings["starts_on"], settings["ends_on"], *settings["attributes"].values()}
    wanted |= {NAMED_BY.get(settings["source"], "record_id")}
    wanted |= set(LINE) if settings["source"] == "utilization" else set()
    return [column for column in records.columns if column in wanted]


def fitting(rows: ir.Table, settings: Settings) -> ir.BooleanValue:
    """Tell which rows fit `where` and do not fit `unless`."""
    wanted = _any_block(rows, settings["where"]) if settings["where"] else ibis.literal(True)
    return wanted & ~_any_block(rows, settings["unless"]) if settings["unless"] else wanted


def _any_block(rows: ir.Table, blocks: list[dict[str, list[str]]]) -> ir.BooleanValue:
    """Tell which rows fit one of the blocks, in all its columns."""
    every = (
        reduce(and_, (_one_of(rows[name], name, values) for name, values in block.items()))
        for block in blocks
    )
    return reduce(or_, every)


def _one_of(value: ir.Value, name: str, wanted: list[str]) -> ir.BooleanValue:
    """Tell whether a column has one of some values; `045*` is any that begins with 045."""
    text = value if value.type().is_string() else value.cast("string")
    return reduce(or_, (_is(text, name in SEVERAL, each) for each in wanted)).fill_null(False)


def _is(text: ir.StringValue, several: bool, wanted: str) -> ir.BooleanValue:
    if several:  # "; " before each code, and a semicolon behind, so that a code can be told from a longer one
        text = ibis.literal("; ") + text.re_replace(" *; *", "; ") + ibis.literal("; ")
        return text.contains(f"; {wanted[:-1]}" if wanted.endswith("*") else f"; {wanted}; ")
    return text.startswith(wanted[:-1]) if wanted.endswith("*") else text == wanted


def as_records(rows: ir.Table, settings: Settings) -> ir.Table:
    """Return person_id, record, starts_on, ends_on and the attributes of the rows that were chosen."""
    named = NAMED_BY.get(settings["source"], "record_id")
    ends_on = rows[settings["ends_on"]] if settings["ends_on"] else ibis.null("date")
    return rows.select(
        person_id=rows.person_id,
        record=rows[named] if named in rows.columns else ibis.null("string"),
        starts_on=rows[settings["starts_on"]],
        ends_on=ends_on,
        **{name: rows[column] for name, column in settings["attributes"].items()},
    )


def once(rows: ir.Table, settings: Settings) -> ir.Table:
    """Return one row for what counts once, as `one_per` says: the first of those that are one.

    It ends when the last of them ends.
    """
    attributes = list(settings["attributes"])
    order = ["starts_on", "ends_on", *attributes, "record"]
    if settings["one_per"] == "person_day":
        return _first(rows, [rows.person_id, rows.starts_on], order)
    if settings["one_per"] == "span":
        reach = rows.mutate(reach=rows.ends_on.fill_null(rows.starts_on))
        spans = numbered(reach, ["person_id"], "starts_on", "reach", order[1:])
        return _first(spans, [spans.person_id, spans.island], order)
    unnamed = [
        ibis.ifelse(rows.record.isnull(), rows[column], ibis.null(rows[column].type()))
        for column in order[:-1]
    ]
    return _first(rows, [rows.person_id, rows.record, *unnamed], order)


def _first(rows: ir.Table, by: list[ir.Value], order: list[str]) -> ir.Table:
    placed = rows.mutate(
        place=ibis.row_number().over(group_by=by, order_by=[rows[column] for column in order]),
        last=rows.ends_on.max().over(group_by=by),
    )
    return placed.filter(placed.place == 0).mutate(ends_on=placed["last"])


def as_events(rows: ir.Table, name: str, settings: Settings) -> ir.Table:
    """Return rows as events, numbered within each person in the order in which they happened."""
    attributes = list(settings["attributes"])
    order = [rows[column] for column in ("starts_on", "ends_on", *attributes, "record")]
    number = ibis.row_number().over(group_by=rows.person_id, order_by=order)
    return rows.select(
        person_id=rows.person_id,
        event=ibis.literal(name),
        event_id=(number + 1).cast("string"),
        started_on=rows.starts_on,
        ended_on=rows.ends_on,
        source=ibis.literal(settings["source"]),
        **{attribute: rows[attribute] for attribute in attributes},
    )
