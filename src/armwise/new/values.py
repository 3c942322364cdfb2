"""What the plan's values mean in the contract's words: paid, denied, reversed; attempts; open ends."""

from collections.abc import Callable

from armwise.new.dates import open_ends
from armwise.new.profile import Profile
from armwise.new.shares import FEW
from armwise.new.sources import Found

PAID = {
    "paid",
    "p",
    "pd",
    "pay",
    "approved",
    "accepted",
    "payable",
    "a",
    "finalized",
    "finalised",
    "complete",
}
DENIED = {"denied", "d", "deny", "dn", "den", "rejected", "rej", "not paid", "nonpaid", "denial"}
REVERSED = {"reversed", "reversal", "rev", "rvsl", "void", "voided", "v", "cancelled", "canceled", "backout"}
ATTEMPTS = {"attempt", "attempted", "unreached", "voicemail", "message", "unable", "unsuccessful", "answer"}
UNKNOWN = ""  # a value that has to be translated, and nobody can say how


def translated(found: Found) -> dict[str, dict[str, str]]:
    """Return by column of the contract how its values read in the contract's words."""
    of_column = {
        "coverage_end": open_ends(found),
        "claim_status": _of(found.profile("claim_status"), _status),
        "kind": _of(found.profile("kind"), _kind) if found.source == "contacts" else {},
    }
    return {name: values for name, values in of_column.items() if values}


def rare_values(profile: Profile | None) -> int:
    """Return how many values of a column have too few rows to be shown."""
    return 0 if profile is None else len(profile.counts) - len(profile.frequent(FEW + 1))


def _of(profile: Profile | None, means: Callable[[str], str]) -> dict[str, str]:
    """Return the frequent values that mean something else than they say."""
    if profile is None:
        return {}
    meanings = {value: means(value) for value in profile.frequent(FEW + 1)}
    return {value: meaning for value, meaning in meanings.items() if meaning != value}


def _status(value: str) -> str:
    word = value.lower().strip()
    meanings = {"paid": PAID, "denied": DENIED, "reversed": REVERSED}
    return next((meaning for meaning, words in meanings.items() if word in words), UNKNOWN)


def _kind(value: str) -> str:
    """Return `attempt` for what was an attempt to reach someone; the value itself else."""
    said = set(value.lower().replace("_", " ").replace("/", " ").split())
    return value if ATTEMPTS.isdisjoint(said) else "attempt"
