"""What the likely sources of a few plain people must be, as sentences that a clinician could dispute."""

from __future__ import annotations

import math

import pytest

from psoas.answer import Danger, Likely, word, worth_a_word
from psoas.findings import Value
from psoas.kernels import numba_kernels
from psoas.likely import reasoned
from psoas.reasoning import network, posterior
from psoas.web.sources import sources


def told(library, setting: str = "primary_care", **answers: Value | None) -> Likely:
    return reasoned(library, answers, setting=setting, clinician=True, kernels=numba_kernels())


def first(found: Likely, count: int = 3) -> list[str]:
    return [one.id for one in found.conditions[:count]]


def p(found: Likely, name: str) -> float:
    return next((one.p for one in found.conditions if one.id == name), 0.0)


NO_PLACE = dict.fromkeys(
    ("low_back_pain", "buttock_pain", "groin_pain", "lateral_hip_pain", "thigh_pain", "knee_pain", "hip_pain_unplaced"),
    False,
)
STIFF_HIP = dict.fromkeys(
    (
        "reduced_hip_internal_rotation",
        "reduced_passive_hip_adduction",
        "hip_motion_restricted_any_plane",
        "hip_motion_restricted_three_planes",
        "difficulty_with_socks_and_shoes",
        "seated_internal_rotation_self_test",
    ),
    True,
)


def test_six_signs_of_a_stiff_hip_are_one_phenomenon_and_do_not_make_it_certain(library):
    one = told(library, age_years=52.0, sex_at_birth="female", groin_pain=True, reduced_hip_internal_rotation=True)
    six = told(library, age_years=52.0, sex_at_birth="female", groin_pain=True, **STIFF_HIP)

    assert p(one, "hip_osteoarthritis") < p(six, "hip_osteoarthritis") < 0.9


def test_a_stiff_groin_and_a_walk_cut_short_until_bending_forward_are_two_sources_at_once(library):
    walk = dict.fromkeys(("legs_fail_walking", "relief_bending_forward", "no_pain_when_seated", "worse_standing"), True)
    places = {**NO_PLACE, "low_back_pain": True, "buttock_pain": True, "groin_pain": True}

    found = told(library, age_years=72.0, sex_at_birth="female", **places, **STIFF_HIP, **walk)

    assert p(found, "hip_osteoarthritis") > 0.5
    assert p(found, "lumbar_spinal_stenosis") > 0.5
    assert {"hip_osteoarthritis", "lumbar_spinal_stenosis"} in [set(pair.conditions) for pair in found.coexisting]
    assert found.hip_and_spine > 0.3


def test_pain_at_the_side_of_the_hip_of_a_woman_of_55_that_hurts_to_lie_on_is_the_tendons_there(library):
    side = {**NO_PLACE, "lateral_hip_pain": True, "pain_side_lying": True, "trochanter_press_self_test": True}

    assert first(told(library, age_years=55.0, sex_at_birth="female", **side), 1) == [
        "greater_trochanteric_pain_syndrome"
    ]


def test_groin_pain_on_impact_in_a_runner_who_trains_more_reaches_a_stress_fracture(library):
    run = {**NO_PLACE, "groin_pain": True, "impact_hip_pain": True, "bone_stress_load": True}

    found = told(library, age_years=24.0, sex_at_birth="female", **run)

    assert "femoral_neck_stress_fracture" in first(found) + [danger.id for danger in found.must_not_miss[:3]]


def test_a_stiff_back_in_the_morning_and_the_second_half_of_the_night_at_24_reaches_inflammation(library):
    night = dict.fromkeys(
        ("wakes_second_half_of_night", "eases_with_movement", "alternating_buttock_pain", "good_nsaid_response"), True
    )
    back = {**NO_PLACE, "low_back_pain": True, "morning_stiffness_minutes": 60.0, "pain_duration_weeks": 60.0}

    found = told(library, age_years=24.0, sex_at_birth="male", **back, **night)

    assert "axial_spondyloarthritis" in first(found, 2)
    assert next(one for one in found.mechanisms if not one.p < 0.5).id == "inflammatory_pain"


def test_fever_and_a_needle_near_the_spine_raise_an_infection_without_making_it_likely(library):
    ill = {"low_back_pain": True, "fever": True, "recent_spinal_or_joint_procedure": True}

    found = told(library, age_years=60.0, sex_at_birth="male", **ill)

    assert {"spinal_infection", "spinal_epidural_abscess"} & {danger.id for danger in found.must_not_miss[:3]}
    assert p(found, "spinal_infection") < 0.5
    assert "fever" in [reason.finding for reason in found.must_not_miss[0].why]


def test_pain_that_no_bedside_test_can_place_is_only_consistent_with_its_source(library):
    facet = {"low_back_pain": True, "extension_pain": True, "one_sided_low_back_pain": True}

    found = told(library, age_years=60.0, sex_at_birth="male", **facet)

    marked = {one.id for one in found.conditions if one.consistent_with}
    assert "facet_joint_pain" in marked
    assert all(one.because for one in found.conditions if one.consistent_with)


def test_a_disc_on_a_scan_at_70_moves_little(library):
    before = told(library, age_years=70.0, sex_at_birth="male", low_back_pain=True)
    after = told(library, age_years=70.0, sex_at_birth="male", low_back_pain=True, mri_disc_herniation=True)

    assert p(after, "discogenic_pain") - p(before, "discogenic_pain") < 0.1


def test_pain_nobody_can_name_is_listed_apart_and_leads_when_nothing_speaks_for_a_source(library):
    found = told(library, age_years=40.0, sex_at_birth="male", low_back_pain=True)

    assert found.nonspecific.p > 0.4
    assert not {"nonspecific_low_back_pain", "nonspecific_hip_pain"} & {one.id for one in found.conditions}


def test_an_answer_for_and_one_against_stand_with_the_condition_and_no_interval_is_claimed(library):
    signs = {"low_back_pain": True, "slr_positive": True, "leg_tingling": False}

    found = told(library, age_years=40.0, sex_at_birth="male", **signs)

    disc = next(one for one in found.conditions if one.id == "lumbar_disc_herniation_radiculopathy")
    assert "slr_positive" in [reason.finding for reason in disc.for_]
    assert "leg_tingling" in [reason.finding for reason in disc.against]
    assert (disc.low, disc.high) == (None, None)


def test_for_each_test_it_says_what_the_probabilities_become_either_way(library):
    found = told(library, age_years=40.0, sex_at_birth="male", low_back_pain=True, radiating_leg_pain=True)

    raise_ = next(test for test in found.tests if test.finding == "slr_positive")
    yes, no = raise_.outcomes
    disc = {outcome.answer: {one.id: one.p for one in outcome.conditions} for outcome in (yes, no)}
    assert yes.chance + no.chance == pytest.approx(1)
    name = "lumbar_disc_herniation_radiculopathy"
    done = told(
        library, age_years=40.0, sex_at_birth="male", low_back_pain=True, radiating_leg_pain=True, slr_positive=True
    )
    assert disc["yes"][name] == pytest.approx(p(done, name), abs=1e-4)
    assert disc["yes"][name] > p(found, name) > disc["no"][name]


def test_the_side_and_the_place_are_kept(library):
    found = reasoned(library, {"groin_pain": True}, place="left groin", side="left")

    assert (found.place, found.side) == ("left groin", "left")


@pytest.mark.parametrize("name", ["suicidal_thoughts", "unsafe_at_home", "too_many_painkillers"])
def test_what_is_private_tells_nothing_of_the_source(library, name):
    net = network(library)

    assert (posterior(net, {"low_back_pain": True, name: True}).p == posterior(net, {"low_back_pain": True}).p).all()


def test_no_set_of_answers_of_the_shipped_network_is_impossible(library):
    net = network(library)
    for value in (True, False):
        everything = {f.id: value for f in library.findings.values() if f.kind == "boolean"}
        for age, sex in ((9.0, "male"), (33.0, "female"), (88.0, "female"), (None, None)):
            found = posterior(net, {**everything, "age_years": age, "sex_at_birth": sex})
            assert found.weight.sum() == pytest.approx(1)
            assert ((found.p >= 0) & (found.p <= 1 + 1e-9)).all()


def test_a_person_is_told_of_a_danger_only_when_its_odds_rose_fourfold(library):
    ill_hip = {"fever": True, "unable_to_weight_bear": True, "hip_replacement": False}
    groin = told(library, age_years=62.0, sex_at_birth="female", groin_pain=True)
    ill = told(library, age_years=62.0, sex_at_birth="female", groin_pain=True, **ill_hip)

    assert groin.must_not_miss
    assert not worth_a_word(groin.must_not_miss)
    possible = {one.id for one in ill.conditions if one.word != "unlikely"}
    assert "septic_arthritis_hip" in possible | {danger.id for danger in worth_a_word(ill.must_not_miss)}
    assert worth_a_word(ill.must_not_miss)


def test_the_clinicians_table_holds_every_condition_once_and_in_order(library):
    found = told(library, age_years=70.0, sex_at_birth="male", groin_pain=True, fever=True, legs_fail_walking=True)

    table = sources(library, found)

    assert [one.id for one in [*table["conditions"], *table["others"]]] != []
    assert sorted(one.id for one in [*table["conditions"], *table["others"]]) == sorted(c.id for c in found.conditions)


def test_denying_something_that_moves_nothing_does_not_reorder_the_list(library):
    before = told(library, age_years=50.0, sex_at_birth="female", low_back_pain=True)
    after = told(library, age_years=50.0, sex_at_birth="female", low_back_pain=True, hip_replacement=False)

    assert first(before, 5) == first(after, 5)


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.099, "unlikely"),
        (0.1, "possible"),
        (0.101, "possible"),
        (0.499, "possible"),
        (0.5, "likely"),
        (0.501, "likely"),
    ],
)
def test_each_word_begins_at_its_share(p, said):
    assert word(p) == said


@pytest.mark.parametrize(("odds", "told_of"), [(3.99, False), (4.0, True), (4.01, True)])
def test_a_danger_is_told_from_a_fourfold_rise_on(odds, told_of):
    one = Danger(id="d", name="d", plain="d", p=0.01, prior=0.001, rise=math.log(odds), why=[])

    assert bool(worth_a_word([one])) is told_of


def test_no_more_than_three_dangers_are_told_and_none_that_is_already_possible():
    made = [Danger(id=str(n), name="", plain="", p=0.01, prior=0.001, rise=3.0, why=[]) for n in range(5)]
    possible = Danger(id="p", name="", plain="", p=0.1, prior=0.001, rise=5.0, why=[])

    assert [one.id for one in worth_a_word([possible, *made])] == ["0", "1", "2"]
