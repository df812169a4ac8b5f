"""Answers so far -> what to ask next. Stateless: the session is a value, each answer gives a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import msgspec

from psoas.bracket import DOUBT, FALSE, TRUE
from psoas.errors import InputError
from psoas.findings import Answers, Finding, Value, read_answer
from psoas.library import Group, Library, Page, Urgency
from psoas.rules import needs
from psoas.triage import GENERAL, Bracket, deciding, joined, together, triage

StepKind = Literal["questions", "check", "confirm", "settle", "recap", "done"]
RECAP = "recap"


class Change(NamedTuple):
    """An answer that was taken back: both stay in the record."""

    finding: str
    was: Value | None
    now: Value | None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """An interview so far.

    confirmed: alarming rows whose yes was read back and kept.
    unsure: danger questions answered "not sure" once; they are put once more, with the check that helps to tell,
    and only then count as not known.
    recap: due, again (asked once more) or done. settling: changes that would take an emergency back, not yet
    confirmed. carry_on: keep asking for the letter after an emergency; gone_on: the red flags whose page the person
    has left that way. clinician: signs and tests may be given too.
    enough: the person wants no more questions about where the pain comes from.
    """

    answers: dict[str, Value | None] = {}
    confirmed: frozenset[str] = frozenset()
    unsure: tuple[str, ...] = ()
    recap: str = "due"
    settling: tuple[Change, ...] = ()
    changes: tuple[Change, ...] = ()
    carry_on: bool = False
    gone_on: frozenset[str] = frozenset()
    clinician: bool = False
    enough: bool = False


class Step(NamedTuple):
    """What comes next. groups: the items to ask now, in the page's own grouping."""

    kind: StepKind
    page: Page | None = None
    groups: tuple[Group, ...] = ()
    change: Change | None = None

    @property
    def items(self) -> list[str]:
        return [item for group in self.groups for item in group.items]


def next_step(library: Library, session: Session) -> Step:
    """What to show next; the order of docs/decisions/interview.md."""
    if session.settling:
        return one_item(library, "settle", session.settling[0].finding, session.settling[0])
    if waiting := unconfirmed(library, session):
        return one_item(library, "confirm", waiting)
    if waiting := next((name for name in session.unsure if name not in session.answers), None):
        return one_item(library, "check", waiting)
    bracket = triage(library, session.answers)
    if page := next_page(library, session, bracket):
        return page
    if session.recap == "due" and bracket.certain < Urgency.same_day and not session.clinician:
        return recap_step(library, session)
    return Step("done")


def one_item(library: Library, kind: StepKind, item: str, change: Change | None = None) -> Step:
    return Step(kind, library.page_of[item], (Group(form="single", items=[item]),), change)


def unconfirmed(library: Library, session: Session) -> str | None:
    """An alarming row answered yes that has not been read back yet."""
    rows = (key for key, value in session.answers.items() if value is True and library.findings[key].confirm)
    return next((key for key in rows if key not in session.confirmed), None)


def next_page(library: Library, session: Session, bracket: Bracket) -> Step | None:
    """The first page with something left to ask, or None."""
    wanted = open_items(library, session, bracket)
    for page in library.pages:
        kept = [(group, [item for item in group.items if item in wanted]) for group in page.groups]
        groups = tuple(msgspec.structs.replace(group, items=items) for group, items in kept if items)
        if groups:
            return Step("questions", page, groups)
    return None


def open_items(library: Library, session: Session, bracket: Bracket | None = None) -> set[str]:
    """The findings to ask now: not answered, not gated out, their own gate settled, and able to matter.

    Nothing once an emergency is certain; after same_day only what may raise it further; else everything.
    """
    bracket = bracket or triage(library, session.answers)
    if bracket.certain is Urgency.emergency and not session.carry_on:
        return set()
    items = askable(library, session)
    if bracket.certain is Urgency.same_day and not session.carry_on:
        items &= deciders(library, session, bracket)
    return items


def askable(library: Library, session: Session) -> set[str]:
    values, closed = library.reading.values(session.answers), library.reading.closed(session.answers)
    waiting = {name for name, gate in library.reading.gates if gate(values) not in (FALSE, DOUBT, TRUE)}
    shown = {"start", "danger", "pattern"}
    items = {item for page in library.pages if page.asks in shown for item in page.items}
    return items - closed - waiting - session.answers.keys()


def deciders(library: Library, session: Session, bracket: Bracket) -> set[str]:
    """Findings that an undecided, more urgent flag reads, with those that decide whether they are asked."""
    wanted: set[str] = set()
    queue = [name for s in bracket.open if s.possible > bracket.certain for name in flag_needs(library, s.flag.when)]
    while queue:
        name = queue.pop()
        if name not in wanted:
            wanted.add(name)
            if name not in session.answers and name in library.gates:
                queue.extend(needs(library.gates[name]))
    return wanted


def flag_needs(library: Library, when: str) -> tuple[str, ...]:
    return needs(library.expression(when))


def recap_step(library: Library, session: Session) -> Step:
    """The alarming rows that were answered no or not sure, to be read once more in full."""
    rows = [item for page in library.pages for item in page.recap if session.answers.get(item, True) is not True]
    return Step("recap", None, (Group(form="rows", items=rows),)) if rows else Step("done")


def complete(library: Library, session: Session) -> bool:
    """Whether the outcome may be said: everything that can still matter was asked, and nothing hangs."""
    return next_step(library, session).kind == "done"


def give(
    library: Library,
    session: Session,
    key: object,
    value: object,
    answering: str | None = None,
    beside: Sequence[Answers] = (),
) -> Session:
    """The session with one answer more. Raises InputError for an unknown finding or a value that does not fit.

    answering: the kind of step that the answer was made for. A second look ("Is that right?", the check, which of
    two is right) is only answered by an answer to it: a form sent twice or an old tab changes nothing. None: by
    whoever knows that it is meant for the step that waits. beside: the answers of the person's other complaints.

    A first "not sure" on a danger question is not an answer yet: it is put once more with its check.
    A yes on an alarming row waits for its confirmation; a change that would take an emergency back waits
    until the person has seen both answers. Nothing is lost: every change stays in `changes`.
    """
    if key == RECAP:
        return give_recap(library, session, value)
    checked = read_answer(library.findings, key, value, "answer")
    name = str(key)
    waiting = waits_for(library, session, name)
    if waiting and answering not in (None, waiting):
        return session
    if waiting in ("settle", "confirm"):
        return settled(session, name, checked)
    if checked is None and name in library.must_ask and name not in (*session.unsure, *session.answers):
        return with_fields(session, unsure=(*session.unsure, name))
    if name in session.answers and takes_back(library, session, name, checked, beside):
        return with_fields(session, settling=(*session.settling, Change(name, session.answers[name], checked)))
    return answered(session, name, checked)


def waits_for(library: Library, session: Session, name: str) -> str:
    """The second look that this finding waits for: settle, confirm, check, or "" for none."""
    if any(change.finding == name for change in session.settling):
        return "settle"
    if session.answers.get(name) is True and library.findings[name].confirm and name not in session.confirmed:
        return "confirm"
    return "check" if name in session.unsure and name not in session.answers else ""


def settled(session: Session, name: str, value: Value | None) -> Session:
    others = tuple(change for change in session.settling if change.finding != name)
    return with_fields(answered(session, name, value), settling=others, confirmed=session.confirmed | {name})


def answered(session: Session, name: str, value: Value | None) -> Session:
    changed = name in session.answers and session.answers[name] != value
    changes = session.changes + ((Change(name, session.answers.get(name), value),) if changed else ())
    confirmed = session.confirmed - {name} if changed else session.confirmed
    return with_fields(session, answers={**session.answers, name: value}, changes=changes, confirmed=confirmed)


def takes_back(
    library: Library, session: Session, name: str, value: Value | None, beside: Sequence[Answers] = ()
) -> bool:
    """Whether this change would take back an emergency, or a reason for one that has others too."""
    changed = [{**own, name: value} if name in GENERAL else own for own in beside]
    after = reasons(library, {**session.answers, name: value}, changed)
    lost = reasons(library, session.answers, beside) - after
    still = {flag for flag, _ in after}
    return any(finding == name or flag not in still for flag, finding in lost)


def reasons(library: Library, own: Answers, beside: Sequence[Answers]) -> set[tuple[str, str]]:
    """Each red flag that is an emergency now, with each answer that makes it so."""
    every = [own, *beside]
    raised = together(library, every).raised if beside else triage(library, own).raised
    answers = joined(library, every, own) if beside else own
    urgent = (s for s in raised if s.certain is Urgency.emergency)
    return {(s.flag.id, finding) for s in urgent for finding in deciding(library, s, answers)}


def give_recap(library: Library, session: Session, value: object) -> Session:
    """True: all still right. A list of findings, false or null: those lines are asked once more."""
    if next_step(library, session).kind != "recap":
        raise InputError("answer", "there is nothing to look over yet.", "Answer the question that was asked.")
    rows = recap_step(library, session).items
    if value is True:
        return with_fields(session, recap="done")
    again = rows if value is None or value is False else value
    if not isinstance(again, list) or not again or not all(line in rows for line in again):
        raise InputError("answer", "that does not fit.", f"true, or a list of lines to change: {', '.join(rows)}.")
    kept = {key: known for key, known in session.answers.items() if key not in again}
    return with_fields(session, answers=kept, recap="again")


def with_fields(session: Session, **fields: object) -> Session:
    return msgspec.structs.replace(session, **fields)


def question(finding: Finding, proxy: bool) -> str:
    """The words of a question; what can be seen, for someone who answers for a person who cannot tell."""
    return f"{finding.question} ({finding.watch})" if proxy and finding.watch else finding.question


def pages_for(library: Library, answers: dict[str, Value | None], letters: Iterable[str] = ()) -> dict[str, list[str]]:
    """Every page and item that a person is shown who answers no to all else; for the tests of must-ask."""
    session = Session(answers=answers, carry_on=True)
    seen: dict[str, list[str]] = {}
    while step := next_page(library, session, triage(library, session.answers)):
        for item in step.items:
            seen.setdefault(step.page.id if step.page else "", []).append(item)
            no: Value = False if library.findings[item].kind == "boolean" else 0.0
            session = answered(session, item, no)
    return {page: items for page, items in seen.items() if not letters or page in letters}
