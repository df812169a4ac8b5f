"""axe-core with the WCAG 2.2 AA rules on every kind of page, light and dark, and nothing left over."""

from statistics import median

import pytest

from psoas.inquiry import askable
from tests.unit.test_words import grade
from tests.web.conftest import AXE
from tests.web.people import ACHE, CHILD, PREGNANT, SADDLE, STRAIN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Checked:
    """A visit that runs axe on each page that it sees, once a heading and state."""

    def __init__(self, way) -> None:
        self.way, self.seen, self.faults = way, [], []

    def look(self, state: str) -> None:
        page = self.way.page
        page.wait_for_load_state()
        # The strict policy keeps foreign scripts out of the page, so axe comes in by the debugger.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        self.seen.append(state)
        for fault in found["violations"]:
            nodes = [node["html"][:160] for node in fault["nodes"][:3]]
            self.faults.append((state, fault["id"], nodes))

    def walk(self, person, until="Check your answers") -> None:
        for _ in range(60):
            self.look(self.way.title)
            if self.way.title == until:
                return
            if self.way.title == "Before we answer":
                self.way.page.click("text=All still right")
            else:
                self.way.answer(person)
        raise AssertionError(f"never came to {until}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_an_ordinary_way_is_accessible(visit, scheme):
    way = visit(color_scheme=scheme)
    eyes = Checked(way)
    way.page.goto(way.server.url + "/")
    eyes.look("start")
    way.submit()
    eyes.look("start with an error")
    way.begin()
    way.submit()
    eyes.look("first page with errors")

    eyes.walk(STRAIN)
    base = way.page.url.removesuffix("/check")
    for name in ("result", "clinician", "page/B", "page/D", "change/age_years"):
        way.page.goto(f"{base}/{name}")
        eyes.look(name)
    for name in ("", "/data"):
        way.page.goto(base.rpartition("/")[0] + name)
        eyes.look("record" + name)
    way.submit()
    eyes.look("erase with an error")
    for path in ("/about", "/example", "/nowhere", "/away"):
        way.page.goto(way.server.url + path)
        eyes.look(path)

    assert eyes.faults == []
    assert len(eyes.seen) > 25


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_about_the_source_are_accessible(visit, library, scheme):
    way = visit(color_scheme=scheme)
    eyes = Checked(way)
    way.to_result(ACHE)
    eyes.look("result with the offer")
    base = way.page.url.removesuffix("/result")
    way.page.click("text=Answer a few more questions")
    eyes.look("first question")
    way.submit()
    eyes.look("question with an error")
    way.page.goto(f"{base}/result")
    way.more()
    way.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    eyes.look("list")
    shown = {kind: one for one in askable(library) for kind in (library.findings[one].kind, library.findings[one].how)}
    for kind in ("number", "self_test"):
        way.page.goto(f"{base}/source?item={shown[kind]}")
        assert way.page.locator("form").count()
        eyes.look(kind)
    way.page.goto(f"{base}/check")
    way.page.locator("main dl a").last.click()
    eyes.look("change")

    assert eyes.faults == []


def test_the_pages_of_an_emergency_a_check_and_a_change_are_accessible(visit):
    way = visit()
    eyes = Checked(way)
    way.begin()
    person = {**SADDLE, "sudden_severe_torso_pain": None}
    eyes.walk(person, until="You were not sure")
    way.answer({"sudden_severe_torso_pain": False})
    eyes.walk(SADDLE, until="Is that right?")
    way.answer(SADDLE)
    eyes.look("now")
    way.page.click("main a:has-text('Change')")
    eyes.look("change")
    way.answer({"saddle_anaesthesia": False})
    eyes.look("settle")

    assert eyes.faults == []


@pytest.mark.parametrize("person", [CHILD, PREGNANT], ids=["child", "pregnant"])
def test_the_pages_of_children_and_of_pregnancy_are_accessible(visit, person):
    way = visit(forced_colors="active", reduced_motion="reduce")
    eyes = Checked(way)
    way.begin()
    eyes.walk(person)

    assert eyes.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_working_page_of_the_clinician_is_accessible(visit, scheme):
    way = visit(color_scheme=scheme)
    eyes = Checked(way)
    way.page.goto(way.server.url + "/")
    way.page.click("text=I am a clinician")
    eyes.look("working page")
    way.page.click("#danger summary")
    way.page.fill("#q", "saddle")
    way.page.wait_for_selector("#h-saddle_anaesthesia")
    way.page.click("#h-saddle_anaesthesia-yes")
    way.page.wait_for_selector("#s-saddle_anaesthesia")
    eyes.look("an emergency, with a second look")
    way.page.goto(way.page.url.split("?")[0] + "?q=age&setting=emergency")
    way.page.fill("#h-age_years-n", "900")
    way.page.click("#h-age_years-set")
    way.page.wait_for_selector("#h-age_years-fault")
    eyes.look("a number that does not fit")
    way.page.set_viewport_size({"width": 1280, "height": 900})
    eyes.look("wide")
    way.page.click("text=Summary")
    eyes.look("summary")

    assert eyes.faults == []


def test_every_page_reads_at_an_age_of_about_eleven(visit):
    """The page as it stands in the browser, its frame and buttons left out."""
    way = visit()
    grades = {}

    def measure(name):
        way.page.wait_for_load_state()
        text = way.page.locator("main").inner_text()
        spoken = [line for line in text.splitlines() if len(line.split()) > 3 and "read: " not in line]
        grades[name] = round(grade("\n".join(spoken)), 1)

    way.page.goto(way.server.url + "/")
    measure("start")
    way.begin()
    while way.title != "Check your answers":
        measure(way.title)
        if way.title == "Before we answer":
            way.page.click("text=All still right")
        else:
            way.answer(STRAIN)
    base = way.page.url.removesuffix("/check")
    way.page.goto(f"{base}/result")
    measure("before the sources")
    way.page.click("text=Answer a few more questions")
    while "/source" in way.page.url:
        measure(way.items[0])
        way.say(True)
    way.page.evaluate("document.querySelectorAll('.origin details').forEach(one => one.open = true)")
    for path in (f"{base}/result", base.rpartition("/")[0], base.rpartition("/")[0] + "/data"):
        way.page.goto(path)
        measure(way.title)
    for path in ("/about", "/example"):
        way.page.goto(way.server.url + path)
        measure(path)

    assert max(grades.values()) <= 8, grades
    assert median(grades.values()) <= 6, grades
