"""The posterior as plain values: mechanisms, likely conditions, what must not be missed, what may coexist."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from psoas.answer import Danger, Likely, Nonspecific, Outcome, Reason, Shift, Source, Together, Worth, word
from psoas.findings import Answers, as_words
from psoas.inquiry import Gain, gains, open_findings, reason
from psoas.kernels import NUMPY, Floats, Kernels
from psoas.library import Library
from psoas.reasoning import MOST, Evidence, Network, Posterior, log_odds, network, posterior

LISTED = 0.01  # share from which a condition is listed
RISEN = float(np.log(2))  # rise of the odds from which a dangerous condition is named
TELLING, REASONS = 0.1, 6  # change of log odds that counts as for or against; how many are shown
TOGETHER = 0.05
UNSEEN = 1e-7  # weight of the unlikeliest sets that for, against and the worth of tests leave out
TESTS, SHIFTS = 12, 3  # tests shown, and conditions moved by each


def likely(
    post: Posterior,
    answers: Answers,
    *,
    setting: str = "self_referred",
    place: str = "",
    side: str = "",
    open_: Collection[str] = (),
) -> Likely:
    """The three parts of the answer: mechanisms, conditions, and what must not be missed.

    open_: the findings that could still be asked or tested.
    """
    net = post.network
    change = log_odds(post.p) - log_odds(post.without())  # (E, C)
    order = in_order(post)
    rest = [at for at in order if net.conditions[at].shown == "residual"]
    named = [at for at in order if post.p[at] >= LISTED and at not in rest]
    residual = [source(post, at, change, answers) for at in rest]
    return Likely(
        place=place,
        side=side,
        setting=setting,
        answered=len(post.evidence),
        mechanisms=mechanisms(post, answers),
        conditions=[source(post, at, change, answers) for at in named],
        must_not_miss=dangers(post, change, answers),
        nonspecific=Nonspecific(p=together(post, [one.id for one in residual]), conditions=residual),
        coexisting=coexisting(post),
        hip_and_spine=both_regions(post, "hip", "spine"),
        tests=[worth(post, gain) for gain in gains(post, answers, open_)[:TESTS]],
    )


def reasoned(
    library: Library,
    answers: Answers,
    *,
    setting: str = "self_referred",
    place: str = "",
    side: str = "",
    clinician: bool = False,
    kernels: Kernels = NUMPY,
) -> Likely:
    """What the answers of one complaint say of its sources. clinician: signs and tests count as open too."""
    post = posterior(network(library), answers, setting, kernels, prune=UNSEEN)
    open_ = open_findings(library, answers, clinician)
    return likely(post, answers, setting=setting, place=place, side=side, open_=open_)


def worth(post: Posterior, gain: Gain) -> Worth:
    finding = post.network.library.findings[gain.finding]
    return Worth(
        finding=finding.id,
        label=finding.label,
        question=finding.question,
        how=finding.how,
        check=finding.check,
        why=reason(post, gain),
        bits=gain.bits,
        change=gain.change,
        outcomes=[outcome(post, gain, at) for at in range(len(gain.test.present))],
    )


def outcome(post: Posterior, gain: Gain, at: int) -> Outcome:
    """The conditions that this outcome moves most, each with its probability after it."""
    after, conditions = gain.after[at], post.network.conditions
    order = np.argsort(-np.abs(after - post.p), kind="stable")[:SHIFTS]
    moved = [
        Shift(id=conditions[c].id, name=conditions[c].name, plain=conditions[c].plain, p=float(after[c])) for c in order
    ]
    answer = gain.test.written[at] if gain.test.bins else ("yes", "no")[at]
    return Outcome(answer=answer, chance=float(gain.chance[at]), conditions=moved)


def in_order(post: Posterior) -> list[int]:
    """The conditions that the answers speak for, the likeliest first; then those that are only as common as in anyone.

    A common condition may be there beside the source without any answer pointing to it; it must not push out of sight
    a rarer one that they do point to.
    """
    raised = log_odds(post.p) - log_odds(post.prior) >= TELLING
    return sorted(range(len(post.p)), key=lambda at: (not raised[at], -post.p[at], post.network.conditions[at].id))


def source(post: Posterior, at: int, change: Floats, answers: Answers) -> Source:
    one = post.network.conditions[at]
    reasons = weighed(post, change[:, at], answers)
    return Source(
        id=one.id,
        name=one.name,
        plain=one.plain,
        means=one.means,
        icd10=one.icd10,
        p=float(post.p[at]),
        prior=float(post.prior[at]),
        word=word(float(post.p[at])),
        consistent_with=one.shown == "consistent_with",
        because=one.because,
        region=one.region,
        for_=speaking(reasons, 1),
        against=speaking(reasons, -1),
    )


def speaking(reasons: list[Reason], sign: int) -> list[Reason]:
    """The strongest that speak for (1) or against (-1)."""
    return [reason for reason in reasons if reason.change * sign > 0][:REASONS]


def weighed(post: Posterior, change: Floats, answers: Answers) -> list[Reason]:
    """The answers that count, the strongest first."""
    order = sorted(range(len(change)), key=lambda at: (-abs(change[at]), post.evidence[at].test.id))
    return [told(post.network, post.evidence[at], float(change[at]), answers) for at in order if telling(change[at])]


def telling(change: float) -> bool:
    return abs(change) >= TELLING


def told(net: Network, item: Evidence, change: float, answers: Answers) -> Reason:
    """An observation by the answer that settled it."""
    given = [name for name in item.test.needs if name in answers and answers[name] is not None]
    name = next((name for name in given if answers[name] is True), given[0])
    finding = net.library.findings[name]
    value = answers[name]
    answer = finding.choices.get(value, value) if isinstance(value, str) else as_words(value)
    return Reason(finding=name, label=finding.label, answer=answer, unit=finding.unit, change=change)


def mechanisms(post: Posterior, answers: Answers) -> list[Source]:
    """Every mechanism but the carriers, the likeliest first; for and against are its own findings."""
    net = post.network
    prior = net.prior_mechanisms(tuple(post.prior))
    found = []
    for at, one in enumerate(net.mechanisms):
        if one.carrier:
            continue
        own = [item if item.test.mechanism == at else None for item in post.evidence]
        change = np.array([np.log(item.present / item.absent) if item else 0.0 for item in own])
        reasons = weighed(post, change, answers)
        p = float(post.mechanisms[at])
        found.append(
            Source(
                id=one.id,
                name=one.name,
                plain=one.plain,
                means=one.means,
                p=p,
                prior=float(prior[at]),
                word=word(p),
                for_=speaking(reasons, 1),
                against=speaking(reasons, -1),
            )
        )
    return sorted(found, key=lambda one: (-one.p, one.id))


def dangers(post: Posterior, change: Floats, answers: Answers) -> list[Danger]:
    """Serious conditions whose odds the answers have at least doubled, the greatest rise first."""
    rise = log_odds(post.p) - log_odds(post.prior)
    found = []
    for at, one in enumerate(post.network.conditions):
        if one.serious and post.prior[at] > 0 and rise[at] >= RISEN:
            why = speaking(weighed(post, change[:, at], answers), 1)
            p, prior = float(post.p[at]), float(post.prior[at])
            found.append(
                Danger(id=one.id, name=one.name, plain=one.plain, p=p, prior=prior, rise=float(rise[at]), why=why)
            )
    return sorted(found, key=lambda one: (-one.rise, one.id))


def holding(post: Posterior, ids: list[str]) -> Floats:
    """(S,) 1 where a set holds any of these conditions."""
    wanted = np.array([one.id in ids for one in post.network.conditions] + [False])
    return wanted[post.network.sets].any(axis=1).astype(float)


def together(post: Posterior, ids: list[str]) -> float:
    """P(at least one of these conditions)."""
    return float(post.weight @ holding(post, ids))


def both_regions(post: Posterior, one: str, other: str) -> float:
    ids = {region: [c.id for c in post.network.conditions if c.region == region] for region in (one, other)}
    return float(post.weight @ (holding(post, ids[one]) * holding(post, ids[other])))


def coexisting(post: Posterior) -> list[Together]:
    """Pairs of conditions that are both present with at least one chance in twenty, the likeliest first."""
    net, count = post.network, len(post.network.conditions)
    found = np.zeros((count + 1, count + 1))
    for i in range(MOST):
        for j in range(i + 1, MOST):
            found += np.bincount(net.sets[:, i] * (count + 1) + net.sets[:, j], post.weight, (count + 1) ** 2).reshape(
                found.shape
            )
    pairs = [(float(found[a, b]), int(a), int(b)) for a, b in np.argwhere(found[:count, :count] >= TOGETHER)]
    named = [(p, net.conditions[a], net.conditions[b]) for p, a, b in sorted(pairs, reverse=True)]
    return [Together(conditions=[a.id, b.id], names=[a.plain, b.plain], p=p) for p, a, b in named]
