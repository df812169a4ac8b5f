"""The truth tables of the language, one row a line, run on every reading of it."""

import duckdb
import pytest
import z3

from psoas.bracket import Reading, truth
from psoas.engines import sql
from psoas.engines.proof import People
from psoas.parsing import Vocabulary
from psoas.rules import holds
from tests.generated import SMALL

T, F, N = True, False, None

TABLES = """
NOT a            | a=T             | F
NOT a            | a=F             | T
NOT a            | a=N             | N
a AND b          | a=T b=T         | T
a AND b          | a=T b=F         | F
a AND b          | a=T b=N         | N
a AND b          | a=F b=T         | F
a AND b          | a=F b=F         | F
a AND b          | a=F b=N         | F
a AND b          | a=N b=T         | N
a AND b          | a=N b=F         | F
a AND b          | a=N b=N         | N
a OR b           | a=T b=T         | T
a OR b           | a=T b=F         | T
a OR b           | a=T b=N         | T
a OR b           | a=F b=T         | T
a OR b           | a=F b=F         | F
a OR b           | a=F b=N         | N
a OR b           | a=N b=T         | T
a OR b           | a=N b=F         | N
a OR b           | a=N b=N         | N
at_least(2,a,b,c)| a=T b=T c=F     | T
at_least(2,a,b,c)| a=T b=T c=N     | T
at_least(2,a,b,c)| a=T b=F c=F     | F
at_least(2,a,b,c)| a=T b=F c=N     | N
at_least(2,a,b,c)| a=F b=F c=N     | F
at_least(2,a,b,c)| a=N b=N c=F     | N
at_least(2,a,b,c)| a=N b=N c=N     | N
at_least(1,a,b)  | a=F b=N         | N
at_least(2,a,b)  | a=T b=T         | T
n >= 6           | n=5             | F
n >= 6           | n=6             | T
n >= 6           | n=7             | T
n >= 6           | n=N             | N
n > 6            | n=6             | F
n > 6            | n=7             | T
n <= 6           | n=6             | T
n <= 6           | n=7             | F
n < 6            | n=5             | T
n < 6            | n=6             | F
n = 6            | n=6             | T
n = 6            | n=7             | F
6 <= n           | n=5             | F
6 <= n           | n=6             | T
n BETWEEN 6 AND 12 | n=5           | F
n BETWEEN 6 AND 12 | n=6           | T
n BETWEEN 6 AND 12 | n=12          | T
n BETWEEN 6 AND 12 | n=13          | F
n BETWEEN 6 AND 12 | n=N           | N
s = 'x'          | s=x             | T
s = 'x'          | s=y             | F
s = 'x'          | s=N             | N
s IN ('x', 'y')  | s=y             | T
s IN ('x', 'y')  | s=N             | N
TRUE             | a=N             | T
FALSE OR a       | a=N             | N
NULL AND a       | a=F             | F
NULL OR a        | a=F             | N
"""


def read(cell):
    known = {"T": T, "F": F, "N": N}
    return known[cell] if cell in known else float(cell) if cell.isdigit() else cell


def rows():
    for line in TABLES.strip().splitlines():
        rule, given, then = (part.strip() for part in line.split("|"))
        answers = {name: read(value) for name, _, value in (pair.partition("=") for pair in given.split())}
        yield pytest.param(rule, answers, read(then), id=f"{rule} {given}")


class Bare:
    """Just enough of a library for the formulas: the small vocabulary and no gates."""

    findings = SMALL
    gates = {}


def by_reference(expr, answers):
    return holds(expr, answers)


def by_bracket(expr, answers):
    return truth(Reading([expr], {})(answers)[0])


def by_duckdb(expr, answers):
    columns = []
    for finding in SMALL.values():
        kind = {"boolean": "BOOLEAN", "number": "DOUBLE", "choice": "VARCHAR"}[finding.kind]
        value = answers.get(finding.id)
        shown = "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value)
        columns.append(f"{shown}::{kind} AS {finding.id}")
    return duckdb.sql(f"SELECT {sql.text(expr)} FROM (SELECT {', '.join(columns)})").fetchall()[0][0]


def by_z3(expr, answers):
    people = People(Bare)
    bits = people.bits(expr)
    solver = z3.Solver()
    for name, known in people.findings.items():
        solver.add(known.asked == (name in answers))
        value = answers.get(name)
        solver.add(known.known == (value is not None))
        if value is not None:
            coded = list(SMALL[name].choices).index(value) if isinstance(value, str) else value
            solver.add(known.value == coded)
    assert solver.check() == z3.sat
    model = solver.model()
    if z3.is_true(model.eval(bits.sure, model_completion=True)):
        return True
    return None if z3.is_true(model.eval(bits.open, model_completion=True)) else False


READINGS = {"reference": by_reference, "bracket": by_bracket, "duckdb": by_duckdb, "z3": by_z3}


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(("rule", "answers", "then"), list(rows()))
def test_every_reading_has_the_truth_table_of_the_operator(reading, rule, answers, then):
    expr = Vocabulary(SMALL).parse(rule, "table")

    assert READINGS[reading](expr, answers) is then
