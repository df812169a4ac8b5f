"""How often the source of pain of the development cases is found, beside naive Bayes and the prior alone."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any, NamedTuple, TextIO, cast

import numpy as np
import yaml

from psoas.findings import Answers
from psoas.interview import Session
from psoas.jsonl import converse
from psoas.kernels import Floats
from psoas.library import Library
from psoas.likely import dangers
from psoas.reasoning import Network, log_odds, network, posterior, seen
from tests.cases.vignettes import HERE, Vignette, vignettes

FIRST = 3


class Found(NamedTuple):
    """One case by one method: the rank of the gold among its like, its probability, and how it stands as a danger.

    rank: among the causes for a cause; a residual is ranked among all. danger: its place among what must not be
    missed, 0 when it is not there. both: whether each of two named sources has at least one chance in ten.
    """

    case: Vignette
    rank: int
    p: float
    danger: int
    both: bool | None
    questions: int = 0


def golds() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(Path(HERE / "gold.yaml").read_text(encoding="utf-8"))
    return loaded


def settings() -> dict[str, str]:
    """The setting that each source implies."""
    files = sorted((HERE / "dev").glob("*.yaml"))
    return {file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))["setting"] for file in files}


def naive_bayes(net: Network, answers: Answers, shares: Floats) -> Floats:
    """P(condition), one cause alone, every answer counted by itself, with the same numbers and the same prior."""
    alone = 1 - (1 - net.leak)[:, None] * net.misses[:, :-1]  # (M, C)
    weight = shares / shares.sum()
    for item in seen(net, answers):
        present = alone[item.test.mechanism]
        weight = weight * (present * item.present + (1 - present) * item.absent)
        weight = weight / weight.sum()
    return weight


def place(net: Network, p: Floats, wanted: list[str]) -> int:
    """The rank of the best of the wanted conditions: among causes, or among all when a residual is wanted."""
    shown = {one.id: one.shown for one in net.conditions}
    alike = any(shown[name] == "residual" for name in wanted)
    order = [net.conditions[at].id for at in np.argsort(-p, kind="stable")]
    kept = [name for name in order if alike or shown[name] != "residual"]
    return 1 + min(kept.index(name) for name in wanted)


def judge(net: Network, case: Vignette, answers: Answers, setting: str, method: str, questions: int = 0) -> Found:
    gold = golds()[case.id]
    post = posterior(net, answers, setting)
    p = {"network": post.p, "naive Bayes": naive_bayes(net, answers, post.prior), "prior only": post.prior}[method]
    at = {one.id: position for position, one in enumerate(net.conditions)}
    if method == "network":
        wanted = np.array([one.id in gold["any"] for one in net.conditions] + [False])
        chance = float(post.weight @ wanted[net.sets].any(axis=1))
    else:
        chance = float(min(1.0, sum(p[at[name]] for name in gold["any"])))
    named = [one.id for one in dangers(post, log_odds(post.p) - log_odds(post.without()), answers)]
    risen = min((named.index(name) + 1 for name in gold["any"] if name in named), default=0)
    both = [max(p[at[name]] for name in names) >= 0.1 for names in gold.get("both", [])]
    return Found(case, place(net, p, gold["any"]), chance, risen, all(both) if both else None, questions)


class Respondent(io.TextIOBase):
    """Answers the interview as a person who knows only the case: one line for each question that was written."""

    def __init__(self, known: Answers) -> None:
        self.known, self.given, self.asked = known, cast("dict[str, Any]", {}), ""
        self.count, self.last = 0, cast("dict[str, Any]", {})

    def write(self, text: str) -> int:
        self.last = json.loads(text)
        return len(text)

    def readline(self, _: int | None = -1) -> str:  # type: ignore[override]
        question = self.last
        if question.get("kind") == "recap":
            return json.dumps({"id": "recap", "value": True}) + "\n"
        value = self.known.get(question["id"])
        self.count += not question["must_ask"] and question["page"] != "L"
        self.given[question["id"]] = value
        return json.dumps({"id": question["id"], "value": value}) + "\n"


def interviewed(library: Library, case: Vignette, setting: str) -> tuple[dict[str, Any], int, Answers]:
    """The last line of `interview --jsonl --keep-asking`, the questions about the source, and what was answered."""
    person = Respondent(case.history)
    stream = cast(TextIO, person)
    converse(library, Session(carry_on=True), "zz", stream, stream, setting)
    return person.last, person.count, person.given


def all_facts(library: Library, method: str) -> list[Found]:
    net, where = network(library), settings()
    return [
        judge(net, case, {**case.history, **case.examination}, where[case.id], method) for case in vignettes(library)
    ]


def history_alone(library: Library, method: str) -> list[Found]:
    """Through the interview: what the person was asked and could answer."""
    net, where = network(library), settings()
    found = []
    for case in vignettes(library):
        _, count, answers = interviewed(library, case, where[case.id])
        found.append(judge(net, case, answers, where[case.id], method, count))
    return found


def line(method: str, found: list[Found]) -> str:
    tops = " / ".join(str(sum(one.rank <= k for one in found)) for k in (1, FIRST, 5))
    score = sum(-math.log(max(one.p, 1e-12)) for one in found) / len(found)
    return f"| {method} | {tops} | {score:.2f} |"


def report(library: Library) -> list[str]:
    lines = ["## Sources of pain, development cases", ""]
    for title, cases in (("with all facts", all_facts), ("history alone, through the interview", history_alone)):
        methods = {name: cases(library, name) for name in ("network", "naive Bayes", "prior only")}
        own = methods["network"]
        lines += [f"### {title}, {len(own)} cases", "", "| | top 1 / 3 / 5 | mean -log p |", "|---|---|---|"]
        lines += [line(name, found) for name, found in methods.items()]
        lines += ["", *details(library, own), ""]
    return lines


def details(library: Library, found: list[Found]) -> list[str]:
    serious = [one for one in found if any(library.conditions[name].serious for name in golds()[one.case.id]["any"])]
    held = [one for one in serious if one.rank <= FIRST or 0 < one.danger <= FIRST]
    pairs = [one for one in found if one.both is not None]
    missed = [
        f"{one.case.id} ({one.case.diagnosis}): rank {one.rank}, p {one.p:.3f}" for one in found if one.rank > FIRST
    ]
    counts = sorted(one.questions for one in found)
    return [
        f"- dangerous: {len(held)} of {len(serious)} among the first three conditions or of what must not be missed"
        + "".join(f"; not {one.case.id} (danger {one.danger})" for one in serious if one not in held),
        f"- two sources named: both shown in {sum(bool(one.both) for one in pairs)} of {len(pairs)}",
        f"- questions about the source: median {counts[len(counts) // 2]}, most {counts[-1]}",
        "- not in the first three: " + "; ".join(missed),
    ]
