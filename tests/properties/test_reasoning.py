"""The fast posterior is the plain meaning of the network, for every network, order and kernel."""

from __future__ import annotations

import numpy as np
import pyagrum
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psoas.causes import Mechanism, Observation
from psoas.inquiry import gains
from psoas.kernels import NUMPY, numba_kernels
from psoas.priors import Solved, set_weights, solve
from psoas.reasoning import Impossible, Network, Posterior, allowed_sets, network, posterior_of, seen
from psoas.records import Review
from tests.networks import (
    SHARE,
    answers,
    condition,
    enumerated,
    every_set,
    library_of,
    networks,
    priors,
    sets_of,
)

PLAIN = settings(max_examples=60, deadline=None)


@st.composite
def situations(draw, most=5):
    net = draw(networks(most))
    return net, draw(priors(net)), draw(answers(net))


def reasoned(net, prior, person, kernels=NUMPY) -> Posterior:
    return posterior_of(net, seen(net, person), np.zeros(len(net.conditions)), np.array(prior), kernels)


@PLAIN
@given(situations())
def test_it_equals_listing_every_set_and_every_state(situation):
    net, prior, person = situation

    found = reasoned(net, prior, person)

    p, mechanisms, _ = enumerated(net, prior, person)
    assert found.p == pytest.approx(p, abs=1e-12)
    assert found.mechanisms == pytest.approx(mechanisms, abs=1e-12)


@PLAIN
@given(situations())
def test_leaving_one_answer_out_is_never_having_given_it(situation):
    net, prior, person = situation
    found = reasoned(net, prior, person)

    for item, without in zip(found.evidence, found.without(), strict=True):
        rest = {key: value for key, value in person.items() if key != item.test.id}
        assert without == pytest.approx(enumerated(net, prior, rest)[0], abs=1e-9)


@PLAIN
@given(situations())
def test_a_test_not_yet_done_is_worth_what_doing_it_would_show(situation):
    net, prior, person = situation
    known = {key: value for key, value in person.items() if value is not None}
    found = reasoned(net, prior, known)

    _, _, now = enumerated(net, prior, person)
    for gain in gains(found, known, [test.id for test in net.tests if test.id not in known]):
        values = (0.0, 100.0) if gain.test.bins else (True, False)
        for outcome, value in enumerate(values):
            p, _, then = enumerated(net, prior, {**known, gain.finding: value})
            assert gain.chance[outcome] == pytest.approx(then / now, abs=1e-9)
            assert gain.after[outcome] == pytest.approx(p, abs=1e-9)


@PLAIN
@given(situations(), st.randoms())
def test_the_order_of_answers_does_not_matter(situation, dice):
    net, prior, person = situation
    other = list(person.items())
    dice.shuffle(other)

    assert (reasoned(net, prior, dict(other)).p == reasoned(net, prior, person).p).all()


@PLAIN
@given(situations())
def test_not_known_and_not_asked_drop_out_exactly(situation):
    net, prior, person = situation
    known = {key: value for key, value in person.items() if value is not None}

    assert (reasoned(net, prior, person).p == reasoned(net, prior, known).p).all()


@PLAIN
@given(situations())
def test_numba_gives_the_same_numbers(situation):
    net, prior, person = situation
    one, other = reasoned(net, prior, person), reasoned(net, prior, person, numba_kernels())

    assert other.weight == pytest.approx(one.weight, abs=1e-12)
    assert other.joint == pytest.approx(one.joint, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(situations(most=3))
def test_it_equals_pyagrum_where_three_at_once_restricts_nothing(situation):
    net, prior, person = situation
    known = {key: value for key, value in person.items() if value is not None}
    engine = pyagrum.VariableElimination(bayes_net(net, prior))
    engine.setEvidence({key: evidence_of(net, key, value) for key, value in known.items()})

    found = reasoned(net, prior, person)

    for at, one in enumerate(net.conditions):
        assert found.p[at] == pytest.approx(engine.posterior(one.id)[1], abs=1e-9)
    for at, one in enumerate(net.mechanisms):
        assert found.mechanisms[at] == pytest.approx(engine.posterior(one.id)[1], abs=1e-9)


def evidence_of(net: Network, key: str, value: object) -> int:
    return int(next(test for test in net.tests if test.id == key).outcome({key: value}) == 0)  # type: ignore[arg-type]


def bayes_net(net: Network, prior: list[float]) -> pyagrum.BayesNet:
    """The same network for pyAgrum: the prior of the sets as a chain of conditions, then noisy-ORs, then findings."""
    graph = pyagrum.BayesNet("psoas")
    weights = dict(zip(sets_of(net), prior, strict=True))
    names = [one.id for one in net.conditions]
    for at, name in enumerate(names):
        graph.add(pyagrum.LabelizedVariable(name, name, 2))
        for before in names[:at]:
            graph.addArc(before, name)
        for states in np.ndindex(*(2,) * at):
            both = sum(w for s, w in weights.items() if all((c in s) == bool(states[c]) for c in range(at)))
            yes = sum(w for s, w in weights.items() if at in s and all((c in s) == bool(states[c]) for c in range(at)))
            share = yes / both if both else 0.5
            graph.cpt(name)[dict(zip(names[:at], map(int, states), strict=True))] = [1 - share, share]
    for mechanism in net.mechanisms:
        add_mechanism(graph, net, mechanism)
    return graph


def add_mechanism(graph: pyagrum.BayesNet, net: Network, mechanism: Mechanism) -> None:
    graph.addNoisyORNet(pyagrum.LabelizedVariable(mechanism.id, mechanism.id, 2), mechanism.leak)
    for one in net.conditions:
        for cause in one.causes:
            if cause.mechanism == mechanism.id:
                graph.addWeightedArc(one.id, mechanism.id, cause.q)
    for test in net.tests:
        if net.mechanisms[test.mechanism].id == mechanism.id:
            graph.add(pyagrum.LabelizedVariable(test.id, test.id, 2))
            graph.addArc(mechanism.id, test.id)
            for state, shares in ((0, test.absent), (1, test.present)):
                graph.cpt(test.id)[{mechanism.id: state}] = [1 - float(shares[0]), float(shares[0])]


@given(st.integers(1, 6))
def test_the_sets_are_all_of_one_two_and_three(count):
    net = Network(library_of([condition(f"c{c}", {}) for c in range(count)], []))

    assert set(sets_of(net)) == every_set(count)


@PLAIN
@given(st.lists(st.floats(0.01, 2), min_size=4, max_size=9), st.floats(0.5, 5), st.floats(0.05, 0.5), SHARE)
def test_the_prior_gives_back_every_published_share(odds, factor, two, three):
    factors = 1.0 - np.eye(len(odds))
    factors[0, 1] = factors[1, 0] = factor
    sets, count = allowed_sets(factors), len(odds)
    true = set_weights(Solved(np.array(odds), np.array([1, two, two * three]), 1.0), sets, factors)
    true /= true.sum()
    size = (sets < count).sum(axis=1)
    share = np.array([true[(sets == c).any(axis=1)].sum() for c in range(count)])

    found = set_weights(solve(share, [true[size == k].sum() for k in (1, 2, 3)], factors), sets, factors)

    assert found == pytest.approx(true, abs=1e-7)


def test_answers_that_no_source_explains_are_named(library):
    only = condition("only", {"m": 0.9}, only_if="sex_at_birth = 'female'")
    item = Observation(id="sign", present=0.9, absent=0.1)
    mechanism = Mechanism(id="m", name="m", plain="", leak=0.1, judged="test", findings=[item], review=Review())
    net = Network(library_of([only], [mechanism]))

    with pytest.raises(Impossible, match="sign"):
        posterior_of(net, seen(net, {"sign": True}), np.zeros(1), net.allowed({"sex_at_birth": "male"}), NUMPY)


def test_the_shipped_network_gives_its_shares_in_every_setting(library):
    net = network(library)
    for setting in ("self_referred", "primary_care", "emergency", "specialist"):
        for age, sex in ((12.0, "female"), (30.0, "male"), (55.0, None), (None, "female"), (80.0, "male")):
            shares = net.shares(age, sex, setting)

            marginal = net.members(net.prior(tuple(shares)))

            assert marginal == pytest.approx(shares, abs=1e-8)
            assert shares.sum() == pytest.approx(1.22, abs=1e-9)
