"""Whole ways through the app in a real browser, as people go them."""

import csv
import io
import json

import pytest

from tests.web.people import CHILD, FEVER, PREGNANT, SADDLE, STRAIN

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_an_ordinary_strain_ends_in_self_care_with_a_safety_net(visit, library):
    way = visit()
    way.begin()

    seen = way.go_on(STRAIN)

    assert seen[0] == "About you and your pain"
    assert "Between the legs" in seen
    assert "Before we answer" in seen
    way.page.click("text=See the answer")
    assert way.title == "You can look after this yourself for now"
    text = way.page.locator("main").inner_text()
    assert 'What would mean "go now"' in text
    assert "This cannot rule danger out." in text
    assert library.words["draft"] in text


def test_an_emergency_interrupts_with_the_number_the_words_and_the_reason(visit):
    way = visit()
    way.begin()

    way.go_on(SADDLE, until="Is that right?")
    way.answer(SADDLE)

    assert way.title == "Get help now"
    assert way.page.locator("a.call").get_attribute("href") == "tel:999"
    text = way.page.locator("main").inner_text()
    assert "cauda equina" in text
    assert "numbness between the legs" in text.lower()
    # There is no way past this page but from it.
    way.page.goto(way.page.url.replace("/now", "/ask"))
    assert way.title == "Get help now"


def test_after_an_emergency_one_may_go_on_for_the_letter(visit):
    way = visit()
    way.begin()
    way.go_on(SADDLE, until="Is that right?")
    way.answer(SADDLE)

    way.page.click("text=Go on with the questions for the letter")

    assert way.title == "Your legs"
    way.go_on(SADDLE)
    way.page.locator("text=See the answer").first.click()
    assert way.title == "Get help now"


def test_taking_an_emergency_back_shows_both_answers_and_keeps_them(visit):
    way = visit()
    way.begin()
    way.go_on(SADDLE, until="Is that right?")
    way.answer(SADDLE)

    way.page.click("main a:has-text('Change')")
    way.answer({"saddle_anaesthesia": False})

    assert way.title == "Which answer is right?"
    assert "Before you said yes. Now you say no." in way.page.locator("main").inner_text()
    way.answer({"saddle_anaesthesia": False})
    assert way.title == "Your legs"
    way.go_on(STRAIN)
    assert "Numbness between the legs: yes, then no" in way.page.locator("main").inner_text()


def test_keeping_the_emergency_after_a_second_look_stays_on_its_page(visit):
    way = visit()
    way.begin()
    way.go_on(SADDLE, until="Is that right?")
    way.answer(SADDLE)
    way.page.click("main a:has-text('Change')")
    way.answer({"saddle_anaesthesia": False})

    way.answer(SADDLE)

    assert way.title == "Get help now"


def test_a_row_ticked_by_mistake_is_corrected_and_the_questions_go_on(visit):
    way = visit()
    way.begin()
    way.go_on(SADDLE, until="Is that right?")

    way.page.check("text=No, I ticked it by mistake")
    way.submit()

    assert way.title == "Your legs"


def test_not_sure_is_put_once_more_with_a_check(visit):
    way = visit()
    way.begin()
    person = {**STRAIN, "saddle_anaesthesia": None}

    way.go_on(person, until="You were not sure")

    assert "touch both sides of your bottom" in way.page.locator("main").inner_text()
    way.answer(person)
    assert way.title == "Get help now"


def test_fever_is_same_day_and_still_asks_what_may_be_an_emergency(visit):
    way = visit()
    way.begin()

    seen = way.go_on(FEVER)

    assert "You" in seen
    way.page.locator("text=See the answer").first.click()
    assert way.title == "Be seen today"


def test_someone_who_answers_for_another_sees_what_can_be_watched_and_no_page_on_violence(visit):
    way = visit()
    way.begin(who="proxy")

    way.go_on(STRAIN, until="Between the legs")
    assert "look for what can be seen" in way.page.locator("main").inner_text()
    way.go_on(STRAIN, until="You")

    assert "unsafe_at_home" not in way.items


def test_a_child_with_a_sore_knee_is_seen_today_and_gets_the_childrens_page_early(visit):
    way = visit()
    way.begin(who="helper_present")

    seen = way.go_on(CHILD)

    pages = list(dict.fromkeys(seen))
    assert pages.index("Child or teenager") < pages.index("Between the legs")
    way.page.locator("text=See the answer").first.click()
    assert way.title == "Be seen today"
    assert "We do not offer a programme for adults" in way.page.locator("main").inner_text()


def test_a_pregnancy_has_its_own_page(visit):
    way = visit()
    way.begin(country="us")

    seen = way.go_on(PREGNANT)

    assert "Pregnancy" in seen
    way.page.locator("text=See the answer").first.click()
    assert way.title == "You can look after this yourself for now"


def test_a_private_link_resumes_where_it_was_left(visit, browser, server):
    way = visit()
    way.begin()
    way.go_on(STRAIN, until="Between the legs")
    way.page.click("text=Your record")
    address = way.page.url

    later = visit()
    later.page.goto(address)
    later.page.click("text=Go on")

    assert later.title == "Between the legs"


def test_an_answer_can_be_changed_from_the_check_page(visit):
    way = visit()
    way.begin()
    way.go_on(STRAIN)

    way.page.click("a:has-text('Change fever in the last week')")
    way.answer({"fever": True})
    way.go_on(FEVER)

    way.page.locator("text=See the answer").first.click()
    assert way.title == "Be seen today"


def test_a_page_left_for_later_keeps_the_outcome_open(visit):
    way = visit()
    way.begin()
    way.go_on(STRAIN, until="Between the legs")

    way.page.click("text=Leave this page for later")
    assert way.title == "Your legs"
    way.go_on(STRAIN)

    assert "Some questions are still open." in way.page.locator("main").inner_text()
    way.page.locator("text=See the answer").first.click()
    assert way.title == "Not finished yet"


def test_back_shows_the_page_before_with_its_answers(visit):
    way = visit()
    way.begin()
    way.go_on(STRAIN, until="Between the legs")

    way.page.click("text=Back")

    assert way.title == "Right now"
    assert way.page.locator("input[name=f-syncope][value=no]").is_checked()


def test_an_empty_page_is_not_none_of_these(visit):
    way = visit()
    way.begin()
    way.go_on(STRAIN, until="Fever, skin and pee")

    way.submit()

    assert way.title == "Fever, skin and pee"
    assert way.page.locator(".faults").is_visible()
    assert "None of these" in way.page.locator(".faults").inner_text()


def test_two_pains_are_judged_together(visit):
    way = visit()
    way.begin()
    cancer = {**STRAIN, "age_years": 60, "history_of_cancer": True, "pain_new_or_changed": False,
              "pain_duration_weeks": 100, "onset_sudden": False, "fall_or_minor_injury": False}  # fmt: skip
    way.go_on(cancer)
    way.page.click("text=Your record")

    way.page.click("text=Add another pain")
    way.go_on({**cancer, "areas": ["left_leg_shooting"]})
    way.page.locator("text=See the answer").first.click()

    assert way.title == "Get help now"


def test_answers_that_cannot_both_be_true_are_shown_to_be_settled(visit):
    way = visit()
    way.begin()
    way.go_on(PREGNANT)
    way.page.click("a:has-text('Change sex at birth')")
    way.answer({"sex_at_birth": "male"})
    way.go_on(PREGNANT)

    assert "Only one of them can be right." in way.page.locator("main").inner_text()
    way.page.click("a:has-text('Change: sex at birth')")
    way.answer({"sex_at_birth": "female"})
    way.go_on(PREGNANT)
    assert "Only one of them can be right." not in way.page.locator("main").inner_text()


def test_the_example_shows_a_whole_answer(visit):
    way = visit()
    way.page.goto(way.server.url + "/")

    way.page.click("text=Show me an example")

    assert way.title == "Get help now"
    assert "This is an example" in way.page.locator("main").inner_text()


def test_everything_can_be_taken_away_and_then_erased(visit):
    way = visit()
    way.begin()
    way.go_on({**STRAIN, "unsafe_at_home": True})
    way.page.click("text=Export or erase")
    base = way.page.url.removesuffix("/data")

    data = json.loads(way.context.request.get(f"{base}/export.json").text())
    rows = list(csv.reader(io.StringIO(way.context.request.get(f"{base}/export.csv").text().lstrip("\ufeff"))))

    assert data["complaints"][0]["answers"]["low_back_pain"] is True
    assert data["complaints"][0]["areas"] == ["low_back_middle"]
    assert "unsafe" not in json.dumps(data)
    assert ["1", "low_back_pain"] in [row[:2] for row in rows]
    pdf = way.context.request.get(f"{base}/1/report.pdf")
    assert pdf.body().startswith(b"%PDF")

    way.page.click("button:has-text('Erase everything')")
    assert way.page.locator(".faults").is_visible()
    way.page.check("#sure")
    way.page.click("button:has-text('Erase everything')")
    assert way.title == "Everything is erased"
    way.page.goto(base)
    assert way.title == "That did not work"


def test_what_was_said_about_safety_is_in_no_report_and_its_page_can_be_left_quickly(visit):
    way = visit()
    way.begin()
    way.go_on(STRAIN, until="You")
    assert way.page.locator("text=Leave this page quickly").is_visible()
    way.answer({"unsafe_at_home": True})
    way.go_on({"unsafe_at_home": True})
    way.page.locator("text=See the answer").first.click()

    assert way.title == "Be seen today"
    assert "stays on this screen" in way.page.locator("main").inner_text()
    base = way.page.url.removesuffix("/result")
    way.page.goto(f"{base}/clinician")
    assert "scare" not in way.page.locator("main").inner_text()
    assert "safe with someone" not in way.page.locator("main").inner_text()


# other ways of using it -------------------------------------------------------------------------------


def test_it_works_without_scripts(visit):
    way = visit(java_script_enabled=False)
    way.begin()

    way.go_on(STRAIN)

    way.page.locator("text=See the answer").first.click()
    assert way.title == "You can look after this yourself for now"


def test_a_touch_on_the_body_chart_ticks_its_box(visit):
    way = visit()
    way.begin()
    way.answer(STRAIN)

    way.page.locator("path[data-area=left_groin]").first.click()

    assert way.page.locator("#area-left_groin").is_checked()


def test_the_keyboard_alone_is_enough(visit):
    way = visit()
    way.page.goto(way.server.url + "/")
    page = way.page

    def tab_to(selector):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement?.matches(s)", selector):
                return
        raise AssertionError(f"no way to {selector} by keyboard")

    tab_to("input[name=who]")
    page.keyboard.press("Space")
    tab_to("button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ask")
    tab_to("#f-age_years")
    page.keyboard.type("44")
    tab_to("input[name=f-sex_at_birth]")
    page.keyboard.press("ArrowDown")
    tab_to("button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#area-list")
    tab_to("#area-low_back_middle")
    page.keyboard.press("Space")

    assert page.locator("#area-low_back_middle").is_checked()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_scrolls_sideways(visit, width):
    way = visit()
    way.page.set_viewport_size({"width": width, "height": 800})
    way.begin()
    seen = {}
    for _ in range(25):
        way.page.wait_for_load_state()
        seen[way.title] = way.page.evaluate("document.documentElement.scrollWidth")
        if way.title == "Check your answers":
            break
        if way.title == "Before we answer":
            way.page.click("text=All still right")
        else:
            way.answer(STRAIN)

    assert {title: wide for title, wide in seen.items() if wide > width} == {}


def test_at_400_percent_zoom_everything_can_be_read_and_used(visit):
    # 400% of a 1280 px window is a 320 px window with four device pixels to each.
    way = visit(device_scale_factor=4)
    way.page.set_viewport_size({"width": 320, "height": 256})
    way.begin()
    way.answer(STRAIN)

    assert way.page.evaluate("document.documentElement.scrollWidth") <= 320
    way.answer(STRAIN)
    assert way.page.locator("#f-pain_duration_weeks").is_visible()


# sound ------------------------------------------------------------------------------------------------


def test_kill_9_loses_no_answered_question(visit, server):
    way = visit()
    way.begin()
    way.go_on(STRAIN, until="Your legs")
    address, port = way.page.url, server.port

    server.kill()
    server.start(port)
    way.page.goto(address)

    assert way.title == "Your legs"
    way.page.goto(address.replace("/ask", "/page/B"))
    assert way.page.locator("input[name=f-saddle_anaesthesia][value=no]").is_checked()


def test_two_tabs_do_not_corrupt_each_other(visit):
    way = visit()
    way.begin()
    way.go_on(STRAIN, until="Right now")
    other = way.context.new_page()
    other.goto(way.page.url)

    way.answer(STRAIN)  # the first tab goes on to the next page
    first, way.page = way.page, other
    way.answer({**STRAIN, "syncope": True})  # the second tab still shows the page before
    way.page = first

    way.page.reload()
    assert way.title in ("Is that right?", "Between the legs")
    way.go_on({**STRAIN, "syncope": True})
    text = way.page.locator("main").inner_text()
    assert "Fainted or nearly fainted: no, then yes" in text
