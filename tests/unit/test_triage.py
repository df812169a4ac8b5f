"""Sentences about triage that someone could dispute."""

import pytest

from psoas.assessment import Names, assess, shareable
from psoas.errors import InputError
from psoas.intake import checked, judged
from psoas.interview import Session
from psoas.library import Urgency
from psoas.triage import contradictions, together, triage


def certain(library, **answers):
    return triage(library, answers).certain


def session(**answers):
    return Session(answers=answers, confirmed=frozenset(answers), recap="done")


def test_saddle_numbness_is_an_emergency_even_when_little_else_is_known(library):
    found = triage(library, {"low_back_pain": True, "saddle_anaesthesia": True})

    assert found.certain is Urgency.emergency
    assert found.first.id == "cauda_equina_saddle"
    assert found.act_within == "now"


def test_nothing_known_is_self_care_for_certain_and_an_emergency_for_possible(library):
    found = triage(library, {})

    assert (found.certain, found.possible) == (Urgency.self_care, Urgency.emergency)


def test_not_sure_about_saddle_numbness_is_an_emergency_for_the_person_and_same_day_for_a_helper(library):
    assert certain(library, respondent="self", saddle_anaesthesia=None) is Urgency.emergency
    assert certain(library, respondent="proxy", saddle_anaesthesia=None) is Urgency.same_day


def test_while_nobody_knows_who_answers_not_sure_counts_as_the_lesser_and_holds_the_greater_open(library):
    found = triage(library, {"saddle_anaesthesia": None})

    assert (found.certain, found.possible) == (Urgency.same_day, Urgency.emergency)


def test_not_sure_about_sex_raises_nothing(library):
    asked = dict.fromkeys(("saddle_anaesthesia", "new_bladder_change", "new_bowel_control_loss"), False)

    assert certain(library, respondent="self", new_sexual_change=None, **asked) is Urgency.self_care


@pytest.mark.parametrize(
    "answers", [{"age_years": 55.0}, {"pain_nprs": 10.0}, {"onset_sudden": True}, {"diabetes": True}]
)
def test_a_weak_flag_alone_does_not_escalate(library, answers):
    assert certain(library, low_back_pain=True, pain_duration_weeks=1.0, **answers) is Urgency.self_care


def test_a_gate_hides_a_question_and_a_clinician_may_still_give_its_answer(library):
    hidden = {"age_years": 30.0, "low_back_pain": True}

    assert certain(library, **hidden) is Urgency.self_care
    assert certain(library, vision_change_new=True, **hidden) is Urgency.emergency


def test_a_sign_that_was_not_looked_for_holds_nothing_open(library):
    assert "exam_anal_tone" not in {s.flag.id for s in triage(library, {"low_back_pain": True}).open}
    assert certain(library, reduced_anal_tone=True) is Urgency.emergency


def test_a_residual_under_200_ml_stands_nothing_down(library):
    assert certain(library, saddle_anaesthesia=True, post_void_residual_ml=50.0) is Urgency.emergency


def test_the_shortest_time_of_the_flags_at_the_level_counts(library):
    found = triage(library, {"rigid_or_worsening_belly": True, "saddle_anaesthesia": True})

    assert found.act_within == "now"


def test_a_harmless_reason_changes_the_tone_and_never_the_urgency(library):
    answers = {"age_years": 60.0, "unexplained_weight_loss": True}
    plain = assess(library, session(**answers))
    explained = assess(library, session(**answers), explained={"unexplained_weight_loss": "a diet"})

    assert plain.urgency.certain == explained.urgency.certain == "within_2_weeks"
    assert plain.urgency.red_flags[0].tone == ""
    assert "harmless reason" in explained.urgency.red_flags[0].tone


# several complaints together -------------------------------------------------------------------------


def test_two_complaints_are_looked_at_together(library):
    back = {"age_years": 60.0, "history_of_cancer": True, "low_back_pain": True, "pain_new_or_changed": False}
    leg = {"age_years": 60.0, "history_of_cancer": True, "radiating_leg_pain": True, "pain_new_or_changed": False}

    assert triage(library, back).certain < Urgency.emergency
    assert triage(library, leg).certain < Urgency.emergency
    assert together(library, [back, leg]).certain is Urgency.emergency


def test_each_complaint_keeps_its_own_duration(library):
    old = {"age_years": 40.0, "groin_pain": True, "pain_duration_weeks": 520.0}
    new = {"age_years": 40.0, "low_back_pain": True, "pain_duration_weeks": 1.0, "constant_progressive_pain": False}

    assert together(library, [old, new]).certain is Urgency.self_care


def test_two_complaints_that_disagree_about_the_person_are_refused(library):
    with pytest.raises(InputError, match="two complaints of one person"):
        together(library, [{"age_years": 40.0}, {"age_years": 41.0}])


def test_a_file_may_hold_several_complaints(library):
    request = checked(
        library,
        {
            "answers": {"age_years": 60, "history_of_cancer": True},
            "complaints": [
                {"place": "back", "answers": {"low_back_pain": True}},
                {"place": "left leg", "answers": {"radiating_leg_pain": True}},
            ],
        },
    )

    assert judged(library, request).urgency.certain == "emergency"


# what stays out of a report --------------------------------------------------------------------------


def test_how_a_child_was_hurt_reaches_the_clinician_and_not_the_carer(library):
    child = session(respondent="proxy", age_years=0.0, thigh_pain=True, injury_not_explained=True)

    carer = shareable(library, child)
    letter = shareable(library, child, clinician=True)

    assert carer.urgency.certain == "emergency"
    assert "child_injury_unexplained" not in [flag.id for flag in carer.urgency.red_flags]
    assert "child_injury_unexplained" in [flag.id for flag in letter.urgency.red_flags]


def test_suicide_and_violence_leave_no_trace_in_a_report(library):
    person = session(respondent="self", age_years=40.0, suicidal_plan_or_intent=True, unsafe_at_home=True)

    report = shareable(library, person)

    assert report.urgency.certain == "self_care"
    assert report.urgency.red_flags == []
    assert "suicid" not in str(report)


def test_a_private_question_that_was_denied_is_not_listed_as_denied(library):
    found = assess(library, session(respondent="self", age_years=40.0, suicidal_thoughts=False, fever=False))

    assert found.denied_danger_signs == ["fever in the last week"]


# contradictions --------------------------------------------------------------------------------------


def test_answers_that_cannot_both_be_true_are_named(library):
    found = contradictions(library, {"sex_at_birth": "male", "could_be_pregnant": True})

    assert found == [("A pregnancy was given, and male as the sex at birth.", ["sex_at_birth", "could_be_pregnant"])]


# countries -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "number"), [("gb", "999"), ("us", "911"), ("au", "000"), ("nz", "111"), ("zz", "112")]
)
def test_the_country_gives_the_emergency_number(library, country, number):
    found = assess(library, session(saddle_anaesthesia=True, respondent="self"), country=country)

    assert found.emergency_number == number


@pytest.mark.parametrize("country", ["gb", "us", "ie", "ca", "au", "nz", "in", "zz"])
def test_no_text_for_a_person_keeps_a_placeholder(library, country):
    names = Names(library, country)

    for flag in library.flags:
        assert "{" not in names.filled(flag.do_now + flag.say)
    for level in library.words["levels"].values():
        assert "{" not in names.filled(level["do"] + level["again"])
