"""knowledge/ -> one frozen Library.

`load()` reads the compiled form (one file) and rebuilds it first when a source file of a checkout changed.
The rules of what fits are in `psoas.building`; once loaded, nothing here reads a file again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from enum import IntEnum
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from psoas.bracket import NEVER, Reading
from psoas.causes import Condition, Mechanism, Population
from psoas.findings import Case, Finding, Value
from psoas.records import Cited, Review, Strict
from psoas.rules import Expr

KNOWLEDGE = Path(__file__).parent / "knowledge"
COMPILED = Path(__file__).parent / "knowledge.msgpack"
READERS = (
    "building",
    "building_causes",
    "causes",
    "findings",
    "library",
    "parsing",
    "priors",
    "records",
    "rules",
    "sheets",
)
FORMAT = 2  # of the compiled form; raise it when a struct below changes


class Urgency(IntEnum):
    """How soon a person needs help; the greater, the sooner."""

    self_care = 0
    routine = 1
    within_2_weeks = 2
    same_day = 3
    emergency = 4


LEVELS = {"none": Urgency.self_care, **Urgency.__members__}
HOURS = {"h": 1, "d": 24, "w": 168}
LONGEST = {Urgency.emergency: 4, Urgency.same_day: 24, Urgency.within_2_weeks: 14 * 24, Urgency.routine: 12 * 168}


def hours(act_within: str) -> int:
    """ "now" -> 0, "4 h" -> 4, "7 d" -> 168. Raises ValueError on anything else."""
    if act_within == "now":
        return 0
    number, unit = act_within.split(" ")
    return int(number) * HOURS[unit]


class Doubt(Strict, frozen=True):
    """What "I don't know" counts as where it decides; `by_proxy` when another answers and cannot ask."""

    counts_as: str
    because: str
    by_proxy: str | None = None


class Survivor(Strict, frozen=True):
    """An edit of the expression that no theorem or case can tell from the original, and why that is right."""

    edit: str
    why: str


class RedFlag(Strict, frozen=True):
    """A rule whose consequence is an urgency. `disclose`: everywhere, on the screen only, or to the clinician only."""

    id: str
    title: str
    when: str
    urgency: str
    act_within: str
    precedence: int
    dont_know: Doubt
    because: str
    do_now: str
    say: str
    explained_by: list[str]
    disclose: str
    decides: list[str]
    sources: list[Cited]
    review: Review
    cases: list[Case]
    disagreement: str = ""
    survivors: list[Survivor] = []

    @property
    def level(self) -> Urgency:
        return LEVELS[self.urgency]

    def doubt(self, proxy: bool) -> Urgency:
        """The level that "I don't know" counts as."""
        chosen = self.dont_know.by_proxy if proxy else None
        return level_of(chosen or self.dont_know.counts_as)


def level_of(name: str) -> Urgency:
    """The urgency of that name; "none" is no floor at all."""
    return LEVELS[name]


class Person(Strict, frozen=True):
    who: str
    answers: dict[str, Value | None]
    gets: str = "none"


class HazardDoubt(Strict, frozen=True):
    urgency: str
    proxy: str | None = None
    how: str = ""


class Tier(Strict, frozen=True):
    urgency: str
    trigger: str
    dont_know: HazardDoubt
    positive: Person
    negative: Person


class Hazard(Strict, frozen=True):
    """A harm that must not happen, with the least urgency that prevents it; it names no rule."""

    id: str
    misses: list[str]
    harm: str
    applies_to: str
    page: str
    not_asked: str
    tiers: list[Tier]
    not_on: list[str]
    cost: dict[str, Any]
    explained_by: list[str]
    do: str
    say: str
    basis: list[str]
    review: Review
    disagreement: str = ""


class Claim(Strict, frozen=True):
    """One statement of a source: what it says in our words, where, and what was read of it."""

    id: str
    says: str
    at: str = ""
    read: str = ""
    quote: str = ""
    supports: str = ""


class Source(Strict, frozen=True):
    id: str
    type: str
    citation: str
    read: str
    url: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    says: str = ""
    why: str = ""
    claims: list[Claim] = []


class Group(Strict, frozen=True):
    """Items that are answered together: rows (yes / no / not sure each), a list to tick, or one by one."""

    form: str
    items: list[str]
    prompt: str = ""


class Page(Strict, frozen=True):
    """A page of the interview. `asks`: start, danger, pattern or clinician."""

    id: str
    position: int
    title: str
    asks: str
    why: str
    groups: list[Group]
    intro: str = ""
    intro_proxy: str = ""
    offer: str = ""
    recap: list[str] = []

    @property
    def items(self) -> list[str]:
        return [item for group in self.groups for item in group.items]


class WorkedPerson(Strict, frozen=True):
    """A person with the urgency they get, exactly. everything_else: every other yes/no answered no, or unasked.

    raises: red flags that must be among those that are true.
    """

    who: str
    answers: dict[str, Value | None]
    gets: str
    everything_else: str = "no"
    raises: list[str] = []
    why: str = ""


class Contradiction(Strict, frozen=True):
    """Answers that cannot both be true; the person is shown both and settles it."""

    id: str
    when: str
    says: str
    cases: list[Case]


class Knowledge(Strict, frozen=True):
    """Everything in knowledge/, checked; the expressions parsed, by the text they were written as."""

    format: int
    version: str
    findings: dict[str, Finding]
    pages: list[Page]
    red_flags: dict[str, RedFlag]
    hazards: dict[str, Hazard]
    people: list[WorkedPerson]
    contradictions: list[Contradiction]
    sources: dict[str, Source]
    countries: dict[str, dict[str, Any]]
    words: dict[str, Any]
    areas: dict[str, Any]
    aliases: dict[str, dict[str, Any]]
    mechanisms: dict[str, Mechanism]
    conditions: dict[str, Condition]
    population: Population
    expressions: dict[str, Expr]


class Library:
    """The knowledge, ready to reason with. Frozen: nothing changes after loading."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.version = knowledge.version
        self.findings: Mapping[str, Finding] = knowledge.findings
        self.pages = knowledge.pages
        self.red_flags: Mapping[str, RedFlag] = knowledge.red_flags
        self.countries = knowledge.countries
        self.words = knowledge.words
        self.mechanisms: Mapping[str, Mechanism] = knowledge.mechanisms
        self.conditions: Mapping[str, Condition] = knowledge.conditions
        self.population = knowledge.population
        self.areas: list[dict[str, Any]] = knowledge.areas.get("areas", [])

    def expression(self, text: str) -> Expr:
        """The tree of an expression that stands in the knowledge, derived findings expanded."""
        return self.knowledge.expressions[text]

    @cached_property
    def gates(self) -> dict[str, Expr]:
        """finding -> when it is asked at all; a sign or a test never has to be, so it counts as no until given."""
        asked = {f.id: self.expression(f.ask_if) for f in self.findings.values() if f.ask_if}
        signs = {f.id: NEVER for f in self.findings.values() if f.how in ("examination", "investigation")}
        return asked | signs

    @cached_property
    def flags(self) -> tuple[RedFlag, ...]:
        """Red flags, the most urgent first, then by precedence: the order of the first instruction."""
        return tuple(sorted(self.red_flags.values(), key=lambda flag: (-flag.level, flag.precedence, flag.id)))

    @cached_property
    def reading(self) -> Reading:
        """All red flags of `flags`, compiled together."""
        return Reading([self.expression(flag.when) for flag in self.flags], self.gates)

    @cached_property
    def page_of(self) -> dict[str, Page]:
        return {item: page for page in self.pages for item in page.items}

    @cached_property
    def must_ask(self) -> tuple[str, ...]:
        """The findings of the danger pages, in order of asking: none may stay unasked before a low outcome."""
        return tuple(item for page in self.pages if page.asks == "danger" for item in page.items)


def files(folder: Path = KNOWLEDGE) -> Iterator[Path]:
    """Every source file of the knowledge, in a fixed order."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(place, name) for name in sorted(names) if name.endswith(".yaml"))


def fingerprint(folder: Path = KNOWLEDGE) -> str:
    """Changes whenever a source file, or the code that reads it, is added, taken away or written."""
    digest = hashlib.blake2b(str(FORMAT).encode(), digest_size=16)
    for name in READERS:
        digest.update(str(Path(__file__).with_name(f"{name}.py").stat().st_mtime_ns).encode())
    for place, folders, _ in os.walk(folder):
        folders.sort()
        with os.scandir(place) as entries:
            for entry in sorted((e for e in entries if e.name.endswith(".yaml")), key=lambda e: e.name):
                state = entry.stat()
                digest.update(f"{entry.path}|{state.st_mtime_ns}|{state.st_size}\n".encode())
    return digest.hexdigest()


def load(folder: Path | None = None) -> Library:
    """The library: from the compiled form, or from the files of `folder` when one is given.

    Raises KnowledgeError, naming file and line, when a source file does not fit.
    """
    if folder is not None:
        from psoas.building import build

        return Library(build(folder))
    return shipped()


@lru_cache(maxsize=1)
def shipped() -> Library:
    mark = fingerprint() if KNOWLEDGE.is_dir() else ""
    if COMPILED.is_file():
        stored, _, body = COMPILED.read_bytes().partition(b"\n")
        if not mark or stored.decode() == mark:
            return Library(msgspec.msgpack.decode(body, type=Knowledge))
    from psoas.building import build

    knowledge = build(KNOWLEDGE)
    store(knowledge, mark)
    return Library(knowledge)


def store(knowledge: Knowledge, mark: str, path: Path = COMPILED) -> None:
    """Write the compiled form in one step, so that a reader never sees half a file."""
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        draft.write_bytes(mark.encode() + b"\n" + msgspec.msgpack.encode(knowledge))
        draft.replace(path)
    except OSError:  # a read-only installation still works, only slower
        draft.unlink(missing_ok=True)
