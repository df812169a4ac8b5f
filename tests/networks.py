"""Small networks to reason over, made at random, and the slow, plain meaning of what the fast one computes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import Any

from hypothesis import strategies as st

from psoas.causes import Bin, Cause, Condition, Mechanism, Next, Observation, Population, Prior
from psoas.findings import Finding, Value
from psoas.library import Knowledge, Library
from psoas.parsing import Vocabulary
from psoas.reasoning import Network
from psoas.records import Review

SHARE = st.floats(0.02, 0.98)
NOBODY = Population(
    coexisting=[0.8, 0.17, 0.03], residual={}, pairs=[], ages={"0": 1.0}, judged="test", review=Review()
)
Person = dict[str, Value | None]


def library_of(conditions: list[Condition], mechanisms: list[Mechanism]) -> Library:
    """A library with these layers only; each observation has a finding of its own name."""
    findings = {f.id: f for f in general() + [f for m in mechanisms for o in m.findings for f in findings_of(o)]}
    vocabulary = Vocabulary(findings)
    texts = [text for m in mechanisms for o in m.findings for text, _, _ in o.tests]
    texts += [one.only_if for one in conditions if one.only_if]
    return Library(
        Knowledge(
            format=0, version="test", findings=findings, pages=[], red_flags={}, hazards={}, people=[],
            contradictions=[], sources={}, countries={}, words={}, areas={}, aliases={},
            mechanisms={m.id: m for m in mechanisms}, conditions={c.id: c for c in conditions},
            population=NOBODY,
            expressions={text: vocabulary.parse(text, "test") for text in texts},
        )
    )  # fmt: skip


def general() -> list[Finding]:
    sex = {"female": "Female", "male": "Male"}
    return [
        Finding(id="age_years", kind="number", label="age", unit="years", range=(0, 120)),
        Finding(id="sex_at_birth", kind="choice", label="sex", choices=sex),
    ]


def findings_of(item: Observation) -> list[Finding]:
    if item.bins:
        return [Finding(id=item.id, kind="number", label=item.id, unit="weeks", range=(0, 100))]
    return [Finding(id=item.id, kind="boolean", label=item.id, question=item.id)]


def condition(name: str, causes: Mapping[str, float], **fields: Any) -> Condition:
    return Condition(
        id=name, name=name, plain=name, means="", icd10=[], group="", region=name, prior=Prior(percent={"0": 10.0}),
        causes=[Cause(mechanism=m, q=q) for m, q in causes.items()], next=Next(imaging="none", see="gp", plan=name),
        judged="test", review=Review(), **fields,
    )  # fmt: skip


@st.composite
def observations(draw: st.DrawFn, name: str) -> Observation:
    if draw(st.booleans()):
        return Observation(id=name, present=draw(SHARE), absent=draw(SHARE))
    cut, (a, b) = draw(st.integers(1, 99)), (draw(SHARE), draw(SHARE))
    low = Bin(when=f"{name} < {cut}", present=a, absent=b)
    return Observation(id=name, bins=[low, Bin(when=f"{name} >= {cut}", present=1 - a, absent=1 - b)])


@st.composite
def networks(draw: st.DrawFn, most: int = 5) -> Network:
    """One to `most` conditions, up to four mechanisms with up to three observations each."""
    count, wide = draw(st.integers(1, most)), draw(st.integers(1, 4))
    mechanisms = []
    for m in range(wide):
        own = [draw(observations(f"f{m}_{at}")) for at in range(draw(st.integers(1, 3)))]
        name, leak = f"m{m}", draw(SHARE)
        mechanisms.append(
            Mechanism(id=name, name=name, plain="", leak=leak, judged="test", findings=own, review=Review())
        )
    conditions = []
    for c in range(count):
        linked = draw(st.lists(st.integers(0, wide - 1), unique=True))
        conditions.append(condition(f"c{c}", {f"m{m}": draw(SHARE) for m in linked}))
    return Network(library_of(conditions, mechanisms))


@st.composite
def priors(draw: st.DrawFn, net: Network) -> list[float]:
    """A weight for each set, summing to one."""
    weights = [draw(st.floats(0.01, 1)) for _ in net.sets]
    return [weight / sum(weights) for weight in weights]


@st.composite
def answers(draw: st.DrawFn, net: Network) -> Person:
    """Answers to some of the findings; some of them "not known"."""
    found: Person = {}
    for test in net.tests:
        kind = draw(st.sampled_from(["absent", "null", "known", "known"]))
        if kind != "absent":
            value = draw(st.floats(0, 100)) if test.bins else draw(st.booleans())
            found[test.id] = None if kind == "null" else value
    return found


def enumerated(net: Network, prior: list[float], person: Person) -> tuple[list[float], list[float], float]:
    """P(condition), P(mechanism) and P(answers), by listing every set and every state of every mechanism."""
    p, mechanisms, total = [0.0] * len(net.conditions), [0.0] * len(net.mechanisms), 0.0
    for weight, members in zip(prior, sets_of(net), strict=True):
        for states in product([False, True], repeat=len(net.mechanisms)):
            joint = weight * state_chance(net, members, states) * answer_chance(net, states, person)
            total += joint
            for c in members:
                p[c] += joint
            for m, present in enumerate(states):
                mechanisms[m] += joint * present
    return [x / total for x in p], [x / total for x in mechanisms], total


def sets_of(net: Network) -> Iterator[tuple[int, ...]]:
    """The members of each set, in the network's own order."""
    return (tuple(int(c) for c in row if c < len(net.conditions)) for row in net.sets)


def every_set(count: int) -> set[tuple[int, ...]]:
    return {members for size in (1, 2, 3) for members in combinations(range(count), size)}


def state_chance(net: Network, members: tuple[int, ...], states: tuple[bool, ...]) -> float:
    chance = 1.0
    for mechanism, present in zip(net.mechanisms, states, strict=True):
        silent = 1 - mechanism.leak
        for c in members:
            silent *= math.prod(1 - cause.q for cause in net.conditions[c].causes if cause.mechanism == mechanism.id)
        chance *= 1 - silent if present else silent
    return chance


def answer_chance(net: Network, states: tuple[bool, ...], person: Person) -> float:
    chance = 1.0
    for mechanism, present in zip(net.mechanisms, states, strict=True):
        for item in mechanism.findings:
            value = person.get(item.id)
            if value is None:
                continue
            if item.bins:
                cut = float(item.bins[0].when.rpartition(" ")[2])
                one = item.bins[0] if value < cut else item.bins[1]
                chance *= one.present if present else one.absent
            else:
                yes = item.present if present else item.absent
                chance *= yes if value else 1 - yes
    return chance
