"""The posterior with what speaks for and against, and the next question, for one person; then 10,000 people in a run.

Peers: pyAgrum and pgmpy on a network of the same conditions, mechanisms and findings. The models differ: theirs lets
any number of independent conditions coexist, ours one to three, so only times are compared; that ours is right is
tested elsewhere (tests/properties/test_reasoning.py). A peer has a process and a limit of its own.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.common import machine, median, shown
from psoas import load
from psoas.inquiry import ROUGH, askable, gains
from psoas.kernels import NUMPY, Kernels, numba_kernels
from psoas.library import Library
from psoas.likely import reasoned
from psoas.reasoning import Network, network, posterior, posterior_of, seen
from tests.cases.simulated import Crowd, Person, before_the_source

SETTING, PEOPLE, MANY = "primary_care", 30, 10_000
LIMIT_SECONDS, LIMIT_BYTES = 60, 6 << 30
SIZES = (4, 8, 12, 16, 24, 73)


def part(library: Library, count: int) -> Library:
    """The library with its two residuals and the commonest other conditions, `count` in all."""
    shares = dict(
        zip((c.id for c in network(library).conditions), network(library).shares(50, None, SETTING), strict=True)
    )
    order = sorted(library.conditions.values(), key=lambda one: (one.shown != "residual", -shares[one.id]))
    kept = {one.id: msgspec.structs.replace(one, only_if="") for one in order[:count]}
    used = {cause.mechanism for one in kept.values() for cause in one.causes}
    pairs = [pair for pair in library.population.pairs if set(pair.pair) <= set(kept)]
    return Library(
        msgspec.structs.replace(
            library.knowledge,
            conditions=kept,
            mechanisms={name: one for name, one in library.mechanisms.items() if name in used},
            population=msgspec.structs.replace(library.population, pairs=pairs),
        )
    )


def people(library: Library, count: int) -> list[Person]:
    """People who have answered what comes before the source."""
    return [before_the_source(library, one.answers) for one in Crowd(library, SETTING, 1).people(count)]


def question(net: Network, answers: Person, kernels: Kernels) -> None:
    """The posterior, for and against, and the gain of every open question."""
    post = posterior(net, answers, SETTING, kernels, prune=ROUGH)
    post.without()
    gains(post, answers, askable(net.library) - answers.keys())


def ours(library: Library, kernels: Kernels, crowd: list[Person]) -> tuple[float, float]:
    """Seconds for the next question, and for the whole list with the worth of every test, for one person."""
    net = network(library)
    one = median(lambda: [question(net, person, kernels) for person in crowd]) / len(crowd)
    every = median(
        lambda: [reasoned(library, person, setting=SETTING, clinician=True, kernels=kernels) for person in crowd], 3
    )
    return one, every / len(crowd)


def evidence_of(net: Network, person: Person) -> dict[str, int]:
    return {item.test.id: int(item.outcome == 0) for item in seen(net, person) if not item.test.bins}


def peer_pyagrum(net: Network, person: Person) -> float:
    import pyagrum

    graph, shares = pyagrum.BayesNet("peer"), net.shares(50, None, SETTING)
    for condition, share in zip(net.conditions, shares, strict=True):
        graph.add(pyagrum.LabelizedVariable(condition.id, "", 2))
        graph.cpt(condition.id).fillWith([1 - float(share), float(share)])
    for mechanism in net.mechanisms:
        graph.addNoisyORNet(pyagrum.LabelizedVariable("m_" + mechanism.id, "", 2), mechanism.leak)
    for condition in net.conditions:
        for cause in condition.causes:
            graph.addWeightedArc(condition.id, "m_" + cause.mechanism, cause.q)
    for test in net.tests:
        graph.add(pyagrum.LabelizedVariable("f_" + test.id, "", 2))
        graph.addArc("m_" + net.mechanisms[test.mechanism].id, "f_" + test.id)
        for state, row in ((0, test.absent), (1, test.present)):
            graph.cpt("f_" + test.id)[{"m_" + net.mechanisms[test.mechanism].id: state}] = [1 - row[0], row[0]]
    known = {"f_" + key: value for key, value in evidence_of(net, person).items()}

    def job() -> None:
        engine = pyagrum.LazyPropagation(graph)
        engine.setEvidence(known)
        engine.setTargets({one.id for one in net.conditions})
        engine.makeInference()

    return median(job, 3)


def peer_pgmpy(net: Network, person: Person) -> float:
    from pgmpy.factors.discrete import TabularCPD
    from pgmpy.inference import VariableElimination
    from pgmpy.models import DiscreteBayesianNetwork

    graph, shares = DiscreteBayesianNetwork(), net.shares(50, None, SETTING)
    graph.add_nodes_from([one.id for one in net.conditions])
    tables = [TabularCPD(c.id, 2, [[1 - s], [s]]) for c, s in zip(net.conditions, shares, strict=True)]
    for m, mechanism in enumerate(net.mechanisms):
        parents = [at for at in range(len(net.conditions)) if net.misses[m, at] < 1]
        silent = np.array([1 - mechanism.leak])
        for at in parents:
            silent = np.outer(silent, [1.0, net.misses[m, at]]).ravel()
        names = [net.conditions[at].id for at in parents]
        graph.add_edges_from((name, "m_" + mechanism.id) for name in names)
        tables.append(TabularCPD("m_" + mechanism.id, 2, [silent, 1 - silent], names, [2] * len(names)))
    for test in net.tests:
        parent = "m_" + net.mechanisms[test.mechanism].id
        graph.add_edge(parent, "f_" + test.id)
        yes = [test.absent[0], test.present[0]]
        tables.append(TabularCPD("f_" + test.id, 2, [[1 - yes[0], 1 - yes[1]], yes], [parent], [2]))
    graph.add_cpds(*tables)
    known = {"f_" + key: value for key, value in evidence_of(net, person).items()}

    def job() -> None:
        engine = VariableElimination(graph)
        for one in net.conditions:
            engine.query([one.id], evidence=known, show_progress=False)

    return median(job, 1)


def peer(name: str, count: int) -> None:
    """In a process of its own: print the seconds."""
    resource.setrlimit(resource.RLIMIT_AS, (LIMIT_BYTES, LIMIT_BYTES))
    library = part(load(), count)
    net, person = network(library), people(load(), 1)[0]
    print(json.dumps({"pyagrum": peer_pyagrum, "pgmpy": peer_pgmpy}[name](net, person)))


def run_peer(name: str, count: int) -> float | str:
    command = [sys.executable, __file__, name, str(count)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"not within {LIMIT_SECONDS} s"
    if done.returncode:
        return "gives up: " + (done.stderr.strip().splitlines() or [f"signal {-done.returncode}"])[-1][:70]
    return float(json.loads(done.stdout.splitlines()[-1]))


def alone(net: Network, crowd: list[Person]) -> float:
    """Seconds for one posterior over all sets, from a flat prior: small parts have no published one."""
    flat, none = np.full(len(net.sets), 1 / len(net.sets)), np.zeros(len(net.conditions))
    evidence = [seen(net, person) for person in crowd]
    return median(lambda: [posterior_of(net, one, none, flat) for one in evidence]) / len(evidence)


def by_size(library: Library, crowd: list[Person]) -> None:
    print("\nThe posterior of one person over the same conditions, mechanisms and findings (ours in numpy, all sets)")
    open_ = {"pyagrum": True, "pgmpy": True}
    for count in SIZES:
        small = part(library, count)
        mine = alone(network(small), crowd[:5])
        words = [f"{count:>3} conditions: ours {shown(mine)}"]
        for name in open_:
            if open_[name]:
                found = run_peer(name, count)
                open_[name] = isinstance(found, float)
                words.append(f"{name} {shown(found)} ({found / mine:,.0f} times)" if open_[name] else f"{name} {found}")
        print("; ".join(words))


def a_run(library: Library, kernels: Kernels) -> None:
    net, crowd = network(library), people(library, 500)
    dice = random.Random(2)
    started = time.perf_counter()
    for _ in range(MANY):
        posterior(net, dice.choice(crowd), SETTING, kernels, prune=ROUGH)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed = f"{shown(seconds)}, {MANY / seconds:,.0f} a second"
    print(f"{MANY:,} people in one run, {kernels.name}: {speed}; peak {peak:,.0f} MB")


def main() -> int:
    if len(sys.argv) == 3:
        peer(sys.argv[1], int(sys.argv[2]))
        return 0
    library = load()
    print(machine("numpy", "numba", "pyagrum", "pgmpy"))
    started = time.perf_counter()
    net = network(library)
    print(
        f"{len(net.conditions)} conditions, {len(net.mechanisms)} mechanisms, {len(net.tests)} observations, ", end=""
    )
    print(
        f"{len(net.sets):,} sets, made in {shown(time.perf_counter() - started)}; table {net.shows.nbytes / 1e6:.0f} MB"
    )
    crowd = people(library, PEOPLE)
    for kernels, budget in ((NUMPY, "30 ms"), (numba_kernels(), "5 ms")):
        one, every = ours(library, kernels, crowd)
        print(f"{kernels.name}: posterior, for/against and next question {shown(one)} (budget {budget}); ", end="")
        print(f"the whole list with every test's worth {shown(every)}")
    by_size(library, crowd)
    a_run(library, numba_kernels())
    return 0


if __name__ == "__main__":
    sys.exit(main())
