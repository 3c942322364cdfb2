"""Write what is looked at by arm and over time: rates by month, and shares that should not differ by arm."""

from collections.abc import Mapping, Sequence
from datetime import date

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.extracts.engine import rows_of
from armwise.extracts.made import write_csv
from armwise.outcomes.monitored import monthly, shares


def write_rates(
    engine: Backend,
    cohort: ir.Table,
    covered: ir.Table,
    events: Mapping[str, ir.Table],
    lines: ir.Table,
    through: str | None,
    outputs: tuple[str, str],
) -> None:
    """Write the rates by month (see `monthly.monthly`), and how many events began without coverage.

    `through`: the last day that the claims hold whole, as YYYY-MM-DD.
    """
    rates_to, uncovered_to = outputs
    until = date.fromisoformat(through) if through else None
    found = monthly.monthly(engine, cohort, covered, events, lines, until)
    rows = rows_of(engine, found.order_by(["event", *monthly.BY]))
    write_csv(rates_to, monthly.COLUMNS, [[row[name] for name in monthly.COLUMNS] for row in rows])
    outside = [[name, monthly.without_coverage(engine, table, covered)] for name, table in events.items()]
    write_csv(uncovered_to, ("event", "events"), outside)


def write_shares(
    engine: Backend,
    cohort: ir.Table,
    sources: Mapping[str, ir.Table],
    events: Mapping[str, ir.Table],
    columns: Mapping[str, Sequence[str]],
    output: str,
) -> None:
    """Write who is found in each source, which rows have a value in `columns`, which events a diagnosis."""
    found = shares.of_sources(engine, cohort, sources, columns)
    write_csv(output, shares.COLUMNS, [*found, *shares.of_events(engine, cohort, events)])


def write_delays(engine: Backend, cohort: ir.Table, lines: Sequence[ir.Table], output: str) -> None:
    """Write how many days passed from the last day of service to adjudication, where there are claims."""
    delays = [shares.delays(cohort, each).order_by(["arm", "days"]) for each in lines]
    told = [list(row.values()) for table in delays for row in rows_of(engine, table)]
    write_csv(output, ("arm", "days", "lines"), told)
