"""Assignment drawn again as it was drawn: within strata, group sizes fixed, the list of units held fixed.

A uniform subset of the right size is had without sorting: every unit is drawn by the toss of a coin of nearly
the right chance, then units chosen at random are taken back, or added, until the size is right. By symmetry
all subsets of that size are equally likely.
"""

from collections.abc import Iterator

import numpy as np

from armwise.estimates.core import Array, Codes

# Tosses held in memory at once.
AT_ONCE = 20_000_000
Bits = np.ndarray  # (draws, n) of 0 and 1, unsigned bytes


def redrawn(size: int, treated: int, draws: int, generator: np.random.Generator) -> Iterator[Bits]:
    """Yield `draws` assignments of `treated` among `size` units, as many together as memory suits."""
    step = max(1, min(draws, AT_ONCE // size))
    for start in range(0, draws, step):
        count = min(step, draws - start)
        bits = _tossed(count, size, treated / size, generator)
        _settle(bits, treated, generator)
        yield bits


def _tossed(count: int, size: int, chance: float, generator: np.random.Generator) -> Bits:
    raw = generator.bytes(count * size)
    threshold = min(255, max(1, round(chance * 256)))
    tossed = np.frombuffer(raw, np.uint8) < threshold
    return tossed.view(np.uint8).reshape(count, size).copy()


def _settle(bits: Bits, treated: int, generator: np.random.Generator) -> None:
    """Turn units chosen at random until every row has `treated` ones."""
    size = bits.shape[1]
    flat, surplus = bits.reshape(-1), bits.sum(axis=1, dtype=np.int64) - treated
    open_rows = np.flatnonzero(surplus)
    while len(open_rows):
        place = open_rows * size + generator.integers(0, size, len(open_rows))
        too_many = surplus[open_rows] > 0
        turned = flat[place] == too_many
        flat[place[turned]] ^= 1
        surplus[open_rows[turned]] -= np.where(too_many[turned], 1, -1)
        open_rows = open_rows[surplus[open_rows] != 0]


def studentized(bits: Bits, columns: Array) -> tuple[Array, Array]:
    """Return differences of means (draws, K) between the drawn and the others, and their variances.

    `columns` (3K, n): for K outcomes whether a unit is observed, its value, and the square of that (0 where
    it is not observed). Variances are Welch's, pooled where an arm has a single unit; without a unit in an
    arm both are NaN.
    """
    drawn = bits.astype(float) @ columns.T
    one, other = (each.reshape(len(bits), 3, -1) for each in (drawn, columns.sum(axis=1) - drawn))
    return _welch(one, other)


def _welch(one: Array, other: Array) -> tuple[Array, Array]:
    (n1, s1, q1), (n0, s0, q0) = (np.moveaxis(each, 1, 0) for each in (one, other))
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = s1 / n1 - s0 / n0
        own = [(q - s**2 / n) / (n - 1) / n for n, s, q in ((n1, s1, q1), (n0, s0, q0))]
        rest = (q1 - s1**2 / n1 + q0 - s0**2 / n0) / (n1 + n0 - 2) * (1 / n1 + 1 / n0)
    variance = np.where((n1 > 1) & (n0 > 1), own[0] + own[1], rest)
    return difference, np.maximum(variance, 0)


def over_strata(arm: Codes, stratum: Codes, columns: Array, draws: int, seed: int) -> tuple[Array, Array]:
    """Return observed (K) and redrawn (draws, K) statistics: stratified differences over standard errors.

    `arm` (n) is 1 or 0, `columns` (3K, n) as for `studentized`. Strata count by their units observed;
    a stratum without both arms is left out.
    """
    shape = (draws + 1, len(columns) // 3)
    top, bottom = np.zeros(shape), np.zeros(shape)
    for code in range(int(stratum.max()) + 1):
        mine = np.flatnonzero(stratum == code)
        treated = int(arm[mine].sum())
        if not 0 < treated < len(mine):
            continue
        generator = np.random.Generator(np.random.SFC64([seed, code]))
        weight = columns[: shape[1], mine].sum(axis=1)
        at = 0
        for bits in (arm[None, mine].astype(np.uint8), *redrawn(len(mine), treated, draws, generator)):
            _add(top[at : at + len(bits)], bottom[at : at + len(bits)], bits, columns[:, mine], weight)
            at += len(bits)
    statistic = np.divide(top, np.sqrt(bottom), out=np.zeros(shape), where=bottom > 0)
    return statistic[0], statistic[1:]


def _add(top: Array, bottom: Array, bits: Bits, columns: Array, weight: Array) -> None:
    difference, variance = studentized(bits, columns)
    known = np.isfinite(difference) & np.isfinite(variance)
    top += np.where(known, weight * difference, 0.0)
    bottom += np.where(known, weight**2 * variance, 0.0)
