"""The cohort of a trial that arrives as one row per participant."""

import ibis
import ibis.expr.types as ir

from armwise.cohort.clusters import cluster_of
from armwise.cohort.weights import weight

ONE_STRATUM = "all"
COUNTED = "__person"  # no column of a file is called so


def each_participant(participants: ir.Table) -> ir.Table:
    """Return one row for each participant: a row that stands for several `people` comes as often.

    Their participant_id then counts them: "3-1", "3-2" and so on.
    """
    rows = participants.mutate(**{COUNTED: ibis.range(1, participants.people.fill_null(1) + 1).unnest()})
    numbered = rows.participant_id + "-" + rows[COUNTED].cast("string")
    identified = ibis.ifelse(rows.people.isnull(), rows.participant_id, numbered)
    return rows.mutate(participant_id=identified).drop(COUNTED)


def participants_cohort(participants: ir.Table, baseline: list[str], uptake: str | None = None) -> ir.Table:
    """Return one row per participant: enrollment_id and person_id are the participant's, dates are unknown.

    `baseline` names the characteristics to carry, `uptake` the 0/1 column of taking up the offer. Without a
    stratum everybody is in one; without a cluster each participant is one.
    """
    of = each_participant(participants)
    return of.select(
        enrollment_id=of.participant_id,
        person_id=of.participant_id,
        arm=of.arm,
        stratum=of.stratum.fill_null(ONE_STRATUM),
        assignment_probability=of.assignment_probability,
        weight=weight(of.assignment_probability),
        cluster=cluster_of(of.cluster, of.participant_id),
        randomized_on=ibis.null("date"),
        covered_until=ibis.null("date"),
        covered_from_start=ibis.null("boolean"),
        died_on=ibis.null("date"),
        treated_later_on=ibis.null("date"),
        **{name: of[name] for name in baseline},
        uptake=(of[uptake] == 1) if uptake else ibis.null("boolean"),
    )
