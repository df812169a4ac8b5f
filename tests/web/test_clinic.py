"""The clinician's working page in a real browser: findings in any order, the bracket, the table, the next test."""

import io
import re

import pytest
from pypdf import PdfReader

from tests.web.people import SADDLE

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def came(answer) -> bool:
    """The page came back after an answer, not a list of findings."""
    return "/work" in answer.url and "part=" not in answer.url and answer.status in (200, 422)


class Desk:
    """A clinician at the working page."""

    def __init__(self, way, live=True) -> None:
        self.way, self.page, self.live = way, way.page, live
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.goto(way.server.url + "/")
        self.page.select_option("#country", "gb")
        self.page.click("text=I am a clinician: enter findings")
        assert way.title == "Findings and reasoning"

    def look_for(self, text: str, finding: str) -> None:
        self.page.fill("#q", text)
        if not self.live:
            self.page.click("#find button")
        settled = f'#hits[data-of="{text}"]' if self.live else "#hits"
        self.page.wait_for_selector(f"{settled} #h-{finding}")

    def press(self, button: str) -> None:
        """Press and wait until the answer has come back."""
        if self.live:
            with self.page.expect_response(came):
                self.page.click(button)
            self.page.wait_for_timeout(100)  # the swap comes after the response
        else:
            self.page.click(button)
            self.page.wait_for_load_state()

    def give(self, finding: str, value) -> None:
        self.look_for(finding.replace("_", " "), finding)
        if isinstance(value, bool) or value is None or isinstance(value, str):
            words = {True: "yes", False: "no", None: "unsure"}
            self.press(f"#h-{finding}-{words.get(value, value) if not isinstance(value, str) else value}")
        else:
            self.page.fill(f"#h-{finding}-n", str(value))
            self.press(f"#h-{finding}-set")

    def text(self, place: str) -> str:
        return self.page.locator(place).inner_text()

    def table(self) -> dict[str, str]:
        """Each condition of the differential with its probability now."""
        rows = self.page.locator("#differential tbody tr")
        names, shares = rows.locator("th").all_inner_texts(), rows.locator("td:nth-child(2)").all_inner_texts()
        return {name.strip(): share.strip() for name, share in zip(names, shares, strict=True)}

    @property
    def certain(self) -> str:
        return self.page.locator("#bracket dd").first.inner_text()


def test_the_list_narrows_as_one_types_and_says_how_to_do_a_test(visit):
    desk = Desk(visit())

    desk.page.locator("#q").press_sequentially("impingement te")
    desk.page.wait_for_selector("#h-faddir_pain")

    assert desk.page.locator("#hits .hit").count() < 4
    desk.page.click("#h-faddir_pain-how summary")
    assert "Yes means" in desk.text("#h-faddir_pain-how") or len(desk.text("#h-faddir_pain-how")) > 60
    assert "q=impingement" in desk.page.url
    desk.page.fill("#q", "impingment")  # a slip of the keyboard finds it too
    desk.page.wait_for_selector("text=Showing")
    assert desk.page.locator("#h-faddir_pain").count() == 1


def test_three_findings_in_odd_order_change_the_table_and_the_bracket(visit):
    desk = Desk(visit())
    before = desk.table()

    desk.give("faddir_pain", True)
    after_sign = desk.table()
    desk.give("age_years", 24)
    after_age = desk.table()
    desk.give("saddle_anaesthesia", True)

    assert before != after_sign != after_age
    assert desk.certain == "Emergency"
    assert "cauda_equina" in desk.text("#bracket .level")
    assert "Given so far 4" in desk.text("#answers")  # with who answers
    assert "Certain: Emergency" in desk.page.locator("#say").inner_text()


def test_no_low_outcome_is_said_while_a_danger_question_is_open(visit):
    desk = Desk(visit())
    desk.give("age_years", 24)

    assert desk.certain == "nothing yet"
    assert re.search(r"Still possible: emergency\. \d+ danger questions not asked", desk.text("#danger summary"))
    desk.page.click("#danger summary")
    asked = desk.page.locator("#danger .ask").count()
    desk.press("#danger [id$=-none] >> nth=0")

    assert desk.page.locator("#danger").get_attribute("open") is not None
    assert desk.page.locator("#danger .ask").count() < asked - 3
    assert desk.certain == "nothing yet"


def test_the_next_test_says_what_each_outcome_would_make_of_the_probabilities(visit):
    desk = Desk(visit())
    desk.give("groin_pain", True)

    rows = desk.page.locator("#tests tbody tr")
    assert 3 <= rows.count() <= 6
    offered = desk.page.locator("#tests tbody tr, #tests-rest tbody tr").all()
    signs = [row for row in offered if row.locator("text=Positive").count()]
    assert signs
    text = signs[0].text_content()
    assert "Positive" in text
    assert "Negative" in text
    assert len(re.findall(r"[<>]?\.\d+ → [<>]?\.\d+", text)) == 6
    assert re.search(r"\d\.\d\d bit", text)

    first = rows.first.get_attribute("id")
    desk.press(f"#{first}-yes")  # done on the spot
    assert desk.page.locator(f"#{first}").count() == 0
    assert desk.page.locator(f"#{first.replace('t-', 'g-')}").count() == 1


def test_an_answer_is_changed_and_taken_back(visit):
    desk = Desk(visit())
    none = desk.table()
    desk.give("faddir_pain", True)
    yes = desk.table()

    desk.press("#g-faddir_pain-no")
    no = desk.table()
    desk.press("#g-faddir_pain-back")

    assert none == desk.table()
    assert yes != no != none
    assert desk.page.locator("#g-faddir_pain").count() == 0


def test_an_emergency_is_only_taken_back_after_a_second_look(visit):
    desk = Desk(visit())
    desk.give("saddle_anaesthesia", True)
    assert "Is that right?" in desk.text("#s-saddle_anaesthesia")
    desk.press("#s-saddle_anaesthesia-yes")

    desk.press("#g-saddle_anaesthesia-back")
    assert desk.certain == "Emergency"
    assert "Before: yes. Now: not known." in desk.text("#s-saddle_anaesthesia")
    desk.press("#s-saddle_anaesthesia-no")

    assert desk.certain == "nothing yet"
    assert "saddle" not in desk.text("#bracket .level")


def test_the_setting_changes_the_priors_and_stays(visit):
    desk = Desk(visit())
    desk.give("age_years", 70)
    priors = {}
    for setting in ("primary_care", "emergency", "specialist"):
        with desk.page.expect_response(lambda answer, wanted=setting: f"setting={wanted}" in answer.url):
            desk.page.select_option("#setting", setting)
            if setting == "primary_care":
                desk.page.reload()
        desk.page.wait_for_timeout(150)
        priors[setting] = desk.page.locator("#differential tbody td:nth-child(3)").all_inner_texts()

    assert len({str(found) for found in priors.values()}) == 3
    desk.give("groin_pain", True)
    assert "setting=specialist" in desk.page.url
    assert "specialist" in desk.text("#differential caption")
    desk.page.click("text=Summary")
    assert "specialist" in desk.text("#differential caption")


def test_a_number_that_does_not_fit_is_said_beside_its_field(visit):
    desk = Desk(visit())

    desk.look_for("age", "age_years")
    desk.page.fill("#h-age_years-n", "640")
    desk.press("#h-age_years-set")

    assert "give a number from 0 to 120" in desk.text("#h-age_years")
    assert desk.page.locator("#h-age_years-n").input_value() == "640"
    desk.page.fill("#h-age_years-n", "64")
    desk.press("#h-age_years-set")
    assert "64 years" in desk.text("#g-age_years")


def test_it_works_without_scripts(visit):
    way = visit(java_script_enabled=False)
    desk = Desk(way, live=False)
    before = desk.table()

    desk.give("faddir_pain", True)
    assert desk.page.url.endswith("#h-faddir_pain")
    assert desk.page.locator("#q").input_value() == "faddir pain"
    desk.give("saddle_anaesthesia", True)
    desk.press("#g-faddir_pain-no")

    assert desk.table() != before
    assert desk.certain == "Emergency"
    desk.page.select_option("#setting", "emergency")
    desk.page.click("#setting-form button")
    assert "emergency department" in desk.text("#differential caption")


def test_the_keyboard_alone_is_enough_and_keeps_its_place(visit):
    desk = Desk(visit())
    page = desk.page
    page.focus("#q")
    page.keyboard.type("faddir")
    page.wait_for_selector("#h-faddir_pain")
    page.keyboard.press("Enter")
    page.wait_for_selector("#h-faddir_pain-yes:focus")

    with page.expect_response(came):
        page.keyboard.press("Enter")
    page.wait_for_selector("#g-faddir_pain")

    assert page.evaluate("document.activeElement.id") == "h-faddir_pain-yes"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "h-faddir_pain-no"


def test_what_is_private_is_neither_offered_nor_shown(visit, library):
    desk = Desk(visit())
    private = [finding for finding in library.findings.values() if finding.private]

    for finding in private:
        desk.page.goto(desk.page.url.split("?")[0] + f"?q={finding.id.replace('_', '+')}&all=1")
        assert finding.id not in desk.page.content()
    assert "Violence and thoughts of suicide are on no page" in desk.text("#bracket")


def test_the_print_is_a_record_without_buttons(visit):
    desk = Desk(visit())
    desk.give("groin_pain", True)

    desk.page.emulate_media(media="print")

    assert desk.page.locator("button:visible").count() == 0
    assert desk.page.locator("input:visible").count() == 0
    for place in ("#answers", "#bracket", "#differential", "#tests"):
        assert desk.page.locator(place).is_visible()


def test_the_summary_and_its_pdf_hold_the_table_by_the_same_numbers(visit):
    desk = Desk(visit())
    desk.give("age_years", 66)
    desk.give("groin_pain", True)
    table = desk.table()

    desk.page.click("text=Summary")
    assert desk.table() == table
    assert "urgency is by rules alone" in desk.text("main").lower()
    href = desk.page.locator("a:has-text('As PDF')").get_attribute("href")
    pdf = desk.way.context.request.get(desk.way.server.url + href).body()
    letter = re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages))

    assert "Setting: primary care" in letter
    for name, share in table.items():
        assert name in letter
        assert share in letter
    assert "Must not be missed" in letter


def test_the_summary_of_a_person_leads_to_the_working_page(visit):
    way = visit()
    way.begin()
    way.go_on(SADDLE, until="Is that right?")
    base = way.page.url.removesuffix("/ask")

    way.page.goto(f"{base}/clinician")
    way.page.click("text=enter findings")

    assert way.title == "Findings and reasoning"
    assert way.page.locator("#bracket dd").first.inner_text() == "Emergency"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_wide_tables_scroll_inside_their_box(visit, width):
    desk = Desk(visit())
    desk.give("groin_pain", True)

    desk.page.set_viewport_size({"width": width, "height": 800})

    assert desk.page.evaluate("document.documentElement.scrollWidth") <= width
