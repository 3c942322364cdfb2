"""Names go into file names, columns and the keys of results: none may mean two things."""

import re
from collections.abc import Iterator, Mapping

from armwise.settings.checks.rule import Broken
from armwise.settings.known import ANALYSIS_SETS, KEY_WORDS, OURS
from armwise.settings.tree import Path
from armwise.settings.validate import Understood

NAMED: tuple[Path, ...] = (
    ("trial", "arms"),
    ("baseline",),
    ("follow_up", "windows"),
    ("follow_up", "sensitivity"),
    ("outcomes",),
)


def names_are_free(result: Understood) -> Iterator[Broken]:
    """No name is a word that the keys of results use for something else."""
    for path in NAMED:
        for name in result.known(*map(str, path)) or ():
            taken = ANALYSIS_SETS if path[-1] == "sensitivity" else KEY_WORDS
            if name in taken or (path[-1] == "windows" and re.fullmatch(r"by_.*|d[0-9]+", name)):
                yield Broken(
                    (*path, name), f"`{name}` means something else in results", "choose another name", True
                )


def names_differ_in_more_than_case(result: Understood) -> Iterator[Broken]:
    """No two names differ in capital letters alone: some disks would write them to one file."""
    for path in NAMED:
        seen: dict[str, str] = {}
        for name in result.known(*map(str, path)) or ():
            first = seen.setdefault(name.lower(), name)
            if first != name:
                wrong = f"`{name}` and `{first}` differ in capital letters only"
                yield Broken((*path, name), wrong, "choose another name", True)


def characteristics_overwrite_nothing(result: Understood) -> Iterator[Broken]:
    """No characteristic has the name of a column that the analysis makes."""
    made = OURS | {f"baseline_{outcome}" for outcome in result.settings.outcomes}
    made |= {f"uptake_{window}" for window in result.settings.follow_up.windows}
    for name in result.settings.baseline:
        if name in made:
            wrong = f"`{name}` is a column that the analysis makes itself"
            yield Broken(
                ("baseline", name), wrong, "choose another name, and give the file's under `column`", True
            )


def labels_differ(result: Understood) -> Iterator[Broken]:
    """No two arms, characteristics, windows or outcomes look the same to a reader."""
    settings = result.settings
    yield from _same_labels(("trial", "arms"), settings.trial.arms)
    labelled = ("baseline", settings.baseline), ("outcomes", settings.outcomes)
    for block, items in labelled:
        yield from _same_labels((block,), {name: item.label for name, item in items.items()}, "label")
    windows = {name: window.label for name, window in settings.follow_up.windows.items()}
    yield from _same_labels(("follow_up", "windows"), windows, "label")
    analyses = {name: each.label for name, each in settings.follow_up.sensitivity.items()}
    yield from _same_labels(("follow_up", "sensitivity"), analyses, "label")


def _same_labels(path: Path, labels: Mapping[str, str | None], *key: str) -> Iterator[Broken]:
    seen: dict[str, str] = {}
    for name, label in labels.items():
        first = seen.setdefault(label, name) if label else name
        if first != name:
            yield Broken((*path, name, *key), f"`{first}` has the label `{label}` already", "choose another")


RULES = (names_are_free, names_differ_in_more_than_case, characteristics_overwrite_nothing, labels_differ)
