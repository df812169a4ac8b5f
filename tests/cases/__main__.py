"""`make cases`: the development cases, the interview and the alarm burden, on the screen and in build/cases.md."""

from __future__ import annotations

import sys
from pathlib import Path

from psoas import load
from psoas.library import Library, Urgency
from psoas.rules import needs
from tests.cases import simulated, sources
from tests.cases.burden import Burden, burden
from tests.cases.vignettes import Outcome, outcomes

PEOPLE = 200  # simulated, for the interview
REPORT = Path(__file__).parents[2] / "build" / "cases.md"


def case_lines(library: Library, examination: bool) -> list[str]:
    found = outcomes(library, examination=examination)
    under, over = [o for o in found if o.under], [o for o in found if o.over]
    title = "with examination and tests" if examination else "history alone"
    lines = [f"## Development cases, {title}", ""]
    lines.append(
        f"{len(found)} cases: under-triage {len(under)}, over-triage {len(over)} ({len(over) / len(found):.0%}), "
    )
    lines[-1] += f"emergencies missed {sum(o.missed_emergency for o in found)}"
    lines += ["", "| gold | cases | acceptable | under | over |", "|---|---|---|---|---|"]
    for level in sorted(Urgency, reverse=True):
        own = [o for o in found if o.vignette.gold is level]
        fine = sum(not o.under and not o.over for o in own)
        lines.append(
            f"| {level.name} | {len(own)} | {fine} | {sum(o.under for o in own)} | {sum(o.over for o in own)} |"
        )
    lines += ["", *(reason(library, o) for o in (*under, *over))]
    return lines


def reason(library: Library, outcome: Outcome) -> str:
    """Why a case came out below or above: what was raised, or which unasked answers would raise it."""
    side = "under" if outcome.under else "over"
    raised = ", ".join(s.flag.id for s in outcome.bracket.raised) or "nothing"
    wanted = min(outcome.vignette.acceptable)
    open_flags = [s.flag for s in outcome.bracket.open if s.possible >= wanted]
    unasked = {n for f in open_flags for n in needs(library.expression(f.when))} - outcome.vignette.history.keys()
    hint = (
        f"; still possible {outcome.bracket.possible.name}, {len(unasked)} answers not given" if outcome.under else ""
    )
    return f"- {side}: {outcome.vignette.id} ({outcome.vignette.diagnosis}): raised {raised}{hint}"


def burden_lines(title: str, found: Burden, rows: int) -> list[str]:
    levels = ", ".join(f"{name} {share:.1%}" for name, share in found.levels.items())
    young = ", ".join(f"{name} {share:.1%}" for name, share in found.under_50.items())
    lines = [f"### {title}", "", f"{found.people:,} people: {levels}. Under 50: {young}.", ""]
    lines += [f'Sent somewhere by "not sure" alone: {found.by_doubt:.1%}.', ""] if found.by_doubt else []
    for level in (Urgency.emergency, Urgency.same_day, Urgency.within_2_weeks, Urgency.routine):
        rows_of = found.by_flag[level.name][:rows]
        lines += [f"- {level.name}: " + ", ".join(f"{flag} {share:.1%}" for flag, share in rows_of)] if rows_of else []
    return [*lines, ""]


def report(library: Library, count: int) -> list[str]:
    lines = [f"# Cases and alarm burden ({library.version})", ""]
    for examination in (False, True):
        lines += [*case_lines(library, examination), ""]
    lines += [*sources.report(library), *simulated.report(library, PEOPLE)]
    lines += [
        "## Alarm burden",
        "",
        "Simulated adults who come by themselves (tests/cases/burden.yaml). A share of",
        "",
    ]
    lines[-2] += " people, not of danger; most frequencies are judged."
    for share in (0.0, 0.1, 0.2):
        lines += burden_lines(
            f"{share:.0%} not sure at each asking of a danger question", burden(library, count, not_sure=share), 10
        )
    lines += burden_lines("the four rows of page B worded loosely", burden(library, count, loose=True), 4)
    for world in ("low", "high"):
        lines += burden_lines(f"all judged shares at their {world} end at once", burden(library, count, world=world), 4)
    return lines


def main() -> int:
    library = load()
    lines = report(library, int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    found = outcomes(library, examination=False)
    worse = sum(o.missed_emergency for o in found)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
