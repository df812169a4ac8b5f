"""Expressions over findings: how they are written, what they mean, what they need.

A rule is an SQL boolean expression with SQL's three values and one helper, `at_least(n, a, b, ...)`.
It is parsed once, when the library is built, into the small tree below. `holds` is its meaning, slow
and plain; `psoas.bracket` and `psoas.engines` are other readings, tested to be equal to it.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import msgspec

from psoas.findings import Answers

COMPARISONS = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Node(msgspec.Struct, frozen=True, tag=True, array_like=True):
    pass


class Const(Node, frozen=True):
    """TRUE, FALSE or NULL."""

    value: bool | None


class Yes(Node, frozen=True):
    """A boolean finding that was answered yes."""

    finding: str


class Compare(Node, frozen=True):
    """A number or choice finding compared with a literal; op is one of COMPARISONS."""

    finding: str
    op: str
    value: float | str


class Not(Node, frozen=True):
    arg: Expr


class And(Node, frozen=True):
    args: tuple[Expr, ...]


class Or(Node, frozen=True):
    args: tuple[Expr, ...]


class AtLeast(Node, frozen=True):
    """True at n trues; false when trues and unknowns together are fewer than n; else unknown."""

    n: int
    args: tuple[Expr, ...]


Expr: TypeAlias = Const | Yes | Compare | Not | And | Or | AtLeast
Atom: TypeAlias = Yes | Compare


def holds(expr: Expr, answers: Answers) -> bool | None:
    """Whether the expression is true (True), false (False) or unknown (None) for these answers.

    The reference reading: SQL's three values, an absent answer and a null one both unknown.
    """
    match expr:
        case Const(value):
            return value
        case Yes(finding):
            return answers.get(finding)  # type: ignore[return-value]
        case Compare(finding, op, value):
            known = answers.get(finding)
            return None if known is None else COMPARISONS[op](known, value)
        case Not(arg):
            return negated(holds(arg, answers))
        case And(args):
            return least([holds(arg, answers) for arg in args])
        case Or(args):
            return negated(least([negated(holds(arg, answers)) for arg in args]))
        case AtLeast(n, args):
            return counted(n, [holds(arg, answers) for arg in args])


def negated(value: bool | None) -> bool | None:
    return None if value is None else not value


def least(values: list[bool | None]) -> bool | None:
    """AND of SQL: false if any is false, else unknown if any is unknown, else true."""
    if False in values:
        return False
    return None if None in values else True


def counted(n: int, values: list[bool | None]) -> bool | None:
    trues, unknowns = values.count(True), values.count(None)
    if trues >= n:
        return True
    return None if trues + unknowns >= n else False


def parts(expr: Expr) -> tuple[Expr, ...]:
    """The direct children of an expression."""
    match expr:
        case Not(arg):
            return (arg,)
        case And(args) | Or(args) | AtLeast(_, args):
            return args
        case _:
            return ()


def replaced(expr: Expr, terms: Mapping[str, Expr]) -> Expr:
    """The expression with each yes/no term that `terms` names put in place of it, as deep as it goes."""
    match expr:
        case Yes(finding) if finding in terms:
            return replaced(terms[finding], terms)
        case Not(arg):
            return Not(replaced(arg, terms))
        case And(args):
            return And(tuple(replaced(arg, terms) for arg in args))
        case Or(args):
            return Or(tuple(replaced(arg, terms) for arg in args))
        case AtLeast(n, args):
            return AtLeast(n, tuple(replaced(arg, terms) for arg in args))
        case _:
            return expr


def atoms(expr: Expr) -> Iterator[Atom]:
    """Every test of a finding in the expression, left to right, repeats included."""
    if isinstance(expr, Yes | Compare):
        yield expr
    for part in parts(expr):
        yield from atoms(part)


def needs(expr: Expr) -> tuple[str, ...]:
    """The findings that the expression reads, each once, in order."""
    return tuple(dict.fromkeys(atom.finding for atom in atoms(expr)))


def written(expr: Expr) -> str:
    """The expression as text that parses to the same tree."""
    match expr:
        case Const(value):
            return {True: "TRUE", False: "FALSE", None: "NULL"}[value]
        case Yes(finding):
            return finding
        case Compare(finding, op, value):
            return f"{finding} {op} {literal(value)}"
        case Not(arg):
            return f"NOT ({written(arg)})"
        case And(args):
            return " AND ".join(f"({written(arg)})" if isinstance(arg, Or | And) else written(arg) for arg in args)
        case Or(args):
            return " OR ".join(f"({written(arg)})" if isinstance(arg, Or) else written(arg) for arg in args)
        case AtLeast(n, args):
            return f"at_least({n}, {', '.join(written(arg) for arg in args)})"


def literal(value: float | str) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    return repr(int(value)) if value == int(value) else repr(value)
