"""What a frightened person reads has a reading age of about 11, and its hard words are few, known and explained.

The grade is Flesch and Kincaid's: 0.39 words a sentence + 11.8 syllables a word - 15.59. The usual packages count
syllables with a downloaded dictionary, so the counter is here. On the 1,100 words of these texts it agrees with the
CMU dictionary but for those in SYLLABLES.
"""

import re
from pathlib import Path
from statistics import median

import pytest

from psoas.assessment import Names

TERMS = Path(__file__).parents[2] / "docs" / "unavoidable-terms.md"
SYLLABLES = {
    word: count
    for count, words in {
        1: "don't aches",
        2: "aspirin cauda giant gp psoas someone something spasm tired",
        3: "a&e anyone aorta area everywhere hla nhs reaction serious",
        4: "aneurysm diabetes",
        6: "spondyloarthritis",
    }.items()
    for word in words.split()
}
SILENT = re.compile(  # an e that is written and not said
    r"[^aeiouy]e$(?<![^aeiouylrw]le)"
    r"|[^aeiouytd]ed$(?<![^aeiouylr]led)"
    r"|[^aeiouyscxzg]es$(?<![sc]hes)(?<![^aeiouyl]les)"
    r"|[^aeiouy]e(?:ly|ment|ful|less)$"
)
SPLIT = re.compile(r"i[ao](?!us)|[^aeiou]ua|eo(?!ple)|uou|iu|ying|yer|uing|ier|iet|[aeo]ing$|ism$|n't$")
FUSED = re.compile(r"[tcsg]i(?:on|ous|al|an)|gious|geo")
# Long words that people of eleven know; any other of four syllables or more is a term and stands in the list.
EVERYDAY = {"alcoholic", "constipated", "emergency", "half-yearly", "information", "maternity", "operation", "ordinary"}
EVERYDAY |= {"out-of-hours", "samaritans", "temperature"}
JARGON = re.compile(
    r"\b(?:acute|antidote|assess\w*|chronic|deficit|function|hotline|impact|lesion|loading|oncolog\w*|referral|"
    r"relentless|residual|saddle|severe|soft tissue|symptoms?|syndrome|trauma|unstable)\b",
    re.IGNORECASE,
)
ACTIONS = {"Ask", "Book", "Call", "Go", "Ring", "Stop", "Take", "Tell"}


def syllables(word: str) -> int:
    """How many there are; a number is said digit by digit, the parts of a word with a hyphen add up."""
    if "-" in word:
        return sum(syllables(part) for part in word.split("-") if part)
    word = re.sub(r"['’]s?$", "", word.lower())
    if word in SYLLABLES:
        return SYLLABLES[word]
    if word.isdigit():
        return len(word)
    said = len(re.findall(r"[aeiouy]+", word)) - len(SILENT.findall(word))
    return max(1, said + len(SPLIT.findall(word)) - len(FUSED.findall(word)))


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9][A-Za-z0-9&'’-]*", text)


def grade(text: str) -> float:
    """The Flesch-Kincaid grade; a line ends a sentence, a colon or semicolon does not."""
    sentences = [part for part in re.split(r"[.!?]+[\"')]*(?:\s|$)|\n", text) if words(part)]
    said = words(text)
    return 0.39 * len(said) / len(sentences) + 11.8 * sum(map(syllables, said)) / len(said) - 15.59


class Texts:
    """Every text a person reads, by kind and id, with the names of the United Kingdom filled in."""

    def __init__(self, library):
        self.names = Names(library, "gb")
        asked = [page for page in library.pages if page.asks != "clinician"]
        flags = [flag for flag in library.flags if not flag.id.startswith("exam_")]
        told = [finding for finding in library.findings.values() if finding.how == "history"]
        self.pages = {}
        for page in asked:
            rest = (page.title, page.why, page.offer, *(group.prompt for group in page.groups))
            rest += tuple(library.findings[item].question for item in page.items)
            self.pages[page.id] = self.lines(page.intro, *rest)
            if page.intro_proxy:
                self.pages[f"{page.id}, for another"] = self.lines(page.intro_proxy, *rest)
        self.cards = {flag.id: self.lines(flag.title, flag.because, flag.do_now, flag.say) for flag in flags}
        self.read = {flag.id: self.lines(flag.title, flag.because, flag.do_now) for flag in flags}
        self.say = {flag.id: self.lines(flag.say) for flag in flags}
        self.reasons = {flag.id: self.lines(*flag.explained_by) for flag in flags if flag.explained_by}
        self.around = {f"level {name}": self.lines(*level.values()) for name, level in library.words["levels"].items()}
        self.around |= {name: self.lines(text) for name, text in library.words.items() if isinstance(text, str)}
        net = library.words["safety_net"]
        self.around |= {name: self.lines(*(line["text"] for line in lines)) for name, lines in net.items()}
        self.questions = {
            finding.id: self.lines(finding.question, finding.check, finding.watch, *finding.choices.values())
            for finding in told
            if finding.question
        }
        self.labels = {finding.id: finding.label for finding in told}
        own = {p.id: self.lines(p.title, p.intro, p.intro_proxy, p.why, p.offer) for p in asked}
        # Small enough that a word explained in one of them is explained where it stands.
        self.pieces = [own, self.read, self.reasons, self.around, self.questions, self.labels]

    def lines(self, *texts: str) -> str:
        return self.names.filled("\n".join(text for text in texts if text))


@pytest.fixture(scope="module")
def texts(library):
    return Texts(library)


@pytest.fixture(scope="module")
def terms():
    """Term -> its forms, what explains it, and where it stands without that."""
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.*?) ?\|$", TERMS.read_text(encoding="utf-8"), re.MULTILINE)
    split = [[cell.split("; ") for cell in row] for row in rows if row[0] not in ("term", "---")]
    return {forms[0]: (forms, means, [place for place in where if place]) for forms, means, where in split}


def worst(found: dict[str, str]) -> str:
    """The ten hardest texts with their grades, for the message of a failure."""
    hardest = sorted(((grade(text), name, text) for name, text in found.items()), reverse=True)[:10]
    return "the ten hardest:\n" + "\n".join(f"{g:5.1f} {name}: {' / '.join(t.splitlines())}" for g, name, t in hardest)


def holds(text: str, forms: list[str]) -> bool:
    return any(re.search(rf"\b{re.escape(form)}\b", text, re.IGNORECASE) for form in forms)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "pee squeezed legs aches nerves don't"),
        (2, "doctor numbness tired people someone X-ray lying 65"),
        (3, "hospital infection NHS 999 however out-of-hours"),
        (4, "emergency diabetes operation aneurysm"),
        (5, "tuberculosis antibiotics chemotherapy"),
        (6, "physiotherapist spondyloarthritis"),
        (7, "anti-inflammatory"),
    ],
)
def test_the_syllables_of_known_words(count, said):
    assert {word: syllables(word) for word in said.split()} == dict.fromkeys(said.split(), count)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat sat on the mat.", 0.39 * 6 + 11.8 - 15.59),
        ("Call 999 now. Do not drive yourself.", 0.39 * 7 / 2 + 11.8 * 10 / 7 - 15.59),
        ("Be seen today\nRing your doctor now; do not wait.", 0.39 * 10 / 2 + 11.8 * 12 / 10 - 15.59),
    ],
)
def test_the_grade_of_texts_counted_by_hand(text, expected):
    assert grade(text) == pytest.approx(expected)


def test_pages_and_cards_have_a_reading_age_of_about_eleven(texts):
    found = {**texts.pages, **texts.cards, **texts.around}
    grades = {name: grade(text) for name, text in found.items()}

    assert len(texts.pages) > 14
    assert len(texts.cards) > 100
    assert median(grades.values()) <= 6, worst(found)
    assert max(grades.values()) <= 8, worst(found)


def test_a_card_is_plain_without_the_words_for_the_phone_and_these_are_plain_enough(texts):
    assert median(map(grade, texts.read.values())) <= 6, worst(texts.read)
    assert max(map(grade, texts.read.values())) <= 8, worst(texts.read)
    assert max(map(grade, texts.say.values())) <= 10, worst(texts.say)


@pytest.mark.parametrize("kind", ["questions", "labels", "reasons"])
def test_single_lines_are_plain(texts, kind):
    """The formula leaps on a line of a few words, so only those of ten or more have a limit each."""
    lines = getattr(texts, kind)
    long = {name: text for name, text in lines.items() if len(words(text)) >= 10}

    assert median(map(grade, lines.values())) <= 6, worst(lines)
    assert max(map(grade, long.values())) <= 10, worst(long)


def test_an_instruction_starts_with_what_to_do(texts, library):
    for name in texts.cards:
        assert library.red_flags[name].do_now.split()[0] in ACTIONS, name


def test_a_word_of_four_syllables_is_everyday_or_on_the_list(texts, terms):
    listed = {part.lower() for forms, _, _ in terms.values() for form in forms for part in words(form)}
    for kind in (*texts.pieces, texts.say):
        for name, text in kind.items():
            long = {word.lower() for word in words(text) if syllables(word) > 3 and not word[0].isdigit()}
            new = long - listed - EVERYDAY
            assert not new, f"{name}: reword, or list in docs/unavoidable-terms.md: {new}"


def test_an_unavoidable_term_is_explained_where_it_stands_or_the_list_says_that_it_is_not(texts, terms):
    for term, (forms, means, where) in terms.items():
        uses = [(name, text) for kind in texts.pieces for name, text in kind.items() if holds(text, forms)]
        bare = {name for name, text in uses if not any(meaning.lower() in text.lower() for meaning in means)}
        if where == ["only in the words for the phone"]:
            assert not uses, f"{term} is for `say` only and stands in {[name for name, _ in uses]}"
            assert any(holds(text, forms) for text in texts.say.values()), f"{term} is used nowhere"
        else:
            assert uses, f"{term} is used nowhere"
            assert bare == set(where), f"{term} stands without its meaning in: {', '.join(sorted(bare))}"


def test_no_jargon_stands_outside_the_words_for_the_phone(texts):
    for kind in texts.pieces:
        for name, text in kind.items():
            assert not JARGON.search(text), f"{name}: {JARGON.search(text)}"
