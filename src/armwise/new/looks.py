"""What the values of a column look like: dates in which format, types of bill, revenue codes ..."""

import re
from collections.abc import Callable
from functools import cache

from armwise.extracts import amounts
from armwise.extracts.dates import TIME

# The formats of strptime that plans write, the most usual first, and what each looks like.
_DAY, _MONTH, _YEAR = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])", "((?:18|19|2[0-9]|99)[0-9]{2})"
_TWO = "(?:0[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|1[0-2])"
_NAMED = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_FORMATS = {
    "%Y-%m-%d": f"{_YEAR}-{_MONTH}-{_DAY}",
    "%m/%d/%Y": f"{_MONTH}/{_DAY}/{_YEAR}",
    "%Y%m%d": f"{_YEAR}{_TWO[1]}{_TWO[0]}",
    "%d%b%Y": f"{_DAY}{_NAMED}{_YEAR}",
    "%d-%b-%Y": f"{_DAY}-{_NAMED}-{_YEAR}",
    "%d/%m/%Y": f"{_DAY}/{_MONTH}/{_YEAR}",
    "%m-%d-%Y": f"{_MONTH}-{_DAY}-{_YEAR}",
    "%d.%m.%Y": rf"{_DAY}\.{_MONTH}\.{_YEAR}",
    "%d-%m-%Y": f"{_DAY}-{_MONTH}-{_YEAR}",
    "%Y/%m/%d": f"{_YEAR}/{_MONTH}/{_DAY}",
    "%d%b%Y:%H:%M:%S": f"{_DAY}{_NAMED}{_YEAR}" + r":[0-9]{2}:[0-9]{2}:[0-9]{2}",
    "%m/%d/%y": f"{_MONTH}/{_DAY}/[0-9]{{2}}",
    "%d-%b-%y": f"{_DAY}-{_NAMED}-[0-9]{{2}}",
}
DATES = {each: re.compile(f"(?:{pattern})(?:{TIME})?", re.IGNORECASE) for each, pattern in _FORMATS.items()}
_MIRRORED = {"%m/%d/%Y": "%d/%m/%Y", "%m-%d-%Y": "%d-%m-%Y"}
_MIRRORED |= {other: one for one, other in _MIRRORED.items()}

_ICD_10 = r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?"
CODES = {
    "bill_type": r"0?(1[1-8]|2[1-8]|3[2-4]|4[13]|6[56]|7[1-9]|8[1-9])[0-9A-Z]",
    "revenue_code": r"0?[0-9]{3}|1[0-9]{3}|2[01][0-9]{2}|31[0-9]{2}",
    "procedure_code": r"[0-9]{5}|[0-9]{4}[A-Z]|[A-Z][0-9]{4}",
    "place_of_service": r"[0-9]{1,2}",
    "discharge_status": r"[0-9]{1,2}",
    "principal_diagnosis": _ICD_10,
    "other_diagnoses": f"{_ICD_10}([;,| ]+{_ICD_10})*",
    "cvx": r"[0-9]{1,3}",
    "point_of_origin": r"[0-9A-Z]",
    "claim_version": r"[0-9]{1,3}",
    "line_number": r"[0-9]{1,4}",
    "assignment_probability": r"0?\.[0-9]+|1(\.0*)?",
    "paid_amount": amounts.WRITTEN,
}
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)")
WORDS = {
    "bill_type": "types of bill",
    "revenue_code": "revenue codes",
    "procedure_code": "CPT or HCPCS codes",
    "place_of_service": "places of service",
    "discharge_status": "discharge statuses",
    "principal_diagnosis": "ICD-10 codes",
    "other_diagnoses": "ICD-10 codes",
    "cvx": "CVX codes",
    "point_of_origin": "points of origin",
    "claim_version": "small whole numbers",
    "line_number": "small whole numbers",
    "assignment_probability": "numbers from 0 to 1",
    "paid_amount": "amounts",
}


@cache
def looks_like(column: str) -> Callable[[str], bool]:
    """Return whether a value looks like those of a column of the contracts; any does where none are known."""
    if column not in CODES:
        return lambda value: True
    pattern = re.compile(CODES[column], re.IGNORECASE)
    return lambda value: pattern.fullmatch(value) is not None


def is_number(value: str) -> bool:
    """Say whether a value is a number in decimal digits."""
    return NUMBER.fullmatch(value) is not None


def is_written(value: str, date_format: str) -> bool:
    """Say whether a value looks like a date in a format of DATES, with or without a time behind it."""
    return DATES[date_format].fullmatch(value) is not None


def mirrored(date_format: str) -> str | None:
    """Return the format with day and month exchanged, where plans write both."""
    return _MIRRORED.get(date_format)


def lost_zero(column: str, value: str) -> bool:
    """Say whether a code lacks its leading zero, as after a spreadsheet has had it."""
    whole = {"revenue_code": 4, "place_of_service": 2, "discharge_status": 2}.get(column)
    return whole is not None and value.isdigit() and len(value) == whole - 1
