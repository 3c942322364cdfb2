"""Continuity of care as Bice and Boxerman define it; the page of the definition has the cases."""

from itertools import permutations

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from tables import given

from armwise.outcomes.continuity import of_providers


def measured(engine, providers, measure):
    """Return the measure of one enrollment's visits, None where it is not defined."""
    lines = [f"E1 | {provider}" for provider in providers]
    table = given(engine, "\n".join(["enrollment_id | provider_id", *lines]))
    visits = table.mutate(provider_id=table.provider_id.cast("string"))
    found = engine.to_pyarrow(of_providers(visits, measure)).to_pylist()
    return found[0]["described"] if found else None


@settings(deadline=None, max_examples=25)
@drawn(st.lists(st.sampled_from(["N1", "N2", "N3", ""]), min_size=1, max_size=8))
def test_the_index_is_the_share_of_pairs_of_visits_to_one_provider(engine, providers):
    known = [provider for provider in providers if provider]
    pairs = list(permutations(known, 2))
    same = sum(first == second for first, second in pairs)

    assert measured(engine, providers, "continuity") == (
        pytest.approx(same / len(pairs)) if len(known) > 1 else None
    )
    assert measured(engine, providers, "providers") == (len(set(known)) or None)
