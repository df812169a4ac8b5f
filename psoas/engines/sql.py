"""The rules as SQL text (DuckDB's dialect): one row a person, a column a finding, NULL for unknown.

A table cannot tell "not asked" from "not known", so only what is true counts; the bracket is for one person.
"""

from __future__ import annotations

from psoas.bracket import NEVER, in_order
from psoas.library import Library
from psoas.rules import And, AtLeast, Compare, Const, Expr, Not, Or, Yes, literal, needs


def text(expr: Expr) -> str:
    """The expression as an SQL condition with SQL's own three values."""
    match expr:
        case Const(value):
            return {True: "TRUE", False: "FALSE", None: "NULL"}[value]
        case Yes(finding):
            return quoted(finding)
        case Compare(finding, op, value):
            return f"{quoted(finding)} {op} {literal(value)}"
        case Not(arg):
            return f"(NOT {text(arg)})"
        case And(args):
            return "(" + " AND ".join(map(text, args)) + ")"
        case Or(args):
            return "(" + " OR ".join(map(text, args)) + ")"
        case AtLeast(n, args):
            return counted(n, args)


def counted(n: int, args: tuple[Expr, ...]) -> str:
    """at_least: true at n trues, false when trues and unknowns are fewer than n, else NULL."""
    conditions = [text(arg) for arg in args]
    trues = " + ".join(f"COALESCE(({c})::INT, 0)" for c in conditions)
    possible = " + ".join(f"COALESCE(({c})::INT, 1)" for c in conditions)
    return f"(CASE WHEN {trues} >= {n} THEN TRUE WHEN {possible} < {n} THEN FALSE END)"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def urgency(library: Library, table: str) -> str:
    """A query: every row of `table`, gates applied, as the number of its certain urgency (0 to 4).

    table: a column for every finding that the red flags and their gates read.
    """
    arms = "\n".join(f"  WHEN {text(library.expression(flag.when))} THEN {int(flag.level)}" for flag in library.flags)
    return f"{gated(library, table)}\nSELECT CASE\n{arms}\n  ELSE 0 END AS urgency FROM {last(library)}"


def columns(library: Library) -> dict[str, str]:
    """The columns that `urgency` reads, with their SQL types."""
    kinds = {"boolean": "BOOLEAN", "number": "DOUBLE", "choice": "VARCHAR"}
    return {name: kinds[library.findings[name].kind] for name in library.reading.of}


def gated(library: Library, table: str) -> str:
    """Common table expressions that set a finding that need not be asked to no, one step a layer of gates."""
    steps, before = [], quoted(table)
    for depth, names in enumerate(layers(library)):
        sets = ", ".join(f"{closed(library, name)} AS {quoted(name)}" for name in names)
        steps.append(f"g{depth} AS (SELECT * REPLACE ({sets}) FROM {before})")
        before = f"g{depth}"
    return "WITH " + ",\n".join(steps)


def closed(library: Library, name: str) -> str:
    no = {"boolean": "FALSE", "number": "0", "choice": "NULL"}[library.findings[name].kind]
    gate = text(library.gates[name])
    return f"CASE WHEN {quoted(name)} IS NULL AND ({gate}) IS FALSE THEN {no} ELSE {quoted(name)} END"


def layers(library: Library) -> list[list[str]]:
    """The gated findings that are read, grouped so that each gate reads only earlier groups."""
    depth: dict[str, int] = {}
    for name in in_order(library.gates):
        depth[name] = 1 + max((depth.get(other, 0) for other in needs(library.gates[name])), default=0)
    used = [name for name in depth if name in library.reading.of and library.gates[name] != NEVER]
    return [group for level in range(1, max(depth.values()) + 1) if (group := [n for n in used if depth[n] == level])]


def last(library: Library) -> str:
    return f"g{len(layers(library)) - 1}"
