"""The two sums over all sets of conditions, in numpy and, where the extra `fast` is installed, in numba.

Both give the same numbers to 1e-12. sets: (S, 3) conditions of each set, filled up with C. shows: (M, S), the
probability of each mechanism given the set. ratio: (M,), how much likelier the answers are if the mechanism is
present than if it is absent; 1 where nothing was answered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
EVERY = 8  # mechanisms between two rescalings, so that no product leaves the range of a float


class Weigh(Protocol):
    def __call__(self, prior: Floats, shows: Floats, ratio: Floats) -> Floats: ...


class Join(Protocol):
    def __call__(self, sets: Ints, weight: Floats, shows: Floats, ratio: Floats, conditions: int) -> Floats: ...


class Kernels(NamedTuple):
    """weigh: posterior weight of each set, summing to one, or all zero when no set explains the answers.

    join: P(condition and mechanism | answers), (C, M), over the sets that are given.
    """

    name: str
    weigh: Weigh
    join: Join


def weigh(prior: Floats, shows: Floats, ratio: Floats) -> Floats:
    weight = prior.copy()
    for count, m in enumerate(np.flatnonzero(ratio != 1.0), 1):
        weight *= 1.0 + shows[m] * (ratio[m] - 1.0)
        if count % EVERY == 0:
            weight /= weight.max() or 1.0
    return weight / (weight.sum() or 1.0)


def join(sets: Ints, weight: Floats, shows: Floats, ratio: Floats, conditions: int) -> Floats:
    found = np.empty((conditions, len(shows)))
    flat = sets.ravel()
    for m, row in enumerate(shows):
        present = weight * row * ratio[m] / (1.0 + row * (ratio[m] - 1.0))
        found[:, m] = np.bincount(flat, np.repeat(present, sets.shape[1]), conditions + 1)[:conditions]
    return found


NUMPY = Kernels("numpy", weigh, join)


@lru_cache(maxsize=1)
def numba_kernels() -> Kernels:
    """The same in numba. Raises ImportError where it is not installed."""
    import numba

    compiled: Any = numba.njit(cache=True, fastmath=False)
    return Kernels("numba", compiled(weigh_by_hand), compiled(join_by_hand))


def weigh_by_hand(prior: Floats, shows: Floats, ratio: Floats) -> Floats:
    weight = prior.copy()
    count = 0
    for m in range(len(ratio)):
        if ratio[m] == 1.0:
            continue
        more = ratio[m] - 1.0
        most = 0.0
        for s in range(len(weight)):
            weight[s] *= 1.0 + shows[m, s] * more
            most = max(most, weight[s])
        count += 1
        if count % EVERY == 0 and most > 0.0:
            weight /= most
    total = weight.sum()
    return weight / (total if total > 0.0 else 1.0)


def join_by_hand(sets: Ints, weight: Floats, shows: Floats, ratio: Floats, conditions: int) -> Floats:
    found = np.zeros((conditions + 1, len(shows)))
    for m in range(len(shows)):
        for s in range(len(weight)):
            row = shows[m, s]
            present = weight[s] * row * ratio[m] / (1.0 + row * (ratio[m] - 1.0))
            for k in range(sets.shape[1]):
                found[sets[s, k], m] += present
    return found[:conditions]


def best_kernels() -> Kernels:
    """numba where it is installed, else numpy."""
    try:
        return numba_kernels()
    except ImportError:
        return NUMPY
