"""Published shares -> the prior of every set of at most three sources.

A published prevalence is a marginal: the share of people who have the condition, alone or with others. Odds per
condition, a factor for how many coexist and a factor for some pairs are solved together until every marginal and
the shares of people with one, two and three sources come out. Source: docs/decisions/three-layers.md.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from psoas.causes import Condition, Population
from psoas.errors import KnowledgeError
from psoas.findings import Answers
from psoas.kernels import Floats, Ints
from psoas.rules import Expr, holds

SETTINGS = ("self_referred", "primary_care", "emergency", "specialist")
REFERENCE = "primary_care"  # the setting of the published shares
LEAST_RESIDUAL = 0.15  # of people, whose pain no condition explains: below it the shares contradict each other
ROUNDS, CLOSE = 5000, 1e-9


class Solved(NamedTuple):
    """odds: (C,). size: factor for one, two and three sources. The weights they give sum to `total`."""

    odds: Floats
    size: Floats
    total: float


def step(percent: dict[str, float], age: float) -> float:
    """The share that holds at that age, 0 to 1."""
    return percent[max((key for key in percent if float(key) <= age), key=float)] / 100


def marginals(
    conditions: list[Condition],
    gates: dict[str, Expr],
    population: Population,
    *,
    age: float | None,
    sex: str | None,
    setting: str,
) -> Floats:
    """P(condition) among people who come with pain, (C,); age or sex not known: the average over both.

    The factors of a setting say how its causes compare; where they leave too little for the residual, all give way.

    Raises KnowledgeError when the causes leave too few people for the residual.
    """
    if age is None:
        bands = [(float(start), share) for start, share in population.ages.items()]
        found = [
            share * marginals(conditions, gates, population, age=a, sex=sex, setting=setting) for a, share in bands
        ]
        return np.sum(found, axis=0)
    known: Answers = {"age_years": age, "sex_at_birth": sex}
    shares = np.array([share_of(one, gates.get(one.id), known, setting) for one in conditions])
    room = float(np.dot(population.coexisting, (1, 2, 3)))
    left = room - float(shares.sum())
    if left < LEAST_RESIDUAL and setting != REFERENCE:
        shares *= (room - LEAST_RESIDUAL) / shares.sum()
        left = LEAST_RESIDUAL
    if left < LEAST_RESIDUAL:
        who = f"{sex or 'either sex'}, {age:g} years, {setting}"
        raise KnowledgeError(
            "knowledge/conditions",
            f"the causes of {who} add up to {shares.sum():.2f} sources a person.",
            f"at most {room - LEAST_RESIDUAL:.2f}.",
            "Lower the shares of that age or the factors of that setting.",
        )
    residual = population.residual[max((key for key in population.residual if float(key) <= age), key=float)]
    for at, one in enumerate(conditions):
        if one.shown == "residual":
            shares[at] = left * residual[one.id]
    return shares


def share_of(condition: Condition, gate: Expr | None, known: Answers, setting: str) -> float:
    """One condition's share of such people; 0 where it is impossible, and for a residual, which takes what is left."""
    if condition.shown == "residual" or (gate is not None and holds(gate, known) is False):
        return 0.0
    sex, age = known["sex_at_birth"], known["age_years"]
    factor = {"male": condition.prior.male, "female": condition.prior.female}.get(str(sex), 1.0)
    share = min(step(condition.prior.percent, float(age or 0)) * factor, 0.95)
    odds = share / (1 - share) * condition.prior.settings.get(setting, 1.0)
    return odds / (1 + odds)


def repulsion(conditions: list[Condition], population: Population) -> Floats:
    """(C, C) factor of each pair; 0 for what never coexists: itself, and a residual with its own region."""
    at = {one.id: position for position, one in enumerate(conditions)}
    factors = np.ones((len(conditions), len(conditions)))
    for pair in population.pairs:
        first, second = (at[name] for name in pair.pair)
        factors[first, second] = factors[second, first] = pair.factor
    for i, one in enumerate(conditions):
        for j, other in enumerate(conditions):
            if i == j or ("residual" in (one.shown, other.shown) and one.region == other.region):
                factors[i, j] = 0.0
    return factors


def solve(share: Floats, coexisting: list[float], factors: Floats) -> Solved:
    """Odds and size factors that give every marginal exactly. Raises KnowledgeError when nothing does.

    Proportional scaling; the sums over all pairs and triples are matrix products, so no set is listed.
    """
    odds, size = share / (1 - share), np.ones(3)
    wanted = np.array(coexisting)
    some = share > 0
    for _ in range(ROUNDS):
        by_size = contributions(odds, factors) * size[:, None]  # (3, C)
        shares = by_size.sum(axis=1) / (1, 2, 3)
        total = float(shares.sum())
        marginal = by_size.sum(axis=0) / total
        off = np.abs(marginal[some] / share[some] - 1).max()
        if max(off, np.abs(shares / total / wanted - 1).max()) < CLOSE:
            return Solved(odds, size, total)
        odds[some] *= (share[some] / marginal[some]) ** 0.5
        size *= (wanted / (shares / total)) ** 0.5
        size /= size[0]
    raise KnowledgeError("knowledge/population.yaml", f"no odds give these shares (off by {off:.1g}).")


def contributions(odds: Floats, factors: Floats) -> Floats:
    """(3, C): the weight of all sets of one, two and three that hold the condition, before the size factors."""
    scaled = factors * odds
    pairs = odds * scaled.sum(axis=1)
    triples = odds * ((scaled @ scaled) * factors).sum(axis=1) / 2
    return np.stack([odds, pairs, triples])


def set_weights(solved: Solved, sets: Ints, factors: Floats) -> Floats:
    """(S,) the prior of each set, summing to one over all sets."""
    count = len(solved.odds)
    odds = np.append(solved.odds, 1.0)[sets].prod(axis=1)
    wide = np.ones((count + 1, count + 1))
    wide[:count, :count] = factors
    a, b, c = sets.T
    return odds * wide[a, b] * wide[a, c] * wide[b, c] * solved.size[(sets < count).sum(axis=1) - 1] / solved.total
