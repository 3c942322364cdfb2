"""Avoidable ED visits: AHRQ's Prevention Quality Indicators in Emergency Department Settings, version 2024.

`first` is the principal diagnosis of a visit, `second` any other, as in AHRQ's software of July 2024. Visits
without a principal diagnosis, or of someone whose age or sex is missing, never count; nor does a visit that
ended in admission (AHRQ leaves those out of 03 alone).

01 dental conditions, from 5 years; not with trauma to the face.
02 chronic conditions, from 40: heart failure, COPD, asthma, acute complications of diabetes, kidney disease,
   or a lower respiratory infection with COPD or asthma second.
03 acute conditions, over 3 months to 64: cellulitis (not with diabetes second), upper respiratory infection,
   influenza, and in women of 18 to 34 cystitis (not with a malformation of the urinary tract second); not
   with a compromised immune system.
04 asthma, 5 to 39, or bronchitis with asthma second; not with cystic fibrosis, anomalies of the airways or
   pneumonia.
05 back pain, from 18: the second such visit of a person in a calendar year; not with trauma, cancer, urinary
   infection, fever, compression of the cord, gallstones or kidney stones.

Not done: AHRQ counts residents of a county alone.
"""

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from armwise.events.pqi import completed_months
from armwise.events.sets import EVENT, Belongings, belongings
from armwise.extracts.engine import hold

FILE = "pqe.csv"
ATTRIBUTES = ("pqe_01", "pqe_02", "pqe_03", "pqe_04", "pqe_05")
CHRONIC = ("HeartFailure", "COPD", "Asthma", "DMSTCX", "CKD")
ACUTE = ("Cellulitis", "UpperRespInfection", "Influenza")
NOT_BACK_PAIN = (
    "TraumaF",
    "BPExcludeCancer",
    "BPExcludeUTI",
    "BPExcludeFever",
    "BPExcludeCES",
    "BPEXCLUDEGALLSTONE",
    "BPEXCLUDEKIDNEYSTONE",
)
OLDEST = 200  # years


def _chronic(of: Belongings) -> ir.BooleanValue:
    infected = of.principal("LowerRespInfection") & of.second("COPD", "Asthma")
    return of.principal(*CHRONIC) | infected


def _acute(of: Belongings) -> ir.BooleanValue:
    diabetic = of.principal("Cellulitis") & of.second("Diabetes")
    return of.principal(*ACUTE) & ~diabetic & ~of.any_diagnosis("Immunocompromised")


def _cystitis(of: Belongings) -> ir.BooleanValue:
    malformed = of.principal("QE03EXC_UTI") & of.second("QE03EXC_UTM")
    return of.principal("UTI_NONCX") & ~malformed & ~of.any_diagnosis("Immunocompromised")


def _asthma(of: Belongings) -> ir.BooleanValue:
    wheezing = of.principal("QE4Bronchitis") & of.second("Asthma")
    excluded = of.any_diagnosis("CysticFibrosis", "RespiratoryAnomalies", "QE4EXC_PNEUMONIA")
    return (of.principal("Asthma") | wheezing) & ~excluded


BY_CODES = {
    "dental": lambda of: of.principal("DentalVisit") & ~of.any_diagnosis("TraumaToFace"),
    "chronic": _chronic,
    "acute": _acute,
    "cystitis": _cystitis,
    "asthma": _asthma,
    "back_pain": lambda of: of.principal("BACKPAIN") & ~of.any_diagnosis(*NOT_BACK_PAIN),
}


def with_pqe(engine: Backend, visits: ir.Table) -> ir.Table:
    """Add `pqe_01` to `pqe_05`, null for someone whose birth date is not known, and `avoidable_pqe`, any.

    `visits` has person_id, event_id, started_on, admitted, birth_date, sex, principal_diagnosis and
    other_diagnoses (separated by semicolons).
    """
    belong = belongings(engine, visits, FILE, only_if_principal=True)
    of_visit = belong.table.group_by(EVENT)
    coded = hold(
        engine, of_visit.agg(**{name: counts(belong) for name, counts in BY_CODES.items()}), "pqe_by_codes"
    )
    joined = visits.left_join(coded, EVENT).select(*visits.columns, *BY_CODES)
    of = joined.mutate(**{name: joined[name].fill_null(False) for name in BY_CODES})
    of = _with_age(of)
    made = of.mutate(
        pqe_01=of.dental & _from_to(of, 5),
        pqe_02=of.chronic & _from_to(of, 40),
        pqe_03=(of.acute & (of.months > 3) & _from_to(of, 0, 65))
        | (of.cystitis & of.female & _from_to(of, 18, 35)),
        pqe_04=of.asthma & _from_to(of, 5, 40),
        pqe_05=second_in_year(of, of.back_pain & of.known & _from_to(of, 18)),
    )
    judged = {name: _judged(made, made[name]) for name in ATTRIBUTES}
    kept = made.mutate(**judged).drop(*BY_CODES, "months", "female", "known")
    return kept.mutate(avoidable_pqe=kept.pqe_01 | kept.pqe_02 | kept.pqe_03 | kept.pqe_04 | kept.pqe_05)


def _with_age(visits: ir.Table) -> ir.Table:
    return visits.mutate(
        months=completed_months(visits.birth_date, visits.started_on),
        female=visits.sex.lower().startswith("f").fill_null(False),
        known=visits.sex.notnull() & visits.birth_date.notnull(),
    )


def _from_to(of: ir.Table, youngest: int, end: int = OLDEST) -> ir.BooleanValue:
    """Tell who is at least `youngest` and not yet `end` years old."""
    return (of.months >= youngest * 12) & (of.months < end * 12)


def _judged(of: ir.Table, counts: ir.BooleanValue) -> ir.BooleanValue:
    decided = counts.fill_null(False) & of.known & ~of.admitted
    return ibis.ifelse(of.birth_date.isnull(), ibis.null("boolean"), decided)


def second_in_year(visits: ir.Table, counts: ir.BooleanValue) -> ir.BooleanValue:
    """Tell which visits are the second of those that count, of one person in one calendar year."""
    of = counts.fill_null(False)
    so_far = ibis.window(
        group_by=[visits.person_id, visits.started_on.year()],
        order_by=[visits.started_on, visits.event_id],
        preceding=None,
        following=0,
    )
    return of & (of.cast("int64").sum().over(so_far) == 2)
