"""The arms of a trial, by the labels of its enrollments: names for them, and which is the reference."""

import re
from dataclasses import dataclass

from armwise.new.profile import Profile
from armwise.new.shares import FEW

CONTROL = {"control", "ctrl", "ctl", "con", "c", "usual", "uc", "standard", "soc", "waitlist", "comparison"}
CONTROL |= {"placebo", "comparator", "untreated", "0", "n", "no", "wait", "noninvited", "unassigned"}
OFFERED = {"treatment", "treated", "trt", "tx", "t", "intervention", "int", "i", "offered", "offer", "1", "y"}
OFFERED |= {"yes", "program", "active", "case", "cm", "invited"}
# Labels that say nothing to a reader: the word that is meant.
PLAIN = {
    **dict.fromkeys(("c", "ctrl", "ctl", "con", "0", "n", "no", "control"), "control"),
    **dict.fromkeys(("uc", "soc"), "usual_care"),
    **dict.fromkeys(("t", "trt", "tx", "1", "y", "yes", "treatment"), "treatment"),
    **dict.fromkeys(("i", "int", "intervention"), "intervention"),
}

SHORT = 4  # letters of a label that may be an abbreviation


@dataclass(frozen=True)
class Arms:
    """The arms as the settings name them, and how the file does: `values` where these differ."""

    labels: dict[str, str]  # name -> what readers see, the reference first
    values: dict[str, str]  # the file's value -> name
    reference: str  # empty when no label says it
    rare: int  # labels that too few rows have to be shown


def arms_of(profile: Profile) -> Arms:
    """Return the arms that the values of a column stand for."""
    shown = sorted(profile.frequent(FEW + 1), key=lambda label: (not _is_control(label), label))
    names = {label: _name(label) for label in shown}
    if len(set(names.values())) < len(names):  # two spellings that would become one name
        names = {label: in_name(label) for label in shown}
    references = [names[label] for label in shown if _is_control(label)]
    offered = [label for label in shown if not _is_control(label)]
    reference = references[0] if len(references) == 1 and offered else ""
    return Arms(
        {name: _label(label, name) for label, name in names.items()},
        {label: name for label, name in names.items() if label != name},
        reference,
        len(profile.counts) - len(shown),
    )


def in_name(label: str) -> str:
    """Return a label as a name: `Case Mgmt.` is case_mgmt."""
    name = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    return name or "arm"


def _name(label: str) -> str:
    return PLAIN.get(label.lower(), in_name(label))


def _label(label: str, name: str) -> str:
    if len(label) <= SHORT and label.lower() not in PLAIN:
        return label
    words = name.replace("_", " ") if label.lower() in PLAIN or label == label.upper() else label
    return words[:1].upper() + words[1:].replace("_", " ")


def _is_control(label: str) -> bool:
    return not CONTROL.isdisjoint(re.split(r"[^a-z0-9]+", label.lower()))
