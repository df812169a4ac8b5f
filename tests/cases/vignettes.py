"""The 36 development cases: what the person could say, what an examination adds, and how urgent it was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from psoas.findings import read_answers
from psoas.library import Library, Urgency
from psoas.triage import Bracket, triage

HERE = Path(__file__).parent
NAMES = {
    "emergency": Urgency.emergency,
    "same-day": Urgency.same_day,
    "two-weeks": Urgency.within_2_weeks,
    "routine": Urgency.routine,
    "self-care": Urgency.self_care,
}


class Vignette(NamedTuple):
    id: str
    gold: Urgency
    acceptable: tuple[Urgency, ...]
    history: dict[str, Any]
    examination: dict[str, Any]
    diagnosis: str


class Outcome(NamedTuple):
    """under: below the lowest acceptable urgency. over: above the highest."""

    vignette: Vignette
    bracket: Bracket

    @property
    def under(self) -> bool:
        return self.bracket.certain < min(self.vignette.acceptable)

    @property
    def over(self) -> bool:
        return self.bracket.certain > max(self.vignette.acceptable)

    @property
    def missed_emergency(self) -> bool:
        """Gold emergency, and the answer is neither it nor another acceptable one."""
        return self.vignette.gold is Urgency.emergency and self.under


def vignettes(library: Library) -> list[Vignette]:
    """Every case; the answers were encoded by a reader who saw the text and not the gold."""
    found = []
    for line in (HERE / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        coded = yaml.safe_load((HERE / "dev" / f"{gold['id']}.yaml").read_text(encoding="utf-8"))
        parts = [
            read_answers(
                library.findings, {key: item["value"] for key, item in coded[part].items()}, f"{gold['id']}.{part}"
            )
            for part in ("history", "examination")
        ]
        levels = tuple(NAMES[name] for name in gold["urgency_acceptable"])
        found.append(Vignette(gold["id"], NAMES[gold["gold_urgency"]], levels, *parts, gold["gold_diagnosis"]))
    return found


def outcomes(library: Library, *, examination: bool) -> list[Outcome]:
    return [
        Outcome(case, triage(library, {**case.history, **(case.examination if examination else {})}))
        for case in vignettes(library)
    ]
