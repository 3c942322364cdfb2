"""Simulated trials at the level of outcomes, with the truth worked out from their own potential outcomes.

Persons enter a lottery; controls may return to later ones, and one who is drawn then is helped for the rest
of the follow-up of the earlier enrollment too. The effect of assignment is therefore that of treatment
policy: the truth of an enrollment under control takes account of the lottery that it would have won later.
"""

from dataclasses import dataclass

import numpy as np

from armwise.estimates.covariates import Baseline
from armwise.estimates.design import Design, Outcome

TIERS = 3
COMPLIERS = 0.4
RETURN = 0.7
MONTHS = (0, 2, 4)  # when lotteries are held
OUTCOMES = 4


@dataclass(frozen=True)
class Scenario:
    """What a trial is like: rates per year by tier, chances by lottery and tier, `clusters` if any."""

    name: str
    persons: int = 1500
    rate: tuple[float, ...] = (0.3, 0.7, 1.4)
    chance: tuple[tuple[float, ...], ...] = ((0.3, 0.4, 0.5), (0.4, 0.3, 0.5), (0.5, 0.4, 0.3))
    ratio: float = 0.8
    gain: float = 0.10  # of the share with the binary outcome, in compliers
    share: tuple[float, ...] = (0.2, 0.35, 0.5)
    dispersion: float = 0.5  # variance of the persons' frailty
    loss: float = 0.3  # rate of losing coverage, per year
    informative: bool = False  # the frail lose coverage sooner
    clusters: int = 0

    def without_effect(self) -> "Scenario":
        """Return the same trial with no effect."""
        return Scenario(**{**self.__dict__, "ratio": 1.0, "gain": 0.0})


SCENARIOS = (
    Scenario("returning controls"),
    Scenario("one to four", chance=((0.2,) * 3,) * 3),
    Scenario("events in 2%", persons=3000, rate=(0.01, 0.02, 0.03), share=(0.01, 0.02, 0.03), gain=0.02),
    Scenario("20 clusters", persons=600, clusters=20),
    Scenario("over-dispersion, informative loss", dispersion=4.0, loss=0.6, informative=True),
)

# What the short form simulates: where a wrong level of clustering shows in few trials.
SHORT = (Scenario("returning controls"), Scenario("40 clusters", persons=2000, clusters=40))


@dataclass(frozen=True)
class Trial:
    """One simulated trial and the sums that its truth is made of."""

    design: Design
    counts: list[Outcome]
    binary: Outcome
    uptake: Outcome
    truth: np.ndarray  # (tiers, 6): enrollments, years, events under control and offer, shares under both


@dataclass(frozen=True)
class Drawn:
    """Who was enrolled, in which lottery, drawn or not, the chance of that, when helped later; tiers."""

    person: np.ndarray
    lottery: np.ndarray
    arm: np.ndarray
    chance: np.ndarray
    later: np.ndarray
    tier: np.ndarray  # of persons


def simulate(scenario: Scenario, generator: np.random.Generator) -> Trial:
    """Make one trial."""
    drawn = (_clusters_drawn if scenario.clusters else _persons_drawn)(scenario, generator)
    person, arm, tier = drawn.person, drawn.arm, drawn.tier[drawn.person]
    group = np.arange(scenario.persons) % max(scenario.clusters, 1)
    shock = (
        generator.gamma(20, 1 / 20, max(scenario.clusters, 1))[group]
        if scenario.clusters
        else np.ones(len(group))
    )
    frailty = generator.gamma(1 / scenario.dispersion, scenario.dispersion, scenario.persons) * shock
    hazard = scenario.loss * (frailty[person] + 0.2 if scenario.informative else 1.0)
    years = np.minimum(1.0, generator.exponential(1 / hazard, len(person)) + 0.02)
    rate = np.array(scenario.rate)[tier] * frailty[person]
    helped = np.maximum(years - drawn.later, 0.0)
    offered, usual = rate * scenario.ratio * years, rate * (years - helped * (1 - scenario.ratio))
    complier = generator.random(len(person)) < COMPLIERS
    base = np.array(scenario.share)[tier] * shock[person]
    kept = {
        "arm": arm,
        "stratum": tier * 0 if scenario.clusters else drawn.lottery * TIERS + tier,
        "cluster": group[person] if scenario.clusters else person,
        "chance": drawn.chance,
        "years": years,
        "tier": tier,
        "mean": np.where(arm == 1, offered, usual),
        "had": generator.random(len(person)) < base + scenario.gain * complier * (arm == 1),
        "took": complier & (arm == 1),
        "usual": usual,
        "offered": offered,
        "base": base,
    }
    order = np.lexsort((person, kept["stratum"]))
    return _trial(scenario, {name: values[order] for name, values in kept.items()}, generator)


def _clusters_drawn(scenario: Scenario, generator: np.random.Generator) -> Drawn:
    """Draw half of the clusters, once."""
    person = np.arange(scenario.persons)
    drawn = np.zeros(scenario.clusters, np.int64)
    drawn[generator.permutation(scenario.clusters)[: scenario.clusters // 2]] = 1
    tier = generator.integers(0, TIERS, scenario.persons)
    never = np.full(len(person), np.inf)
    return Drawn(
        person, 0 * person, drawn[person % scenario.clusters], np.full(len(person), 0.5), never, tier
    )


def _persons_drawn(scenario: Scenario, generator: np.random.Generator) -> Drawn:
    """Hold every lottery with exact group sizes; controls may return."""
    tier = generator.integers(0, TIERS, scenario.persons)
    enrolled = np.ones(scenario.persons, bool)
    returns = generator.random((len(MONTHS), scenario.persons)) < RETURN
    wins, chances, rows = [], [], []
    for number in range(len(MONTHS)):
        if number:
            enrolled = enrolled & (wins[-1] == 0) & returns[number]
        win, chance = _lottery(enrolled, tier, scenario.chance[number], generator)
        wins.append(win)
        chances.append(chance)
        rows.append(np.flatnonzero(enrolled))
    person = np.concatenate(rows)
    lottery = np.repeat(np.arange(len(MONTHS)), [len(who) for who in rows])
    arm, chance = np.stack(wins)[lottery, person], np.stack(chances)[lottery, person]
    later = _helped_later(person, lottery, arm, wins, returns, scenario, tier, generator)
    return Drawn(person, lottery, arm, np.where(arm == 1, chance, 1 - chance), later, tier)


def _lottery(
    enrolled: np.ndarray, tier: np.ndarray, chance: tuple[float, ...], generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a fixed share of each tier; the chance is the share drawn."""
    win, exact = np.zeros(len(tier), np.int64), np.zeros(len(tier))
    for level in range(TIERS):
        mine = np.flatnonzero(enrolled & (tier == level))
        size = round(len(mine) * chance[level])
        win[generator.permutation(mine)[:size]] = 1
        exact[mine] = size / max(len(mine), 1)
    return win, exact


def _helped_later(
    person: np.ndarray, lottery: np.ndarray, arm: np.ndarray, wins: list[np.ndarray], returns: np.ndarray,
    scenario: Scenario, tier: np.ndarray, generator: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Return after how many years an enrollment is helped by a later lottery if it is a control (else never).

    What happened to those who were controls; for the others, what would have happened, drawn alike.
    """
    found = np.full(len(person), np.inf)
    for row in np.flatnonzero(lottery < len(MONTHS) - 1):
        for number in range(lottery[row] + 1, len(MONTHS)):
            who = person[row]
            if not returns[number, who]:
                break
            hypothetical = generator.random() < scenario.chance[number][tier[who]]
            if wins[number][who] if arm[row] == 0 else hypothetical:
                found[row] = (MONTHS[number] - MONTHS[lottery[row]]) / 12
                break
    return found


def _trial(scenario: Scenario, kept: dict[str, np.ndarray], generator: np.random.Generator) -> Trial:
    rows = len(kept["arm"])
    ones, no = np.ones(rows), np.zeros(rows, bool)
    design = Design(
        ("usual", "offer"), kept["arm"], _dense(kept["stratum"]), _dense(kept["cluster"]), 1 / kept["chance"],
        None, np.arange(rows), Baseline({}, {}, {}),
    )  # fmt: skip
    counts = [
        Outcome(f"y{number}", "w", "count", generator.poisson(kept["mean"]) * 1.0, kept["years"], ones, no)
        for number in range(OUTCOMES)
    ]
    binary = Outcome("b", "w", "binary", kept["had"] * 1.0, None, ones, no)
    uptake = Outcome("uptake", "w", "binary", kept["took"] * 1.0, None, ones, no)
    helped = kept["base"] + scenario.gain * COMPLIERS
    sums = (ones, kept["years"], kept["usual"], kept["offered"], kept["base"], helped)
    truth = np.stack([np.bincount(kept["tier"], each, TIERS) for each in sums], axis=1)
    return Trial(design, counts, binary, uptake, truth)


def _dense(codes: np.ndarray) -> np.ndarray:
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def truths(total: np.ndarray, gain: float) -> dict[str, float]:
    """Return the true values from the sums of many trials: standardized over the enrollments."""
    share = total[:, 0] / total[:, 0].sum()
    usual, offered = share @ (total[:, 2] / total[:, 1]), share @ (total[:, 3] / total[:, 1])
    risks = total[:, 4].sum() / total[:, 0].sum(), total[:, 5].sum() / total[:, 0].sum()
    return {
        "rate_ratio": float(offered / usual),
        "rate_difference": float(offered - usual),
        "risk_difference": float(risks[1] - risks[0]),
        "complier_risk_difference": gain,
    }
