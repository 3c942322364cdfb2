"""Join intervals that overlap or touch into islands."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir


def numbered(table: ir.Table, by: Sequence[str], start: str, reach: str, then: list[str]) -> ir.Table:
    """Add `island`, counted from 0 within the columns `by`: rows that are joined share it.

    A row opens a new island when its `start` lies after the furthest `reach` of all rows before it, in the
    order of `start`, `reach` and `then` (which must make the order total). The furthest reach of all, not
    that of the row before: a short interval inside a long one must not cut it.
    """
    by = list(by)
    order = [table[column] for column in (start, reach, *then)]
    before = ibis.window(group_by=by, order_by=order, preceding=(None, 1))
    opened = table.mutate(_furthest=table[reach].max().over(before))
    opens = opened._furthest.isnull() | (opened[start] > opened._furthest)
    marked = opened.mutate(_opens=opens.cast("int64"))
    so_far = ibis.window(
        group_by=by,
        order_by=[marked[column] for column in (start, reach, *then)],
        preceding=None,
        following=0,
    )
    return marked.mutate(island=marked._opens.sum().over(so_far) - 1).drop("_furthest", "_opens")
