"""The interview and its answer in a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel

from psoas.answer import Likely, capital, worth_a_word
from psoas.answer import said as answered
from psoas.assessment import Assessment, Flag, Names, assess, said, worded
from psoas.errors import InputError
from psoas.findings import Finding, Value, read_answer
from psoas.inquiry import next_question, painless
from psoas.interview import Session, Step, complete, give, next_step, question
from psoas.library import Group, Library, Page, Urgency, level_of
from psoas.likely import reasoned
from psoas.triage import in_words, triage

WIDTH = 84
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


class Screen:
    """A console that wraps and indents plain text, and remembers which page it shows."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        self.width = min(WIDTH, self.console.width)
        self.page = ""

    def say(self, text: str, indent: int = 0, style: str = "") -> None:
        self.console.print(Padding(escape(text), (0, 0, 0, indent)), width=self.width, style=style)

    def item(self, mark: str, text: str, indent: int = 0) -> None:
        """A line with a mark before it; what wraps stands under the text."""
        pad = " " * (indent + len(mark) + 1)
        lines = self.console.render_lines(escape(text), self.console.options.update_width(self.width - len(pad)))
        words = ["".join(segment.text for segment in line).rstrip() for line in lines]
        for at, line in enumerate(words):
            self.console.print((" " * indent + mark + " " if at == 0 else pad) + line, markup=False, highlight=False)

    def gap(self) -> None:
        self.console.print()

    def rule(self, title: str) -> None:
        self.console.rule(escape(title), align="left")

    def panel(self, text: str, title: str, style: str = "") -> None:
        self.console.print(Panel(escape(text), title=title, style=style, width=self.width))

    def typed(self, prompt: str) -> str:
        """What was typed. Raises Left when it is a word for stopping."""
        text = self.console.input(escape(prompt)).strip()
        if text.lower() in ("stop", "quit", "exit"):
            raise Left
        return text


def talk(library: Library, session: Session, country: str, setting: str = "self_referred") -> None:
    """Ask page by page, say how urgent it is, then ask where the pain comes from and say that.

    Ctrl-D or "stop" ends it and shows the answer so far.
    """
    screen = Screen()
    names = Names(library, country)
    welcome(screen, library, names)
    try:
        while (step := next_step(library, session)).kind != "done":
            session = take(screen, library, session, step, names)
    except (Left, EOFError, KeyboardInterrupt):
        screen.gap()
    show(assess(library, session, country=country), screen)
    if next_question(library, session, setting):
        session = ask_sources(screen, library, session, setting)
    emergency = triage(library, session.answers).certain is Urgency.emergency
    if complete(library, session) and not emergency and not painless(library, session.answers):
        show_likely(reasoned(library, session.answers, setting=setting), screen)


def ask_sources(screen: Screen, library: Library, session: Session, setting: str) -> Session:
    """One question at a time, each with its reason, until nothing is worth asking or the person has had enough."""
    screen.gap()
    screen.rule("Where your pain comes from")
    screen.say('A few more questions. None of them changes how urgent it is. Type "stop" when you have had enough.', 2)
    try:
        while found := next_question(library, session, setting):
            finding = library.findings[found.finding]
            screen.gap()
            screen.say(found.why, 2, "dim")
            hint = f" ({finding.check})" if finding.how == "self_test" else ""
            session = give(library, session, finding.id, ask(screen, library, finding, finding.question + hint))
    except (Left, EOFError, KeyboardInterrupt):
        screen.gap()
    return session


def welcome(screen: Screen, library: Library, names: Names) -> None:
    lines = [
        "This asks about danger signs of hip and low-back pain, and says how urgent it is. About three minutes.",
        "Nothing you type leaves this computer or is kept.",
        names.filled(library.words["disclaimer"]),
        library.words["draft"] + ".",
        'Answer y, n or ? (not sure). Type "stop" at any time.',
    ]
    screen.panel("\n".join(lines), "Psoas")


def take(screen: Screen, library: Library, session: Session, step: Step, names: Names) -> Session:
    """The session after the first group of a step."""
    if step.kind == "recap":
        return take_recap(screen, library, session, step)
    assert step.page is not None  # every step but the recap has its page
    proxy = session.answers.get("respondent") == "proxy"
    open_page(screen, step.page, names, proxy)
    group = step.groups[0]
    if group.form == "list" and len(group.items) > 1:
        return take_list(screen, library, session, group, proxy)
    finding = library.findings[group.items[0]]
    text = worded(step, question(finding, proxy), finding.check)
    return give(library, session, finding.id, ask(screen, library, finding, text))


def open_page(screen: Screen, page: Page, names: Names, proxy: bool) -> None:
    """The page's title, opening and reason, once."""
    if screen.page == page.id:
        return
    screen.page = page.id
    screen.gap()
    screen.rule(page.title)
    intro = page.intro_proxy if proxy and page.intro_proxy else page.intro
    for text in (intro, page.why, page.offer):
        if text:
            screen.say(names.filled(text), 2)


def ask(screen: Screen, library: Library, finding: Finding, text: str) -> Value | None:
    """One answer, typed until it fits."""
    screen.gap()
    screen.say(text, 2)
    for number, label in enumerate(finding.choices.values(), start=1):
        screen.item(f"{number}", label, 4)
    hints = {"boolean": "y/n/?", "number": f"{finding.unit}, or ?", "choice": "number, or ?"}
    while True:
        try:
            return read_typed(library, finding, screen.typed(f"  [{hints[finding.kind]}] "))
        except InputError as error:
            screen.say(f"{error.found} {error.fits}", 2)


def read_typed(library: Library, finding: Finding, text: str) -> Value | None:
    """The value that a typed text means. Raises InputError."""
    if WORDS.get(text.lower(), False) is None:
        return None
    if finding.kind == "boolean":
        if text.lower() not in WORDS:
            raise InputError(finding.id, f'"{text}" does not fit.', "y, n or ?")
        return WORDS[text.lower()]
    value: object = text
    if finding.kind == "choice" and text.isdecimal() and 0 < int(text) <= len(finding.choices):
        value = list(finding.choices)[int(text) - 1]
    elif text.replace(".", "", 1).isdecimal():
        value = float(text)
    return read_answer(library.findings, finding.id, value, finding.id)


def take_list(screen: Screen, library: Library, session: Session, group: Group, proxy: bool) -> Session:
    """Numbers of what fits; 0 is an explicit none of these; ? opens the lines one by one."""
    findings = [library.findings[item] for item in group.items]
    screen.gap()
    if group.prompt:
        screen.say(group.prompt, 2)
    for number, finding in enumerate(findings, start=1):
        screen.item(f"{number:>2}", question(finding, proxy), 2)
    screen.item(" 0", "None of these", 2)
    chosen = chosen_numbers(screen, len(findings))
    for number, finding in enumerate(findings, start=1):
        value = ask(screen, library, finding, question(finding, proxy)) if chosen is None else number in chosen
        session = give(library, session, finding.id, value)
    return session


def chosen_numbers(screen: Screen, count: int) -> set[int] | None:
    """The numbers that were typed; empty for 0, None for "?"."""
    while True:
        text = screen.typed("  [numbers, 0 for none, ? if not sure] ")
        if text == "?":
            return None
        parts = text.replace(",", " ").split()
        numbers = {int(part) for part in parts if part.isdecimal() and int(part) <= count}
        if parts and len(numbers) == len(set(parts)) and (numbers == {0} or 0 not in numbers):
            return numbers - {0}
        screen.say(f"Numbers from 1 to {count} with spaces between them, or 0 alone for none of these.", 2)


def take_recap(screen: Screen, library: Library, session: Session, step: Step) -> Session:
    screen.gap()
    screen.rule("Before we answer")
    screen.page = "recap"
    screen.say("You did not say yes to any of these:", 2)
    for item in step.items:
        screen.item("-", library.findings[item].question, 2)
    while True:
        text = screen.typed("  All still right? [y, or n to change] ").lower()
        if text in ("y", "yes", "n", "no"):
            return give(library, session, "recap", text[0] == "y")


def show(result: Assessment, screen: Screen | None = None) -> None:
    """The assessment as a page: what to do first, then why, then what to watch for.

    A low level has neither its colour nor its name while a danger question is open.
    """
    screen = screen or Screen()
    urgency = result.urgency
    urgent = urgency.certain == "emergency"
    sayable = result.complete or level_of(urgency.certain) >= Urgency.within_2_weeks
    when = (
        f"\nWithin: {in_words(urgency.act_within or '')}."
        if sayable and urgency.act_within not in (None, "now")
        else ""
    )
    screen.gap()
    screen.panel(urgency.do + when, f" {urgency.title} ", STYLES[urgency.certain] if sayable else "")
    if urgency.possible != urgency.certain:
        so_far = f"So far: {plain(urgency.certain)}. " if sayable else ""
        screen.say(f"{so_far}Still possible: {plain(urgency.possible)}.")
    for note in result.notes:
        screen.say(note)
    for clash in result.contradictions:
        screen.say(f"{clash.says} Only one of them can be right. Please answer again.")
    show_flags(screen, urgency.red_flags)
    show_list(screen, "Tell them at once if any of these joins" if urgent else "Go now if", result.safety_net.go_now)
    if not urgent:
        show_list(screen, "Be seen soon if", result.safety_net.be_seen)
    screen.gap()
    screen.say(result.safety_net.ask_again)
    if result.denied_danger_signs:
        show_list(screen, result.denied_note, result.denied_danger_signs)
    show_sources(screen, urgency.red_flags)
    screen.gap()
    screen.say(f"{result.disclaimer} {result.review}. ({result.library_version})", style="dim")


def show_likely(found: Likely | Assessment, screen: Screen | None = None) -> None:
    """What it may come from, in words before numbers, with what speaks for and against it."""
    screen = screen or Screen()
    screen.gap()
    screen.rule("What it may come from")
    named = [one for one in found.conditions if one.word != "unlikely"]
    for one in named:
        screen.gap()
        screen.say(f"{capital(one.word)} ({in_ten(one.p)}): {one.plain}", style="bold")
        screen.say(f"{one.means} {one.because}".strip(), 2)
        for title, reasons in (("For it", one.for_), ("Against it", one.against)):
            if reasons:
                screen.say(f"{title}: {'; '.join(map(answered, reasons))}.", 2)
    screen.gap()
    if found.nonspecific:
        screen.say(f"Pain without a source that anyone can name: {in_ten(found.nonspecific.p)}. This is common.")
    dangers = worth_a_word(found.must_not_miss)
    lines = [f"{danger.plain} ({', '.join(map(answered, danger.why[:3]))})" for danger in dangers]
    show_list(screen, "Unlikely, but worth a thought by whoever sees you", lines)
    screen.gap()
    screen.say("These are our estimates, from what you said. Several things may be true at once.", style="dim")


def in_ten(p: float) -> str:
    """A share as a count of ten people, never surer than we are."""
    count = round(p * 10)
    return "less than 1 in 10" if count < 1 else "more than 9 in 10" if count > 9 else f"about {count} in 10"


def show_flags(screen: Screen, flags: list[Flag]) -> None:
    """Each red flag with the answers behind it; the first one's instruction already stands on top."""
    if flags:
        screen.gap()
        screen.say("Why", style="bold")
    for number, flag in enumerate(flags):
        screen.item("-", f"{flag.title}.")
        screen.say(said(flag), 2)
        for text in (flag.why, flag.tone, flag.do_now if number else "", f'Say: "{flag.say}"'):
            if text:
                screen.say(text, 2)


def show_list(screen: Screen, title: str, lines: list[str]) -> None:
    if lines:
        screen.gap()
        screen.say(title, style="bold")
        for line in lines:
            screen.item("-", line)


def show_sources(screen: Screen, flags: list[Flag]) -> None:
    cited = {source.id: source for flag in flags for source in flag.sources}
    show_list(screen, "Sources", [f"{source.citation} (read: {source.read})" for source in cited.values()])


def plain(level: str) -> str:
    return level.replace("_", " ")
