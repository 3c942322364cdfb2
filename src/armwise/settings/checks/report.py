"""Rules for the block `report`."""

from collections.abc import Iterator

from armwise.settings.checks.rule import Broken
from armwise.settings.validate import Understood


def public_data_are_cited(result: Understood) -> Iterator[Broken]:
    """Small cells are shown only where the data themselves are published, and the report says where."""
    report = result.settings.report
    if report.data_are_public and not report.data_citation:
        wrong = "public data are cited, and `data_citation` is missing"
        yield Broken(
            ("report", "data_are_public"), wrong, "add data_citation: with the publication of the data"
        )


RULES = (public_data_are_cited,)
