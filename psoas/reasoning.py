"""Answers -> probability of each mechanism and condition, several at once where so: exact, over every allowed set.

Conditions switch mechanisms on (a noisy-OR with a leak), mechanisms show themselves in findings, and each finding
has one parent. So the likelihood of a set factorises over mechanisms, and what was not asked or is not known drops
out exactly. At most three sources at once is the model, not an approximation. Urgency never comes from here.
Source: docs/decisions/three-layers.md.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from psoas.causes import Observation
from psoas.errors import InputError
from psoas.findings import Answers
from psoas.kernels import NUMPY, Floats, Ints, Kernels, Table
from psoas.library import Library
from psoas.priors import marginals, repulsion, set_weights, solve
from psoas.rules import Const, Expr, holds, needs

MOST = 3  # sources at once
OPEN = Const(True)  # the gate of a condition that is possible in everyone


class Impossible(InputError):
    """No allowed set of sources explains the answers."""


class Test(NamedTuple):
    """One observation of a mechanism: its outcomes, each with its share when the mechanism is present or absent.

    A yes/no observation has the outcomes true and false (the last, `when` is its negation); a binned one its bins.
    """

    id: str
    mechanism: int
    when: tuple[Expr, ...]
    present: Floats
    absent: Floats
    needs: tuple[str, ...]
    bins: bool
    written: tuple[str, ...]

    def outcome(self, answers: Answers) -> int | None:
        """Which outcome the answers settle; None while it is not known."""
        for at, expr in enumerate(self.when):
            found = holds(expr, answers)
            if found is None:
                return None
            if found:
                return at
        return None if self.bins else 1  # bins cover everything, so one of them was true


class Evidence(NamedTuple):
    """An observation that the answers settle, and its likelihood if the mechanism is present or absent."""

    test: Test
    outcome: int

    @property
    def present(self) -> float:
        return float(self.test.present[self.outcome])

    @property
    def absent(self) -> float:
        return float(self.test.absent[self.outcome])


class Network:
    """The three layers as arrays. C conditions, M mechanisms, S sets of one to three conditions.

    sets: (S, 3) positions of conditions, filled up with C. shows: (M, S) P(mechanism | set).
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.conditions = list(library.conditions.values())
        self.mechanisms = list(library.mechanisms.values())
        self.gates = {one.id: library.expression(one.only_if) for one in self.conditions if one.only_if}
        self.factors = repulsion(self.conditions, library.population)
        self.sets = allowed_sets(self.factors)
        self.leak = np.array([one.leak for one in self.mechanisms])
        self.misses = self.missed()
        silent = self.misses * np.cbrt(1 - self.leak)[:, None]
        first, second, third = self.sets.T
        self.shows = 1 - silent[:, first] * silent[:, second] * silent[:, third]
        self.table = Table(self.sets, self.shows, silent)
        self.tests = [self.test(at, item) for at, one in enumerate(self.mechanisms) for item in one.findings]
        self.prior = lru_cache(maxsize=64)(self.prior_of)
        self.without = lru_cache(maxsize=64)(self.without_shut)
        self.prior_mechanisms = lru_cache(maxsize=64)(lambda shares: self.shows @ self.prior(shares))

    def missed(self) -> Floats:
        """(M, C + 1): P(the condition does not switch the mechanism on); 1 for the filling."""
        at = {one.id: position for position, one in enumerate(self.mechanisms)}
        found = np.ones((len(self.mechanisms), len(self.conditions) + 1))
        for position, condition in enumerate(self.conditions):
            for cause in condition.causes:
                found[at[cause.mechanism], position] = 1 - cause.q
        return found

    def test(self, mechanism: int, item: Observation) -> Test:
        exprs = tuple(self.library.expression(text) for text, _, _ in item.tests)
        present, absent = (np.array([row[column] for row in item.tests]) for column in (1, 2))
        if not item.bins:
            present, absent = np.array([present[0], 1 - present[0]]), np.array([absent[0], 1 - absent[0]])
        read = tuple(dict.fromkeys(name for expr in exprs for name in needs(expr)))
        written = tuple(text for text, _, _ in item.tests)
        return Test(item.id, mechanism, exprs, present, absent, read, bool(item.bins), written)

    def shares(self, age: float | None, sex: str | None, setting: str) -> Floats:
        """(C,) published share of each condition among such people."""
        population = self.library.population
        return marginals(self.conditions, self.gates, population, age=age, sex=sex, setting=setting)

    def prior_of(self, shares: tuple[float, ...]) -> Floats:
        """(S,) prior of each set that gives these shares."""
        solved = solve(np.array(shares), self.library.population.coexisting, self.factors)
        return set_weights(solved, self.sets, self.factors)

    def members(self, weight: Floats) -> Floats:
        """(C,) the weight of all sets that hold each condition."""
        count = len(self.conditions)
        return np.bincount(self.sets.ravel(), np.repeat(weight, MOST), count + 1)[:count].astype(np.float64)

    def allowed(self, answers: Answers) -> Floats:
        """(S,) 1 where every condition of the set is possible for this person, else 0."""
        gates = (self.gates.get(one.id, OPEN) for one in self.conditions)
        return self.without(tuple(holds(gate, answers) is False for gate in gates))

    def without_shut(self, shut: tuple[bool, ...]) -> Floats:
        """(S,) 0 where a set holds one of the conditions that are shut."""
        return np.where(np.array([*shut, False])[self.sets].any(axis=1), 0.0, 1.0)


def allowed_sets(factors: Floats) -> Ints:
    """(S, 3) every set of one, two and three conditions whose pairs may coexist, filled up with C."""
    count = len(factors)
    may = np.triu(factors > 0, 1)
    pairs = np.argwhere(may)
    at, third = np.nonzero(may[pairs[:, 0]] & may[pairs[:, 1]])
    alone = np.column_stack([np.arange(count), np.full((count, 2), count)])
    two = np.column_stack([pairs, np.full(len(pairs), count)])
    return np.concatenate([alone, two, np.column_stack([pairs[at], third])]).astype(np.intp)


@lru_cache(maxsize=4)
def network(library: Library) -> Network:
    """The arrays of a library, made once."""
    return Network(library)


class Posterior(NamedTuple):
    """What the answers say. p, prior: (C,). weight: (S,). mechanisms: (M,). joint: (C, M) P(condition and mechanism).

    prior: of such a person before any answer but age and sex.
    """

    network: Network
    evidence: tuple[Evidence, ...]
    prior: Floats
    weight: Floats
    p: Floats
    mechanisms: Floats
    joint: Floats

    def without(self) -> Floats:
        """(E, C) P(condition) had that one answer not been given, exactly: its likelihood is divided out."""
        found = np.empty((len(self.evidence), len(self.p)))
        for at, item in enumerate(self.evidence):
            m = item.test.mechanism
            present, absent = 1 / item.present, 1 / item.absent
            both = self.joint[:, m] * present + (self.p - self.joint[:, m]) * absent
            found[at] = both / (self.mechanisms[m] * present + (1 - self.mechanisms[m]) * absent)
        return found


def seen(net: Network, answers: Answers) -> tuple[Evidence, ...]:
    """The observations that the answers settle, in the network's own order, whatever the order of answering."""
    found = ((test, test.outcome(answers)) for test in net.tests)
    return tuple(Evidence(test, outcome) for test, outcome in found if outcome is not None)


def posterior(
    net: Network,
    answers: Answers,
    setting: str = "self_referred",
    kernels: Kernels = NUMPY,
    prune: float = 0.0,
) -> Posterior:
    """The posterior for one complaint of one person; prune: see `posterior_of`.

    Raises Impossible, naming the answers, when no allowed set of sources explains them.
    """
    age, sex = answers.get("age_years"), answers.get("sex_at_birth")
    shares = net.shares(age if isinstance(age, float | int) else None, str(sex) if sex else None, setting)
    prior = net.prior(tuple(shares)) * net.allowed(answers)
    return posterior_of(net, seen(net, answers), shares, prior, kernels, prune)


def posterior_of(
    net: Network,
    evidence: tuple[Evidence, ...],
    shares: Floats,
    prior: Floats,
    kernels: Kernels = NUMPY,
    prune: float = 0.0,
) -> Posterior:
    """The posterior of evidence over sets with these prior weights, (S,); shares: (C,) of such people, to compare.

    P(condition) is always exact. prune: weight of the unlikeliest sets that `mechanisms` and `joint` leave out, so
    that none of them is off by more than that. Raises Impossible.
    """
    ratio = np.ones(len(net.mechanisms))
    for item in evidence:
        ratio[item.test.mechanism] *= item.present / item.absent
    weight = kernels.weigh(net.table, prior, ratio)
    if not weight.any():
        names = ", ".join(name for item in evidence for name in item.test.needs) or "none"
        raise Impossible("answers", f"no source of pain explains these together: {names}.", "", "Check them.")
    kept = heaviest(weight, prune)
    joint = kernels.join(net.table, kept, weight, ratio)
    return Posterior(net, evidence, shares, weight, net.members(weight), joint[-1], joint[:-1])


def heaviest(weight: Floats, prune: float) -> Ints:
    """The sets that hold all but `prune` of the weight."""
    if not prune:
        return np.flatnonzero(weight > 0)
    some = np.flatnonzero(
        weight > prune / 2 / len(weight)
    )  # the rest weighs less than half of it, and needs no sorting
    order = some[np.argsort(-weight[some])]
    held = np.cumsum(weight[order])
    return order[: int(np.searchsorted(held, held[-1] - prune / 2)) + 1]


def log_odds(p: Floats) -> Floats:
    """Of shares, kept away from certainty so that it stays finite."""
    kept = np.clip(p, 1e-12, 1 - 1e-12)
    return np.log(kept / (1 - kept))
