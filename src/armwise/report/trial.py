"""What the settings say that readers must see: labels, order, roles and style."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from armwise.report.styles import STYLES, Style

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DESCRIBED = ("continuity", "providers")
WORDS = {"ed": "ED", "covid": "COVID-19", "er": "ER", "hiv": "HIV"}

ALL = "all_must_succeed"
MULTIPLICITY = {
    "holm": "Holm's method",
    "hochberg": "Hochberg's method",
    "benjamini_hochberg": "Benjamini and Hochberg's method (false discovery rate)",
    "westfall_young": "Westfall and Young's step-down method on assignments drawn again",
}


@dataclass(frozen=True)
class Trial:
    """One trial's settings as the report needs them, plain values only.

    Each block is the settings block of that name: `trial`, `outcomes`, `follow_up`, `baseline`, `estimates`,
    `roles`, `report`.
    """

    trial: Mapping[str, Any]
    outcomes: Mapping[str, Any]
    follow_up: Mapping[str, Any]
    baseline: Mapping[str, Any]
    estimates: Mapping[str, Any]
    roles: Mapping[str, Any]
    report: Mapping[str, Any]

    @property
    def arms(self) -> dict[str, str]:
        """Names and labels of the arms, in printing order."""
        return dict(self.trial["arms"])

    @property
    def reference(self) -> str:
        """Name of the arm that the others are compared with."""
        return str(self.trial["reference"])

    @property
    def contrasts(self) -> list[tuple[str, str]]:
        """Each arm that is compared, with its contrast as the results name it."""
        return [(arm, f"{arm} vs {self.reference}") for arm in self.arms if arm != self.reference]

    @property
    def style(self) -> Style:
        """The journal's style."""
        return STYLES[self.report.get("style") or "annals"]

    @property
    def blinded(self) -> bool:
        """Whether assignments are shuffled, so that nothing shown is a result."""
        return bool(self.trial.get("blinded"))

    @property
    def level(self) -> float:
        """Confidence level, as 0.95."""
        return float(self.estimates.get("level") or 0.95)

    @property
    def small_cell(self) -> int | None:
        """The smallest count that may be shown besides zero; None when the data are public."""
        return None if self.report.get("data_are_public") else int(self.report.get("small_cell") or 11)

    @property
    def unit(self) -> str:
        """What was randomized, in the plural."""
        return "enrollments" if self.follow_up.get("windows") and not self.is_participants else "participants"

    @property
    def sensitivity(self) -> dict[str, Mapping[str, Any]]:
        """The sensitivity analyses by name, each with its label and the choices that it changes."""
        return dict(self.follow_up.get("sensitivity") or {})

    @property
    def is_participants(self) -> bool:
        """Whether the data came as one row per participant."""
        return any(_get(o, "column") or _get(o, "followed") for o in self.outcomes.values())

    @property
    def primary(self) -> tuple[str, str]:
        """The primary outcome and its window; of several the first, which leads the report."""
        return self.primaries[0]

    @property
    def primaries(self) -> list[tuple[str, str]]:
        """All primary outcomes, each with its window."""
        given = self.roles["primary"]
        found = [
            (str(e["outcome"]), e.get("window")) for e in (given if isinstance(given, list) else [given])
        ]
        return [(outcome, str(window or self.windows_of(outcome)[0])) for outcome, window in found]

    @property
    def analysis(self) -> str:
        """`adjusted` or `unadjusted`: the analysis that counts."""
        chosen = self.roles.get("analysis")
        return str(chosen or ("adjusted" if self.estimates.get("covariates") else "unadjusted"))

    @property
    def primary_rule(self) -> str:
        """Which P values primary results have, in words."""
        if len(self.primaries) == 1:
            return "of the primary result"
        rule = str(self.roles.get("primary_rule"))
        if rule == ALL:
            return "of each primary result, unadjusted, because the trial succeeds only if all of them do"
        return f"of each primary result, adjusted together by {MULTIPLICITY[rule]}"

    @property
    def interactions(self) -> str:
        """How tests of interaction are adjusted, in words."""
        chosen = str(self.roles.get("interactions") or "unadjusted")
        return "not adjusted" if chosen == "unadjusted" else f"adjusted together by {MULTIPLICITY[chosen]}"

    @property
    def multiplicity(self) -> str:
        """How P values of secondary outcomes are adjusted, in words."""
        return MULTIPLICITY[str(self.roles.get("multiplicity") or "holm")]

    @property
    def ordered_outcomes(self) -> list[str]:
        """Outcomes as they are reported: the primary, the secondary ones, the others that are compared."""
        first = [*(name for name, _ in self.primaries), *self.roles.get("secondary", [])]
        described = self.described_outcomes
        return [name for name in dict.fromkeys([*first, *self.outcomes]) if name not in described]

    @property
    def described_outcomes(self) -> list[str]:
        """Outcomes that only those with enough visits have: described by arm, not compared."""
        return [name for name, of in self.outcomes.items() if of["measure"] in DESCRIBED]

    def is_declared(self, outcome: str) -> bool:
        """Whether an outcome is primary or secondary."""
        return outcome in (*(name for name, _ in self.primaries), *self.roles.get("secondary", []))

    def windows_of(self, outcome: str) -> list[str]:
        """Return the windows in which an outcome is analysed."""
        settings = self.outcomes[outcome]
        if settings["measure"] == "by_date":
            return [f"by_{settings['date']}"]
        return list(_get(settings, "windows") or self.follow_up.get("windows") or {})

    def measure_of(self, outcome: str) -> str:
        """Return `count`, `binary`, `by_date`, `continuous`, or `mean_count`: a count without person-time."""
        of = self.outcomes[outcome]
        untimed = _get(of, "column") and not (_get(of, "exposure") or _get(of, "followed"))
        return "mean_count" if of["measure"] == "count" and untimed else str(of["measure"])

    def outcome_label(self, name: str) -> str:
        """Return the label of an outcome."""
        return str(_get(self.outcomes.get(name, {}), "label") or in_words(name))

    def arm_label(self, name: str) -> str:
        """Return the label of an arm."""
        return str(self.arms.get(name, name))

    def characteristic_label(self, name: str) -> str:
        """Return the label of a baseline characteristic."""
        label = _get(self.baseline.get(name, {}), "label")
        if label:
            return str(label)
        counted = name.removeprefix("baseline_")
        if counted != name and counted in self.outcomes:
            months = (self.follow_up.get("baseline") or {}).get("months") or 12
            return f"{self.outcome_label(counted)}, {months} mo before"
        return in_words(name)

    def level_label(self, characteristic: str, level: str) -> str:
        """Return one level of a characteristic in words, as it begins a line; 0 and 1 are no and yes."""
        if _get(self.baseline.get(characteristic, {}), "type") == "binary":
            level = {"1": "Yes", "0": "No", "true": "Yes", "false": "No"}.get(level.lower(), level)
        return level[:1].upper() + level[1:]

    def window_label(self, name: str) -> str:
        """Return a window in words: "12 mo", "Months 7 to 12", "By September 30, 2021"."""
        if name.startswith("by_"):
            return f"By {long_date(name.removeprefix('by_'))}"
        window = (self.follow_up.get("windows") or {}).get(name) or {}
        if _get(window, "label"):
            return str(window["label"])
        if _get(window, "months"):
            return f"{window['months']} mo"
        if _get(window, "to_month"):
            return f"Months {int(window['from_month']) + 1} to {window['to_month']}"
        if _get(window, "until"):
            return f"Until {long_date(window['until'])}"
        return in_words(name)


def in_words(name: str) -> str:
    """Return a name of the settings in words: `avoidable_ed_visits` as "Avoidable ED visits"."""
    words = [WORDS.get(word, word) for word in name.replace("_", " ").split()]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def inside(label: str) -> str:
    """Return a label as it stands inside a sentence: first letter small unless the word is an acronym."""
    return label if label[1:2].isupper() or label[1:2].isdigit() else label[:1].lower() + label[1:]


def long_date(day: str) -> str:
    """Return `2021-09-30` as "September 30, 2021"."""
    value = date.fromisoformat(day)
    return f"{MONTHS[value.month - 1]} {value.day}, {value.year}"


def short_date(day: str) -> str:
    """Return `2021-09-30` as "Sep 2021"."""
    value = date.fromisoformat(day)
    return f"{MONTHS[value.month - 1][:3]} {value.year}"


def _get(block: Any, key: str) -> Any:
    return block.get(key) if isinstance(block, Mapping) else None
