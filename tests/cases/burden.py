"""The alarm burden: people drawn from published and judged frequencies, and where the rules send them."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from psoas.bracket import OPEN, tested
from psoas.findings import Value
from psoas.library import Library, Urgency
from psoas.parsing import Vocabulary
from psoas.rules import Expr, holds
from psoas.triage import Bracket, triage

BURDEN = Path(__file__).parent / "burden.yaml"
Person = dict[str, Value | None]


class Burden(NamedTuple):
    """Shares of people: by level, and at each level by red flag (any that alone would send them there)."""

    people: int
    levels: dict[str, float]
    under_50: dict[str, float]
    by_flag: dict[str, list[tuple[str, float]]]
    by_doubt: float


class Crowd:
    """Draws people. The file's order is the order of drawing, so that a share may depend on what came before."""

    def __init__(self, library: Library, *, loose: bool = False, world: str = "best") -> None:
        self.library, self.world = library, world
        self.data = yaml.safe_load(BURDEN.read_text(encoding="utf-8"))
        self.vocabulary = Vocabulary(library.findings)
        entries = self.data["shares"]
        if loose:
            swapped = {entry["finding"] for entry in self.data["loose_wording"]["shares"]}
            entries = [e for e in entries if e["finding"] not in swapped] + self.data["loose_wording"]["shares"]
        self.shares = [(e["finding"], self.parsed(e["when"]), e) for e in entries]

    def parsed(self, when: str | None) -> Expr | None:
        return self.vocabulary.parse(when, "burden.yaml") if when else None

    def people(self, count: int, seed: int) -> Iterator[Person]:
        dice = random.Random(seed)
        for _ in range(count):
            yield self.person(dice)

    def person(self, dice: random.Random) -> Person:
        """The true answers of one person to every question, before gates."""
        person = self.start(dice)
        for finding, when, entry in self.shares:
            if finding not in person and (when is None or holds(when, person)):
                person[finding] = self.drawn(entry, dice)
        return person

    def start(self, dice: random.Random) -> Person:
        strata = self.data["strata"]
        band = pick(strata["age_bands"], dice, lambda b: b["share"])
        profile = pick(strata["profiles"], dice, lambda p: p["by_age"][band["id"]])
        duration = pick(strata["durations"], dice, lambda d: d["by_group"][profile["group"]])
        places = dict.fromkeys(self.places(), False) | dict.fromkeys(profile["places"], True)
        places |= {name: dice.random() < share for name, share in profile.get("also", {}).items()}
        female = dice.random() < profile.get("female_share", strata["female_share"]["best"])
        return {
            "age_years": float(dice.randint(*band["ages"])),
            "sex_at_birth": "female" if female else "male",
            **places,
            "pain_duration_weeks": weeks(duration, dice),
            "pain_new_or_changed": dice.random() < duration["new_or_changed"],
        }

    def places(self) -> list[str]:
        page = next(page for page in self.library.pages if page.id == "S")
        return next(group.items for group in page.groups if group.form == "list")

    def drawn(self, entry: dict[str, Any], dice: random.Random) -> Value:
        if "distribution" not in entry:
            return dice.random() < entry[self.world]
        shares = entry["distribution"][self.world]
        if isinstance(shares, dict):
            chosen = dice.choices(list(shares), list(shares.values()))[0]
            return float(chosen) if isinstance(chosen, int) else chosen
        low, high = pick(shares, dice, lambda s: s["share"])["range"]
        return float(dice.randint(int(low), int(high)))


def pick(items: list[dict[str, Any]], dice: random.Random, share: Any) -> dict[str, Any]:
    return dice.choices(items, [share(item) for item in items])[0]


def weeks(duration: dict[str, Any], dice: random.Random) -> float:
    low, high = duration["weeks"]
    if duration["draw"] == "log":
        return round(math.exp(dice.uniform(math.log(max(low, 0.1)), math.log(high))), 1)
    return round(dice.uniform(low, high), 1)


def put(library: Library, person: Person, not_sure: float, dice: random.Random) -> Person:
    """The person's answers to the questions that are put to them; `not_sure` is the chance of it at each asking."""
    values, answers = library.reading.values({}), {}
    danger = set(library.must_ask)

    def give(name: str) -> None:
        # "Not sure" is put once more with its check; only the second one counts.
        unsure = name in danger and dice.random() < not_sure and dice.random() < not_sure
        answers[name] = None if unsure else person[name]
        for position, atom in library.reading.of.get(name, ()):
            values[position] = tested(atom, answers[name])

    gates = dict(library.reading.gates)
    for name in person:
        if name not in gates:
            give(name)
    for name, gate in gates.items():
        if name in person and gate(values) & OPEN:
            give(name)
        else:
            for position, bits in library.reading.shut[name]:
                values[position] = bits
    return answers


def burden(
    library: Library,
    count: int = 10_000,
    *,
    not_sure: float = 0.0,
    loose: bool = False,
    world: str = "best",
    seed: int = 1,
) -> Burden:
    """Where `count` simulated adults are sent."""
    dice = random.Random(seed + 1)
    levels, young, doubts = Counter(), Counter(), 0
    flags = {level: Counter() for level in Urgency}
    for person in Crowd(library, loose=loose, world=world).people(count, seed):
        bracket = triage(library, put(library, person, not_sure, dice))
        levels[bracket.certain] += 1
        young[bracket.certain] += person["age_years"] < 50
        doubts += by_doubt_alone(bracket)
        for standing in bracket.raised:
            if standing.certain is bracket.certain:
                flags[bracket.certain][standing.flag.id] += 1
    return Burden(
        people=count,
        levels={level.name: levels[level] / count for level in sorted(Urgency, reverse=True)},
        under_50={level.name: young[level] / max(young.total(), 1) for level in sorted(Urgency, reverse=True)},
        by_flag={level.name: [(k, n / count) for k, n in flags[level].most_common(12)] for level in Urgency},
        by_doubt=doubts / count,
    )


def by_doubt_alone(bracket: Bracket) -> bool:
    """The level rests on "not sure" only."""
    top = [standing for standing in bracket.raised if standing.certain is bracket.certain]
    return bool(top) and all(standing.doubt for standing in top)
