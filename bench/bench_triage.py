"""Triage of one person by our closure and by zen-engine on the same rules; a million people in DuckDB.

zen-engine knows two values only, so it runs on people without unknowns and gives the certain urgency alone; ours also
gives what is possible and why. The results of both are compared before anything is timed.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import duckdb
import zen

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.common import machine, median, shown
from psoas import load
from psoas.bracket import in_order
from psoas.engines import sql
from psoas.library import Library, Urgency
from psoas.rules import And, AtLeast, Compare, Const, Expr, Not, Or, Yes, literal
from psoas.triage import triage

PEOPLE, MANY = 300, 1_000_000


def zen_text(expr: Expr) -> str:
    match expr:
        case Const(value):
            return "true" if value else "false"
        case Yes(finding):
            return finding
        case Compare(finding, "=", value):
            return f"{finding} == {literal(value)}"
        case Compare(finding, op, value):
            return f"{finding} {op} {literal(value)}"
        case Not(arg):
            return f"not ({zen_text(arg)})"
        case And(args):
            return "(" + " and ".join(map(zen_text, args)) + ")"
        case Or(args):
            return "(" + " or ".join(map(zen_text, args)) + ")"
        case AtLeast(n, args):
            return "(" + " + ".join(f"({zen_text(arg)} ? 1 : 0)" for arg in args) + f" >= {n})"


def zen_program(library: Library) -> zen.Expression:
    """One expression: the number of the urgency, the most urgent rules first."""
    text = "0"
    for level in sorted(Urgency)[1:]:
        arms = [zen_text(library.expression(flag.when)) for flag in library.flags if flag.level is level]
        text = f"({' or '.join(arms)}) ? {int(level)} : ({text})" if arms else text
    return zen.compile_expression(text)


def people(library: Library, count: int) -> list[dict]:
    """People who answered everything that the rules read; a flag is a yes in three of a hundred."""
    dice, found = random.Random(7), []
    for _ in range(count):
        person = {}
        for name in library.reading.of:
            finding = library.findings[name]
            if finding.kind == "boolean":
                person[name] = dice.random() < 0.03
            elif finding.kind == "choice":
                person[name] = dice.choice(list(finding.choices))
            else:
                low, high = finding.range
                person[name] = round(dice.uniform(low, high), 1)
        found.append(person)
    return found


def table(library: Library, count: int) -> duckdb.DuckDBPyConnection:
    """Random people with a quarter of the answers unknown."""
    parts = []
    for name, kind in sql.columns(library).items():
        finding = library.findings[name]
        if kind == "BOOLEAN":
            value = "random() < 0.03"
        elif kind == "VARCHAR":
            value = f"list_extract({list(finding.choices)!r}, 1 + (random() * {len(finding.choices) - 1})::INT)"
        else:
            low, high = finding.range
            value = f"round({low} + random() * {high - low}, 1)"
        parts.append(f"CASE WHEN random() < 0.75 THEN {value} END AS {sql.quoted(name)}")
    con = duckdb.connect()
    con.execute("SELECT setseed(0.5)")
    con.execute(f"CREATE TABLE people AS SELECT {', '.join(parts)} FROM range({count})")
    return con


def main() -> None:
    library = load()
    print(machine("zen-engine", "duckdb", "sqlglot"))
    print(
        f"{len(library.flags)} red flags over {len(library.reading.of)} findings, {len(in_order(library.gates))} gates"
    )
    some, program = people(library, PEOPLE), zen_program(library)
    same = [int(triage(library, person).certain) == int(program.evaluate(person)) for person in some]
    print(f"zen-engine gives the same urgency for {sum(same)} of {PEOPLE} people")
    ours = median(lambda: [triage(library, person) for person in some]) / PEOPLE
    peer = median(lambda: [program.evaluate(person) for person in some]) / PEOPLE
    print(f"one person: ours {shown(ours)}, zen-engine {shown(peer)}, ratio {peer / ours:.1f}")
    con = table(library, MANY)
    query = f"SELECT urgency, count(*) FROM ({sql.urgency(library, 'people')}) GROUP BY ALL ORDER BY 1"
    spent = median(lambda: con.execute(query).fetchall(), repeats=3)
    print(f"{MANY:,} people in DuckDB: {shown(spent)}, {MANY / spent / 1e6:.2f} million a second")
    print(f"  against ours one by one: {ours * MANY / spent:.0f} times sooner")


if __name__ == "__main__":
    main()
