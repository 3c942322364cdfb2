"""The same effects with other weights: those who stayed for the lost, and each person counted once."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.compute as pc

from armwise.estimates import ard
from armwise.estimates.ard import Result
from armwise.estimates.censoring import censoring_results
from armwise.estimates.core import Codes
from armwise.estimates.inputs import Inputs
from armwise.estimates.per_person import person_results


def estimate(read: Inputs, output: str | Path) -> None:
    """Write the effects that `analyses` ask for: `censoring_weights` (covariates, truncate), `per_person`."""
    ard.write(_results(read), output)


def _results(read: Inputs) -> Iterator[Result]:
    staying, person = read.analyses.get("censoring_weights"), persons(read)
    for outcome, settings in read.each():
        if staying is not None:
            names, truncate = staying["covariates"], staying["truncate"]
            yield from censoring_results(read.design, outcome, settings, read.precision, names, truncate)
        if read.analyses.get("per_person"):
            yield from person_results(read.design, person, outcome, settings, read.precision)


def persons(read: Inputs) -> Codes:
    """Return a code from 0 for the person of each enrollment, in the order of the design."""
    place = pc.index_in(read.design.ids, read.people["enrollment_id"].combine_chunks())
    person = read.people["person_id"].take(place).combine_chunks().dictionary_encode()
    return person.indices.to_numpy(zero_copy_only=False).astype("int64")
