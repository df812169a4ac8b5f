"""The safety theorems, over all possible answers at once, and the proof that the proofs notice a fault.

Families: 0 worked people, 1 hazards, 2 monotone, 3 nothing low while a danger question is unasked, 4 more answers
never widen, 5 every rule can be true, 6 what is offered is never what is contraindicated. Needs Z3 (development only).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import z3

from psoas.bracket import Reading
from psoas.engines.proof import Bits, People
from psoas.findings import THEN, Answers, Value
from psoas.library import Hazard, Library, RedFlag, Tier, Urgency, level_of
from psoas.mutants import Mutant, edits, mutants
from psoas.parsing import Vocabulary
from psoas.rules import Expr, Yes, atoms, holds, needs, replaced, written
from psoas.triage import certain_level, doubt_readings

LEVELS = [level for level in Urgency if level > Urgency.self_care]
ASKED_PAGES = ("start", "danger", "pattern")


class Theorem(NamedTuple):
    """unless: formulas that are together impossible when the theorem holds (or possible, for wanted="sat")."""

    id: str
    family: int
    says: str
    unless: list[Any]
    wanted: str = "unsat"


class Proved(NamedTuple):
    id: str
    family: int
    says: str
    holds: bool
    seconds: float
    counterexample: dict[str, Value | None] | None


class Tried(NamedTuple):
    """A mutant and what noticed it: a case, a person, a theorem, an explanation, or nothing ("")."""

    flag: str
    edit: str
    killed_by: str
    explained: str


class Result(NamedTuple):
    theorems: list[Proved]
    mutants: list[Tried]
    subsumed: list[tuple[str, str]]
    seconds: float

    @property
    def killed(self) -> int:
        return sum(1 for mutant in self.mutants if mutant.killed_by)

    @property
    def explained(self) -> int:
        return sum(1 for mutant in self.mutants if not mutant.killed_by and mutant.explained)

    @property
    def all_hold(self) -> bool:
        return all(t.holds for t in self.theorems) and self.killed + self.explained == len(self.mutants)

    def as_dict(self) -> dict[str, Any]:
        return {
            "theorems": [theorem._asdict() for theorem in self.theorems],
            "mutants": {"made": len(self.mutants), "killed": self.killed, "explained": self.explained},
            "subsumed": [{"flag": flag, "by": by} for flag, by in self.subsumed],
            "seconds": round(self.seconds, 2),
            "all_hold": self.all_hold,
        }

    def as_text(self) -> str:
        lines = []
        for family in sorted({theorem.family for theorem in self.theorems}):
            own = [theorem for theorem in self.theorems if theorem.family == family]
            held, spent = sum(t.holds for t in own), sum(t.seconds for t in own)
            lines.append(f"family {family}: {held} of {len(own)} theorems hold ({spent:.2f} s)")
        lines += [f"FAILS {t.id}: {t.says}\n  counterexample: {t.counterexample}" for t in self.theorems if not t.holds]
        made = len(self.mutants)
        lines.append(f"mutants: {made} made, {self.killed} killed, {self.explained} explained")
        left = [mutant for mutant in self.mutants if not mutant.killed_by and not mutant.explained]
        lines += [f"SURVIVES {mutant.flag}: {mutant.edit}" for mutant in left]
        lines.append(f"{'all hold' if self.all_hold else 'NOT ALL HOLD'} ({self.seconds:.1f} s)")
        return "\n".join(lines)

    def mutants_as_text(self) -> str:
        """The mutants' report, for a reader."""
        rows = ["# Mutants of the red flags", ""]
        rows += [f"{len(self.mutants)} made, {self.killed} killed by a case, a person or a theorem, "]
        rows[-1] += f"{self.explained} explained."
        rows += ["", "| red flag | edit | noticed by |", "|---|---|---|"]
        for mutant in self.mutants:
            noticed = mutant.killed_by or (f"nothing; {mutant.explained}" if mutant.explained else "NOTHING")
            rows.append(f"| {mutant.flag} | `{mutant.edit}` | {noticed} |")
        return "\n".join(rows) + "\n"


def verify(library: Library, *, mutants: bool = True) -> Result:
    """Every theorem, and every mutant when asked. Pure: the same library gives the same result, but for times."""
    started = time.perf_counter()
    proofs = Proofs(library)
    proved = [*proofs.worked(), *(proofs.prove(theorem) for theorem in proofs.theorems())]
    tried = list(proofs.try_mutants()) if mutants else []
    return Result(proved, tried, proofs.subsumed(), time.perf_counter() - started)


class Proofs:
    def __init__(self, library: Library) -> None:
        self.library = library
        self.people = People(library)

    # worked people ------------------------------------------------------------

    def worked(self) -> Iterator[Proved]:
        """0. Every worked person gets what their file says: the ground that the mutants are tried on."""
        for person, levels in zip(self.persons, self.standing, strict=True):
            got = max(levels.values(), default=Urgency.self_care)
            missing = [flag for flag in person.raises if not levels[flag]]
            holds_ = person.fits(got) and not missing
            says = f"{person.who}: {'' if person.exact else 'at least '}{person.gets.name}"
            wrong = f", not {got.name}; missing {missing}" if not holds_ else ""
            yield Proved(f"person.{person.who}", 0, says + wrong, holds_, 0.0, None if holds_ else dict(person.answers))

    # theorems -----------------------------------------------------------------

    def theorems(self) -> Iterator[Theorem]:
        for hazard in self.library.knowledge.hazards.values():
            for number, tier in enumerate(hazard.tiers, start=1):
                yield from self.hazard(hazard, tier, number)
        yield from self.monotone()
        yield from self.nothing_low_unasked()
        yield from self.never_wider()
        yield from self.every_rule_possible()
        yield from self.advice()

    def hazard(self, hazard: Hazard, tier: Tier, number: int) -> Iterator[Theorem]:
        """1. A hazard that is there, in doubt, or not yet asked about always yields its urgency."""
        trigger = self.people.bits(self.library.expression(tier.trigger))
        level, name = Urgency[tier.urgency], f"{hazard.id}.{number}"
        yield Theorem(f"{name}.true", 1, f"{tier.trigger} gives at least {tier.urgency}",
                      [trigger.sure, z3.Not(self.people.certain(level))])  # fmt: skip
        yield Theorem(f"{name}.unasked", 1, f"{tier.urgency} stays possible until it is asked",
                      [trigger.open_true, z3.Not(self.people.possible(level))])  # fmt: skip
        for doubt in {level_of(tier.dont_know.urgency), level_of(tier.dont_know.proxy or tier.dont_know.urgency)}:
            if doubt > Urgency.self_care:
                counts = self.people.doubt_at_least(
                    level_of(tier.dont_know.urgency), tier.dont_know.proxy, doubt, sure=True
                )
                yield Theorem(f"{name}.doubt_{doubt.name}", 1, f"not known, and it decides: at least {doubt.name}",
                              [trigger.sure_doubt, counts, z3.Not(self.people.certain(doubt))])  # fmt: skip

    @cached_property
    def others(self) -> People:
        return People(self.library, "'")

    @cached_property
    def signs(self) -> set[str]:
        """The yes/no findings that any red flag reads."""
        flags = self.library.flags
        return {a.finding for f in flags for a in atoms(self.library.expression(f.when)) if isinstance(a, Yes)}

    def same(self, name: str) -> Any:
        mine, theirs = self.people.findings[name], self.others.findings[name]
        return z3.And(mine.asked == theirs.asked, mine.known == theirs.known, mine.value == theirs.value)

    def monotone(self) -> Iterator[Theorem]:
        """2. Any red-flag findings that turn from unasked, not known or no to yes never lower the urgency."""
        moved = []
        for name, theirs in self.others.findings.items():
            yes = z3.And(theirs.asked, theirs.known, theirs.value) if name in self.signs else z3.BoolVal(False)
            moved.append(z3.Or(self.same(name), yes))
        for level in LEVELS:
            for side in ("certain", "possible"):
                before, after = getattr(self.people, side)(level), getattr(self.others, side)(level)
                yield Theorem(f"monotone.{side}.{level.name}", 2, f"a yes more never lowers {level.name} ({side})",
                              [*moved, before, z3.Not(after)])  # fmt: skip

    def finished(self) -> list[Any]:
        """Nothing is left to ask: every item is answered, gated out, or waits for another."""
        return [
            z3.Or(self.people.findings[i].asked, self.people.closed.get(i, False), self.waiting(i)) for i in self.items
        ]

    @property
    def items(self) -> list[str]:
        return [item for page in self.library.pages if page.asks in ASKED_PAGES for item in page.items]

    def waiting(self, item: str) -> Any:
        """The item's gate is not settled: its lowest and highest value differ."""
        if item not in self.library.gates:
            return z3.BoolVal(False)
        gate: Bits = self.people.bits(self.library.gates[item])
        return z3.Or(gate.sure != gate.open_true, gate.sure_doubt != gate.open)

    def nothing_low_unasked(self) -> Iterator[Theorem]:
        """3. No self_care or routine outcome while a must-ask finding is unasked; the bracket closes by then."""
        low = [*self.finished(), z3.Not(self.people.certain(Urgency.within_2_weeks))]
        hazards = [self.library.expression(t.trigger) for h in self.library.knowledge.hazards.values() for t in h.tiers]
        for name in dict.fromkeys(name for expr in hazards for name in needs(expr)):
            unasked = z3.And(z3.Not(self.people.findings[name].asked), z3.Not(self.people.closed.get(name, False)))
            yield Theorem(f"must_ask.{name}", 3, f"no low outcome with {name} unasked", [*low, unasked])
        for level in LEVELS:
            undecided = [*self.finished(), self.people.possible(level), z3.Not(self.people.certain(level))]
            yield Theorem(f"closes.{level.name}", 3, f"all asked: {level.name} is certain or impossible", undecided)

    def never_wider(self) -> Iterator[Theorem]:
        """4. Answering what is asked never widens the bracket."""
        more = []
        for name, mine in self.people.findings.items():
            shut = self.people.closed.get(name, False)
            answered = z3.And(z3.Not(mine.asked), z3.Not(shut), self.others.findings[name].asked)
            more.append(z3.Or(self.same(name), answered))
        for level in LEVELS:
            yield Theorem(f"narrows.certain.{level.name}", 4, f"what is certain ({level.name}) stays certain",
                          [*more, self.people.certain(level), z3.Not(self.others.certain(level))])  # fmt: skip
            yield Theorem(f"narrows.possible.{level.name}", 4, f"nothing above {level.name} becomes possible again",
                          [*more, self.others.possible(level), z3.Not(self.people.possible(level))])  # fmt: skip

    def every_rule_possible(self) -> Iterator[Theorem]:
        """5. No red flag is a rule that can never be true."""
        for flag in self.library.flags:
            bits = self.people.bits(self.library.expression(flag.when))
            yield Theorem(f"possible.{flag.id}", 5, f"somebody raises {flag.id}", [bits.sure], wanted="sat")

    def advice(self) -> Iterator[Theorem]:
        """6. The advice to carry on alone is never given to someone with a red flag that is true or open."""
        alone = [*self.finished(), z3.Not(self.people.certain(Urgency.routine))]
        for flag in self.library.flags:
            bits = self.people.bits(self.library.expression(flag.when))
            yield Theorem(f"advice.{flag.id}", 6, f"self-care is not advised with {flag.id} true or unasked",
                          [*alone, z3.Or(bits.sure, bits.open_true)])  # fmt: skip

    def prove(self, theorem: Theorem) -> Proved:
        started = time.perf_counter()
        solver = z3.Solver()
        solver.add(*self.people.domain, *self.others.domain, *theorem.unless)
        answer = solver.check()
        person = self.people.person(solver.model()) if str(answer) == "sat" and theorem.wanted == "unsat" else None
        spent = time.perf_counter() - started
        return Proved(theorem.id, theorem.family, theorem.says, str(answer) == theorem.wanted, round(spent, 4), person)

    def subsumed(self) -> list[tuple[str, str]]:
        """Flags that are never true without one other flag of at least their level: listed, not refused."""
        found = []
        for flag in self.library.flags:
            own = self.people.bits(self.library.expression(flag.when)).sure
            reads = set(needs(self.library.expression(flag.when)))
            for other in self.library.flags:
                expr = self.library.expression(other.when)
                if other is flag or other.level < flag.level or not set(needs(expr)) <= reads:
                    continue
                if self.impossible(own, z3.Not(self.people.bits(expr).sure)):
                    found.append((flag.id, other.id))
                    break
        return found

    def impossible(self, *formulas: Any) -> bool:
        solver = z3.Solver()
        solver.add(*self.people.domain, *formulas)
        return bool(solver.check() == z3.unsat)

    # mutants ------------------------------------------------------------------

    @cached_property
    def whole(self) -> Vocabulary:
        """The expressions as their authors wrote them, derived findings as one term."""
        return Vocabulary(self.library.findings, whole=True)

    def try_mutants(self) -> Iterator[Tried]:
        ranges = {f.id: f.range for f in self.library.findings.values() if f.range}
        derived = self.whole.derived
        for flag in self.library.flags:
            why = {survivor.edit: survivor.why for survivor in flag.survivors}
            for mutant in mutants(flag, self.whole.parse(flag.when, flag.id), ranges):
                expanded = mutant if mutant.expr is None else mutant._replace(expr=replaced(mutant.expr, derived))
                noticed = self.by_case(expanded) or self.by_person(expanded) or self.by_theorem(expanded)
                yield Tried(flag.id, mutant.edit, noticed, "" if noticed else why.get(mutant.edit, ""))
        for name, expr in derived.items():
            for edited in edits(expr, ranges):
                yield Tried(name, written(edited), self.by_flags(name, edited), "")

    def by_flags(self, name: str, edited: Expr) -> str:
        """What notices that a derived finding means something else: a case of any red flag that reads it."""
        for case in self.library.findings[name].cases:
            if holds(replaced(edited, self.whole.derived), case.given) is not THEN[case.then]:
                return f"case: {case.name}"
        terms = {**self.whole.derived, name: edited}
        for flag in self.library.flags:
            expr = self.whole.parse(flag.when, flag.id)
            changed = replaced(expr, terms)
            if changed != self.library.expression(flag.when):
                found = self.by_case(Mutant("", flag, flag, changed)) or self.by_person(Mutant("", flag, flag, changed))
                if found:
                    return f"{flag.id}, {found}"
        return ""

    def by_case(self, mutant: Mutant) -> str:
        if mutant.expr is None or mutant.flag is not mutant.original:
            return ""
        for case in mutant.original.cases:
            if holds(mutant.expr, case.given) is not THEN[case.then]:
                return f"case: {case.name}"
        return ""

    @cached_property
    def persons(self) -> list[Worked]:
        return list(worked_people(self.library))

    @cached_property
    def standing(self) -> list[dict[str, Urgency]]:
        """For each worked person, what each red flag makes certain."""
        rows = []
        for person in self.persons:
            low, _ = doubt_readings(person.answers)
            bits = self.library.reading(person.answers)
            rows.append({f.id: certain_level(f, b, low) for f, b in zip(self.library.flags, bits, strict=True)})
        return rows

    def by_person(self, mutant: Mutant) -> str:
        """The first worked person who would get something else, or miss a red flag that they must raise."""
        reading = Reading([mutant.expr], self.library.gates) if mutant.expr is not None else None
        for person, levels in zip(self.persons, self.standing, strict=True):
            mine = Urgency.self_care
            if reading and mutant.flag:
                mine = certain_level(mutant.flag, reading(person.answers)[0], doubt_readings(person.answers)[0])
            got = max([mine, *(level for name, level in levels.items() if name != mutant.original.id)])
            if not person.fits(got) or (mine is Urgency.self_care and mutant.original.id in person.raises):
                return f"person: {person.who}"
        return ""

    def by_theorem(self, mutant: Mutant) -> str:
        """The first hazard whose theorem no longer holds."""
        reads = set(needs(self.library.expression(mutant.original.when)))
        for hazard in self.library.knowledge.hazards.values():
            for number, tier in enumerate(hazard.tiers, start=1):
                level, expr = Urgency[tier.urgency], self.library.expression(tier.trigger)
                if level <= mutant.original.level and reads & set(needs(expr)) and self.broken(mutant, expr, level):
                    return f"theorem: {hazard.id}.{number}"
        return ""

    def broken(self, mutant: Mutant, trigger: Expr, level: Urgency) -> bool:
        solver = self.without(mutant.original, level)
        solver.push()
        solver.add(self.people.bits(trigger).sure)
        if mutant.flag and mutant.expr is not None:
            solver.add(z3.Not(self.people.flag_certain(mutant.flag, self.people.bits(mutant.expr), level)))
        answer = solver.check()
        solver.pop()
        return bool(answer == z3.sat)

    def without(self, flag: RedFlag, level: Urgency) -> z3.Solver:
        """A solver that knows people for whom no other flag makes `level` certain."""
        key = (flag.id, level)
        if key not in self.solvers:
            others = {name: other for name, other in self.library.red_flags.items() if name != flag.id}
            solver = z3.Solver()
            solver.add(*self.people.domain, z3.Not(self.people.certain(level, others)))
            self.solvers = {key: solver}
        return self.solvers[key]

    solvers: dict[tuple[str, Urgency], z3.Solver] = {}


class Worked(NamedTuple):
    """A worked person; exact: they get just this level, else at least it."""

    who: str
    answers: Answers
    gets: Urgency
    exact: bool
    raises: tuple[str, ...] = ()

    def fits(self, got: Urgency) -> bool:
        return got == self.gets if self.exact else got >= self.gets


def worked_people(library: Library) -> Iterator[Worked]:
    """The people of hazards/ and people/."""
    asked = [f.id for f in library.findings.values() if f.kind == "boolean" and f.how in ("history", "self_test")]
    for hazard in library.knowledge.hazards.values():
        for tier in hazard.tiers:
            yield Worked(tier.positive.who, tier.positive.answers, Urgency[tier.urgency], False)
    for person in library.knowledge.people:
        rest = dict.fromkeys(asked, False) if person.everything_else == "no" else {}
        yield Worked(person.who, {**rest, **person.answers}, level_of(person.gets), True, tuple(person.raises))
