"""The block `trial`: which trial this is, and its arms."""

from armwise.settings.kinds import Block, Identifier, Name, Text, YesNo


class Trial(Block):
    """Which trial this is, and its arms."""

    id: Identifier
    """Short name of the trial: its results go to results/ID. Small letters, digits, _ and -."""

    title: Text
    """Title of the trial, as it heads the report."""

    registration: Text = "none"
    """Registry and number, as NCT04000074, or none."""

    synthetic: YesNo = False
    """Whether the data are made up; the report then says so on its first screen."""

    arms: dict[Name, Text]
    """The arms, at least two, in the order in which they are printed: the name that the data use, and the
    label that readers see."""

    reference: Name
    """The arm that the others are compared with."""
