"""Fill in the defaults that depend on other settings."""

from typing import Any

from armwise.settings.data import contract_name
from armwise.settings.declared import DAYS, Declared, blocks
from armwise.settings.follow_up import Sensitivity, Window
from armwise.settings.model import Settings


def filled(settings: Settings) -> dict[str, Any]:
    """Return the settings as a plain dict in which nothing is left to be looked up."""
    for name, characteristic in settings.baseline.items():
        characteristic.label = characteristic.label or in_words(name)
        characteristic.column = characteristic.column or name
    for name, outcome in settings.outcomes.items():
        outcome.label = outcome.label or in_words(name)
    if settings.data.participants and not settings.follow_up.windows:
        settings.follow_up.windows = {"study": Window()}
    for window in settings.follow_up.windows.values():
        window.label = window.label or window_in_words(window)
    if settings.events.ed_visit.admitted == "apart":
        _leave_admitted_out(settings)
    for event in settings.events.declared.values():
        _fill_declared(event)
    for sensitivity in settings.follow_up.sensitivity.values():
        sensitivity.label = sensitivity.label or choices_in_words(changes(sensitivity))
    for primary in settings.roles.primaries:
        primary.window = primary.window or only_window(settings, primary.outcome)
    settings.roles.analysis = settings.roles.analysis or (
        "adjusted" if settings.estimates.covariates else "unadjusted"
    )
    _fill_curve(settings)
    return _plain(settings)


def _fill_curve(settings: Settings) -> None:
    """Name the outcomes, windows and follow-ups of a specification curve that leaves them open."""
    curve = settings.estimates.specification_curve
    if curve is None:
        return
    curve.outcomes = curve.outcomes or [each.outcome for each in settings.roles.primaries]
    every = [window for name in curve.outcomes for window in windows_of(settings, name)]
    curve.windows = curve.windows or list(dict.fromkeys(every))
    if curve.follow_up is None:
        curve.follow_up = list(settings.follow_up.sensitivity)


# What each choice of follow-up is called; the number of days that a gap may have stands for itself.
CHOICES = {
    ("coverage", "first_gap"): "until the first gap in coverage",
    ("coverage", "all_covered_days"): "all covered days",
    ("coverage", "ignore"): "covered or not",
    ("partial_benefits", "count"): "days with partial benefits counted",
    ("partial_benefits", "not_covered"): "days with partial benefits not counted",
    ("death", "ends"): "until death",
    ("death", "ignore"): "time going on after death",
    ("later_lottery", "as_randomized"): "kept as randomized",
    ("later_lottery", "first_enrollment"): "first enrollments only",
    ("later_lottery", "end_at_treatment"): "until a later assignment to another arm, weighted",
    ("among", "everyone"): "everyone",
    ("among", "covered_baseline"): "those covered throughout the baseline period",
    ("among", "covered_window"): "those covered throughout the window",
    ("among", "covered_both"): "those covered throughout baseline and window",
}


def changes(sensitivity: Sensitivity) -> dict[str, Any]:
    """Return the choices that a sensitivity analysis makes itself."""
    made = sensitivity.model_dump(mode="json", exclude={"label"})
    return {key: value for key, value in made.items() if value is not None}


def choices_in_words(made: dict[str, Any]) -> str:
    """Return choices of follow-up as a label: "All covered days"."""
    words = [CHOICES.get(choice) or f"gaps of up to {choice[1]} days bridged" for choice in made.items()]
    text = ", ".join(words)
    return text[:1].upper() + text[1:]


def _plain(settings: Settings) -> dict[str, Any]:
    """Return plain values; `data` holds the declared sources only, a window the keys that define it only."""
    plain = settings.model_dump(mode="json")
    plain["data"] = _flat(plain["data"])
    for name, window in plain["follow_up"]["windows"].items():
        plain["follow_up"]["windows"][name] = {
            key: value for key, value in window.items() if value is not None
        }
    for name, sensitivity in settings.follow_up.sensitivity.items():
        plain["follow_up"]["sensitivity"][name] = {"label": sensitivity.label} | changes(sensitivity)
    return plain


def _leave_admitted_out(settings: Settings) -> None:
    """Let outcomes count the ED visits without admission, unless they ask for others."""
    for outcome in settings.outcomes.values():
        if outcome.event == "ed_visit":
            outcome.where = {"admitted": False} | outcome.where


def _fill_declared(event: Declared) -> None:
    """Settle the days of an event of one's own, what counts once, and one form of what is chosen."""
    contract = contract_name(event.source)
    starts_on, ends_on = DAYS[contract]
    event.ends_on = event.ends_on or (ends_on if event.starts_on in (None, starts_on) else None)
    event.starts_on = event.starts_on or starts_on
    event.one_per = event.one_per or ("person_day" if contract == "utilization" else "record")
    event.where, event.unless = blocks(event.where), blocks(event.unless)


def _flat(data: dict[str, Any]) -> dict[str, Any]:
    """Return the sources by name, free ones beside the others, each with the name of its contract."""
    records = data.pop("records")
    given = {name: source for name, source in data.items() if source is not None} | records
    return {name: {"contract": contract_name(name)} | source for name, source in given.items()}


def only_window(settings: Settings, outcome: str) -> str | None:
    """Return the window of an outcome that has but one; None when it has several."""
    windows = windows_of(settings, outcome)
    return windows[0] if len(windows) == 1 else None


def windows_of(settings: Settings, outcome: str) -> list[str]:
    """Return the names of the windows in which an outcome is analysed."""
    declared = settings.outcomes[outcome]
    if declared.measure == "by_date":
        return [f"by_{declared.date}"]
    if declared.windows is not None:
        return list(declared.windows)
    return list(settings.follow_up.windows) or (["study"] if settings.data.participants else [])


def in_words(name: str) -> str:
    """Return a name as a label: `avoidable_ed_visits` is "Avoidable ED visits"."""
    words = [{"ed": "ED", "covid": "COVID-19", "icu": "ICU"}.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def window_in_words(window: Window) -> str:
    """Return the label of a window: "12 months", "Months 7 to 12", "Until 2021-09-30" or "Whole study"."""
    if window.months is not None:
        return "1 month" if window.months == 1 else f"{window.months} months"
    if window.from_month is not None and window.to_month is not None:
        if window.to_month == window.from_month + 1:
            return f"Month {window.to_month}"
        return f"Months {window.from_month + 1} to {window.to_month}"
    if window.since:
        return f"{window.since} to {window.until}"
    return f"Until {window.until}" if window.until else "Whole study"
