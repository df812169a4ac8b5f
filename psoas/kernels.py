"""The two sums over all sets of conditions, in numpy and, where the extra `fast` is installed, in numba.

Both give the same numbers to 1e-12. prior, weight: (S,) of each set. ratio: (M,), how much likelier the answers are
if the mechanism is present than if it is absent; 1 where nothing was answered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
EVERY = 8  # mechanisms between two rescalings, so that no product leaves the range of a float


class Table(NamedTuple):
    """What a network is to a kernel. sets: (S, 3) conditions of each set, filled up with C. shows: (M, S) P(mechanism |
    set). silent: (M, C + 1), of which the three factors of a set multiply to P(no mechanism | set); the leak is spread
    evenly over the three.
    """

    sets: Ints
    shows: Floats
    silent: Floats


class Weigh(Protocol):
    def __call__(self, table: Table, prior: Floats, ratio: Floats) -> Floats: ...


class Join(Protocol):
    def __call__(self, table: Table, kept: Ints, weight: Floats, ratio: Floats) -> Floats: ...


class Kernels(NamedTuple):
    """weigh: posterior weight of each set, summing to one, or all zero when no set explains the answers.

    join: P(condition and mechanism | answers) over the sets kept, (C + 1, M); the last row is that of the mechanisms.
    """

    name: str
    weigh: Weigh
    join: Join


def weigh(table: Table, prior: Floats, ratio: Floats) -> Floats:
    weight = prior.copy()
    for count, m in enumerate(np.flatnonzero(ratio != 1.0), 1):
        weight *= 1.0 + table.shows[m] * (ratio[m] - 1.0)
        if count % EVERY == 0:
            weight /= weight.max() or 1.0
    return weight / (weight.sum() or 1.0)


def join(table: Table, kept: Ints, weight: Floats, ratio: Floats) -> Floats:
    sets, silent = table.sets[kept], table.silent
    first, second, third = sets.T
    present = 1.0 - silent[:, first] * silent[:, second] * silent[:, third]
    for m in np.flatnonzero(ratio != 1.0):
        present[m] *= ratio[m] / (1.0 + present[m] * (ratio[m] - 1.0))
    present *= weight[kept]
    member = np.zeros((silent.shape[1], len(sets)))
    for column in sets.T:
        member[column, np.arange(len(sets))] = 1.0
    member[-1] = 1.0
    return member @ present.T


NUMPY = Kernels("numpy", weigh, join)


@lru_cache(maxsize=1)
def numba_kernels() -> Kernels:
    """The same in numba. Raises ImportError where it is not installed."""
    import numba

    compiled: Any = numba.njit(cache=True)
    weigh_each, join_each = compiled(weigh_by_hand), compiled(join_by_hand)

    def weigh_fast(table: Table, prior: Floats, ratio: Floats) -> Floats:
        told = np.flatnonzero(ratio != 1.0)
        weight = weigh_each(table.sets, np.ascontiguousarray(table.silent[told].T), prior, ratio[told])
        total = weight.sum()
        return weight / total if total > 0.0 else weigh(table, prior, ratio)  # too small for a float, unless impossible

    def join_fast(table: Table, kept: Ints, weight: Floats, ratio: Floats) -> Floats:
        return join_each(table.sets[kept], np.ascontiguousarray(table.silent.T), weight[kept], ratio)

    return Kernels("numba", weigh_fast, join_fast)


def weigh_by_hand(sets: Ints, silent: Floats, prior: Floats, ratio: Floats) -> Floats:
    """Not normalised; each factor at most one. Four products side by side, so that none waits for the one before."""
    weight = np.zeros(len(prior))
    scale = 1.0 / np.maximum(1.0, ratio)
    more = (ratio - 1.0) * scale
    width = (len(ratio) + 3) // 4 * 4
    factor = np.ones(width)
    for s in range(len(prior)):
        if prior[s] == 0.0:
            continue
        first, second, third = silent[sets[s, 0]], silent[sets[s, 1]], silent[sets[s, 2]]
        for m in range(len(ratio)):
            factor[m] = scale[m] + (1.0 - first[m] * second[m] * third[m]) * more[m]
        a = b = c = d = 1.0
        for m in range(0, width, 4):
            a *= factor[m]
            b *= factor[m + 1]
            c *= factor[m + 2]
            d *= factor[m + 3]
        weight[s] = prior[s] * (a * b) * (c * d)
    return weight


def join_by_hand(sets: Ints, silent: Floats, weight: Floats, ratio: Floats) -> Floats:
    last = len(silent) - 1
    found = np.zeros(silent.shape)
    present = np.empty(silent.shape[1])
    for s in range(len(weight)):
        first, second, third = silent[sets[s, 0]], silent[sets[s, 1]], silent[sets[s, 2]]
        for m in range(len(present)):
            row = 1.0 - first[m] * second[m] * third[m]
            present[m] = weight[s] * row * ratio[m] / (1.0 + row * (ratio[m] - 1.0))
            found[last, m] += present[m]
        for k in range(3):
            if sets[s, k] < last:
                for m in range(len(present)):
                    found[sets[s, k], m] += present[m]
    return found


def best_kernels() -> Kernels:
    """numba where it is installed, else numpy."""
    try:
        return numba_kernels()
    except ImportError:
        return NUMPY
