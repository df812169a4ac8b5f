"""What the knowledge must hold as a whole."""

import re
from pathlib import Path

from psoas.inventory import take
from psoas.library import Urgency, level_of
from psoas.triage import triage

DOCS = Path(__file__).parents[2] / "docs"


def test_every_id_of_the_dossiers_has_one_meaning_or_a_reason_to_be_left_out(library):
    listed = [line.split("\t")[0] for line in (DOCS / "dossier-ids.tsv").read_text(encoding="utf-8").splitlines()]
    sections = library.knowledge.aliases.values()

    assert len(listed) > 1000
    for name in listed:
        assert sum(name in section for section in sections) == 1, name


def test_the_45_hazards_are_there_with_their_people(library):
    hazards = library.knowledge.hazards

    assert len(hazards) >= 45
    for hazard in hazards.values():
        assert hazard.basis
        for tier in hazard.tiers:
            assert tier.positive.answers
            assert tier.negative.answers


def test_the_near_miss_of_each_hazard_gets_no_more_than_it_should_but_for_a_visit_without_hurry(library):
    no = {f.id: False for f in library.findings.values() if f.kind == "boolean" and f.how == "history"}
    for hazard in library.knowledge.hazards.values():
        for tier in hazard.tiers:
            found = triage(library, {"respondent": "self", **no, **tier.negative.answers})
            assert found.certain <= max(level_of(tier.negative.gets), Urgency.routine), tier.negative.who


def test_every_red_flag_says_what_it_means_in_all_its_parts(library):
    for flag in library.flags:
        assert flag.because
        assert flag.do_now
        assert flag.sources
        assert flag.cases
        assert flag.decides
        assert flag.review.status == "draft"
        assert {case.then for case in flag.cases} >= {True, False}


def test_nothing_is_marked_as_reviewed_that_no_clinician_signed(library):
    reviews = [flag.review for flag in library.flags] + [h.review for h in library.knowledge.hazards.values()]
    reviews += [one.review for one in (*library.conditions.values(), *library.mechanisms.values())]

    assert {(review.status, review.by) for review in reviews} == {("draft", None)}


def test_no_statement_rests_on_memory(library):
    assert take(library)["numbers"]["memory"] == 0


def test_every_red_flag_stands_in_the_table_of_decision_rows_and_every_rule_named_there_exists(library):
    text = (DOCS / "left-out.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", text)) - {"by_proxy", "disagreement", "do_now"}

    assert set(library.red_flags) <= named
    assert named <= set(library.red_flags)


def test_the_pages_hold_the_wording_of_every_question_once(library):
    items = [item for page in library.pages for item in page.items]

    assert len(items) == len(set(items))
    for item in items:
        assert library.findings[item].question, item
