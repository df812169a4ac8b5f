"""The two PDF reports: what stands in them, what never does, and that anybody can read them."""

import datetime
import io
from pathlib import Path

import msgspec
import page
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from psoas.assessment import assess, shareable
from psoas.intake import read_request
from psoas.interview import Change, Session, answered, open_items
from psoas.web.printable import printable
from psoas.web.report import Meta, clinician_pdf, person_pdf

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = datetime.date(2025, 11, 24)
MOTHER_OF_A_CHILD = {
    "respondent": "proxy",
    "age_years": 3.0,
    "sex_at_birth": "female",
    "thigh_pain": True,
    "pain_duration_weeks": 0.4,
    "pain_new_or_changed": True,
    "fever": False,
    "child_limp": False,
    "injury_not_explained": True,
}
PRIVATE = ("unsafe_at_home", "immediate_danger_from_others", "suicidal_thoughts", "suicidal_plan_or_intent")
HOSTILE = [
    '#panic("x")',
    ']#read("/etc/passwd")',
    "w" * 3000,
    "\U0001f642 ألم في أسفل الظهر",
    "$x^2$ \\ */ `raw` <a> @b",
]


def finished(answers, **fields):
    return Session(answers=answers, confirmed=frozenset(answers), recap="done", **fields)


def denying(library, answers):
    """The interview of someone who answers no to all that is left to ask."""
    session = finished(answers)
    while items := open_items(library, session):
        for item in items:
            kind = library.findings[item].kind
            no = False if kind == "boolean" else 0.0 if kind == "number" else next(iter(library.findings[item].choices))
            session = answered(session, item, no)
    return session


@pytest.fixture(scope="module")
def people(library):
    """name -> (interview, country)."""
    saddle, strain = (read_request(library, str(EXAMPLES / f"{name}.yaml")) for name in ("saddle", "strain"))
    return {
        "saddle": (finished(saddle.answers), saddle.country),
        "strain": (denying(library, strain.answers), strain.country),
        "child": (finished(MOTHER_OF_A_CHILD), "nz"),
    }


def reports(library, session, country="gb", title="Hip and back pain", places=("low back",)):
    meta = Meta(DAY, country, list(places), title)
    theirs = shareable(library, session, country=country)
    letters = shareable(library, session, country=country, clinician=True)
    return person_pdf(library, theirs, meta), clinician_pdf(library, letters, session, meta)


def text(pdf):
    """The words, with plain apostrophes, spaces and no places to break."""
    words = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(words.replace("’", "'").replace("\u200b", "").split())


def in_one_line(words):
    return " ".join(words.replace("’", "'").split())


@pytest.mark.parametrize("name", ["saddle", "strain", "child"])
def test_both_reports_are_accessible_pdfs(library, people, name):
    for pdf in reports(library, *people[name]):
        report = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)
        reader = PdfReader(io.BytesIO(pdf))

        assert report.is_compliant, report
        assert reader.metadata.title.startswith("Hip and back pain")
        assert reader.trailer["/Root"]["/Lang"].startswith("en")
        assert reader.metadata.creation_date.date() == DAY


@pytest.mark.parametrize(
    ("name", "level", "number"),
    [("saddle", "emergency", "999"), ("strain", "self_care", "911"), ("child", "emergency", "111")],
)
def test_both_reports_say_the_level_in_words_and_the_emergency_number(library, people, name, level, number):
    for pdf in reports(library, *people[name]):
        said = text(pdf)

        assert in_one_line(library.words["levels"][level]["title"]) in said
        assert {"emergency": "Emergency", "self_care": "Self-care"}[level] in said
        assert number in said
        assert library.version in said
        assert in_one_line(library.words["draft"]) in said
        assert "Page 1 of" in said


def test_the_person_reads_what_to_do_why_and_what_would_mean_go_now(library, people):
    session, country = people["saddle"]
    flag = shareable(library, session, country=country).urgency.red_flags[0]

    said = text(reports(library, session, country)[0])

    for words in (flag.do_now, flag.say, flag.why, *flag.because_of, flag.sources[0].citation, flag.sources[0].says):
        assert in_one_line(words) in said
    assert "When: now." in said
    assert "You need to pee and cannot." in said
    assert in_one_line(library.words["denied"]) in said


def test_the_letter_gives_rules_answers_signs_with_units_and_changes(library, people):
    session, country = people["saddle"]
    given_too = {"temperature_c": 38.4, "post_void_residual_ml": 450.0, "leg_power_grade": 4.0, "fever": None}
    changes = (Change("saddle_anaesthesia", False, True), Change("pain_duration_weeks", 2.0, 1.0))
    session = finished({**session.answers, **given_too}, changes=changes, clinician=True)

    said = text(reports(library, session, country)[1])

    assert "cauda_equina_saddle" in said
    for row in ("Temperature 38.4 °C", "Residual urine 450 mL", "Weakest leg power MRC grade 4"):
        assert f"{row} " in said
    assert "How long it has hurt 2 weeks 7 days" in said
    assert "Numbness between the legs no yes" in said
    assert "Not known" in said
    assert "Not asked" in said


def test_an_unfinished_interview_never_reads_as_self_care(library, people):
    answers = read_request(library, str(EXAMPLES / "strain.yaml")).answers

    person, letter = (text(pdf) for pdf in reports(library, finished(answers)))

    assert in_one_line(library.words["levels"]["unfinished"]["title"]) in person
    assert "Still possible: Emergency." in person
    assert "Self-care" not in person + letter
    assert "nothing yet" in letter


def test_what_is_private_is_in_neither_report(library, people):
    session, country = people["strain"]
    told = {**session.answers, **dict.fromkeys(PRIVATE, True)}
    changes = tuple(Change(name, False, True) for name in PRIVATE)
    without = reports(library, finished(session.answers), country)

    with_it = reports(library, finished(told, changes=changes), country)

    assert [text(pdf) for pdf in with_it] == [text(pdf) for pdf in without]


@pytest.mark.parametrize("unsure", [(), PRIVATE])
def test_what_is_private_and_open_or_not_known_is_in_neither_report(library, people, unsure):
    session, country = people["strain"]
    told = {name: value for name, value in session.answers.items() if name not in PRIVATE}
    told["unsafe_at_home"] = None

    for pdf in reports(library, finished(told, unsure=unsure), country):
        for name in PRIVATE:
            assert library.findings[name].label not in text(pdf)


def test_a_private_label_in_the_assessment_itself_is_left_out(library, people):
    session, country = people["saddle"]
    result = shareable(library, session, country=country)
    private = [library.findings[name].label for name in (*PRIVATE, "injury_not_explained")]
    flags = [msgspec.structs.replace(flag, because_of=private) for flag in result.urgency.red_flags]
    urgency = msgspec.structs.replace(result.urgency, red_flags=flags)
    result = msgspec.structs.replace(result, urgency=urgency, denied_danger_signs=private)

    person = text(person_pdf(library, result, Meta(DAY, country, [], ""))).lower()

    for label in private:
        assert label not in person


def test_a_contradiction_about_what_is_private_is_in_neither_report(library, people):
    session, country = people["strain"]
    told = {**session.answers, "suicidal_plan_or_intent": True, "suicidal_thoughts": False, "could_be_pregnant": True}

    letter = text(reports(library, finished(told), country)[1])

    assert "A pregnancy was given" in letter
    assert "end life" not in letter


def test_how_a_child_was_hurt_is_for_the_clinician_alone(library, people):
    means = in_one_line(library.findings["injury_not_explained"].means)

    person, letter = (text(pdf) for pdf in reports(library, *people["child"]))

    assert "child_injury_unexplained" in letter
    assert means in letter
    for words in (means, library.findings["injury_not_explained"].label, "injury", "child_injury_unexplained"):
        assert words not in person
    assert "within 4 hours" in person


def test_that_nothing_was_wrong_with_the_story_is_not_in_the_persons_report(library):
    denied = {**MOTHER_OF_A_CHILD, "injury_not_explained": False}

    person = text(reports(library, finished(denied))[0])

    assert library.findings["injury_not_explained"].label not in person


def test_an_assessment_that_was_not_made_for_the_reader_is_refused(library, people):
    session, country = people["strain"]
    plan = finished({**session.answers, "suicidal_thoughts": True})
    meta = Meta(DAY, country, [], "")

    with pytest.raises(ValueError, match="shareable"):
        clinician_pdf(library, assess(library, plan, country=country), plan, meta)
    with pytest.raises(ValueError, match="shareable"):
        person_pdf(library, shareable(library, people["child"][0], clinician=True), meta)


def test_text_that_looks_like_code_is_only_text(library, people):
    session, country = people["saddle"]
    session = finished({**session.answers, "pain_trend": HOSTILE[0]}, changes=(Change("pain_trend", *HOSTILE[:2]),))

    for pdf in reports(library, session, country, title=" ".join(HOSTILE), places=HOSTILE):
        said = text(pdf)

        assert '#panic("x")' in said
        assert ']#read("/etc/passwd")' in said
        assert "root:" not in said
        assert page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1).is_compliant


@pytest.mark.parametrize("field", ["title", "do"])
def test_no_field_of_the_result_is_read_as_code(library, people, field):
    session, country = people["saddle"]
    result = shareable(library, session, country=country)
    hostile = msgspec.structs.replace(result.urgency, **{field: HOSTILE[1]})
    result = msgspec.structs.replace(result, urgency=hostile, notes=HOSTILE, denied_danger_signs=HOSTILE)

    said = text(person_pdf(library, result, Meta(DAY, country, [], "")))

    assert HOSTILE[1] in said
    assert "root:" not in said


@settings(max_examples=25)
@example(title="\u25f2\u0650 x\u030c\u0334", places=["\u202e", "\u029e", "\u4e2d\u6587"])
@given(title=st.text(), places=st.lists(st.text(), max_size=3))
def test_any_text_at_all_makes_a_report(library, people, title, places):
    for pdf in reports(library, *people["child"], title=title, places=places):
        assert pdf.startswith(b"%PDF")


@given(st.text())
def test_printable_text_stays_as_it_is(words):
    assert printable(printable(words)) == printable(words)


def test_paper_is_that_of_the_country(library, people):
    session, _ = people["strain"]
    widths = {"us": 612, "ca": 612, "gb": 595, "in": 595}
    for country, width in widths.items():
        for pdf in reports(library, session, country):
            assert int(PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width) == width


def test_the_same_answers_on_the_same_day_make_the_same_bytes(library, people):
    assert reports(library, *people["saddle"]) == reports(library, *people["saddle"])
