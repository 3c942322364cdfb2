"""Counts that stand in several places: each is hidden everywhere or nowhere."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from armwise.disclosure.cells import Cell
from armwise.disclosure.sums import PRIMARY, Sum, is_sensitivity

Member = TypeVar("Member", bound=Hashable)


class Groups(dict[Member, Member]):
    """Members that belong together: each leads, over others, to the one that stands for its group."""

    def leader(self, member: Member) -> Member:
        """Return the member that stands for a group."""
        while (above := self.setdefault(member, member)) != member:
            self[member] = self.setdefault(above, above)
            member = above
        return member

    def join(self, first: Member, other: Member) -> None:
        """Put two members, and all that belong to them, together."""
        self[self.leader(other)] = self.leader(first)


def repeats(cells: Iterable[Cell], sums: Sequence[Sum]) -> dict[Cell, list[Cell]]:
    """Return, for every cell that stands in other places too, all cells that are the same count.

    They are the same when one makes the other whole, or when a sensitivity analysis finds what the primary
    found: whoever sees one knows the others.
    """
    groups: Groups[Cell] = Groups()
    for first, other in (*_equal(sums), *_found_again(cells)):
        groups.join(first, other)
    members: dict[Cell, list[Cell]] = {}
    for cell in list(groups):
        members.setdefault(groups.leader(cell), []).append(cell)
    return {cell: members[groups.leader(cell)] for cell in groups}


def _equal(sums: Sequence[Sum]) -> Iterator[tuple[Cell, Cell]]:
    for each in sums:
        if len(each.parts) == 1 and not each.rest:
            yield each.total, each.parts[0]


def _found_again(cells: Iterable[Cell]) -> Iterator[tuple[Cell, Cell]]:
    there = set(cells)
    for cell in there:
        primary = cell._replace(place=cell.place._replace(analysis_set=PRIMARY))
        if is_sensitivity(cell.place) and primary in there:
            yield primary, cell
