"""Member-months: how much of each calendar month was observed, by arm or whatever else is asked."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from armwise.extracts.engine import days_after, days_between


def member_months(spans: ir.Table, by: Sequence[str] = ("arm",)) -> ir.Table:
    """Return, for each group and calendar month, the observed days and the member-months.

    `spans` are stretches of observation [starts_on, stops_on) with the columns `by`, any number of them per
    member, without overlaps. Columns: `by`, month (its first day), days, member_months (days / days of the
    month: a member who was there for half of June is half a member-month). An empty span is in no month.
    """
    seen = spans.filter(spans.starts_on < spans.stops_on)
    numbers = ibis.range(_number(seen.starts_on), _number(days_after(seen.stops_on, -1)) + 1)
    each = seen.select(*by, "starts_on", "stops_on", number=numbers.unnest())
    each = each.mutate(month=_first_day(each.number), after=_first_day(each.number + 1))
    start, stop = ibis.greatest(each.starts_on, each.month), ibis.least(each.stops_on, each.after)
    parts = each.select(*by, "month", "after", days=days_between(start, stop))
    days = parts.group_by([*by, "month", "after"]).agg(days=parts.days.sum().cast("int64"))
    shares = days.days / days_between(days.month, days.after)
    return days.mutate(member_months=shares).select(*by, "month", "days", "member_months")


def _number(day: ir.DateValue) -> ir.IntegerValue:
    """Return the months from the year 0 to the month of a day."""
    return day.year().cast("int64") * 12 + day.month().cast("int64") - 1


def _first_day(number: ir.IntegerValue) -> ir.DateValue:
    """Return the first day of a month that is given by its number."""
    return ibis.date((number // 12).cast("int32"), (number % 12 + 1).cast("int32"), ibis.literal(1, "int32"))
