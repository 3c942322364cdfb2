"""Files that look like a source that another file is already: another layout of it, or something else."""

from collections.abc import Iterable
from typing import NamedTuple

from armwise.extracts.contracts import CONTRACTS
from armwise.new.shares import FEW
from armwise.new.sources import Found

# Sources whose rows can simply be put together: what happened, whichever file tells it.
JOINED = ("coverage", "utilization", "vaccinations", "contacts", "deaths")


class LeftOut(NamedTuple):
    """A file that looks like a source too, and why it is no part of it."""

    found: Found
    why: str


def parted(
    sources: dict[str, Found], further: Iterable[Found]
) -> tuple[dict[str, list[Found]], list[LeftOut]]:
    """Return by source the files that are further layouts of it, and the files that are left out."""
    also: dict[str, list[Found]] = {}
    left_out: list[LeftOut] = []
    for each in _once(further):
        before = [sources[each.source], *also.get(each.source, [])]
        if why := _why_not(each, before):
            left_out.append(LeftOut(each, why))
        else:
            also.setdefault(each.source, []).append(each)
    return also, left_out


def _once(further: Iterable[Found]) -> list[Found]:
    """Return each group of files once, as what most speaks for."""
    return list({each.group.key: each for each in sorted(further, key=lambda each: each.score)}.values())[
        ::-1
    ]


def _why_not(found: Found, before: list[Found]) -> str:
    """Say why a file is not taken as a further layout; nothing where it is."""
    source, columns = found.source, CONTRACTS[found.source].columns
    lacking = [name for name, column in columns.items() if column.needed and name not in found.columns]
    if source not in JOINED:
        return f"looks like {source} too; describe its layout under `also` of {source} if it is"
    if lacking:
        return f"looks like {source} too, without {', '.join(lacking)}"
    again = [each.group.name for each in before if _shares_claims(found, each)]
    return f"has claims of the numbers that {again[0]} has: the same ones again?" if again else ""


def _shares_claims(one: Found, other: Found) -> bool:
    claims = [each.profile("claim_id") for each in (one, other) if "claim_id" in each.columns]
    return len(claims) == 2 and len(set.intersection(*(set(of.counts) for of in claims if of))) > FEW
