"""The codes that the example's claims carry, each with its share among claims of its kind.

Diagnoses are ICD-10-CM without the dot, valid on every day from 2016-08-01 to 2020-03-31. Avoidable admissions
carry numerator codes of the AHRQ Prevention Quality Indicators, avoidable ED visits codes of California's list of
avoidable ED diagnoses; the others carry codes of no such list.
"""

import numpy as np

# (code, share, youngest age, oldest age + 1): asthma counts under 40, COPD from 40 on.
AVOIDABLE_ADMISSION = [
    ("E1110", 8, 18, 150),
    ("E1010", 5, 18, 150),
    ("E1121", 2, 18, 150),
    ("E1142", 2, 18, 150),
    ("E1165", 8, 18, 150),
    ("E11649", 3, 18, 150),
    ("J441", 14, 40, 150),
    ("J440", 5, 40, 150),
    ("J45901", 8, 18, 150),
    ("J4551", 2, 18, 40),
    ("I110", 8, 18, 150),
    ("I5023", 8, 18, 150),
    ("I5033", 6, 18, 150),
    ("I509", 4, 18, 150),
    ("I160", 3, 18, 150),
    ("I10", 2, 18, 150),
    ("J189", 9, 18, 150),
    ("J159", 2, 18, 150),
    ("N390", 5, 18, 150),
    ("N10", 3, 18, 150),
    ("N12", 1, 18, 150),
]
OTHER_ADMISSION = [
    ("A419", 14),
    ("I214", 5),
    ("I639", 5),
    ("L03115", 6),
    ("L03116", 5),
    ("F10239", 7),
    ("F251", 3),
    ("F259", 5),
    ("F319", 5),
    ("F332", 4),
    ("K8590", 5),
    ("K922", 5),
    ("K7031", 3),
    ("K5660", 3),
    ("N179", 5),
    ("I480", 3),
    ("I2699", 3),
    ("S72001A", 3),
    ("T401X1A", 3),
    ("G40909", 3),
    ("J9601", 5),
    ("D649", 2),
    ("K3580", 2),
]
AVOIDABLE_ED = [
    ("J069", 18),
    ("J029", 12),
    ("M545", 20),
    ("N390", 11),
    ("H6690", 5),
    ("H109", 3),
    ("J329", 3),
    ("L299", 2),
    ("B379", 2),
    ("N760", 4),
    ("Z760", 9),
    ("J209", 5),
    ("M533", 1),
    ("B86", 2),
    ("G441", 1),
    ("J310", 2),
]
OTHER_ED = [
    ("R079", 12),
    ("R109", 10),
    ("R55", 4),
    ("R0602", 4),
    ("R112", 4),
    ("S0990XA", 6),
    ("S60221A", 3),
    ("S93401A", 5),
    ("S61210A", 4),
    ("S8001XA", 4),
    ("F10129", 8),
    ("F1510", 3),
    ("F419", 4),
    ("R569", 3),
    ("N200", 3),
    ("K5900", 2),
    ("R42", 4),
    ("R197", 2),
    ("T783XXA", 2),
    ("M25511", 4),
    ("M79604", 3),
    ("R45851", 4),
    ("O200", 1),
    ("I480", 1),
]
OFFICE = [
    ("I10", 14),
    ("E119", 13),
    ("F329", 9),
    ("F1120", 7),
    ("E785", 6),
    ("M5416", 5),
    ("J449", 4),
    ("F419", 6),
    ("G8929", 5),
    ("B182", 3),
    ("Z590", 3),
    ("N183", 2),
    ("M1711", 3),
    ("K219", 4),
    ("E669", 3),
]
ALSO = [("", 50), ("I10", 10), ("E785", 6), ("F17210", 8), ("I10;E785", 6), ("F17210;Z590", 3), ("E669", 4)]

ROOM = [("0120", 72), ("0110", 12), ("0200", 9), ("0206", 5), ("0124", 2)]
ANCILLARY = [("0250", 30), ("0300", 25), ("0320", 10), ("0260", 10), ("0270", 10), ("0730", 8), ("0420", 7)]
ED_ROOM = [("0450", 93), ("0459", 4), ("0452", 3)]
ED_LEVEL = [("99281", 4), ("99282", 12), ("99283", 36), ("99284", 32), ("99285", 16)]
ED_EXTRA = [  # revenue code and procedure go together
    ("0300", "80053", 26),
    ("0300", "85025", 24),
    ("0320", "71046", 14),
    ("0250", "", 16),
    ("0730", "93005", 14),
    ("0350", "70450", 6),
]
DISCHARGE = [("01", 80), ("06", 9), ("03", 6), ("07", 5)]
FACILITIES = [f"F{number:02d}" for number in range(1, 13)]

# Everything else that a plan pays for: bill type, revenue, procedure, place of service, share, lines per claim.
FILLER = [
    ("", "", "99213", "11", 20),
    ("", "", "99214", "11", 14),
    ("", "", "99212", "11", 3),
    ("", "", "99203", "11", 2),
    ("", "", "G9001", "02", 2),
    ("", "", "99213", "20", 3),
    ("", "", "90834", "53", 6),
    ("", "", "H0020", "57", 9),
    ("", "", "80053", "81", 8),
    ("", "", "36415", "81", 6),
    ("", "", "A0130", "41", 5),
    ("0771", "0521", "T1015", "50", 8),
    ("0131", "0510", "G0463", "22", 6),
    ("0131", "0420", "97110", "22", 3),
    ("0131", "0300", "80061", "22", 3),
    ("0211", "0120", "", "31", 1),
    ("0721", "0821", "90999", "65", 1),
]
FILLER_EXTRA = [("36415", 30), ("83036", 22), ("80061", 18), ("90471", 10), ("96127", 10), ("99000", 10)]


def _shares(table: list[tuple]) -> np.ndarray:
    weights = np.array([row[-1] for row in table], dtype=float)
    return weights / weights.sum()


def _every_code() -> list[str]:
    tables = [
        OTHER_ADMISSION,
        AVOIDABLE_ED,
        OTHER_ED,
        OFFICE,
        ALSO,
        ROOM,
        ANCILLARY,
        ED_ROOM,
        ED_LEVEL,
        DISCHARGE,
    ]
    texts = {
        text for table in [*tables, ED_EXTRA, FILLER, FILLER_EXTRA] for row in table for text in row[:-1]
    }
    bills = {f"{kind}{frequency}" for kind in ("011", "013", "077", "021", "072") for frequency in "1234578"}
    single = {
        "",
        "02",
        "20",
        "30",
        "1",
        "4",
        "21",
        "23",
        "0190",
        "99223",
        "99232",
        "99238",
        "99285",
        "0180",
        "0171",
    }
    return sorted(texts | bills | single | {row[0] for row in AVOIDABLE_ADMISSION} | set(FACILITIES))


VOCABULARY = _every_code()
_INDEX = {text: index for index, text in enumerate(VOCABULARY)}


def code(text: str) -> int:
    """The number that stands for a code in the line arrays."""
    return _INDEX[text]


def numbers(texts: list[str]) -> np.ndarray:
    """The numbers of several codes, as int16."""
    return np.array([_INDEX[text] for text in texts], dtype=np.int16)


def draw(table: list[tuple], n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` codes from the first column of a table, by share."""
    return numbers([row[0] for row in table])[draw_rows(table, n, rng)]


def draw_rows(table: list[tuple], n: int, rng: np.random.Generator) -> np.ndarray:
    """`n` row numbers of a table, by share."""
    return np.searchsorted(np.cumsum(_shares(table))[:-1], rng.random(n), side="right")


def draw_avoidable_admission(ages: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Principal diagnoses of avoidable admissions, which depend on the age (n,) in years."""
    youngest, oldest = (np.array([row[place] for row in AVOIDABLE_ADMISSION]) for place in (2, 3))
    weight = np.array([row[1] for row in AVOIDABLE_ADMISSION], dtype=float)
    shares = weight * (youngest <= ages[:, None]) * (ages[:, None] < oldest)
    cumulative = np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
    rows = (rng.random((len(ages), 1)) > cumulative[:, :-1]).sum(axis=1)
    return numbers([row[0] for row in AVOIDABLE_ADMISSION])[rows]


def with_frequency(bill: np.ndarray, frequency: str) -> np.ndarray:
    """The same types of bill with another last digit; blank stays blank."""
    changed = [
        _INDEX.get(text[:3] + frequency, index) if text else index for index, text in enumerate(VOCABULARY)
    ]
    return np.array(changed, dtype=np.int16)[bill]
