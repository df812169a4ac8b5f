"""From the danger questions to where the pain may come from, as people go it in a real browser."""

import io
import json

import pytest
from pypdf import PdfReader

from psoas.inquiry import MOST_QUESTIONS, askable, open_findings
from tests.web.people import ACHE, FEVER, PREGNANT, SADDLE, STRAIN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OFFER = "text=Answer a few more questions"


def base_of(way) -> str:
    return way.page.url.split("#")[0].rpartition("/")[0]


def exported(way) -> dict:
    return json.loads(way.context.request.get(f"{base_of(way).rpartition('/')[0]}/export.json").text())


def printed(way) -> str:
    body = way.context.request.get(f"{base_of(way)}/report.pdf").body()
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages).split())


def test_a_few_more_questions_lead_from_the_urgency_to_a_list_in_words(visit):
    way = visit()
    way.to_result(ACHE)
    assert "You can look after this yourself" in way.title
    assert "How sure?" not in way.sources

    seen = way.more()

    assert len(seen) >= 3
    assert all(reason.startswith("This helps to") for _, reason in seen)
    assert way.page.url.endswith("/result#sources")
    assert "low back, in the middle; left groin" in way.sources
    assert "What we cannot tell" in way.sources
    # The numbers come for whoever asks.
    number = way.page.locator(".source details p").first
    assert not number.is_visible()
    way.page.locator(".source summary").first.click()
    assert "our estimate" in number.inner_text()


def test_changing_an_answer_changes_the_list_and_comes_back_to_the_check_page(visit):
    way = visit()
    way.to_result(ACHE)
    first, _ = way.more()[0]
    before = way.sources
    way.page.click("text=Check or change your answers")

    way.page.locator(f"main dl a[href$='/change/{first}']").click()
    assert way.items == [first]
    way.say(False)

    assert way.title == "Check your answers"
    way.page.locator("text=See the answer").first.click()
    way.page.wait_for_load_state()
    assert way.sources != before


def test_the_pdf_and_the_json_say_what_the_screen_says(visit):
    way = visit()
    way.to_result(ACHE)
    assert "may come from" not in printed(way)
    way.more()
    first = way.page.locator(".source h3").first.inner_text().splitlines()[0]

    assert "Where your pain may come from" in printed(way)
    assert first in printed(way)
    assessment = exported(way)["complaints"][0]["assessment"]
    assert assessment["place"].startswith("low back, in the middle")
    assert assessment["side"] == "left"
    assert assessment["nonspecific"]["p"] > 0


def test_it_works_without_scripts(visit):
    way = visit(java_script_enabled=False)
    way.to_result(ACHE)

    way.more()

    assert "What we cannot tell" in way.sources


def test_whoever_has_had_enough_sees_the_list_and_may_go_on_later(visit):
    way = visit()
    way.to_result(ACHE)
    way.page.click(OFFER)

    way.page.click("text=That is enough, show me the answer")

    assert way.page.url.endswith("/result#sources")
    assert "What we cannot tell" in way.sources
    assert not way.page.locator(OFFER).count()
    way.page.click("text=Go on with the questions")
    assert f"Question 1 of at most {MOST_QUESTIONS}" in way.page.locator(".steps").inner_text()


def test_enough_keeps_the_answer_that_was_just_given(visit):
    way = visit()
    way.to_result(ACHE)
    way.page.click(OFFER)
    item = way.items[0]
    way.choose(item, True)

    way.page.click("text=That is enough, show me the answer")

    assert exported(way)["complaints"][0]["answers"][item] is True


def test_a_question_may_be_skipped_and_another_comes(visit):
    way = visit()
    way.to_result(ACHE)
    way.page.click(OFFER)
    item = way.items[0]

    way.page.click("text=Skip this one")

    assert way.items[0] != item
    assert "Question 2" in way.page.locator(".steps").inner_text()
    assert exported(way)["complaints"][0]["answers"][item] is None


def test_back_shows_the_question_before_with_its_answer(visit):
    way = visit()
    way.to_result(ACHE)
    way.page.click(OFFER)
    item = way.items[0]
    way.say(True)

    way.page.click("text=Back")

    assert way.items == [item]
    assert way.page.locator(f"input[name=f-{item}][value=yes]").is_checked()
    way.say(False)
    assert exported(way)["complaints"][0]["answers"][item] is False


def test_an_old_form_sent_again_changes_nothing(visit):
    way = visit()
    way.to_result(ACHE)
    way.page.click(OFFER)
    item = way.items[0]
    same, skipping = way.context.new_page(), way.context.new_page()
    for tab in (same, skipping):
        tab.goto(way.page.url)
    way.say(True)
    before = exported(way)["complaints"][0]

    same.check(f"input[name=f-{item}][value=yes]")
    same.locator("main form button[type=submit]").first.click()
    skipping.click("text=Skip this one")
    skipping.wait_for_load_state()

    assert exported(way)["complaints"][0] == before


def test_nothing_chosen_is_asked_for_once_more_and_the_reason_stays(visit):
    way = visit()
    way.to_result(ACHE)
    way.page.click(OFFER)
    reason = way.page.locator(".reason").inner_text()

    way.submit()

    assert "choose Yes, No or Not sure" in way.page.locator(".faults").inner_text()
    assert way.page.locator(".reason").inner_text() == reason


def test_a_small_test_says_how_and_may_be_left_out(visit, library):
    way = visit()
    way.to_result(ACHE)
    known = {"age_years": 62.0, "sex_at_birth": "female", "groin_pain": True, "low_back_pain": True}
    tests = [f for f in open_findings(library, known) if library.findings[f].how == "self_test"]

    way.page.goto(f"{base_of(way)}/source?item={sorted(tests)[0]}")

    text = way.page.locator(".how").inner_text()
    assert library.findings[sorted(tests)[0]].check in text
    assert "Leave it out if you would rather not." in text


def test_an_emergency_is_not_followed_by_causes_until_one_goes_on_from_it(visit):
    way = visit()
    way.begin()
    way.go_on(SADDLE, until="Is that right?")
    way.answer(SADDLE)
    base = base_of(way)

    way.page.goto(f"{base}/source")
    assert way.title == "Get help now"
    way.page.goto(f"{base}/result")
    assert not way.page.locator(".origin").count()

    way.page.goto(f"{base}/now")
    way.page.click("text=Go on with the questions for the letter")
    way.go_on(SADDLE)
    way.page.locator("text=See the answer").first.click()
    assert way.page.locator(".origin").count()


def test_an_emergency_that_is_found_later_interrupts_and_takes_the_list_away(visit):
    way = visit()
    way.to_result(ACHE)
    way.more()
    base = base_of(way)
    way.page.goto(f"{base}/change/saddle_anaesthesia")
    way.answer({"saddle_anaesthesia": True})
    way.answer({"saddle_anaesthesia": True})
    assert way.title == "Get help now"

    way.page.goto(f"{base}/source")
    assert way.title == "Get help now"
    way.page.goto(f"{base}/result")
    assert not way.page.locator(".origin").count()
    assert "may come from" not in printed(way)


def test_before_the_danger_questions_are_done_no_source_is_asked_for(visit):
    way = visit()
    way.begin()
    way.go_on(ACHE, until="Between the legs")

    way.page.goto(f"{base_of(way)}/source")

    assert way.title == "Between the legs"
    way.page.goto(f"{base_of(way)}/result")
    assert not way.page.locator(".origin").count()


def test_answers_that_clash_show_no_list(visit):
    way = visit()
    way.begin()
    way.go_on(PREGNANT)
    way.page.click("a:has-text('Change sex at birth')")
    way.answer({"sex_at_birth": "male"})
    way.go_on(PREGNANT)

    way.page.goto(f"{base_of(way)}/source")

    assert way.page.url.endswith("/result")
    assert "Only one of them can be right." in way.page.locator("main").inner_text()
    assert not way.page.locator(".origin").count()


def test_the_same_day_level_still_has_its_list_below_it(visit):
    way = visit()
    way.to_result(FEVER)

    way.more(False)

    assert way.title == "Be seen today"
    assert "says nothing of how urgent it is" in way.sources


def test_without_pain_no_source_of_pain_is_looked_for(visit):
    way = visit()
    way.to_result({**STRAIN, "areas": [], "pain_nprs": 0})

    assert not way.page.locator(".origin").count()


def test_two_pains_have_a_list_each(visit):
    way = visit()
    way.to_result({**ACHE, "areas": ["low_back_middle"]})
    way.more()
    way.page.click("text=Your record")
    way.page.click("text=Add another pain")
    way.go_on({**ACHE, "areas": ["left_groin"]})
    way.page.locator("text=See the answer").first.click()
    way.page.wait_for_load_state()
    assert "left groin" in way.sources

    way.more()

    first, second = (one["assessment"]["conditions"] for one in exported(way)["complaints"])
    assert first != second


def test_every_question_about_the_source_can_be_changed_from_the_check_page(visit, library):
    way = visit()
    way.to_result(ACHE)
    seen = {item for item, _ in way.more(False)}
    way.page.click("text=Check or change your answers")

    links = [one.get_attribute("href") for one in way.page.locator("main dl a").all()]

    assert seen <= askable(library)
    assert seen <= {link.rpartition("/")[2] for link in links}
    assert seen <= exported(way)["complaints"][0]["answers"].keys()
