"""The rules as formulas (Z3): every person at once, with unasked, not known and answered told apart.

A finding is two booleans (asked, known) and a value. An expression is the four bits of `psoas.bracket`,
each a formula; so a theorem here speaks of the very reading that serves one person. Development only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import z3

from psoas.bracket import TRUE as ALL
from psoas.bracket import gated, in_order
from psoas.findings import Finding, Value
from psoas.library import Library, RedFlag, Urgency, level_of
from psoas.rules import COMPARISONS, And, AtLeast, Compare, Const, Expr, Not, Or, Yes

YES, NO = z3.BoolVal(True), z3.BoolVal(False)


class Bits(NamedTuple):
    """sure: lo = T. sure_doubt: lo >= D. open_true: hi = T. open: hi >= D."""

    sure: Any
    sure_doubt: Any
    open_true: Any
    open: Any


TRUE, FALSE, DOUBT = Bits(YES, YES, YES, YES), Bits(NO, NO, NO, NO), Bits(NO, YES, NO, YES)


class Known(NamedTuple):
    """One finding of a person who stands for all people."""

    asked: Any
    known: Any
    value: Any


class People:
    """All possible answers to the library's findings, with the library's gates. tag tells two people apart."""

    def __init__(self, library: Library, tag: str = "") -> None:
        self.library, self.tag = library, tag
        self.findings = {f.id: self.unknown(f) for f in library.findings.values() if f.kind != "derived"}
        self.closed: dict[str, Any] = {}
        self.memo: dict[Expr, Bits] = {}
        for name in in_order(library.gates):
            self.closed[name] = z3.And(z3.Not(self.findings[name].asked), z3.Not(self.bits(library.gates[name]).open))

    def unknown(self, finding: Finding) -> Known:
        kind = z3.Bool if finding.kind == "boolean" else z3.Real if finding.kind == "number" else z3.Int
        return Known(*(make(f"{finding.id}{self.tag}.{part}") for make, part in
                       ((z3.Bool, "asked"), (z3.Bool, "known"), (kind, "value"))))  # fmt: skip

    @cached_property
    def domain(self) -> list[Any]:
        """Numbers stay in their range, choices are one of theirs."""
        rules = []
        for finding in self.library.findings.values():
            if finding.kind in ("number", "choice"):
                low, high = finding.range or (0, len(finding.choices) - 1)
                value = self.findings[finding.id].value
                rules += [value >= low, value <= high]
        return rules

    def test(self, atom: Yes | Compare) -> Any:
        value = self.findings[atom.finding].value
        if isinstance(atom, Yes):
            return value
        if isinstance(atom.value, str):
            return value == list(self.library.findings[atom.finding].choices).index(atom.value)
        return COMPARISONS[atom.op](value, z3.RealVal(repr(atom.value)))

    def atom(self, atom: Yes | Compare) -> Bits:
        """An unasked answer may become anything; a gated one is a no, a gated number 0."""
        asked, known, _ = self.findings[atom.finding]
        test = self.test(atom)
        gate = self.closed.get(atom.finding, NO)
        zero = z3.BoolVal(atom.finding in self.closed and gated(atom, self.library.gates[atom.finding]) == ALL)
        said, shut = z3.And(asked, known, test), z3.And(gate, zero)
        doubt, unasked = z3.And(asked, z3.Not(known)), z3.And(z3.Not(asked), z3.Not(gate))
        return Bits(
            z3.Or(said, shut), z3.Or(said, shut, doubt), z3.Or(said, shut, unasked), z3.Or(said, shut, doubt, unasked)
        )

    def bits(self, expr: Expr) -> Bits:
        """The interval of an expression, as four formulas."""
        if expr not in self.memo:
            self.memo[expr] = self.read(expr)
        return self.memo[expr]

    def read(self, expr: Expr) -> Bits:
        match expr:
            case Const(value):
                return {True: TRUE, False: FALSE, None: DOUBT}[value]
            case Yes() | Compare():
                return self.atom(expr)
            case Not(arg):
                of = self.bits(arg)
                return Bits(z3.Not(of.open), z3.Not(of.open_true), z3.Not(of.sure_doubt), z3.Not(of.sure))
            case And(args):
                return Bits(*(z3.And(*column) for column in zip(*map(self.bits, args), strict=True)))
            case Or(args):
                return Bits(*(z3.Or(*column) for column in zip(*map(self.bits, args), strict=True)))
            case AtLeast(n, args):
                return Bits(*(z3.AtLeast(*column, n) for column in zip(*map(self.bits, args), strict=True)))

    @cached_property
    def proxy(self) -> Bits:
        return self.atom(Compare("respondent", "=", "proxy"))

    def doubt_at_least(self, doubt: Urgency, by_proxy: str | None, level: Urgency, sure: bool) -> Any:
        """Whether "I don't know" counts as at least `level`: surely (whoever answers), or possibly."""
        mine, theirs = doubt >= level, (level_of(by_proxy) if by_proxy else doubt) >= level
        if mine == theirs:
            return z3.BoolVal(mine)
        may_proxy, may_self = self.proxy.open_true, z3.Not(self.proxy.sure)
        if sure:
            return z3.Not(may_proxy) if mine else z3.Not(may_self)
        return may_self if mine else may_proxy

    def flag_certain(self, flag: RedFlag, bits: Bits, level: Urgency) -> Any:
        """The flag alone makes `level` certain."""
        if flag.level < level:
            return NO
        doubt = level_of(flag.dont_know.counts_as)
        counts = self.doubt_at_least(doubt, flag.dont_know.by_proxy, level, sure=True)
        return z3.Or(bits.sure, z3.And(bits.sure_doubt, counts))

    def flag_possible(self, flag: RedFlag, bits: Bits, level: Urgency) -> Any:
        if flag.level < level:
            return NO
        doubt = level_of(flag.dont_know.counts_as)
        counts = self.doubt_at_least(doubt, flag.dont_know.by_proxy, level, sure=False)
        return z3.Or(bits.open_true, z3.And(bits.open, counts))

    def certain(self, level: Urgency, flags: Mapping[str, RedFlag] | None = None) -> Any:
        """At least `level` is certain."""
        return z3.Or(
            *(self.flag_certain(f, self.bits(self.library.expression(f.when)), level) for f in self.flags(flags))
        )

    def possible(self, level: Urgency, flags: Mapping[str, RedFlag] | None = None) -> Any:
        return z3.Or(
            *(self.flag_possible(f, self.bits(self.library.expression(f.when)), level) for f in self.flags(flags))
        )

    def flags(self, flags: Mapping[str, RedFlag] | None) -> list[RedFlag]:
        return list((flags or self.library.red_flags).values())

    def person(self, model: z3.ModelRef) -> dict[str, Value | None]:
        """The answers of a counterexample, as a person could give them."""
        answers: dict[str, Value | None] = {}
        for name, (asked, known, value) in self.findings.items():
            if z3.is_true(model.eval(asked)):
                shown = model.eval(value, model_completion=True)
                answers[name] = self.plain(name, shown) if z3.is_true(model.eval(known)) else None
        return answers

    def plain(self, name: str, value: Any) -> Value:
        finding = self.library.findings[name]
        if finding.kind == "boolean":
            return bool(z3.is_true(value))
        if finding.kind == "choice":
            return list(finding.choices)[value.as_long()]
        return float(value.as_fraction())
