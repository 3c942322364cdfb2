"""What moved between two runs: settings, inputs, and results by what the move means to a reader."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from armwise.provenance.release import Release

# What a result is about, beside its key; a change of words alone moves no result.
NUMBERS = (
    "estimate", "std_error", "ci_low", "ci_high", "p_value", "df", "n", "n_informative", "clusters", "events",
    "person_years", "hidden",
)  # fmt: skip
CONCLUSION, PRINTED, BELOW, NEW, GONE = "conclusion", "printed", "below", "new", "gone"
KINDS = {
    CONCLUSION: "conclusion changed: an interval now excludes, or includes, no effect",
    PRINTED: "printed digits changed",
    BELOW: "changed below the printed digits, or not printed",
    NEW: "new",
    GONE: "gone",
}
NO_EFFECT = {"_ratio": 1.0, "_difference": 0.0}


@dataclass(frozen=True)
class Change:
    """A leaf of the settings, or a fact about the inputs; None where there is none."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Moved:
    """A result of which something differs: `kind` is a key of KINDS; rows are None where there is none."""

    key: str
    kind: str
    before: Mapping[str, str] | None
    after: Mapping[str, str] | None
    printed: tuple[tuple[str, str, str], ...] = ()  # place, text before, text after


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between two runs."""

    settings: tuple[Change, ...]
    inputs: tuple[Change, ...]
    made_with: tuple[Change, ...]
    results: tuple[Moved, ...]

    @property
    def same(self) -> bool:
        """Whether no result moved."""
        return not self.results

    def of(self, kind: str) -> list[Moved]:
        """Return the results that moved in one way, by key."""
        return [moved for moved in self.results if moved.kind == kind]


def compare(old: Release, new: Release) -> Comparison:
    """Return what differs between two releases, each list sorted by name."""
    return Comparison(
        tuple(changes(leaves(old.manifest["settings"]), leaves(new.manifest["settings"]))),
        tuple(changes(_inputs(old.manifest), _inputs(new.manifest))),
        tuple(changes(_made_with(old.manifest), _made_with(new.manifest))),
        tuple(_moved(old, new)),
    )


def leaves(settings: Any, path: str = "") -> dict[str, Any]:
    """Return every leaf of nested settings by its dotted path; an empty block is a leaf."""
    if not isinstance(settings, dict) or not settings:
        return {path: settings}
    found: dict[str, Any] = {}
    for name, value in settings.items():
        found |= leaves(value, f"{path}.{name}" if path else str(name))
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield what differs between two flat tables of facts, sorted by name."""
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            yield Change(name, before.get(name), after.get(name))


def _inputs(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return the start of each input's hash, and the rows that each source gave."""
    hashes = {name: of["sha256"][:12] for name, of in manifest.get("inputs", {}).items()}
    rows: dict[str, int] = {}
    for row in manifest.get("rows", []):
        name = f"{row['source']}, rows read"
        rows[name] = rows.get(name, 0) + row["rows_read"]
    return hashes | rows


def _made_with(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return versions and commit; the lock file by the start of its hash."""
    return {
        "commit": (manifest.get("commit") or "")[:12] or None,
        "lock file": (manifest.get("lock_sha256") or "")[:12] or None,
        "python": manifest.get("python"),
        **manifest.get("versions", {}),
    }


def _moved(old: Release, new: Release) -> Iterator[Moved]:
    for key in sorted(old.results.keys() | new.results.keys()):
        before, after = old.results.get(key), new.results.get(key)
        if before is None or after is None:
            yield Moved(key, GONE if after is None else NEW, before, after)
        elif differ(before, after):
            texts = tuple(_texts(old.printed.get(key, {}), new.printed.get(key, {})))
            yield Moved(key, _kind(before, after, texts), before, after, texts)


def differ(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Say whether a number differs, is hidden in one alone, or failed in one alone."""
    failed = bool(before.get("error")) != bool(after.get("error"))
    return failed or any(before.get(name, "") != after.get(name, "") for name in NUMBERS)


def _kind(before: Mapping[str, str], after: Mapping[str, str], texts: tuple[Any, ...]) -> str:
    if {excludes_no_effect(before), excludes_no_effect(after)} == {True, False}:
        return CONCLUSION
    return PRINTED if texts else BELOW


def excludes_no_effect(row: Mapping[str, str]) -> bool | None:
    """Say whether an interval leaves no effect out; None where there is no interval of an effect."""
    nothing = next((at for end, at in NO_EFFECT.items() if row["measure"].endswith(end)), None)
    if nothing is None or not row.get("ci_low") or not row.get("ci_high"):
        return None
    return not float(row["ci_low"]) <= nothing <= float(row["ci_high"])


def _texts(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield the cells whose text differs: place, before, after; a cell that is not there is blank."""
    for place in sorted(before.keys() | after.keys()):
        if before.get(place, "") != after.get(place, ""):
            yield place, before.get(place, ""), after.get(place, "")
