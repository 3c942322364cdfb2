"""A file that says which person of the enrollments another number stands for."""

from armwise.new.folder import Group
from armwise.new.persons import share_found
from armwise.new.profile import Profile
from armwise.new.shares import FEW
from armwise.new.sources import Found, Match

LEAST = 0.3  # share of the persons of a source, or of the enrollments, that a column of a crosswalk has


def crosswalk_in(groups: list[Group], sources: dict[str, Found]) -> tuple[Found, list[str]] | None:
    """Return the crosswalk and the names of the sources that it translates; None where there is none.

    It has one column with persons of the enrollments, and another with those of sources that know none of
    them.
    """
    enrollment = sources.get("enrollment")
    if enrollment is None:
        return None
    strangers = {name: each for name, each in sources.items() if _knows_nobody(each, enrollment)}
    for group in groups:
        mine = [each for each in group.columns.values() if _holds(each, enrollment.persons)]
        for other in group.columns.values():
            names = [name for name, each in strangers.items() if _holds(other, each.persons)]
            if mine and names and other is not mine[0]:
                return _found(group, other, mine[0]), names
    return None


def _knows_nobody(found: Found, enrollment: Found) -> bool:
    persons = found.persons
    return len(persons.counts) > FEW and not share_found(persons, enrollment.persons)


def _holds(column: Profile, persons: Profile) -> bool:
    return len(persons.counts) > FEW and share_found(persons, column) >= LEAST


def _found(group: Group, theirs: Profile, ours: Profile) -> Found:
    columns = {
        "source_person_id": Match((theirs.name,), "has the persons of the sources that it translates"),
        "person_id": Match((ours.name,), "has the persons of the enrollments"),
    }
    return Found("crosswalk", group, columns)
