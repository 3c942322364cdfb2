"""Which tables there are, and how each is written."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from armwise.report.blinded import said
from armwise.report.results import Results
from armwise.report.tables import stored
from armwise.report.tables.accounts import accounts
from armwise.report.tables.baseline import baseline
from armwise.report.tables.checks import checks
from armwise.report.tables.clusters import clusters
from armwise.report.tables.compliers import compliers
from armwise.report.tables.data_checks import data_checks
from armwise.report.tables.estimands import estimands
from armwise.report.tables.flow import flow
from armwise.report.tables.losses import losses
from armwise.report.tables.losses_by_group import losses_by_group
from armwise.report.tables.model import Table
from armwise.report.tables.monitored import arm_shares, data_by_arm, monthly_rates
from armwise.report.tables.monthly import monthly
from armwise.report.tables.other_models import other_models
from armwise.report.tables.outcomes import outcomes
from armwise.report.tables.reach import reach
from armwise.report.tables.render import write_csv, write_html
from armwise.report.tables.reweighted import reweighted
from armwise.report.tables.selected import selected
from armwise.report.tables.sensitivity import sensitivity
from armwise.report.tables.specifications import specification_choices, specifications
from armwise.report.tables.subgroups import subgroups
from armwise.report.tables.time_at_risk import time_at_risk
from armwise.report.tables.time_to_event import time_to_event
from armwise.report.tables.uptake import uptake
from armwise.report.trial import Trial

TABLES: dict[str, Callable[[Results, Trial], Table]] = {
    "flow": flow,
    "baseline": baseline,
    "time_at_risk": time_at_risk,
    "outcomes": outcomes,
    "sensitivity": sensitivity,
    "selected": selected,
    "specification_choices": specification_choices,
    "other_models": other_models,
    "time_to_event": time_to_event,
    "monthly": monthly,
    "reweighted": reweighted,
    "losses": losses,
    "specifications": specifications,
    "losses_by_group": losses_by_group,
    "clusters": clusters,
    "subgroups": subgroups,
    "uptake": uptake,
    "compliers": compliers,
    "reach": reach,
    "data_checks": data_checks,
    "accounts": accounts,
    "checks": checks,
    "arm_shares": arm_shares,
    "data_by_arm": data_by_arm,
    "monthly_rates": monthly_rates,
    "estimands": estimands,
}


def write_table(
    name: str,
    ard: str | Path,
    csv: str | Path,
    html: str | Path,
    settings: Mapping[str, Any],
    store: str | Path | None = None,
) -> None:
    """Write one table as CSV and as an HTML fragment, from the published dataset and the settings' blocks.

    `store`: where the finished strings lie for other renderings.
    """
    trial = Trial(**settings)
    table = said(TABLES[name](Results.read(ard), trial), trial)
    write_csv(table, csv)
    write_html(table, html)
    if store:
        stored.write(table, store)
