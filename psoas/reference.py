"""The reference pages, made from the knowledge, so that they cannot drift from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from psoas.library import Library, RedFlag, Urgency

HEAD = "<!-- Made from psoas/knowledge by `make docs`; do not edit. -->\n\n"


def pages(library: Library) -> dict[str, str]:
    """File name -> Markdown, for docs/reference/."""
    return {
        "red-flags.md": HEAD + "\n".join(red_flags(library)) + "\n",
        "hazards.md": HEAD + "\n".join(hazards(library)) + "\n",
        "questions.md": HEAD + "\n".join(questions(library)) + "\n",
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
