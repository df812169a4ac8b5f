"""What is certain and what is still possible, for one person, in microseconds.

An expression takes one of three settled values, F < D < T, where D means "the person was asked and does
not know, and that decides". An answer not yet asked for may become any of them, so every value is an
interval [lo, hi], kept in four bits:

    SURE        lo = T            true whatever is still asked
    SURE_DOUBT  lo >= D           at least "don't know" whatever is still asked
    OPEN_TRUE   hi = T            may still become true
    OPEN        hi >= D           may still become true or "don't know"

AND is the least, OR the greatest, so both work bit by bit; SURE and OPEN alone are SQL's three values.
`psoas.engines.proof` reads the same intervals as formulas. Source: docs/decisions/three-empties.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from psoas.findings import Answers, Value
from psoas.rules import COMPARISONS, And, AtLeast, Atom, Compare, Const, Expr, Not, Or, Yes, atoms

SURE, SURE_DOUBT, OPEN_TRUE, OPEN = 1, 2, 4, 8
FALSE, DOUBT, UNASKED, TRUE = 0, SURE_DOUBT | OPEN, OPEN_TRUE | OPEN, 15
# NOT turns the interval over: lo of one is hi of the other.
NEGATED = tuple((~(bits >> 3) & 1) | (~(bits >> 1) & 2) | (~(bits << 1) & 4) | (~(bits << 3) & 8) for bits in range(16))

Gates = Mapping[str, Expr]


def at_least(n: int, values: Sequence[int]) -> int:
    """The n-th greatest value: true at n trues, "don't know" when those who don't know would decide."""
    return sum(bit for bit in (1, 2, 4, 8) if sum(1 for value in values if value & bit) >= n)


NAMES: dict[str, object] = {"NEGATED": NEGATED, "at_least": at_least}


def tested(atom: Atom, value: Value | None) -> int:
    """The value of one test of an answered finding."""
    if value is None:
        return DOUBT
    yes = COMPARISONS[atom.op](value, atom.value) if isinstance(atom, Compare) else value
    return TRUE if yes else FALSE


NEVER = Const(False)  # the gate of a sign or a test result: it is never asked for, and counts once given


def gated(atom: Atom, gate: Expr) -> int:
    """The value of a test whose finding need not be asked: a no, or the number 0; of an unseen sign, a no."""
    if gate != NEVER and isinstance(atom, Compare) and not isinstance(atom.value, str):
        return TRUE if COMPARISONS[atom.op](0.0, atom.value) else FALSE
    return FALSE


def source(expr: Expr, index: Mapping[Atom, int]) -> str:
    """Python source that computes the expression's bits from the list `v` of atom values."""
    match expr:
        case Const(value):
            return str({True: TRUE, False: FALSE, None: DOUBT}[value])
        case Yes() | Compare():
            return f"v[{index[expr]}]"
        case Not(arg):
            return f"NEGATED[{source(arg, index)}]"
        case And(args):
            return "(" + " & ".join(source(arg, index) for arg in args) + ")"
        case Or(args):
            return "(" + " | ".join(source(arg, index) for arg in args) + ")"
        case AtLeast(n, args):
            return f"at_least({n}, ({', '.join(source(arg, index) for arg in args)},))"


class Reading:
    """Expressions compiled together: one call gives the bits of all of them for one person.

    gates: finding -> when it is asked at all; a finding not answered whose gate is false counts as no.
    Gates may depend on other gated findings, never in a circle (checked when the library is built).
    """

    def __init__(self, expressions: Sequence[Expr], gates: Gates) -> None:
        everything = [*expressions, *gates.values()]
        self.atoms: list[Atom] = list(dict.fromkeys(atom for expr in everything for atom in atoms(expr)))
        self.index = {atom: position for position, atom in enumerate(self.atoms)}
        self.of: dict[str, list[tuple[int, Atom]]] = {}
        for position, atom in enumerate(self.atoms):
            self.of.setdefault(atom.finding, []).append((position, atom))
        self.gates = [(name, self.compiled(gates[name])) for name in in_order(gates)]
        self.shut = {name: [(p, gated(a, gates[name])) for p, a in self.of.get(name, ())] for name in gates}
        self.close = self.compiled_gates(gates)
        self.all = self.compiled_all(expressions)

    def compiled(self, expr: Expr) -> Callable[[list[int]], int]:
        return self.evaluated(f"lambda v: {source(expr, self.index)}")

    def compiled_all(self, expressions: Sequence[Expr]) -> Callable[[list[int]], tuple[int, ...]]:
        return self.evaluated("lambda v: (" + "".join(source(expr, self.index) + "," for expr in expressions) + ")")

    def compiled_gates(self, gates: Gates) -> Callable[[list[int]], None]:
        """One function that sets every unasked, gated-out test to its value, each gate after those it reads."""
        lines = ["def close(v):", "  pass"]
        for name in in_order(gates):
            if self.shut[name]:
                sets = "; ".join(f"v[{position}] = {bits}" for position, bits in self.shut[name])
                unasked = f"v[{self.shut[name][0][0]}] == {UNASKED}"
                lines.append(f"  if {unasked} and not {source(gates[name], self.index)} & {OPEN}: {sets}")
        names = dict(NAMES)
        exec("\n".join(lines), names)
        return names["close"]  # type: ignore[return-value]

    def evaluated(self, text: str) -> Callable:
        # The source is made of numbers and operators only: nothing from outside reaches eval or exec.
        return eval(text, dict(NAMES))

    def values(self, answers: Answers) -> list[int]:
        """The value of every atom, in order of `atoms`, with the gates applied."""
        v = [UNASKED] * len(self.atoms)
        of = self.of
        for name, value in answers.items():
            for position, atom in of.get(name, ()):
                v[position] = tested(atom, value)
        self.close(v)
        return v

    def closed(self, answers: Answers) -> frozenset[str]:
        """The findings that need not be asked of this person."""
        v = self.values(answers)
        return frozenset(name for name, gate in self.gates if name not in answers and not gate(v) & OPEN)

    def __call__(self, answers: Answers) -> tuple[int, ...]:
        """The bits of every expression for these answers."""
        return self.all(self.values(answers))


def in_order(gates: Gates) -> list[str]:
    """The gated findings, each after those its gate reads. Raises ValueError on a circle."""
    done: dict[str, None] = {}

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise ValueError(" -> ".join((*path, name)))
        if name in gates and name not in done:
            for atom in atoms(gates[name]):
                visit(atom.finding, (*path, name))
            done[name] = None

    for name in gates:
        visit(name, ())
    return list(done)


def truth(bits: int) -> bool | None:
    """SQL's three values of an interval."""
    if bits & SURE:
        return True
    return None if bits & OPEN else False
