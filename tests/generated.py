"""Generated rules and people: rules built backwards from what is wanted, people near the thresholds."""

from __future__ import annotations

from hypothesis import strategies as st

from psoas.findings import Finding
from psoas.rules import And, AtLeast, Compare, Const, Not, Or, Yes

SMALL = {
    f.id: f
    for f in (
        *(Finding(id=name, kind="boolean", label=name, question=name) for name in ("a", "b", "c", "d")),
        Finding(id="n", kind="number", label="n", question="n", unit="weeks", range=(0, 20)),
        Finding(id="s", kind="choice", label="s", question="s", choices={"x": "X", "y": "Y"}),
    )
}
THRESHOLDS = (0.0, 6.0, 12.0)

booleans = st.sampled_from(["a", "b", "c", "d"]).map(Yes)
numbers = st.builds(Compare, st.just("n"), st.sampled_from(["=", "<", "<=", ">", ">="]), st.sampled_from(THRESHOLDS))
choices = st.builds(Compare, st.just("s"), st.just("="), st.sampled_from(["x", "y"]))
constants = st.sampled_from([True, False, None]).map(Const)


def larger(inner):
    some = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        some.map(And),
        some.map(Or),
        inner.map(Not),
        some.flatmap(lambda args: st.integers(1, len(args)).map(lambda n: AtLeast(n, args))),
    )


rules = st.recursive(st.one_of(booleans, booleans, numbers, choices, constants), larger, max_leaves=12)

near = st.sampled_from([0.0, 5.0, 6.0, 7.0, 11.0, 12.0, 13.0])
row = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.sampled_from([True, False, None]) for name in ("a", "b", "c", "d")},
        "n": st.one_of(near, st.none()),
        "s": st.sampled_from(["x", "y", None]),
    },
)


def people(library, names=None):
    """Answers to the library's findings: any of them, near the thresholds that the knowledge uses."""
    found = {}
    for finding in library.findings.values():
        if finding.kind == "derived" or (names and finding.id not in names):
            continue
        found[finding.id] = values(library, finding)
    return st.fixed_dictionaries({}, optional=found)


def values(library, finding):
    if finding.kind == "boolean":
        return st.sampled_from([True, False, None])
    if finding.kind == "choice":
        return st.sampled_from([*finding.choices, None])
    low, high = finding.range
    marks = [t.value for _, t in library.reading.of.get(finding.id, [])] or [low]
    close = {min(max(mark + step, low), high) for mark in marks for step in (-1, -0.5, 0, 0.5, 1)}
    return st.one_of(st.sampled_from(sorted(close)), st.just(low), st.just(high), st.none())
