"""Rules for what events are, under `events`, and for outcomes that ask for what a definition leaves out."""

from collections.abc import Iterator
from typing import Any

from armwise.settings.checks.rule import Broken
from armwise.settings.tree import Path
from armwise.settings.validate import Understood

STAYS: Path = ("events", "inpatient_stay")
VISITS: Path = ("events", "ed_visit")


def nyu_has_its_file(result: Understood) -> Iterator[Broken]:
    """The NYU classification is read from a file that the settings name."""
    visits = result.settings.events.ed_visit
    if visits.nyu_file is not None or result.is_unsure((*VISITS, "nyu_file")):
        return
    fix = "name the file of the classification as events.ed_visit.nyu_file"
    if visits.avoidable == "nyu":
        yield Broken((*VISITS, "avoidable"), "`nyu` needs a file that classifies visits", fix)
    for path, attribute, _ in _asked(result, "ed_visit"):
        if attribute.startswith("nyu_"):
            yield Broken(path, f"`{attribute}` needs a file that classifies visits", fix, True)


def kinds_of_stay_are_made(result: Understood) -> Iterator[Broken]:
    """An outcome asks for no kind of stay that the definition does not make."""
    kinds = result.settings.events.inpatient_stay.kinds
    for path, attribute, wanted in _asked(result, "inpatient_stay"):
        for kind in wanted if isinstance(wanted, list) else [wanted]:
            if attribute == "kind" and kind not in kinds:
                wrong = f"no stay is of the kind `{kind}`: there are {', '.join(kinds)}"
                yield Broken(path, wrong, "choose one of them, or add it to events.inpatient_stay.kinds")


def admitted_visits_are_events(result: Understood) -> Iterator[Broken]:
    """An outcome asks for no visits with admission where they are left out."""
    if result.settings.events.ed_visit.admitted != "left_out":
        return
    for path, attribute, wanted in _asked(result, "ed_visit"):
        if attribute == "admitted" and wanted is not False:
            wrong = "visits that end in admission are left out"
            yield Broken(path, wrong, "set events.ed_visit.admitted to apart or counted")


def names_once(result: Understood) -> Iterator[Broken]:
    """Lists of a definition name nothing twice."""
    stays = result.settings.events.inpatient_stay
    for key in ("kinds", "via_ed"):
        listed = getattr(stays, key)
        for index, name in enumerate(listed):
            if name in listed[:index]:
                yield Broken((*STAYS, key, index), f"`{name}` stands in this list twice", "keep one")


def _asked(result: Understood, event: str) -> Iterator[tuple[Path, str, Any]]:
    """Yield what outcomes ask of the attributes of an event, with its place."""
    for name, outcome in result.settings.outcomes.items():
        if outcome.event == event:
            for attribute, wanted in outcome.where.items():
                yield ("outcomes", name, "where", attribute), attribute, wanted


RULES = (nyu_has_its_file, kinds_of_stay_are_made, admitted_visits_are_events, names_once)
