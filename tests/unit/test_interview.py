"""The danger pages: what is asked of whom, and how an answer is confirmed, looked over and taken back."""

import pytest

from psoas.errors import InputError
from psoas.inquiry import askable
from psoas.interview import Session, complete, give, next_step, pages_for
from psoas.library import Urgency
from psoas.triage import triage

SELF = {"respondent": "self"}

# The people of the danger screen's notes, section 3: pages and items seen when every danger item is answered no.
PEOPLE = [
    (
        "man of 29, strain for two days",
        {**SELF, "age_years": 29.0, "sex_at_birth": "male", "low_back_pain": True, "pain_duration_weeks": 0.3},
        "A B C D E F G K",
        45,
    ),
    (
        "woman of 48, two weeks of severe sciatica, cannot sleep",
        {
            **SELF,
            "age_years": 48.0,
            "sex_at_birth": "female",
            "low_back_pain": True,
            "radiating_leg_pain": True,
            "pain_duration_weeks": 2.0,
            "could_be_pregnant": False,
        },
        "A B C D E F G K",
        46,
    ),
    (
        "woman of 55, outer hip pain",
        {
            **SELF,
            "age_years": 55.0,
            "sex_at_birth": "female",
            "lateral_hip_pain": True,
            "pain_duration_weeks": 20.0,
            "could_be_pregnant": False,
        },
        "A B C D E F G H1 K",
        53,
    ),
    (
        "woman of 30, groin pain, not pregnant",
        {
            **SELF,
            "age_years": 30.0,
            "sex_at_birth": "female",
            "groin_pain": True,
            "pain_duration_weeks": 3.0,
            "could_be_pregnant": False,
        },
        "A B C D E F G H1 H2 K",
        58,
    ),
    (
        "man of 70, ten-year stiff hip felt in groin and knee",
        {
            **SELF,
            "age_years": 70.0,
            "sex_at_birth": "male",
            "groin_pain": True,
            "knee_pain": True,
            "pain_duration_weeks": 520.0,
        },
        "A B C D E F G H1 H2 K",
        65,
    ),
    (
        "woman of 28, 21 weeks pregnant, back pain",
        {
            **SELF,
            "age_years": 28.0,
            "sex_at_birth": "female",
            "low_back_pain": True,
            "pain_duration_weeks": 3.0,
            "could_be_pregnant": True,
            "pregnancy_weeks": 21.0,
        },
        "A B C D E F G I K",
        47,
    ),
    (
        "woman of 82 with a helper, back pain",
        {
            "respondent": "helper_present",
            "age_years": 82.0,
            "sex_at_birth": "female",
            "low_back_pain": True,
            "pain_duration_weeks": 2.0,
        },
        "A B C D E F G K",
        50,
    ),
    (
        "boy of 12, knee pain",
        {
            "respondent": "helper_present",
            "age_years": 12.0,
            "sex_at_birth": "male",
            "knee_pain": True,
            "pain_duration_weeks": 5.0,
        },
        "A J B C D E F G H2 K",
        53,
    ),
]


@pytest.mark.parametrize(("who", "answers", "pages", "items"), PEOPLE, ids=[person[0] for person in PEOPLE])
def test_each_person_sees_the_pages_and_the_number_of_items_of_the_danger_screen(library, who, answers, pages, items):
    seen = pages_for(library, answers, library_pages(library, "danger"))

    assert list(seen) == pages.split()
    assert sum(map(len, seen.values())) == items


def library_pages(library, kind):
    return [page.id for page in library.pages if page.asks == kind]


def start(**answers):
    everything = {"respondent": "self", "age_years": 44.0, "sex_at_birth": "male", "low_back_pain": True}
    return Session(answers={**everything, **answers})


def finish(library, session, **wanted):
    """Answer the rest: what is wanted, and no to all else."""
    while (step := next_step(library, session)).kind == "questions":
        for item in step.items:
            kind = library.findings[item].kind
            no = False if kind == "boolean" else 1.0 if kind == "number" else "same"
            session = give(library, session, item, wanted.get(item, no))
            if next_step(library, session).kind != "questions":
                break
    return session


def test_an_alarming_yes_is_read_back_before_it_counts_as_settled(library):
    session = give(library, start(), "saddle_anaesthesia", True)

    step = next_step(library, session)

    assert (step.kind, step.items) == ("confirm", ["saddle_anaesthesia"])
    assert triage(library, session.answers).certain is Urgency.emergency


def test_a_confirmed_emergency_ends_the_questions_at_once(library):
    session = give(library, start(), "saddle_anaesthesia", True)

    session = give(library, session, "saddle_anaesthesia", True)

    assert next_step(library, session).kind == "done"
    assert complete(library, session)


def test_a_row_ticked_by_mistake_is_plainly_corrected_and_both_answers_are_kept(library):
    session = give(library, start(), "saddle_anaesthesia", True)

    session = give(library, session, "saddle_anaesthesia", False)

    assert session.answers["saddle_anaesthesia"] is False
    assert [(c.was, c.now) for c in session.changes] == [(True, False)]
    assert triage(library, session.answers).certain is Urgency.self_care


def test_taking_an_emergency_back_needs_a_second_word(library):
    session = give(library, start(), "saddle_anaesthesia", True)
    session = give(library, session, "saddle_anaesthesia", True)

    session = give(library, session, "saddle_anaesthesia", False)

    assert next_step(library, session).kind == "settle"
    assert triage(library, session.answers).certain is Urgency.emergency
    settled = give(library, session, "saddle_anaesthesia", False)
    assert triage(library, settled.answers).certain is Urgency.self_care
    kept = give(library, session, "saddle_anaesthesia", True)
    assert triage(library, kept.answers).certain is Urgency.emergency
    assert next_step(library, kept).kind == "done"


def test_no_other_answer_takes_an_emergency_back(library):
    session = start(saddle_anaesthesia=True)
    session = give(library, session, "saddle_anaesthesia", True)

    for item in ("acute_urinary_retention", "new_bladder_change", "bilateral_sciatica"):
        session = give(library, session, item, False)

    assert triage(library, session.answers).certain is Urgency.emergency


def test_before_a_low_outcome_the_alarming_rows_are_read_back_once(library):
    session = finish(library, start())

    step = next_step(library, session)

    assert step.kind == "recap"
    assert step.items[:2] == ["syncope", "sudden_severe_torso_pain"]
    assert "saddle_anaesthesia" in step.items
    assert step.items[-1] == "bilateral_sciatica"
    assert complete(library, give(library, session, "recap", True))


def test_a_change_at_the_recap_asks_those_lines_again_and_then_ends(library):
    session = finish(library, start())

    session = give(library, session, "recap", ["syncope"])

    assert next_step(library, session).items == ["syncope"]
    session = give(library, session, "syncope", False)
    assert next_step(library, session).kind == "done"


def test_a_recap_answered_with_no_asks_all_its_lines_once_more(library):
    session = finish(library, start())

    session = give(library, session, "recap", False)

    assert next_step(library, session).page.id == "A"
    assert next_step(library, finish(library, session)).kind == "done"


def test_after_same_day_only_what_may_be_an_emergency_is_still_asked(library):
    session = start(fever=True)
    asked = set()
    while (step := next_step(library, session)).kind == "questions":
        asked.update(step.items)
        for item in step.items:
            kind = library.findings[item].kind
            session = give(library, session, item, False if kind == "boolean" else 1.0 if kind == "number" else "same")

    assert triage(library, session.answers).certain is Urgency.same_day
    assert {"saddle_anaesthesia", "bilateral_sciatica", "suicidal_thoughts"} <= asked
    assert not {"groin_lump", "psoriasis", "bilateral_girdle_stiffness"} & asked


def test_the_page_on_violence_is_not_shown_to_someone_who_answers_for_another(library):
    answers = {"respondent": "proxy", "age_years": 81.0, "sex_at_birth": "female", "low_back_pain": True}

    assert "unsafe_at_home" not in pages_for(library, answers)["K"]
    assert "unsafe_at_home" in pages_for(library, {**answers, "respondent": "self"})["K"]


def test_an_unknown_finding_is_refused_with_the_nearest_name(library):
    with pytest.raises(InputError, match='Did you mean "saddle_anaesthesia"'):
        give(library, start(), "saddle_anesthesia", True)


def test_the_order_of_the_pages_is_danger_first(library):
    order = [page.id for page in library.pages if page.asks not in ("source", "clinician")]

    assert order == ["S", "A", "J", "B", "C", "D", "E", "F", "G", "H1", "H2", "I", "L", "K"]
    assert [page.asks for page in library.pages] == sorted(
        (page.asks for page in library.pages), key=lambda asks: {"source": 1, "clinician": 2}.get(asks, 0)
    )


def test_a_first_not_sure_is_put_once_more_with_its_check_and_only_the_second_counts(library):
    once = give(library, start(), "saddle_anaesthesia", None)

    step = next_step(library, once)

    assert (step.kind, step.items) == ("check", ["saddle_anaesthesia"])
    assert triage(library, once.answers).certain is Urgency.self_care
    assert triage(library, once.answers).possible is Urgency.emergency
    twice = give(library, once, "saddle_anaesthesia", None)
    assert triage(library, twice.answers).certain is Urgency.emergency


def test_a_check_that_settles_it_is_an_ordinary_answer(library):
    once = give(library, start(), "saddle_anaesthesia", None)

    assert give(library, once, "saddle_anaesthesia", False).answers["saddle_anaesthesia"] is False


def test_a_sign_of_danger_is_not_asked_of_a_person_where_no_rule_hears_the_yes(library):
    heard_by_no_rule = {"trunk_band_or_level", "deep_lump", "jaundice"}

    assert not heard_by_no_rule & askable(library)
    assert heard_by_no_rule <= askable(library, clinician=True)
