"""How plans write amounts of money, and that one that cannot be read takes no claim line out."""

import pytest

from armwise.extracts.catalogue import DEFAULTS
from armwise.extracts.ingest import Checking
from armwise.extracts.made import read_made

HEADER = "claim_id|person_id|from_date|through_date|paid_amount"


def sends(plan, *amounts):
    rows = [f"C{n}|P1|2018-01-01|2018-01-01|{amount}" for n, amount in enumerate(amounts)]
    return plan.sends("\n".join([HEADER, *rows]))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1200", 1200.0),
        ("-20.00", -20.0),
        ("+20.5", 20.5),
        (".50", 0.5),
        ("1.2e3", 1200.0),
        ("$1,200.00", 1200.0),
        ("1,234,567.89", 1234567.89),
        ("(20.00)", -20.0),
        ("($1,200.00)", -1200.0),
        ("-$20.00", -20.0),
        ("$-20.00", -20.0),
        ("20.00-", -20.0),
        ("$ 20", 20.0),
        ("", None),
    ],
)
def test_an_amount_is_read_as_it_is_meant(plan, written, meant):
    plan.read("utilization", sends(plan, written), delimiter="|")
    assert [row["paid_amount"] for row in plan.kept] == [meant]


@pytest.mark.parametrize(
    "written",
    ["1.200,00", "1200,00", "12,00.00", "(20.00", "--20", "(-20.00)", "n/a", "$", "-", "20 30", "inf"],
)
def test_an_amount_that_cannot_be_read_is_empty_and_its_line_is_kept_and_counted(plan, written):
    plan.read("utilization", sends(plan, written, "5.00"), delimiter="|")
    assert [row["paid_amount"] for row in plan.kept] == [None, 5.0]
    broken = [
        (made.check, made.severity, made.rows) for _, made in read_made(plan.outputs.checks) if made.rows
    ]
    assert broken == [("amount_unreadable", "warn", 1)]


def test_the_settings_can_set_such_a_line_aside(plan):
    checking = Checking(DEFAULTS | {"amount_unreadable": "set_aside"})
    plan.read("utilization", sends(plan, "1.200,00"), delimiter="|", checking=checking)
    reason = "not an amount such as 1200, $1,200.00, -20.00, 20.00- or (20.00)"
    assert plan.aside == [(2, "paid_amount", "1.200,00", reason)]
