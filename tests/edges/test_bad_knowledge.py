"""Each kind of fault in a knowledge file stops the load with the file, the line, and what would fit."""

import shutil

import pytest

from psoas.errors import KnowledgeError
from psoas.library import KNOWLEDGE, load

RULE = "red_flags/cauda_equina_saddle.yaml"
NERVE, DISC = "mechanisms/nerve_root_irritation.yaml", "conditions/lumbar_disc_herniation_radiculopathy.yaml"
MORE = "findings:\n- {id: extra, when: knee_pain, present: 0.5, absent: 0.1}"

FAULTS = [
    # file, text, replaced by, what the error says
    (RULE, "when: saddle_anaesthesia", "when: saddle_anesthesia", 'Did you mean "saddle_anaesthesia"'),
    (RULE, "when: saddle_anaesthesia", "when: NOT saddle_anaesthesia", "stands under NOT"),
    (RULE, "when: saddle_anaesthesia", "when: saddle_anaesthesia AND", "cannot read"),
    (RULE, "when: saddle_anaesthesia", "when: saddle_anaesthesia IS NULL", "not part of the language"),
    (RULE, "when: saddle_anaesthesia", "when: age_years", "is a number and needs a comparison"),
    (RULE, "when: saddle_anaesthesia", "when: age_years >= 700", "is never 700"),
    (RULE, "when: saddle_anaesthesia", "when: sex_at_birth = 'man'", "does not fit"),
    (RULE, "when: saddle_anaesthesia", "when: at_least(3, saddle_anaesthesia)", "does not fit"),
    (RULE, "urgency: emergency", "urgency: urgent", "One of routine, within_2_weeks, same_day, emergency"),
    (RULE, "act_within: now", "act_within: 2 d", "is longer than emergency allows"),
    (RULE, "act_within: now", "act_within: soon", "is no time"),
    (RULE, "  counts_as: emergency", "  counts_as: maybe", "does not fit"),
    (RULE, "precedence: ", "priority: ", "Object contains unknown field `priority`"),
    (RULE, "id: csp_girft_2024", "id: csp_girft_2025", 'Did you mean "csp_girft_2024"'),
    (RULE, "id: cauda_equina_saddle", "id: saddle", "is not the file's name"),
    (RULE, "urgency: emergency", "urgency: emergency\nurgency: routine", "the key `urgency` stands twice"),
    (RULE, "title: ", "title: [", "cannot be read as YAML"),
    (RULE, "then: true", "then: false", "the rule says"),
    ("findings/fever.yaml", "kind: boolean", "kind: bool", "Invalid enum value"),
    ("findings/age_years.yaml", "unit: years", "unit: Years", "is not known"),
    ("findings/fever.yaml", "question: ", "quest: ", "unknown field `quest`"),
    ("pages/D.yaml", "- fever", "- feverish", 'Did you mean "fever"'),
    ("pages/D.yaml", "- hot_swollen_area", "- fever", "already stands on page D"),
    (
        "hazards/sepsis.yaml",
        "source:sepsis_trust_leaflet",
        "source:sepsis_leaflet",
        'Did you mean "sepsis_trust_leaflet"',
    ),
    (NERVE, "id: slr_positive", "id: straight_leg_raise", 'no finding is called "straight_leg_raise"'),
    (NERVE, "id: slr_positive", "id: fever", "a finding has one parent and counts once"),
    (NERVE, "id: slr_positive", "id: suicidal_thoughts", "is private"),
    (NERVE, "leak: 0.04", "leak: 0", "is not a share between 0 and 1"),
    ("mechanisms/carrier_groin_pain.yaml", "findings:", MORE, "a carrier has one finding"),
    (DISC, "mechanism: nerve_root_irritation", "mechanism: nerve_irritation", 'Did you mean "nerve_root_irritation"'),
    (DISC, "region: spine", "region: back", "One of spine, hip, pelvis, beyond"),
    (DISC, "'0': ", "'1': ", "does not say from what age 0 on"),
    ("conditions/facet_joint_pain.yaml", "because: ", "means_more: ", "unknown field `means_more`"),
    ("population.yaml", "coexisting: [0.805", "coexisting: [0.9", "is not three shares that add up to one"),
    ("population.yaml", "pair: [greater_", "pair: [great_", 'Did you mean "greater_'),
    ("countries/gb.yaml", "name: United Kingdom", "title: United Kingdom", "has other keys"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return shutil.copytree(KNOWLEDGE, tmp_path_factory.mktemp("k") / "knowledge")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "text", "by", "says"), FAULTS, ids=[f"{f[0]}: {f[2]}"[:60] for f in FAULTS])
def test_a_fault_in_a_file_is_a_clear_error_with_file_and_line(copy, name, text, by, says):
    file = copy / name
    before = file.read_text(encoding="utf-8")
    assert text in before
    file.write_text(before.replace(text, by, 1), encoding="utf-8")
    try:
        with pytest.raises(KnowledgeError) as caught:
            load(copy)
    finally:
        file.write_text(before, encoding="utf-8")

    assert says in str(caught.value)
    assert name in caught.value.where or name.partition("/")[0] in caught.value.where
    assert "line" in caught.value.where


def test_a_file_that_is_not_text_is_named(copy):
    file = copy / "findings" / "fever.yaml"
    before = file.read_bytes()
    file.write_bytes(b"\xff\xfe\x00")
    try:
        with pytest.raises(KnowledgeError, match="not UTF-8"):
            load(copy)
    finally:
        file.write_bytes(before)


@pytest.mark.slow
def test_causes_that_add_up_to_more_than_people_have_stop_the_load_and_say_who(copy):
    file = copy / DISC
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("'18': ", "'18': 9", 1), encoding="utf-8")
    try:
        with pytest.raises(KnowledgeError, match=r"the causes of female, 18 years, primary_care add up to 1\.\d\d"):
            load(copy)
    finally:
        file.write_text(before, encoding="utf-8")
