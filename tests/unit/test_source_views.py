"""The likely sources in words: what is said, what is left out, and that it tells nothing of what is private."""

import pytest
from msgspec.structs import replace

from psoas.answer import Danger, Likely, Nonspecific, Reason, Source, Together, Worth
from psoas.assessment import shareable
from psoas.inquiry import painless
from psoas.interview import Session, next_page
from psoas.reasoning import network
from psoas.triage import triage
from psoas.web.source_pages import with_list
from psoas.web.source_views import in_tens, listed, ready
from psoas.web.store import Complaint, Episode
from psoas.web.views import in_full


def source(name, p, prior=0.1, **more):
    fields = {"means": "It is sore.", "icd10": [], "low": None, "high": None, "consistent_with": False, "because": ""}
    word = "likely" if p >= 0.5 else "possible" if p >= 0.1 else "unlikely"
    shown = {"region": "hip", "for_": [], "against": [], "word": word} | fields | more
    return Source(id=name, name=name, plain=f"a {name}", p=p, prior=prior, **shown)


def found(**more):
    fields = {
        "place": "left groin",
        "side": "left",
        "setting": "self_referred",
        "answered": 4,
        "mechanisms": [],
        "conditions": [],
        "must_not_miss": [],
        "nonspecific": Nonspecific(p=0.0, conditions=[]),
        "coexisting": [],
        "hip_and_spine": 0.0,
        "tests": [],
    }
    return Likely(**fields | more)


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.97, "more than 9 in 10"),
        (0.949, "about 9 in 10"),
        (0.62, "about 6 in 10"),
        (0.1, "about 1 in 10"),
        (0.04, "about 4 in 100"),
        (0.001, "1 in 100 or fewer"),
    ],
)
def test_a_share_is_said_in_tens_or_in_hundreds(p, words):
    assert in_tens(p) == words


def test_likely_and_possible_ones_are_listed_and_the_rest_folded_away(library):
    said = listed(
        library, found(conditions=[source("stiff hip", 0.6), source("sore tendon", 0.1), source("knot", 0.09)])
    )

    assert [(one["name"], one["word"]) for one in said["sources"]] == [
        ("A stiff hip", "likely"),
        ("A sore tendon", "possible"),
    ]
    assert [one["name"] for one in said["less"]] == ["A knot"]
    assert (
        said["sources"][0]["number"]
        == "About 6 in 10, our estimate. Before your answers: about 1 in 10 people like you."
    )


def test_what_no_test_can_find_is_only_said_to_fit(library):
    said = listed(
        library, found(conditions=[source("disc", 0.6, consistent_with=True, because="No test can find it.")])
    )

    assert said["sources"][0]["fits"] == "Your answers fit this. They cannot show it. No test can find it."
    assert any("we can only say that your answers fit" in line for line in said["cannot"])


def test_answers_that_count_are_said_as_the_check_page_says_them(library):
    weeks = Reason(finding="pain_duration_weeks", label="how long it has hurt", answer="104", change=0.5)
    no = Reason(finding="buttock_pain", label="buttock pain", answer="no", change=-0.5)

    card = listed(library, found(conditions=[source("stiff hip", 0.6, for_=[weeks], against=[no])]))["sources"][0]

    assert card["speaks_for"] == ["How long it has hurt: 104 weeks"]
    assert card["against"] == ["Buttock pain: no"]


def test_a_dangerous_source_that_no_answer_points_to_is_not_named(library):
    serious = next(one.id for one in library.conditions.values() if one.serious)

    said = listed(library, found(conditions=[source(serious, 0.05)]))

    assert said["less"] == []
    assert said["mind"] == []


def test_at_most_three_things_are_to_be_kept_in_mind_and_none_that_is_listed_already(library):
    why = [Reason(finding="fever", label="fever in the last week", answer="yes", change=1.0)]
    rare = [Danger(id=f"d{n}", name="", plain=f"d{n}", p=0.01, prior=0.001, rise=2.0, why=why) for n in range(4)]
    risen = Danger(id="x", name="", plain="x", p=0.4, prior=0.1, rise=3.0, why=why)

    said = listed(library, found(must_not_miss=[risen, *rare]))

    assert [one["name"] for one in said["mind"]] == ["D0", "D1", "D2"]
    assert said["mind"][0]["why"] == ["Fever in the last week: yes"]


def test_two_at_once_are_both_named(library):
    pairs = [Together(conditions=["a", "b"], names=["a stiff hip", "a worn back"], p=0.6)]

    said = listed(library, found(coexisting=pairs, hip_and_spine=0.6))

    assert said["both"][0] == "Most likely it is both: a stiff hip and a worn back."
    assert "Hip and back often hurt together." in said["both"][1]


def test_pain_whose_source_nobody_can_name_is_explained_kindly_and_leads_when_it_is_likeliest(library):
    said = listed(library, found(nonspecific=Nonspecific(p=0.7, conditions=[]), conditions=[source("disc", 0.2)]))

    assert said["nobody"]["name"] == "Most likely nobody can name one source"
    assert "the pain is real" in said["nobody"]["means"]
    assert said["nobody_first"]
    assert listed(library, found(nonspecific=Nonspecific(p=0.09, conditions=[])))["nobody"] is None


def test_what_seems_to_be_going_on_is_likely_and_was_made_likelier(library):
    ways = [source("stiffness", 0.7, 0.3), source("load", 0.6, 0.65), source("nerve", 0.4, 0.1)]

    assert [one["name"] for one in listed(library, found(mechanisms=ways))["going_on"]] == ["A stiffness"]


def test_the_three_questions_that_would_tell_most_are_put_as_questions(library):
    tests = [
        Worth(
            finding=f"f{n}", label="", question=f"Q{n}?", how="history", check="", why="", bits=0, change=0, outcomes=[]
        )
        for n in range(5)
    ]

    assert [one["question"] for one in listed(library, found(tests=tests))["change"]] == ["Q0?", "Q1?", "Q2?"]


# when it may be said ----------------------------------------------------------------------------------


def no_to_the_rest(library, session):
    while step := next_page(library, session, triage(library, session.answers)):
        no = {item: False if library.findings[item].kind == "boolean" else 0.0 for item in step.items}
        session = replace(session, answers={**no, **session.answers})
    return session


def denying(library, **said):
    """Someone with back pain who answers no to all else, and one question about the source."""
    person = {"respondent": "self", "age_years": 44.0, "sex_at_birth": "male", "low_back_pain": True}
    answers = {**person, "pain_duration_weeks": 2.0, "pain_worse_sitting": True, **said}
    return no_to_the_rest(library, Session(answers=answers, confirmed=frozenset(said), recap="done"))


def report(library, session):
    complaint = Complaint(number=1, areas="low_back_middle", session="", version=0)
    complaint.episode = Episode(token="t", country="gb", respondent="self")
    return with_list(library, shareable(library, session, country="gb"), session, complaint)


def test_a_report_holds_the_list_once_a_question_was_answered(library):
    assert report(library, denying(library)).nonspecific is not None


@pytest.mark.parametrize("private", ["unsafe_at_home", "suicidal_thoughts", "immediate_danger_from_others"])
def test_what_was_said_in_private_changes_nothing_in_the_list_of_a_report(library, private):
    session = denying(library)
    answers = {**session.answers, private: True}
    told = no_to_the_rest(library, replace(session, answers=answers, confirmed=frozenset({private})))

    assert report(library, told) == report(library, session)
    assert report(library, told).nonspecific is not None


def test_no_private_answer_enters_the_reasoning(library):
    used = {name for test in network(library).tests for name in test.needs}

    assert [name for name in used if library.findings[name].private] == []


def test_an_emergency_or_an_open_question_comes_before_any_source(library):
    open_ = Session(answers={"low_back_pain": True, "age_years": 44.0})
    urgent = denying(library, saddle_anaesthesia=True)

    assert not ready(library, shareable(library, open_), open_)
    assert not ready(library, shareable(library, urgent), urgent)


def test_who_has_no_pain_is_told_of_no_source(library):
    nowhere = {area["finding"]: False for area in library.areas}

    assert painless(library, nowhere)
    assert painless(library, {**nowhere, "groin_pain": None})
    assert not painless(library, {**nowhere, "low_back_pain": True})
    assert not painless(library, {"slr_positive": True})


def test_a_few_days_are_not_said_as_no_year_at_all(library):
    assert in_full(library.findings["pain_duration_weeks"], 0.3) == "0.3 weeks"
    assert in_full(library.findings["pain_duration_weeks"], 2 / 7) == "2 days"
    assert in_full(library.findings["pain_duration_weeks"], 52.18) == "1 year"
