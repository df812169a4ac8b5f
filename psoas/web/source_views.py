"""Where the pain may come from, in words: for the result page, for the question pages and for paper. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from psoas.answer import POSSIBLE, Danger, Likely, Nonspecific, Reason, Source, Together, capital, worth_a_word
from psoas.assessment import Assessment
from psoas.findings import Finding
from psoas.inquiry import MOST_QUESTIONS, next_question, open_findings, painless, why_ask
from psoas.inquiry import askable as source_findings
from psoas.interview import Session
from psoas.kernels import best_kernels
from psoas.library import Library
from psoas.likely import reasoned
from psoas.reasoning import Impossible
from psoas.web import views
from psoas.web.forms import Form
from psoas.web.store import Complaint

Data = dict[str, Any]

LESS, CHANGES, GOING_ON, PAIRS, REASONS = 6, 3, 3, 2, 3
OURS = "our estimate"

NOBODY = {
    "likely": "Most likely nobody can name one source",
    "possible": "It may be that nobody can name one source",
}
NOBODY_MEANS = (
    "This is very common, and the pain is real. No test or scan can point to one spot. It does not mean that a sign "
    "of harm was missed. Pain like this often gets better."
)
FITS = "Your answers fit this. They cannot show it."
TELL = "Tell whoever sees you."
MIND_LEAD = "Your answers make this a little less unlikely. Tell whoever sees you."
SCANS = "A scan often shows changes that do not hurt. So a scan alone cannot tell where pain comes from."
UNTESTED = "Some of these no question and no hands-on test can find. There we can only say that your answers fit."
UNCLEAR = "Your answers do not fit any source that we know. That happens. Tell whoever sees you just what you told us."
APART = "This list says nothing of how urgent it is. The answer at the top does."


class Asked(NamedTuple):
    """A question, why it is asked, and which it is in the row."""

    finding: str
    why: str
    number: int


# whether ----------------------------------------------------------------------------------------------


def ready(library: Library, found: Assessment, session: Session) -> bool:
    """Whether sources may be spoken of: the danger questions are done, nothing clashes, no emergency stands in the
    way, and something hurts.
    """
    urgency = found.urgency
    waiting = {flag.id for flag in urgency.red_flags if flag.urgency == "emergency"} - session.gone_on
    past = urgency.certain != "emergency" or (session.carry_on and not waiting)
    return found.complete and past and not painless(library, session.answers)


def given(library: Library, session: Session) -> list[str]:
    """The questions about the source that were answered or skipped, in order."""
    return [name for name in session.answers if name in source_findings(library)]


def begun(library: Library, session: Session) -> bool:
    return session.enough or bool(given(library, session))


# asking -----------------------------------------------------------------------------------------------


def to_ask(library: Library, session: Session, item: str = "") -> Asked | None:
    """The question that was asked for, if it may be put to this person, else the one most worth asking, or None."""
    order = given(library, session)
    try:
        if item in order or item in open_findings(library, session.answers):
            number = order.index(item) if item in order else len(order)
            return Asked(item, why_ask(library, session.answers, item), number + 1)
        found = next_question(library, session, kernels=best_kernels())
    except Impossible:
        return None
    return Asked(found.finding, found.why, found.asked + 1) if found else None


def posted(library: Library, item: str) -> str:
    """The question that a form was made for; "" when it is none about the source."""
    return item if item in source_findings(library) else ""


def page(
    library: Library, complaint: Complaint, session: Session, asked: Asked, to: str = "", form: Form | None = None
) -> Data:
    """Everything that the page of one question shows; it opens as it was answered."""
    finding = library.findings[asked.finding]
    proxy = session.answers.get("respondent") == "proxy"
    typed = views.filled(library, complaint, session) if form is None else form
    base = f"/e/{complaint.token}/{complaint.number}"
    return {
        "base": base,
        "token": complaint.token,
        "places": views.places(library, complaint),
        "why": asked.why,
        "number": asked.number,
        "most": max(MOST_QUESTIONS, asked.number),
        "field": views.field(finding, proxy, typed),
        "self_test": finding.how == "self_test",
        "known": asked.finding in session.answers,
        "to": to if to == "check" else "",
        "back": back(library, session, asked, base, to),
    }


def back(library: Library, session: Session, asked: Asked, base: str, to: str) -> str:
    before = given(library, session)[: asked.number - 1]
    if to == "check":
        return f"{base}/check"
    return f"{base}/source?item={before[-1]}" if before else f"{base}/result#sources"


# the list ---------------------------------------------------------------------------------------------


def section(library: Library, found: Assessment, session: Session, complaint: Complaint) -> Data | None:
    """The part of the result page about sources; None when it must not be spoken of."""
    if not ready(library, found, session):
        return None
    data: Data = {"begun": begun(library, session), "enough": session.enough, "offer": False, "list": None}
    try:
        data["offer"] = next_question(library, session, kernels=best_kernels()) is not None
        if data["begun"] or not data["offer"]:
            data["list"] = listed(library, list_of(library, session, complaint))
    except Impossible:
        data["unclear"] = UNCLEAR
    return data | {"places": views.places(library, complaint)}


def list_of(library: Library, session: Session, complaint: Complaint) -> Likely:
    place = "; ".join(views.places(library, complaint))
    found = side(library, complaint)
    return reasoned(library, session.answers, place=place, side=found, kernels=best_kernels())


def side(library: Library, complaint: Complaint) -> str:
    """left, right or both, by the painful areas; "" for the middle."""
    sides = {area["id"]: area["side"] for area in library.areas}
    found = {sides[name] for name in complaint.areas.split(",") if name in sides} - {"middle"}
    return "both" if len(found) > 1 else "".join(found)


def listed(library: Library, found: Likely | Assessment) -> Data:
    """What screen and paper say of the sources, in words; each number stands apart, for who asks for it."""
    shown = [one for one in found.conditions if one.p >= POSSIBLE]
    return {
        "place": found.place,
        "apart": APART,
        "sources": [card(library, one) for one in shown],
        "less": [line(one) for one in unlikely(library, found)],
        "nobody": nobody(found.nonspecific),
        "nobody_first": leads(found.nonspecific, shown),
        "both": both(found.coexisting, found.hip_and_spine),
        "mind": [danger(library, one) for one in worth_a_word(found.must_not_miss)],
        "mind_lead": MIND_LEAD,
        "going_on": [{"name": capital(one.plain), "means": one.means} for one in going_on(found)],
        "change": [{"finding": one.finding, "question": one.question} for one in found.tests[:CHANGES]],
        "cannot": cannot(library, shown),
    }


def card(library: Library, one: Source) -> Data:
    serious = one.id in library.conditions and library.conditions[one.id].serious
    return {
        "name": capital(one.plain),
        "word": one.word,
        "means": one.means,
        "fits": f"{FITS} {one.because}".strip() if one.consistent_with else "",
        "tell": TELL if serious else "",
        "speaks_for": [told(library, reason) for reason in one.for_[:REASONS]],
        "against": [told(library, reason) for reason in one.against[:REASONS]],
        "number": number(one),
    }


def line(one: Source) -> Data:
    return {"name": capital(one.plain), "number": number(one)}


def unlikely(library: Library, found: Likely | Assessment) -> list[Source]:
    """The likeliest of the rest. Dangerous ones that no answer points to are left to the rules above."""
    serious = {one.id for one in library.conditions.values() if one.serious}
    return [one for one in found.conditions if one.p < POSSIBLE and one.id not in serious][:LESS]


def number(one: Source) -> str:
    """ "About 6 in 10, our estimate. Before your answers: about 1 in 10 people like you." """
    between = f", perhaps {in_tens(one.low)} to {in_tens(one.high)}" if one.low is not None and one.high else ""
    before = f"Before your answers: {in_tens(one.prior)} people like you."
    return f"{capital(in_tens(one.p))}{between}, {OURS}. {before}"


def in_tens(p: float) -> str:
    """A share in words: about 6 in 10, about 3 in 100."""
    if p >= 0.95:
        return "more than 9 in 10"
    if p >= 0.095:
        return f"about {p * 10:.0f} in 10"
    return f"about {p * 100:.0f} in 100" if p >= 0.015 else "1 in 100 or fewer"


def told(library: Library, reason: Reason) -> str:
    """An answer that counts: its name and what was said."""
    return f"{capital(reason.label)}: {said(library.findings[reason.finding], reason.answer)}"


def said(finding: Finding, answer: str) -> str:
    """The answer of a reason as the check page says it."""
    if finding.kind == "number":
        return views.in_full(finding, float(answer))
    return finding.choices.get(answer, answer) if finding.kind == "choice" else answer


def nobody(found: Nonspecific | None) -> Data | None:
    """Pain whose source nobody can name, explained kindly; None when that is unlikely."""
    if found is None or found.p < POSSIBLE:
        return None
    word = "likely" if found.p >= 0.5 else "possible"
    return {
        "name": NOBODY[word],
        "word": word,
        "means": NOBODY_MEANS,
        "number": f"{capital(in_tens(found.p))}, {OURS}.",
    }


def leads(found: Nonspecific | None, shown: list[Source]) -> bool:
    return found is not None and all(found.p >= one.p for one in shown)


def both(pairs: list[Together], hip_and_spine: float | None) -> list[str]:
    """That sources may well be there together."""
    kept = [pair for pair in pairs if pair.p >= POSSIBLE][:PAIRS]
    lines = [f"{together(pair)} {pair.names[0]} and {pair.names[1]}." for pair in kept]
    if hip_and_spine and hip_and_spine >= POSSIBLE:
        lines.append("Hip and back often hurt together. Here, too, each of them may hold a source.")
    return lines


def together(pair: Together) -> str:
    return "Most likely it is both:" if pair.p >= 0.5 else "It may be both:"


def danger(library: Library, one: Danger) -> Data:
    return {"name": capital(one.plain), "why": [told(library, reason) for reason in one.why[:REASONS]]}


def going_on(found: Likely | Assessment) -> list[Source]:
    """The likely mechanisms that the answers made likelier."""
    return [one for one in found.mechanisms if one.word == "likely" and one.p > one.prior][:GOING_ON]


def cannot(library: Library, shown: list[Source]) -> list[str]:
    untested = [UNTESTED] if any(one.consistent_with for one in shown) else []
    return [*untested, SCANS, f"All of this is our estimate from your answers. {library.words['draft']}."]
