"""People drawn from the network itself, who answer the interview; it tests consistency and cost, not truth."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from psoas.findings import Value
from psoas.inquiry import MOST_QUESTIONS, ROUGH, askable, decide, gains, stop
from psoas.kernels import best_kernels
from psoas.library import Library
from psoas.reasoning import Network, Posterior, Test, network, posterior
from psoas.rules import Compare, atoms

Person = dict[str, Value | None]


class Simulated(NamedTuple):
    """One person: what is truly there, and the true answer to every finding of the network."""

    sources: tuple[str, ...]
    answers: Person


class Crowd:
    """Draws people of one setting: a set of sources from the prior, mechanisms from the set, findings from those."""

    def __init__(self, library: Library, setting: str, seed: int) -> None:
        self.net, self.setting = network(library), setting
        self.dice, self.numpy = random.Random(seed), np.random.default_rng(seed)
        self.settled = {
            (test.id, at): self.ways(test, at) for test in self.net.tests for at in range(len(test.present))
        }

    def ways(self, test: Test, outcome: int) -> list[Person]:
        """Answers that settle a test to that outcome."""
        findings = self.net.library.findings
        values: list[list[Value]] = []
        for name in test.needs:
            finding = findings[name]
            cuts = [a.value for e in test.when for a in atoms(e) if isinstance(a, Compare) and a.finding == name]
            if finding.kind == "number" and finding.range:
                near = sorted({float(c) + d for c in cuts for d in (-1, 0, 1)} | set(finding.range))  # type: ignore[arg-type]
                values.append([v for v in near if finding.range[0] <= v <= finding.range[1]])
            else:
                values.append(list(finding.choices) if finding.choices else [True, False])
        people = [dict(zip(test.needs, row, strict=True)) for row in product(*values)]
        return [person for person in people if test.outcome(person) == outcome]

    def people(self, count: int) -> Iterator[Simulated]:
        for _ in range(count):
            age, sex = float(self.dice.randint(18, 88)), self.dice.choice(["female", "male"])
            yield self.person(age, sex)

    def person(self, age: float, sex: str) -> Simulated:
        net = self.net
        prior = net.prior(tuple(net.shares(age, sex, self.setting))) * net.allowed(
            {"age_years": age, "sex_at_birth": sex}
        )
        drawn = int(self.numpy.choice(len(prior), p=prior / prior.sum()))
        present = self.numpy.random(len(net.mechanisms)) < net.shows[:, drawn]
        answers: Person = {"age_years": age, "sex_at_birth": sex}
        for test in net.tests:
            shares = test.present if present[test.mechanism] else test.absent
            outcome = int(self.numpy.choice(len(shares), p=shares / shares.sum()))
            for name, value in self.dice.choice(self.settled[(test.id, outcome)]).items():
                answers.setdefault(name, value)
        names = tuple(net.conditions[at].id for at in net.sets[drawn] if at < len(net.conditions))
        return Simulated(names, answers)


def before_the_source(library: Library, person: Person, closed: frozenset[str] = frozenset()) -> Person:
    """What the person has said when the danger pages are behind them."""
    asked = {item for page in library.pages if page.asks in ("start", "danger", "pattern") for item in page.items}
    return {name: value for name, value in person.items() if name in asked and name not in closed}


class Interviewed(NamedTuple):
    """How it went: questions asked, and whether the decision and the leader are those of every question asked."""

    questions: int
    same_decision: bool
    same_leader: bool
    found: bool


def interview(net: Network, person: Simulated, setting: str, most: int) -> Interviewed:
    library = net.library
    answers, own = before_the_source(library, person.answers), askable(library)
    count = 0
    while count < most:
        post = posterior(net, answers, setting, best_kernels(), prune=ROUGH)
        best = [g for g in gains(post, answers, own - answers.keys()) if g.finding in person.answers]
        if not best or stop(post, best, count):
            break
        answers[best[0].finding] = person.answers[best[0].finding]
        count += 1
    post = posterior(net, answers, setting)
    asked = {k: v for k, v in person.answers.items() if k in own} | answers
    full = posterior(net, asked, setting)
    lead = net.conditions[int(post.p.argmax())].id
    return Interviewed(count, decide(post) == decide(full), lead == leader(full), lead in person.sources)


def leader(post: Posterior) -> str:
    return post.network.conditions[int(post.p.argmax())].id


def report(library: Library, count: int, setting: str = "primary_care", seed: int = 1) -> list[str]:
    """How many questions the interview takes, and what stopping costs against asking everything."""
    net = network(library)
    found = [interview(net, one, setting, MOST_QUESTIONS) for one in Crowd(library, setting, seed).people(count)]
    asked = sorted(one.questions for one in found)
    changed, same = (sum(not one.same_decision for one in found), sum(one.same_leader for one in found))
    return [
        f"## The interview, {count} people drawn from the network ({setting})",
        "",
        "It tests consistency and cost, not truth. Everything is known that comes before the source.",
        "",
        f"- questions about the source: median {asked[count // 2]}, four in five at most {asked[count * 4 // 5]}",
        f"- price of stopping: another scan, referral or first plan in {changed / count:.1%}, had all been asked",
        f"- the leading condition is that of all questions in {same / count:.0%}; it is truly there in "
        f"{sum(one.found for one in found) / count:.0%}",
        "",
    ]
