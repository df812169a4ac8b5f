"""SQL text -> expression. Needed to build the library, not to run it (sqlglot)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import sqlglot
from sqlglot import exp

from psoas.errors import KnowledgeError, nearest
from psoas.findings import Finding, described
from psoas.rules import And, AtLeast, Compare, Const, Expr, Not, Or, Yes

Tree: TypeAlias = Any  # a node of sqlglot, whose own types change between its releases
COMPARE = {exp.EQ: "=", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
MIRROR = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Vocabulary:
    """The findings an expression may name, with derived ones already parsed."""

    def __init__(self, findings: Mapping[str, Finding], *, whole: bool = False) -> None:
        """whole: leave derived findings as one term, as an author wrote them, for mutants."""
        self.findings, self.whole = findings, whole
        self.derived: dict[str, Expr] = {}
        for finding in findings.values():
            if finding.kind == "derived":
                self.expand(finding.id, "findings", ())

    def expand(self, name: str, where: str, path: tuple[str, ...]) -> Expr:
        """The expression of a derived finding. Raises KnowledgeError on a circle."""
        if name in path:
            raise KnowledgeError(where, f"derived findings go in a circle: {' -> '.join((*path, name))}.")
        if name not in self.derived:
            text = self.findings[name].is_
            self.derived[name] = Parser(self, f"findings/{name}.yaml, `is`", (*path, name)).parse(text)
        return self.derived[name]

    def parse(self, text: str, where: str) -> Expr:
        """The expression that `text` means. Raises KnowledgeError with the place and the nearest name."""
        return Parser(self, where, ()).parse(text)


class Parser:
    def __init__(self, vocabulary: Vocabulary, where: str, path: tuple[str, ...]) -> None:
        self.vocabulary, self.where, self.path = vocabulary, where, path

    def parse(self, text: str) -> Expr:
        try:
            tree = sqlglot.parse_one(text, dialect="duckdb", into=exp.Condition)
        except (sqlglot.errors.SqlglotError, RecursionError) as error:
            raise self.error(f"cannot read {text!r} as an SQL condition: {str(error).splitlines()[0]}") from None
        return self.condition(tree)

    def error(self, found: str, fits: str = "", do: str = "") -> KnowledgeError:
        return KnowledgeError(self.where, found, fits, do)

    def condition(self, tree: Tree) -> Expr:
        match tree:
            case exp.Paren():
                return self.condition(tree.this)
            case exp.And() | exp.Or():
                return joined(type(tree), [self.condition(part) for part in (tree.left, tree.right)])
            case exp.Not():
                return Not(self.condition(tree.this))
            case exp.Boolean():
                return Const(tree.this)
            case exp.Null():
                return Const(None)
            case exp.Column():
                return self.yes(tree.name)
            case exp.In():
                return self.within(tree)
            case exp.Between():
                return self.between(tree)
            case exp.Anonymous() if tree.name.lower() == "at_least":
                return self.at_least(tree)
        if type(tree) in COMPARE:
            return self.compare(tree, COMPARE[type(tree)])
        raise self.error(
            f"{tree.sql(dialect='duckdb')!r} is not part of the language.",
            "AND, OR, NOT, =, <, <=, >, >=, BETWEEN, IN, at_least(n, a, b, ...), TRUE, FALSE, NULL.",
        )

    def finding(self, name: str) -> Finding:
        found = self.vocabulary.findings.get(name)
        if found is None:
            near = nearest(name, self.vocabulary.findings)
            raise self.error(f'no finding is called "{name}".', near, "New findings go in knowledge/findings/.")
        return found

    def yes(self, name: str) -> Expr:
        finding = self.finding(name)
        if finding.kind == "derived" and not self.vocabulary.whole:
            return self.vocabulary.expand(name, self.where, self.path)
        if finding.kind == "derived":
            return Yes(name)
        if finding.kind != "boolean":
            raise self.error(f'"{name}" is a {finding.kind} and needs a comparison.', described(finding))
        return Yes(name)

    def compare(self, tree: Tree, op: str) -> Expr:
        left, right = unwrapped(tree.left), unwrapped(tree.right)
        if isinstance(right, exp.Column):
            left, right, op = right, left, MIRROR[op]
        if not isinstance(left, exp.Column):
            raise self.error(f"{tree.sql()!r} compares no finding.", "finding >= number, or finding = 'choice'.")
        finding = self.finding(left.name)
        return Compare(finding.id, op, self.value(finding, right, op))

    def value(self, finding: Finding, tree: Tree, op: str) -> float | str:
        negative = isinstance(tree, exp.Neg)
        tree = tree.this if negative else tree
        if isinstance(tree, exp.Literal):
            if finding.kind == "number" and not tree.is_string:
                return self.in_range(finding, -float(tree.this) if negative else float(tree.this))
            if finding.kind == "choice" and tree.is_string and op == "=" and tree.this in finding.choices:
                return str(tree.this)
        near = nearest(tree.name, finding.choices) if finding.kind == "choice" else ""
        raise self.error(f'"{finding.id} {op} {tree.sql()}" does not fit.', described(finding), near)

    def in_range(self, finding: Finding, number: float) -> float:
        low, high = finding.range or (number, number)
        if not low <= number <= high:
            raise self.error(f"{finding.id} is never {number:g}.", described(finding))
        return number

    def within(self, tree: exp.In) -> Expr:
        column = unwrapped(tree.this)
        if not isinstance(column, exp.Column) or not tree.expressions:
            raise self.error(f"{tree.sql()!r} does not fit.", "finding IN ('one', 'other').")
        finding = self.finding(column.name)
        return joined(exp.Or, [Compare(finding.id, "=", self.value(finding, item, "=")) for item in tree.expressions])

    def between(self, tree: exp.Between) -> Expr:
        finding = self.finding(unwrapped(tree.this).name)
        low, high = (self.value(finding, tree.args[side], op) for side, op in (("low", ">="), ("high", "<=")))
        return And((Compare(finding.id, ">=", low), Compare(finding.id, "<=", high)))

    def at_least(self, tree: exp.Anonymous) -> Expr:
        count, *items = tree.expressions or [exp.Null()]
        if not (isinstance(count, exp.Literal) and count.this.isdigit() and 1 <= int(count.this) <= len(items)):
            raise self.error(
                f"{tree.sql()!r} does not fit.", "at_least(n, a, b, ...) with n from 1 to how many follow."
            )
        return AtLeast(int(count.this), tuple(self.condition(item) for item in items))


def joined(kind: type[Tree], args: list[Expr]) -> Expr:
    """One flat AND or OR of the arguments."""
    node = And if kind is exp.And else Or
    flat = [part for arg in args for part in (arg.args if isinstance(arg, node) else (arg,))]
    return node(tuple(flat)) if len(flat) > 1 else flat[0]


def unwrapped(tree: Tree) -> Tree:
    return unwrapped(tree.this) if isinstance(tree, exp.Paren) else tree


def negative_tests(expr: Expr, under_not: bool = False) -> list[str]:
    """Every boolean finding that stands under a NOT; a red flag must have none."""
    if isinstance(expr, Not):
        return negative_tests(expr.arg, not under_not)
    if isinstance(expr, Yes) and under_not:
        return [expr.finding]
    children = expr.args if isinstance(expr, And | Or | AtLeast) else ()
    return [test for child in children for test in negative_tests(child, under_not)]
