"""What would run and why, in terms of the settings, the extracts and the code."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from armwise.provenance.compare import Change, changes, leaves
from armwise.provenance.diff_text import said
from armwise.provenance.dry_run import Job

SCRIPTS = Path("workflow/scripts")
CODE = ("src/", "workflow/")
MOST = 8


@dataclass(frozen=True)
class Plan:
    """The jobs of a run, and what changed since the last one whose manifest is at hand."""

    jobs: tuple[Job, ...]
    settings: tuple[Change, ...]
    inputs: tuple[str, ...]
    code: tuple[str, ...]
    before: Mapping[str, Any] | None  # the manifest of the last whole run

    @property
    def of_rules(self) -> dict[str, list[Job]]:
        """The jobs by rule, in the order in which they run."""
        found: dict[str, list[Job]] = {}
        for job in self.jobs:
            found.setdefault(job.rule, []).append(job)
        return found

    def seconds(self, jobs: Sequence[Job]) -> float:
        """Return how long some jobs took the last time; of new ones, what their like took on average."""
        steps = (self.before or {}).get("steps", {})
        return sum(_seconds(steps, job) for job in jobs)

    @property
    def stay(self) -> int:
        """How many steps of the last run need not run again."""
        return max(len((self.before or {}).get("steps", {})) - len(self.jobs), 0)


def plan(jobs: Sequence[Job], settings: Mapping[str, Any], before: Mapping[str, Any] | None) -> Plan:
    """Put the jobs of a dry run beside what changed since the manifest `before`, if there is one."""
    old = leaves(before["settings"]) if before else {}
    changed = changes(old, leaves(settings)) if before else ()
    updated = {name for job in jobs for name in job.updated}
    code = {_short(name) for name in updated if _is_code(name)}
    inputs = {name for name in updated if not _is_code(name)}
    return Plan(tuple(jobs), tuple(changed), tuple(sorted(inputs)), tuple(sorted(code)), before)


def _is_code(name: str) -> bool:
    return _short(name).startswith(CODE)


def _short(name: str) -> str:
    """Name a file of the package from the project's folder."""
    path = Path(name)
    for above in path.parents:
        if above.name == "src":
            return path.relative_to(above.parent).as_posix()
    return name


def _seconds(steps: Mapping[str, Mapping[str, float]], job: Job) -> float:
    own = f"{job.rule}/{job.of or 'all'}"
    alike = [
        of["seconds"] for name, of in steps.items() if name.partition("/")[0] == job.rule and "seconds" in of
    ]
    if own in steps and "seconds" in steps[own]:
        return steps[own]["seconds"]
    return mean(alike) if alike else 0.0


def lines(found: Plan) -> Iterator[str]:
    """Yield the plan in a few words."""
    if not found.jobs:
        yield "Nothing would run: the results are up to date."
        return
    if found.before is None:
        yield "No whole run to compare with: everything below runs for the first time, or again."
    else:
        yield from _changed(found)
    yield ""
    yield _headline(found)
    for rule, jobs in found.of_rules.items():
        yield f"  {_words(rule)}{_of(jobs)}"


def _changed(found: Plan) -> Iterator[str]:
    texts = [_of_settings(change) for change in found.settings]
    texts += [f"{name} has changed" for name in found.inputs]
    texts += [f"{name} has changed" for name in found.code]
    yield "What changed since the last whole run" if texts else "Nothing changed; outputs are missing or old."
    yield from (f"  {text}" for text in texts[: 2 * MOST])
    if len(texts) > 2 * MOST:
        yield f"  ... and {len(texts) - 2 * MOST} more"


def _of_settings(change: Change) -> str:
    if change.before is None:
        return f"{change.name} is new: {said(change.after)}"
    if change.after is None:
        return f"{change.name} is gone; it was {said(change.before)}"
    return f"{change.name}: {said(change.before)} -> {said(change.after)}"


def _headline(found: Plan) -> str:
    seconds = found.seconds(found.jobs)
    about = f", about {duration(seconds)} of work" if seconds else ""
    stay = f"; {found.stay} stay as they are" if found.stay else ""
    return f"{len(found.jobs)} {'step' if len(found.jobs) == 1 else 'steps'} would run{about}{stay}:"


def duration(seconds: float) -> str:
    """Return "12 s" or "3 min 20 s"."""
    whole = max(round(seconds), 1)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def _of(jobs: Sequence[Job]) -> str:
    names = sorted(job.of for job in jobs if job.of)
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return f": {', '.join(names[:MOST])}{more}" if names else ""


def _words(rule: str) -> str:
    """Return what a step does, as the adapter behind it says."""
    name = next((name for name in (rule, *_behind(rule)) if (SCRIPTS / f"{name}.py").is_file()), None)
    if name is None:
        return rule
    source = (SCRIPTS / f"{name}.py").read_text(encoding="utf-8")
    words = (ast.get_docstring(ast.parse(source)) or rule).partition(".")[0]
    return words if name == rule else f"{words} ({rule.replace('_', ' ')})"


def _behind(rule: str) -> list[str]:
    """A rule that uses another's adapter has its name at the end: `sensitivity_effects` runs `effects`."""
    parts = rule.split("_")
    return ["_".join(parts[i:]) for i in range(1, len(parts))]
