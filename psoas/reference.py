"""The reference pages, made from the knowledge, so that they cannot drift from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from psoas.causes import Condition, Mechanism, Observation
from psoas.library import Library, RedFlag, Urgency
from psoas.reasoning import network
from psoas.records import Cited

HEAD = "<!-- Made from psoas/knowledge by `make docs`; do not edit. -->\n\n"


def pages(library: Library) -> dict[str, str]:
    """File name -> Markdown, for docs/reference/."""
    return {
        "red-flags.md": HEAD + "\n".join(red_flags(library)) + "\n",
        "hazards.md": HEAD + "\n".join(hazards(library)) + "\n",
        "questions.md": HEAD + "\n".join(questions(library)) + "\n",
        "conditions.md": HEAD + "\n".join(conditions(library)) + "\n",
        "mechanisms.md": HEAD + "\n".join(mechanisms(library)) + "\n",
        "ceilings.md": HEAD + "\n".join(ceilings(library)) + "\n",
    }


def write(library: Library, folder: Path) -> list[Path]:
    """Write every page; the paths that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name, text in pages(library).items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        found.append(path)
    return found


def red_flags(library: Library) -> Iterator[str]:
    yield "# Red flags\n\nThe most urgent first, in the order of the instructions. No clinician has reviewed them."
    for level in sorted(Urgency, reverse=True):
        own = [flag for flag in library.flags if flag.level is level]
        if own:
            yield f"\n## {level.name} ({len(own)})\n"
            for flag in own:
                yield from red_flag(library, flag)


def red_flag(library: Library, flag: RedFlag) -> Iterator[str]:
    doubt = flag.dont_know
    proxy = f", answered by another: {doubt.by_proxy}" if doubt.by_proxy else ""
    yield f"### {flag.title}\n"
    yield f"`{flag.id}`: `{' '.join(flag.when.split())}`. Act within: {flag.act_within}.\n"
    yield f"{flag.because} {flag.do_now}\n"
    yield f'- Say: "{flag.say}"'
    yield f"- Not known: {doubt.counts_as}{proxy}. {doubt.because}"
    if flag.explained_by:
        yield f"- May also be: {'; '.join(reason.rstrip('.') for reason in flag.explained_by)}."
    if flag.disagreement:
        yield f"- Disagreement: {flag.disagreement}"
    for item in flag.sources:
        citation = library.knowledge.sources[item.id].citation
        yield f"- Source ({item.read}): {item.says} {citation}"
    yield ""


def hazards(library: Library) -> Iterator[str]:
    yield "# Hazards\n\nHarms that must not happen, with the least urgency that prevents each. They name no rule."
    for hazard in library.knowledge.hazards.values():
        yield f"\n## {hazard.id}\n"
        yield f"Missed: {', '.join(hazard.misses)}. Harm: {hazard.harm}. Applies to: {hazard.applies_to}.\n"
        for tier in hazard.tiers:
            proxy = f", by proxy {tier.dont_know.proxy}" if tier.dont_know.proxy else ""
            trigger = " ".join(tier.trigger.split())
            yield f"- **{tier.urgency}**: `{trigger}`; not known: {tier.dont_know.urgency}{proxy}"
            yield f"  - must reach it: {tier.positive.who}"
            yield f"  - must not reach it by this: {tier.negative.who}"
        if hazard.disagreement:
            yield f"- Disagreement: {hazard.disagreement}"


def questions(library: Library) -> Iterator[str]:
    yield "# Questions\n\nEvery page in the order of asking, with when each line is put and what a yes means."
    for page in library.pages:
        yield f"\n## {page.id}. {page.title}\n"
        if page.intro:
            yield f"{page.intro}\n"
        yield f"Why: {page.why}\n"
        for item in page.items:
            finding = library.findings[item]
            gate = f" Asked if `{finding.ask_if}`." if finding.ask_if else ""
            means = f" Means: {finding.means}." if finding.means else ""
            yield f"- `{item}`: {finding.question}{means}{gate}"


def conditions(library: Library) -> Iterator[str]:
    yield "# Conditions\n\nThe sources of pain that are weighed. A number without a source is a judgement; the file"
    yield "says on what basis. No clinician has reviewed them."
    for one in library.conditions.values():
        yield from condition(library, one)


def condition(library: Library, one: Condition) -> Iterator[str]:
    marks = [
        one.region,
        *(["must not be missed"] if one.serious else []),
        *([one.shown] if one.shown != "cause" else []),
    ]
    yield f"\n## {one.name}\n"
    yield f"`{one.id}`, {', '.join(one.icd10) or 'no code'}; {'; '.join(marks)}. {one.means}\n"
    if one.because:
        yield f"{one.because}\n"
    if one.only_if:
        yield f"Only if `{' '.join(one.only_if.split())}`.\n"
    ages = ", ".join(f"from {age}: {share:g}%" for age, share in one.prior.percent.items())
    sex = f"; male x{one.prior.male:g}, female x{one.prior.female:g}" if one.prior.male != 1 else ""
    places = "".join(f"; {name.replace('_', ' ')} x{factor:g}" for name, factor in one.prior.settings.items())
    yield f"- Share of people with hip or back pain in primary care: {ages or 'what the others leave'}{sex}{places}."
    yield from cited(library, one.prior.sources, one.prior.why)
    for cause in sorted(one.causes, key=lambda cause: (-cause.q, cause.mechanism)):
        yield f"- {library.mechanisms[cause.mechanism].name}: {cause.q:g}"
        yield from cited(library, cause.sources, cause.why)
    yield f"- Judged: {one.judged}"
    yield from cited(library, one.sources, "")


def cited(library: Library, sources: list[Cited], why: str) -> Iterator[str]:
    if why:
        yield f"  - {why}"
    for item in sources:
        yield f"  - {item.says} ({item.read}: {library.knowledge.sources[item.id].citation})"


def mechanisms(library: Library) -> Iterator[str]:
    yield "# Mechanisms\n\nWhat is happening, hidden, and what shows it: P(yes if present) / P(yes if absent)."
    yield "A carrier is one symptom of many causes and is never shown. A number without a source is a judgement."
    for one in library.mechanisms.values():
        yield from mechanism(library, one)


def mechanism(library: Library, one: Mechanism) -> Iterator[str]:
    yield f"\n## {one.name}\n"
    yield (
        f"`{one.id}`{', a carrier' if one.carrier else ''}; leak {one.leak:g}. {one.means} {one.judged}".rstrip() + "\n"
    )
    yield from cited(library, one.sources, "")
    for item in one.findings:
        yield f"- {observed(item)}"
        yield from cited(library, item.sources, item.why)


def observed(item: Observation) -> str:
    if item.bins:
        return "; ".join(f"`{b.when}` {b.present:g} / {b.absent:g}" for b in item.bins)
    return f"`{item.when or item.id}` {item.present:g} / {item.absent:g}"


def ceilings(library: Library) -> Iterator[str]:
    """How far all findings of a mechanism together can raise the odds of each condition."""
    net = network(library)
    yield "# Ceilings\n\nWhatever is found, the signs of one mechanism can raise the odds of a condition by no more"
    yield "than P(mechanism | condition) / P(mechanism | everybody else with pain). Here is that factor, for all people"
    yield "in primary care, where it is at least 2. A low ceiling keeps six signs of one thing from counting six times;"
    yield "one that is too low would hide a sure sign. To be read by a clinician; none has.\n"
    weight = net.prior(tuple(net.shares(None, None, "primary_care")))
    present = net.shows * weight
    for at, one in enumerate(net.conditions):
        has = (net.sets == at).any(axis=1)
        with_, without = (
            present[:, has].sum(axis=1) / weight[has].sum(),
            present[:, ~has].sum(axis=1) / weight[~has].sum(),
        )
        factor = with_ / without
        order = [m for m in np.argsort(-factor) if factor[m] >= 2]
        row = ", ".join(f"{net.mechanisms[m].name} {factor[m]:.0f}" for m in order)
        yield f"- **{one.name}**: {row or 'none reaches 2'}"
