"""The interview and its answer in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel

from psoas.assessment import Assessment, Flag, Names, assess, worded
from psoas.errors import InputError
from psoas.findings import Finding, Value, read_answer
from psoas.interview import Session, Step, give, next_step, question
from psoas.library import Group, Library

WORDS = {"y": True, "yes": True, "n": False, "no": False, "?": None, "not sure": None, "don't know": None}
STYLES = {
    "emergency": "bold white on red",
    "same_day": "bold black on yellow",
    "within_2_weeks": "bold black on bright_yellow",
    "routine": "bold white on blue",
    "self_care": "bold white on green",
}


class Left(Exception):
    """The person ended the interview."""


def talk(library: Library, session: Session, country: str) -> None:
    """Ask page by page, then show the answer. Ctrl-D or "stop" ends it and shows the answer so far."""
    console = Console(highlight=False)
    names = Names(library, country)
    welcome(console, library, names)
    try:
        while (step := next_step(library, session)).kind != "done":
            session = take(console, library, session, step, names)
    except (Left, EOFError, KeyboardInterrupt):
        console.print()
    show(assess(library, session, country=country), console)


def welcome(console: Console, library: Library, names: Names) -> None:
    lines = [
        "This asks about danger signs of hip and low-back pain, and says how urgent it is. About three minutes.",
        "Nothing you type leaves this computer or is kept.",
        names.filled(library.words["disclaimer"]),
        library.words["draft"] + ".",
        'Answer y, n or ? (not sure). Type "stop" at any time.',
    ]
    console.print(Panel("\n".join(lines), title="Psoas", width=88))


def take(console: Console, library: Library, session: Session, step: Step, names: Names) -> Session:
    """The session after the first group of a step."""
    if step.kind == "recap":
        return take_recap(console, library, session, step)
    assert step.page is not None  # every step but the recap has its page
    group = step.groups[0]
    proxy = session.answers.get("respondent") == "proxy"
    if step.kind == "questions":
        console.rule(escape(step.page.title), align="left")
        intro = step.page.intro_proxy if proxy and step.page.intro_proxy else step.page.intro
        for text in (intro, step.page.why if intro != step.page.why else "", step.page.offer):
            if text:
                console.print(Padding(escape(names.filled(text)), (0, 2)), width=88)
    if group.form == "list" and len(group.items) > 1:
        return take_list(console, library, session, group, proxy)
    item = group.items[0]
    finding = library.findings[item]
    text = worded(step, question(finding, proxy), finding.check)
    return give(library, session, item, ask(console, library, finding, text))


def typed(console: Console, prompt: str) -> str:
    text = console.input(prompt).strip()
    if text.lower() in ("stop", "quit", "exit"):
        raise Left
    return text


def ask(console: Console, library: Library, finding: Finding, text: str) -> Value | None:
    """One answer, typed until it fits."""
    console.print(f"\n  {escape(text)}", width=88)
    if finding.kind == "choice":
        console.print("  " + escape("; ".join(f"{key} = {label}" for key, label in finding.choices.items())))
    prompt = "  [y/n/?] " if finding.kind == "boolean" else f"  [{finding.unit or 'one of these'}, or ?] "
    return until_it_fits(console, library, finding, prompt)


def until_it_fits(console: Console, library: Library, finding: Finding, prompt: str) -> Value | None:
    while True:
        text = typed(console, escape(prompt))
        try:
            return read_typed(library, finding, text)
        except InputError as error:
            console.print(f"  {escape(error.found)} {escape(error.fits)}", width=88)


def read_typed(library: Library, finding: Finding, text: str) -> Value | None:
    """The value that a typed text means. Raises InputError."""
    if text.lower() in WORDS and WORDS[text.lower()] is None:
        return None
    if finding.kind == "boolean":
        if text.lower() not in WORDS:
            raise InputError(finding.id, f'"{text}" does not fit.', "y, n or ?")
        return WORDS[text.lower()]
    try:
        value: object = float(text)
    except ValueError:
        value = text
    return read_answer(library.findings, finding.id, value, finding.id)


def take_list(console: Console, library: Library, session: Session, group: Group, proxy: bool) -> Session:
    """Numbers of what fits; 0 is an explicit none of these; ? opens the lines one by one."""
    findings = [library.findings[item] for item in group.items]
    if group.prompt:
        console.print(f"\n  {escape(group.prompt)}")
    for number, finding in enumerate(findings, start=1):
        console.print(f"  {number:>2}  {escape(question(finding, proxy))}", width=88)
    console.print("   0  None of these")
    chosen = chosen_numbers(console, len(findings))
    for number, finding in enumerate(findings, start=1):
        value = ask(console, library, finding, question(finding, proxy)) if chosen is None else number in chosen
        session = give(library, session, finding.id, value)
    return session


def chosen_numbers(console: Console, count: int) -> set[int] | None:
    """The numbers that were typed; empty for 0, None for "?"."""
    while True:
        text = typed(console, escape("  [numbers, 0 for none, ? if not sure] "))
        if text == "?":
            return None
        parts = text.replace(",", " ").split()
        numbers = {int(part) for part in parts if part.isdecimal() and int(part) <= count}
        if parts and len(numbers) == len(set(parts)) and (numbers == {0} or 0 not in numbers):
            return numbers - {0}
        console.print(f"  Numbers from 1 to {count} with spaces between them, or 0 alone for none of these.")


def take_recap(console: Console, library: Library, session: Session, step: Step) -> Session:
    console.rule("Before we answer", align="left")
    console.print("  You did not say yes to any of these:")
    for item in step.items:
        console.print(f"   - {escape(library.findings[item].question)}", width=88)
    while True:
        text = typed(console, escape("  All still right? [y, or n to change] ")).lower()
        if text in ("y", "yes"):
            return give(library, session, "recap", True)
        if text in ("n", "no"):
            return give(library, session, "recap", False)


def show(result: Assessment, console: Console | None = None) -> None:
    """The assessment as a page: what to do first, then why, then what to watch for."""
    console = console or Console(highlight=False)
    urgency = result.urgency
    when = f" Within: {urgency.act_within}." if urgency.act_within not in (None, "now") else ""
    console.print()
    console.print(Panel(escape(urgency.do + when), title=f" {urgency.title} ", style=STYLES[urgency.certain], width=88))
    if urgency.possible != urgency.certain:
        console.print(f"So far: {plain(urgency.certain)}. Still possible: {plain(urgency.possible)}.")
    for note in result.notes:
        console.print(escape(note), width=88)
    if urgency.red_flags:
        console.print("\nWhy", style="bold")
        for flag in urgency.red_flags:
            show_flag(console, flag)
    show_list(console, "Go now if", result.safety_net.go_now)
    show_list(console, "Be seen soon if", result.safety_net.be_seen)
    console.print(f"\n{escape(result.safety_net.ask_again)}", width=88)
    if result.denied_danger_signs:
        show_list(console, result.denied_note, result.denied_danger_signs)
    show_sources(console, urgency.red_flags)
    console.print(
        f"\n{escape(result.disclaimer)} {escape(result.review)}. ({result.library_version})", style="dim", width=88
    )


def show_flag(console: Console, flag: Flag) -> None:
    said = "not sure about" if flag.not_known else "you said"
    console.print(f"- {escape(flag.title)} ({said}: {escape(', '.join(flag.because_of))})", width=88)
    for text in (flag.why, flag.tone, flag.do_now, f'Say: "{flag.say}"'):
        if text:
            console.print(f"  {escape(text)}", width=88)


def show_list(console: Console, title: str, lines: list[str]) -> None:
    if lines:
        console.print(f"\n{escape(title)}", style="bold", width=88)
        for line in lines:
            console.print(f"- {escape(line)}", width=88)


def show_sources(console: Console, flags: list[Flag]) -> None:
    cited = {source.id: source for flag in flags for source in flag.sources}
    if cited:
        console.print("\nSources", style="bold")
        for source in cited.values():
            console.print(f"- {escape(source.citation)} (read: {source.read})", width=88)


def plain(level: str) -> str:
    return level.replace("_", " ")
