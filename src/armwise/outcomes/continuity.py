"""How continuous care was: visits of an enrollment spread over few providers, or over many."""

import ibis.expr.types as ir
from ibis import _

PROVIDER = "provider_id"
LEAST = {"continuity": 2, "providers": 1}  # visits below which a measure is not defined


def of_providers(visits: ir.Table, measure: str) -> ir.Table:
    """Return enrollment_id and `described`: a measure of the providers of an enrollment's visits.

    `visits` has a row per visit in the days that count: enrollment_id and provider_id; visits to nobody knows
    whom count nowhere. `providers` is the number of different ones. `continuity` is the index of Bice and
    Boxerman (Med Care 1977;15:347): with N visits, n_j of them to provider j, (sum of n_j squared - N) over
    N (N - 1): 1 when all were to one provider, 0 when each was to another. It is not defined below two
    visits, so that whoever made fewer is left out: compare nobody by it as randomized.
    """
    known = visits.filter(visits[PROVIDER].notnull())
    each = known.group_by(["enrollment_id", PROVIDER]).agg(visits=_.count())
    total = each.group_by("enrollment_id").agg(
        providers=_.count(), visits=_.visits.sum(), squares=(each.visits * each.visits).sum()
    )
    enough = total.filter(total.visits >= LEAST[measure])
    if measure == "providers":
        return enough.select("enrollment_id", described=enough.providers.cast("float64"))
    index = (enough.squares - enough.visits) / (enough.visits * (enough.visits - 1))
    return enough.select("enrollment_id", described=index.cast("float64"))
