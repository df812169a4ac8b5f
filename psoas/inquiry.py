"""The posterior -> the question, or the test, most worth asking next, and why; or that it is time to stop.

What counts is what happens next: the scan, the person to see and the family of first measures that the posterior
asks for now (`decide`). A question is worth the chance that its answer changes one of them, and what it tells about
the sources, less the burden of asking it. Source: docs/decisions/three-layers.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from psoas.causes import IMAGING, SEE
from psoas.findings import Answers
from psoas.interview import Session, next_step
from psoas.kernels import NUMPY, Floats, Kernels
from psoas.library import Library, Urgency
from psoas.reasoning import Network, Posterior, Test, network, posterior
from psoas.rules import holds
from psoas.triage import triage

ACT_AT = 0.3  # expected sources that want a scan or a specialist, from which one would act (a judgement)
ENOUGH = 0.05  # chance of a change of plan below which asking stops
LEAST_QUESTIONS, MOST_QUESTIONS, MOST_UNKNOWN = 4, 20, 12  # who wants to know where it comes from expects to be asked
WORTH_OF_A_BIT = 0.4  # against one certain change of plan (a judgement)
BURDEN = {"history": 0.004, "self_test": 0.02, "examination": 0.0, "investigation": 0.0}
ROUGH = 0.001  # weight of the unlikeliest sets that the choice of a question leaves out
APART = 0.004  # least move of a group that is worth a mention
BASIC = ("self_care", "pharmacist", "physiotherapist", "gp")


class Table(NamedTuple):
    """All tests side by side. T tests, K outcomes at most; a missing outcome has share 0 in both columns.

    wants: (G, C) which condition asks for which scan, person and plan; kinds: the rows of each of the three. groups:
    (N, C) which condition belongs to which group of `words.yaml`.
    """

    tests: tuple[Test, ...]
    mechanism: np.ndarray
    present: Floats
    absent: Floats
    wants: Floats
    groups: Floats
    kinds: tuple[slice, slice, slice]
    names: tuple[str, ...]


class Decision(NamedTuple):
    """What the posterior asks for now."""

    imaging: str
    see: str
    plan: str


class Gain(NamedTuple):
    """What a test not yet done would tell. bits: over all conditions; change: chance of another decision."""

    test: Test
    finding: str
    bits: float
    change: float
    worth: float
    chance: Floats
    after: Floats


class Worthwhile(NamedTuple):
    """The next question, why it is asked, what it would tell, and how many were asked before it."""

    finding: str
    why: str
    bits: float
    change: float
    asked: int


@lru_cache(maxsize=4)
def table(net: Network) -> Table:
    most = max(len(test.present) for test in net.tests)
    present, absent = (np.zeros((len(net.tests), most)) for _ in range(2))
    for at, test in enumerate(net.tests):
        present[at, : len(test.present)], absent[at, : len(test.absent)] = test.present, test.absent
    plans = tuple(sorted({one.next.plan for one in net.conditions}))
    names = (*IMAGING, *SEE, *plans)
    wants = np.array(
        [
            [name == wanted for one in net.conditions for wanted in [getattr(one.next, kind)]]
            for kind, group in (("imaging", IMAGING), ("see", SEE), ("plan", plans))
            for name in group
        ],
        dtype=float,
    )
    ends = (len(IMAGING), len(IMAGING) + len(SEE), len(names))
    kinds = (slice(0, ends[0]), slice(ends[0], ends[1]), slice(ends[1], ends[2]))
    known = net.library.words.get("groups", {})
    groups = np.array([[one.group == name for one in net.conditions] for name in known], dtype=float)
    rows = np.array([test.mechanism for test in net.tests])
    return Table(tuple(net.tests), rows, present, absent, wants, groups, kinds, names)


def decisions(tab: Table, p: Floats) -> np.ndarray:
    """(..., 3) positions in `tab.names` of the scan, the person and the plan that P(condition) (..., C) asks for."""
    wanted = p @ tab.wants.T  # expected number of sources that want each
    found = []
    for kind, basic in zip(tab.kinds, (("none",), BASIC, ()), strict=True):
        own, names = wanted[..., kind].copy(), tab.names[kind]
        plain = np.array([name in basic for name in names])
        if basic:
            rare = np.where(plain, -1.0, own)
            first = np.where(plain, own, -1.0).argmax(axis=-1)
            found.append(np.where(rare.max(axis=-1) >= ACT_AT, rare.argmax(axis=-1), first) + kind.start)
        else:
            found.append(own.argmax(axis=-1) + kind.start)
    return np.stack(found, axis=-1)


def decide(post: Posterior) -> Decision:
    tab = table(post.network)
    return Decision(*(tab.names[at] for at in decisions(tab, post.p)))


def entropy(p: Floats) -> Floats:
    """In bits, of each yes/no share."""
    kept = np.clip(p, 1e-15, 1 - 1e-15)
    return -(kept * np.log2(kept) + (1 - kept) * np.log2(1 - kept))


def open_tests(net: Network, answers: Answers, askable: Collection[str]) -> list[tuple[int, str]]:
    """(test, finding to ask for it): the tests that are not settled and could be by asking."""
    found = []
    for at, test in enumerate(net.tests):
        if test.outcome(answers) is None:
            finding = next((name for name in test.needs if name not in answers and name in askable), None)
            if finding:
                found.append((at, finding))
    return found


def gains(post: Posterior, answers: Answers, askable: Collection[str]) -> list[Gain]:
    """What each test that can still be asked would tell, the most worth first."""
    tab, net = table(post.network), post.network
    wanted = open_tests(net, answers, askable)
    if not wanted:
        return []
    rows = np.array([at for at, _ in wanted])
    chance, after = outcomes(tab, post, rows)
    bits = (entropy(post.p) - (chance[:, :, None] * entropy(after)).sum(axis=1)).sum(axis=1)
    other = (decisions(tab, after) != decisions(tab, post.p)).any(axis=-1)
    change = (chance * other).sum(axis=1)
    found = []
    for i, (at, finding) in enumerate(wanted):
        burden = BURDEN[net.library.findings[finding].how]
        worth = float(change[i] + WORTH_OF_A_BIT * bits[i] - burden)
        found.append(Gain(tab.tests[at], finding, float(bits[i]), float(change[i]), worth, chance[i], after[i]))
    return sorted(found, key=lambda gain: (-gain.worth, gain.finding))


def outcomes(tab: Table, post: Posterior, rows: np.ndarray) -> tuple[Floats, Floats]:
    """(T, K) chance of each outcome, and (T, K, C) P(condition) after it."""
    m = tab.mechanism[rows]
    both, p = post.joint[:, m].T[:, None, :], post.mechanisms[m][:, None]  # (T, 1, C), (T, 1)
    present, absent = tab.present[rows], tab.absent[rows]
    chance = p * present + (1 - p) * absent
    joint = present[:, :, None] * both + absent[:, :, None] * (post.p - both)
    return chance, np.where(chance[:, :, None] > 0, joint / np.maximum(chance, 1e-300)[:, :, None], post.p)


def painless(library: Library, answers: Answers) -> bool:
    """Whether every place on the body chart was asked for and none hurts: then nothing has a source."""
    places = {area["finding"] for area in library.areas}
    return bool(places) and places <= answers.keys() and not any(answers[place] is True for place in places)


def stop(post: Posterior, open_: Sequence[Gain], asked: int) -> bool:
    """Whether to stop: nothing left tells anything, or enough is known, and a few questions were asked at least."""
    return open_[0].worth <= 0 or (asked >= LEAST_QUESTIONS and enough_known(post, open_))


def enough_known(post: Posterior, open_: Sequence[Gain]) -> bool:
    """Whether no open question, nor all open questions of one mechanism together, is likely to change the decision.

    Knowing a mechanism for sure is the most that its questions can do together.
    """
    return max(most_by_mechanism(post, {gain.test.mechanism for gain in open_}), *(g.change for g in open_)) < ENOUGH


def most_by_mechanism(post: Posterior, open_: Iterable[int]) -> float:
    """The greatest chance that knowing one of these mechanisms for sure changes the decision."""
    tab, m = table(post.network), np.array(sorted(open_))
    p = post.mechanisms[m]
    present = post.joint[:, m].T / p[:, None]
    absent = (post.p - post.joint[:, m].T) / (1 - p)[:, None]
    now = decisions(tab, post.p)
    change = p * (decisions(tab, present) != now).any(axis=-1) + (1 - p) * (decisions(tab, absent) != now).any(axis=-1)
    return float(change.max())


def askable(library: Library, clinician: bool = False) -> frozenset[str]:
    """The findings that may be asked to find the source: of the person, and of the clinician."""
    shown = {"start", "danger", "pattern", "source", "clinician"} if clinician else {"source"}
    return frozenset(item for page in library.pages if page.asks in shown for item in page.items)


def open_findings(library: Library, answers: Answers, clinician: bool = False) -> frozenset[str]:
    """What can still be asked or tested of this person: not answered, and not shut by its own gate."""
    own = askable(library, clinician) - answers.keys()
    return own - library.reading.closed(answers) if not clinician else own - shut(library, answers)


def shut(library: Library, answers: Answers) -> frozenset[str]:
    """The findings whose `ask_if` is false; signs and tests have none unless their file says so."""
    asked = [f for f in library.findings.values() if f.ask_if]
    return frozenset(f.id for f in asked if holds(library.expression(f.ask_if), answers) is False)


def next_question(
    library: Library, session: Session, setting: str = "self_referred", kernels: Kernels = NUMPY
) -> Worthwhile | None:
    """The question most worth asking, once the danger questions are behind; None when it is time to stop.

    Never while the urgency is open, nor after an emergency unless the person goes on from it.
    """
    if session.enough or painless(library, session.answers):
        return None
    if next_step(library, session).kind != "done" or undecided(library, session):
        return None
    answers = session.answers
    asked = askable(library) & answers.keys()
    if len(asked) >= MOST_QUESTIONS or sum(answers[name] is None for name in asked) >= MOST_UNKNOWN:
        return None
    post = posterior(network(library), answers, setting, kernels, prune=ROUGH)
    best = gains(post, answers, open_findings(library, answers))
    if not best or stop(post, best, len(asked)):
        return None
    return Worthwhile(best[0].finding, reason(post, best[0]), best[0].bits, best[0].change, len(asked))


def undecided(library: Library, session: Session) -> bool:
    """Whether an emergency is certain and not gone on from, or the bracket is still open below one."""
    bracket = triage(library, session.answers)
    if bracket.certain is Urgency.emergency:
        return not session.carry_on
    return bracket.possible > bracket.certain and not session.carry_on


def reason(post: Posterior, gain: Gain) -> str:
    """Why this is asked, from the actual gain: the two groups of sources that the answer would move apart most."""
    words = post.network.library.words
    groups = list(words["groups"])
    moved = table(post.network).groups @ (gain.after[0] - post.p)
    up, down = int(moved.argmax()), int(moved.argmin())
    if min(moved[up], -moved[down]) > APART:
        return str(words["asked_to"]["apart"]).format(words["groups"][groups[up]], words["groups"][groups[down]])
    most = groups[up if moved[up] >= -moved[down] else down]
    return str(words["asked_to"]["sure"]).format(words["groups"][most])


def why_ask(
    library: Library, answers: Answers, finding: str, setting: str = "self_referred", kernels: Kernels = NUMPY
) -> str:
    """Why this one is asked, whether it is answered already or not; "" when its answer would tell nothing."""
    rest = {name: value for name, value in answers.items() if name != finding}
    post = posterior(network(library), rest, setting, kernels, prune=ROUGH)
    best = gains(post, rest, {finding})
    return reason(post, best[0]) if best else ""
