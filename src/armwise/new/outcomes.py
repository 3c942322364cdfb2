"""The outcomes that the sources make possible, and the windows that their days cover."""

from dataclasses import dataclass
from datetime import date

from armwise.check.calendar import last_day
from armwise.new.guess import Guess
from armwise.new.looks import is_number
from armwise.new.sources import Found

COVID = {"207", "208", "210", "211", "212", "213", "217", "218", "219", "221", "228", "229", "300"}
LENGTHS = (6, 12, 18, 24)  # months
ROOM = {"bill_type", "revenue_code"}
VISIT = {"procedure_code", "place_of_service", "provider_id"}
EMERGENCY = {"revenue_code", "procedure_code", "place_of_service"}


@dataclass(frozen=True)
class Outcome:
    """One outcome as the settings declare it."""

    name: str
    label: str
    settings: dict[str, object]
    note: str = ""


def outcomes(guess: Guess) -> list[Outcome]:
    """Return the outcomes that the sources make possible."""
    return [*_of_claims(guess), *_of_doses(guess)]


def measured(table: Found) -> tuple[list[str], list[str]]:
    """Return the columns of the one table of a trial that can hold outcomes: of 0 and 1, and of numbers."""
    used = {name for match in table.columns.values() for name in match.theirs}
    free = [each for each in table.group.columns.values() if each.name not in used and each.filled]
    yes_no = [each.name for each in free if set(each.counts) <= {"0", "1"}]
    numbers = [each.name for each in free if each.name not in yes_no and each.share(is_number) == 1.0]
    return yes_no, numbers


def windows(guess: Guess) -> tuple[list[int], bool]:
    """Return lengths in months, and whether the data cover them for those who were randomized last.

    That nobody knows without days of randomization, and is said as if they did.
    """
    last, through = _last_randomized(guess), _through(guess)
    if last is None or through is None:
        return [6, 12], True
    covered = [months for months in LENGTHS if last_day({"months": months}, last) <= through]  # type: ignore[operator]
    return (covered, True) if covered else ([6, 12], False)


def end_of_windows(guess: Guess) -> date | None:
    """Return the last day of the longest window of those randomized last."""
    last, (lengths, _) = _last_randomized(guess), windows(guess)
    return last_day({"months": max(lengths)}, last) if last else None


def baseline_months(guess: Guess) -> int:
    """Return the whole months, at most 12, that claims and coverage reach back before the first lottery."""
    randomized = guess.spans.get("enrollment")
    before = [guess.spans[name].first for name in ("utilization", "coverage") if name in guess.spans]
    if randomized is None or len(before) < 2:
        return 0
    start, first = max(before), randomized.first
    months = (first.year - start.year) * 12 + first.month - start.month - (first.day < start.day)
    return max(min(months, 12), 0)


def _of_claims(guess: Guess) -> list[Outcome]:
    claims = guess.sources.get("utilization")
    if claims is None:
        return []
    found = []
    if claims.columns.keys() >= ROOM:
        stay: dict[str, object] = {"event": "inpatient_stay", "measure": "count"}
        found.append(Outcome("admissions", "Hospital admissions", stay))
    if claims.columns.keys() >= ROOM | {"principal_diagnosis"}:
        found.append(Outcome("avoidable_admissions", "Avoidable admissions", _avoidable("inpatient_stay")))
    if not EMERGENCY.isdisjoint(claims.columns):
        visit: dict[str, object] = {"event": "ed_visit", "where": {"admitted": False}, "measure": "count"}
        found.append(Outcome("ed_visits", "ED visits", visit))
        if "principal_diagnosis" in claims.columns:
            found.append(Outcome("avoidable_ed_visits", "Avoidable ED visits", _avoidable("ed_visit")))
    if claims.columns.keys() >= VISIT:
        visit = {"event": "outpatient_visit", "measure": "count"}
        found.append(Outcome("outpatient_visits", "Outpatient visits", visit))
    return found


def _avoidable(event: str) -> dict[str, object]:
    return {"event": event, "where": {"avoidable": True}, "measure": "count"}


def _of_doses(guess: Guess) -> list[Outcome]:
    doses = guess.sources.get("vaccinations")
    through = guess.complete.get("vaccinations")
    if doses is None or through is None or COVID.isdisjoint(doses.columns_of("cvx").counts):
        return []
    settings: dict[str, object] = {"event": "covid_dose", "measure": "by_date", "date": through}
    note = "LOOK: the day by which the protocol counts; here the last that the doses cover"
    return [Outcome("covid_vaccine", "COVID-19 vaccine", settings, note)]


def _last_randomized(guess: Guess) -> date | None:
    span = guess.spans.get("enrollment")
    return span.latest if span else None


def _through(guess: Guess) -> date | None:
    days = [guess.complete[name] for name in ("utilization", "coverage") if name in guess.complete]
    return min(days, default=None)
